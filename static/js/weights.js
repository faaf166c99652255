// The rule: each weight's share of its stage in percent, as it is typed. The server says the same when the page loads.
const shown = (share) => `${Math.round(100 * share)} %`;
const typed = (row) => {
  const weight = Number(row.querySelector("input").value);
  return Number.isFinite(weight) && weight > 0 ? weight : 0;
};

document.addEventListener("input", (event) => {
  const table = event.target.closest("[data-weights]");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const whole = rows.reduce((sum, row) => sum + typed(row), 0);
  for (const row of rows) row.querySelector("[data-share]").textContent = shown(whole ? typed(row) / whole : 0);
});
