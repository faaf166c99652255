// A form is sent once: while it travels its button says so, and a second press is dropped.
const AGAIN = 8000;

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy='true']")) {
    button.removeAttribute("aria-busy");
    if (button.dataset.said) (button.querySelector("span") ?? button).textContent = button.dataset.said;
  }
}

// On the window, so that whoever sends the form in another way has said so before.
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
  form.dataset.sent = "yes";
  // An answer that is a file leaves the page where it is: let the form be sent again after a while.
  setTimeout(() => release(form), AGAIN);
  const button = event.submitter;
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  if (!button.dataset.busy) return;
  const label = button.querySelector("span") ?? button;
  button.dataset.said = label.textContent;
  label.textContent = button.dataset.busy;
});

// Coming back by the back button finds the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
