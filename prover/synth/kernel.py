"""Many numbers in one request: the kernel computes them packed into one, in a balanced tree."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.counterexample import code
from decompose.counterexample.terms import Terms
from lean_project.errors import LimitHit, RequestError
from lean_project.model import Limits, Snapshot
from lean_project.session import Session
from prover.synth.paid import ends_the_work

MOST_BITS = 13_000
"""Of one answer: it travels as decimal digits, and Python reads at most 4,300 of them."""


def compute(
    session: Session, snapshot: Snapshot, terms: Terms, roots: Sequence[int], bits: int, limits: Limits
) -> list[int] | None:
    """The values of `roots`, closed terms of type `Nat` below 2^bits; None where Lean has no answer.

    No answer: a limit was reached, the kernel refuses the terms, or one of them has no normal form (it is stuck at an
    axiom, say). Raises MachineryError, and LimitHit("cancelled").
    """
    assert len(roots) * bits <= MOST_BITS
    document = terms.definition(code.BATCH, (), terms.add("c", ("Nat",), ()), _packed(terms, list(roots), bits))
    try:
        answer = session.evaluate(snapshot.define(document), code.RUN_CODE, code.RUN, limits)
    except RequestError:
        return None
    except LimitHit as hit:
        if ends_the_work(hit):
            raise
        return None
    if answer.value is None or answer.value >> (bits * len(roots)):
        return None
    mask = (1 << bits) - 1
    return [(answer.value >> (bits * i)) & mask for i in range(len(roots))]


def _packed(terms: Terms, roots: list[int], bits: int) -> int:
    if not roots:
        return terms.add("n", "0")
    add, times = (terms.add("c", ("Nat", name), ()) for name in ("add", "mul"))
    level, width = roots, bits
    while len(level) > 1:
        radix = terms.add("n", str(1 << width))
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [terms.call(add, p[0], terms.call(times, radix, p[1])) if len(p) == 2 else p[0] for p in pairs]
        width *= 2
    return level[0]
