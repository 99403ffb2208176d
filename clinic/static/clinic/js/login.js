// Asks for the login in place, where it ran out while a page was open: the page and what is typed in it stay.
const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const tokenIn = (page) => page.querySelector("input[name=csrfmiddlewaretoken]")?.value;

async function logIn(address, email, password) {
  const page = await parse(await fetch(address, { credentials: "same-origin" }));
  const body = new URLSearchParams({ login: email, password, csrfmiddlewaretoken: tokenIn(page) || "" });
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
  return answer.ok && !new URL(answer.url).pathname.startsWith(new URL(address, location.href).pathname);
}

const renew = (token) => { for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token; };

// For a page that is covered: its person logs in with the password that they typed to uncover it.
export async function logInAgain(form, password) {
  if (!(await logIn(form.dataset.login, form.dataset.email, password))) return false;
  renew(tokenIn(await parse(await fetch(form.action, { credentials: "same-origin" }))) || "");
  return true;
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
  if (!dialog.open) dialog.showModal();
  return new Promise((done) => {
    ask.onsubmit = async (event) => {
      event.preventDefault();
      told.textContent = "";
      const password = ask.elements.password.value;
      try {
        if (!(await logIn(ask.action, ask.elements.login.value, password))) {
          told.textContent = "That did not work. Check the password and try again.";
          ask.elements.password.select();
          return;
        }
        const page = await parse(await fetch(form.action, { credentials: "same-origin" }));
        const fresh = page.querySelector("form[data-autosave]");
        if (!fresh || fresh.dataset.person !== form.dataset.person) {
          told.textContent = "This is another person’s login. The note waits for the one who types it.";
          return;
        }
        renew(tokenIn(page));
      } catch {
        told.textContent = "No connection. Try again when it is back.";
        return;
      }
      ask.elements.password.value = "";
      dialog.close();
      done();
    };
  });
}
