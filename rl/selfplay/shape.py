"""The form of a statement, from its closed term: what the guide judges by. Pure; no Lean runs here."""

from __future__ import annotations

from decompose.definitions import Definitions, read_goal
from decompose.goalkey import Shape as Hypergraph
from decompose.goalkey import read_shape
from lean_project.check.terms import TermDocument, show
from lean_project.model import ClosedGoal
from rl.selfplay.records import Shape

_CONNECTIVES = {("And",): 2, ("Or",): 2, ("Not",): 1, ("Iff",): 2, ("Exists",): 1}
"""Logical connectives with how many propositions each joins; `Exists` has a predicate."""
_SIZE = 100_000


def shape_of(closed: ClosedGoal, definitions: Definitions) -> Shape:
    """Raises DocumentError on a malformed document."""
    document, goal = read_goal(closed)
    graph = read_shape(closed, definitions)
    entries, target = _telescope(document, goal.type)
    props = _hypotheses(document, entries, target, closed)
    connectives, disjunction = _conclusion(document, target)
    edges = [graph.entries[number] for number in props]
    return Shape(
        size=_size(document, goal.type),
        constants=tuple(sorted({show(document.names[name]) for name in document.mentioned([goal.type])})),
        variables=len(entries) - len(props),
        hypotheses=len(props),
        idle=len(set(props) - _connected(graph)),
        repeated=len(edges) - len(set(edges)),
        connectives=connectives,
        disjunction=disjunction,
    )


def _telescope(document: TermDocument, term: int) -> tuple[list[int], int]:
    """The rows of the leading binders, and the target below them."""
    found: list[int] = []
    rows = document.exprs
    while rows[term][0] in "pe":
        found.append(term)
        term = rows[term][4] if rows[term][0] == "e" else rows[term][3]
    return found, term


def _hypotheses(document: TermDocument, entries: list[int], target: int, closed: ClosedGoal) -> list[int]:
    """Positions of the entries that are hypotheses: Lean says so of the local context; behind it, an arrow is one."""
    found: list[int] = []
    for position, row in enumerate(entries):
        if position < len(closed.binders):
            if closed.binders[position].is_prop:
                found.append(position)
        elif document.exprs[row][0] == "p" and not _mentions(document, document.exprs[row][3], 0):
            found.append(position)
    return found


def _mentions(document: TermDocument, term: int, variable: int) -> bool:
    """Whether the bound variable occurs in a term below its binder."""
    rows, stack, seen = document.exprs, [(term, variable)], set[tuple[int, int]]()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        row, index = rows[node[0]], node[1]
        match row[0]:
            case "b":
                if row[1] == index:
                    return True
            case "a":
                stack += [(row[1], index), (row[2], index)]
            case "l" | "p":
                stack += [(row[2], index), (row[3], index + 1)]
            case "e":
                stack += [(row[2], index), (row[3], index), (row[4], index + 1)]
            case "j":
                stack.append((row[3], index))
    return False


def unused_binders(document: TermDocument, value: int, wanted: list[bool]) -> int:
    """How many of the leading λ of a proof, among those that are `wanted`, its body never mentions."""
    count, term = 0, value
    for is_wanted in wanted:
        row = document.exprs[term]
        if row[0] != "l":
            return count
        term = row[3]
        count += is_wanted and not _mentions(document, term, 0)
    return count


def _conclusion(document: TermDocument, target: int) -> tuple[int, bool]:
    """Logical connectives in the conclusion, and whether one is a disjunction. Only its propositional skeleton is read:
    what stands inside a predicate is not a connective of it."""
    rows, count, disjunction = document.exprs, 0, False
    stack = [target]
    while stack and count < _SIZE:
        term = stack.pop()
        arguments: list[int] = []
        while rows[term][0] == "a":
            arguments.append(rows[term][2])
            term = rows[term][1]
        row = rows[term]
        if row[0] == "p":
            count += not arguments
            stack += [row[2], row[3]] if not _mentions(document, row[3], 0) else [row[3]]
        elif row[0] == "l" and not arguments:
            stack.append(row[3])
        elif row[0] == "c" and (name := document.names[row[1]]) in _CONNECTIVES:
            count += 1
            disjunction |= name == ("Or",)
            stack += arguments[: _CONNECTIVES[name]]
    return count, disjunction


def _connected(graph: Hypergraph) -> set[int]:
    """Entries that share a variable with the target, directly or through others; all, where the target mentions
    none."""
    size = len(graph.entries)
    reached = {arg for arg in graph.target.args if arg < size}
    if not reached:
        return set(range(size))
    near: dict[int, set[int]] = {number: set() for number in range(size)}
    for number, edge in enumerate(graph.entries):
        for arg in edge.args:
            if arg < size:
                near[number].add(arg)
                near[arg].add(number)
    stack = list(reached)
    while stack:
        fresh = near[stack.pop()] - reached
        reached |= fresh
        stack.extend(fresh)
    return reached


def _size(document: TermDocument, root: int) -> int:
    """Nodes of the term as a tree, at most 100,000."""
    sizes: list[int] = []
    for row in document.exprs[: root + 1]:
        below = row[1:] if row[0] == "a" else row[2:4] if row[0] in "lp" else row[2:5] if row[0] == "e" else ()
        below = (row[3],) if row[0] == "j" else below
        sizes.append(min(_SIZE, 1 + sum(sizes[part] for part in below)))
    return sizes[root]
