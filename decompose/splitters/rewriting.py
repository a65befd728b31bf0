"""Splits by rewriting: definitions unfolded, hypotheses and lemmas used, chains of relations, loops as folds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from decompose.context import GoalContext, stage_of
from decompose.reading import Local, components, first_word, introduce, last_part
from decompose.sketch import Split
from decompose.splitters.base import HEARTBEATS, block, full, grind, listed, named, simp_all, unfoldable, visible
from decompose.splitters.terms import bare, is_instance_of, occurs, shape, words

_LEMMAS = 5
_EQUATIONS = 4
_TRANSITIVE = ("≤", "<")
_LIBRARY = frozenset(
    {"length", "size", "reverse", "map", "filter", "count", "Perm", "Pairwise", "take", "drop", "zip", "foldl", "foldr"}
    | {"sum", "all", "any", "contains", "replicate", "range", "getD", "head", "tail", "append", "flatten", "toList"}
)
"""Functions of the library that tell lemmas apart."""

_LOOPS = ("← apply_ite",)
"""With Lean's own rules for `forIn` and `Id`: branches that both go on become one step with a branch inside."""


def specifications(context: GoalContext) -> Iterator[Split]:
    """`post x (f x h) h`: the specification and the program unfolded, conjunctions and quantifiers taken apart."""
    start = stage_of(context)
    if not start:
        return
    head = first_word(context.target)
    programs = [name for name in visible(context) if name != head and name not in context.recursive]
    # `stage_of` introduces by itself, so nothing is introduced twice
    yield Split("unfold specification", block(context, start, names=False), cost=0.2, success=0.6)
    every = [head, *programs]
    unfold = f"unfold {' '.join(every)}"
    yield Split(
        "unfold specification; and",
        block(context, named(unfold, "and_intros", "all_goals intros")),
        cost=0.4,
        success=0.5,
    )
    yield Split("unfold all; simp", block(context, f"simp only{listed(every)} at *"), cost=0.4, success=0.4)
    tactics = named(
        f"simp only{listed(every)} at *", "repeat' apply And.intro", f"all_goals (intros; try {simp_all(context)})"
    )
    yield Split("unfold all; and; simp_all", block(context, tactics), heartbeats=HEARTBEATS, cost=1.0, success=0.4)
    tactics = named(
        f"simp only{listed(every)} at *", "repeat' apply And.intro", f"all_goals (intros; try {grind(context)})"
    )
    yield Split("unfold all; and; grind", block(context, tactics), heartbeats=HEARTBEATS, cost=1.5, success=0.4)


def definitions(context: GoalContext) -> Iterator[Split]:
    """The file's definitions unfolded once or simplified with, leaving a simpler goal."""
    if not context.direct:
        return
    direct = [name for name in unfoldable(context) if name in context.direct]
    plain = [name for name in context.direct if name not in context.recursive]
    if plain and not stage_of(context):
        tactics = f"first | simp only{listed(plain)} at * | unfold {' '.join(plain)}"
        yield Split("unfold plain defs", block(context, tactics), cost=0.2, success=0.7)
        for name in plain[:3] if len(plain) > 1 else ():
            yield Split("unfold one def", block(context, f"unfold {name}"), cost=0.2, success=0.35)
    if direct and not stage_of(context):
        yield Split("simp only [defs]", block(context, f"simp only{listed(direct)}"), cost=0.3, success=0.15)
    yield Split("simp [defs]", block(context, f"simp{listed(unfoldable(context))}"), cost=0.5, success=0.3)
    yield Split(
        "simp_all [defs]",
        block(context, named("intros", simp_all(context))),
        heartbeats=HEARTBEATS,
        cost=0.7,
        success=0.3,
    )
    bodies = {each.name: each.body for each in context.functions}
    loops_ = [
        name for name in context.direct if name in context.recursive and not bodies.get(name, "|").startswith("|")
    ]
    for name in loops_[:3]:
        yield Split("unfold", block(context, f"unfold {name}"), cost=0.3, success=0.15)


def equations(context: GoalContext) -> Iterator[Split]:
    """Hypotheses that are equations or equivalences, used from left to right and back."""
    inside = words(context.target)
    usable: list[Local] = []
    for each in context.hypotheses:
        bound, rest = introduce(each.type)
        operator, sides = _conclusion(rest)
        if operator not in ("=", "↔") or not words(each.type) & inside:
            continue
        usable.append(each)
        variables = frozenset(variable.name for variable in bound)
        success = 0.4 if "ih" in each.name else 0.25
        for arrow, side, weight in (("", sides[0], 1.0), ("← ", sides[1], 0.4)):
            if len(bare(side).split()) > 1 and occurs(side, context.target, variables):
                label = "rw hypothesis backwards" if arrow else "rw hypothesis"
                yield Split(label, block(context, f"rw [{arrow}{each.name}]"), cost=0.2, success=success * weight)
    if usable:
        names = [each.name for each in usable]
        yield Split("simp [hypotheses]", block(context, f"simp{listed(names)}"), cost=0.4, success=0.3)
        if context.direct:
            tactics = block(context, f"simp only{listed(unfoldable(context), names)}")
            yield Split("simp only [defs, hypotheses]", tactics, cost=0.4, success=0.3)


def _conclusion(text: str) -> tuple[str, tuple[str, ...]]:
    """The shape of what a hypothesis says after its quantifiers and premises."""
    operator, members = shape(text)
    while operator in ("∀", "→"):
        rest = members[-1].partition(",")[2] if operator == "∀" else members[-1]
        if not rest.strip():
            break
        operator, members = shape(rest)
    return operator, members


