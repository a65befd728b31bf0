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
from prover.leading import leading
from prover.learned.features import Candidate
from prover.learned.ranking import CALL_SECONDS, Ranker
from prover.portfolio import TYPICAL_SECONDS, chance_of
from prover.proposals import Proposal, Proposer
from search.domain import Kind, Move

MORE_HEARTBEATS = 200_000
"""What a finishing move that ran out of heartbeats gets when its second turn comes."""
SECOND_TURN = 12.0
"""The second turn's cost, in first turns."""
SPLIT_PRICE = 0.4
"""What the splitters' own chances are worth beside those of the combined finishing moves."""
INNER = 0.3
"""What the proposer's chances are worth on a goal inside the tree, in terms of those on a root."""
AGAIN = 0.2
"""How likely a split is to help, in terms of before, after one of its family on the way to the goal."""
INSIDE = 0.4
"""How likely a finishing induction is to help, in terms of before, after each induction on the way to the goal."""
LEAD_COST, LEAD_SUCCESS = 0.05, 0.9
"""Of what leads on a goal: less for its chance than every other move."""
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
    ranker: Ranker | None = None,
    unproved: Set[str] = frozenset(),
) -> Iterator[Move]:
    """Cheapest per expected success first, each once: a known proof of an equal goal, combined finishing moves, splits,
    the proposer's single moves, and the combined ones once more with more heartbeats. What leads on the goal
    (`prover.leading`) comes before them, unless an induction led to it.

    `tried`: the proposer's tactics that were tried on the goal already; `trail`: labels of the splits that led to it.
    `ranker`: gives the finishing moves another order among themselves, and so the splits; the places of both stay.
    `unproved`: declarations that no move may rest on.
    """
    if known is not None and not known.lemmas:
        yield _move(Split("known", known.tactics, completes=True, cost=0.1, success=0.9, uses=known.uses))
    finishing = sorted(_reckoned(closers(context), trail), key=_price)
    singles = (_completion(each, INNER if trail else 1.0) for each in proposer.propose(context))
    single = (split for split in singles if split.tactics not in tried)
    first: list[Iterator[Split]] = [iter(finishing), single]
    if ranker is not None:
        # What may not be tried has not failed, so it must not make others less likely.
        allowed = [split for split in heapq.merge(*first, key=_price) if not split.uses & unproved]
        first = [_ranked(context, allowed, ranker)]
    if "induction" not in map(_family, trail):
        first[0] = _led(context, list(first[0]))
    splits = sorted(_dampened(splitter(context), trail), key=_price)
    if ranker is not None:
        splits = _ranked_splits(context, splits, ranker, trail)
    moves = heapq.merge(
        map(_move, first[0]),
        map(_move, splits),
        *(map(_move, each) for each in first[1:]),
        map(_move, map(_second_turn, finishing)),
        key=lambda move: move.cost / move.success,
    )
    seen: set[tuple[str, int]] = set()
    for move in (move for move in moves if not move.payload.uses & unproved):
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


def _led(context: GoalContext, finishing: list[Split]) -> Iterator[Split]:
    """The same moves, those that lead on the goal first and at a price that nothing is below."""
    first = leading(context, [split.label for split in finishing])
    yield from (replace(finishing[at], cost=LEAD_COST, success=LEAD_SUCCESS) for at in first)
    yield from (split for at, split in enumerate(finishing) if at not in first)


def _ranked(context: GoalContext, fixed: list[Split], ranker: Ranker) -> Iterator[Split]:
    """The same finishing moves in the ranker's order. The i-th gets the cost and the chance that the i-th of the fixed
    order has, so that the splits come in between where they did."""
    first: dict[str, Split] = {}
    for split in fixed:
        first.setdefault(split.tactics, split)
    unique = list(first.values())
    order = ranker.order(context, [_candidate(place, split) for place, split in enumerate(unique)])
    if order is None:
        yield from fixed
        return
    for each, slot in zip(order, unique, strict=True):
        yield replace(unique[each.index], cost=slot.cost, success=slot.success)


def _ranked_splits(context: GoalContext, fixed: list[Split], ranker: Ranker, trail: Sequence[str]) -> list[Split]:
    """The same splits by what each is expected to cost per proof that it leads to, in the places of the fixed order.
    What was done on the way here is as unlikely to help again as in that."""
    chances = ranker.splits(context, [_candidate(place, split) for place, split in enumerate(fixed)])
    if chances is None:
        return fixed
    before = Counter(_family(label) for label in trail)

    def price(place: int) -> float:
        split = fixed[place]
        return (CALL_SECONDS + split.cost) / (max(chances[place], 1e-5) * AGAIN ** before[_family(split.label)])

    order = sorted(range(len(fixed)), key=price)
    return [
        replace(fixed[place], cost=slot.cost, success=slot.success) for place, slot in zip(order, fixed, strict=True)
    ]


def _candidate(place: int, split: Split) -> Candidate:
    return Candidate(
        split.label,
        split.tactics,
        place,
        split.cost,
        split.success,
        split.heartbeats,
        kind=str(kind_of(split)),
        uses=len(split.uses),
        lemmas=len(split.lemmas),
    )


def _price(split: Split) -> float:
    """Expected seconds per expected success."""
    return split.cost / split.success


def _family(label: str) -> str:
    word = re.split(r"[ ;:]", label, maxsplit=1)[0]
    return {"fun_induction": "induction", "strong": "induction", "fun_cases": "cases"}.get(word, word)


def _completion(proposal: Proposal, weight: float) -> Split:
    return Split(
        proposal.label,
        proposal.tactics,
        heartbeats=proposal.heartbeats,
        cost=TYPICAL_SECONDS,
        success=chance_of(proposal.cost, weight),
        completes=True,
        uses=proposal.lemmas,
    )


def _second_turn(split: Split) -> Split:
    """The same once more with more heartbeats, for goals on which the first turn ran out of them."""
    return replace(split, label=f"{split.label} (more)", heartbeats=MORE_HEARTBEATS, cost=split.cost * SECOND_TURN)


def kind_of(split: Split) -> Kind:
    return Kind.SKETCH if split.lemmas else Kind.COMPLETE if split.completes else Kind.SPLIT


def _move(split: Split) -> Move:
    text = "\n".join((*(lemma.declaration("sorry") for lemma in split.lemmas), split.tactics))
    return Move(split.label, text, kind_of(split), split.cost, split.success, split)
