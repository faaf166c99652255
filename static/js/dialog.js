// `data-dialog="id"` opens a <dialog>; a press outside it or on `data-dialog-close` closes it. Focus goes back by itself.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal) return;
    event.preventDefault();
    opener.closest("details[data-menu]")?.removeAttribute("open");
    dialog.showModal();
    return;
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  else if (event.target.matches?.("dialog")) event.target.close();
});
