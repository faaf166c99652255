// `tr[data-row]`: a press anywhere in the row follows the row's link, as the link itself would be followed.
const controls = "a, button, input, select, textarea, label, summary, [contenteditable]";

function follow(event) {
  const row = event.target.closest?.("tr[data-row]");
  const link = row?.querySelector(".row-link");
  if (!link || event.target.closest(controls) || String(getSelection())) return;
  if (event.button === 1 || event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else if (event.button === 0) link.click();
}

document.addEventListener("click", follow);
document.addEventListener("auxclick", follow);
