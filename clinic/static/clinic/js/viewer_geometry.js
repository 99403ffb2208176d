// The geometry of the viewer. What is measured is counted in the same order of steps as in cases/rules/outlines.py.
// A point is [x, y] in the picture, in columns and rows from the outer corner of its first pixel. A view says where the
// picture lies on the stage: scale, CSS pixels of a column; stretch, how many times higher than wide a pixel is; left, top.
export const FEWEST = 3;
export const MOST = 2000;
export const SHORTEST_LINE_PX = 20;
const DRAWN_ERROR = 10;
const IN_SIGHT = 48;
const CLOSEST = 24;

export const toScreen = ([x, y], view) => [x * view.scale + view.left, y * view.scale * view.stretch + view.top];
export const toImage = ([x, y], view) => [(x - view.left) / view.scale, (y - view.top) / (view.scale * view.stretch)];

// The whole picture in the middle of the stage.
export function fitted({ rows, columns }, { width, height }, stretch = 1) {
  const scale = Math.min(width / columns, height / (rows * stretch));
  return { scale, stretch, left: (width - columns * scale) / 2, top: (height - rows * scale * stretch) / 2 };
}

// So close that points fill some two thirds of the stage; never farther than the whole picture.
export function framed(points, picture, stage, stretch = 1) {
  const [lefts, tops] = [points.map(([x]) => x), points.map(([, y]) => y * stretch)];
  const [left, right, top, bottom] = [Math.min(...lefts), Math.max(...lefts), Math.min(...tops), Math.max(...tops)];
  const close = 0.65 * Math.min(stage.width / Math.max(right - left, 1), stage.height / Math.max(bottom - top, 1));
  const scale = Math.max(fitted(picture, stage, stretch).scale, Math.min(close, CLOSEST));
  return { scale, stretch, left: stage.width / 2 - (scale * (left + right)) / 2, top: stage.height / 2 - (scale * (top + bottom)) / 2 };
}

// Closer by a factor; what is at a place of the stage stays there.
export function zoomed(view, [x, y], factor, least) {
  const scale = Math.min(Math.max(view.scale * factor, least), CLOSEST);
  const by = scale / view.scale;
  return { ...view, scale, left: x - (x - view.left) * by, top: y - (y - view.top) * by };
}

// Never quite out of sight.
export function kept(view, { rows, columns }, { width, height }) {
  const within = (at, size, room) => Math.min(Math.max(at, IN_SIGHT - size), room - IN_SIGHT);
  return {
    ...view,
    left: within(view.left, columns * view.scale, width),
    top: within(view.top, rows * view.scale * view.stretch, height),
  };
}

// On the picture, to a hundredth of a pixel: what is shown is what is kept.
export function onPicture([x, y], { rows, columns }) {
  const tidy = (value, most) => Math.round(Math.min(Math.max(value, 0), most) * 100) / 100;
  return [tidy(x, columns), tidy(y, rows)];
}

export function areaPx(points) {
  const [x0, y0] = points[0];
  let twice = 0;
  for (const [[x1, y1], [x2, y2]] of pairs(points)) twice += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  return Math.abs(twice) / 2;
}

// The two points that lie furthest apart, and the extent across the line between them.
export function axes(points) {
  const around = hull(points);
  const [first, second] = furthest(around);
  const length = distance(first, second);
  if (!length) return { longest: [first, second], length: 0, width: 0 };
  const right = (second[0] - first[0]) / length;
  const down = (second[1] - first[1]) / length;
  const across = around.map(([x, y]) => (x - first[0]) * down - (y - first[1]) * right);
  return { longest: [first, second], length, width: Math.max(...across) - Math.min(...across) };
}

export const distance = (a, b) => Math.hypot(b[0] - a[0], b[1] - a[1]);
export const inMm = (points, scale) => points.map(([x, y]) => [x * scale.column_mm, y * scale.row_mm]);

// No two edges cross, touch or lie on each other, but for neighbours in the point that they share.
export function isSimple(points) {
  if (points.length === 3) return areaPx(points) > 0;
  const edges = pairs(points).map(([a, b], at) => ({
    at, a, b, left: Math.min(a[0], b[0]), right: Math.max(a[0], b[0]), top: Math.min(a[1], b[1]), bottom: Math.max(a[1], b[1]),
  })).sort((one, other) => one.left - other.left);
  for (const [place, one] of edges.entries()) {
    if (one.a[0] === one.b[0] && one.a[1] === one.b[1]) return false;
    for (let next = place + 1; next < edges.length && edges[next].left <= one.right; next += 1) {
      const other = edges[next];
      if (other.top > one.bottom || other.bottom < one.top) continue;
      const gap = Math.abs(one.at - other.at);
      if (gap !== 1 && gap !== points.length - 1 && touch(one.a, one.b, other.a, other.b)) return false;
    }
  }
  return true;
}

