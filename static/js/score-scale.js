// `fieldset[data-score-scale]`: digits 1 to 5 and 0 (no evidence) choose while focus is inside.
document.addEventListener("keydown", (event) => {
  const scale = event.target.closest?.("[data-score-scale]");
  if (!scale || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input[type=text]")) return;
  const choice = /^[0-5]$/.test(event.key) && scale.querySelector(`input[type=radio][value="${event.key}"]`);
  if (!choice || choice.disabled) return;
  event.preventDefault();
  choice.focus();
  if (!choice.checked) choice.click();
});
