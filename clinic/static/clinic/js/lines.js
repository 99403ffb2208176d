// Lines that come and go without losing one's place: a button that only changes the lines asks the server for them.
// Without this script, or without a connection, the same buttons load the page anew with everything that was typed.
const part = () => document.getElementById("lines");

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button || button.dataset.lines === undefined) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, button));
  try {
    const answer = await fetch(event.target.action, { method: "POST", body });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("lines");
    if (!answer.ok || answer.redirected || !fresh) throw new Error("not the lines");
    part().replaceWith(fresh);
    const added = button.dataset.lines && document.getElementById(`dose-${button.dataset.lines}`);
    (added ? added.querySelector("input:not([type=hidden], [type=checkbox]), select") || added.querySelector("input:not([type=hidden])") : part().querySelector("#id-add"))?.focus();
  } catch {
    button.removeAttribute("data-lines");
    event.target.requestSubmit(button);
  }
});
