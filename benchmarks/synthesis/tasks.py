"""The synthesis tasks of tests/synthesis, with their reference and alternative programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "tests" / "synthesis"
LEVELS = ("easy", "medium", "hard")
SOLUTION = ".solution.lean"


@dataclass(frozen=True, slots=True)
class Task:
    level: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def solution(self) -> Path:
        return FOLDER / "solutions" / self.level / f"{self.name}{SOLUTION}"

    @property
    def alternatives(self) -> list[Path]:
        """Other correct programs: `alternatives/NAME.K.lean`."""
        return sorted((FOLDER / "alternatives").glob(f"{self.name}.*lean"))


def tasks(only: str = "") -> Iterator[Task]:
    """All, easy ones first; those whose name contains `only`."""
    for level in LEVELS:
        for path in sorted((FOLDER / level).glob("*.lean")):
            if only in path.stem:
                yield Task(level, path)
