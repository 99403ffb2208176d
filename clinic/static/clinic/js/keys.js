import { forgetAll } from "./kept.js";

// "/" puts the cursor into the search field, unless one is typing somewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const search = document.getElementById("search");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});
// On a shared device nothing that was typed stays after logging out.
for (const form of document.querySelectorAll("form[data-log-out]")) form.addEventListener("submit", forgetAll);
// Other tabs of who leaves do not keep their pages; where a page can lock, lock.js tells them.
if (!document.getElementById("lock")) {
  for (const form of document.querySelectorAll("form[data-log-out]")) {
    form.addEventListener("submit", () => new BroadcastChannel("casebook-lock").postMessage({ what: "left" }));
  }
}
