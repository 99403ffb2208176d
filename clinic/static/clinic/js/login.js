// Asks for the login in place, where it ran out while a page was open: the page and what is typed in it stay.
import { isOffered, options, saidOf, use } from "./passkey.js";

const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const tokenIn = (page) => page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
const get = async (address) => parse(await fetch(address, { credentials: "same-origin" }));

// What became of a login: "in", "code" where one is asked for, or words that say what is wrong.
async function outcome(answer, address) {
  const page = await parse(answer);
  if (answer.status === 429) return `Too many attempts. ${page.querySelector("[data-wait]")?.textContent || "Try again in five minutes."}`;
  if (answer.ok && !new URL(answer.url).pathname.startsWith(new URL(address, location.href).pathname)) return "in";
  const asks = page.querySelector("form[data-code]");
  if (!asks) return "That did not work. Check the password and try again.";
  return page.querySelector(".field-error:not(:empty)")?.textContent || "code";
}

// A code goes with a password that was right before it; where that was too long ago, both are asked for again.
async function logIn(address, { email, password, code }) {
  let page = await get(address);
  const waits = page.querySelector("form[data-code]");
  if (!(code && waits)) {
    const body = new URLSearchParams({ login: email, password, csrfmiddlewaretoken: tokenIn(page) || "" });
    const found = await outcome(await fetch(address, { method: "POST", body, credentials: "same-origin" }), address);
    if (found !== "code" || !code) return found;
    page = await get(address);
  }
  const body = new URLSearchParams({ code, csrfmiddlewaretoken: tokenIn(page) || "" });
  const asks = page.querySelector("form[data-code]");
  return outcome(await fetch(asks.getAttribute("action"), { method: "POST", body, credentials: "same-origin" }), address);
}

async function logInByPasskey(address, byPasskey) {
  const credential = await use(await options(byPasskey));
  const body = new URLSearchParams({ credential, csrfmiddlewaretoken: tokenIn(await get(address)) || "" });
  return outcome(await fetch(byPasskey, { method: "POST", body, credentials: "same-origin" }), address);
}

const renew = (token) => { for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token; };

function askForCode(form) {
  const field = form.querySelector("[data-code-field]");
  const isNew = field.hidden;
  field.hidden = false;
  form.elements.code.focus();
  return isNew ? "Now the code of your app." : "Type the code that the app shows now.";
}

export function forgetCode(form) {
  form.elements.code.value = "";
  form.querySelector("[data-code-field]").hidden = true;
}

// For a page that is covered: its person logs in with the password that they typed to uncover it. Answers with nothing
// where that worked, else with words.
export async function logInAgain(form, password, action) {
  const found = await logIn(form.dataset.login, { email: form.dataset.email, password, code: form.elements.code.value });
  if (found === "code") return askForCode(form);
  if (found !== "in") return found;
  forgetCode(form);
  renew(tokenIn(await get(action)) || "");
  return "";
}

let asking = null; // the note and its photographs may find out at the same time: one dialog answers both

// Settles when somebody is logged in again; hands the form the fresh token that a login brings.
export function askForLogin(form) {
  asking ??= openDialog(form).finally(() => { asking = null; });
  return asking;
}

function openDialog(form) {
  const dialog = document.getElementById("login-again");
  const ask = dialog.querySelector("form");
  const told = dialog.querySelector("[role=alert]");
  const byPasskey = dialog.querySelector("[data-passkey]");
  byPasskey.hidden = !isOffered;
  if (!dialog.open) dialog.showModal();
  return new Promise((done) => {
    const attempt = async (way) => {
      told.textContent = "";
      try {
        const found = await way();
        if (found === "code") { told.textContent = askForCode(ask); return; }
        if (found !== "in") {
          told.textContent = found;
          (ask.elements.code.value ? ask.elements.code : ask.elements.password).select();
          return;
        }
        const page = await get(form.action);
        const fresh = page.querySelector("form[data-autosave]");
        if (!fresh || fresh.dataset.person !== form.dataset.person) {
          told.textContent = "This is another person’s login. The note waits for the one who types it.";
          return;
        }
        renew(tokenIn(page));
      } catch (fault) {
        told.textContent = fault.name === "TypeError" ? "No connection. Try again when it is back." : saidOf(fault);
        return;
      }
      ask.elements.password.value = "";
      forgetCode(ask);
      dialog.close();
      done();
    };
    ask.onsubmit = (event) => {
      event.preventDefault();
      const { login, password, code } = ask.elements;
      attempt(() => logIn(ask.getAttribute("action"), { email: login.value, password: password.value, code: code.value }));
    };
    byPasskey.onclick = () => attempt(() => logInByPasskey(ask.getAttribute("action"), byPasskey.dataset.options));
  });
}
