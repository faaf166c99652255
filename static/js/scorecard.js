// The scorecard while somebody speaks: saves itself, survives a lost connection, notices a second tab, turns its pages,
// keeps the time. `form[data-scorecard]`; without this file the same form works by its buttons.
import { forget, keep, kept } from "./drafts.js";
import { clock } from "./scorecard-clock.js";
import { pages } from "./scorecard-pages.js";
import { versions } from "./scorecard-versions.js";

const TYPING_PAUSE = 900;
const FIRST_RETRY = 2000;
const LAST_RETRY = 30000;

const form = document.querySelector("form[data-scorecard]");
const { scorecard: interview, lock, saveUrl, reviewUrl } = form.dataset;
const texts = form.querySelector("[data-texts]").dataset;
const status = form.querySelector("[data-status]");
const person = form.elements.person.value;
const OWN = new Set(["csrfmiddlewaretoken", "revision", "person", "seconds", "at", "view"]);

let stored = fields(); // what the server holds
let sent = null; // what travels, or travelled and was never answered
let saving = null;
let retry = 0;
let timer = 0;
let halted = false; // sealed, called off, or somebody else's session: nothing is sent any more
let unkept = false;

const say = (text, tone = "") => {
  status.textContent = text;
  status.dataset.tone = tone;
};
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

export function fields() {
  const found = {};
  for (const control of form.elements) {
    if (!control.name || OWN.has(control.name) || control.type === "submit" || control.type === "button") continue;
    if (control.type === "radio") found[control.name] ||= control.checked ? control.value : "";
    else found[control.name] = control.value;
  }
  return found;
}

function apply(values) {
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements[name];
    if (!control) continue;
    if (control instanceof RadioNodeList) for (const radio of control) radio.checked = radio.value === value;
    else if (control.value !== value) control.value = value;
  }
  form.dispatchEvent(new CustomEvent("filled"));
}

// The server trims what it stores, so spaces at the end of a line are no difference.
const trimmed = (text) => (text ?? "").replace(/\r\n?/g, "\n").replace(/[^\S\n]+$/gm, "").trim().normalize("NFC");
const same = (one, other) => Object.keys(one).every((name) => trimmed(one[name]) === trimmed(other[name]));
const dirty = () => !same(fields(), stored);

async function keepHere() {
  if (halted) return;
  const draft = { revision: form.elements.revision.value, fields: fields(), sent };
  unkept = !(await keep(person, interview, lock, draft));
  if (!dirty() && !saving) forget(person, interview);
}

function noted() {
  if (halted) return;
  if (!saving && !retry) say(texts.unsaved);
  keepHere();
  if (retry) return; // it goes with the next try
  clearTimeout(timer);
  timer = setTimeout(save, TYPING_PAUSE);
}

function save() {
  clearTimeout(timer);
  saving ??= send().finally(() => {
    saving = null;
    if (!halted && !retry && !conflict.open && dirty()) timer = setTimeout(save, TYPING_PAUSE);
  });
  return saving;
}

async function send() {
  if (halted || conflict.open) return false;
  const now = fields();
  if (same(now, stored)) {
    forget(person, interview);
    return true;
  }
  say(texts.saving);
  const before = sent;
  sent = now;
  const body = new FormData(form);
  const seconds = time.taken();
  body.set("seconds", seconds);
  let response;
  try {
    response = await fetch(saveUrl, { method: "POST", body, redirect: "manual", keepalive: document.hidden });
  } catch {
    time.giveBack(seconds);
    return later(unkept ? texts.lost : texts.offline);
  }
  if (response.type === "opaqueredirect") return later(texts.signedOut);
  if (response.status === 403) return refreshed();
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return accepted(now, answer);
  if (response.status === 422 && answer) return refused(answer);
  if (response.status === 409 && answer) return contested(now, before, answer);
  return later(unkept ? texts.lost : texts.offline);
}

function accepted(now, answer) {
  stored = now;
  sent = null;
  retry = 0;
  form.elements.revision.value = answer.revision;
  say(filled(texts.saved, { time: answer.saved }), "good");
  if (!dirty()) forget(person, interview);
  else keepHere();
  return true;
}

