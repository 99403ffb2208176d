// Passkeys: what the browser makes of the server's questions. Does nothing by itself: several pages' scripts import it.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
export const isOffered = Boolean(window.PublicKeyCredential && navigator.credentials);

function written(made, response) {
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: made.getClientExtensionResults() });
}

export async function create({ publicKey: asked }) {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const publicKey = { ...asked, user, challenge: bytes(asked.challenge), excludeCredentials: known(asked.excludeCredentials) };
  const made = await navigator.credentials.create({ publicKey });
  return written(made, { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) });
}

export async function use({ publicKey: asked }) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) };
  const made = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
  return written(made, {
    clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : null,
  });
}

// What the server asks a passkey to sign; throws words that can be shown.
export async function options(address) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { "X-Requested-With": "fetch", Accept: "application/json" } });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.message || "That did not work. Type your password.");
  return told.request_options || told.creation_options;
}

// NotAllowedError: the person said no, or took too long. Its own words would not help anybody.
export function saidOf(fault) {
  if (fault.name === "InvalidStateError") return "This device holds a passkey of yours already.";
  return fault.name === "Error" ? fault.message : "No passkey was used. Try again, or type your password.";
}
