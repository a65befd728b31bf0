"""The goal key: one name for all goals that differ in nothing that matters to a proof.

A goal is read as a set of *entries* (the binders of the closed goal, those that the target begins with included) and a
target. Each is a *pattern*, a term whose variables and universe parameters are numbered by first occurrence, applied to
the entries and parameters that those numbers stand for. That is a labelled hypergraph, without names and without an
order of binders; the key is the hash of its canonical form. docs/score.md says what is left out, and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from decompose.canonical import Edge, Graph, canonical
from decompose.definitions import Definitions, read_goal
from lean_project.check.terms import Constant, DocumentError, TermDocument, children
from lean_project.model import ClosedGoal

VERSION = "goal 1"
"""Part of every key: keys of other definitions of the key never equal these."""

MAX_ENTRIES = 2000
MATCH_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A goal without names and order. `entries[i].args` and `target.args` are entries, or, from `len(entries)` on,
    universe parameters. `inhabited[i]`: entry i is data of a type that surely has an element (or has a value)."""

    entries: tuple[Edge, ...]
    target: Edge
    params: int
    inhabited: tuple[bool, ...]


def goal_key(closed: ClosedGoal, definitions: Definitions, *, strict: bool = False) -> str:
    """64 hex digits, equal for goals that differ only in: names of binders, hypotheses and universe parameters; binder
    annotations; the order of independent hypotheses; what stands before `⊢` and what as `∀` behind it; variables that
    nothing mentions, of a type that surely has elements; repeated hypotheses; and, unless `strict`, hypotheses that
    share no variable with the target, directly or through others.

    With `strict` equal keys mean equivalent goals. Without, the one may have more hypotheses, which may contradict each
    other: a proof found for the other one has to be checked again (as every proof is), and *a refutation of the other
    one says nothing*. Raises DocumentError on a malformed document.
    """
    shape = read_shape(closed, definitions)
    kept = _needed(shape)
    if not strict:
        kept = _connected(shape, kept)
    return _form(shape, kept).hex()


def is_trivial_child(goal: ClosedGoal, child: ClosedGoal, definitions: Definitions) -> bool:
    """Whether `child` is the goal again, or the goal with fewer hypotheses: proving it is no progress.

    Decided up to names and order: the targets are equal, and every hypothesis and variable of `child` is one of
    `goal`. A generalisation (`P x y` for `P x x`, a variable for a term) is not trivial, nor is a child with one more
    hypothesis, related to the target or not. The search for the matching is bounded; past the bound the answer is
    False, unless the strict keys are equal. Raises DocumentError on a malformed document.
    """
    whole, part = read_shape(goal, definitions), read_shape(child, definitions)
    if whole.target.label != part.target.label:
        return False
    kept = _needed(part)
    return _embeds(part, kept, whole) or _form(part, kept) == _form(whole, _needed(whole))


def read_shape(closed: ClosedGoal, definitions: Definitions) -> Shape:
    """The entries and the target of a goal, nothing left out."""
    document, goal = read_goal(closed)
    reader = _Reader(document, goal, definitions)
    telescope: list[tuple[str, tuple[int, ...]]] = []
    term = goal.type
    rows = document.exprs
    while (row := rows[term])[0] in "pe":
        telescope.append(
            (f"{row[0]}{row[5] if row[0] == 'e' else ''}", tuple(row[2:-2] if row[0] == "e" else row[2:3]))
        )
        term = row[4] if row[0] == "e" else row[3]
        if len(telescope) > MAX_ENTRIES:
            raise DocumentError(f"the goal has more than {MAX_ENTRIES} hypotheses")
    size = len(telescope)
    entries = tuple(reader.edge(tag, roots, depth, size) for depth, (tag, roots) in enumerate(telescope))
    return Shape(
        entries,
        reader.edge("target", (term,), size, size),
        len(goal.levels),
        tuple(tag[0] == "e" or definitions.inhabited.surely(document, roots[0]) for tag, roots in telescope),
    )


