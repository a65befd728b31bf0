"""Soft objectives of verified programs, read off their text or counted (`steps`), and the ones that no other beats."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.text import TokenKind, tokens
from prover.synth.holes import Candidate
from prover.synth.report import Measured
from prover.synth.steps import total


def measured(candidate: Candidate, name: str, steps: Sequence[int] = ()) -> Measured:
    """Size in tokens, the recursive calls that are written in it, and whether each stands last; with `steps`."""
    words = [t.text for t in tokens(candidate.text) if t.kind is not TokenKind.COMMENT and t.text.strip()]
    calls = sum(word == name or word.endswith("." + name) for word in words)
    return Measured(
        program=candidate.text,
        size=len(words),
        calls=calls,
        tail_recursive=calls > 0 and _all_last(candidate.body, name),
        steps=tuple(steps),
    )


def _all_last(body: str, name: str) -> bool:
    """Every call begins what a `=>`, `then`, `else`, or the body itself gives."""
    before = "=>"
    for token in tokens(body):
        if token.kind is TokenKind.COMMENT or not token.text.strip():
            continue
        if token.text == name and before not in ("=>", "then", "else"):
            return False
        before = token.text
    return True


def pareto(found: Sequence[Measured]) -> tuple[Measured, ...]:
    """Those that no other one equals or beats in every respect and beats in one; in the order found."""

    def cost(each: Measured) -> tuple[int, int, int, float]:
        return each.size, each.calls, int(each.calls > 0 and not each.tail_recursive), total(each.steps)

    def beaten(each: Measured) -> bool:
        mine = cost(each)
        return any(
            cost(other) != mine and all(a <= b for a, b in zip(cost(other), mine, strict=True)) for other in found
        )

    return tuple(each for each in found if not beaten(each))
