"""What the enumeration is asked and what it answers: problems over rows of values, and terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from decompose.counterexample.values import Type
from prover.synth.natives import Native

STUCK = object()
"""Where a term has no value that can be followed."""


class Anything(frozenset[Native]):
    """Every value is in it: the right results where none is known."""

    def __contains__(self, value: object) -> bool:
        return True


@dataclass(frozen=True)
class Row:
    """One example of a problem: values of its variables, and the results that are right."""

    values: tuple[Native, ...]
    right: frozenset[Native]


@dataclass(frozen=True)
class Problem:
    """Find a term over `names` (of `types`), of type `result`, that is right on all `rows`."""

    names: tuple[str, ...]
    types: tuple[Type, ...]
    result: Type
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Term:
    """A term with its values on the rows. `text`: Lean; `proposition`: as a condition; `atomic`: needs no brackets;
    `stuck`: it has no value on some row."""

    text: str
    type: Type
    size: int
    values: tuple[Any, ...]
    proposition: str = ""
    atomic: bool = False
    stuck: bool = False

    @property
    def argument(self) -> str:
        return self.text if self.atomic else f"({self.text})"

    @property
    def condition(self) -> str:
        return self.proposition or self.text


@dataclass(frozen=True)
class Effort:
    """Bounds of one problem. `terms`: kept, and `level` of one type and size; `seconds`: of this thread's own time, so
    that a busy machine finds the same; `size`: of the largest; `depth`: of conditionals; `solutions`: looked for."""

    terms: int = 30_000
    level: int = 4_000
    seconds: float = 4.0
    size: int = 9
    depth: int = 2
    solutions: int = 2
