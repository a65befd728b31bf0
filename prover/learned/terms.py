"""What a closed goal's terms say about it, as counts that do not depend on the user's names."""

from __future__ import annotations

from typing import TypedDict

from decompose.definitions import Definitions, read_goal
from decompose.footprint import Variant, footprint
from lean_project.check.terms import TermDocument, parse_name
from lean_project.model import ClosedGoal

_SHOWN = 48
"""Hashed names are many; only so many library constants of a goal are kept, in alphabetical order."""


class TermCounts(TypedDict):
    """`surface`, `spec`: library constants of the goal, and those that only unfolding brings. `own`, `unfolded`: how
    many constants of the file these two have. `recursors`: those of them that recursion or case analysis compiles to.
    `binders`, `props`, `instances`: of the local context. `leading`: binders in front of the conclusion, context
    included. `size`: distinct subterms. `head`: the conclusion's head constant, "" for none or one of the file."""

    surface: list[str]
    spec: list[str]
    own: int
    unfolded: int
    recursors: int
    binders: int
    props: int
    instances: int
    leading: int
    size: int
    head: str


def term_counts(closed: ClosedGoal, definitions: Definitions) -> TermCounts:
    """Deterministic, and the same under renaming of variables and of the file's constants. Raises DocumentError."""
    near = footprint(closed, definitions, Variant.SURFACE).constants
    far = footprint(closed, definitions, Variant.SPEC).constants - near
    own_near = {name for name in near if definitions.find(parse_name(name)) is not None}
    own_far = {name for name in far if definitions.find(parse_name(name)) is not None}
    document, goal = read_goal(closed)
    leading, body = 0, goal.type
    while document.exprs[body][0] in "pe":
        leading, body = leading + 1, document.exprs[body][3 if document.exprs[body][0] == "p" else 4]
    library_far = far - own_far
    return TermCounts(
        surface=sorted(near - own_near)[:_SHOWN],
        spec=sorted(library_far)[:_SHOWN],
        own=len(own_near),
        unfolded=len(own_far),
        recursors=sum(name.endswith((".rec", ".recOn", ".casesOn", ".brecOn", ".fix")) for name in library_far),
        binders=len(closed.binders),
        props=sum(each.is_prop for each in closed.binders),
        instances=sum(each.is_instance for each in closed.binders),
        leading=leading,
        size=len(document.reachable((goal.type,))),
        head=_head(document, body, definitions),
    )


def _head(document: TermDocument, term: int, definitions: Definitions) -> str:
    while document.exprs[term][0] == "a":
        term = document.exprs[term][1]
    if document.exprs[term][0] != "c":
        return ""
    name = document.names[document.exprs[term][1]]
    return "" if definitions.find(name) is not None else ".".join(map(str, name))
