"""Which parameters of a program are proofs of preconditions."""

from __future__ import annotations

from decompose.counterexample.statement import Reader
from lean_project.check.terms import Name

_PROP = ("0",)
_LIBRARY: frozenset[Name] = frozenset(
    [("True",), ("False",), ("And",), ("Or",), ("Not",), ("Iff",), ("Eq",), ("Ne",), ("HEq",), ("Exists",)]
    + [("LT", "lt"), ("LE", "le"), ("GT", "gt"), ("GE", "ge"), ("Membership", "mem"), ("Dvd", "dvd")]
    + [("List", name) for name in ("Pairwise", "Nodup", "Sublist", "Perm", "IsPrefix", "IsSuffix")]
)
"""Propositions of the library: a file's document has the types of its own constants only."""


def is_proposition(reader: Reader, type_: int) -> bool:
    """Whether a term is a proposition, as far as its head tells: one of the library's, or of the file's own, or a `∀`
    or an arrow that ends in one."""
    terms = reader.terms
    type_ = reader.unfold(type_)
    while terms.rows[type_][0] == "p":
        type_ = reader.unfold(terms.instantiate(terms.rows[type_][3], terms.variable()))
    name = terms.head(type_)
    if name in _LIBRARY:
        return True
    return reader.find(name) is not None and reader.result_sort(reader.type(name)) == _PROP
