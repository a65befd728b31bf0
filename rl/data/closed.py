"""Library theorems as closed goals, for the goal key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lean_project.check.terms import TermDocument, show
from lean_project.model import ClosedGoal, Document


def closed_goals(answer: Document) -> Iterator[tuple[str, ClosedGoal]]:
    """The types of an answer of `Session.lookup` as closed goals, with the constants' names. Raises DocumentError."""
    names: list[Any] = list(answer["names"])
    prefix = _add(names, [0, "gentzen"])
    own = _add(names, [prefix, "goal"])
    shown = TermDocument({**answer, "constants": []}).names
    for row in answer["constants"]:
        axiom = {"kind": "axiom", "name": own, "levels": row["levels"], "type": row["type"], "unsafe": False}
        yield show(shown[row["name"]]), ClosedGoal({**answer, "names": names, "constants": [axiom]}, ())


def _add(names: list[Any], row: list[Any]) -> int:
    if row not in names:
        names.append(row)
    return names.index(row)
