// `form[data-guard]`: the browser asks before unsaved typing is left.
const changed = new WeakSet();
const guarded = () => [...document.querySelectorAll("form[data-guard]")].some((form) => changed.has(form));

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) changed.add(form);
});
window.addEventListener("submit", (event) => { if (!event.defaultPrevented) changed.delete(event.target); });
// Whoever saved the form in another way dispatches `saved` on it, and the guard stands down.
document.addEventListener("saved", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => { if (guarded()) event.preventDefault(); });
