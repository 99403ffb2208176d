// The buttons of passkeys on a page: to add one, to log in and to prove who one is. Each page works with the password alone.
import { create, isOffered, options, saidOf, use } from "./passkey.js";

for (const button of document.querySelectorAll("[data-passkey-for]")) {
  const form = document.getElementById(button.dataset.passkeyFor);
  button.hidden = !isOffered;
  button.addEventListener("click", async () => {
    const told = document.querySelector("[data-told]");
    told.textContent = "";
    try {
      const credential = await use(await options(button.dataset.options));
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: form.dataset.credential || "proof_credential", value: credential });
      form.append(field);
      form.submit();
    } catch (fault) { told.textContent = saidOf(fault); }
  });
}

const making = document.querySelector("form[data-passkey=create]");
making?.addEventListener("submit", async (event) => {
  if (!making.elements.name.value.trim()) return; // the server says what is missing
  event.preventDefault();
  const told = making.querySelector("[data-told]");
  told.textContent = "";
  try {
    making.elements.credential.value = await create(await options(making.action));
    making.submit();
  } catch (fault) { told.textContent = isOffered ? saidOf(fault).replace(", or type your password", "") : "This browser makes no passkeys."; }
});
