"""Terms that can be taken apart and put together again: term documents with free variables.

Rows are those of docs/protocol.md, hash-consed over one store, with names and levels written out, and one more:
("f", k), the k-th free variable. Bound variables never point out of a term that a caller holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lean_project.check.terms import Name, TermDocument
from lean_project.model import Document

Row = tuple[Any, ...]
Level = tuple[Any, ...]
MAX_TERMS = 100_000
_BELOW = {"a": (1, 2), "l": (2, 3), "p": (2, 3), "e": (2, 3, 4), "j": (3,)}
_UNDER_BINDER = {"l": (3,), "p": (3,), "e": (4,)}


class TooLargeError(Exception):
    """The terms of a goal outgrow MAX_TERMS."""


class Terms:
    """One store of terms. A term is an index of it; equal terms are equal indices."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._loose: list[int] = []  # bound variables below this number may be free in the term
        self._open: list[bool] = []  # has ("f", _) below
        self._index: dict[Row, int] = {}
        self._variables = 0

    def add(self, *row: Any) -> int:
        known = self._index.get(row)
        if known is not None:
            return known
        if len(self.rows) >= MAX_TERMS:
            raise TooLargeError
        tag = row[0]
        under = _UNDER_BINDER.get(tag, ())
        parts = _BELOW.get(tag, ())
        loose = row[1] + 1 if tag == "b" else 0
        for at in parts:
            loose = max(loose, self._loose[row[at]] - (at in under))
        self._loose.append(loose)
        self._open.append(tag == "f" or any(self._open[row[at]] for at in parts))
        self.rows.append(row)
        self._index[row] = len(self.rows) - 1
        return len(self.rows) - 1

    def variable(self) -> int:
        """A free variable that is in no term yet."""
        self._variables += 1
        return self.add("f", self._variables - 1)

    def read(self, document: TermDocument, root: int) -> int:
        """The term `root` of a document."""
        levels = _levels(document)
        names = document.names
        here: dict[int, int] = {}
        for i in sorted(document.reachable([root])):
            row = document.exprs[i]
            tag = row[0]
            match tag:
                case "b" | "n" | "t":
                    here[i] = self.add(*row)
                case "s":
                    here[i] = self.add("s", levels[row[1]])
                case "c":
                    here[i] = self.add("c", names[row[1]], tuple(levels[level] for level in row[2]))
                case "a":
                    here[i] = self.add("a", here[row[1]], here[row[2]])
                case "l" | "p":
                    here[i] = self.add(tag, names[row[1]], here[row[2]], here[row[3]], row[4])
                case "e":
                    here[i] = self.add(tag, names[row[1]], *(here[part] for part in row[2:5]), row[5])
                case _:
                    here[i] = self.add(tag, names[row[1]], row[2], here[row[3]])
        return here[root]

    def instantiate(self, body: int, value: int) -> int:
        """`body`, the inside of one binder, with the closed `value` for the bound variable."""
        return self._rewrite(
            body,
            lambda row, depth: value if row[0] == "b" and row[1] == depth else None,
            lambda term, depth: self._loose[term] <= depth,
        )

    def abstract(self, term: int, variables: Sequence[int]) -> int:
        """The inside of binders for `variables`, outermost first."""
        count = len(variables)
        places = {self.rows[variable][1]: count - 1 - i for i, variable in enumerate(variables)}

        def leaf(row: Row, depth: int) -> int | None:
            return self.add("b", depth + places[row[1]]) if row[0] == "f" and row[1] in places else None

        return self._rewrite(term, leaf, lambda term, depth: not self._open[term])

    def replace(self, term: int, values: Mapping[int, int]) -> int:
        """`term` with closed terms for free variables."""
        return self._rewrite(
            term,
            lambda row, depth: values.get(self._index[row]) if row[0] == "f" else None,
            lambda term, depth: not self._open[term],
        )

    def exchange(self, term: int, leaf: Callable[[Row], int | None]) -> int:
        """`term` with `leaf(row)`, a closed term, for each row without parts of which it is not None."""
        return self._rewrite(term, lambda row, depth: leaf(row), lambda term, depth: False)

    def _rewrite(self, root: int, leaf: Callable[[Row, int], int | None], skip: Callable[[int, int], bool]) -> int:
        """`root` with leaves exchanged: `leaf(row, binders above)`. Iterative: terms are deeper than any stack."""
        done: dict[tuple[int, int], int] = {}
        stack = [(root, 0)]
        while stack:
            node = term, depth = stack[-1]
            if node in done:
                stack.pop()
                continue
            row = self.rows[term]
            parts = _BELOW.get(row[0], ())
            if skip(term, depth):
                done[node] = term
            elif not parts:
                changed = leaf(row, depth)
                done[node] = term if changed is None else changed
            else:
                under = _UNDER_BINDER.get(row[0], ())
                below = [(row[at], depth + (at in under)) for at in parts]
                waiting = [each for each in below if each not in done]
                if waiting:
                    stack += waiting
                    continue
                new = list(row)
                for at, each in zip(parts, below, strict=True):
                    new[at] = done[each]
                done[node] = self.add(*new)
            stack.pop()
        return done[root, 0]

    def spine(self, term: int) -> tuple[int, list[int]]:
        """The head of an application and its arguments."""
        arguments: list[int] = []
        while self.rows[term][0] == "a":
            arguments.append(self.rows[term][2])
            term = self.rows[term][1]
        return term, arguments[::-1]

    def head(self, term: int) -> Name:
        """The constant at the head of an application, () when it is none."""
        row = self.rows[self.spine(term)[0]]
        return row[1] if row[0] == "c" else ()

    def call(self, function: int, *arguments: int) -> int:
        for argument in arguments:
            function = self.add("a", function, argument)
        return function

    def apply(self, function: int, arguments: Sequence[int]) -> int:
        """`function arguments`, β-reduced where `function` is a λ; all closed."""
        for at, argument in enumerate(arguments):
            row = self.rows[function]
            if row[0] != "l":
                for left in arguments[at:]:
                    function = self.add("a", function, left)
                return function
            function = self.instantiate(row[3], argument)
        return function

    def below(self, root: int) -> list[int]:
        """Every term in `root`, itself included, parts before the whole."""
        seen = {root}
        stack = [root]
        while stack:
            row = self.rows[stack.pop()]
            for at in _BELOW.get(row[0], ()):
                if row[at] not in seen:
                    seen.add(row[at])
                    stack.append(row[at])
        return sorted(seen)

    def constants(self, root: int) -> frozenset[Name]:
        return frozenset(self.rows[i][1] for i in self.below(root) if self.rows[i][0] in "cj")

    def variables(self, root: int) -> frozenset[int]:
        """The free variables (as terms) in `root`."""
        return frozenset(i for i in self.below(root) if self.rows[i][0] == "f") if self._open[root] else frozenset()

    def definition(self, name: Name, levels: Sequence[Name], type_: int, value: int) -> Document:
        """A document whose only constant is `def name : type_ := value`."""
        writer = _Writer(self)
        roots = writer.terms([type_, value])
        row = {
            "kind": "def",
            "name": writer.name(name),
            "levels": [writer.name(level) for level in levels],
            "type": roots[0],
            "value": roots[1],
            "safety": "safe",
            "hints": "abbrev",
            "all": [writer.name(name)],
        }
        return {"names": writer.names, "levels": writer.levels, "exprs": writer.exprs, "constants": [row]}


