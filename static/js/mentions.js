// `textarea[data-mentions]`: behind an @ it proposes colleagues, from the address in the attribute. Arrows choose, Enter
// or Tab takes, Escape closes; what is typed stays what it is when none is taken.
const BEHIND_AT = /(?:^|[\s(])@([\p{L}\p{M}'’-]+(?: [\p{L}\p{M}'’-]*)?)$/u;
const LEAST = 2;
const MOST = 6;
let box = null; // the text area that has the list
let list = null;
let found = []; // what to put in for each line
let active = -1;
let asked = 0;

document.addEventListener("input", (event) => {
  const area = event.target.closest?.("textarea[data-mentions]");
  if (area) propose(area);
});

document.addEventListener("keydown", (event) => {
  if (!list || event.target !== box || event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) mark((active + steps[event.key] + found.length) % found.length);
  else if (event.key === "Enter" || event.key === "Tab") take(active);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("focusout", (event) => { if (event.target === box) close(); });

async function propose(area) {
  const typed = BEHIND_AT.exec(area.value.slice(0, area.selectionStart))?.[1] ?? "";
  const number = ++asked;
  if (typed.trim().length < LEAST) return close();
  await new Promise((done) => { setTimeout(done, 200); });
  if (number !== asked) return;
  const answer = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(typed)}`).catch(() => null);
  if (number !== asked || document.activeElement !== area) return;
  if (!answer?.ok || answer.redirected) return close();
  const page = new DOMParser().parseFromString(`<datalist>${await answer.text()}</datalist>`, "text/html");
  const people = [...page.querySelectorAll("option")].filter((one) => isCalled(one.dataset.name, typed)).slice(0, MOST);
  if (number === asked) show(area, people, typed.length);
}

// The answer also holds whoever has the word in a job title or an address.
function isCalled(name, typed) {
  return ` ${plain(name)}`.includes(` ${plain(typed).trimEnd()}`);
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function show(area, people, length) {
  close();
  if (!people.length) return;
  box = area;
  list = document.createElement("ul");
  list.className = "mentions";
  list.id = `${area.id}_mentions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.dataset.mentionsLabel);
  const names = people.map((one) => one.dataset.name);
  found = people.map((one, at) => ({
    text: names.filter((name) => name === names[at]).length > 1 ? one.value : names[at],
    length,
  }));
  list.append(...people.map((one, at) => line(one.textContent, at)));
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  mark(0);
  list.scrollIntoView({ block: "nearest" });
}

function line(text, at) {
  const item = document.createElement("li");
  item.id = `${box.id}_mention_${at}`;
  item.setAttribute("role", "option");
  item.textContent = text;
  item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(at); });
  return item;
}

function mark(at) {
  active = at;
  for (const [number, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(number === at));
  box.setAttribute("aria-activedescendant", list.children[at].id);
}

function take(at) {
  const area = box;
  const { text, length } = found[at];
  const end = area.selectionStart;
  close();
  area.setRangeText(`${text} `, end - length, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  asked += 1; // nothing is proposed for what was just taken
}

function close() {
  asked += 1;
  list?.remove();
  for (const name of ["aria-controls", "aria-activedescendant"]) box?.removeAttribute(name);
  box = list = null;
  found = [];
}
