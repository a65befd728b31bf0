"""Splits along the logic of a goal: quantifiers and connectives, case analyses on hypotheses and conditions, witnesses,
contradiction."""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.context import GoalContext
from decompose.reading import first_word, last_part
from decompose.sketch import Split
from decompose.splitters.base import HEARTBEATS, block, grind, listed, named, simp_all, visible
from decompose.splitters.terms import bare, conditions, scrutinees, shape, words

_WITNESSES = 6
_CONDITIONS = 4


def introductions(context: GoalContext) -> Iterator[Split]:
    """Leading quantifiers and implications become hypotheses."""
    operator, _ = shape(context.target)
    if context.intro or operator in ("∀", "→", "¬", "≠", "let"):
        yield Split("intros", block(context, named("intros"), names=True), cost=0.2, success=0.3)
    if operator in ("¬", "≠"):
        yield Split("intro negation", block(context, named("intro h")), cost=0.2, success=0.5)


def connectives(context: GoalContext) -> Iterator[Split]:
    """The target taken apart at its outermost connective."""
    operator, members = shape(context.target)
    if operator == "∧":
        holes = ", ".join(["?_"] * len(members))
        yield Split("and", block(context, f"refine ⟨{holes}⟩", names=False), cost=0.2, success=0.85)
        yield Split(
            "and; simp_all", block(context, f"refine ⟨{holes}⟩ <;> try {simp_all(context)}"), cost=0.8, success=0.5
        )
    elif operator == "↔":
        tactics = block(context, named("constructor", "all_goals intro h"))
        yield Split("iff", tactics, cost=0.2, success=0.2)
    elif operator == "∨":
        yield Split("left", block(context, "left"), cost=0.2, success=0.2)
        yield Split("right", block(context, "right"), cost=0.2, success=0.2)
        by_not = named("apply Classical.or_iff_not_imp_left.mpr", "intro h")
        yield Split("or as implication", block(context, by_not), cost=0.2, success=0.3)
        first = bare(members[0])
        yield Split(
            "by_cases on disjunct",
            block(context, f"by_cases h : {first}", "· exact Or.inl h", "right"),
            cost=0.3,
            success=0.3,
        )
    elif operator == "∃":
        yield from _witnesses(context)
    elif operator == "" and first_word(context.target) in {last_part(name) for name in context.predicates}:
        yield Split("constructor", block(context, "constructor"), cost=0.2, success=0.3)


def _witnesses(context: GoalContext) -> Iterator[Split]:
    """Existence: a local of the bound type, a constant of the statement, a neighbour."""
    match = re.match(r"∃ \(?([^\s,:()]+)(?: : ([^,)]+))?", context.target)
    if not match:
        return
    wanted = (match[2] or "").strip()
    terms = [each.name for each in context.data if not wanted or each.type == wanted]
    terms += [f"{each.name} + 1" for each in context.data if each.type in ("Nat", "Int") and wanted in ("", each.type)]
    if wanted in ("", "Nat", "Int"):
        terms += list(dict.fromkeys((*re.findall(r"\b\d+\b", context.target), "0")))
    if wanted.startswith("List") or not wanted:
        terms.append("[]")
    for term in terms[:_WITNESSES]:
        yield Split("witness", block(context, f"refine ⟨{term}, ?_⟩"), cost=0.3, success=0.12)
    tactics = block(context, "refine ⟨_, ?_⟩", f"first | {grind(context)} | {simp_all(context)}")
    yield Split("witness by unification", tactics, heartbeats=HEARTBEATS, cost=0.8, success=0.1, completes=True)


def hypotheses(context: GoalContext) -> Iterator[Split]:
    """Hypotheses taken apart at their outermost connective, equations of variables used up."""
    names = {each.name for each in context.data}
    for each in context.locals:
        if not each.is_accessible or each.name in names:
            continue
        operator, members = shape(each.type)
        h = each.name
        if operator == "∧":
            parts = ", ".join(f"{h}{n}" for n in _numbers(context, h, len(members)))
            yield Split("obtain and", block(context, f"obtain ⟨{parts}⟩ := {h}"), cost=0.2, success=0.6)
        elif operator == "∨":
            ways = " | ".join([h] * len(members))
            yield Split("cases or", block(context, f"rcases {h} with {ways}"), cost=0.3, success=0.6)
            yield Split(
                "cases or; simp_all",
                block(context, f"rcases {h} with {ways} <;> try {simp_all(context)}"),
                cost=0.8,
                success=0.4,
            )
        elif operator == "∃":
            yield Split("obtain witness", block(context, named(f"cases {h}")), cost=0.2, success=0.6)
        elif operator == "=":
            left, right = members
            if (left in names and left not in words(right)) or (right in names and right not in words(left)):
                yield Split("subst", block(context, f"subst {h}"), cost=0.2, success=0.4)
            elif "::" in each.type or "some" in words(each.type):
                yield Split("injection", block(context, f"simp at {h}"), cost=0.3, success=0.1)
        elif operator in ("¬", "≠") and context.target in ("False", "false = true"):
            yield Split("refute by hypothesis", block(context, f"apply {h}"), cost=0.2, success=0.4)
        elif operator == "→" or operator == "∀":
            if members[-1].strip().endswith(context.target):
                yield Split("apply hypothesis", block(context, f"apply {h}"), cost=0.2, success=0.4)
        elif operator == "" and first_word(each.type) in {last_part(name) for name in context.predicates}:
            yield Split("cases hypothesis", block(context, named(f"cases {h}")), cost=0.3, success=0.4)
        if {"if", "match"} & words(each.type):
            yield Split("split at", block(context, named(f"split at {h}")), cost=0.4, success=0.4)
            yield Split(
                "split at; simp_all",
                block(context, named(f"split at {h} <;> try {simp_all(context)}")),
                cost=0.8,
                success=0.4,
            )


