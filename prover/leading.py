"""Finishing moves that come before all others on goals of a kind, whatever the order of the rest says.

The order is measured over goals of all kinds. On these kinds what it puts first takes seconds and fails: inductions on
variables that no recursion takes apart, and `grind` on permutations.
"""

from __future__ import annotations

from decompose.context import GoalContext
from decompose.library import hints

_COUNTING = "; by counting"
_WITH_LIBRARY = frozenset({"close [library]", "specification: all; and; close"})


def leading(context: GoalContext, labels: list[str]) -> list[int]:
    """Which of the moves with these labels come first on the goal, in the order given: a permutation by counting, and
    what the library knows about the goal's functions where no program of the file is recursive. One of each kind."""
    found = [next((at for at, label in enumerate(labels) if label.endswith(_COUNTING)), None)]
    if not context.recursive and hints(context):
        found.append(next((at for at, label in enumerate(labels) if label in _WITH_LIBRARY), None))
    return [at for at in found if at is not None]
