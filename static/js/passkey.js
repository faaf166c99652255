// Passkeys: the forms show where they can work, and what allauth's script reports is said in words. A passkey belongs to
// a name, so at an address of mere numbers, such as the demo's, no browser makes one.
const numeric = /^[\d.]+$|:/.test(location.hostname);
if (window.PublicKeyCredential && !numeric) {
  for (const form of document.querySelectorAll("[data-passkey-form]")) form.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-error]");
  if (!place) return;
  event.preventDefault();
  place.textContent = place.dataset.textFailed;
  place.hidden = false;
});
