function levels() {
  return LEVELS[innerWidth < 700 ? 0 : 1];
}

// Trees: one per target. Each goal is drawn once, under the move that is its home; elsewhere stands a link.

class Tree {
  constructor(file, target, place) {
    this.file = file;
    this.goals = files[file].goals;
    this.target = files[file].targets[target];
    this.name = file + "-" + target;
    this.place = place;
    this.homes = new Map(this.target.homes.map(([goal, parent, move]) => [goal, parent === undefined ? null : { parent, move }]));
    this.base = this.target.root; // the goal that the drawing begins with
    this.depth = new Map(); // parents come before children in the homes
    for (const [goal, home] of this.homes) this.depth.set(goal, home ? this.depth.get(home.parent) + 1 : 0);
    this.drawn = new Map(); // goal → its element
    this.moves = new Map(); // "goal:move" → its element
  }

  draw() {
    if (this.place.childElementCount) return;
    const tools = make("div", "treetools",
      make("span", "count", plural(this.homes.size, "goal")),
      button("plain", () => this.unfoldAll(), "Unfold all"),
      button("plain", () => this.foldAll(), "Fold"));
    this.path = make("nav", "path");
    this.path.setAttribute("aria-label", "Above these goals");
    this.list = make("ul", "goals root");
    this.place.append(tools, this.path, this.list);
    this.begin(this.base);
  }

  // Draw anew, from the goal `base` downwards; links lead back up.
  begin(base) {
    this.base = base;
    this.drawn.clear();
    this.moves.clear();
    this.list.replaceChildren(this.goal(base, null));
    const above = [];
    for (let home = this.homes.get(base); home; home = this.homes.get(home.parent)) above.unshift(home.parent);
    const kept = above.length > 4 ? [above[0], ...above.slice(-3)] : above;
    this.path.replaceChildren(...kept.flatMap((goal, index) => [
      index === 1 && above.length > 4 ? "… " + plural(above.length - 4, "goal") + " … › " : "",
      button("crumb", () => this.reveal(goal), "⊢ " + conclusion(this.goals[goal].text)), " › "]));
    this.path.hidden = !above.length;
    this.unfoldSome(FIRST, true);
  }

  // So far below the base that there would be no room: it is drawn as a way on.
  isDeep(goal) {
    return this.depth.get(goal) - this.depth.get(this.base) >= levels();
  }

  unfoldSome(most, chosenOnly) {
    // In the order of homes: parents before children, the proof first.
    let count = 0;
    for (const [goal, home] of this.homes) {
      if (home && goal !== this.base) {
        const move = this.goals[home.parent].moves[home.move];
        if (chosenOnly && !(move.chosen && this.isOpen(home.parent))) continue;
        this.openMove(home.parent, home.move);
      }
      if (!this.drawn.has(goal)) continue;
      if (!chosenOnly || goal === this.base || !closing(this.goals[goal])) this.open(goal);
      if (++count >= most) break;
    }
  }

  unfoldAll() {
    this.unfoldSome(MOST, false);
    if (this.homes.size > MOST) note("The first " + MOST + " of " + plural(this.homes.size, "goal") + " are unfolded.");
  }

  foldAll() {
    this.begin(this.target.root);
    this.close(this.drawn.get(this.base));
  }

  isOpen(goal) {
    const element = this.drawn.get(goal);
    return Boolean(element) && element.firstElementChild.getAttribute("aria-expanded") === "true";
  }

  goal(number, move) {
    const goal = this.goals[number];
    const lemma = move && (move.lemmas || []).find((each) => each.goal === number);
    const claim = make("span", "line", lemma ? make("span", "lemma", lemma.name) : null,
      make("b", "turnstile", "⊢ "), conclusion(goal.text));
    const by = closing(goal);
    if (by) claim.append(make("span", "by", paint(make("code"), "by " + oneLine(by.text || by.label || ""))));
    const facts = [goal.difficulty ? "d " + +goal.difficulty.toFixed(1) : "", goal.calls ? plural(goal.calls, "call") : "", goal.seconds ? seconds(goal.seconds) : ""];
    const symbol = make("span", "symbol", SYMBOLS[goal.state]);
    symbol.title = goal.state;
    const deep = this.isDeep(number);
    const head = button("head", () => (deep ? this.goOn(number) : this.toggle(number)), symbol, make("span", "sr", goal.state + ": "), claim,
      make("span", "facts", deep && goal.shown.length ? "go on from here →" : facts.filter(Boolean).join(" · ")));
    if (!deep) head.setAttribute("aria-expanded", "false");
    const element = make("li", "goal " + goal.state, head);
    element.dataset.goal = number;
    this.drawn.set(number, element);
    return element;
  }

