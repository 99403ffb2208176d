// What one typed and the server does not have yet, on this device: tied to person and note, gone after saving or at log-out.
const PREFIX = "casebook:";
const DAYS = 3;

export function keep(place, text) {
  try { localStorage.setItem(PREFIX + place, JSON.stringify({ at: Date.now(), text })); } catch { /* full, or forbidden */ }
}

export function kept(place) {
  try {
    const found = JSON.parse(localStorage.getItem(PREFIX + place) || "null");
    return found && Date.now() - found.at < DAYS * 86400000 ? found.text : "";
  } catch { return ""; }
}

export function forget(place) {
  try { localStorage.removeItem(PREFIX + place); } catch { /* nothing was kept */ }
}

export function forgetAll() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch { /* nothing was kept */ }
}
