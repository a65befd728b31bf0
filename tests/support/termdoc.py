"""Term documents by hand. Terms are nested tuples, so a test can be read; `Builder.document()` gives the tables.

doc = Builder().theorem("t", eq(const("f"), nat(1)), const("p")).document()
"""

from __future__ import annotations

import json
from typing import Any

Term = tuple[Any, ...]
Level = tuple[Any, ...]

ZERO: Level = ("0",)
ONE: Level = ("s", ZERO)


def param(name: str) -> Level:
    return ("p", name)


def bvar(index: int) -> Term:
    return ("b", index)


def sort(level: Level = ZERO) -> Term:
    return ("s", level)


PROP = sort(ZERO)
TYPE = sort(ONE)


def const(name: str, *levels: Level) -> Term:
    return ("c", name, levels)


def app(head: Term, *args: Term) -> Term:
    for arg in args:
        head = ("a", head, arg)
    return head


def lam(binder: Term, body: Term, name: str = "x", info: int = 0) -> Term:
    return ("l", name, binder, body, info)


def pi(binder: Term, body: Term, name: str = "x", info: int = 0) -> Term:
    return ("p", name, binder, body, info)


def let(binder: Term, value: Term, body: Term, name: str = "x", nondep: int = 0) -> Term:
    return ("e", name, binder, value, body, nondep)


def nat(value: int) -> Term:
    return ("n", str(value))


def text(value: str) -> Term:
    return ("t", value)


def proj(struct: str, index: int, term: Term) -> Term:
    return ("j", struct, index, term)


def sorry(proposition: Term, level: Level = ZERO) -> Term:
    """What Lean makes of `sorry`."""
    return app(const("sorryAx", level), proposition, const("Bool.false"))


NAT = const("Nat")


def eq(a: Term, b: Term) -> Term:
    return app(const("Eq", ONE), NAT, a, b)


class Builder:
    """Collects constants. Names are dotted text; a component of digits is a number. With `share=False` equal terms get
    rows of their own, and `shift` unused rows come first: neither may change a hash."""

    def __init__(self, *, share: bool = True, shift: int = 0) -> None:
        self._names: list[Any] = [None]
        self._levels: list[Any] = []
        self._exprs: list[Any] = []
        self._constants: list[dict[str, Any]] = []
        self._rows: dict[str, int] = {}
        self._share = share
        for i in range(shift):
            self._exprs.append(["b", i])

    def name(self, dotted: str) -> int:
        index = 0
        for part in dotted.split("."):
            index = self._row(self._names, [index, int(part) if part.isdigit() else part], always=True)
        return index

    def level(self, level: Level) -> int:
        parts = [self.name(part) if isinstance(part, str) else self.level(part) for part in level[1:]]
        return self._row(self._levels, [level[0], *parts], always=True)

    def term(self, term: Term) -> int:
        tag, *rest = term
        match tag:
            case "b" | "n" | "t":
                row = list(term)
            case "s":
                row = [tag, self.level(rest[0])]
            case "c":
                row = [tag, self.name(rest[0]), [self.level(level) for level in rest[1]]]
            case "a":
                row = [tag, self.term(rest[0]), self.term(rest[1])]
            case "l" | "p":
                row = [tag, self.name(rest[0]), self.term(rest[1]), self.term(rest[2]), rest[3]]
            case "e":
                row = [tag, self.name(rest[0]), *(self.term(part) for part in rest[1:4]), rest[4]]
            case "j":
                row = [tag, self.name(rest[0]), rest[1], self.term(rest[2])]
            case _:
                raise AssertionError(tag)
        return self._row(self._exprs, row)

    def _row(self, table: list[Any], row: list[Any], always: bool = False) -> int:
        key = json.dumps([id(table), row])
        if key not in self._rows or not (self._share or always):
            self._rows[key] = len(table)
            table.append(row)
        return self._rows[key]

    def _add(
        self, kind: str, name: str, type_: Term, levels: tuple[str, ...], attributes: tuple[str, ...], **extra: Any
    ) -> Builder:
        row: dict[str, Any] = {
            "kind": kind,
            "name": self.name(name),
            "levels": [self.name(level) for level in levels],
            "type": self.term(type_),
            **extra,
        }
        if attributes:
            row["attributes"] = list(attributes)
        self._constants.append(row)
        return self

    def axiom(self, name: str, type_: Term, *, levels: tuple[str, ...] = (), unsafe: bool = False) -> Builder:
        return self._add("axiom", name, type_, levels, (), unsafe=unsafe)

    def theorem(
        self, name: str, type_: Term, value: Term, *, levels: tuple[str, ...] = (), attributes: tuple[str, ...] = ()
    ) -> Builder:
        return self._add("theorem", name, type_, levels, attributes, value=self.term(value), all=[self.name(name)])

    def define(
        self,
        name: str,
        type_: Term,
        value: Term,
        *,
        levels: tuple[str, ...] = (),
        safety: str = "safe",
        attributes: tuple[str, ...] = (),
    ) -> Builder:
        extra = {"value": self.term(value), "safety": safety, "hints": "abbrev", "all": [self.name(name)]}
        return self._add("def", name, type_, levels, attributes, **extra)

    def opaque(
        self,
        name: str,
        type_: Term,
        value: Term,
        *,
        levels: tuple[str, ...] = (),
        unsafe: bool = False,
        attributes: tuple[str, ...] = (),
    ) -> Builder:
        return self._add("opaque", name, type_, levels, attributes, value=self.term(value), unsafe=unsafe)

    def inductive(
        self,
        name: str,
        type_: Term,
        ctors: dict[str, Term],
        *,
        levels: tuple[str, ...] = (),
        params: int = 0,
        mutual: tuple[str, ...] = (),
        unsafe: bool = False,
        recursor: Term | None = None,
    ) -> Builder:
        every = [self.name(member) for member in (mutual or (name,))]
        names = [self.name(ctor) for ctor in ctors]
        self._add("inductive", name, type_, levels, (), params=params, all=every, ctors=names, unsafe=unsafe)
        for ctor, ctor_type in ctors.items():
            self._add("ctor", ctor, ctor_type, levels, (), induct=self.name(name), unsafe=unsafe)
        if recursor is not None:
            self._add("rec", f"{name}.rec", recursor, levels, (), all=every, unsafe=unsafe)
        return self

    def document(self) -> dict[str, Any]:
        """The document, as it comes from the wire."""
        tables = {"names": self._names, "levels": self._levels, "exprs": self._exprs, "constants": self._constants}
        document: dict[str, Any] = json.loads(json.dumps(tables))
        return document