// Why an outline cannot be kept: the words of the server's check; "" where it can.
export function fault(points, { rows, columns }) {
  if (points.length < FEWEST) return "TOO_FEW";
  if (points.length > MOST) return "TOO_MANY";
  if (!points.every(([x, y]) => x >= 0 && x <= columns && y >= 0 && y <= rows)) return "OFF_PICTURE";
  if (!areaPx(points)) return "NO_AREA";
  return isSimple(points) ? "" : "CROSSES_ITSELF";
}

// The point nearest to a place of the stage within reach, as its number; -1 where there is none.
export function nearestPoint(points, place, view, reach) {
  let found = -1;
  let best = reach;
  points.forEach((point, at) => {
    const apart = distance(toScreen(point, view), place);
    if (apart <= best) { best = apart; found = at; }
  });
  return found;
}

// The edge of a closed outline nearest to a place of the stage within reach: the number that a new point there gets; or -1.
export function nearestEdge(points, place, view, reach) {
  let found = -1;
  let best = reach;
  const edges = pairs(points.map((point) => toScreen(point, view)));
  edges.forEach(([a, b], at) => {
    const long = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2;
    const along = long ? ((place[0] - a[0]) * (b[0] - a[0]) + (place[1] - a[1]) * (b[1] - a[1])) / long : 0;
    const part = Math.min(Math.max(along, 0), 1);
    const apart = distance([a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])], place);
    if (apart <= best) { best = apart; found = at + 1; }
  });
  return found;
}

// The scale of a line of known length, as in cases/rules/scales.py.
export function ofLine(start, end, known, stretch = 1) {
  const column = known / Math.hypot(end[0] - start[0], (end[1] - start[1]) * stretch);
  const error = Math.round((2000 * Math.SQRT2) / distance(start, end)) / 10;
  const tidy = (value) => Math.round(value * 1e6) / 1e6;
  return { kind: "MANUAL_SCALE", row_mm: tidy(column * stretch), column_mm: tidy(column), error_percent: Math.max(DRAWN_ERROR, error) };
}

// Where the second end of a width lies, so that the width runs square to the length; in the unit of square pixels.
export function square([a, b], from, to, stretch = 1) {
  const up = ([x, y]) => [x, y * stretch];
  const [p, q, c, d] = [a, b, from, to].map(up);
  const long = distance(p, q);
  const [nx, ny] = [-(q[1] - p[1]) / long, (q[0] - p[0]) / long];
  const along = (d[0] - c[0]) * nx + (d[1] - c[1]) * ny;
  return [c[0] + along * nx, (c[1] + along * ny) / stretch];
}

function touch(a, b, c, d) {
  const [one, two, three, four] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (one * two < 0 && three * four < 0) return true;
  return (one === 0 && isBetween(a, b, c)) || (two === 0 && isBetween(a, b, d))
    || (three === 0 && isBetween(c, d, a)) || (four === 0 && isBetween(c, d, b));
}

const isBetween = (a, b, on) => Math.min(a[0], b[0]) <= on[0] && on[0] <= Math.max(a[0], b[0])
  && Math.min(a[1], b[1]) <= on[1] && on[1] <= Math.max(a[1], b[1]);
const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
const pairs = (points) => points.map((point, at) => [point, points[(at + 1) % points.length]]);

function hull(points) {
  const ordered = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .filter((point, at, all) => !at || point[0] !== all[at - 1][0] || point[1] !== all[at - 1][1]);
  if (ordered.length < 3) return ordered;
  return [...halfHull(ordered).slice(0, -1), ...halfHull(ordered.reverse()).slice(0, -1)];
}

function halfHull(ordered) {
  const half = [];
  for (const point of ordered) {
    while (half.length > 1 && turn(half.at(-2), half.at(-1), point) <= 0) half.pop();
    half.push(point);
  }
  return half;
}

function furthest(around) {
  const count = around.length;
  let [best, found, facing] = [-1, [around[0], around[count - 1]], 1 % count];
  around.forEach((point, at) => {
    const following = around[(at + 1) % count];
    for (let step = 0; step < count; step += 1) {
      if (turn(point, following, around[(facing + 1) % count]) <= turn(point, following, around[facing])) break;
      facing = (facing + 1) % count;
    }
    for (const one of [point, following]) {
      for (const other of [around[facing], around[(facing + 1) % count]]) {
        const apart = (other[0] - one[0]) ** 2 + (other[1] - one[1]) ** 2;
        if (apart > best) { best = apart; found = [one, other]; }
      }
    }
  });
  return found;
}
