"""Whether two programs for one hole are the same function: an input where they differ, a proof that there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from decompose.counterexample.gate import Effort, test_goal
from decompose.counterexample.verdict import Refuted, Untestable
from decompose.definitions import Definitions
from decompose.spec import SpecFile
from lean_project.check.terms import Constant, TermDocument, parse_name
from lean_project.errors import LimitHit
from lean_project.model import Limits, Snapshot
from lean_project.session import Session
from prover.synth.holes import Candidate, ProgramHole, declaration
from prover.synth.scope import scope_between

LIMITS = Limits(seconds=60.0)
_PROOF = Limits(seconds=12.0, heartbeats=30_000)
QUICK = Effort(first=40, batch=60, batches=2, large=5, seconds=6.0, setup_seconds=30.0)
THOROUGH = Effort(first=60, batch=100, batches=4, seconds=8.0, setup_seconds=30.0, enough=300)
_LEFT, _RIGHT, _SAME = "gentzen_left", "gentzen_right", "gentzen_same"


class Relation(StrEnum):
    DIFFERENT = "different"
    """They differ at `Comparison.inputs`, as computed by Lean's kernel."""
    EQUAL = "equal"
    """Lean accepts a proof that they do not (L0: it was not put through the trusted check)."""
    ALIKE = "alike"
    """No difference in `Comparison.tests` tests, and no proof either."""
    UNKNOWN = "unknown"
    """Not comparable by tests, and no proof either."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`assignment`: where the two differ, a value for each argument. `tests`: how many were made. `reason`: why it is
    unknown."""

    relation: Relation
    assignment: tuple[tuple[str, str], ...] = ()
    tests: int = 0
    reason: str = ""

    @property
    def inputs(self) -> str:
        """For people."""
        return ", ".join(text if name[:1] == "x" else f"{name} := {text}" for name, text in self.assignment)


def compare(session: Session, spec: SpecFile, hole: ProgramHole, left: Candidate, right: Candidate) -> Comparison:
    """Look for an input where the two differ, then for a proof that they are equal, then longer for an input.

    Raises MachineryError, and LimitHit("cancelled")."""
    scope = scope_between(spec, hole.command)
    text = scope.enter + "".join(
        f"namespace {space}\n{declaration(hole, each)}\nend {space}\n"
        for space, each in ((_LEFT, left), (_RIGHT, right))
    )
    whole = spec.snapshot.then(spec.slice(spec.header_end, spec.source.size))
    try:
        made = session.elaborate(whole, text, LIMITS, keep=True)
        if any(message.is_error for message in made.messages):
            return Comparison(Relation.UNKNOWN, reason="one of the two does not typecheck")
        base = whole.then(text)
        document = session.export(base, LIMITS)
        own = hole.name.removeprefix(scope.namespace + ".") if scope.namespace else hole.name
        names = [".".join(part for part in (scope.namespace, space, own) if part) for space in (_LEFT, _RIGHT)]
        definitions = Definitions(document)
        program = definitions.document.find(parse_name(names[0]))
        if program is None:
            return Comparison(Relation.UNKNOWN, reason="it cannot be found again")
        arguments = [f"x{i}" for i in range(_arity(definitions.document, program))]
        sides = [" ".join([f"@_root_.{name}", *arguments]) for name in names]
        bound = f"∀ {' '.join(arguments)}, " if arguments else ""
        statement = f"theorem {_SAME} : {bound}{sides[0]} = {sides[1]} := by\n"
        stated = session.elaborate(base, statement + "  sorry\n", LIMITS, goals=True)
        goals = [goal for found in stated.holes for goal in found.goals if goal.closed is not None]
        if not goals or goals[0].closed is None:
            return Comparison(Relation.UNKNOWN, reason="that they are equal cannot be stated")
        closed = goals[0].closed
        verdict = test_goal(session, base, closed, definitions, QUICK)
        if not isinstance(verdict, Refuted):
            if _is_proved(session, base, statement, names, len(arguments)):
                return Comparison(Relation.EQUAL)
            if not isinstance(verdict, Untestable):
                verdict = test_goal(session, base, closed, definitions, THOROUGH)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return Comparison(Relation.UNKNOWN, reason=str(hit))
    if isinstance(verdict, Refuted):
        return Comparison(Relation.DIFFERENT, verdict.assignment, verdict.tests)
    if isinstance(verdict, Untestable):
        return Comparison(Relation.UNKNOWN, reason=verdict.reason)
    return Comparison(Relation.ALIKE, tests=verdict.tests)


def _arity(document: TermDocument, program: Constant) -> int:
    row, count = document.exprs[program.type], 0
    while row[0] == "p":
        row, count = document.exprs[row[3]], count + 1
    return count


def _is_proved(session: Session, base: Snapshot, statement: str, names: list[str], arity: int) -> bool:
    """By unfolding, and by one induction on any argument."""
    unfolded = ", ".join(f"_root_.{name}" for name in names)
    variables = [f"x{i}" for i in range(arity)]
    intro = f"intro {' '.join(variables)}\n" if variables else ""
    closers = f"(simp [{unfolded}]; done) | (simp only [{unfolded}]; grind) | grind [{unfolded}] | omega"
    closers += f" | (simp only [{unfolded}]; omega) | (simp only [{unfolded}]; split <;> grind)"
    blocks = [f"{intro}first | rfl | {closers}"]
    for each in variables:
        rest = [other for other in variables if other != each]
        general = f" generalizing {' '.join(rest)}" if rest else ""
        blocks.append(f"{intro}induction {each}{general} <;> first | rfl | {closers} | (simp_all [{unfolded}]; done)")
    for block in blocks:
        proof = "".join(f"  {line}\n" for line in block.split("\n"))
        try:
            answer = session.elaborate(base, statement + proof, _PROOF)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            continue
        if not any(m.is_error or m.kind == "hasSorry" for m in answer.messages):
            return True
    return False
