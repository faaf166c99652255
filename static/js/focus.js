// Focus goes where the eye goes: to what went wrong when a page or a swap brings it, else it stays.
const first = (root) => root.querySelector?.("[data-focus], [autofocus]");

const summary = document.querySelector(".error-summary[data-focus]:not([data-no-focus] *)");
if (summary) {
  summary.focus();
  document.title = `! ${document.title}`;
}

document.addEventListener("htmx:afterSettle", (event) => first(event.detail.elt)?.focus());

// A link of the error summary leads to a field; with its label in sight, and the cursor in it.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field, .score-scale") ?? field).scrollIntoView({ block: "start" });
  (field.matches("fieldset") ? field.querySelector("input, select, textarea") : field)?.focus({ preventScroll: true });
});
