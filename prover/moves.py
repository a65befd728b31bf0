"""What can be tried on a goal, in order: known proofs, finishing moves of a proposer, splits of the splitters."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace

from decompose.context import GoalContext
from decompose.problem import Script
from decompose.sketch import Split
from prover.closers import closers
from prover.proposals import Proposal, Proposer
from search.domain import Kind, Move

MORE_HEARTBEATS = 200_000
"""What a finishing move that ran out of heartbeats gets when its second turn comes."""
SECOND_TURN = 12.0
"""The second turn's cost, in first turns."""
SPLIT_PRICE = 0.4
SINGLE_PRICE = 0.1
"""What the splitters' and the proposer's own chances are worth beside those of the combined finishing moves, which
have tried most of the same before."""
INNER = 0.3
"""What the proposer's chances are worth on a goal inside the tree, in terms of those on a root."""
AGAIN = 0.2
"""How likely a split is to help, in terms of before, after one of its family on the way to the goal."""
INSIDE = 0.4
"""How likely a finishing induction is to help, in terms of before, after each induction on the way to the goal."""
_TYPICAL_SECONDS = 0.3
_CHANCES = {"cases; close": 0.25, "cases; close [lemmas]": 0.1, "fun_induction; close": 0.5}
"""Chances of combined finishing moves as measured on the corpus, where they lie far from those that they come with."""
_LOSING = (
    *("left", "right", "exfalso", "congr", "generalize", "apply", "witness", "calc", "suffices", "refute", "clear"),
    *("fun_induction on a term", "invariant", "fold invariant", "property", "policy"),
)

Splitter = Callable[[GoalContext], Iterator[Split]]


def ordered_moves(
    context: GoalContext,
    proposer: Proposer,
    splitter: Splitter,
    known: Script | None,
    tried: Set[str],
    trail: Sequence[str] = (),
) -> Iterator[Move]:
    """Cheapest per expected success first, each once: a known proof of an equal goal, combined finishing moves, splits,
    the proposer's single moves, and the combined ones once more with more heartbeats.

    `tried`: the proposer's tactics that were tried on the goal already; `trail`: labels of the splits that led to it.
    """
    if known is not None and not known.lemmas:
        yield _move(Split("known", known.tactics, completes=True, cost=0.1, success=0.9, uses=known.uses))
    finishing = sorted(_reckoned(closers(context), trail), key=_price)
    singles = (_completion(each, INNER if trail else 1.0) for each in proposer.propose(context))
    moves = heapq.merge(
        map(_move, finishing),
        map(_move, sorted(_dampened(splitter(context), trail), key=_price)),
        map(_move, (split for split in singles if split.tactics not in tried)),
        map(_move, map(_second_turn, finishing)),
        key=lambda move: move.cost / move.success,
    )
    seen: set[tuple[str, int]] = set()
    for move in moves:
        mark = (move.text, move.payload.heartbeats)
        if mark not in seen:
            seen.add(mark)
            yield move


def loses_truth(split: Split) -> bool:
    """Whether what the split leaves may be false although the goal is true, so that it is worth testing."""
    return bool(split.lemmas) or split.label.startswith(_LOSING)


def _dampened(splits: Iterable[Split], trail: Sequence[str]) -> Iterator[Split]:
    """What was done on the way here seldom helps again right away: each time before makes it less likely."""
    before = Counter(_family(label) for label in trail)
    for split in splits:
        times = before[_family(split.label)]
        yield replace(split, success=split.success * SPLIT_PRICE * AGAIN**times)


def _reckoned(finishing: Iterable[Split], trail: Sequence[str]) -> Iterator[Split]:
    """Combined finishing moves with the chances that they have here: an induction inside another one seldom closes."""
    before = Counter(_family(label) for label in trail)
    for split in finishing:
        family, times = _family(split.label), 0
        if family in ("induction", "cases"):
            times = before["induction"]
        yield replace(split, success=_CHANCES.get(split.label, split.success) * INSIDE**times)


def _price(split: Split) -> float:
    """Expected seconds per expected success."""
    return split.cost / split.success


def _family(label: str) -> str:
    word = re.split(r"[ ;:]", label, maxsplit=1)[0]
    return {"fun_induction": "induction", "strong": "induction", "fun_cases": "cases"}.get(word, word)


def _completion(proposal: Proposal, weight: float) -> Split:
    success = min(0.9, max(1e-4, weight * SINGLE_PRICE * _TYPICAL_SECONDS / max(proposal.cost, 1e-6)))
    return Split(
        proposal.label,
        proposal.tactics,
        heartbeats=proposal.heartbeats,
        cost=_TYPICAL_SECONDS,
        success=success,
        completes=True,
        uses=proposal.lemmas,
    )


def _second_turn(split: Split) -> Split:
    """The same once more with more heartbeats, for goals on which the first turn ran out of them."""
    return replace(split, label=f"{split.label} (more)", heartbeats=MORE_HEARTBEATS, cost=split.cost * SECOND_TURN)


def _move(split: Split) -> Move:
    kind = Kind.SKETCH if split.lemmas else Kind.COMPLETE if split.completes else Kind.SPLIT
    text = "\n".join((*(lemma.declaration("sorry") for lemma in split.lemmas), split.tactics))
    return Move(split.label, text, kind, split.cost, split.success, split)
