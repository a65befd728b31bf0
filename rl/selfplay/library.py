"""Novelty against the library: whether a statement is a theorem that the imports bring already."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from decompose.definitions import Definitions
from decompose.goalkey import goal_key
from lean_project.check.terms import DocumentError, TermDocument, show
from lean_project.errors import LimitHit
from lean_project.model import Limits, Snapshot
from lean_project.session import Session
from rl.data.closed import closed_goals
from rl.data.statements import Stated

LIMITS = Limits(seconds=120.0)


@dataclass
class LibraryStatements:
    """The library's theorems by the constants that their statements mention: equal statements mention equal ones, so a
    handful is looked up for each question."""

    by_constants: dict[frozenset[str], list[str]]

    @classmethod
    def of(cls, session: Session, header: Snapshot) -> LibraryStatements:
        """Raises LimitHit and MachineryError."""
        found: dict[frozenset[str], list[str]] = defaultdict(list)
        for page in session.theorems(header, LIMITS):
            for theorem in page:
                found[frozenset(theorem.constants)].append(theorem.name)
        return cls({constants: sorted(set(names)) for constants, names in found.items()})

    def find(self, session: Session, statement: Stated, most: int) -> str:
        """The name of the theorem with the statement's strict goal key, "" when none of the `most` looked at has it."""
        try:
            document = TermDocument(statement.closed.document)
        except DocumentError:
            return ""
        (goal,) = document.constants.values()
        constants = frozenset(show(document.names[name]) for name in document.mentioned([goal.type]))
        names = self.by_constants.get(constants, [])[:most]
        if not names:
            return ""
        try:
            answer = session.lookup(statement.environment.snapshot, names, LIMITS)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return ""
        for name, closed in closed_goals(answer):
            try:
                if goal_key(closed, Definitions.none(), strict=True) == statement.strict_key:
                    return name
            except DocumentError:
                continue
        return ""
