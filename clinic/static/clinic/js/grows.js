// A form that grows with need: later rows wait until they are asked for, and a region offers what is usually measured there.
const form = document.querySelector("form[data-grows]");

function isEmpty(row) {
  return [...row.querySelectorAll("input, select, textarea")].every((field) =>
    field.type === "radio" || field.type === "checkbox" ? !field.checked : !field.value || field.value === "UNKNOWN");
}

for (const row of form.querySelectorAll("[data-later]")) row.hidden = !row.open && isEmpty(row);

for (const button of form.querySelectorAll("[data-more]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const waiting = form.querySelector(`[data-later="${button.dataset.more}"][hidden]`);
    const row = waiting || added(button.dataset.rows, button);
    if (!row) return;
    row.hidden = false;
    row.open = true;
    row.querySelector("input, select").focus();
    const last = !form.querySelector(`[data-later="${button.dataset.more}"][hidden]`);
    button.hidden = last && !button.dataset.rows;
  });
}

// One more row than the page came with, made from the template of the formset.
function added(name, button) {
  const template = name && form.querySelector(`template[data-row="${name}"]`);
  if (!template) return null;
  const total = form.elements[`${name}-TOTAL_FORMS`];
  const holder = document.createElement("div");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
  total.value = Number(total.value) + 1;
  button.before(...holder.children);
  return button.previousElementSibling;
}

const region = form.querySelector("select[name$='-0-region']");
const side = () => form.querySelector("input[name$='-0-side']:checked")?.value || "";
const ticks = () => [...form.querySelectorAll("input[name=key_measures]")];

function offer() {
  for (const each of form.querySelectorAll("[data-regions]")) {
    each.hidden = !region.value || !each.dataset.regions.split(" ").includes(region.value);
  }
}

for (const button of form.querySelectorAll("[data-ask-these]")) {
  button.addEventListener("click", () => {
    for (const asked of button.dataset.askThese.split(" ")) {
      const wanted = [asked, `${asked}${side()}`];
      const tick = ticks().find((each) => wanted.includes(each.value));
      if (!tick) continue;
      tick.checked = true;
      tick.closest("details").open = true;
    }
    button.textContent = "Ticked below";
  });
}
region.addEventListener("change", offer);
offer();
