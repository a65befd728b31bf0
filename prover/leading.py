"""Finishing moves that come before all others on goals of a kind, whatever the order of the rest says.

The order is measured over goals of all kinds. On these kinds what it puts first takes seconds and fails: inductions on
variables that no recursion takes apart, and `grind` on permutations.
"""

from __future__ import annotations

from collections.abc import Sequence

from decompose.context import GoalContext
from decompose.library import hints

_COUNTING = "; by counting"
_BY_LENGTH = "strong induction; close"
_WITH_LIBRARY = frozenset({"close [library]", "specification: all; and; close"})


def leading(context: GoalContext, labels: Sequence[str]) -> list[int]:
    """Which of the moves with these labels come first on the goal, in the order given: a permutation by counting, what
    the library knows about the goal's functions where no program of the file is recursive, and inductions on lengths.
    One of the first two kinds each."""
    found = [at for at, label in enumerate(labels) if label.endswith(_COUNTING)][:1]
    if not context.recursive and hints(context):
        found += [at for at, label in enumerate(labels) if label in _WITH_LIBRARY][:1]
    return found + [at for at, label in enumerate(labels) if label.startswith(_BY_LENGTH)]
