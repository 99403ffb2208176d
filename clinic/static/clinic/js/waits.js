// What a job is at follows by itself: asked every second, the old text stays until the new one is there.
const progress = document.getElementById("progress");

async function ask() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer && answer.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) return;
    if (!("waiting" in fresh.dataset)) progress.setAttribute("role", "status");  // said aloud once, at the end
    const held = progress.contains(document.activeElement);
    progress.replaceChildren(...fresh.childNodes);
    if (held) (progress.querySelector("button, a") || progress).focus();
    if (!("waiting" in fresh.dataset)) return;
  }
  setTimeout(ask, 1000);
}

if ("waiting" in progress.dataset) setTimeout(ask, 1000);
