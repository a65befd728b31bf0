"""Goals that cannot be stated on their own: the portfolio's proposals in the hole itself, cheapest first."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from decompose.context import goal_context
from decompose.spec import SpecFile, Target
from lean_project.errors import LimitHit, MachineryError
from lean_project.model import Limits
from lean_project.session import Session
from prover.attempt import judge, slot_of
from prover.bench.solving import Stopped
from prover.proposals import Proposal, Proposer


@dataclass(frozen=True, slots=True)
class InPlace:
    """`proposal`: the first that Lean accepts, None without one; `limit`: the kind that ended it, "" when all were
    tried; `lost`: answers that faults of the machinery cost."""

    proposal: Proposal | None
    calls: int
    limit: str = ""
    lost: int = 0


def prove_in_place(
    spec: SpecFile,
    target: Target,
    session: Session,
    proposer: Proposer,
    unproved: frozenset[str],
    *,
    calls: int,
    seconds: float,
    stopped: threading.Event,
) -> InPlace:
    """Try proposals until Lean accepts one (a hint), there are none left, or `calls` or `seconds` are spent. Those that
    name one of the `unproved` declarations are passed over. Raises Stopped."""
    slot, until, spent, lost = slot_of(spec, target), time.monotonic() + seconds, 0, 0
    for proposal in proposer.propose(goal_context(spec, target)):
        if proposal.lemmas & unproved:
            continue
        if spent >= calls or time.monotonic() >= until:
            return InPlace(None, spent, "calls" if spent >= calls else "seconds", lost)
        if stopped.is_set():
            raise Stopped
        code, edit = slot.candidate(proposal.tactics)
        spent += 1
        try:
            elaboration = session.elaborate(slot.snapshot, code, Limits(heartbeats=proposal.heartbeats))
        except MachineryError:
            lost += 1
            continue
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise Stopped from hit
            continue
        if judge(slot, edit, elaboration).success:
            return InPlace(proposal, spent, lost=lost)
    return InPlace(None, spent, lost=lost)
