// The hands on the viewer: pointer, two fingers, wheel and keys. What they do to what is drawn is in viewer_tools.js.
import { distance, FEWEST, nearestPoint, onPicture } from "./viewer_geometry.js";

const REACH = { mouse: 8, pen: 12, touch: 22 };
const SLOP = { mouse: 3, pen: 6, touch: 10 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LETTERS = { v: "look", w: "window", l: "length", o: "outline", s: "scale" };
const ACTS = { "+": "closer", "=": "closer", "-": "farther", 0: "whole", i: "invert", r: "taken" };
const FRAMES = { PageUp: -1, PageDown: 1, Home: -Infinity, End: Infinity };
const MARGIN = 40;

export class Hands {
  constructor(viewer) {
    this.viewer = viewer;
    this.tools = viewer.tools;
    this.pointers = new Map();
    this.doing = null;
    const { stage } = viewer;
    for (const kind of ["down", "move", "up", "cancel"]) stage.addEventListener(`pointer${kind}`, (event) => this[kind](event));
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("keydown", (event) => this.key(event));
    stage.addEventListener("focusin", (event) => this.tools.choose(Number(event.target.dataset?.point ?? -1)));
    stage.addEventListener("focusout", () => this.tools.setCursor(null));
  }

  place(event) {
    const box = this.viewer.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button) return;
    event.preventDefault(); // no selection of text, and no focus that scrolls the page
    const { viewer, tools } = this;
    const place = this.place(event);
    viewer.stage.setPointerCapture(event.pointerId);
    viewer.stage.focus({ preventScroll: true });
    tools.setCursor(null);
    this.pointers.set(event.pointerId, place);
    if (this.pointers.size > 1) { this.doing = { what: "pinch" }; return; }
    const reach = REACH[event.pointerType] || REACH.mouse;
    const at = nearestPoint(tools.drawing?.points || [], place, viewer.view, reach);
    if (at >= 0) tools.choose(at);
    this.doing = { what: at >= 0 ? "point" : tools.name === "window" ? "window" : "pan", at, reach, place, isMoved: false, shade: viewer.shade };
  }

  move(event) {
    const { viewer, tools, doing } = this;
    const place = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) { viewer.tellWhere(viewer.pointAt(place), false); return; }
    if (doing.what === "pinch") { this.pinch(event.pointerId, place); return; }
    if (!doing.isMoved) {
      if (distance(doing.place, place) < (SLOP[event.pointerType] || SLOP.mouse)) return;
      doing.isMoved = true;
      if (doing.what === "point") tools.remember();
    }
    this.pointers.set(event.pointerId, place);
    if (doing.what === "point") {
      const point = viewer.pointAt(place);
      tools.move(doing.at, point);
      viewer.tellWhere(point, false);
    } else if (doing.what === "window") {
      const by = Math.max(viewer.file.width, 1) / 400;
      const [right, down] = [place[0] - doing.place[0], place[1] - doing.place[1]];
      viewer.setShade({ width: doing.shade.width + right * by, centre: doing.shade.centre + down * by });
    } else if (doing.what === "pan") {
      viewer.pan(place[0] - before[0], place[1] - before[1]);
    }
  }

  // What lay under two fingers stays under them.
  pinch(id, place) {
    const [one, other] = [...this.pointers.values()];
    const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const [apart, from] = [distance(one, other), middle(one, other)];
    this.pointers.set(id, place);
    const [now, then] = [...this.pointers.values()];
    const to = middle(now, then);
    this.viewer.pan(to[0] - from[0], to[1] - from[1]);
    if (apart > 10) this.viewer.zoom(distance(now, then) / apart, to);
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    const { doing } = this;
    if (doing.what !== "pinch" && !doing.isMoved) this.tap(this.place(event));
    this.doing = this.pointers.size ? { what: "pinch-ends", isMoved: true } : null;
  }

  cancel(event) {
    this.pointers.delete(event.pointerId);
    this.doing = this.pointers.size ? { what: "pinch-ends", isMoved: true } : null;
  }

  tap(place) {
    const { viewer, tools, doing } = this;
    const { drawing } = tools;
    if (!drawing) return;
    if (doing.what === "point") {
      if (doing.at === 0 && drawing.points.length >= FEWEST) tools.close();
      return;
    }
    const { scale, stretch, left, top } = viewer.view;
    const [right, bottom] = [left + viewer.file.columns * scale, top + viewer.file.rows * scale * stretch];
    if (place[0] < left || place[1] < top || place[0] > right || place[1] > bottom) return;
    tools.add(viewer.pointAt(place), doing.reach);
  }

  wheel(event) {
    event.preventDefault();
    const { viewer } = this;
    const turned = event.deltaY * (event.deltaMode ? 20 : 1);
    if (event.ctrlKey || viewer.file.frames === 1) {
      viewer.zoom(2 ** (-turned / (event.ctrlKey ? 100 : 300)), this.place(event));
      return;
    }
    this.turned = (this.turned || 0) + turned;
    if (Math.abs(this.turned) < 30) return;
    viewer.show(viewer.number + Math.sign(this.turned));
    this.turned = 0;
  }

  key(event) {
    if (event.altKey) return;
    const done = event.ctrlKey || event.metaKey ? this.undone(event.key) : this.pressed(event);
    if (done) event.preventDefault();
  }

  undone(key) {
    if (key.toLowerCase() === "z") this.tools.undo();
    return key.toLowerCase() === "z";
  }

  // Whether the key meant something here.
  pressed({ key, shiftKey, target }) {
    const { viewer, tools } = this;
    const point = target.dataset?.point;
    if (ARROWS[key]) this.arrow(ARROWS[key], shiftKey ? 10 : 1, point);
    else if (FRAMES[key] && viewer.file.frames > 1) viewer.show(viewer.number + FRAMES[key]);
    else if (LETTERS[key]) tools.take(LETTERS[key]);
    else if (ACTS[key]) viewer.act(ACTS[key]);
    else if (key === "Delete" || key === "Backspace") tools.remove();
    else if (key === "Escape") this.escape(point);
    else if ((key === "Enter" || key === " ") && tools.drawing) this.drop(key, point);
    else return false;
    return true;
  }

  arrow([right, down], by, point) {
    const { viewer, tools } = this;
    const at = point === undefined ? (tools.cursor ? -1 : tools.selected) : Number(point);
    if (at >= 0 && tools.drawing) {
      const [x, y] = tools.drawing.points[at];
      tools.remember();
      tools.move(at, onPicture([x + right * by, y + down * by], viewer.file));
      this.follow(tools.drawing.points[at]);
    } else if (tools.drawing) {
      const [x, y] = tools.cursor || viewer.pointAt([viewer.room.width / 2, viewer.room.height / 2]);
      const moved = tools.cursor ? [x + right * by, y + down * by] : [x, y];
      tools.setCursor(onPicture(moved, viewer.file));
      this.follow(tools.cursor);
    } else if (tools.name === "window") {
      const step = (by * viewer.file.width) / 200;
      viewer.setShade({ width: viewer.shade.width + right * step, centre: viewer.shade.centre + down * step });
      viewer.say(`Centre ${viewer.shade.centre}, width ${viewer.shade.width}`);
    } else {
      viewer.pan(-right * by * 20, -down * by * 20);
    }
  }

  // A point that leaves the stage takes the picture along.
  follow(point) {
    const { viewer } = this;
    const { width, height } = viewer.room;
    const [x, y] = viewer.placeOf(point);
    const back = (at, room) => Math.max(MARGIN - at, 0) + Math.min(room - MARGIN - at, 0);
    if (back(x, width) || back(y, height)) viewer.pan(back(x, width), back(y, height));
  }

  drop(key, point) {
    const { viewer, tools } = this;
    const { drawing } = tools;
    const isOutline = drawing.kind === "outline";
    if (isOutline && key === "Enter" && !drawing.isClosed && drawing.points.length >= FEWEST) tools.close();
    else if (point !== undefined) { if (isOutline && point === "0") tools.close(); }
    else if (tools.cursor) tools.add(tools.cursor, Infinity);
    else this.arrow([0, 0], 0);
    if (point === undefined) viewer.drawNow();
  }

  escape(point) {
    const { viewer, tools } = this;
    if (point !== undefined) viewer.stage.focus({ preventScroll: true });
    else if (tools.drawing?.points.length && !tools.drawing.isClosed) tools.again();
    else tools.take("look");
  }
}
