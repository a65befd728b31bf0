"""What a proposer gives back for a goal: the seam between whatever thinks of proofs and the prove run.

A proposal is text. It is judged by Lean alone, so a proposer may be wrong, never unsound. What a proposer sees of a
goal is `decompose.context.GoalContext`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from decompose.context import GoalContext, goal_context, stage_of

__all__ = ["GoalContext", "Proposal", "Proposer", "goal_context", "stage_of"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tactic block to try in a hole.

    `label` names the recipe, without what is special to the goal (statistics count by it). `cost` orders proposals,
    cheapest first: expected seconds per expected success. `heartbeats` bounds it (Lean's `maxHeartbeats`). `lemmas`
    are the declarations of the file that it names, apart from programs. `helpers`: new declarations that it needs above
    the target's command, in order.
    """

    label: str
    tactics: str
    cost: float
    heartbeats: int
    lemmas: frozenset[str] = frozenset()
    helpers: tuple[str, ...] = ()


class Proposer(Protocol):
    """Anything that can think of proofs: the portfolio, later a policy."""

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        """Proposals for one hole, the most promising first. Deterministic for equal contexts."""
        ...
