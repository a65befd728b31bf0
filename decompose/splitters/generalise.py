"""Lemmas from a goal that automation left over: common subterms become variables, hypotheses that play no part go,
induction hypotheses are used on one side first."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.context import GoalContext
from decompose.reading import Local
from decompose.signatures import Parameter
from decompose.sketch import Split
from decompose.splitters.base import (
    HEARTBEATS,
    block,
    closure,
    grind,
    lemma,
    simp_all,
    statement,
    unused,
)
from decompose.splitters.terms import bare, fresh, replace, shape, subterms, words

_TERMS = 4
_EQUATIONS = 3


def common_terms(context: GoalContext) -> Iterator[str]:
    """Terms over the goal's variables that occur on both sides of the target, or more than once; larger ones first."""
    names = {each.name for each in context.locals}
    counts = subterms(context.target)
    operator, sides = shape(context.target)
    on_both: set[str] = set()
    if operator in ("=", "≤", "<", "↔") and len(sides) == 2:
        on_both = set(subterms(sides[0])) & set(subterms(sides[1]))
    found = [term for term, count in counts.items() if (count > 1 or term in on_both) and words(term) & names]
    yield from sorted(found, key=lambda term: (term not in on_both, -len(term)))


def generalisations(context: GoalContext) -> Iterator[Split]:
    """A common subterm becomes a variable, in the target alone and wherever it occurs."""
    name = fresh("g", unused(context))
    for term in list(common_terms(context))[:_TERMS]:
        yield Split("generalize", block(context, f"generalize {term} = {name}"), cost=0.2, success=0.2)
        if any(term in each.type for each in context.locals):
            yield Split("generalize at", block(context, f"generalize {term} = {name} at *"), cost=0.2, success=0.15)
    for term in _arguments(context)[:2]:
        yield Split("generalize argument", block(context, f"generalize {term} = {name}"), cost=0.2, success=0.08)


def _arguments(context: GoalContext) -> list[str]:
    """Calls of the file's functions over local variables inside the target, that occur once."""
    names = {each.name for each in context.data}
    once = {*common_terms(context), *(bare(side) for side in shape(context.target)[1])}
    return [
        term
        for term in subterms(context.target)
        if term not in once
        and term.split()[0] in context.definitions
        and words(term) & names
        and term != context.target
    ]


def without_hypotheses(context: GoalContext) -> Iterator[Split]:
    """The goal without hypotheses that say nothing about its variables, or without any: shorter, and perhaps false."""
    facts = [each for each in context.hypotheses if each.is_accessible and not each.name.startswith("inst")]
    if not facts:
        return
    needed = set(closure(context, context.target))
    apart = [each.name for each in facts if not words(each.type) & needed]
    every = [each.name for each in facts]
    if apart and apart != every:
        yield Split("clear unrelated", block(context, f"clear {' '.join(apart)}"), cost=0.1, success=0.15)
    inductive = [each.name for each in facts if "ih" in each.name]
    if inductive and inductive != every:
        yield Split(
            "clear induction hypotheses", block(context, f"clear {' '.join(inductive)}"), cost=0.1, success=0.06
        )
    yield Split("clear hypotheses", block(context, f"clear {' '.join(every)}"), cost=0.4, success=0.08)


def cross_fertilised(context: GoalContext) -> Iterator[Split]:
    """Lemmas for a step case, from its induction hypothesis `l = r`: `r` becomes `l` on one side of the target, and
    what both sides then have in common becomes a variable (Boyer and Moore, A Computational Logic, 1979, chapter 10).
    """
    operator, sides = shape(context.target)
    if operator not in ("=", "↔", "≤"):
        return
    equations = [(each, shape(each.type)) for each in context.hypotheses]
    used = 0
    for each, (inner, ends) in equations:
        if inner not in ("=", "↔") or used >= _EQUATIONS:
            continue
        left, right = ends
        for old, new in ((right, left), (left, right)):
            for side in (1, 0):
                changed = replace(sides[side], old, new)
                if changed == sides[side]:
                    continue
                both = [sides[0], sides[1]]
                both[side] = changed
                yield from _lemmas_for(context, f" {operator} ".join(both), each)
                used += 1
                break


def _lemmas_for(context: GoalContext, text: str, hypothesis: Local) -> Iterator[Split]:
    staged = GoalContext(
        locals=context.locals, target=text, definitions=context.definitions, inductives=context.inductives
    )
    for term in list(common_terms(staged))[:2]:
        yield from _generalised(context, text, term, "cross-fertilise and generalise", 0.35, (hypothesis.name,))


def from_goal(context: GoalContext) -> Iterator[Split]:
    """The goal itself with common subterms as variables, as a lemma that can be used more than once."""
    if not context.definitions and not context.data:
        return
    for term in list(common_terms(context))[:2]:
        yield from _generalised(context, context.target, term, "lemma with a term generalised", 0.2, ())
    facts = [each.name for each in context.hypotheses]
    if facts and any(context.data):
        text, explicit = statement(context, context.target)
        if _writable(context, explicit):
            new = lemma(context, "fact", text)
            yield Split(
                "lemma without hypotheses",
                block(context, f"exact {' '.join((new.name, *explicit))}"),
                (new,),
                cost=0.3,
                success=0.1,
            )


def _writable(context: GoalContext, names: tuple[str, ...]) -> bool:
    accessible = {each.name for each in context.locals if each.is_accessible}
    return all(name in accessible for name in names)


def _generalised(
    context: GoalContext, text: str, term: str, label: str, success: float, used: tuple[str, ...]
) -> Iterator[Split]:
    """The lemma that `text` becomes with a variable for `term`, and how it closes the goal."""
    variable = fresh("g", unused(context))
    general = replace(text, term, variable)
    if general == text or "✝" in term:
        return
    new_text, explicit = statement(context, general, (), (Parameter(variable, "_"),))
    if not _writable(context, explicit):
        return
    new = lemma(context, "general", new_text)
    have = f"have hgen := {' '.join((new.name, *explicit))} ({term})"
    hints = ", ".join(("hgen", *used))
    finish = f"first | exact hgen | (simp only [{hints}] at *; done) | {simp_all(context)} | {grind(context)}"
    direct = (
        finish
        if not used
        else f"first | (rw [hgen]; simp [{', '.join(used)}]; done) | {simp_all(context)} | {grind(context)}"
    )
    yield Split(label, block(context, have, direct), (new,), HEARTBEATS, cost=1.0, success=success, completes=True)


SPLITTERS = (cross_fertilised, generalisations, without_hypotheses, from_goal)
