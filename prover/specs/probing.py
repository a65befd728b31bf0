"""Whether a specification says anything about the output at one input: programs that differ there only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from decompose.counterexample.plan import Assignment, Plan
from decompose.counterexample.reify import Reifier
from decompose.counterexample.statement import Untestable, read_statement
from decompose.counterexample.terms import Terms, TooLargeError
from decompose.counterexample.values import Value
from decompose.counterexample.variants import variants
from decompose.spec import SpecFile
from decompose.text import TokenKind, tokens
from lean_project.check.terms import DocumentError, parse_name
from lean_project.errors import LimitHit
from lean_project.model import Limits
from lean_project.session import Session
from prover.synth.holes import Candidate, ProgramHole, declaration
from prover.synth.kernel import compute
from prover.synth.layout import Variable, binders, signature_end
from prover.synth.properties import Properties, Test
from prover.synth.scope import scope_between
from prover.synth.tester import Effort, Fate, Tester

LIMITS = Limits(seconds=60.0)
_ORIGINAL = "gentzen_original"
_LISTED = 600
"""Assignments of a theorem among which those with a given input are looked for."""


@dataclass(frozen=True, slots=True)
class Probe:
    """An input and what tests say of other outputs there: how many were tried, and how many no theorem refutes."""

    inputs: str
    tried: int
    survived: int
    example: str = ""

    @property
    def is_unconstrained(self) -> bool:
        return self.tried >= 2 and self.survived == self.tried


@dataclass
class Prober:
    """For one program. `reason`: why nothing can be probed, "" when it can. `calls` of its tester are not counted."""

    session: Session
    spec: SpecFile
    hole: ProgramHole
    program: Candidate
    properties: Properties
    outputs: int = 4
    reason: str = ""
    parameters: tuple[Variable, ...] = ()
    values: list[Assignment] = field(default_factory=list)
    """Inputs, smallest first."""
    results: list[Value] = field(default_factory=list)

    def __post_init__(self) -> None:
        code = [token for token in tokens(self.hole.head) if token.kind is not TokenKind.COMMENT]
        end = signature_end(self.hole.head, code, 0, len(code))
        self.parameters = tuple(binders(code[:end]))
        if not self.parameters:
            self.reason = "its arguments have no names"
            return
        try:
            self._read_domain()
        except (Untestable, DocumentError, TooLargeError) as why:
            self.reason = str(why) or "its type cannot be read"
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            self.reason = str(hit)

    def _read_domain(self) -> None:
        """Values of the argument types and of the result type, from `∀ inputs output, output = output`."""
        names = [each.name for each in self.parameters]
        scope = scope_between(self.spec, self.hole.command)
        whole = self.spec.snapshot.then(self.spec.slice(self.spec.header_end, self.spec.source.size))
        typed = " ".join(f"({each.name} : {each.type})" for each in self.parameters)
        applied = f"{self.hole.short} {' '.join(names)}"
        output = f"(gentzen_y : type_of% ({applied}))"
        text = f"{scope.enter}theorem gentzen_domain {typed} {output} : gentzen_y = gentzen_y := by\n"
        stated = self.session.elaborate(whole, text + "  sorry\n", LIMITS, goals=True)
        goals = [goal.closed for hole in stated.holes for goal in hole.goals if goal.closed is not None]
        if any(message.is_error for message in stated.messages) or not goals:
            self.reason = "its arguments cannot be quantified over"
            return
        statement, reader = read_statement(goals[0], self.properties.definitions)
        reifier = Reifier(reader, statement.universes)
        plan = Plan(statement, variants(statement, reader, reifier)[0], reifier)
        self.reason = plan.reason()
        if self.reason:
            return
        listed = list(islice(plan.exhaustive(), _LISTED))
        if any(len(each) != len(names) + 1 for each in listed):
            self.reason = "some of its arguments are no data"
            return
        self.values = list(dict.fromkeys(each[:-1] for each in listed))
        self.results = list(dict.fromkeys(each[-1] for each in listed))

    def probe(self, inputs: Sequence[Assignment]) -> list[Probe]:
        """What the specification says at each input. Raises MachineryError, LimitHit("cancelled")."""
        wanted = self.results[: self.outputs + 1]
        pairs = [(values, result) for values in inputs for result in wanted]
        same = self._are_results(pairs)
        if same is None:
            return []
        points = {pair: self._point(*pair) for pair, is_result in zip(pairs, same, strict=True) if not is_result}
        killers = [test for values in inputs for test in self._tests_at(values)]
        effort = Effort(killers=len(killers) + 12)
        tester = Tester(self.session, self.spec, self.hole, self.properties, effort=effort, killers=killers)
        outcomes = dict(zip(points, tester.test(list(points.values())), strict=True))
        probes = []
        for values in inputs:
            own = {result: outcome for (at, result), outcome in outcomes.items() if at == values}
            usable = {r: o for r, o in own.items() if o.fate in (Fate.SURVIVED, Fate.REFUTED) and o.tried}
            alive = [result for result, outcome in usable.items() if outcome.fate is Fate.SURVIVED]
            probes.append(Probe(self.shown(values), len(usable), len(alive), alive[0].text if alive else ""))
        return probes

    def shown(self, values: Assignment) -> str:
        return ", ".join(f"{p.name} := {v.text}" for p, v in zip(self.parameters, values, strict=True))

    def _tests_at(self, values: Assignment) -> list[Test]:
        """Tests of every theorem whose variables take the values of the input."""
        wanted = {value.text for value in values}
        found: list[Test] = []
        for each in self.properties.tested:
            near = (a for a in islice(each.plan.exhaustive(), _LISTED) if wanted <= {value.text for value in a})
            found += [Test(each.number, assignment) for assignment in islice(near, 4)]
        return found

    def _original(self) -> tuple[str, ...]:
        """The program under another name, helpers first."""
        named = _renamed(declaration(self.hole, replace(self.program, helpers=())), self.hole.short, _ORIGINAL)
        return (*self.program.helpers, named)

    def _point(self, values: Assignment, result: Value) -> Candidate:
        """The program, with `result` at the input `values`."""
        names = [each.name for each in self.parameters]
        here = " ∧ ".join(f"{name} = {value.argument()}" for name, value in zip(names, values, strict=True))
        body = f"if {here} then {result.argument()} else {_ORIGINAL} {' '.join(names)}"
        return Candidate(body, self._original(), origin=f"{self.shown(values)} gives {result.text}")

    def _are_results(self, pairs: Sequence[tuple[Assignment, Value]]) -> list[bool] | None:
        """Whether each output is the program's own; None when that cannot be computed."""
        scope = scope_between(self.spec, self.hole.command)
        whole = self.spec.snapshot.then(self.spec.slice(self.spec.header_end, self.spec.source.size))
        own = "\n\n".join(self._original())
        calls = [f"{_ORIGINAL} {' '.join(value.argument() for value in values)}" for values, _ in pairs]
        lines = [
            f"def same{i} : Nat := if {call} = {result.argument()} then 1 else 0"
            for i, (call, (_, result)) in enumerate(zip(calls, pairs, strict=True))
        ]
        text = f"{scope.enter}namespace gentzen_probe\n{own}\n\n" + "\n".join(lines) + "\nend gentzen_probe\n"
        try:
            made = self.session.elaborate(whole, text, LIMITS, keep=True)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return None
        if any(message.is_error for message in made.messages):
            self.reason = "its outputs cannot be compared"
            return None
        terms = Terms()
        space = f"{scope.namespace}.gentzen_probe" if scope.namespace else "gentzen_probe"
        roots = [terms.add("c", parse_name(f"{space}.same{i}"), ()) for i in range(len(pairs))]
        found = compute(self.session, whole.then(text), terms, roots, 1, LIMITS)
        if found is None:
            self.reason = "it is too slow to be evaluated, or cannot be"
        return None if found is None else [bool(value) for value in found]


def _renamed(text: str, old: str, new: str) -> str:
    pieces, at = [], 0
    for token in tokens(text):
        if token.kind is TokenKind.WORD and (token.text == old or token.text.startswith(f"{old}.")):
            pieces += [text[at : token.start], new + token.text[len(old) :]]
            at = token.end
    return "".join((*pieces, text[at:]))
