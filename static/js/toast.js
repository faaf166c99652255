// Short news in the live region: `HX-Trigger: {"toast": {"text": "…"}}` from the server, a `toast` event from a script,
// and requests of htmx that failed.
const region = document.querySelector("[data-toasts]");
const STAYS = 6000;

function say(text) {
  if (!region || !text) return;
  const toast = Object.assign(document.createElement("div"), { className: "toast", textContent: text });
  region.append(toast);
  let timer = setTimeout(() => toast.remove(), STAYS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), STAYS); });
  while (region.children.length > 3) region.firstChild.remove();
}

document.addEventListener("toast", (event) => say(event.detail?.text ?? event.detail?.value));
document.addEventListener("htmx:sendError", () => say(region?.dataset.textOffline));
document.addEventListener("htmx:responseError", (event) => {
  say(event.detail.xhr.getResponseHeader("X-Message") || region?.dataset.textFailed);
});
