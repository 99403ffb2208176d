// Covers the page where its person went away or pressed Lock: it stays as it is, unread, until they prove who they are.
// The server holds the same clock, and answers nothing meanwhile; what is here only hides what is on the screen already.
import { forgetCode, logInAgain } from "./login.js";
import { isOffered, options, saidOf, use } from "./passkey.js";

const dialog = document.getElementById("lock");
const form = dialog.querySelector("form");
const told = dialog.querySelector("[role=alert]");
const byPasskey = dialog.querySelector("[data-passkey]");
const IDLE_MS = dialog.dataset.idleSeconds * 1000;
const TELL_MS = 60000;
const AGAIN_MS = 5000;
const LEFT_MS = 2000; // by then the server has ended the login, and another tab of it goes to the login page
const others = new BroadcastChannel("casebook-lock");
const tell = (what) => others.postMessage({ what, person: dialog.dataset.person });
let last = Date.now();
let toldAt = Date.now();
let waiting = [];
let locking = null; // the login's key changes when the server locks: what proves the person waits for the answer

const isCovered = () => document.documentElement.classList.contains("covered");
const post = (address, fields = {}) => fetch(address, {
  method: "POST", credentials: "same-origin", headers: { "X-Requested-With": "fetch" },
  body: new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, ...fields }),
});

function cover() {
  if (isCovered()) return;
  document.documentElement.classList.add("covered");
  told.textContent = "";
  byPasskey.hidden = !isOffered;
  if (!dialog.open) dialog.showModal();
  form.elements.proof_password.focus();
}

function uncover() {
  last = toldAt = Date.now();
  document.documentElement.classList.remove("covered");
  form.elements.proof_password.value = "";
  forgetCode(form);
  if (dialog.open) dialog.close();
  for (const done of waiting.splice(0)) done();
}

// For scripts that were told that the browser is locked: what they hand over is called when it is not any more. By an
// event and not by import: the page loads this under another address, and would have it twice.
document.addEventListener("casebook:proof", (event) => { waiting.push(event.detail); cover(); });

async function prove(fields) {
  told.textContent = "";
  await locking;
  try {
    let answer = await post(form.action, fields);
    if (answer.status === 401 && fields.proof_password) {
      const wrong = await logInAgain(form, fields.proof_password, form.getAttribute("action"));
      if (wrong) { told.textContent = wrong; return; }
      answer = { ok: true };
    }
    if (answer.ok) { tell("open"); uncover(); return; }
    const said = answer.json ? await answer.json().catch(() => ({})) : {};
    told.textContent = said.message || "That did not work. Type your password.";
  } catch {
    told.textContent = "No connection. Try again when it is back.";
  }
  form.elements.proof_password.select();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  prove({ proof_password: form.elements.proof_password.value });
});
byPasskey.addEventListener("click", async () => {
  told.textContent = "";
  await locking;
  try { await prove({ proof_credential: await use(await options(byPasskey.dataset.options)) }); } catch (fault) { told.textContent = saidOf(fault); }
});
// Escape closes a dialog, a second one even where the first was refused.
dialog.addEventListener("cancel", (event) => event.preventDefault());
dialog.addEventListener("close", () => { if (isCovered()) dialog.showModal(); });

// What is typed and not sent yet is saved first; then the server locks, as soon as it can be reached.
document.querySelector("form[data-lock]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const address = event.target.action;
  document.getElementById("who-menu")?.hidePopover();
  const saves = [];
  document.dispatchEvent(new CustomEvent("casebook:lock", { detail: saves }));
  cover();
  tell("locked");
  await Promise.race([Promise.allSettled(saves), new Promise((done) => { setTimeout(done, AGAIN_MS); })]);
  while (isCovered()) {
    locking = post(address).catch(() => null);
    const answer = await locking;
    if (answer && answer.status < 500) return;
    await new Promise((done) => { setTimeout(done, AGAIN_MS); });
  }
});

// What one person does in one tab is no leave to show another person's page in the next.
others.addEventListener("message", ({ data: { what, person } }) => {
  if (what === "left") { cover(); setTimeout(() => location.reload(), LEFT_MS); }
  else if (what === "locked") cover();
  else if (person !== dialog.dataset.person) cover();
  else if (what === "open") uncover();
  else if (!isCovered()) last = Date.now();
});
for (const leave of document.querySelectorAll("form[data-log-out]")) leave.addEventListener("submit", () => tell("left"));
const here = dialog.querySelector("[data-this-page]");
here.form.addEventListener("submit", () => { here.value = location.pathname + location.search; });

function watch() {
  if (Date.now() - last >= IDLE_MS) cover();
}
function seen() {
  watch(); // who comes back after a quarter of an hour is not "active" by touching the covered page
  if (isCovered()) return;
  last = Date.now();
  if (last - toldAt < TELL_MS) return;
  toldAt = last;
  tell("active");
  post(dialog.dataset.here).then((answer) => { if (answer.status === 423 || answer.status === 401) cover(); }).catch(() => {});
}
for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) document.addEventListener(kind, seen, { passive: true, capture: true });
for (const kind of ["visibilitychange", "focus", "pageshow"]) window.addEventListener(kind, watch, true);
setInterval(watch, AGAIN_MS);
