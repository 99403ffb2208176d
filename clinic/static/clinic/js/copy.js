// A button that copies what is shown once. Where the browser cannot copy, the text is selected to be copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const shown = document.getElementById(button.dataset.copy);
  const told = document.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    shown.select();
    try {
      await navigator.clipboard.writeText(shown.value);
      told.textContent = "Copied.";
    } catch { told.textContent = "Selected: press Ctrl C."; }
  });
}
