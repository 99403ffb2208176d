// Pixels of the viewer: a frame of 16-bit samples through window and level into grey, or a colour picture as it is.
// Half and quarter sizes are kept beside a frame, so that a small view of a large X-ray is smooth and quick.
const LEVELS = 3;

// A frame as the server sends it. Raises where it is not there or not whole.
export async function loadFrame(file, number) {
  const url = file.frame_url.replace("{n}", number);
  if (file.is_colour) return { picture: await loadPicture(url) };
  const answer = await fetch(url, { credentials: "same-origin" });
  const bytes = answer.ok ? await answer.arrayBuffer() : new ArrayBuffer(0);
  if (bytes.byteLength !== file.rows * file.columns * 2) throw new Error("frame");
  return { levels: levelsOf(new Uint16Array(bytes), file) };
}

export async function loadPicture(url) {
  const picture = new Image();
  picture.fetchPriority = "high"; // a preview is small, and comes before the frame that it stands for
  picture.src = url;
  await picture.decode();
  return picture;
}

// The grey of every sample, by the linear function of DICOM; a table over the 16 bits as they lie in memory.
export function greys(file, { centre, width, isInverted }) {
  const table = new Uint32Array(65536);
  const isSigned = file.sample !== "uint16";
  const span = Math.max(width, 1) - 1 || 1e-9;
  for (let bits = 0; bits < 65536; bits += 1) {
    const value = isSigned && bits > 32767 ? bits - 65536 : bits;
    const share = Math.min(Math.max((value - (centre - 0.5)) / span + 0.5, 0), 1);
    const grey = Math.round((isInverted ? 1 - share : share) * 255);
    table[bits] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
  return table;
}

export function paint(samples, table, target) {
  for (let at = 0; at < samples.length; at += 1) target[at] = table[samples[at]];
}

// What to draw for a view of this many device pixels a column: a canvas or a picture that is drawn over the whole frame.
// `canvases` are those of one viewer, one of each size: frames are many, and each in colours takes twice its samples.
export function painted(frame, file, shade, devicePixels, canvases) {
  if (frame.picture) return frame.picture;
  const wanted = devicePixels > 0.5 ? 0 : devicePixels > 0.25 ? 1 : 2;
  const level = frame.levels[Math.min(wanted, frame.levels.length - 1)];
  const key = `${shade.centre} ${shade.width} ${shade.isInverted}`;
  const size = `${level.columns} ${level.rows}`;
  const made = canvases.get(size) || { canvas: sized(level) };
  if (made.level !== level || made.key !== key) {
    made.image ||= made.canvas.getContext("2d").createImageData(level.columns, level.rows);
    paint(level.samples, greys(file, shade), new Uint32Array(made.image.data.buffer));
    made.canvas.getContext("2d").putImageData(made.image, 0, 0);
    Object.assign(made, { level, key });
    canvases.set(size, made);
  }
  return made.canvas;
}

// The value of the sample that a point lies on; null off the picture and in colour.
export function valueAt(frame, file, [x, y]) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (!frame?.levels || column < 0 || row < 0 || column >= file.columns || row >= file.rows) return null;
  const bits = frame.levels[0].samples[row * file.columns + column];
  return file.sample !== "uint16" && bits > 32767 ? bits - 65536 : bits;
}

function sized({ columns, rows }) {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  return canvas;
}

// Half sizes leave the last of an odd number of rows or columns out, so they are made only of what halves evenly.
function levelsOf(samples, { rows, columns, sample }) {
  const levels = [{ samples, rows, columns }];
  while (levels.length < LEVELS && levels.at(-1).rows % 2 === 0 && levels.at(-1).columns % 2 === 0) {
    levels.push(halved(levels.at(-1), sample !== "uint16"));
  }
  return levels;
}

function halved({ samples, rows, columns }, isSigned) {
  const from = isSigned ? new Int16Array(samples.buffer) : samples;
  const half = new (isSigned ? Int16Array : Uint16Array)((rows * columns) / 4);
  let at = 0;
  for (let row = 0; row < rows; row += 2) {
    for (let place = row * columns; place < (row + 1) * columns; place += 2) {
      half[at] = (from[place] + from[place + 1] + from[place + columns] + from[place + columns + 1]) >> 2;
      at += 1;
    }
  }
  return { samples: new Uint16Array(half.buffer), rows: rows / 2, columns: columns / 2 };
}
