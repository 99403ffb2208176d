// The picture viewer: a figure with a canvas for the pixels, SVG over it for what is drawn, and real buttons.
// What it shows is told by the json_script that data-viewer names. It says "viewer:change" when what was drawn changed.
import { fitted, framed, kept, onPicture, toImage, toScreen, zoomed } from "./viewer_geometry.js";
import { Hands } from "./viewer_hands.js";
import { Overlay } from "./viewer_overlay.js";
import { loadFrame, loadPicture, painted, valueAt } from "./viewer_pixels.js";
import { Tools } from "./viewer_tools.js";
import { figure as figureWords, isSame, kindWords, scaleFor, scaleWords } from "./viewer_words.js";

const KEPT_SAMPLES = 48_000_000; // of frames that were seen
const STEP = 1.25;

export class Viewer {
  constructor(figure) {
    this.figure = figure;
    figure.viewer = this;
    this.data = JSON.parse(document.getElementById(figure.dataset.viewer).textContent);
    this.stage = figure.querySelector("[data-stage]");
    this.canvas = this.stage.querySelector("canvas");
    this.frames = new Map();
    this.canvases = new Map();
    this.states = new Map();
    this.find = (what) => figure.querySelector(what);
    this.overlay = new Overlay(this);
    this.tools = new Tools(this);
    this.hands = new Hands(this);
    this.bind();
    this.open(this.data.files[0]);
    this.tools.take("look");
  }

  bind() {
    this.figure.addEventListener("click", (event) => {
      const pressed = event.target.closest("button");
      if (pressed?.dataset.act) this.act(pressed.dataset.act);
      if (pressed?.dataset.tool) this.tools.take(pressed.dataset.tool);
      if (pressed?.dataset.file) this.open(this.data.files.find((file) => file.id === pressed.dataset.file));
    });
    this.find("[data-frames]").addEventListener("input", (event) => this.show(Number(event.target.value)));
    for (const field of this.figure.querySelectorAll("[data-window]")) {
      field.addEventListener("change", () => this.setShade({ [field.dataset.window]: Number(field.value) }));
    }
    this.find("[data-offered]")?.addEventListener("change", (event) => this.chooseScale(event.target.value));
    new ResizeObserver(() => this.fit()).observe(this.stage);
  }

  act(what) {
    const { width, height } = this.room;
    ({
      closer: () => this.zoom(STEP, [width / 2, height / 2]),
      farther: () => this.zoom(1 / STEP, [width / 2, height / 2]),
      whole: () => this.whole(),
      invert: () => this.setShade({ isInverted: !this.shade.isInverted }),
      taken: () => this.setShade(this.takenShade()),
    }[what] || (() => this.tools.act(what)))();
  }

  get room() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  get stretch() {
    const scale = this.file.scale || this.file.offered?.[0];
    return scale ? scale.row_mm / scale.column_mm : 1;
  }

  get key() {
    return `${this.file.id} ${this.number}`;
  }

  // Another picture: its preview at once, then the frame itself in the same place.
  open(file) {
    this.file = file;
    const state = this.states.get(file.id) || { number: 1, shade: this.takenShade(), view: null };
    this.states.set(file.id, state);
    this.shade = state.shade;
    this.view = state.view || fitted(file, this.room, this.stretch);
    this.frame = null;
    this.preview = null;
    if (file.preview_url && state.number === 1) {
      loadPicture(file.preview_url).then((picture) => {
        if (this.file !== file || this.frame) return;
        this.preview = picture;
        this.figure.dataset.seen = "preview";
        this.draw();
      }).catch(() => {}); // the frame follows
    }
    for (const button of this.figure.querySelectorAll("[data-file]")) {
      button.setAttribute("aria-current", button.dataset.file === file.id);
    }
    this.tellFile();
    this.show(state.number);
  }

  async show(number) {
    const wanted = Math.min(Math.max(number, 1), this.file.frames);
    const { file } = this;
    this.number = wanted;
    this.states.get(file.id).number = wanted;
    this.tellFrame();
    this.tools.turned();
    try {
      const frame = await this.load(file, wanted);
      if (this.file !== file || this.number !== wanted) return;
      this.frame = frame;
      this.figure.dataset.seen = "frame";
      this.draw();
      if (wanted < file.frames) this.load(file, wanted + 1).catch(() => {});
    } catch {
      if (this.file === file && this.number === wanted) this.say("This picture could not be loaded. Load the page again.");
    }
  }

  load(file, number) {
    const key = `${file.id} ${number}`;
    const found = this.frames.get(key) || loadFrame(file, number);
    this.frames.delete(key);
    this.frames.set(key, found);
    const most = Math.max(3, Math.floor(KEPT_SAMPLES / (file.rows * file.columns)));
    while (this.frames.size > most) this.frames.delete(this.frames.keys().next().value);
    found.catch(() => this.frames.delete(key));
    return found;
  }

  takenShade() {
    return { centre: this.file.centre, width: this.file.width, isInverted: Boolean(this.file.is_inverted) };
  }

