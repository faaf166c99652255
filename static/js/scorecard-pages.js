// From competency to competency, one at a time or along one page, by buttons or by keys: 1 to 5 and 0 score, e is for
// evidence, the arrows turn.
const WRITING = "textarea, select, input:not([type=radio], [type=checkbox])";

export function pages(form, texts, time) {
  const parts = [...form.querySelectorAll("[data-part]")];
  const one = form.dataset.view === "one";
  const last = parts.length;
  let at = Number(form.dataset.at);

  function mark() {
    for (const part of parts) {
      const here = Number(part.dataset.part) === at;
      if (one) part.hidden = !here;
      part.toggleAttribute("data-current", here);
    }
    for (const step of form.querySelectorAll("[data-step]")) {
      if (Number(step.dataset.step) === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    form.elements.at.value = at;
    form.querySelector("[data-previous]").disabled = at === 1;
    form.querySelector("[data-next]").disabled = at === last;
    time.on(at);
  }

  function to(number) {
    at = Math.min(Math.max(number, 1), last);
    mark();
    const address = new URL(location.href);
    address.searchParams.set("at", at);
    address.hash = "";
    history.replaceState(history.state, "", address);
    const title = parts[at - 1].querySelector("h2");
    title.focus({ preventScroll: true });
    if (one) form.querySelector(".sc-steps").scrollIntoView({ block: "nearest" });
    parts[at - 1].scrollIntoView({ block: one ? "nearest" : "start" });
    form.querySelector(`[data-step="${at}"]`).scrollIntoView({ block: "nearest", inline: "center" });
  }

  function scores() {
    for (const chip of form.querySelectorAll("[data-step-score]")) {
      const value = new FormData(form).get(chip.dataset.stepScore);
      const rating = chip.dataset.stepScore.startsWith("rating");
      chip.className = value && rating ? `score score-${value === "0" ? "none" : value}` : "";
      chip.textContent = value ? (rating ? (value === "0" ? "–" : value) : "✓") : "";
    }
  }

  function choose(key) {
    const radio = parts[at - 1].querySelector(`[data-score-scale] input[value="${key}"]`);
    if (!radio) return false;
    radio.focus({ preventScroll: true });
    if (!radio.checked) radio.click();
    return true;
  }

  function pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(WRITING) || document.querySelector("dialog[open]")) return;
    const arrow = !event.target.closest?.("input[type=radio]") && { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (arrow) to(at + arrow);
    else if (event.key === "e") parts[at - 1].querySelector("textarea[name^=evidence], textarea[name=summary]").focus();
    else if (!/^[0-5]$/.test(event.key) || !choose(event.key)) return;
    event.preventDefault();
  }

  // On one long page the competency that one works in is the current one.
  form.addEventListener("focusin", (event) => {
    const part = event.target.closest("[data-part]");
    if (part && Number(part.dataset.part) !== at) {
      at = Number(part.dataset.part);
      mark();
    }
  });
  form.addEventListener("change", scores);
  form.addEventListener("filled", scores);
  document.addEventListener("keydown", pressed);
  // A link from the review leads to one field, wherever it is.
  const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const place = wanted?.closest("[data-part]");
  if (place) at = Number(place.dataset.part);
  mark();
  scores();
  if (place) (wanted.matches("fieldset") ? wanted.querySelector("input") : wanted).focus();
  return { to, by: (step) => to(at + step), at: () => at };
}