def lemmas(context: GoalContext) -> Iterator[Split]:
    """Earlier theorems of the file: rewritten with, or applied, where what they say is about the functions here."""
    said = dict(context.conclusions)
    inside = _functions(context, context.target)
    for rank, name in enumerate(context.lemmas[:_LEMMAS]):
        uses, weight = full(context, [name]), 1 / (1 + 0.3 * rank)
        operator, sides = _conclusion(said.get(name, ""))
        ways: list[tuple[str, str, float]] = []
        if operator in ("=", "↔"):
            left, right = (_functions(context, side) for side in sides)
            if left <= inside and _applies(context, sides[0]):
                ways += [("rw lemma", f"rw [{name}]", 0.3), ("simp only [lemma]", f"simp only [{name}]", 0.1)]
            if right and right <= inside and _applies(context, sides[1]):
                ways.append(("rw lemma backwards", f"rw [← {name}]", 0.12))
        outer = shape(context.target)
        if operator == outer[0] and all(map(partial(_matches, context), sides, outer[1])):
            ways.append(("apply lemma", f"apply {name}", 0.2))
        for label, tactics, success in ways:
            yield Split(label, block(context, tactics), cost=0.3, success=round(success * weight, 3), uses=uses)
    if context.lemmas:
        every = context.lemmas[:_LEMMAS]
        tactics = f"simp{listed(unfoldable(context), every)}"
        yield Split(
            "simp [defs, lemmas]",
            block(context, tactics),
            heartbeats=HEARTBEATS,
            cost=0.8,
            success=0.2,
            uses=full(context, every),
        )


def _variables(context: GoalContext, text: str) -> frozenset[str]:
    """The words of a lemma that are no functions of the file, so far as one can see: its variables."""
    known = {*context.definitions, *context.predicates, *(last_part(name) for name in context.definitions)}
    return frozenset(word for word in words(text) if word not in known and "." not in word)


def _applies(context: GoalContext, side: str) -> bool:
    """A subterm of the target may be an instance of a lemma's side."""
    return "." in side or len(bare(side).split()) < 2 or occurs(side, context.target, _variables(context, side))


def _matches(context: GoalContext, side: str, term: str) -> bool:
    """A lemma's whole side may be made to be `term`. Field notation is compared by its first word only."""
    if "." in side or "." in term:
        return first_word(side) == first_word(term)
    return is_instance_of(side, term, _variables(context, side))


def _functions(context: GoalContext, text: str) -> frozenset[str]:
    """The file's functions and predicates that `text` names, and `length` and the like; names without namespaces."""
    known = {last_part(name) for name in (*context.definitions, *context.predicates)} | _LIBRARY
    return components(text) & known


def chains(context: GoalContext) -> Iterator[Split]:
    """`a ≤ b` by way of a bound that a hypothesis gives; equations by way of the unfolded side."""
    operator, members = shape(context.target)
    if operator in _TRANSITIVE:
        related = [each for each in context.hypotheses if _conclusion(each.type)[0] in _TRANSITIVE]
        for each in related[:_EQUATIONS]:
            inner, sides = _conclusion(each.type)
            if len(sides) == 2 and sides[0] == members[0]:
                text = f"calc {members[0]} {inner} {sides[1]} := {each.name}\n  _ {operator} {members[1]} := ?_"
                tactics = block(context, "refine " + _later(text))
                yield Split("calc", tactics, cost=0.2, success=0.25)
            elif len(sides) == 2 and sides[1] == members[1]:
                text = f"calc {members[0]} {operator} {sides[0]} := ?_\n  _ {inner} {members[1]} := {each.name}"
                yield Split("calc", block(context, "refine " + _later(text)), cost=0.2, success=0.25)
        yield Split("antisymmetry", block(context, "apply Nat.le_of_not_lt", named("intro h")), cost=0.2, success=0.05)
    elif operator == "=" and any(_is_number(context, side) for side in members):
        yield Split("le antisymmetry", block(context, "apply Nat.le_antisymm"), cost=0.2, success=0.06)


def _is_number(context: GoalContext, side: str) -> bool:
    """The term is a natural number, by the look of it."""
    results = {each.name: each.result for each in context.functions}
    kinds = {each.name: each.type for each in context.data}
    text = bare(side)
    return text.endswith(".length") or "Nat" in (results.get(first_word(text)), kinds.get(text))


def _later(calc: str) -> str:
    return calc.replace("\n", "\n  ")


def loops(context: GoalContext) -> Iterator[Split]:
    """Imperative programs: `for` over ranges, lists and arrays becomes a fold, or a `forIn` over a list where the loop
    can end early. `while` has no equations in Lean's library."""
    programs = [each.name for each in context.functions if {"Id.run", "for"} & words(each.body)]
    if not (set(programs) & set(context.direct)) and not {"forIn", "Id.run"} & words(context.target):
        return
    plain = [name for name in context.direct if name not in context.recursive]
    everything = listed(plain, programs, _LOOPS)
    yield Split("loops to folds", block(context, f"simp{everything}"), heartbeats=HEARTBEATS, cost=0.6, success=0.5)
    lists = listed(plain, programs, _LOOPS, ("← Array.foldl_toList",))
    yield Split("loops to list folds", block(context, f"simp{lists}"), heartbeats=HEARTBEATS, cost=0.6, success=0.3)
    tactics = block(context, f"simp{everything} at *")
    yield Split("loops to folds everywhere", tactics, heartbeats=HEARTBEATS, cost=0.8, success=0.3)


SPLITTERS = (specifications, definitions, equations, lemmas, chains, loops)
