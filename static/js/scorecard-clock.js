// How long it has taken, beside what the kit plans. It says so and nothing more.
const MINUTE = 60;
const shown = (seconds) => `${Math.floor(seconds / MINUTE)}:${String(Math.floor(seconds % MINUTE)).padStart(2, "0")}`;

export function clock(form, texts, interview) {
  const box = form.querySelector("[data-clock]");
  const pause = box.querySelector("[data-clock-pause]");
  const place = `rapport:clock:${interview}`;
  const spent = { all: Number(form.dataset.spent), parts: {}, paused: false, unsent: 0 };
  let part = 0;
  let last = performance.now();

  try {
    Object.assign(spent, JSON.parse(sessionStorage.getItem(place)) ?? {});
    spent.all = Math.max(spent.all, Number(form.dataset.spent));
  } catch { /* a clock that forgets is no loss */ }

  function remember() {
    try {
      sessionStorage.setItem(place, JSON.stringify(spent));
    } catch { /* likewise */ }
  }

  function words(seconds, planned) {
    return texts.of.replace("{spent}", shown(seconds)).replace("{planned}", planned);
  }

  function draw() {
    const planned = form.querySelector(`[data-part="${part}"]`)?.dataset.minutes;
    const one = box.querySelector("[data-clock-part]");
    one.textContent = Number(planned) ? words(spent.parts[part] ?? 0, planned) : shown(spent.parts[part] ?? 0);
    box.querySelector("[data-clock-all]").textContent = words(spent.all, form.dataset.minutes);
    pause.querySelector("[data-pause-text]").textContent = spent.paused ? texts.goOn : texts.pause;
    pause.querySelector("[data-pause-on]").hidden = spent.paused;
    pause.querySelector("[data-pause-off]").hidden = !spent.paused;
    pause.setAttribute("aria-pressed", String(spent.paused));
  }

  function tick() {
    const now = performance.now();
    const passed = (now - last) / 1000;
    last = now;
    if (spent.paused || document.hidden || passed > 5) return; // a closed lid is not time spent
    spent.all += passed;
    spent.unsent += passed;
    spent.parts[part] = (spent.parts[part] ?? 0) + passed;
    draw();
  }

  pause.addEventListener("click", () => {
    spent.paused = !spent.paused;
    remember();
    draw();
  });
  setInterval(tick, 1000);
  addEventListener("pagehide", remember);
  box.hidden = false;
  return {
    remember,
    on(number) {
      tick();
      part = number;
      draw();
    },
    taken() {
      const seconds = Math.floor(spent.unsent);
      spent.unsent -= seconds;
      return seconds;
    },
    giveBack(seconds) {
      spent.unsent += seconds;
    },
  };
}
