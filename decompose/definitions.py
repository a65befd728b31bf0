"""A file's own constants, as goals need them: by content for the goal key, by body for the footprint."""

from __future__ import annotations

import threading
from hashlib import sha256

from decompose.inhabited import Inhabited
from lean_project.check.statement import Statements
from lean_project.check.terms import Constant, DocumentError, Name, TermDocument
from lean_project.model import ClosedGoal, Document

GOAL: Name = ("gentzen", "goal")
"""The axiom whose type is the closed goal (docs/protocol.md, `elab`)."""


class Definitions:
    """The constants that a file has before the target's command: what `Session.export` gives for that snapshot.

    Threads may share it. Raises DocumentError on a malformed document.
    """

    def __init__(self, document: Document) -> None:
        self.document = TermDocument(document)
        self.inhabited = Inhabited(self.document)
        self._statements = Statements(self.document)
        self.body_mentions: dict[Name, frozenset[Name]] = {}
        """Kept here for `footprint`: what the bodies of these constants mention, outside proofs."""
        self._identities: dict[Name, bytes] = {}
        self._lock = threading.Lock()

    @classmethod
    def none(cls) -> Definitions:
        """Those of a file that has none yet."""
        return cls({"names": [None], "levels": [], "exprs": [], "constants": []})

    def find(self, name: Name) -> Constant | None:
        """The file's constant of that name; its terms are rows of `document`."""
        return self.document.find(name)

    def identity(self, name: Name) -> bytes:
        """32 bytes that say which constant this is: of the file by content hash (`check.statement`), else by name.

        Equal in all files where the constant has the same content.
        """
        known = self._identities.get(name)
        if known is None:
            constant = self.find(name)
            if constant is None:
                parts = (f"i{part}" if isinstance(part, int) else f"s{len(part)}:{part}" for part in name)
                known = sha256(b"library\0" + "".join(parts).encode()).digest()
            else:
                with self._lock:
                    known = sha256(b"file\0" + self._statements.constant(constant.name)).digest()
            self._identities[name] = known
        return known


def read_goal(closed: ClosedGoal) -> tuple[TermDocument, Constant]:
    """The goal's terms, and the axiom whose type is the goal. Raises DocumentError on anything else."""
    document = TermDocument(closed.document)
    goal = document.find(GOAL)
    if goal is None or len(document.constants) != 1:
        raise DocumentError("malformed term document: not a closed goal")
    return document, goal