class _Writer:
    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.names: list[Any] = [None]
        self.levels: list[Any] = []
        self.exprs: list[Any] = []
        self._named: dict[Name, int] = {(): 0}
        self._leveled: dict[Level, int] = {}

    def name(self, name: Name) -> int:
        if name not in self._named:
            prefix = self.name(name[:-1])
            self.names.append([prefix, name[-1]])
            self._named[name] = len(self.names) - 1
        return self._named[name]

    def level(self, level: Level) -> int:
        if level not in self._leveled:
            match level[0]:
                case "p":
                    row = ["p", self.name(level[1])]
                case _:
                    row = [level[0], *(self.level(part) for part in level[1:])]
            self.levels.append(row)
            self._leveled[level] = len(self.levels) - 1
        return self._leveled[level]

    def terms(self, roots: Sequence[int]) -> list[int]:
        here: dict[int, int] = {}
        for i in sorted({below for root in roots for below in self._terms.below(root)}):
            row = self._terms.rows[i]
            match row[0]:
                case "s":
                    new = ["s", self.level(row[1])]
                case "c":
                    new = ["c", self.name(row[1]), [self.level(level) for level in row[2]]]
                case "a":
                    new = ["a", here[row[1]], here[row[2]]]
                case "l" | "p":
                    new = [row[0], self.name(row[1]), here[row[2]], here[row[3]], row[4]]
                case "e":
                    new = ["e", self.name(row[1]), *(here[part] for part in row[2:5]), row[5]]
                case "j":
                    new = ["j", self.name(row[1]), row[2], here[row[3]]]
                case _:
                    new = list(row)
            self.exprs.append(new)
            here[i] = len(self.exprs) - 1
        return [here[root] for root in roots]


def _levels(document: TermDocument) -> list[Level]:
    levels: list[Level] = []
    for row in document.levels:
        match row[0]:
            case "0":
                levels.append(("0",))
            case "p":
                levels.append(("p", document.names[row[1]]))
            case _:
                levels.append((row[0], *(levels[part] for part in row[1:])))
    return levels