def _numbers(context: GoalContext, stem: str, count: int) -> list[int]:
    """Numbers that make `stem` followed by them unused names."""
    taken = {each.name for each in context.locals} | context.taken
    found: list[int] = []
    number = 1
    while len(found) < count:
        if f"{stem}{number}" not in taken:
            found.append(number)
        number += 1
    return found


def branches(context: GoalContext) -> Iterator[Split]:
    """Case analysis on what the goal branches on: `if`, `match`, and conditions inside `decide`."""
    text = context.target
    if {"if", "match"} & words(text):
        yield Split("split", block(context, named("split")), cost=0.4, success=0.6)
        yield Split(
            "split; simp_all",
            block(context, named(f"split <;> try {simp_all(context)}")),
            heartbeats=HEARTBEATS,
            cost=0.9,
            success=0.5,
        )
    every = " ; ".join((text, *(each.type for each in context.locals)))
    for condition in conditions(every)[:_CONDITIONS]:
        start = f"by_cases h : {condition}"
        yield Split("by_cases", block(context, named(f"{start} <;> simp [h]")), cost=0.5, success=0.35)
        yield Split(
            "by_cases; simp_all",
            block(context, named(f"{start} <;> try {simp_all(context)}")),
            heartbeats=HEARTBEATS,
            cost=0.9,
            success=0.35,
        )
    for term in scrutinees(every)[:_CONDITIONS]:
        if term in {each.name for each in context.locals}:
            yield Split("cases scrutinee", block(context, named(f"cases {term}")), cost=0.3, success=0.4)
        else:
            yield Split("cases scrutinee", block(context, named(f"cases h : {term}")), cost=0.3, success=0.35)
            tactics = named(f"cases h : {term} <;> try {simp_all(context)}")
            yield Split(
                "cases scrutinee; simp_all", block(context, tactics), heartbeats=HEARTBEATS, cost=0.9, success=0.35
            )


def unfolded_branches(context: GoalContext) -> Iterator[Split]:
    """The branches of the functions that the goal calls, seen after unfolding them."""
    branching = [
        each.name
        for each in context.functions
        if each.name in visible(context) and {"if", "match"} & words(each.body) and "rec" not in words(each.body)
    ]
    for name in branching[:3]:
        yield Split("unfold; split", block(context, named(f"unfold {name}", "split")), cost=0.5, success=0.35)
        tactics = named(f"unfold {name}", f"split <;> try {simp_all(context)}")
        yield Split("unfold; split; simp_all", block(context, tactics), heartbeats=HEARTBEATS, cost=1.0, success=0.3)


def extensional(context: GoalContext) -> Iterator[Split]:
    """Equations by parts: functions and structures pointwise, orders from both sides, constructors by congruence."""
    operator, members = shape(context.target)
    if operator != "=":
        return
    left, right = (first_word(member) for member in members)
    if left and left == right:
        yield Split("congr 1", block(context, "congr 1"), cost=0.3, success=0.15)
    if any(member.startswith("fun ") for member in members):
        yield Split("funext", block(context, named("funext x")), cost=0.2, success=0.5)
    joined = " ".join(members)
    if "::" in joined and all("::" in member or member.startswith("[") for member in members):
        yield Split(
            "cons parts", block(context, "simp only [List.cons.injEq]", "refine ⟨?_, ?_⟩"), cost=0.3, success=0.15
        )
    if any(each.type.startswith("Array") for each in context.data):
        yield Split("array by lists", block(context, "apply Array.toList_inj.mp"), cost=0.3, success=0.2)
    if re.search(r"= (true|false)$", context.target):
        yield Split(
            "Bool to Prop",
            block(
                context,
                f"simp only{listed(('decide_eq_true_eq', 'Bool.and_eq_true', 'Bool.or_eq_true', 'beq_iff_eq'))}",
            ),
            cost=0.3,
            success=0.3,
        )


def contradiction(context: GoalContext) -> Iterator[Split]:
    """By contradiction, and from contradictory hypotheses."""
    operator, _ = shape(context.target)
    if context.target != "False" and any(shape(each.type)[0] in ("¬", "≠") for each in context.hypotheses):
        yield Split("exfalso", block(context, "exfalso"), cost=0.2, success=0.1)
    if operator in ("=", "≤", "<", "∃", "∈") and len(context.hypotheses) > 1:
        tactics = named("apply Classical.byContradiction", "intro h")
        yield Split("by contradiction", block(context, tactics), cost=0.2, success=0.08)


SPLITTERS = (introductions, connectives, hypotheses, branches, unfolded_branches, extensional, contradiction)
