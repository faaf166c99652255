// Drag a card to another column: ticks it, chooses the stage and sends the board's own form. Without this script, and by
// keyboard, the tick boxes and the bar below do the same.
const board = document.querySelector("form[data-board]");

if (board) {
  let dragged = null;

  for (const card of board.querySelectorAll("[data-card]")) card.draggable = true;

  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.card);
    dragged.classList.add("is-dragged");
  });

  board.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    for (const column of board.querySelectorAll(".is-target")) column.classList.remove("is-target");
  });

  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column) return;
    event.preventDefault();
    for (const other of board.querySelectorAll(".is-target")) if (other !== column) other.classList.remove("is-target");
    column.classList.add("is-target");
  });

  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column) return;
    event.preventDefault();
    if (dragged.closest("[data-stage]") === column) return;
    // What was ticked goes along only if the dragged card is one of them.
    const own = dragged.querySelector("input[name=selected]");
    if (!own.checked) for (const box of board.querySelectorAll("input[name=selected]")) box.checked = box === own;
    board.querySelector("select[name=to]").value = column.dataset.stage;
    board.requestSubmit();
  });
}
