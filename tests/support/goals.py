"""Closed goals by hand: entries with named variables, closed in any order that their dependencies allow.

goal(nat(2), [("x", NAT), ("h", rel("P", var("x")))], rel("Q", var("x")))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from termdoc import Builder, Term

from lean_project.model import Binder, ClosedGoal

Entry = tuple[Any, ...]
"""(name, type), or (name, type, value) for a `let`."""


def var(name: str) -> Term:
    """A variable of the goal."""
    return ("v", name)


def variables(term: Any) -> set[str]:
    """The variables of the goal in a term."""
    if not isinstance(term, tuple) or not term:
        return set()
    if term[0] == "v":
        return {term[1]}
    return set().union(*(variables(part) for part in term[1:]))


def _abstract(term: Term, name: str, depth: int = 0) -> Term:
    """`term` under one more binder, which takes the place of the variable `name`."""
    tag = term[0]
    match tag:
        case "v":
            return ("b", depth) if term[1] == name else term
        case "a":
            return ("a", _abstract(term[1], name, depth), _abstract(term[2], name, depth))
        case "l" | "p":
            return (tag, term[1], _abstract(term[2], name, depth), _abstract(term[3], name, depth + 1), term[4])
        case "e":
            parts = (_abstract(term[2], name, depth), _abstract(term[3], name, depth))
            return ("e", term[1], *parts, _abstract(term[4], name, depth + 1), term[5])
        case "j":
            return (*term[:3], _abstract(term[3], name, depth))
        case _:
            return term


def close(entries: Sequence[Entry], target: Term, *, info: int = 0) -> Term:
    """The target under a Π or `let` for each entry, the first outermost. Loose bound variables: none may be there."""
    term = target
    for entry in reversed(entries):
        body = _abstract(term, entry[0])
        term = ("p", entry[0], entry[1], body, info) if len(entry) == 2 else ("e", *entry, body, 0)
    return term


def goal(
    entries: Sequence[Entry],
    target: Term,
    *,
    levels: tuple[str, ...] = (),
    introduced: int | None = None,
    info: int = 0,
    share: bool = True,
) -> ClosedGoal:
    """A closed goal whose first `introduced` entries (all, unless told) are its local context."""
    count = len(entries) if introduced is None else introduced
    builder = Builder(share=share).axiom("gentzen.goal", close(entries, target, info=info), levels=levels)
    binders = tuple(Binder(entry[0], True, is_let=len(entry) == 3) for entry in entries[:count])
    return ClosedGoal(builder.document(), binders)
