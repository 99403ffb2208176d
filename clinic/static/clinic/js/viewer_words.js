// What the viewer says of what was drawn: with millimetres and their error where the picture has a scale, else in pixels.
import { areaPx, axes, distance, fault, inMm } from "./viewer_geometry.js";

const NOT_CALIBRATED = "not calibrated: no millimetres";
const KINDS = {
  CALIBRATED_FIDUCIAL: "by an object of known size", CALIBRATED_GEOMETRY: "by the geometry of the machine",
  ERMF: "by the estimated magnification", DETECTOR_PLANE: "at the detector only, larger than life",
  US_REGION: "by the ultrasound machine", PATIENT_PLANE: "in the patient", MANUAL_SCALE: "by a line of known length",
};
const FAULTS = {
  TOO_FEW: "An outline needs three points.", TOO_MANY: "An outline has 2,000 points at most.",
  OFF_PICTURE: "A point lies off the picture.", NO_AREA: "The points lie on one line.",
  CROSSES_ITSELF: "The outline crosses itself: move or remove a point.",
};

export const figure = (value, places = 1) =>
  value.toLocaleString("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
export const faultWords = (why) => FAULTS[why];

export const kindWords = (scale) => `${figure(scale.column_mm, 4)} mm, ${KINDS[scale.kind] || scale.kind}`;
export const isSame = (one, other) => one.kind === other.kind && one.row_mm === other.row_mm && String(one.box) === String(other.box);

export function scaleWords(scale) {
  if (!scale) return "Not calibrated: pixels only, no millimetres";
  const times = scale.magnification ? `, ${figure(scale.magnification, 3)} times` : "";
  return `${figure(scale.column_mm, 4)} mm a pixel ${KINDS[scale.kind] || ""}${times}, area ± ${figure(scale.error_percent, 0)} %`;
}

// The scale that holds for points: one of a part of the picture holds within that part only.
export function scaleFor(file, points) {
  const holds = ({ box }) => !box || points.every(([x, y]) => x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3]);
  const known = file.scale ? [file.scale, ...(file.offered || []).filter((each) => each.kind === file.scale.kind)] : [];
  return known.find(holds) || null;
}

// An outline in figures; `fault` instead of them where it is none.
export function sizeOf(points, file) {
  const why = fault(points, file);
  if (why) return { fault: why };
  const pixels = areaPx(points);
  const scale = scaleFor(file, points);
  if (!scale) return { area_px: pixels, axes: axes(points) };
  const across = axes(inMm(points, scale));
  return {
    area_px: pixels, area_mm2: pixels * scale.row_mm * scale.column_mm, length_mm: across.length, width_mm: across.width,
    error_percent: scale.error_percent, scale,
  };
}

export function sizeWords(size) {
  if (size.fault) return FAULTS[size.fault];
  if (size.area_mm2 === undefined) return `${figure(size.area_px, 0)} px, ${NOT_CALIBRATED}`;
  const { area_mm2: area, length_mm: long, width_mm: wide, error_percent: error } = size;
  return `area ${figure(area)} mm² ± ${figure(error, 0)} %, ${figure(long)} × ${figure(wide)} mm ± ${figure(error / 2, 0)} %`;
}

// Two points are a length, four a length and a width.
export function lengthsOf(points, file) {
  const scale = scaleFor(file, points);
  const [a, b, c, d] = scale ? inMm(points, scale) : points;
  return { length: distance(a, b), width: d ? distance(c, d) : null, scale };
}

export function lengthWords({ length, width, scale }) {
  const both = width === null ? figure(length) : `${figure(length)} × ${figure(width)}`;
  return scale ? `${both} mm ± ${figure(scale.error_percent / 2, 0)} %` : `${both} px, ${NOT_CALIBRATED}`;
}
