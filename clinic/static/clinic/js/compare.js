// Two pictures side by side: what one does to its view the other does too, by as many millimetres where both have a scale.
import { Viewer } from "./viewer.js";

for (const place of document.querySelectorAll("[data-compare]")) {
  const [one, other] = [...place.querySelectorAll("[data-viewer]")].map((figure) => new Viewer(figure));
  const link = place.querySelector("[data-link]");
  const isLinked = () => !link || link.getAttribute("aria-pressed") === "true";

  // Screen pixels of a millimetre; of a column where one of the two has no scale.
  const perUnit = (viewer) => viewer.view.scale / (one.file.scale && other.file.scale ? viewer.file.scale.column_mm : 1);

  // Both whole, and as large as the smaller of them may be.
  function whole() {
    for (const viewer of [one, other]) viewer.whole(true);
    const least = Math.min(perUnit(one), perUnit(other));
    for (const viewer of [one, other]) {
      const by = least / perUnit(viewer);
      const { width, height } = viewer.room;
      if (by < 0.999) viewer.zoom(by, [width / 2, height / 2], true);
    }
  }

  // Window and level mean the same only where the samples do.
  const share = (from, to) => {
    if (one.file.high !== other.file.high) return;
    const isTurned = from.shade.isInverted !== Boolean(from.file.is_inverted);
    to.setShade({ ...from.shade, isInverted: isTurned !== Boolean(to.file.is_inverted) }, true);
  };

  for (const [from, to] of [[one, other], [other, one]]) {
    from.onPan = (right, down) => { if (isLinked()) to.pan(right, down, true); };
    from.onZoom = (factor, [x, y]) => {
      if (!isLinked()) return;
      to.zoom(factor, [(x / from.room.width) * to.room.width, (y / from.room.height) * to.room.height], true);
    };
    from.onShade = () => { if (isLinked()) share(from, to); };
    from.onWhole = () => { if (isLinked()) whole(); };
  }
  link?.addEventListener("click", () => {
    link.setAttribute("aria-pressed", !isLinked());
    if (isLinked()) whole();
  });
  const resized = new ResizeObserver(whole);
  for (const viewer of [one, other]) resized.observe(viewer.stage);
  share(one, other);
}
