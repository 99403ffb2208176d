// The list of patients follows what one types: asked 250 ms after the last key, the old list stays until the new one is there.
const input = document.getElementById("search");
const found = document.getElementById("found");
let waiting = 0;
let asked = 0;

async function ask() {
  const mine = ++asked;
  const address = new URL(location.pathname, location.origin);
  if (input.value.trim()) address.searchParams.set("q", input.value.trim());
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("found");
  if (!fresh || mine !== asked) return;
  found.replaceChildren(...fresh.childNodes);
  history.replaceState(null, "", address);
}

input.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 250);
});
