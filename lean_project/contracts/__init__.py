"""Contracts on components of which nothing is known, as Lean theories (docs/contracts.md)."""

from __future__ import annotations

from importlib.resources import files

THEORY = "Contract.lean"
"""Contracts, the rejection sampler with a fallback, their theorems, and composition. It imports nothing."""
EXAMPLE = "Sorting.lean"
"""A sorting function in front of any component. It goes below `THEORY`, in the same file."""


def source(name: str = THEORY) -> str:
    """The Lean text of a theory."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
