// What was outlined in the viewer, signed with the form under it; nothing that was drawn is lost where it is refused.
import { askForLogin } from "./login.js";
import { sizeWords } from "./viewer_words.js";

const form = document.querySelector("form[data-measure]");
const figure = document.querySelector("[data-viewer]");

if (form && figure) {
  const says = form.querySelector("[data-measure-drawn]");
  const refused = form.querySelector("[data-measure-refused]");
  const empty = says?.textContent;
  let isSent = false;

  const drawn = () => figure.viewer.tools.outlines().filter((each) => !each.fault);

  function tell(messages) {
    refused.hidden = !messages.length;
    refused.querySelector("ul").replaceChildren(...messages.map((message) => {
      const line = document.createElement("li");
      line.textContent = message;
      return line;
    }));
    if (messages.length) refused.focus();
  }

  // A reading is of one picture: a scale holds for one.
  function told() {
    const outlines = drawn();
    const files = [...new Set(outlines.map(({ file }) => file))];
    const of = files[0] || figure.viewer.file.id;
    const { scale } = figure.viewer.data.files.find(({ id }) => id === of);
    const gone = [...form.querySelectorAll('[name="gone"]:checked')].map(({ value }) => value);
    return { files, body: { file: of, scale, gone, outlines: outlines.map(({ deposit, frame, points }) => ({ deposit, frame, points })) } };
  }

  figure.addEventListener("viewer:change", () => {
    if (!says) return;
    const words = drawn().map((each) => `${each.deposit} ${sizeWords(each)}`);
    says.textContent = words.length ? words.join("; ") : empty;
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { files, body } = told();
    if (files.length > 1) return tell(["A reading is of one picture. Sign what is outlined on one of them first, then on the other."]);
    const button = form.querySelector('button[type="submit"]');
    button.disabled = true;
    const data = new FormData(form);
    data.delete("gone");
    data.set("drawn", JSON.stringify(body));
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
      if (answer.redirected) { isSent = true; return location.assign(answer.url); }
      const found = await answer.json().catch(() => ({}));
      if (found.location) { isSent = true; return location.assign(found.location); }
      if (answer.status === 401) { await askForLogin(form); tell(["You are logged in again: send it once more."]); }
      else tell(found.refused || ["It was not kept. What you drew is still here: send it again."]);
    } catch {
      tell(["The server was not reached. What you drew is still here: send it again."]);
    } finally {
      button.disabled = false;
    }
    return undefined;
  });

  window.addEventListener("beforeunload", (event) => { if (!isSent && drawn().length) event.preventDefault(); });
}
