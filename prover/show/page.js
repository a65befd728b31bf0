const trees = [];
for (const place of document.querySelectorAll("[data-tree]")) {
  const [file, target] = place.dataset.tree.split("-").map(Number);
  const tree = new Tree(file, target, place);
  trees.push(tree);
  const section = place.closest("details");
  if (section.open) tree.draw();
  section.addEventListener("toggle", () => section.open && tree.draw());
  const map = section.querySelector(".map");
  const root = map && map.querySelector(".disc circle"); // the first disc is the root's
  if (root) map.scrollLeft = root.cx.baseVal.value - map.clientWidth / 2;
  for (const disc of section.querySelectorAll(".disc")) disc.addEventListener("click", () => tree.reveal(Number(disc.dataset.goal)));
}

// Proofs

for (const code of document.querySelectorAll("code.lean")) {
  const text = code.textContent;
  code.replaceChildren();
  paint(code, text);
  const copy = code.closest("figure").querySelector(".copy");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(code); // where the browser gives no clipboard to files
      document.execCommand("copy");
    }
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
}

// Search

const query = document.getElementById("query");
const results = document.getElementById("results");
const states = [...document.querySelectorAll("[data-state]")];
let wanted = null;

const GROUPS = { proved: "proved", refuted: "failed", exhausted: "failed", disproved: "failed", out_of_scope: "none" };
const texts = new WeakMap(); // goal → what is searched in it

function searched(goal) {
  if (!texts.has(goal)) {
    const moves = goal.moves.map((move) => move.text + " " + (move.label || ""));
    texts.set(goal, [goal.text, goal.counterexample, ...moves].join("\n").toLowerCase());
  }
  return texts.get(goal);
}

function fits(state, text, words) {
  return (!wanted || (GROUPS[state] || "open") === wanted) && words.every((word) => text.includes(word));
}

function search() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const asked = words.length > 0 || wanted !== null;
  const found = [];
  for (const [file, { targets }] of files.entries()) {
    for (const [number, target] of targets.entries()) {
      if (asked && fits(target.status, target.name.toLowerCase(), words)) found.push(() => targetResult(target, "t" + file + "-" + number));
    }
  }
  const named = found.length;
  for (const tree of trees) {
    const hits = asked ? [...tree.homes.keys()].filter((number) => fits(tree.goals[number].state, searched(tree.goals[number]), words)) : [];
    found.push(...hits.map((number) => () => goalResult(tree, number)));
    mark(tree, new Set(hits), asked);
  }
  results.hidden = !asked;
  if (!asked) return;
  const list = make("ul");
  portions(list, found, (show) => show());
  results.replaceChildren(make("p", "count", plural(named, "target") + ", " + plural(found.length - named, "goal")), list);
}

function goalResult(tree, number) {
  const goal = tree.goals[number];
  return make("li", goal.state, button("", () => { results.hidden = true; tree.reveal(number); },
    make("span", "symbol", SYMBOLS[goal.state]), make("span", "line", conclusion(goal.text)), make("small", "", tree.target.name)));
}

function targetResult(target, id) {
  const show = () => { results.hidden = true; const section = document.getElementById(id); section.open = true; section.scrollIntoView(); };
  return make("li", target.status, button("", show, make("b", "line", target.name), make("small", "", target.status.replaceAll("_", " "))));
}

function mark(tree, hits, asked) {
  const map = tree.place.closest("details").querySelector(".picture");
  if (!map) return;
  map.classList.toggle("asked", asked);
  for (const disc of map.querySelectorAll(".disc")) disc.classList.toggle("hit", hits.has(Number(disc.dataset.goal)));
}

let waiting = 0;
query.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
query.addEventListener("focus", search);
for (const state of states) {
  state.setAttribute("aria-pressed", "false");
  state.addEventListener("click", () => {
    wanted = wanted === state.dataset.state ? null : state.dataset.state;
    for (const each of states) each.setAttribute("aria-pressed", String(each.dataset.state === wanted));
    search();
  });
}
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) results.hidden = true;
});

function note(text) {
  const element = make("p", "note", text);
  element.setAttribute("role", "status");
  document.body.append(element);
  setTimeout(() => element.remove(), 4000);
}

// Keys

const keys = document.getElementById("keys");
keys.addEventListener("click", () => {
  const help = document.getElementById("help");
  help.hidden = !help.hidden;
  keys.setAttribute("aria-expanded", String(!help.hidden));
});

function heads(container) {
  return [...container.querySelectorAll("button.head")].filter((head) => head.offsetParent !== null);
}

function step(event, from) {
  const list = heads(from.closest(".tree"));
  const next = list[list.indexOf(from) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) next.focus();
}

function resultKey(event) {
  const list = [...results.querySelectorAll("button")];
  const at = list.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  if (at < 0) query.focus();
  else if (list[at]) list[at].focus();
}

document.addEventListener("keydown", (event) => {
  const from = document.activeElement;
  const arrow = event.key.startsWith("Arrow");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && from.tagName !== "INPUT") {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape") {
    results.hidden = true;
    if (from === query) query.blur();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && from.closest(".search") && !results.hidden) {
    resultKey(event);
  } else if (arrow && from.matches(".tree button.head")) {
    event.preventDefault();
    const open = from.getAttribute("aria-expanded");
    if (event.key === "ArrowRight") { if (open === "false") from.click(); else step({ key: "ArrowDown" }, from); }
    else if (event.key === "ArrowLeft") {
      if (open === "true") return from.click();
      const above = from.parentElement.parentElement.closest("li");
      if (above) above.firstElementChild.focus();
    } else step(event, from);
  }
});

// A link to a target unfolds it; printing shows every target.

function follow() {
  const section = location.hash && document.getElementById(location.hash.slice(1));
  if (section) section.open = true;
}
addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const link = event.target.closest(".targets a");
  if (link) document.getElementById(link.hash.slice(1)).open = true;
});
follow();
addEventListener("beforeprint", () => { for (const section of document.querySelectorAll("details.target")) section.open = true; trees.forEach((tree) => tree.draw()); });
