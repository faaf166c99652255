// What was typed and not saved yet is kept on this device, locked with a key that only its author's page holds. It goes
// once it is saved, when the author signs out, and as soon as anybody else has signed in here.
const PREFIX = "rapport:draft:";
const me = document.querySelector("[data-person]")?.dataset;
const name = (person, interview) => `${PREFIX}${person}:${interview}`;

function keys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

export function forget(person, interview) {
  try {
    localStorage.removeItem(name(person, interview));
    sessionStorage.removeItem(`rapport:clock:${interview}`);
  } catch { /* nothing was kept */ }
}

function forgetAll(but = "") {
  for (const key of keys()) if (!but || !key.startsWith(`${PREFIX}${but}:`)) localStorage.removeItem(key);
}

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
const unbase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

// Without a secure connection the browser offers no lock, and an open text is not kept.
const open = (lock) => crypto.subtle.importKey("raw", bytes(lock), "AES-GCM", false, ["encrypt", "decrypt"]);

export async function keep(person, interview, lock, draft) {
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(draft));
    const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await open(lock), text);
    localStorage.setItem(name(person, interview), `${base64(iv)}.${base64(closed)}`);
    return true;
  } catch {
    return false;
  }
}

export async function kept(person, interview, lock) {
  try {
    const [iv, closed] = localStorage.getItem(name(person, interview)).split(".").map(unbase64);
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await open(lock), closed);
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return null;
  }
}

if (me?.person) {
  forgetAll(me.person);
  const sealed = document.querySelector("[data-sealed]");
  if (sealed) forget(me.person, sealed.dataset.sealed);
}
document.addEventListener("submit", (event) => {
  if (me?.leave && new URL(event.target.action).pathname === me.leave) forgetAll();
});
