"""STP's re-weighting: weight flows from unsolved statements to the conjectures that are nearest to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rl.selfplay.guide import Vector, cosine

UNIT = 1.0


def match(
    conjectures: Mapping[str, Vector], unsolved: Mapping[str, Vector], neighbours: int, capacity: float
) -> dict[str, float]:
    """Units of weight for each conjecture, by id. Every unsolved statement has one unit and gives it in `neighbours`
    equal parts to its nearest conjectures that still have room, nearest pairs first; no conjecture takes more than
    `capacity`. Deterministic, whatever the order of the arguments. Statements with no likeness to any conjecture give
    nothing.

    Greedy by distance: an optimal transport would move a little weight at the borders of full conjectures and cost a
    linear program. Each round's total is at most the number of unsolved statements.
    """
    pairs = [
        (-likeness, target, conjecture)
        for target, wanted in unsolved.items()
        for conjecture, own in conjectures.items()
        if (likeness := cosine(own, wanted)) > 0
    ]
    part = UNIT / neighbours
    parts_left = dict.fromkeys(unsolved, neighbours)
    taken: dict[str, float] = dict.fromkeys(sorted(conjectures), 0.0)
    for _, target, conjecture in sorted(pairs):
        if parts_left[target] and taken[conjecture] + part <= capacity + 1e-9:
            parts_left[target] -= 1
            taken[conjecture] += part
    return taken


def shares(weights: Sequence[float]) -> list[float]:
    """The weights as shares of their mean, so that a round's average loss weight is 1; zeros stay."""
    total = sum(weights)
    return [weight * len(weights) / total for weight in weights] if total else list(weights)
