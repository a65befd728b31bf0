"use strict";
(() => {
  const tasks = [...document.querySelectorAll("details.task")];
  const query = document.getElementById("query");
  const count = document.getElementById("count");
  const buttons = [...document.querySelectorAll(".filter button[data-outcome]")];
  let outcome = "";
  function apply() {
    const words = query ? query.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
    let shown = 0;
    for (const task of tasks) {
      const text = task.dataset.text.toLowerCase();
      const fits = (!outcome || task.dataset.outcome === outcome) && words.every((word) => text.includes(word));
      task.hidden = !fits;
      shown += fits;
    }
    if (count) count.textContent = shown + " of " + tasks.length;
  }
  for (const button of buttons) {
    button.addEventListener("click", () => {
      outcome = outcome === button.dataset.outcome ? "" : button.dataset.outcome;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each.dataset.outcome === outcome));
      apply();
    });
  }
  if (query) query.addEventListener("input", apply);
  function open() {
    const task = document.getElementById(location.hash.slice(1));
    if (task && task.matches("details")) task.open = true;
  }
  addEventListener("hashchange", open);
  open();
  apply();
})();
