// The draft editor: saves itself, counts along, moves rows. The page works without it; it sends the same form.
// The header X-Part asks for a part of the page: "status" (the elements marked data-part) or "editor" (the whole form).
const PAUSE = 900;
const RETRIES = [2000, 5000, 15000, 30000];
const editor = () => document.querySelector("[data-kit-editor]");
const text = (name, n) => (editor().dataset[name] ?? "").replace("%n", n);

let timer = 0;
let flight = null; // the request under way
let dirty = false; // typed since the last request began
let stale = false; // somebody else changed the draft: nothing more is sent until that is settled
let leaving = false;
let failures = 0;

// --- saying how things stand

function say(status) {
  const place = editor()?.querySelector("[data-save-status]");
  if (place) place.textContent = status;
}

function announce(news) {
  const place = editor()?.querySelector("[data-announce]");
  if (place) place.textContent = news;
}

// --- sending

async function send(part, submitter) {
  const form = editor();
  const body = new FormData(form, submitter);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": part }, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("signed out");
  if (!answer.ok && answer.status !== 409) throw new Error(`answered ${answer.status}`);
  return { status: answer.status, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

function swapParts(page) {
  for (const fresh of page.querySelectorAll("[data-part]")) {
    const open = openIn(document.getElementById(fresh.id));
    document.getElementById(fresh.id)?.replaceChildren(...fresh.childNodes);
    reopen(open);
  }
  for (const field of editor().querySelectorAll("[data-flagged]")) {
    field.removeAttribute("aria-invalid");
    delete field.dataset.flagged;
  }
  for (const link of document.querySelectorAll("#draft-errors a[href^='#']")) {
    const field = document.getElementById(link.hash.slice(1));
    field?.setAttribute("aria-invalid", "true");
    if (field) field.dataset.flagged = "";
  }
}

async function save() {
  clearTimeout(timer);
  if (flight || stale || leaving || !editor()) return flight;
  dirty = false;
  say(text("textSaving"));
  flight = send("status").then(({ status, page }) => {
    failures = 0;
    swapParts(page);
    stale = status === 409;
    if (stale) return say(text("textStale"));
    if (!dirty) editor().dispatchEvent(new Event("saved", { bubbles: true }));
    const wrong = document.querySelector("#draft-errors a");
    say(wrong ? text("textErrors") : dirty ? text("textDirty") : text("textSaved"));
  }).catch((error) => {
    dirty = true;
    const out = error.message === "signed out";
    say(out ? text("textSignedOut") : text("textOffline"));
    timer = setTimeout(save, RETRIES[Math.min(failures++, RETRIES.length - 1)]);
  }).finally(() => {
    flight = null;
    if (dirty && !failures && !stale) later();
  });
  return flight;
}

function later() {
  dirty = true;
  say(text(stale ? "textStale" : "textDirty"));
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

// --- changing rows: everything typed goes along, the whole form comes back

const openIn = (root) => [...(root?.querySelectorAll("details[id][open]") ?? [])].map((one) => one.id);
const reopen = (ids) => ids.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));

async function act(submitter) {
  clearTimeout(timer);
  await flight;
  say(text("textSaving"));
  submitter.setAttribute("aria-busy", "true");
  const open = openIn(editor()).filter((id) => !id.startsWith("add-"));
  flight = send("editor", submitter);
  try {
    const { status, page } = await flight;
    const fresh = page.getElementById("kit-editor");
    stale = status === 409;
    if (!fresh) {
      swapParts(page);
      document.querySelector("#draft-errors")?.scrollIntoView({ block: "center" });
    } else {
      editor().replaceWith(document.adoptNode(fresh));
      reopen(open);
      prepare();
      look(fresh.dataset.place);
      say(document.querySelector("#draft-errors a") ? text("textErrors") : text("textSaved"));
    }
    dirty = false;
  } catch (error) {
    say(error.message === "signed out" ? text("textSignedOut") : text("textOffline"));
  } finally {
    submitter.removeAttribute("aria-busy");
    flight = null;
  }
}

function look(id) {
  const place = id && document.getElementById(id);
  if (!place) return;
  const field = place.matches("li") ? place.querySelector("textarea, input:not([type=hidden])") : null;
  place.scrollIntoView({ block: "nearest" });
  if (field && place.querySelector("textarea")?.value === "") field.focus({ preventScroll: true });
  else if (place.matches("li")) place.focus({ preventScroll: true });
  else place.querySelector("summary, button, select")?.focus({ preventScroll: true });
}

// --- counting along

const number = (name) => Math.max(0, parseInt(editor().elements[name]?.value, 10) || 0);
const hours = (minutes) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;

function shares() {
  const rows = [...editor().querySelectorAll("[data-rows=competencies] > li")];
  const weight = (row) => Math.max(0, parseInt(row.querySelector("input[name$='-weight']").value, 10) || 0);
  const total = rows.reduce((sum, row) => sum + weight(row), 0);
  // Half up, as hiring.reports.kits.share_of rounds.
  for (const row of rows) {
    row.querySelector("[data-share]").value = `${total ? Math.floor((200 * weight(row) + total) / (2 * total)) : 0} %`;
  }
}

function clock() {
  const opening = number("d-opening_minutes");
  const closing = number("d-closing_minutes");
  const length = number("d-length_minutes");
  const parts = [["frame", opening]];
  let minute = opening;
  for (const row of editor().querySelectorAll("[data-rows=questions] > li")) {
    row.querySelector("[data-at]").textContent = hours(minute);
    const minutes = Math.max(0, parseInt(row.querySelector("input[name$='-minutes']").value, 10) || 0);
    parts.push(["question", minutes]);
    minute += minutes;
  }
  editor().querySelector("[data-frame=closing] [data-at]").textContent = hours(minute);
  parts.push(["frame", closing]);
  verdict(minute + closing, length);
  bar(parts, minute + closing, length);
}

function verdict(planned, length) {
  const panel = editor().querySelector("[data-clock]");
  const off = planned - length;
  const name = off === 0 ? "exact" : `${off > 0 ? "over" : "short"}${Math.abs(off) === 1 ? "One" : ""}`;
  panel.querySelector("[data-planned]").textContent = planned;
  panel.querySelector("[data-length]").textContent = length;
  for (const place of editor().querySelectorAll("[data-verdict]")) {
    place.textContent = panel.dataset[name].replace("%n", Math.abs(off));
    place.toggleAttribute("data-off", off !== 0);
  }
}

function bar(parts, planned, length) {
  const drawing = editor().querySelector("[data-bar]");
  const whole = Math.max(planned, length, 1);
  const draw = (kind, x, width) => {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const attributes = { class: `clock-${kind}`, x, width: Math.max(0, width), height: 4 };
    for (const [name, value] of Object.entries(attributes)) rect.setAttribute(name, value);
    return rect;
  };
  let start = 0;
  const rects = parts.map(([kind, minutes]) => {
    const rect = draw(kind, (100 * start) / whole, (100 * minutes) / whole - 0.4);
    start += minutes;
    return rect;
  });
  if (planned > length) rects.push(draw("over", (100 * length) / whole, 100 - (100 * length) / whole));
  drawing.replaceChildren(drawing.querySelector(".clock-track"), ...rects);
}

// --- moving rows

// Names such as "Question 3" and "Move question 3 up" follow the row.
function renumber() {
  [...editor().querySelectorAll("[data-rows=questions] > li")].forEach((row, at) => {
    const numbered = (words) => words.replace(/\d+/, at + 1);
    for (const name of row.querySelectorAll(".row-tools button span, label[for$='-text']")) name.textContent = numbered(name.textContent);
    for (const button of row.querySelectorAll(".row-tools button")) button.title = numbered(button.title);
  });
}

function moved(row) {
  clock();
  renumber();
  const place = [...row.parentElement.children].indexOf(row) + 1;
  announce(text("textMoved", place));
  later();
}

function step(row, direction) {
  const other = direction < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  if (direction < 0) other.before(row);
  else other.after(row);
  focused?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  moved(row);
}

let dragged = null;
document.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("[data-grip]")) return;
  dragged = event.target.closest("[data-row-id]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  event.dataTransfer.setDragImage(dragged, 16, 16);
  dragged.classList.add("dragging");
});
document.addEventListener("dragover", (event) => {
  const row = dragged && event.target.closest?.("[data-row-id]");
  if (!row || row.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  if (row === dragged) return;
  const box = row.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) row.before(dragged);
  else row.after(dragged);
});
document.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("dragging");
  moved(dragged);
  dragged = null;
});

