"""Objectives: what a policy gradient may do differently from plain GRPO, one file each, one interface for all.

Importing this package imports no torch; its modules do.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

NAMES = {
    "grpo": ("rl.objectives.interface", "Objective"),
    "capo": ("rl.objectives.capo", "Capo"),
    "trpa": ("rl.objectives.trpa", "Trpa"),
    "ace": ("rl.objectives.ace", "Ace"),
    "empg": ("rl.objectives.empg", "Empg"),
    "gigpo": ("rl.objectives.gigpo", "GiGpo"),
    "verpo": ("rl.objectives.verpo", "VeRpo"),
    "grpo_lambda": ("rl.objectives.grpo_lambda", "GrpoLambda"),
    "seeupo": ("rl.objectives.seeupo", "SeeUpo"),
    "r3l": ("rl.objectives.r3l", "R3l"),
}
"""Module and class of each objective; every class can be made without arguments, and is neutral then."""

GRADED = frozenset({"gigpo", "trpa", "verpo"})
"""Those that read more of a grade than its reward: steps, tiers, closed subgoals."""


def objective(name: str, **options: Any) -> Any:
    """The objective of this name (`rl.objectives.interface.Objective`). Raises KeyError for an unknown name,
    TypeError or ValueError for options that it does not have or take."""
    module, kind = NAMES[name]
    return getattr(import_module(module), kind)(**options)
