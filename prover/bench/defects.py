"""Problems that are known to be defective as published, each with who says so. The list is data: `defects.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from prover.bench.problems import Problem, normalised


@dataclass(frozen=True, slots=True)
class Defect:
    """One entry. It concerns the problems of `set` that have this `id`, or this `sha256` of their statement, whose
    normalised statement holds `with_text` and does not hold `without_text` ("": no such condition).

    Sets and ids are compared without regard to case and signs: `miniF2F` is `minif2f`.
    """

    set: str
    reason: str
    source: str
    id: str = ""
    sha256: str = ""
    with_text: str = ""
    without_text: str = ""

    def concerns(self, problem: Problem) -> bool:
        if _plain(self.set) != _plain(problem.set):
            return False
        names = {_plain(problem.id), _plain(problem.theorem), _plain(problem.id.rpartition("/")[2])}
        known = problem.statement_sha256 == self.sha256 if self.sha256 else _plain(self.id) in names
        text = normalised(problem.statement)
        return known and self.with_text in text and not (self.without_text and self.without_text in text)


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


@cache
def known_defects() -> tuple[Defect, ...]:
    """The entries that come with gentzen."""
    return parse(resources.files("prover.bench").joinpath("defects.json").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[Defect, ...]:
    """Entries from JSON. Raises ValueError for one without set, reason and source, or without id and sha256."""
    found = []
    for row in json.loads(text):
        defect = Defect(
            set=row.get("set", ""),
            reason=row.get("reason", ""),
            source=row.get("source", ""),
            id=row.get("id", ""),
            sha256=row.get("sha256", ""),
            with_text=row.get("with", ""),
            without_text=row.get("without", ""),
        )
        if not (defect.set and defect.reason and defect.source and (defect.id or defect.sha256)):
            raise ValueError(f"an entry needs set, reason, source, and id or sha256: {row}")
        found.append(defect)
    return tuple(found)


def defect_of(problem: Problem, entries: Iterable[Defect] | None = None) -> Defect | None:
    """The first entry that concerns `problem`."""
    return next((each for each in (known_defects() if entries is None else entries) if each.concerns(problem)), None)
