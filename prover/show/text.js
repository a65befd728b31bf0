"use strict";
// The data, and text: what comes from records goes into the page as textContent only. tree.js and page.js follow.

const files = JSON.parse(document.getElementById("data").textContent).files;
const SYMBOLS = { proved: "✓", open: "○", refuted: "✗", exhausted: "∅" };
const FAILED = { refused: "refused", limit: "limit", machinery: "lost by the machinery" };
const FIRST = 40; // goals that a tree shows unfolded at first
const LEVELS = [4, 9]; // goals below each other that there is room for, on a narrow and on a wide window
const MOST = 600; // goals that "Unfold all" draws
const CHIPS = 3; // reasons of failures that a fold names
const PAGE = 60; // results and failed moves per portion

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function button(className, press, ...children) {
  const element = make("button", className, ...children);
  element.type = "button";
  element.addEventListener("click", press);
  return element;
}

// Text

const LEAN = new RegExp(
  [
    /(?<comment>--[^\n]*|\/-[\s\S]*?-\/)/,
    /(?<string>"(?:[^"\\]|\\.)*")/,
    /(?<hole>\?_|\?[A-Za-z_]\w*|\bsorry\b)/,
    /(?<word>\b(?:theorem|lemma|def|by|fun|have|let|show|from|with|match|then|else|if|at|using|generalizing|only|where)\b)/,
    /(?<tactic>\b(?:intro|intros|induction|fun_induction|cases|rcases|obtain|rintro|simp|simp_all|simpa|omega|grind|decide|rfl|rw|rwa|exact|apply|refine|constructor|split|unfold|calc|exists|contradiction|ext|funext|subst|next|case|all_goals|rename_i|congr|trivial|assumption|aesop|ring|linarith|nlinarith|norm_num)\b)/,
    /(?<sign>⊢|∀|∃|→|↔|∧|∨|¬|λ|<;>|=>|·)/,
  ].map((part) => part.source).join("|"), "gu");

function paint(element, text) {
  let from = 0;
  for (const found of text.matchAll(LEAN)) {
    const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
    element.append(text.slice(from, found.index), make("span", "l-" + kind, found[0]));
    from = found.index + found[0].length;
  }
  element.append(text.slice(from));
  return element;
}

function conclusion(text) {
  return text.slice(text.lastIndexOf("⊢") + 1).replace(/\s+/g, " ").trim();
}

// The head says what is claimed; below it stand the hypotheses, and the claim again if Lean gave it several lines.
function goalText(text) {
  const turnstile = text.lastIndexOf("⊢");
  const context = turnstile < 0 ? "" : text.slice(0, turnstile);
  const claim = text.slice(turnstile + 1).trim();
  if (!context.trim() && !claim.includes("\n")) return null;
  const element = make("pre", "goaltext");
  for (const line of context.split("\n").filter(Boolean)) {
    const colon = line.indexOf(" : ");
    const row = make("span", "hypothesis");
    if (colon > 0 && !/^\s/.test(line)) row.append(make("span", "names", line.slice(0, colon)), line.slice(colon));
    else row.append(line);
    element.append(row, "\n");
  }
  if (claim.includes("\n")) element.append(make("span", "claim", turnstile < 0 ? null : make("b", "turnstile", "⊢ "), claim));
  return element;
}

function oneLine(text) {
  return text.replace(/\s*\n\s*/g, "  ").trim();
}

function seconds(value) {
  if (value < 10) return value.toFixed(1) + " s";
  return value < 120 ? Math.round(value) + " s" : Math.floor(value / 60) + " min " + Math.floor(value % 60) + " s";
}

function plural(count, noun) {
  return count.toLocaleString("en") + " " + noun + (count === 1 ? "" : "s");
}

// The chosen move of a proved goal if it left nothing open: the folded goal names it.
function closing(goal) {
  const move = goal.moves[goal.shown[0]];
  return goal.state === "proved" && move && move.verdict === "justified" && !move.goals ? move : null;
}
