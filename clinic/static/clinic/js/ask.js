// "No to all that is left here": taps no at every question of a group that has no answer yet.
for (const group of document.querySelectorAll("[data-ask-group]")) {
  const button = group.querySelector("[data-all-no]");
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const ask of group.querySelectorAll(".ask")) {
      if (!ask.querySelector("input[type=radio]:checked")) ask.querySelector("input[value=no]").checked = true;
    }
  });
}
