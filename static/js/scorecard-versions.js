// Two versions of one scorecard side by side: the typed one stays in the form, the other is shown until one is chosen.
function rows(list, differences, make) {
  list.replaceChildren();
  for (const each of differences) {
    const term = Object.assign(document.createElement("dt"), { textContent: each.label });
    list.append(term, ...make(each));
  }
}

function said(label, text, empty) {
  const line = document.createElement("dd");
  line.className = "pre-line";
  line.append(Object.assign(document.createElement("span"), { className: "quiet small", textContent: `${label}: ` }));
  line.append(text || empty);
  return line;
}

export function versions(form, texts, act) {
  const box = form.querySelector("[data-conflict]");
  const replaced = form.querySelector("[data-replaced]");
  let answer = null;

  function use(each) {
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "button button-small", textContent: texts.use,
    });
    button.addEventListener("click", () => {
      act.use(each.name, answer.fields[each.name]);
      button.disabled = true;
    });
    const line = document.createElement("dd");
    line.append(button);
    return line;
  }

  function close(which) {
    box.hidden = true;
    replaced.hidden = false;
    rows(replaced.querySelector("dl"), answer.differences, (each) => [said(texts[which === "typed" ? "here" : "there"], each[which], texts.empty)]);
  }

  box.querySelector("[data-keep-mine]").addEventListener("click", () => {
    close("stored");
    act.keepMine(answer);
  });
  box.querySelector("[data-load-theirs]").addEventListener("click", () => {
    close("typed");
    act.loadTheirs(answer);
  });
  return {
    get open() {
      return !box.hidden;
    },
    show(found) {
      answer = found;
      rows(box.querySelector("[data-versions]"), found.differences, (each) => [
        said(texts.here, each.typed, texts.empty), said(texts.there, each.stored, texts.empty), use(each),
      ]);
      box.hidden = false;
      box.focus();
    },
    remind() {
      box.scrollIntoView({ block: "center" });
      box.focus();
    },
    quietly(found) {
      act.loadTheirs(found);
    },
  };
}
