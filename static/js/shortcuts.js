// `data-key="/"` or `data-key="g o"` on a link or control; `?` lists what this page offers.
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const PAUSE = 1200;
let pending = "";
let timer = 0;

const shown = (element) => element.checkVisibility?.() ?? true;

function list(dialog) {
  const dl = dialog.querySelector("[data-shortcuts]");
  for (const old of dl.querySelectorAll("[data-found]")) old.remove();
  for (const element of [...document.querySelectorAll("[data-key]")].reverse()) {
    if (!shown(element)) continue;
    const row = dl.ownerDocument.createElement("div");
    row.dataset.found = "";
    const term = document.createElement("dt");
    term.textContent = element.dataset.keyLabel ?? element.textContent.trim();
    const keys = document.createElement("dd");
    element.dataset.key.split(" ").forEach((key, at) => {
      if (at) keys.append(` ${dl.dataset.textThen} `);
      keys.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    });
    row.append(term, keys);
    dl.prepend(row);
  }
}

function go(element) {
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else element.click();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dialog=shortcuts]")) list(document.getElementById("shortcuts"));
}, true);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const dialog = document.getElementById("shortcuts");
  if (event.key === "?" && dialog) {
    event.preventDefault();
    list(dialog);
    if (!dialog.open) dialog.showModal();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  clearTimeout(timer);
  const typed = pending ? `${pending} ${event.key}` : event.key;
  const all = [...document.querySelectorAll("[data-key]")].filter(shown);
  const hit = all.find((element) => element.dataset.key === typed);
  if (hit) {
    event.preventDefault();
    pending = "";
    go(hit);
  } else if (all.some((element) => element.dataset.key.startsWith(`${typed} `))) {
    pending = typed;
    timer = setTimeout(() => { pending = ""; }, PAUSE);
  } else pending = "";
});
