"""Theory exploration inside one call of Lean: conjectured laws of the goal's functions are proved on the spot by one
induction each, and the goal is tried with those that hold.

A conjecture is cheap here: a false one fails within its own `try`, mostly in the base case, so neither a
counterexample nor a goal of its own is needed, and laws that rest on one another come one after the other. What is not
closed goes on with the laws that were proved as hypotheses. Laws that take more than one induction are for
`explore` and `strengthen`, whose lemmas become goals of the tree.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from decompose.context import GoalContext
from decompose.fields import unabbreviated
from decompose.reading import Local, components, first_word, last_part
from decompose.signatures import Parameter
from decompose.sketch import Split
from decompose.splitters.base import (
    block,
    closure,
    grind,
    is_instance,
    is_sort,
    listed,
    named,
    simp_all,
    unfoldable,
    unused,
)
from decompose.splitters.explore import Guess, conjectures
from decompose.splitters.induct import functional_inductions, inductions
from decompose.splitters.strengthen import Loop, combined, found_loops
from decompose.splitters.terms import atom, bare, canonical, fresh, shape, words
from decompose.splitters.terms import replace as replaced

HEARTBEATS = 60_000
"""For all laws of a call and the goal together; most conjectures that fail take less than a tenth of that."""
_BATCH = 9
_BATCHES = 2
_GENERAL = 6
_UNLIKELY = frozenset({"defining equation", "commutativity", "permutation", "library function", "positivity"})
STEM = "fact"


@dataclass(frozen=True, slots=True)
class Law:
    """A closed statement: `claim` for all `binders`. `given`: hypotheses of the goal that are its first premises."""

    binders: tuple[Parameter, ...]
    claim: str
    given: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"∀ {' '.join(each.binder for each in self.binders)}, {self.claim}" if self.binders else self.claim


def speculations(context: GoalContext) -> Iterator[Split]:
    """The goal for all values of its accumulators, and laws by the batch, the most fitting first."""
    general = list(dict.fromkeys(generalised(context)))[:_GENERAL]
    if general:
        yield _split(context, "all values", (), general, 1.0)
    if not context.functions or any(each.name.startswith(STEM) for each in context.locals):
        return
    laws = list(_laws(context))
    for number in range(_BATCHES):
        batch = laws[number * _BATCH : (number + 1) * _BATCH]
        if batch:
            yield _split(context, "laws", batch, general[:3], 0.7 / (1 + number))


def _laws(context: GoalContext) -> Iterator[Law]:
    """What `explore` conjectures, without what says little or would make a simplifier run in circles.

    First laws of what the goal's functions call: an induction leaves the goal about these. What the goal itself is
    about comes last."""
    inside = {last_part(name) for name in components(context.target)}
    bodies = [each.body for each in context.functions if last_part(each.name) in inside]
    called = {last_part(name) for body in bodies for name in components(body)}

    def promise(guess: Guess) -> float:
        near = [last_part(name) for name in guess.about]
        weight = math.prod(1.0 if name in inside | called else 0.4 for name in near)
        new = any(name in called - inside for name in near) and any(name in inside for name in near)
        return guess.success * weight * (2.0 if new else 1.0)

    seen: set[str] = set()
    for guess in sorted(conjectures(context), key=lambda guess: -promise(guess)):
        names = frozenset(each.name for each in guess.binders)
        mark = canonical(guess.claim, names)
        locals_ = frozenset(each.name for each in context.locals)
        if guess.kind in _UNLIKELY or mark in seen or mark == canonical(context.target, locals_):
            continue
        seen.add(mark)
        yield Law(tuple(each for each in guess.binders if not _is_here(context, each)), guess.claim)


def _is_here(context: GoalContext, binder: Parameter) -> bool:
    """The goal has that type variable or instance itself; simplifiers find laws for those more easily."""
    if binder.kind == "implicit":
        return any(each.name == binder.name and is_sort(each) for each in context.locals)
    return binder.kind == "instance" and any(each.type == binder.type and is_instance(each) for each in context.locals)


def generalised(context: GoalContext) -> Iterator[Law]:
    """The goal for every value of an accumulator that is a constant here: as it is, and with what the accumulator adds
    to the other side, by the kind of statement."""
    data = {each.name for each in context.data}
    operator, sides = shape(context.target)
    for loop in dict.fromkeys(found_loops(context)):
        if loop.value in data or loop.text not in context.target:
            continue
        variable = fresh("acc", unused(context))
        extra = (Parameter(variable, loop.type),)
        call = loop.with_value(variable)
        for claim in _claims(context, loop, variable, call, operator, sides):
            yield _closed(context, claim, extra)
        plain = replaced(context.target, loop.text, call)
        yield _closed(context, plain, extra)
        if operator not in ("=", "↔", "→", "∀"):
            start = replaced(context.target, loop.text, variable)
            yield _closed(context, f"({start}) → {plain}", extra)
    for each in context.hypotheses:
        if not each.type.startswith("∀"):
            yield from _under(context, each)


def _under(context: GoalContext, hypothesis: Local) -> Iterator[Law]:
    """The same where a hypothesis is about the loop: the target for every value of the accumulator that has what the
    target says of a variable of its type."""
    rest = replace(context, locals=tuple(each for each in context.locals if each != hypothesis))
    inside = words(context.target)
    for loop in dict.fromkeys(found_loops(replace(rest, target=hypothesis.type))):
        if loop.value in {each.name for each in context.data} or loop.text not in hypothesis.type:
            continue
        variable = fresh("acc", unused(context))
        extra = (Parameter(variable, loop.type),)
        premise = replaced(hypothesis.type, loop.text, loop.with_value(variable))
        starts = [each.name for each in context.data if each.name in inside and each.type == loop.type]
        for name in starts[:1]:
            claim = f"({premise}) → ({replaced(context.target, name, variable)}) → {context.target}"
            yield replace(_closed(rest, claim, extra), given=(hypothesis.name,))
        yield replace(_closed(rest, f"({premise}) → {context.target}", extra), given=(hypothesis.name,))


def _claims(
    context: GoalContext, loop: Loop, variable: str, call: str, operator: str, sides: tuple[str, ...]
) -> Iterator[str]:
    if operator not in ("=", "↔") or len(sides) != 2:
        return
    for mine, other in ((0, 1), (1, 0)):
        if loop.text not in sides[mine] or loop.text in sides[other]:
            continue
        left, right = replaced(sides[mine], loop.text, call), sides[other]
        if operator == "↔":
            start = replaced(sides[mine], loop.text, variable)
            yield f"{left} ↔ ({right}) ∨ {start}"
            yield f"{left} ↔ ({right}) ∧ ¬ ({start})"
            continue
        if bare(sides[mine]) != loop.text:
            start = replaced(sides[mine], loop.text, variable)
            if _is_number(context, right):
                yield f"{left} = {atom(start)} + {atom(right)}"
                continue
            yield f"{left} = {atom(start)} ++ {atom(right)}"
        for result in combined(context, loop, variable, right):
            yield f"{left} = {result}"


def _is_number(context: GoalContext, side: str) -> bool:
    """The term is a number, by the look of it."""
    word = first_word(bare(side))
    results = {each.name: each.result for each in context.functions}
    kinds = {each.name: each.type for each in context.data}
    number = results.get(word, kinds.get(bare(side), "")) in ("Nat", "Int")
    return number or side.endswith((".length", ".sum", ".size")) or word in ("List.count", "List.length", "List.sum")


def _closed(context: GoalContext, claim: str, extra: tuple[Parameter, ...]) -> Law:
    """`claim` for all values of the data that it mentions, under the hypotheses about them. Data that an induction
    hypothesis or a type mentions stays what it is here."""
    data = {each.name for each in context.data}
    facts = [each for each in context.locals if _is_premise(each, data)]
    names = [name for name in closure(context, claim, tuple(each.name for each in facts)) if name in data]
    rest = [each for each in context.locals if each not in facts and _is_fixed(each, data)]
    kept = [each for each in context.data if each.name in names]
    kept = [each for each in kept if not any(each.name in words(other.type) for other in rest)]
    free = {each.name for each in kept}
    premises = [each for each in facts if words(each.type) & free]
    return Law((*extra, *(Parameter(each.name, each.type) for each in (*kept, *premises))), claim)


def _is_fixed(local: Local, data: set[str]) -> bool:
    plain = local.name not in data and not is_instance(local) and not is_sort(local)
    return plain and not local.name.startswith(STEM)


def _is_premise(local: Local, data: set[str]) -> bool:
    return local.is_accessible and _is_fixed(local, data) and not local.type.startswith("∀")


def _split(context: GoalContext, label: str, laws: Sequence[Law], general: Sequence[Law], success: float) -> Split:
    facts = [f"try {_fact(context, law, f'{STEM}{number}')}" for number, law in enumerate(laws, 1)]
    finish = _finish(context)
    ways = [finish, *(f"({start} <;> {finish})" for start in _starts(context))] if laws else []
    ways += [f"({_fact(context, law, 'hall', 2)}; {_use(context, law)})" for law in general]
    tactics = named(*facts, f"first | {' | '.join(ways)} | skip")
    return Split(label, block(context, tactics), (), HEARTBEATS, 0.3, success)


def _fact(context: GoalContext, law: Law, name: str, most: int = 1) -> str:
    """`have` with a proof by induction, up to `most` of them tried."""
    stated = [Local(each.name, unabbreviated(each.type, context.functions)) for each in law.binders if each.name]
    fixed = [each for each in context.locals if is_sort(each) and each.name not in {local.name for local in stated}]
    about = replace(context, locals=(*fixed, *stated), target=law.claim, intro=(), stage="")
    finish = _finish(context)
    ways = [f"({start} <;> {finish})" for start in list(_starts(about))[:most]] or [finish]
    names = " ".join(each.name or "_" for each in law.binders)
    intro = f"intro {names}; " if names else ""
    return f"(have {name} : {law.text} := by ({intro}first | {' | '.join(ways)}))"


def _use(context: GoalContext, law: Law) -> str:
    """The goal from the law `hall`, whose first binder is the accumulator and whose others are here as they are."""
    instance = " ".join(("hall", "_", *(each.name for each in law.binders[1:]), *law.given))
    return f"(first | (simpa{listed(unfoldable(context))} using {instance}) | (simp [hall]; done) | {grind(context)})"


def _finish(context: GoalContext) -> str:
    known = simp_all(context)
    return f"(intros; first | ({known}; done) | {grind(context)} | (try {known}; omega))"


def _starts(context: GoalContext) -> Iterator[str]:
    """The most promising functional induction and structural induction, as text."""
    for source in (functional_inductions, inductions):
        for split in source(context):
            if ";" not in split.label and "on a term" not in split.label:
                yield split.tactics.rpartition("\n")[2].strip()
                break


SPLITTERS = (speculations,)
