// `data-reveal` on a password field: a button beside it shows and hides what was typed.
for (const field of document.querySelectorAll("input[type=password]")) {
  const line = document.createElement("div");
  line.className = "reveal";
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small" });
  const words = document.documentElement.dataset;
  const show = words.textShow ?? "Show";
  const hide = words.textHide ?? "Hide";
  button.textContent = show;
  button.setAttribute("aria-controls", field.id);
  button.setAttribute("aria-pressed", "false");
  field.before(line);
  line.append(field, button);
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? hide : show;
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => { set(field.type === "password"); field.focus(); });
  // So that password managers see a password, and nothing stays readable on the next page.
  field.form?.addEventListener("submit", () => set(false));
}
