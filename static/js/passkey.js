// Passkeys: the forms show where the browser knows passkeys, and what allauth's script reports is said in words.
if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey-form]")) form.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-error]");
  if (!place) return;
  event.preventDefault();
  place.textContent = place.dataset.textFailed;
  place.hidden = false;
});
