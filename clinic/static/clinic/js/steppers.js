// Plus and minus beside a number: one step of its unit.
for (const button of document.querySelectorAll("button[data-step]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const step = button.dataset.step.replace("−", "-").replace("--", "-");
    const places = (step.split(".")[1] || "").length;
    const now = Number.parseFloat(field.value.replace(",", ".")) || 0;
    field.value = Math.max(0, now + Number.parseFloat(step)).toFixed(places);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