  link(number, move) {
    const goal = this.goals[number];
    const lemma = move && (move.lemmas || []).find((each) => each.goal === number);
    const head = button("head link", () => this.reveal(number), make("span", "symbol", SYMBOLS[goal.state]),
      make("span", "sr", goal.state + ": "),
      make("span", "line", lemma ? make("span", "lemma", lemma.name) : null, make("b", "turnstile", "⊢ "), conclusion(goal.text)),
      make("span", "facts", "shown elsewhere ↗"));
    return make("li", "goal elsewhere " + goal.state, head);
  }

  toggle(number) {
    if (this.isOpen(number)) this.close(this.drawn.get(number));
    else this.open(number);
  }

  goOn(number) {
    this.begin(number);
    this.place.scrollIntoView({ block: "start" });
    this.drawn.get(number).firstElementChild.focus({ preventScroll: true });
  }

  open(number) {
    if (this.isDeep(number)) return;
    const element = this.drawn.get(number);
    if (!element.lastElementChild.classList.contains("body")) element.append(this.body(number));
    element.firstElementChild.setAttribute("aria-expanded", "true");
    element.lastElementChild.hidden = false;
  }

  close(element) {
    element.firstElementChild.setAttribute("aria-expanded", "false");
    element.lastElementChild.hidden = true;
  }

  body(number) {
    const goal = this.goals[number];
    const counter = goal.counterexample ? make("p", "counterexample", make("b", "", "false for "), goal.counterexample) : null;
    const list = make("ul", "moves", ...goal.shown.map((index) => this.move(number, index)));
    const total = goal.folds.reduce((sum, fold) => sum + fold[2].length, 0);
    if (total) list.append(this.folded(goal, total));
    if (!goal.moves.length) list.append(make("li", "untried", goal.counterexample ? "no move was needed" : "nothing was tried here"));
    return make("div", "body", goalText(goal.text), counter, list);
  }

  move(number, index) {
    const move = this.goals[number].moves[index];
    const children = move.goals || [];
    const text = move.text.trim() || move.label || "";
    const tactic = text.includes("\n")
      ? make("code", "tactic", paint(make("span", "short"), oneLine(text)), paint(make("span", "full"), text))
      : paint(make("code", "tactic"), text);
    const facts = [move.seconds ? seconds(move.seconds) : "", move.calls > 1 ? plural(move.calls, "call") : ""];
    const label = move.label && !text.startsWith(move.label) ? move.label : move.kind === "sketch" ? "sketch" : "";
    const opens = children.length || move.lemmas || move.reason || text.includes("\n");
    const head = button("head", () => opens && this.toggleMove(number, index), tactic,
      label ? make("span", "tag", label) : null,
      move.verdict === "justified" ? score(move.score || 0, children.length) : make("span", "verdict " + move.verdict, FAILED[move.verdict]),
      make("span", "facts", facts.filter(Boolean).join(" · ")));
    if (opens) head.setAttribute("aria-expanded", "false");
    const element = make("li", "move" + (move.chosen ? " chosen" : ""), head);
    this.moves.set(number + ":" + index, element);
    return element;
  }

  toggleMove(number, index) {
    const element = this.moves.get(number + ":" + index);
    if (element.firstElementChild.getAttribute("aria-expanded") === "true") this.close(element);
    else this.openMove(number, index);
  }

  openMove(number, index) {
    const element = this.moves.get(number + ":" + index);
    if (!element) return;
    if (!element.lastElementChild.classList.contains("body")) {
      const move = this.goals[number].moves[index];
      const goals = make("ul", "goals");
      for (const child of move.goals || []) {
        const home = this.homes.get(child);
        const here = home && home.parent === number && home.move === index;
        goals.append(here ? this.goal(child, move) : this.link(child, move));
      }
      if (!goals.childElementCount && move.verdict === "justified") goals.append(make("li", "closed", "nothing is left open"));
      element.append(make("div", "body", details(move), goals));
    }
    element.firstElementChild.setAttribute("aria-expanded", "true");
    element.lastElementChild.hidden = false;
  }