  setShade(change, isLinked = false) {
    if (this.file.is_colour) return;
    const shade = { ...this.shade, ...change };
    shade.width = Math.max(Math.round(shade.width) || 1, 1);
    shade.centre = Math.round(shade.centre) || 0;
    this.shade = this.states.get(this.file.id).shade = shade;
    this.tellShade();
    this.draw();
    if (!isLinked) this.onShade?.(shade);
  }

  setView(view) {
    this.view = this.states.get(this.file.id).view = kept(view, this.file, this.room);
    this.draw();
  }

  // The view as it was where somebody chose it; else the whole picture.
  fit() {
    if (this.states.get(this.file.id).view) this.setView(this.view);
    else this.whole(true);
  }

  whole(isLinked = false) {
    this.states.get(this.file.id).view = null;
    this.view = fitted(this.file, this.room, this.stretch);
    this.draw();
    if (!isLinked) this.onWhole?.();
  }

  // These points, large; together with another viewer only where it shows the same.
  bring(points) {
    this.setView(framed(points, this.file, this.room, this.stretch));
  }

  zoom(factor, place, isLinked = false) {
    const before = this.view.scale;
    const least = fitted(this.file, this.room, this.stretch).scale / 4;
    this.setView(zoomed(this.view, place, factor, least));
    if (!isLinked) this.onZoom?.(this.view.scale / before, place);
  }

  pan(right, down, isLinked = false) {
    this.setView({ ...this.view, left: this.view.left + right, top: this.view.top + down });
    if (!isLinked) this.onPan?.(right, down);
  }

  draw() {
    this.waits ||= requestAnimationFrame(() => {
      this.waits = 0;
      this.drawNow();
    });
  }

  drawNow() {
    const { width, height } = this.room;
    const dots = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * dots)) this.canvas.width = Math.round(width * dots);
    if (this.canvas.height !== Math.round(height * dots)) this.canvas.height = Math.round(height * dots);
    const pen = this.canvas.getContext("2d");
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, width, height);
    const { scale, stretch, left, top } = this.view;
    const source = this.frame ? painted(this.frame, this.file, this.shade, scale * dots, this.canvases) : this.preview;
    pen.imageSmoothingEnabled = scale * dots < 4;
    pen.imageSmoothingQuality = this.frame?.picture ? "high" : "low";
    if (source) pen.drawImage(source, left, top, this.file.columns * scale, this.file.rows * scale * stretch);
    this.overlay.draw();
  }

  placeOf(point) {
    return toScreen(point, this.view);
  }

  pointAt(place) {
    return onPicture(toImage(place, this.view), this.file);
  }

  say(words) {
    const says = this.find("[data-says]");
    if (says.textContent !== words) says.textContent = words;
  }

  // Where the pointer or the cursor is; spoken only of the cursor.
  tellWhere(point, isSpoken) {
    const where = this.find("[data-where]");
    const value = valueAt(this.frame, this.file, point);
    const said = value === null ? "" : ` · ${figureWords(value, 0)}`;
    where.setAttribute("aria-live", isSpoken ? "polite" : "off");
    where.textContent = `column ${figureWords(Math.floor(point[0]), 0)}, row ${figureWords(Math.floor(point[1]), 0)}${said}`;
  }

  tellFile() {
    this.figure.dataset.colour = this.file.is_colour ? "yes" : "no";
    this.find("[data-scale]").textContent = scaleWords(this.file.scale);
    this.tellScales();
    for (const control of this.figure.querySelectorAll('[data-tool="window"], [data-act="invert"], [data-act="taken"]')) {
      control.disabled = this.file.is_colour;
    }
    this.tellShade();
  }

  // What the picture itself offers, what was drawn, and none at all: a scale may be doubted.
  tellScales() {
    const { file } = this;
    const field = this.find("[data-offered]");
    if (!field) return;
    file.offered = [...(file.offered || [])];
    if (file.scale && !file.offered.some((each) => isSame(each, file.scale))) file.offered.unshift(file.scale);
    field.closest("label").hidden = !file.offered.length;
    field.replaceChildren(...file.offered.map((each, at) => new Option(kindWords(each), at)), new Option("none: pixels only", ""));
    field.value = file.scale ? file.offered.findIndex((each) => isSame(each, file.scale)) : "";
  }

  tellShade() {
    for (const field of this.figure.querySelectorAll("[data-window]")) field.value = this.shade[field.dataset.window];
    this.find('[data-act="invert"]').setAttribute("aria-pressed", this.shade.isInverted !== Boolean(this.file.is_inverted));
  }

  tellFrame() {
    const slider = this.find("[data-frames]");
    this.find("[data-frames-row]").hidden = this.file.frames === 1;
    slider.max = this.file.frames;
    slider.value = this.number;
    this.find("[data-frame-says]").textContent = `${this.number} of ${this.file.frames}`;
  }

  // A scale that somebody drew holds for this picture, all of its frames.
  useScale(scale) {
    this.file.scale = scale;
    this.tellFile();
    this.tools.changed();
  }

  chooseScale(at) {
    this.useScale(at === "" ? null : this.file.offered[at]);
  }

  scaleFor(points) {
    return scaleFor(this.file, points);
  }
}
