// Saves the note of a session as it is typed, ticks a treatment that gets a dose, and moves numbers by a step.
const form = document.querySelector("form[data-autosave]");
const state = document.getElementById("saved");
const WAIT_MS = 1500;
let timer = 0;
let sending = false;
let again = false;
let changed = false;
let pressed = null;

const say = (text) => { state.textContent = text; };

async function save() {
  if (sending) { again = true; return; }
  sending = true;
  changed = false;
  say("Saving …");
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "autosave");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, keepalive: document.hidden });
    await settle(answer);
  } catch {
    changed = true;
    say("Not saved: no connection. What you typed stays on this page.");
    timer = setTimeout(save, 5000);
  }
  sending = false;
  if (pressed) { again = false; form.requestSubmit(pressed); return; }
  if (again) { again = false; save(); }
}

async function settle(answer) {
  if (answer.ok) {
    const told = await answer.json();
    form.elements.draft_version.value = told.draft_version;
    history.replaceState(null, "", `?session=${form.elements.session.value}`);
    say(told.saved);
    return;
  }
  changed = true;
  if (answer.status === 401) { say("Not saved: log in again in another tab, then press Save draft here."); return; }
  const told = await answer.json().catch(() => ({}));
  say(`Not saved. ${told.message || "Press Save draft to see why."}`);
}

form.addEventListener("input", (event) => {
  changed = true;
  tick(event.target);
  clearTimeout(timer);
  timer = setTimeout(save, WAIT_MS);
});
// A button that is pressed while a save is on its way waits for the version that it brings back.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (sending) { pressed = event.submitter; event.preventDefault(); return; }
  changed = false;
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && changed) { clearTimeout(timer); save(); }
});
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

// Whoever types a dose means that it was given; the tick can still be taken away.
function tick(field) {
  const line = field.closest(".line");
  const use = line && line.querySelector("input[name$='-use']");
  if (use && field !== use && field.value) use.checked = true;
  if (use && field === use) line.querySelector("details").open = use.checked;
}

for (const button of form.querySelectorAll("button[data-step]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const step = button.dataset.step.replace("−", "-").replace("--", "-");
    const places = (step.split(".")[1] || "").length;
    const now = Number.parseFloat(field.value.replace(",", ".")) || 0;
    field.value = Math.max(0, now + Number.parseFloat(step)).toFixed(places);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
