// Photographs of a note: each is sent as soon as it is taken, one after the other, with its progress; the list comes back.
import { askForLogin } from "./login.js";

const form = document.querySelector("form[data-autosave]");
const place = document.querySelector("[data-photographs]");

if (form && place) {
  const section = document.getElementById("photographs");
  const list = section.querySelector("[data-photographs-list]");
  const state = section.querySelector("[data-photographs-state]");
  const again = section.querySelector("[data-photographs-again]");
  const [title, where, input] = ["photo-title", "photo-where", "photo-file"].map((id) => document.getElementById(id));
  let waiting = [];
  let busy = false;

  place.hidden = false;
  section.querySelector("[data-photographs-plain]").hidden = true;
  const say = (text, tone = "soft") => { state.textContent = text; state.className = tone; };

  // A photograph belongs to a note: one that the server does not have yet saves itself first.
  async function isSaved() {
    if (form.elements.draft_version.value !== "0") return true;
    form.dispatchEvent(new Event("input"));
    for (let tries = 0; tries < 60; tries += 1) {
      await new Promise((done) => { setTimeout(done, 200); });
      if (form.elements.draft_version.value !== "0") return true;
    }
    return false;
  }

  // Answers with the status and what was told; 0 where the server was not reached. Only this way tells how far it is.
  function send(photograph, words) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.set("title", photograph.title);
      body.set("where", photograph.where);
      body.set("taken_on", photograph.day);
      body.set("file", photograph.file, photograph.file.name);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) say(`${words}, ${Math.round((100 * event.loaded) / event.total)} %`);
      });
      request.addEventListener("loadend", () => {
        let told = {};
        try { told = JSON.parse(request.responseText); } catch { /* not one of our answers */ }
        done({ status: request.status, told });
      });
      request.open("POST", place.dataset.photographs);
      request.setRequestHeader("X-Requested-With", "fetch");
      say(`${words}, 0 %`);
      request.send(body);
    });
  }

  // What the server refused is told and dropped; what did not reach it waits for another press.
  async function sendAll() {
    busy = true;
    again.hidden = true;
    const refused = [];
    const all = waiting.length;
    if (!(await isSaved())) return stop("The note is not saved yet, so the photograph waits on this page.");
    while (waiting.length) {
      const answer = await send(waiting[0], `Photograph ${all - waiting.length + 1} of ${all}`);
      if (answer.status === 401) { say("Your login ran out."); await askForLogin(form); continue; }
      if (answer.status === 413) refused.push("It is too large: at most 20 MB.");
      else if (answer.status === 422) refused.push(answer.told.message);
      else if (answer.status === 200) list.innerHTML = answer.told.html;
      else return stop("Not sent. The photograph waits on this page until it is sent again.");
      waiting.shift();
    }
    busy = false;
    const kept = all - refused.length;
    say([...refused, kept ? `${kept === 1 ? "The photograph is" : `${kept} photographs are`} with the note.` : ""].join(" ").trim(), refused.length ? "state-stop" : "soft");
  }

  function stop(text) {
    busy = false;
    again.hidden = false;
    say(text, "state-watch");
  }

  input.addEventListener("change", () => {
    const told = { title: title.value, where: where.value, day: form.elements.occurred_on?.value || "" };
    waiting.push(...[...input.files].map((file) => ({ file, ...told })));
    input.value = "";
    if (!busy && waiting.length) sendAll();
  });
  again.addEventListener("click", sendAll);
  for (const kind of ["input", "change"]) place.addEventListener(kind, (event) => event.stopPropagation()); // no part of the note
  title.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  form.addEventListener("submit", (event) => {
    if (!busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    state.scrollIntoView({ block: "center" });
  }, true);
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
}
