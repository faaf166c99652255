// Tables in `form[data-bulk]`: one box for all, shift for a range, and the bar counts what is ticked.
let last = null;

const boxes = (form) => [...form.querySelectorAll("td.select input[type=checkbox]")];

function refresh(form) {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  const head = form.querySelector("[data-bulk-all]");
  if (head) {
    form.querySelector("[data-bulk-all-label]").hidden = false;
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  const count = form.querySelector("[data-bulk-count]");
  if (!count) return;
  count.textContent = ticked ? count.dataset.textSome.replace("{n}", ticked) : count.dataset.textNone;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  const form = box.closest?.("form[data-bulk]");
  if (!form || box.type !== "checkbox") return;
  if (box.hasAttribute("data-bulk-all")) {
    for (const one of boxes(form)) one.checked = box.checked;
  } else if (box.closest("td.select")) {
    const all = boxes(form);
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
  }
  refresh(form);
});

const refreshAll = () => document.querySelectorAll("form[data-bulk]").forEach(refresh);
document.addEventListener("htmx:afterSettle", refreshAll);
window.addEventListener("pageshow", refreshAll);
refreshAll();
