"""The synthesis tasks of tests/synthesis, with their reference and alternative programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
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
    """Those whose name contains `only`, the levels taking turns: a run that is cut short has some of each."""
    columns = [[Task(level, path) for path in sorted((FOLDER / level).glob("*.lean"))] for level in LEVELS]
    for row in zip_longest(*columns):
        yield from (task for task in row if task is not None and only in task.name)
