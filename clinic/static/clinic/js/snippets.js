// Text snippets in a note: a list beside each text area puts one in at the cursor; ".short" and a space becomes its text.
const template = document.getElementById("snippets");
const texts = new Map();
for (const button of template.content.querySelectorAll("[data-short]")) texts.set(button.dataset.short, button.dataset.text);

// What is put in is ordinary typed text: whoever listens to typing hears of it.
function put(area, text, from, to) {
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function expand(event) {
  const area = event.target;
  if (!event.isTrusted || event.inputType?.startsWith("delete") || event.inputType?.startsWith("history")) return;
  const at = area.selectionStart;
  const typed = /(?:^|\s)\.([a-z0-9][a-z0-9_-]*)\s$/i.exec(area.value.slice(Math.max(0, at - 24), at));
  const text = typed && texts.get(typed[1].toLowerCase());
  if (text === undefined || text === null) return;
  put(area, text, at - typed[1].length - 2, at - 1);
  area.setSelectionRange(area.selectionStart + 1, area.selectionStart + 1);
}

for (const area of document.querySelectorAll("form[data-autosave] textarea")) {
  const list = template.content.cloneNode(true).firstElementChild;
  const name = document.querySelector(`label[for="${area.id}"]`).textContent;
  const summary = list.querySelector("summary");
  const whose = document.createElement("span");
  whose.className = "visually-hidden";
  whose.textContent = ` for ${name}`;
  summary.append(whose);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-short]");
    if (!button) return;
    put(area, button.dataset.text, area.selectionStart, area.selectionEnd);
    list.open = false;
    area.focus();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    list.open = false;
    summary.focus();
  });
  area.after(list);
  area.addEventListener("input", expand);
}
