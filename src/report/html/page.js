(() => {
  const one = (query) => document.querySelector(query);
  const all = (query) => [...document.querySelectorAll(query)];

  // Filters: outcomes (none chosen: all), a document, a clause, any text.
  const trials = all(".trial");
  const texts = new Map(trials.map((trial) => [trial, trial.textContent.toLowerCase()]));
  const outcomes = all("[data-outcome][aria-pressed]");
  const choice = one("#document");
  const text = one("#text");
  let clause = null;

  const apply = () => {
    const chosen = outcomes.filter((button) => button.getAttribute("aria-pressed") === "true");
    const wanted = new Set(chosen.map((button) => button.dataset.outcome));
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const trial of trials) {
      const fits =
        (wanted.size === 0 || wanted.has(trial.dataset.outcome)) &&
        (choice.value === "" || choice.value === trial.dataset.document) &&
        (clause === null || trial.dataset.clauses.includes(` ${clause} `)) &&
        words.every((word) => texts.get(trial).includes(word));
      trial.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    one("#shown").textContent = String(shown);
    one("#no-match").hidden = shown > 0;
    one("#reset").hidden = wanted.size === 0 && choice.value === "" && clause === null && words.length === 0;
  };

  const cite = (number) => {
    clause = number;
    for (const square of all("[data-clause]")) {
      if (square.dataset.clause === number) square.setAttribute("aria-current", "true");
      else square.removeAttribute("aria-current");
    }
    const row = number === null ? null : one(`#clause-${number}`);
    one("#cited").hidden = row === null;
    if (row !== null) {
      one("#cited code").textContent = row.querySelector("code").textContent;
      one("#cited .promise").textContent = row.querySelector(".promise").textContent;
    }
  };

  const reset = () => {
    for (const button of outcomes) button.setAttribute("aria-pressed", "false");
    choice.value = "";
    text.value = "";
    cite(null);
    apply();
  };

  for (const button of outcomes) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  choice.addEventListener("change", apply);
  text.addEventListener("input", apply);
  one("#reset").addEventListener("click", () => {
    reset();
    one("#trials").focus();
  });
  one("#open").addEventListener("click", () => {
    for (const trial of trials) if (!trial.hidden) trial.open = true;
  });
  one("#close").addEventListener("click", () => {
    for (const trial of trials) trial.open = false;
  });

  // The matrix is one stop of the tabulator; arrows go from square to square.
  const squares = all(".matrix a.square");
  const stop = (square) => {
    for (const other of squares) other.tabIndex = other === square ? 0 : -1;
  };
  squares.forEach((square, at) => {
    square.addEventListener("click", (event) => {
      event.preventDefault();
      reset();
      cite(square.dataset.clause);
      apply();
      one("#trials").focus();
      one("#trials").scrollIntoView();
    });
    square.addEventListener("focus", () => stop(square));
    square.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step === undefined ? undefined : squares[at + step];
      if (next !== undefined) {
        event.preventDefault();
        next.focus();
      }
    });
  });
  if (squares.length > 0) stop(squares[0]);

  // A link to a trial shows it, whatever is filtered.
  const follow = () => {
    const target = /^#(trial|clause)-\d+$/.test(location.hash) ? one(location.hash) : null;
    if (target === null) return;
    if (target.classList.contains("trial")) {
      if (target.hidden) reset();
      target.open = true;
    } else {
      one("#every-clause").open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);

  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      text.focus();
    } else if (event.key === "Escape" && !one("#reset").hidden) {
      reset();
    }
  });

  // Copy: a page opened from a mail may not have the clipboard, then the selection is copied.
  const selected = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand("copy");
  };
  const copied = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      return selected(element);
    }
  };
  for (const button of all(".copy")) {
    button.addEventListener("click", async () => {
      if (!(await copied(button.closest(".exchange").querySelector(".curl")))) return;
      button.classList.add("copied");
      setTimeout(() => button.classList.remove("copied"), 1500);
    });
  }

  apply();
  follow();
})();
