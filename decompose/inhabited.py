"""Types that surely have an element, as far as a look at their form tells. A wrong yes would make goal keys wrong."""

from __future__ import annotations

from functools import cached_property

from lean_project.check.terms import Constant, TermDocument

_TYPES = """
Nat Int Bool String Char Unit PUnit List Option Array ByteArray BitVec Float Ordering
UInt8 UInt16 UInt32 UInt64 USize Int8 Int16 Int32 Int64 ISize
"""
# Every type has an instance of these, empty types included (of `Decidable` by choice).
_CLASSES = """
Decidable DecidableEq DecidablePred DecidableRel BEq Ord Hashable Repr ToString
LE LT Add Sub Mul Div Mod Neg Append
"""
_ALWAYS = frozenset((_TYPES + _CLASSES).split())
"""Inhabited whatever they are applied to."""
_BOTH = frozenset({"Prod", "PProd"})


class Inhabited:
    """Decides by form: sorts; functions into such types; well-known types and classes; the file's own definitions of
    such types, and inductive types with a constructor all of whose fields have such types."""

    def __init__(self, file: TermDocument) -> None:
        self._file = file

    def surely(self, document: TermDocument, term: int) -> bool:
        """Whether the type `term` of `document` surely has an element, whatever its variables stand for."""
        return self._surely(document, term, self._constants)

    @cached_property
    def _constants(self) -> frozenset[int]:
        """The constants of the file that give inhabited types, whatever they are applied to: the least such set."""
        known: frozenset[int] = frozenset()
        while True:
            more = {name for name, constant in self._file.constants.items() if self._constant(constant, known)}
            if more == known:
                return known
            known = frozenset(more)

    def _surely(self, document: TermDocument, term: int, known: frozenset[int]) -> bool:
        rows, agenda = document.exprs, [term]
        while agenda:
            term = agenda.pop()
            while rows[term][0] == "p":
                term = rows[term][3]
            args: list[int] = []
            while rows[term][0] == "a":
                args.append(rows[term][2])
                term = rows[term][1]
            document.spend(1 + len(args))
            row = rows[term]
            if row[0] == "s" and not args:
                continue
            if row[0] != "c":
                return False
            name = document.names[row[1]]
            constant = self._file.find(name)
            if constant is not None:
                if constant.name not in known:
                    return False
            elif len(name) == 1 and name[0] in _BOTH and len(args) == 2:
                agenda += args
            elif len(name) != 1 or name[0] not in _ALWAYS:
                return False
        return True

    def _constant(self, constant: Constant, known: frozenset[int]) -> bool:
        rows = self._file.exprs
        if constant.unsafe:
            return False
        if constant.kind == "def" and constant.value is not None:
            body = constant.value
            while rows[body][0] == "l":
                body = rows[body][3]
            return self._surely(self._file, body, known)
        if constant.kind != "inductive":
            return False
        term, count = constant.type, 0
        while rows[term][0] == "p":
            term, count = rows[term][3], count + 1
        if count != constant.params:
            return False  # With indices a constructor makes elements of some members of the family only.
        for name in constant.ctors:
            fields, term = [], self._file.constants[name].type
            while rows[term][0] == "p":
                fields.append(rows[term][2])
                term = rows[term][3]
            if all(self._surely(self._file, field, known) for field in fields[constant.params :]):
                return True
        return False
