// What lies over the pixels of the viewer, in SVG: outlines with their labels, lines, points that can take the focus.
import { axes, inMm, isSimple } from "./viewer_geometry.js";

const SVG = "http://www.w3.org/2000/svg";
const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const BAR_PX = 120;
const NO_AXES_OVER = 400; // points: more are drawn without their axis while they move

export class Overlay {
  constructor(viewer) {
    this.viewer = viewer;
    this.svg = viewer.stage.querySelector("svg");
    const group = (name) => this.svg.appendChild(made("g", { class: name }));
    this.still = group("viewer-still");
    this.lines = group("viewer-lines");
    this.points = group("viewer-points");
    this.cursor = group("viewer-cursor");
    this.bar = group("viewer-scalebar");
  }

  draw() {
    const { viewer } = this;
    const { tools } = viewer;
    const own = tools.drawing;
    this.still.replaceChildren(...this.kept(own).flatMap((each) => this.outline(each)));
    this.lines.replaceChildren(...tools.drawings().flatMap((each) => (each.kind === "outline" ? this.outline(each) : this.line(each))));
    this.handles(own?.points || [], tools.selected);
    this.cursor.replaceChildren(...(tools.cursor ? this.crosshair(viewer.placeOf(tools.cursor)) : []));
    this.bar.replaceChildren(...this.scaleBar());
  }

  // What was kept before, of this frame; dim where it is being corrected.
  kept(own) {
    return this.viewer.tools.keptHere.map((each) => ({ ...each, isClosed: true, look: own?.deposit === each.deposit && own.points.length ? "dim" : "kept" }));
  }

  outline({ points, isClosed, deposit, look = "own" }) {
    if (!points.length) return [];
    const places = points.map((point) => this.viewer.placeOf(point));
    const isWrong = points.length > 3 && look === "own" && isClosed && !isSimple(points);
    const shape = { class: `viewer-${look}${isWrong ? " viewer-wrong" : ""}`, points: places.map(pair).join(" ") };
    const drawn = [made(isClosed ? "polygon" : "polyline", shape)];
    if (isClosed && points.length <= NO_AXES_OVER && look !== "dim") drawn.push(this.longest(points));
    if (isClosed) {
      const right = places.reduce((best, place) => (place[0] > best[0] ? place : best));
      drawn.push(text(deposit, right[0] + 10, right[1] - 6, look));
    }
    return drawn;
  }

  // The longest axis as it is measured.
  longest(points) {
    const scale = this.viewer.scaleFor(points);
    const measured = axes(scale ? inMm(points, scale) : points).longest;
    const back = scale ? measured.map(([x, y]) => [x / scale.column_mm, y / scale.row_mm]) : measured;
    return line("viewer-axis", ...back.map((point) => this.viewer.placeOf(point)));
  }

  line({ points, kind, words }) {
    const places = points.map((point) => this.viewer.placeOf(point));
    const drawn = [];
    for (let at = 0; at + 1 < places.length; at += 2) drawn.push(line(`viewer-own viewer-${kind}`, places[at], places[at + 1]));
    if (places.length > 1) {
      const end = places[0][0] > places[1][0] ? places[0] : places[1];
      drawn.push(text(words, end[0] + 10, end[1] - 6, "own"));
    }
    return drawn;
  }

  // The same elements stay, so that the focus does.
  handles(points, selected) {
    while (this.points.childElementCount > points.length) this.points.lastElementChild.remove();
    while (this.points.childElementCount < points.length) {
      this.points.append(made("circle", { r: 5, tabindex: "0", role: "button", class: "viewer-point", "data-point": this.points.childElementCount }));
    }
    points.forEach((point, at) => {
      const handle = this.points.children[at];
      const [x, y] = this.viewer.placeOf(point);
      handle.setAttribute("cx", x);
      handle.setAttribute("cy", y);
      handle.setAttribute("aria-label", `Point ${at + 1} of ${points.length}`);
      handle.classList.toggle("viewer-chosen", at === selected);
    });
  }

  focusPoint(at) {
    (this.points.children[at] || this.viewer.stage).focus({ preventScroll: true });
  }

  crosshair([x, y]) {
    return [[-22, -5], [5, 22]].flatMap(([from, to]) => [
      line("viewer-cross", [x + from, y], [x + to, y]), line("viewer-cross", [x, y + from], [x, y + to]),
    ]);
  }

  // A length to go by, at the lower left: millimetres, or pixels where nothing is known.
  scaleBar() {
    const { view, room, file } = this.viewer;
    const perUnit = file.scale ? view.scale / file.scale.column_mm : view.scale;
    const units = NICE.findLast((each) => each * perUnit <= BAR_PX);
    if (!units) return [];
    const [left, bottom] = [16, room.height - 16];
    const right = left + units * perUnit;
    const shape = made("path", { class: "viewer-bar-line", d: `M${left} ${bottom - 6}V${bottom}H${right}V${bottom - 6}` });
    return [shape, text(`${units} ${file.scale ? "mm" : "px"}`, left, bottom - 12, "bar")];
  }
}

function made(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function text(words, x, y, look) {
  const element = made("text", { x, y, class: `viewer-text viewer-text-${look}` });
  element.textContent = words;
  return element;
}

const pair = ([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`;
const line = (look, [x1, y1], [x2, y2]) => made("line", { class: look, x1, y1, x2, y2 });
