// Files of a picture: dropped, chosen, a folder or a photograph; sent one after the other, each with its progress.
import { askForLogin } from "./login.js";

const form = document.querySelector("form[data-imaging-files]");

if (form) {
  const list = document.querySelector("[data-imaging-list]");
  const shown = form.querySelector("[data-imaging-progress]");
  const state = form.querySelector("[data-imaging-state]");
  const inputs = [...form.querySelectorAll("input[type=file]")];
  const waiting = [];
  let busy = false;
  let kept = 0;

  form.querySelector("[data-imaging-more]").hidden = false;
  form.querySelector("[data-imaging-plain]").hidden = true;
  inputs[0].required = false;

  // Answers with the status and what was told; 0 where the server was not reached.
  function send(item) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.set("file", item.file, item.file.name);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) item.bar.value = event.loaded / event.total;
        item.told.textContent = event.loaded === event.total ? "is being read" : "";
      });
      request.addEventListener("loadend", () => {
        let told = {};
        try { told = JSON.parse(request.responseText); } catch { /* not one of our answers */ }
        done({ status: request.status, told });
      });
      request.open("POST", form.action);
      request.setRequestHeader("X-Requested-With", "fetch");
      request.send(body);
    });
  }

  function add(files) {
    for (const file of files) {
      const line = document.createElement("li");
      const bar = document.createElement("progress");
      const told = document.createElement("span");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      line.append(`${file.name} `, bar, told);
      shown.append(line);
      waiting.push({ file, line, bar, told });
    }
    if (!busy && waiting.length) sendAll();
  }

  async function sendAll() {
    busy = true;
    while (waiting.length) {
      const item = waiting[0];
      const answer = await send(item);
      if (answer.status === 401) { state.textContent = "Your login ran out."; await askForLogin(form); continue; }
      if (answer.status === 0 || answer.status >= 500) { stop(); return; }
      waiting.shift();
      finish(item, answer);
    }
    busy = false;
    state.textContent = kept === 1 ? "1 file is with the picture." : `${kept} files are with the picture.`;
    if (list.querySelector("[data-asked]")) window.location.reload();
  }

  // What was refused stays, with its reason; what was kept is in the list.
  function finish(item, { status, told }) {
    item.bar.remove();
    kept += told.kept || 0;
    if (told.html) list.innerHTML = told.html;
    const refused = (told.refused || []).map((each) => (each.name && each.name !== item.file.name ? `${each.name}: ${each.message}` : each.message));
    if (status === 413) refused.push("It is too large: at most 512 MB.");
    if (refused.length) { item.told.textContent = refused.join(" "); item.told.className = "state-stop"; }
    else { item.told.textContent = told.summary || "Not kept."; item.told.className = "soft"; }
  }

  function stop() {
    busy = false;
    state.textContent = "Not sent: the server was not reached. The files wait on this page. ";
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button";
    again.textContent = "Send again";
    again.addEventListener("click", () => { state.textContent = ""; sendAll(); }, { once: true });
    state.append(again);
  }

  for (const input of inputs) {
    input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  const panel = form.closest("section");
  for (const kind of ["dragover", "drop"]) panel.addEventListener(kind, (event) => event.preventDefault());
  panel.addEventListener("drop", (event) => add([...event.dataTransfer.files]));
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
}