  folded(goal, total) {
    const chips = goal.folds.slice(0, CHIPS).map(([reason, verdict, moves]) =>
      make("span", "chip " + verdict, moves.length > 1 ? make("b", "", moves.length + " × ") : null, reason));
    if (goal.folds.length > CHIPS) chips.push(make("span", "chip rest", plural(goal.folds.length - CHIPS, "more reason")));
    const head = button("head", () => {}, make("span", "failedcount", plural(total, "move") + " failed"), make("span", "chips", ...chips));
    head.setAttribute("aria-expanded", "false");
    const element = make("li", "fold", head);
    head.addEventListener("click", () => {
      if (head.getAttribute("aria-expanded") === "true") return this.close(element);
      if (element.childElementCount === 1) element.append(this.failures(goal));
      head.setAttribute("aria-expanded", "true");
      element.lastElementChild.hidden = false;
    });
    return element;
  }

  failures(goal) {
    const all = goal.folds.flatMap(([reason, verdict, moves]) => moves.map((index) => [reason, verdict, goal.moves[index]]));
    const list = make("ul", "failures");
    portions(list, all, ([reason, verdict, move]) => make("li", verdict,
      paint(make("code", "tactic"), move.text || move.label || ""),
      make("span", "reason", reason),
      make("span", "facts", [move.label === move.text ? "" : move.label, move.seconds ? seconds(move.seconds) : ""].filter(Boolean).join(" · ")),
      ...(move.lemmas || []).map((lemma) => this.lemma(lemma))));
    return list;
  }

  lemma(lemma) {
    const goal = lemma.goal === null || lemma.goal === undefined ? null : this.goals[lemma.goal];
    return make("div", "statement",
      make("pre", "", paint(make("code"), lemma.statement || lemma.name)),
      goal && goal.counterexample ? make("p", "counterexample", make("b", "", "false for "), goal.counterexample) : null);
  }

  reveal(number) {
    this.place.closest("details").open = true;
    this.draw();
    let path = this.pathTo(number);
    if (!path || path.length >= levels()) {
      const all = this.pathTo(number, this.target.root);
      const base = all.length < levels() ? this.target.root : all[all.length - Math.ceil(levels() / 2)].parent;
      this.begin(base);
      path = this.pathTo(number);
    }
    for (const home of path) {
      this.open(home.parent);
      this.openMove(home.parent, home.move);
    }
    const element = this.drawn.get(number);
    if (!element) return;
    this.open(number);
    const head = element.firstElementChild;
    head.scrollIntoView({ block: "center", inline: "nearest" });
    head.focus({ preventScroll: true });
    element.classList.remove("found");
    void element.offsetWidth; // so that the flash starts again
    element.classList.add("found");
  }

  // The homes from below `base` down to a goal's own; null when it is not below `base`.
  pathTo(number, base = this.base) {
    const path = [];
    let at = number;
    while (at !== base) {
      const home = this.homes.get(at);
      if (!home) return null;
      path.unshift(home);
      at = home.parent;
    }
    return path;
  }
}

function details(move) {
  return make("div", "details",
    ...(move.lemmas || []).map((lemma) => make("pre", "statement", paint(make("code"), lemma.statement || lemma.name))),
    move.reason ? make("p", "reason", move.reason) : null);
}

function score(value, children) {
  const bar = make("span", "bar");
  bar.style.setProperty("--share", Math.max(0, Math.min(1, value)));
  const element = make("span", "score", bar, children ? "S " + value.toFixed(2) : "closes it");
  element.title = children ? "score: how much simpler the goals are that it leaves" : "it leaves nothing open";
  return element;
}

function portions(list, all, show) {
  let shown = 0;
  const more = () => {
    const next = all.slice(shown, shown + PAGE);
    shown += next.length;
    list.append(...next.map(show));
    if (shown < all.length) {
      const item = make("li", "more", button("plain", () => { item.remove(); more(); }, plural(all.length - shown, "more")));
      list.append(item);
    }
  };
  more();
}
