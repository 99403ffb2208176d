// Lines that come and go without losing one's place: a button that only changes the lines asks the server for them.
// Without this script, or without a connection, the same buttons load the page anew with everything that was typed.
const part = () => document.getElementById("lines");
let pending = null;

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (pending) { // what was pressed meanwhile waits for the lines, so that it sends them too
    event.preventDefault();
    await pending;
    if (button?.isConnected) event.target.requestSubmit(button);
    return;
  }
  if (button?.dataset.lines === undefined) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, button));
  part().inert = true; // nothing is typed into lines that are about to be replaced
  pending = change(event.target.action, body, button.dataset.lines).catch(() => {
    part().inert = false;
    return false;
  });
  const done = await pending;
  pending = null;
  if (done) return;
  button.removeAttribute("data-lines");
  event.target.requestSubmit(button);
});

async function change(address, body, place) {
  const answer = await fetch(address, { method: "POST", body });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("lines");
  if (!answer.ok || answer.redirected || !fresh) throw new Error("not the lines");
  part().replaceWith(fresh);
  const added = place && document.getElementById(`dose-${place}`);
  const first = added && (added.querySelector(".form-grid input, .form-grid select") || added.querySelector("[type=checkbox]"));
  (first || part().querySelector("#id-add")).focus();
  return true;
}
