"""Term documents (docs/protocol.md), read with suspicion: whoever wrote one may have been fooled by the code it ran.

Everything here is iterative, since terms are deeper than any stack, and bounded, since an attacker chooses the size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Never

from lean_project.errors import GentzenError

Name = tuple[str | int, ...]
"""The components of a Lean name. `a.b` and `«a.b»` print alike and differ here."""

KINDS = frozenset({"axiom", "def", "theorem", "opaque", "quot", "inductive", "ctor", "rec"})
ATTRIBUTES = frozenset({"implemented_by", "extern", "csimp", "init"})
_WITH_VALUE = frozenset({"def", "theorem", "opaque"})

# The fields of the other terms: e a term, n a name, l a level, else a natural number below this bound.
_FIELDS: dict[str, tuple[Any, ...]] = {
    "b": (1 << 32,),
    "s": ("l",),
    "l": ("n", "e", "e", 4),
    "p": ("n", "e", "e", 4),
    "e": ("n", "e", "e", "e", 2),
    "j": ("n", 1 << 32, "e"),
}

MAX_ROWS = 5_000_000
MAX_TEXT = 1_000_000
MAX_NAME_DEPTH = 100
MAX_WORK = 20_000_000
"""Terms visited for one document, all walks together: a bound on time, a few microseconds each."""


class DocumentError(GentzenError):
    """The document is not a well-formed term document, or is too large."""


def _bad(what: str) -> Never:
    raise DocumentError(f"malformed term document: {what}")


def parse_name(text: str) -> Name:
    """The name that Lean prints as `text`, guillemets and all; () when it is none."""
    parts: list[str | int] = []
    rest = text
    while True:
        if rest.startswith("«"):
            part, closed, rest = rest[1:].partition("»")
            if not closed or (rest and rest[0] != "."):
                return ()
            parts.append(part)
            more, rest = bool(rest), rest[1:]
        else:
            head, dot, rest = rest.partition(".")
            if not head:
                return ()
            parts.append(int(head) if head.isascii() and head.isdigit() and len(head) < 20 else head)
            more = bool(dot)
        if not more:
            return tuple(parts)


def plain(name: Name) -> str:
    """The components with dots between them, as the auditor's `library` writes library constants. Ambiguous."""
    return ".".join(map(str, name))


