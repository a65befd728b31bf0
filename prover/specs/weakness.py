"""Programs beside the given one that a specification allows: mutants that no test of it refutes and that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from decompose.spec import SpecFile
from lean_project.session import Session
from prover.specs.difference import Comparison, Relation, compare
from prover.specs.programs import mutated
from prover.synth.holes import Candidate, ProgramHole, declaration
from prover.synth.mutants import spread
from prover.synth.properties import Properties
from prover.synth.tester import EFFORT as SYNTHESIS
from prover.synth.tester import Fate, Outcome, Tester

EFFORT = replace(SYNTHESIS, batch=24)
"""Less at once than in a synthesis, since few mutants are wanted and most of them typecheck slowly or not at all."""


@dataclass(frozen=True, slots=True)
class Other:
    """`change`: what was done to the given program. `text`: the whole declaration. `comparison`: where it differs."""

    change: str
    text: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Weakness:
    """`refuted`: why the given program itself is wrong, "" when no test says so; then no mutants were made.

    `typechecked`, `killed`, `equal`: mutants, and how many of them a test refuted or are the same function (by proof,
    or as far as tests see). `others`: the rest.
    """

    refuted: str = ""
    typechecked: int = 0
    killed: int = 0
    equal: int = 0
    others: tuple[Other, ...] = ()
    too_slow: int = 0


def measure_weakness(
    session: Session, spec: SpecFile, hole: ProgramHole, program: Candidate, properties: Properties, most: int
) -> Weakness:
    """At most `most` mutants that typecheck, taken in turn from all operators. Raises MachineryError,
    LimitHit("cancelled")."""
    tester = Tester(session, spec, hole, properties, effort=EFFORT)
    [own] = tester.test([program])
    if own.fate is Fate.REFUTED:
        return Weakness(own.reason)
    found = dict(mutated(hole, program)) if most else {}
    candidates = [found[mutant] for mutant in spread(list(found), len(found))]
    looked_at = killed = equal = slow = 0
    others: list[Other] = []
    for outcome in typechecked(tester, candidates, most):
        looked_at += 1
        killed += outcome.fate is Fate.REFUTED
        slow += outcome.fate is Fate.SLOW
        if outcome.fate is Fate.SURVIVED:
            compared = compare(session, spec, hole, program, outcome.candidate)
            if compared.relation is Relation.DIFFERENT:
                text = declaration(hole, outcome.candidate)
                others.append(Other(outcome.candidate.origin, text, compared))
            else:
                equal += compared.relation in (Relation.EQUAL, Relation.ALIKE)
    return Weakness("", looked_at, killed, equal, tuple(others), slow)


def typechecked(tester: Tester, candidates: Sequence[Candidate], most: int) -> list[Outcome]:
    """Outcomes of the first `most` candidates that typecheck. Those that the machinery lost are tried once more."""
    found: list[Outcome] = []
    for at in range(0, len(candidates), tester.effort.batch):
        outcomes = tester.test(candidates[at : at + tester.effort.batch])
        again = [outcome.candidate for outcome in outcomes if outcome.fate is Fate.LOST]
        retried = dict(zip(again, tester.test(again), strict=True)) if again else {}
        outcomes = [retried.get(outcome.candidate, outcome) for outcome in outcomes]
        found += [outcome for outcome in outcomes if outcome.fate not in (Fate.ILL_TYPED, Fate.ESCAPED)]
        if len(found) >= most:
            break
    return found[:most]
