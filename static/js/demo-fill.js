// Demo only: one click fills in the sign-in form and sends it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill-email]");
  if (!button) return;
  document.querySelector("[name=login]").value = button.dataset.fillEmail;
  const password = document.querySelector("[name=password]");
  password.value = button.dataset.fillPassword;
  password.form.requestSubmit();
});
