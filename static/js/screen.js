// A screen in a room: one recognition after the other, slowly; a pause by button or space bar, steps by arrow keys.
// Each minute it asks what is to be shown now. Without an answer it goes on with what it has, for a day at most, because
// somebody may have changed their wish meanwhile; when it is told that it is revoked, it is blank at once.

const SECONDS = 15, ASK_SECONDS = 60, KEPT_HOURS = 24;
const root = document.querySelector("[data-screen]");
let at = 0, paused = false, heard = Number(root.dataset.at) * 1000, stopped = false;

const cards = () => [...root.querySelectorAll("[data-card]")];

function show(index) {
  const all = cards();
  at = all.length ? (index + all.length) % all.length : 0;
  all.forEach((card, place) => { card.hidden = place !== at; });
}

function blank() {
  stopped = true;
  document.body.replaceChildren();
  window.caches?.delete("rapport-screen"); // what screen-worker.js keeps: it must not come back from a power cut
}

function pause(wanted) {
  paused = wanted;
  const button = root.querySelector("[data-pause]");
  button.setAttribute("aria-pressed", String(paused));
}

function take(text) {
  const shown = cards()[at]?.dataset.card;
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-cards]");
  if (!fresh) return;
  heard = Number(fresh.dataset.at) * 1000;
  root.querySelector("[data-cards]").replaceWith(document.importNode(fresh, true));
  const place = cards().findIndex((card) => card.dataset.card === shown);
  show(place < 0 ? at : place);
}

async function ask() {
  if (stopped) return;
  try {
    const answer = await fetch("?cards", { cache: "no-store", credentials: "omit" });
    if (answer.status === 404) return blank();
    root.toggleAttribute("data-offline", !answer.ok);
    if (answer.ok) return take(await answer.text());
  } catch {
    root.toggleAttribute("data-offline", true);
  }
  if (Date.now() - heard > KEPT_HOURS * 3600 * 1000) root.querySelector("[data-cards]").replaceChildren();
}

root.querySelector("[data-pause]").addEventListener("click", () => pause(!paused));
document.addEventListener("keydown", (event) => {
  if (stopped || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.closest("[data-pause]") === null) {
    event.preventDefault();
    pause(!paused);
  } else if (event.key === "ArrowRight") show(at + 1);
  else if (event.key === "ArrowLeft") show(at - 1);
});

show(0);
setInterval(() => { if (!paused && !stopped) show(at + 1); }, SECONDS * 1000);
setInterval(ask, ASK_SECONDS * 1000);
window.addEventListener("online", ask);
if (Date.now() - heard > 60 * 1000) ask(); // a page that was kept
navigator.serviceWorker?.register(root.dataset.worker);
