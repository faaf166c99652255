// A form is sent once: while it travels its button says so, and a second press is dropped.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busy) (button.querySelector("span") ?? button).textContent = button.dataset.busy;
});

// Coming back by the back button finds the page as it was left: let it be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy='true']")) button.removeAttribute("aria-busy");
});
