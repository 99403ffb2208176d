// The points of a drawing with the keyboard: Tab goes from list to list, arrows from point to point, up and down to the
// nearest point of the next list. Without this each point is a stop of its own.
for (const drawing of document.querySelectorAll("[data-points]")) {
  const lists = [...drawing.querySelectorAll('[role="list"]')]
    .map((list) => [...list.querySelectorAll("a[href], [tabindex]")])
    .filter((points) => points.length);
  for (const points of lists) points.forEach((point, n) => point.setAttribute("tabindex", n ? "-1" : "0"));
  drawing.addEventListener("keydown", (event) => {
    const row = lists.findIndex((points) => points.includes(event.target));
    if (row < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const points = lists[row];
    const at = points.indexOf(event.target);
    const to = {
      ArrowLeft: () => points[at - 1],
      ArrowRight: () => points[at + 1],
      ArrowUp: () => nearest(lists[row - 1], event.target),
      ArrowDown: () => nearest(lists[row + 1], event.target),
      Home: () => points[0],
      End: () => points.at(-1),
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    for (const list of lists) if (list.includes(to)) list.forEach((p) => p.setAttribute("tabindex", p === to ? "0" : "-1"));
    to.focus();
  });
}

function nearest(points, from) {
  const x = (point) => point.getBoundingClientRect().left;
  return points?.reduce((best, point) => (Math.abs(x(point) - x(from)) < Math.abs(x(best) - x(from)) ? point : best));
}
