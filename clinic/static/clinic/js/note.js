// The note of a session: saved as it is typed, also where the line or the login is gone; a line that is touched says so.
import { keep, kept, forget } from "./kept.js";
import { askForLogin } from "./login.js";
import "./steppers.js";

const form = document.querySelector("form[data-autosave]");
const state = document.getElementById("saved");
const WAIT_MS = 1200;
const AGAIN_MS = 5000;
const place = `note:${form.dataset.person}:${form.action}`;
let timer = 0;
let sending = false;
let again = false;
let changed = false;
let saved = true;
let pressed = null;

const say = (text) => { state.textContent = text; };
const typed = () => new URLSearchParams(new FormData(form));

async function save() {
  if (sending) { again = true; return; }
  sending = true;
  changed = false;
  say("Saving …");
  const body = typed();
  body.set("do", "autosave");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, keepalive: document.hidden });
    await settle(answer);
  } catch {
    changed = true;
    say("No connection. What you typed is kept on this device and sent when it is back.");
    timer = setTimeout(save, AGAIN_MS);
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
    saved = !changed;
    if (saved) settled();
    const findings = document.getElementById("findings");
    if (findings && told.findings) findings.innerHTML = told.findings;
    say(saved ? told.saved : "Saving …");
    return;
  }
  changed = true;
  if (answer.status === 401) {
    pressed = null;
    say("Not saved yet: your login ran out.");
    await askForLogin(form);
    say("Logged in. Saving …");
    again = true;
    return;
  }
  if (answer.status === 423) { // locked, or idle for too long
    pressed = null;
    say("Not saved yet: kept on this device.");
    await new Promise((done) => { document.dispatchEvent(new CustomEvent("casebook:proof", { detail: done })); });
    again = true;
    return;
  }
  if (answer.status >= 500) throw new Error(`The server answers ${answer.status}.`);
  const told = await answer.json().catch(() => ({}));
  say(`Not saved. ${told.message || "Press Save draft to see why."}`);
}

// What stands beside the note and waits for a button of its own stays on this device until that is pressed.
const isLoose = (name) => name.startsWith("red_flag-");
const loose = () => [...form.querySelectorAll("[data-loose]")];
function settled() {
  if (loose().some((field) => field.value)) keep(place, typed().toString());
  else forget(place);
}

function change() {
  changed = true;
  if (saved) { saved = false; say("Saving …"); } // "Saved" never stands above what is not
  keep(place, typed().toString());
  clearTimeout(timer);
  timer = setTimeout(save, WAIT_MS);
}

form.addEventListener("input", (event) => {
  if (event.target.name === "occurred_on") ofAnotherDay(event.target.value);
  tellOnce(event.target);
  touch(event.target);
  change();
});
// A button that is pressed while a save is on its way waits for the version that it brings back.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (sending) { pressed = event.submitter; event.preventDefault(); return; }
  if (!navigator.onLine) {
    event.preventDefault();
    say("No connection. What you typed is kept on this device. Press again when it is back.");
    return;
  }
  changed = false;
  if (event.submitter?.value !== "red_flag") return;
  const told = typed();
  for (const field of loose()) told.delete(field.name);
  keep(place, told.toString());
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && changed) { clearTimeout(timer); save(); }
});
document.addEventListener("casebook:lock", (event) => { if (changed) { clearTimeout(timer); event.detail.push(save()); } });
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
window.addEventListener("online", () => { if (changed) save(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-sign]"));
});

// The time with which the page came is that of today: of another day it is not known.
function ofAnotherDay(chosen) {
  const [day, time] = (form.elements["came-with"]?.value || "").split(" ");
  if (day && chosen !== day && form.elements.began_at.value === time) form.elements.began_at.value = "";
}

// Exercises done: the step that was tapped, or the number that was typed, whichever came last.
function tellOnce(field) {
  const exact = form.elements["since-exact_percent"];
  if (field.name === "since-adherence_percent") exact.value = "";
  if (field !== exact || !exact?.value) return;
  for (const step of form.querySelectorAll("[name='since-adherence_percent']")) step.checked = false;
}

// The keypad takes half of a tablet: the field that is typed in stays in sight, with its label.
function stayInSight() {
  const field = document.activeElement?.closest(".field");
  if (field && form.contains(field)) field.scrollIntoView({ block: "nearest" });
}
window.addEventListener("resize", stayInSight);
window.visualViewport?.addEventListener("resize", stayInSight);

// Whoever types a dose means that it was given; the tick can still be taken away. What is touched is no longer "as planned".
function touch(field) {
  const line = field.closest("[data-line]");
  if (!line) return;
  const use = line.querySelector("input[name$='-use']");
  if (use && field !== use && field.value) use.checked = true;
  if (use && field === use && use.checked && line.querySelector("[data-sentence] :placeholder-shown")) line.querySelector("details").open = true;
  confirm(line, "changed");
  sum(line);
}