class _Reader:
    """Takes the pattern and the arguments of terms of one goal."""

    def __init__(self, document: TermDocument, goal: Constant, definitions: Definitions) -> None:
        self._document, self._definitions = document, definitions
        self._positions = {name: i for i, name in enumerate(goal.levels)}
        self._ranges = loose_ranges(document)
        self._shared: dict[tuple[int, int], bytes] = {}
        """Hashes of terms without variables of the goal and without universe parameters."""
        self._params: dict[int, tuple[int, ...]] = {}

    def edge(self, tag: str, roots: tuple[int, ...], depth: int, size: int) -> Edge:
        """`roots` are terms under the `depth` outermost of `size` binders."""
        nodes, args = self._visit(roots, depth, size)
        numbers = {vertex: i for i, vertex in enumerate(args)}
        levels = self._level_hashes(numbers, size)
        rows, names, own = self._document.exprs, self._document.names, dict[tuple[int, int], bytes]()
        for node in sorted(nodes):  # Terms refer backwards, so every part comes before the whole.
            term, offset = node
            row = rows[term]
            memo = self._shared if offset < 0 and not self._document.polymorphic[term] else own
            parts: list[bytes] = []
            for below, inner in self._below(node):
                key = (below, inner)
                parts.append(self._shared[key] if key in self._shared else own[key])
            match row[0]:
                case "c":
                    parts = [self._definitions.identity(names[row[1]]), *(levels[level] for level in row[2])]
                case "s":
                    parts = [levels[row[1]]]
                case "b":
                    free = offset >= 0
                    number = numbers[depth - 1 - (row[1] - offset)] if free else row[1]
                    parts = [b"free" if free else b"bound", b"%d" % number]
                case "n" | "t":
                    parts = [row[1].encode()]
                case "j":
                    parts += [self._definitions.identity(names[row[1]]), b"%d" % row[2]]
                case "e":
                    parts.append(b"%d" % row[5])
            memo[node] = sha256(row[0].encode() + b"\0" + b"".join(parts)).digest()
        hashes = (self._shared[node] if node in self._shared else own[node] for node in self._roots(roots))
        return Edge(sha256(tag.encode() + b"\0" + b"".join(hashes)).digest(), tuple(args))

    # A node is (term, number of binders inside the entry around it); -1 where no variable of the goal is in the term.

    def _node(self, term: int, offset: int) -> tuple[int, int]:
        return (term, offset if self._ranges[term] > offset else -1)

    def _roots(self, roots: tuple[int, ...]) -> list[tuple[int, int]]:
        return [self._node(root, 0) for root in roots]

    def _below(self, node: tuple[int, int]) -> list[tuple[int, int]]:
        term, offset = node
        row = self._document.exprs[term]
        below = children(row)
        if offset < 0:
            return [(part, -1) for part in below]
        last = len(below) - 1 if row[0] in "lpe" else -1
        return [self._node(part, offset + (i == last)) for i, part in enumerate(below)]

    def _visit(self, roots: tuple[int, ...], depth: int, size: int) -> tuple[set[tuple[int, int]], list[int]]:
        """The nodes below `roots` that have no hash yet, and the vertices that they mention, by first occurrence."""
        rows, polymorphic = self._document.exprs, self._document.polymorphic
        seen: set[tuple[int, int]] = set()
        found: dict[int, None] = {}
        stack = self._roots(roots)[::-1]
        while stack:
            node = stack.pop()
            if node in seen or node in self._shared:
                continue
            seen.add(node)
            term, offset = node
            row = rows[term]
            if row[0] == "b" and offset >= 0:
                entry = depth - 1 - (row[1] - offset)
                if entry < 0:
                    raise DocumentError("malformed term document: the goal is not closed")
                found[entry] = None
            elif polymorphic[term] and row[0] in "cs":
                for level in row[2] if row[0] == "c" else (row[1],):
                    found.update(dict.fromkeys(size + param for param in self._level_params(level)))
            stack.extend(reversed(self._below(node)))
        self._document.spend(len(seen))
        return seen, list(found)

    def _level_params(self, level: int) -> tuple[int, ...]:
        """The universe parameters in a level, as positions in the goal's list, by first occurrence."""
        if level not in self._params:
            rows, found, stack, seen = self._document.levels, dict[int, None](), [level], set[int]()
            while stack:
                top = stack.pop()
                if top in seen:
                    continue
                seen.add(top)
                row = rows[top]
                if row[0] != "p":
                    stack.extend(reversed(row[1:]))
                elif row[1] not in self._positions:
                    raise DocumentError("malformed term document: a universe parameter that is not declared")
                else:
                    found[self._positions[row[1]]] = None
            self._params[level] = tuple(found)
        return self._params[level]

    def _level_hashes(self, numbers: dict[int, int], size: int) -> list[bytes]:
        """The hash of every level that can be formed from the numbered parameters (b"" for the others)."""
        table: list[bytes] = []
        for row in self._document.levels:
            if row[0] == "p":
                number = numbers.get(size + self._positions.get(row[1], -size - 1))
                table.append(b"" if number is None else sha256(b"parameter %d" % number).digest())
            else:
                parts = [table[below] for below in row[1:]]
                table.append(sha256(b"level" + row[0].encode() + b"".join(parts)).digest() if all(parts) else b"")
        return table