// --- what people do

document.addEventListener("input", (event) => {
  if (event.target.form !== editor() || event.target.name.startsWith("add_") || event.target.name === "new_question") return;
  shares();
  clock();
  later();
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest?.("[data-kit-editor] [data-row-id]");
  if (!row) return;
  event.preventDefault();
  step(row, event.key === "ArrowUp" ? -1 : 1);
});

async function leave(submitter) {
  await flight;
  // Not before this submit event is over: until then the browser drops another one.
  await new Promise((resume) => { setTimeout(resume); });
  clearTimeout(timer);
  leaving = true;
  editor().requestSubmit(submitter);
}

// Before busy.js sees it, which would take the form for sent.
document.addEventListener("submit", (event) => {
  if (event.target !== editor() || leaving || !event.submitter) return;
  const [verb] = event.submitter.value.split(":");
  if (event.submitter.hasAttribute("data-native")) {
    leaving = true;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (verb === "save") {
    failures = 0;
    save();
  } else if (verb === "up" || verb === "down") {
    step(event.submitter.closest("[data-row-id]"), verb === "up" ? -1 : 1);
  } else if (verb === "preview" || verb === "publish") {
    leave(event.submitter);
  } else act(event.submitter);
}, true);

window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("online", () => { if (dirty) save(); });

function prepare() {
  for (const one of editor().querySelectorAll("[data-grip], [data-script-only]")) one.hidden = false;
}

if (editor()) {
  prepare();
  look(location.hash.slice(1));
}