def show(name: Name) -> str:
    """The name for people: components in guillemets where they need them, nothing that a terminal would obey."""

    def component(part: str | int) -> str:
        if isinstance(part, int):
            return str(part)
        clean = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in part)
        return (
            clean if all(c.isalnum() or c in "_'!?" for c in part) and not part[:1].isdigit() and part else f"«{clean}»"
        )

    return ".".join(map(component, name))


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant that the file added. Names are indices of the document's name table; `type` and `value` of its terms.

    `unsafe`: unsafe or partial; the kernel never sees it.
    """

    name: int
    kind: str
    levels: tuple[int, ...]
    type: int
    value: int | None
    unsafe: bool
    params: int = 0
    group: tuple[int, ...] = ()
    ctors: tuple[int, ...] = ()
    induct: int = 0
    attributes: frozenset[str] = frozenset()

    @property
    def roots(self) -> tuple[int, ...]:
        return (self.type,) if self.value is None else (self.type, self.value)


class TermDocument:
    """A document whose every index is in range and refers backwards, and whose constants are consistent as data.

    Whether the terms are well typed is for the kernel to say. `constants` is keyed by name index. Threads may share it.
    """

    def __init__(self, document: object) -> None:
        """Raises DocumentError, and nothing else, on anything that is not a well-formed document."""
        if not isinstance(document, dict):
            _bad("not an object")
        tables: list[Any] = [document.get(table) for table in ("names", "levels", "exprs", "constants")]
        if any(not isinstance(table, list) or len(table) > MAX_ROWS for table in tables):
            _bad("a table is missing or too large")
        names, levels, exprs, constants = tables
        self.levels: list[Any] = levels
        self.exprs: list[Any] = exprs
        self.names = self._read_names(names)
        self._index = {name: i for i, name in enumerate(self.names)}
        self._read_levels()
        self.polymorphic = bytearray(len(self.exprs))
        """For each term, whether a universe parameter occurs in it."""
        self._read_exprs()
        self.constants: dict[int, Constant] = {}
        for row in constants:
            constant = self._read_constant(row)
            if constant.name in self.constants:
                _bad(f"{show(self.names[constant.name])} is declared twice")
            self.constants[constant.name] = constant
        self._work = 0
        self._check_groups()
        self._uses: dict[int, frozenset[int]] = {}

    def find(self, name: Name) -> Constant | None:
        """The added constant of that name."""
        return self.constants.get(self._index.get(name, -1))

    def name_of(self, constant: Constant) -> Name:
        return self.names[constant.name]

    def reachable(self, roots: Iterable[int]) -> set[int]:
        """The terms below `roots`, themselves included. In ascending order every part comes before the whole."""
        rows, stack = self.exprs, list(roots)
        seen = set(stack)
        while stack:
            for below in children(rows[stack.pop()]):
                if below not in seen:
                    seen.add(below)
                    stack.append(below)
        self.spend(len(seen))
        return seen

    def spend(self, steps: int) -> None:
        """Account for work on this document. Raises DocumentError past MAX_WORK."""
        self._work += steps
        if self._work > MAX_WORK:
            raise DocumentError(f"the term document takes more than {MAX_WORK} steps to check")

    def mentioned(self, roots: Iterable[int]) -> frozenset[int]:
        """The names of the constants in the terms below `roots`, structures of projections included."""
        rows = self.exprs
        return frozenset(rows[i][1] for i in self.reachable(roots) if rows[i][0] in "cj")

    def uses(self, constant: Constant) -> frozenset[int]:
        """What a constant rests on directly: the names in its type and value, and its inductive group."""
        known = self._uses.get(constant.name)
        if known is None:
            known = self.mentioned(constant.roots) | {*constant.ctors, *constant.group}
            if constant.kind == "ctor":
                known |= {constant.induct}
            self._uses[constant.name] = known
        return known

    def _read_names(self, rows: list[Any]) -> list[Name]:
        if not rows or rows[0] is not None:
            _bad("name 0 must be null")
        names: list[Name] = [()]
        seen = set()
        components = 0
        for i, row in enumerate(rows[1:], 1):
            if type(row) is not list or len(row) != 2:
                _bad(f"name {i}")
            prefix, last = row
            if type(prefix) is not int or not 0 <= prefix < i or len(names[prefix]) >= MAX_NAME_DEPTH:
                _bad(f"name {i}")
            if type(last) is str:
                _text(last)
            elif type(last) is not int or not 0 <= last < 1 << 64:
                _bad(f"name {i}")
            if (prefix, last) in seen:
                _bad(f"name {i} is there twice")
            seen.add((prefix, last))
            names.append((*names[prefix], last))
            components += len(names[-1])
            if components > 4 * MAX_ROWS:
                _bad("too many long names")
        return names

    def _read_levels(self) -> None:
        polymorphic: list[bool] = []
        for i, row in enumerate(self.levels):
            match row:
                case ["0"]:
                    polymorphic.append(False)
                case ["s", below] if _index(below, i):
                    polymorphic.append(polymorphic[below])
                case ["m" | "i", a, b] if _index(a, i) and _index(b, i):
                    polymorphic.append(polymorphic[a] or polymorphic[b])
                case ["p", name] if _index(name, len(self.names)):
                    polymorphic.append(True)
                case _:
                    _bad(f"level {i}")
        self._polymorphic_levels = polymorphic

    def _read_exprs(self) -> None:
        names, levels, level_poly, poly = len(self.names), len(self.levels), self._polymorphic_levels, self.polymorphic
        for i, row in enumerate(self.exprs):
            if type(row) is not list or not row or type(row[0]) is not str:
                _bad(f"term {i}")
            tag, size = row[0], len(row)
            if tag == "a" and size == 3:  # Most terms are applications: no calls for these.
                _, f, x = row
                if type(f) is not int or type(x) is not int or not (0 <= f < i and 0 <= x < i):
                    _bad(f"term {i}")
                poly[i] = poly[f] | poly[x]
            elif tag == "c" and size == 3 and type(row[2]) is list:
                if not _index(row[1], names) or not row[1] or not all(_index(level, levels) for level in row[2]):
                    _bad(f"term {i}")
                poly[i] = any(level_poly[level] for level in row[2])
            elif tag in ("n", "t") and size == 2:
                _text(row[1])
                if tag == "n" and not (row[1].isascii() and row[1].isdigit() and (row[1][0] != "0" or row[1] == "0")):
                    _bad(f"term {i}")
            else:
                fields = _FIELDS.get(tag)
                if fields is None or size != len(fields) + 1:
                    _bad(f"term {i}")
                for field, value in zip(fields, row[1:], strict=True):
                    bound = i if field == "e" else names if field == "n" else levels if field == "l" else field
                    if not _index(value, bound):
                        _bad(f"term {i}")
                poly[i] = level_poly[row[1]] if tag == "s" else any(poly[below] for below in children(row))

    def _read_constant(self, row: object) -> Constant:
        if not isinstance(row, dict):
            _bad("a constant is not an object")
        kind, name, names, terms = row.get("kind"), row.get("name", 0), len(self.names), len(self.exprs)
        if type(kind) is not str or kind not in KINDS or not _index(name, names) or name == 0:
            _bad("a constant without kind or name")
        what = f"constant {show(self.names[name])}"

        def name_list(key: str) -> tuple[int, ...]:
            found = row.get(key, [])
            if type(found) is not list or not all(_index(n, names) and n for n in found) or len({*found}) != len(found):
                _bad(f"{what}: {key}")
            return tuple(found)

        value, attributes, params = row.get("value"), row.get("attributes", []), row.get("params", 0)
        if not _index(row.get("type"), terms) or (kind in _WITH_VALUE) != _index(value, terms):
            _bad(f"{what}: type or value")
        if type(attributes) is not list or not all(type(a) is str and a in ATTRIBUTES for a in attributes):
            _bad(f"{what}: attributes")
        if kind == "def" and row.get("safety") not in ("safe", "unsafe", "partial"):
            _bad(f"{what}: safety")
        if type(row.get("unsafe", False)) is not bool or not _index(params, 1 << 32):
            _bad(f"{what}: unsafe or params")
        if kind == "ctor" and not _index(row.get("induct"), names):
            _bad(f"{what}: its inductive type")
        return Constant(
            name=name,
            kind=kind,
            levels=name_list("levels"),
            type=row["type"],
            value=value if kind in _WITH_VALUE else None,
            unsafe=row.get("unsafe", False) or (kind == "def" and row["safety"] != "safe"),
            params=params if kind == "inductive" else 0,
            group=name_list("all") if kind == "inductive" else (),
            ctors=name_list("ctors") if kind == "inductive" else (),
            induct=row["induct"] if kind == "ctor" else 0,
            attributes=frozenset(attributes),
        )

    def _check_groups(self) -> None:
        """Inductive types, their mutual groups and their constructors name each other."""
        listed = {name for constant in self.constants.values() for name in constant.ctors}
        for constant in self.constants.values():
            what = f"constant {show(self.names[constant.name])}"
            if constant.kind == "inductive":
                self.spend(len(constant.group))
                members = [self.constants.get(name) for name in constant.group]
                if constant.name not in constant.group or any(m is None or m.group != constant.group for m in members):
                    _bad(f"{what}: its mutual group")
                ctors = [self.constants.get(name) for name in constant.ctors]
                if any(c is None or c.kind != "ctor" or c.induct != constant.name for c in ctors):
                    _bad(f"{what}: its constructors")
            elif constant.kind == "ctor":
                owner = self.constants.get(constant.induct)
                if owner is None or constant.name not in listed or owner.unsafe != constant.unsafe:
                    _bad(f"{what}: its inductive type")


def children(row: Sequence[Any]) -> Sequence[int]:
    """The terms directly below a term."""
    tag = row[0]
    if tag == "a":
        return row[1:]
    if tag == "l" or tag == "p":
        return row[2:4]
    if tag == "e":
        return row[2:5]
    return row[3:] if tag == "j" else ()


def _index(value: object, below: int) -> bool:
    return type(value) is int and 0 <= value < below


def _text(value: object) -> None:
    if type(value) is not str or len(value) > MAX_TEXT:
        _bad("a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        _bad("a text with half a character")
