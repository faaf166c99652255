// `data-copy="text"` or `data-copy-from="#id"`: copies, and the button says so for a moment.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const text = button.dataset.copy ?? document.querySelector(button.dataset.copyFrom)?.textContent ?? "";
  const label = button.querySelector("span") ?? button;
  try {
    await navigator.clipboard.writeText(text.trim());
  } catch {
    // No permission, or no secure context: leave the text selected, so that the keyboard can copy it.
    const shown = button.parentElement.querySelector("code");
    if (shown) getSelection().selectAllChildren(shown);
    return;
  }
  button.dataset.label ??= label.textContent;
  label.textContent = button.dataset.textDone ?? button.dataset.label;
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: label.textContent } }));
  setTimeout(() => { label.textContent = button.dataset.label; }, 2000);
});
