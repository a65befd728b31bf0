"""Which parts of a term are proofs, as far as names and the file's own constants tell.

There is no type inference here, so that a footprint is the same number wherever it is computed. Soft spot: a library
theorem that stands in a term where neither the file's types nor the table below expect a proof counts like a function.
"""

from __future__ import annotations

from collections.abc import Callable

from decompose.definitions import Definitions
from lean_project.check.terms import Constant, Name, TermDocument

_PROPOSITION_NAMES = """
Eq HEq Ne Iff And Or Not True False Exists LT.lt LE.le GT.gt GE.ge Membership.mem Dvd.dvd Nonempty
WellFounded Acc HasSubset.Subset List.Mem List.Perm List.Sublist List.Pairwise List.Nodup Nat.lt Nat.le
"""
_PROPOSITIONS = frozenset(_PROPOSITION_NAMES.split())
"""Library constants that give a proposition when applied to all their arguments."""

_PROOF_ARGUMENTS: dict[str, frozenset[int]] = {
    name: frozenset({place})
    for name, place in {
        "GetElem.getElem": 7,
        "Fin.mk": 2,
        "Subtype.mk": 3,
        "List.head": 2,
        "List.getLast": 2,
        "Option.get": 2,
        "Array.back": 2,
        "WellFounded.fix": 3,
        "Quot.lift": 4,
        "Quotient.lift": 4,
        "Eq.rec": 5,
        "Eq.ndrec": 5,
        "Eq.mpr": 2,
        "Eq.mp": 2,
        "cast": 2,
        "absurd": 2,
        "False.elim": 1,
        "False.rec": 1,
        "Decidable.isTrue": 1,
        "Decidable.isFalse": 1,
    }.items()
}
"""Where functions of Lean's library expect a proof, counting implicit arguments, from 0."""

_PROOF_NAMES = """
sorryAx rfl Eq.refl Eq.symm Eq.trans HEq.refl And.intro Or.inl Or.inr Exists.intro Iff.intro trivial True.intro
of_decide_eq_true propext funext Quot.sound
"""
_PROOFS = frozenset(_PROOF_NAMES.split())
"""Library constants that make proofs. `sorryAx` may also stand for a program: one that says nothing yet."""


class Proofs:
    """`is_library_theorem`: what is known of library constants, beyond the tables."""

    def __init__(self, definitions: Definitions, is_library_theorem: Callable[[Name], bool]) -> None:
        self._definitions, self._is_library_theorem = definitions, is_library_theorem
        self._places: dict[Name, frozenset[int]] = {}

    def is_proof(self, name: Name) -> bool:
        """Whether a term with this constant at its head is a proof."""
        constant = self._definitions.find(name)
        if constant is not None:
            return constant.kind == "theorem"
        last = name[-1]
        auxiliary = isinstance(last, str) and last.startswith(("_proof_", "proof_"))
        return auxiliary or ".".join(map(str, name)) in _PROOFS or self._is_library_theorem(name)

    def proof_arguments(self, name: Name) -> frozenset[int]:
        """The arguments of a constant that are proofs, from 0."""
        if name not in self._places:
            constant = self._definitions.find(name)
            if constant is None:
                self._places[name] = _PROOF_ARGUMENTS.get(".".join(map(str, name)), frozenset())
            else:
                self._places[name] = self._expected(constant)
        return self._places[name]

    def _expected(self, constant: Constant) -> frozenset[int]:
        document, term, places, place = self._definitions.document, constant.type, set[int](), 0
        while document.exprs[term][0] == "p":
            if self.is_proposition(document, document.exprs[term][2]):
                places.add(place)
            term, place = document.exprs[term][3], place + 1
        return frozenset(places)

    def is_proposition(self, document: TermDocument, term: int) -> bool:
        """Whether a type is a proposition, by the constant that it ends in."""
        rows = document.exprs
        while rows[term][0] == "p":
            term = rows[term][3]
        count = 0
        while rows[term][0] == "a":
            term, count = rows[term][1], count + 1
        if rows[term][0] != "c":
            return False
        name = document.names[rows[term][1]]
        constant = self._definitions.find(name)
        if constant is None:
            return ".".join(map(str, name)) in _PROPOSITIONS
        own = self._definitions.document
        result = constant.type
        while own.exprs[result][0] == "p" and count:
            result, count = own.exprs[result][3], count - 1
        row = own.exprs[result]
        return not count and row[0] == "s" and own.levels[row[1]] == ["0"]
