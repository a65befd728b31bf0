"""The parameters and the result of a program that is to be found, as types that values are known of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from decompose.counterexample.reify import Reifier
from decompose.counterexample.statement import Reader, Untestable
from decompose.counterexample.terms import Terms
from decompose.counterexample.values import Type
from lean_project.check.terms import parse_name, show
from prover.synth.natives import Constructors
from prover.synth.properties import Properties
from prover.synth.propositions import is_proposition


@dataclass(frozen=True)
class Signature:
    """The program's parameters and result, as types that values are known of. `proofs`: the places of parameters that
    are proofs (of preconditions), among all; they have no values, and `names` and `types` leave them out."""

    names: tuple[str, ...]
    types: tuple[Type, ...]
    result: Type
    constructors: Constructors
    proofs: frozenset[int] = frozenset()

    def data(self, arguments: Sequence[int]) -> tuple[int, ...]:
        """The arguments of a call that are no proofs."""
        return tuple(each for place, each in enumerate(arguments) if place not in self.proofs)


def read_signature(properties: Properties, program: str, *, proofs: bool = False) -> Signature | str:
    """The signature of a definition of the file; why enumeration cannot work with it, as text, where it cannot.
    `proofs`: parameters that are proofs are no obstacle."""
    definitions = properties.definitions
    constant = definitions.find(parse_name(program))
    if constant is None:
        return "the program is not among the file's definitions"
    reader = Reader(Terms(), definitions)
    reifier = Reifier(reader, {})
    terms, term = reader.terms, reader.type(parse_name(program))
    names: list[str] = []
    types: list[Type] = []
    left_out: set[int] = set()
    try:
        while terms.rows[term][0] == "p":
            row = terms.rows[term]
            if row[4] != 0:
                return f"it has the implicit parameter {show(row[1])}"
            if proofs and is_proposition(reader, row[2]):
                left_out.add(len(types) + len(left_out))
            else:
                types.append(reifier.type(row[2], {}))
                names.append(show(row[1]))
            term = terms.instantiate(row[3], terms.variable())
        result = reifier.type(term, {})
    except Untestable as why:
        return str(why)
    return Signature(tuple(names), tuple(types), result, reifier.constructors, frozenset(left_out))
