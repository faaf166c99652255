// `[data-when]`: "2 minutes ago" stays true on a page that stays open. The server's words are kept until they are old.
const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });
const loaded = Date.now();

function refresh() {
  const now = Date.now();
  if (now - loaded < 45000) return;
  for (const element of document.querySelectorAll("[data-when]")) {
    const time = element.closest("time");
    const seconds = (Date.parse(time?.dateTime) - now) / 1000;
    if (Number.isNaN(seconds)) continue;
    const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length * 0.97) ?? ["minute", 60];
    if (Math.abs(seconds) >= 45) element.textContent = words.format(Math.round(seconds / size) || Math.sign(seconds), unit);
  }
}

setInterval(refresh, 30000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
