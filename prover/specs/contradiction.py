"""Theorems that no program satisfies at once: a proof of False from them, for any program in its place.

The theorems become hypotheses about a variable of the program's name and type, so nothing that stands in the file,
`sorry` included, can help the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from decompose.counterexample.footing import rests_on
from decompose.spec import SpecFile
from lean_project.errors import LimitHit
from lean_project.model import Limits
from lean_project.session import Session
from prover.specs.claims import Claim
from prover.specs.proving import attempt, is_accepted
from prover.synth.holes import ProgramHole
from prover.synth.properties import Properties
from prover.synth.scope import scope_between

_NAME = "gentzen_contradiction"
_LIMITS = Limits(seconds=30.0)
_CLOSERS = ("grind", "simp_all", "omega", "(simp_all; omega)")
INSTANCES = (0, 1, 6)
"""How many instances of each theorem a proof may use, one attempt for each number."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`claims`: all are needed by the proof. `proof`: the Lean theorem, accepted by the trusted check."""

    claims: tuple[Claim, ...]
    proof: str


def find_contradiction(
    session: Session, spec: SpecFile, hole: ProgramHole, claims: Sequence[Claim], properties: Properties
) -> Contradiction | None:
    """None: automation finds none, which says little. Raises MachineryError, LimitHit("cancelled")."""
    usable = [claim for claim in claims if hole.short in claim.type]
    found, enough = "", 0
    for enough in INSTANCES:
        found = _attempt(session, spec, hole, usable, properties, enough)
        if found:
            break
    if not found:
        return None
    for claim in list(usable):  # Leave out what the proof does not need.
        rest = [each for each in usable if each is not claim]
        shorter = _attempt(session, spec, hole, rest, properties, enough)
        if shorter:
            usable, found = rest, shorter
    if not is_accepted(session, spec, len(spec.commands), found, _NAME):
        return None
    return Contradiction(tuple(usable), found.removeprefix(scope_between(spec, hole.command).enter).rstrip())


def _attempt(
    session: Session,
    spec: SpecFile,
    hole: ProgramHole,
    claims: Sequence[Claim],
    properties: Properties,
    count: int,
) -> str:
    if not claims:
        return ""
    hypotheses = "".join(f"\n    (h{i} : {claim.type})" for i, claim in enumerate(claims))
    scope = scope_between(spec, hole.command)
    theorem = f"theorem {_NAME} ({hole.short} : type_of% @{hole.short}){hypotheses} :\n    False := by\n"
    statement = scope.enter + theorem
    if not _is_about_any_program(session, spec, hole, statement, scope.namespace):
        return ""
    instances = [
        f"have := h{i}{given}" for i, claim in enumerate(claims) for given in _instances(claim, properties, count)
    ]
    if count and not instances:
        return ""
    block = "\n".join([*instances, f"first | {' | '.join(_CLOSERS)}"])
    return attempt(session, spec, len(spec.commands), statement, [block])


def _instances(claim: Claim, properties: Properties, count: int) -> list[str]:
    """Arguments by name: ` (x := 0) (y := [])`."""
    found: list[str] = []
    for each in properties.tested:
        if each.name == claim.name.rpartition(".")[2] and each.variables:
            for values in islice(each.plan.exhaustive(), count):
                pairs = zip(each.variables, values, strict=True)
                found.append("".join(f" ({name} := {value.text})" for name, value in pairs))
    return list(dict.fromkeys(found))[:count]


def _is_about_any_program(session: Session, spec: SpecFile, hole: ProgramHole, statement: str, namespace: str) -> bool:
    """The statement elaborates, and no longer mentions the file's own program but in the variable's type."""
    whole = spec.snapshot.then(spec.slice(spec.header_end, spec.source.size))
    # With a definition of the statement's type there is no `sorry` in what is looked at.
    probe = statement.replace(f"theorem {_NAME}", f"def {_NAME}.statement").replace(
        "\n    False := by\n", "\n    Prop := False\n"
    )
    try:
        made = session.elaborate(whole, probe, _LIMITS, keep=True)
        if any(message.is_error for message in made.messages):
            return False
        document = session.export(whole.then(probe), _LIMITS)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return False
    name = f"{namespace}.{_NAME}.statement" if namespace else f"{_NAME}.statement"
    return not rests_on(document, name, {hole.name})
