// The pipeline: arrow keys go from card to card, x chooses, m moves; or drag a card to another column. All of it ticks
// boxes and presses the board's own button, so that without this script the boxes and the bar do the same.
const region = () => document.querySelector("[data-board]");
const cards = (root) => [...root.querySelectorAll("[data-card]")];
const boxes = () => [...region().querySelectorAll("input[name=selected]")];
const box = (card) => card.querySelector("input[name=selected]");

let dragged = null;
let kept = null; // what a swap must not lose: the card in focus, how far the board is scrolled

function prepare() {
  const board = region();
  if (!board?.querySelector("[data-move]")) return;
  for (const card of cards(board)) card.draggable = true;
  if (boxes().some((each) => each.checked)) count();
}

function count() {
  const said = region()?.querySelector("[data-some]");
  if (!said) return;
  const chosen = boxes().filter((each) => each.checked).length;
  said.textContent = chosen ? said.dataset.some.replace("{n}", chosen) : said.dataset.none;
}

function choose(card, on) {
  if (!box(card)) return;
  box(card).checked = on;
  count();
}

function beside(card, key) {
  const columns = [...region().querySelectorAll("[data-stage]")].map(cards);
  const column = columns.findIndex((list) => list.includes(card));
  const row = columns[column].indexOf(card);
  if (key === "ArrowDown") return columns[column][row + 1];
  if (key === "ArrowUp") return columns[column][row - 1];
  const away = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const others = key === away ? columns.slice(column + 1) : columns.slice(0, column).reverse();
  const next = others.find((list) => list.length);
  return next?.[Math.min(row, next.length - 1)];
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !region()?.contains(event.target)) return;
  if (event.target.id === "move-to" && event.key === "Enter") {
    event.preventDefault();
    region().querySelector("[data-move]").click();
    return;
  }
  const card = event.target.closest("[data-card]");
  if (!card) return;
  if (event.key.startsWith("Arrow")) {
    const next = beside(card, event.key);
    event.preventDefault();
    next?.querySelector("a").focus();
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (event.key === "x") {
    choose(card, !box(card)?.checked);
  } else if (event.key === "m" && !boxes().some((each) => each.checked)) {
    choose(card, true); // the list of stages takes focus by its own data-key
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-board] input[name=selected]")) count();
});

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-board] [data-card]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
  dragged.classList.add("dragging");
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragging");
  dragged = null;
  for (const column of document.querySelectorAll(".drop-target")) column.classList.remove("drop-target");
});

document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest?.("[data-stage]");
  if (!column) return;
  event.preventDefault();
  for (const other of document.querySelectorAll(".drop-target")) other.classList.toggle("drop-target", other === column);
  column.classList.add("drop-target");
});

document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest?.("[data-stage]");
  if (!column) return;
  event.preventDefault();
  if (dragged.closest("[data-stage]") === column) return;
  // What was chosen goes along only if the dragged card is among it.
  if (!box(dragged).checked) for (const each of boxes()) each.checked = each === box(dragged);
  region().querySelector("#move-to").value = column.dataset.stage;
  kept = { card: dragged.dataset.card };
  region().querySelector("[data-move]").click();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "board") return;
  const chosen = boxes().filter((each) => each.checked).map((each) => each.value);
  const focused = document.activeElement.closest("[data-card]")?.dataset.card;
  const scrolled = [...region().querySelectorAll(".board, .board-cards")].map((each) => [each.scrollLeft, each.scrollTop]);
  kept = { card: kept?.card ?? focused ?? chosen[0], scrolled };
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt?.id !== "board" && !event.detail.elt?.closest?.("#board")) return;
  prepare();
  const board = region();
  if (!kept || !board) return;
  [...board.querySelectorAll(".board, .board-cards")].forEach((each, at) => {
    [each.scrollLeft, each.scrollTop] = kept.scrolled?.[at] ?? [0, 0];
  });
  if (!board.querySelector("[data-focus]")) board.querySelector(`[data-card="${CSS.escape(kept.card ?? "")}"] a`)?.focus({ preventScroll: true });
  kept = null;
});

prepare();
