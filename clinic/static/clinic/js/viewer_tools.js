// What is drawn in the viewer: lengths, outlines, a line of known length; point by point, and each step undone.
import { distance, FEWEST, fault, nearestEdge, ofLine, SHORTEST_LINE_PX, square, toScreen } from "./viewer_geometry.js";
import { faultWords, lengthsOf, lengthWords, sizeOf, sizeWords } from "./viewer_words.js";

const DRAWS = { outline: Infinity, length: 4, scale: 2 };
export class Tools {
  constructor(viewer) {
    this.viewer = viewer;
    this.kept = new Map();
    this.name = "look";
    this.selected = -1;
    this.cursor = null;
    const { data } = viewer;
    this.deposit = viewer.find("[data-deposit]");
    this.deposit.addEventListener("change", () => { this.selected = -1; this.changed(); });
    const labels = data.deposits.map(({ label }) => label);
    const next = `D${Math.max(0, ...labels.map((label) => Number(label.slice(1)) || 0)) + 1}`;
    this.deposit.append(...labels.map((label) => new Option(label, label)), new Option(`${next}, new`, next));
    viewer.find("[data-known]")?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.useScale();
    });
    if (!data.may_measure) for (const tool of viewer.figure.querySelectorAll('[data-tool="outline"], [data-tool="scale"]')) tool.hidden = true;
  }

  // What is drawn with the tool at hand on the frame that is shown; null where the tool does not draw.
  get drawing() {
    if (!DRAWS[this.name]) return null;
    const deposit = this.name === "outline" ? this.deposit.value : "";
    const key = `${this.viewer.key} ${this.name} ${deposit}`;
    if (!this.kept.has(key)) {
      const { file, number } = this.viewer;
      this.kept.set(key, { kind: this.name, deposit, file: file.id, frame: number, points: [], isClosed: false, before: [] });
    }
    return this.kept.get(key);
  }

  drawings() {
    const { file, number } = this.viewer;
    const here = [...this.kept.values()].filter((each) => each.file === file.id && each.frame === number && each.points.length);
    return here.map((each) => ({ ...each, words: each.kind === "outline" || each.points.length < 2 ? "" : lengthWords(lengthsOf(each.points, file)) }));
  }

  // Every outline that was closed, on every picture, with its size.
  outlines() {
    const closed = [...this.kept.values()].filter((each) => each.kind === "outline" && each.isClosed);
    return closed.map(({ deposit, file, frame, points }) => ({
      deposit, file, frame, points, ...sizeOf(points, this.viewer.data.files.find((each) => each.id === file)),
    }));
  }

  take(name) {
    const button = this.viewer.find(`[data-tool="${name}"]`);
    if (button.hidden || button.disabled) return;
    this.name = name;
    this.selected = -1;
    this.viewer.figure.dataset.tool = name;
    for (const each of this.viewer.figure.querySelectorAll("[data-tool]")) {
      each.setAttribute("aria-pressed", each.dataset.tool === name);
    }
    for (const row of this.viewer.figure.querySelectorAll("[data-for]")) row.hidden = row.dataset.for !== name;
    if (!DRAWS[name]) this.setCursor(null);
    this.changed();
  }

  act(what) {
    ({
      undo: () => this.undo(), remove: () => this.remove(), close: () => this.close(), again: () => this.again(),
      correct: () => this.correct(), "use-scale": () => this.useScale(),
    }[what])?.();
  }

  remember() {
    const { points, isClosed, before } = this.drawing;
    before.push({ points: points.map((point) => [...point]), isClosed });
    if (before.length > 200) before.shift();
  }

  undo() {
    const { drawing } = this;
    if (!drawing?.before.length) return;
    Object.assign(drawing, drawing.before.pop());
    this.selected = Math.min(this.selected, drawing.points.length - 1);
    this.changed();
  }

  add(point, reach) {
    const { drawing, viewer } = this;
    if (!drawing.isClosed && drawing.points.length >= DRAWS[this.name]) {
      viewer.say("Both ends are set. Move an end, or start again.");
      return;
    }
    const place = toScreen(point, viewer.view);
    const edge = drawing.isClosed ? nearestEdge(drawing.points, place, viewer.view, reach) : -1;
    if (drawing.isClosed && edge < 0) {
      viewer.say("The outline is closed. Tap an edge to add a point, or move one.");
      return;
    }
    this.remember();
    this.selected = edge < 0 ? drawing.points.length : edge;
    drawing.points.splice(this.selected, 0, point);
    this.squared(this.selected);
    this.changed();
  }

  move(at, point) {
    this.drawing.points[at] = point;
    this.squared(at);
    this.changed();
  }

  // The width of a length runs square to it.
  squared(moved) {
    const { points, kind } = this.drawing;
    if (kind !== "length" || points.length < 4) return;
    const [fixed, free] = moved === 2 ? [3, 2] : [2, 3];
    if (points[0].join() === points[1].join()) return;
    const end = square([points[0], points[1]], points[fixed], points[free], this.viewer.stretch);
    points[free] = end.map((value) => Math.round(value * 100) / 100);
  }

  remove() {
    const { drawing } = this;
    const at = this.selected >= 0 ? this.selected : drawing?.isClosed ? -1 : (drawing?.points.length ?? 0) - 1;
    if (at < 0) return;
    this.remember();
    drawing.points.splice(at, 1);
    if (drawing.points.length < FEWEST) drawing.isClosed = false;
    this.selected = Math.min(at, drawing.points.length - 1);
    this.changed();
    this.viewer.drawNow();
    if (document.activeElement?.closest?.(".viewer-points")) this.viewer.overlay.focusPoint(this.selected);
  }

  close() {
    const { drawing, viewer } = this;
    if (this.name !== "outline" || drawing.isClosed) return;
    const why = fault(drawing.points, viewer.file);
    if (why) { viewer.say(faultWords(why)); return; }
    this.remember();
    drawing.isClosed = true;
    this.selected = -1;
    this.changed();
  }

  again() {
    if (!this.drawing?.points.length) return;
    this.remember();
    Object.assign(this.drawing, { points: [], isClosed: false });
    this.selected = -1;
    this.changed();
  }

  // The outline that was kept before, its points to be moved one by one.
  correct() {
    const known = this.known;
    if (!known) return;
    this.remember();
    Object.assign(this.drawing, { points: known.points.map((point) => [...point]), isClosed: true });
    this.viewer.bring(known.points);
    this.changed();
    this.viewer.stage.focus({ preventScroll: true });
  }

  // The outlines that were kept before, of the frame that is shown.
  get keptHere() {
    const { data, file, number } = this.viewer;
    return (data.outlines || []).filter((each) => each.file === file.id && each.frame === number);
  }

  get known() {
    return this.name === "outline" ? this.keptHere.findLast((each) => each.deposit === this.deposit.value) : undefined;
  }

  useScale() {
    const { drawing, viewer } = this;
    const field = viewer.find("[data-known]");
    const known = Number(field.value.trim().replace(",", "."));
    const [start, end] = drawing.points;
    if (!end || distance(start, end) < SHORTEST_LINE_PX) { viewer.say(`Draw a line of at least ${SHORTEST_LINE_PX} pixels first.`); return; }
    if (!(known >= 0.5 && known <= 1000)) { viewer.say("Say how long the line is: 0.5 to 1,000 mm."); field.focus(); return; }
    viewer.useScale({ ...ofLine(start, end, known, viewer.stretch), line: [start, end], known_mm: known });
    viewer.say(`Scale set: ${known} mm. Lengths and areas of this picture are now in millimetres.`);
  }

  // Says and tells what is drawn now, and draws it.
  changed() {
    const { viewer, drawing } = this;
    const { points = [], isClosed = false } = drawing || {};
    const held = (what, is) => { const control = viewer.find(`[data-act="${what}"]`); if (control) control.disabled = !is; };
    for (const row of viewer.figure.querySelectorAll("[data-for]:not([hidden])")) {
      for (const control of row.querySelectorAll('[data-act="undo"]')) control.disabled = !drawing?.before.length;
      for (const control of row.querySelectorAll('[data-act="again"]')) control.disabled = !points.length;
    }
    held("remove", points.length && (this.selected >= 0 || !isClosed));
    const close = viewer.find('[data-act="close"]');
    if (isClosed && document.activeElement === close) viewer.stage.focus({ preventScroll: true });
    close.hidden = isClosed;
    close.disabled = points.length < FEWEST;
    held("use-scale", points.length === 2);
    const correct = viewer.find('[data-act="correct"]');
    if (correct) correct.hidden = !this.known || points.length > 0;
    viewer.say(this.words());
    viewer.draw();
    viewer.figure.dispatchEvent(new CustomEvent("viewer:change", { bubbles: true, detail: { viewer, drawing } }));
  }

  words() {
    const { drawing, viewer } = this;
    const ofKept = (each) => `${each.deposit}, drawn by ${each.by}: ${sizeWords(sizeOf(each.points, viewer.file))}`;
    if (!drawing) return this.keptHere.map(ofKept).join("; ");
    const { points, isClosed, deposit } = drawing;
    if (this.name === "outline") {
      if (isClosed) return `${deposit} ${sizeWords(sizeOf(points, viewer.file))}`;
      if (!points.length) return this.known ? ofKept(this.known) : `Outline of ${deposit}: set its first point.`;
      return `${deposit}: ${points.length} ${points.length === 1 ? "point" : "points"}${points.length < FEWEST ? "" : ". Close it with Enter, or at its first point."}`;
    }
    if (points.length > 1) return lengthWords(lengthsOf(points, viewer.file));
    return points.length ? "Now the other end." : "";
  }

  // Another frame is shown.
  turned() {
    this.selected = -1;
    this.changed();
  }

  choose(at) {
    if (at === this.selected) return;
    this.selected = at;
    this.changed();
  }

  setCursor(point) {
    this.cursor = point;
    if (point) this.viewer.tellWhere(point, true);
    this.viewer.draw();
  }
}
