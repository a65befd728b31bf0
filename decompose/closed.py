"""Closed goals as propositions with a name, so that a goal can be stated without being printed and parsed again."""

from __future__ import annotations

from typing import Any

from lean_project.model import ClosedGoal, Document


def goal_definition(closed: ClosedGoal, name: str) -> Document:
    """The document of `def name : Prop := <the closed goal>`, for `Snapshot.define`. `name` is dotted, without «».

    The kernel refuses it where the goal is no proposition. A candidate for it begins with `delta name`, which brings
    the goal back as it is: `intro` alone sees through the name too, but not where no `∀` or `let` follows, and where a
    `let` comes first it is substituted. The definition takes the goal's universe parameters, in their order.
    """
    goal = closed.document
    (constant,) = goal["constants"]
    names, levels, exprs = (_Table(goal[table]) for table in ("names", "levels", "exprs"))
    index = 0
    for part in name.split("."):
        if not part:
            raise ValueError(f"{name!r} is no dotted name")
        index = names.add([index, part])
    prop = exprs.add(["s", levels.add(["0"])])
    definition = {
        "kind": "def",
        "name": index,
        "levels": constant["levels"],
        "type": prop,
        "value": constant["type"],
        "hints": "abbrev",
        "safety": "safe",
        "all": [index],
    }
    return {"names": names.rows, "levels": levels.rows, "exprs": exprs.rows, "constants": [definition]}


class _Table:
    """A table of a document, to which rows can be added; the original stays as it is."""

    def __init__(self, rows: list[Any]) -> None:
        self.rows = list(rows)

    def add(self, row: list[Any]) -> int:
        """The index of `row`, which is appended where it is not there yet."""
        if row not in self.rows:
            self.rows.append(row)
        return self.rows.index(row)