function confirm(line, word) {
  line.classList.remove("asbefore");
  const origin = line.querySelector("input[name$='-origin']");
  if (!origin || !origin.value) return;
  line.querySelector("[data-confirmed]").value = "yes";
  const told = line.querySelector(".line-state");
  if (!told.querySelector("span")) told.textContent = word;
}

// The line says what stands in its fields.
function sum(line) {
  const dose = line.querySelector("[data-dose]");
  if (!dose) return;
  const parts = [...line.querySelectorAll("[data-sentence]")].map((field) => {
    const ticked = [...field.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.parentElement.textContent.trim());
    if (ticked.length) return ticked.join(", ");
    const input = field.querySelector("input:not([type=checkbox]), select");
    if (!input || !input.value) return "";
    const unit = field.dataset.unit || "";
    if (input.tagName === "SELECT") return input.selectedOptions[0].textContent;
    return unit ? `${input.value} ${unit}` : input.value;
  }).filter(Boolean);
  dose.textContent = parts.map((part) => ` · ${part}`).join("");
}

const sure = form.querySelector("[data-confirm-all]");
sure?.addEventListener("click", (event) => {
  event.preventDefault();
  for (const line of form.querySelectorAll("[data-line].asbefore")) confirm(line, "confirmed");
  sure.remove();
  change();
});

// What was typed here and may not have reached the server is put back. Where the server has another version of the note,
// it is offered instead: nothing is overwritten unasked.
const BESIDE = ["csrfmiddlewaretoken", "draft_version", "session", "came-with"];
const isBeside = (name) => BESIDE.includes(name) || name.startsWith("beside-");
const content = (told) => [...told].filter(([name]) => !isBeside(name) && !isLoose(name)).map((pair) => pair.join("=")).sort().join("&");

// The server puts what is in the note first, so a row may stand at another place than when it was typed: it is known by
// its treatment, or by what is measured.
const KNOWN_BY = { applications: ["modality"], measurements: ["measure", "context", "side", "moment"] };

function placesIn(told) {
  const places = new Map();
  for (const [name, value] of told) {
    const [, group, place, member] = name.match(/^(applications|measurements)-(\d+)-(\w+)$/) || [];
    if (!group || member !== KNOWN_BY[group][0]) continue;
    const key = [group, ...KNOWN_BY[group].map((each) => told.get(`${group}-${place}-${each}`))].join("|");
    places.set(key, [...(places.get(key) || []), `${group}-${place}-`]);
  }
  return places;
}

function atTheirPlaces(told) {
  const here = placesIn(typed());
  const moved = new Map();
  for (const [key, places] of placesIn(told)) places.forEach((place, n) => moved.set(place, here.get(key)?.[n]));
  const found = new URLSearchParams();
  for (const [name, value] of told) {
    const [place] = name.match(/^(applications|measurements)-\d+-/) || [""];
    if (!place) found.append(name, value);
    else if (moved.get(place)) found.append(moved.get(place) + name.slice(place.length), value);
  }
  return found;
}

function putBack(told) {
  for (const field of form.querySelectorAll("input, select, textarea")) {
    if (!field.name || isBeside(field.name)) continue;
    const values = told.getAll(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else field.value = values.shift() ?? "";
  }
  for (const line of form.querySelectorAll("[data-line]")) {
    if (line.querySelector("[data-confirmed]").value) confirm(line, "confirmed");
    sum(line);
  }
  change();
  say("Put back what you typed before. Saving …");
}

async function recover() {
  const text = kept(place);
  if (!text) return;
  if ("isSaved" in form.dataset) { forget(place); return; } // the server has what the page shows
  const told = atTheirPlaces(new URLSearchParams(text));
  const session = told.get("session");
  for (const field of loose()) {
    if (field.value || !told.get(field.name)) continue;
    field.value = told.get(field.name);
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
  if (content(told) === content(typed())) { settled(); return; }
  if (session !== form.elements.session.value) {
    if (form.elements.draft_version.value !== "0") return;
    const address = form.dataset.session.replace(form.elements.session.value, session);
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (answer?.redirected) { location.replace(answer.url); return; } // a draft of mine: it goes on there
    if (answer?.ok || told.get("draft_version") !== "0") { forget(place); return; } // signed or discarded meanwhile
    form.elements.session.value = session;
  }
  if (told.get("draft_version") === form.elements.draft_version.value) { putBack(told); return; }
  const offer = document.getElementById("kept-here");
  offer.hidden = false;
  offer.querySelector("[data-put-back]").addEventListener("click", () => { offer.hidden = true; putBack(told); });
  offer.querySelector("[data-throw-away]").addEventListener("click", () => { offer.hidden = true; forget(place); });
}
recover();

const which = document.getElementById("id-red_flag-kind");
function tellFirstStep() {
  document.getElementById("red-flag-first-step").textContent = which.selectedOptions[0].dataset.firstStep || "";
}
which.addEventListener("change", tellFirstStep);
tellFirstStep();
