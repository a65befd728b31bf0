"""Condition abduction: terms that are right on some rows, under conditions that tell these rows apart.

Kneuss et al., *Synthesis modulo recursive functions* (OOPSLA 2013). Rows are bits of a mask.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from prover.synth.problem import Term

_MOST_COVERS = 1_500
_COMPARED, _PROMISING = 200, 8


def useful(covers: Mapping[int, Term]) -> list[tuple[int, Term]]:
    """Those that fit most rows come first; one that fits fewer and is no smaller is left out."""
    kept: list[tuple[int, Term]] = []
    for mask, term in sorted(covers.items(), key=lambda each: (-each[0].bit_count(), each[1].size)):
        if not any(mask & ~other == 0 and small.size <= term.size for other, small in kept[:200]):
            kept.append((mask, term))
    return kept[:_MOST_COVERS]


def _leaf(covers: Sequence[tuple[int, Term]], need: int) -> Term | None:
    best: Term | None = None
    count = need.bit_count()
    for mask, term in covers:
        if need & ~mask == 0:
            if best is None or term.size < best.size:
                best = term
        elif mask.bit_count() < count:
            break  # those that fit most rows come first
    return best


def decision_tree(
    covers: Sequence[tuple[int, Term]],
    conditions: Sequence[tuple[int, Term]],
    need: int,
    depth: int,
    deadline: float,
) -> Term | None:
    """A conditional of at most `depth` conditions one inside the other, the smallest of its depth."""
    leaf = _leaf(covers, need)
    if leaf is not None or depth == 0 or time.thread_time() > deadline:
        return leaf
    best: Term | None = None
    halves: list[tuple[int, int, Term, Term, bool]] = []
    for truth, condition in conditions:
        yes, no = need & truth, need & ~truth
        if not yes or not no:
            continue
        then, otherwise = _leaf(covers, yes), _leaf(covers, no)
        if then is not None and otherwise is not None:
            made = _if(condition, then, otherwise)
            if best is None or made.size < best.size:
                best = made
        elif then is not None:
            halves.append((-yes.bit_count(), no, condition, then, True))
        elif otherwise is not None:
            halves.append((-no.bit_count(), yes, condition, otherwise, False))
    if best is not None or depth == 1:
        return best
    for _, rest, condition, done, positive in sorted(halves, key=lambda half: (half[0], half[2].size))[:40]:
        below = decision_tree(_within(covers, rest), conditions, rest, depth - 1, deadline)
        if below is not None:
            return _if(condition, done, below) if positive else _if(condition, below, done)
    for condition, yes, no in _promising(covers, conditions, need):
        then = decision_tree(_within(covers, yes), conditions, yes, depth - 1, deadline)
        otherwise = (
            decision_tree(_within(covers, no), conditions, no, depth - 1, deadline) if then is not None else None
        )
        if then is not None and otherwise is not None:
            return _if(condition, then, otherwise)
    return None


def _within(covers: Sequence[tuple[int, Term]], need: int) -> list[tuple[int, Term]]:
    """What the covers say of some of the rows, the smallest term for each."""
    found: dict[int, Term] = {}
    for mask, term in covers:
        inside = mask & need
        if inside and (inside not in found or term.size < found[inside].size):
            found[inside] = term
    return useful(found)


def _promising(
    covers: Sequence[tuple[int, Term]], conditions: Sequence[tuple[int, Term]], need: int
) -> list[tuple[Term, int, int]]:
    """Conditions with the rows on both sides, those first on whose sides single terms are right on most rows."""
    masks = [mask for mask, _ in covers[:_COMPARED]]
    rated: list[tuple[int, int, int, Term, int, int]] = []
    for truth, condition in conditions:
        yes, no = need & truth, need & ~truth
        if yes and no:
            most = sum(max(((mask & side).bit_count() for mask in masks), default=0) for side in (yes, no))
            rated.append((-most, condition.size, len(rated), condition, yes, no))
    return [(condition, yes, no) for *_, condition, yes, no in sorted(rated)[:_PROMISING]]


def _if(condition: Term, then: Term, otherwise: Term) -> Term:
    text = f"if {condition.condition} then {then.text} else {otherwise.text}"
    rows = zip(condition.values, then.values, otherwise.values, strict=True)
    values = tuple(yes if truth else no for truth, yes, no in rows)
    return Term(text, then.type, condition.size + then.size + otherwise.size + 1, values)
