// `details[data-menu]`: one open at a time; Escape, a press outside or a choice closes; arrows walk its entries.
const open = () => document.querySelector("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || event.target.closest("a.menu-item")) menu.open = false;
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = open();
  if (!menu || !menu.contains(document.activeElement)) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (!(event.key in steps) && event.key !== "Home" && event.key !== "End") return;
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const next = { Home: 0, End: items.length - 1 }[event.key] ?? (at + steps[event.key] + items.length) % items.length;
  event.preventDefault();
  items[at < 0 && event.key === "ArrowUp" ? items.length - 1 : next]?.focus();
});
