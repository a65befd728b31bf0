"""Finishing moves for programs that are one call of the library: what was proved about the program is restated for that
call, and functions that call themselves on shorter lists get an induction on the length."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.context import GoalContext
from decompose.library import hints
from decompose.reading import first_word
from decompose.sketch import Split
from decompose.splitters.base import HEARTBEATS, block, full, listed, named
from decompose.splitters.specs import finish, normal, plain


def restated(context: GoalContext) -> Iterator[Split]:
    """The goal from earlier theorems, with the programs unfolded in these and in the goal."""
    if context.lemmas and plain(context):
        yield _with_lemmas(context, "unfold; close [lemmas]", 0.2, f"intros; {finish(context)}")


def by_length(context: GoalContext) -> Iterator[Split]:
    """Induction on the length of a list that a function of the library makes shorter in its own way."""
    equations = listed(hints(context).by_length)
    if not equations:
        return
    for each in context.data:
        if first_word(each.type) != "List":
            continue
        steps = (
            f"generalize hlen : {each.name}.length = len",
            f"induction len using Nat.strongRecOn generalizing {each.name}",
            f"cases {each.name} <;> (intros; first | (simp_all{equations} <;> grind{equations}) | grind{equations})",
        )
        if context.lemmas:
            yield _with_lemmas(context, "strong induction; close [lemmas]", 0.35, *steps)
        yield _move(context, "strong induction; close", 0.3, *_unfolding(context), *steps)


def _with_lemmas(context: GoalContext, label: str, success: float, *steps: str) -> Split:
    known = [f"have hlemma_{number} := @{lemma}" for number, lemma in enumerate(context.lemmas, 1)]
    uses = full(context, context.lemmas)
    return _move(context, label, success, *known, *_unfolding(context), *steps, uses=uses)


def _unfolding(context: GoalContext) -> list[str]:
    return [text for text in (normal(context, plain(context)),) if text]


def _move(context: GoalContext, label: str, success: float, *steps: str, uses: frozenset[str] = frozenset()) -> Split:
    tactics = block(context, named(*steps))
    return Split(label, tactics, heartbeats=HEARTBEATS, cost=0.7, success=success, completes=True, uses=uses)


FINISHING = (restated, by_length)
"""What leaves nothing open (`decompose.splitters.finishing`)."""
