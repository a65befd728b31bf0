"""Finishing moves for goals inside a tree: several of Lean's procedures in one call, alone and after a case analysis.

A tree has many small goals, and each call has a price of its own; so what the portfolio tries one by one on a target is
tried here together, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from decompose.context import GoalContext, stage_of
from decompose.library import hints
from decompose.reading import first_word
from decompose.sketch import Split
from decompose.splitters import finishing, specs
from decompose.splitters.base import block, full, grind, listed, named, simp_all, unfoldable

HEARTBEATS = 20_000
"""Two to four seconds on the embedded runtime: what works takes less than one, and the rest comes again with more."""
HIDDEN_HEARTBEATS = 15_000
_VARIABLES = 3
_CALLS = 3
_NOT_INDUCTIVE = frozenset({"String", "Int", "Array", "Fin", "Char", "BitVec"})


def closers(context: GoalContext) -> Iterator[Split]:
    """The combined finishing moves, most promising for their cost first; each leaves nothing open."""
    yield from sorted(_closers(context), key=lambda split: split.cost / split.success)


def _closers(context: GoalContext) -> Iterator[Split]:
    finish = _finish(context)
    is_hidden = bool(stage_of(context))  # A specification hides what an induction would be about.
    close = _closer("close", context, finish, cost=0.4, success=0.3 if is_hidden else 0.7)
    yield replace(close, heartbeats=HIDDEN_HEARTBEATS) if is_hidden else close
    uses = full(context, context.lemmas)
    if context.lemmas:
        with_lemmas = _finish(context, *context.lemmas)
        success = 0.1 if is_hidden else 0.4
        yield _closer("close [lemmas]", context, with_lemmas, cost=0.5, success=success, uses=uses)
    starts = list(_starts(context))
    if hints(context):
        yield from _with_library(context, starts)
    success = 0.1 if is_hidden else 0.6
    for label, start in starts:
        yield _closer(f"{label}; close", context, named(f"{start} <;> {finish}"), cost=0.8, success=success)
    for family in finishing.FAMILIES:
        yield from family(context)
    if " if " in f" {context.target} " or "match " in context.target:
        yield _closer("split; close", context, f"(repeat' split) <;> {finish}", cost=0.6, success=0.4)
    if context.lemmas:
        for label, start in starts:
            tactics = named(f"{start} <;> {with_lemmas}")
            yield _closer(f"{label}; close [lemmas]", context, tactics, cost=1.0, success=0.3, uses=uses)
    if context.definitions:
        unfold = f"simp only{listed(unfoldable(context))} at *"
        yield _closer(
            "unfold, split; close", context, f"({unfold}); (repeat' split) <;> {finish}", cost=0.8, success=0.2
        )


def _finish(context: GoalContext, *lemmas: str) -> str:
    known = listed(unfoldable(context), lemmas)
    return (
        f"(intros; first | omega | ({simp_all(context, *lemmas)}; done) | {grind(context, *lemmas)} "
        f"| (simp{known}; done) | (simp_all{known}; omega) | (simp{known} <;> {grind(context, *lemmas)}))"
    )


def _with_library(context: GoalContext, starts: list[tuple[str, str]]) -> Iterator[Split]:
    """What the library knows about the goal's functions."""
    ending = specs.finish(context)
    unfold = f"{specs.normal(context, specs.plain(context))}; " if hints(context).renamed else ""
    yield _closer("close [library]", context, f"({unfold}intros; {ending})", cost=0.6, success=0.4)
    for label, start in starts[:2]:
        tactics = named(f"{start} <;> (intros; {ending})")
        yield _closer(f"{label}; close [library]", context, tactics, cost=1.0, success=0.3)


def _starts(context: GoalContext) -> Iterator[tuple[str, str]]:
    """Inductions and case analyses on what the goal is about."""
    calls = [call for call in context.applications if not _is_closed(call.arguments)][:_CALLS]
    for call in calls:
        yield "fun_induction", f"fun_induction {call}"
    inductive = [each for each in context.data if first_word(each.type) not in _NOT_INDUCTIVE][:_VARIABLES]
    for each in inductive:
        others = [
            other.name
            for other in context.data
            if other is not each and other.name not in each.type and each.name not in other.type
        ]
        yield "induction", f"induction {each.name}"
        if others:
            yield "induction generalizing", f"induction {each.name} generalizing {' '.join(others)}"
    for each in inductive[:2]:
        yield "cases", f"cases {each.name}"


def _is_closed(arguments: tuple[str, ...]) -> bool:
    return not any(character.isalpha() for text in arguments for character in text)


def _closer(
    label: str,
    context: GoalContext,
    tactics: str,
    *,
    cost: float,
    success: float,
    uses: frozenset[str] = frozenset(),
) -> Split:
    return Split(
        label,
        block(context, tactics),
        heartbeats=HEARTBEATS,
        cost=cost,
        success=success,
        completes=True,
        uses=uses,
    )