function refused(answer) {
  sent = null;
  say(answer.detail, "bad");
  return false;
}

// Somebody saved in between. If that was us, and only the answer got lost, we go on from there.
function contested(now, before, answer) {
  if (answer.code !== "conflict") return halt(answer);
  if (before && same(before, answer.fields)) {
    form.elements.revision.value = answer.revision;
    stored = answer.fields;
    sent = null;
    return send();
  }
  sent = null;
  say(texts.elsewhere, "bad");
  conflict.show(answer);
  return false;
}

function halt(answer) {
  halted = true;
  say(answer.code === "other_person" ? texts.other : answer.sealed ? texts.sealed : answer.detail, "bad");
  if (answer.sealed) {
    const link = Object.assign(document.createElement("a"), { href: answer.sealed, textContent: texts.read });
    status.append(" ", link);
  }
  forget(person, interview);
  return false;
}

// A session that was renewed in another tab has another token.
async function refreshed() {
  const answer = await state();
  if (!answer) return later(texts.signedOut);
  if (String(answer.person) !== person) return halt({ code: "other_person" });
  form.elements.csrfmiddlewaretoken.value = answer.token;
  return later(texts.unsaved, 200);
}

async function state() {
  try {
    const response = await fetch(saveUrl, { redirect: "manual" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function later(text, soon = 0) {
  say(text, "bad");
  keepHere();
  retry = soon || Math.min(retry ? retry * 2 : FIRST_RETRY, LAST_RETRY);
  clearTimeout(timer);
  timer = setTimeout(again, retry);
  return false;
}

function again() {
  if (!waits()) save();
}
const waits = () => halted || conflict.open;

const conflict = versions(form, texts, {
  keepMine(answer) {
    stored = answer.fields;
    form.elements.revision.value = answer.revision;
    save();
  },
  loadTheirs(answer) {
    apply(answer.fields);
    stored = answer.fields;
    form.elements.revision.value = answer.revision;
    forget(person, interview);
    say(filled(texts.loaded, { time: answer.saved }), "good");
  },
  use(name, value) {
    apply({ [name]: value });
    keepHere();
  },
});
const time = clock(form, texts, interview);
const turn = pages(form, texts, time);

// Back in front of this tab: what was saved elsewhere meanwhile is loaded, if nothing was typed here.
async function lookAgain() {
  if (document.hidden || waits() || saving) return;
  if (dirty()) {
    retry = 0;
    save();
    return;
  }
  const answer = await state();
  if (!answer || saving || dirty()) return;
  if (String(answer.person) !== person) halt({ code: "other_person" });
  else if (answer.sealed) halt(answer);
  else if (String(answer.revision) !== form.elements.revision.value) conflict.quietly(answer);
}

async function leave(address) {
  if (conflict.open) {
    conflict.remind();
    return;
  }
  if (await save() || !dirty()) {
    time.remember();
    location.assign(address);
  }
}

form.addEventListener("input", noted);
form.addEventListener("change", noted);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, value } = event.submitter ?? { name: "do", value: "save" };
  const here = new URL(location.href);
  if (name === "go") turn.to(Number(value));
  else if (value === "previous" || value === "next") turn.by(value === "next" ? 1 : -1);
  else if (value === "review") leave(reviewUrl);
  else if (value === "one" || value === "all") {
    here.searchParams.set("view", value);
    here.searchParams.set("at", String(turn.at()));
    here.hash = "";
    leave(here.href);
  } else save();
});
addEventListener("online", () => { retry = 0; if (dirty()) save(); });
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) lookAgain();
  else if (dirty() && !waits()) save();
});
addEventListener("pageshow", (event) => { if (event.persisted) lookAgain(); });
addEventListener("beforeunload", (event) => { if (unkept && dirty() && !halted) event.preventDefault(); });

// What this device kept from a visit that ended before it could be saved.
const draft = await kept(person, interview, lock);
if (draft && !form.hasAttribute("data-errors")) {
  if (same(draft.fields, stored)) forget(person, interview);
  else {
    form.elements.revision.value = draft.revision;
    sent = draft.sent;
    apply(draft.fields);
    say(texts.restored);
    save();
  }
}