def loose_ranges(document: TermDocument) -> list[int]:
    """For each term, 1 + its largest loose bound variable; 0 when it is closed."""
    ranges: list[int] = []
    for row in document.exprs:
        match row[0]:
            case "b":
                ranges.append(row[1] + 1)
            case "a":
                ranges.append(max(ranges[row[1]], ranges[row[2]]))
            case "l" | "p":
                ranges.append(max(ranges[row[2]], ranges[row[3]] - 1))
            case "e":
                ranges.append(max(ranges[row[2]], ranges[row[3]], ranges[row[4]] - 1))
            case "j":
                ranges.append(ranges[row[3]])
            case _:
                ranges.append(0)
    return ranges


def _needed(shape: Shape) -> list[int]:
    """The entries, without those that go without changing what the goal means: mentioned by nothing that stays, and
    either surely inhabited, or of the same type as one that stays (of several such, one stays)."""
    size = len(shape.entries)
    users = [0] * size
    for edge in (*shape.entries, shape.target):
        for arg in edge.args:
            if arg < size:
                users[arg] += 1
    alike: dict[Edge, int] = {}
    for edge in shape.entries:
        alike[edge] = alike.get(edge, 0) + 1
    kept = set(range(size))
    idle = [i for i in kept if not users[i]]
    while idle:
        i = idle.pop()
        edge = shape.entries[i]
        if not shape.inhabited[i] and alike[edge] == 1:
            continue
        kept.remove(i)
        alike[edge] -= 1
        for arg in edge.args:
            if arg < size:
                users[arg] -= 1
                if not users[arg]:
                    idle.append(arg)
    return sorted(kept)


def _connected(shape: Shape, kept: list[int]) -> list[int]:
    """`kept`, without the entries that share no variable with the target, directly or through others.

    All stay when the target mentions none (`h : x < 0 ⊢ False`: there the hypotheses are the goal). A hypothesis
    without variables (`0 < 0`) stays as well: case distinctions leave such, and the goal may rest on the contradiction.
    """
    size = len(shape.entries)
    reached = {arg for arg in shape.target.args if arg < size}
    if not reached:
        return kept
    near: dict[int, set[int]] = {i: set() for i in kept}
    for i in kept:
        for arg in shape.entries[i].args:
            if arg < size:
                near[i].add(arg)
                near[arg].add(i)
    stack = list(reached)
    while stack:
        fresh = near[stack.pop()] - reached
        reached |= fresh
        stack.extend(fresh)
    return [i for i in kept if i in reached or not near[i]]


def _form(shape: Shape, kept: list[int]) -> bytes:
    """The canonical form of the part of a goal on `kept`, with the universe parameters that occur there."""
    size = len(shape.entries)
    edges = [shape.entries[i] for i in kept]
    params = sorted({arg for edge in (*edges, shape.target) for arg in edge.args if arg >= size})
    renumber = {old: new for new, old in enumerate((*kept, *params))}

    def moved(edge: Edge) -> Edge:
        return Edge(edge.label, tuple(renumber[arg] for arg in edge.args))

    vertices = (*map(moved, edges), *(Edge(b"parameter", ()) for _ in params))
    return canonical(Graph(vertices, moved(shape.target)), VERSION.encode())


def _embeds(part: Shape, kept: list[int], whole: Shape) -> bool:
    """Whether the vertices of `part` map to those of `whole` with the target and the entries in `kept` as they are."""
    small, large = len(part.entries), len(whole.entries)
    candidates: dict[bytes, list[int]] = {}
    for i, edge in enumerate(whole.entries):
        candidates.setdefault(edge.label, []).append(i)
    steps = MATCH_STEPS

    def extend(image: dict[int, int], pairs: Iterable[tuple[int, int]]) -> dict[int, int] | None:
        """`image` with `pairs` and all that follows from them, or None when they do not fit."""
        image, agenda = dict(image), list(pairs)
        while agenda:
            a, b = agenda.pop()
            if (a < small) != (b < large) or image.get(a, b) != b:
                return None
            if a in image:
                continue
            image[a] = b
            if a < small:
                if part.entries[a].label != whole.entries[b].label:
                    return None
                agenda += zip(part.entries[a].args, whole.entries[b].args, strict=True)
        return image

    # Depth first, without recursion: each choice is a state with the candidates that it has not tried.
    first = extend({}, zip(part.target.args, whole.target.args, strict=True))
    states = [] if first is None else [iter([first])]
    while states:
        image = next(states[-1], None)
        if image is None:
            states.pop()
            continue
        # The last ones first: their types fix what the entries that they depend on have to be.
        free = next((i for i in reversed(kept) if i not in image), None)
        if free is None:
            return True
        options = candidates.get(part.entries[free].label, [])
        steps -= 1 + len(options)
        if steps < 0:
            return False
        found = [extend(image, [(free, option)]) for option in options]
        states.append(iter([state for state in found if state is not None]))
    return False
