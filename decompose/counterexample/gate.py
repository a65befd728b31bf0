"""The counterexample gate: a closed goal in, refuted, passed or untestable out.

Source: property-based testing (QuickCheck, SmallCheck, Plausible), evaluated by Lean's kernel in batches. A refutation
is as good as the kernel's computation; the proof of the negation is another step (`disproof`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from random import Random

from decompose.counterexample import code
from decompose.counterexample.footing import SORRY, rests_on
from decompose.counterexample.plan import Assignment, Plan, measure
from decompose.counterexample.prelude import BLOCKED, PASSED, PRELUDE, REFUTED, SKIPPED, UNKNOWN
from decompose.counterexample.reify import Reifier
from decompose.counterexample.statement import Role, Statement, read_statement
from decompose.counterexample.statement import Untestable as Reason
from decompose.counterexample.terms import TooLargeError
from decompose.counterexample.variants import Variant, variants
from decompose.counterexample.verdict import Passed, Refuted, Untestable, Verdict
from decompose.definitions import Definitions
from lean_project.check.terms import DocumentError
from lean_project.errors import LimitHit, RequestError
from lean_project.model import ClosedGoal, Limits, Snapshot
from lean_project.session import Session


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look. `first`, `batch`: tests in the first request and in the others. `batches`: requests with tests,
    shrinking left out (more where one runs out of time). `large`: tests of a batch with numbers up to LARGE. `seconds`:
    bound of one request. `setup_seconds`: bound of the one that elaborates the decision procedures. `shrinks`: requests
    for shrinking. `enough`: tests with true hypotheses that suffice, once some of them were random."""

    first: int = 60
    batch: int = 100
    batches: int = 3
    large: int = 15
    seconds: float = 2.0
    setup_seconds: float = 10.0
    shrinks: int = 8
    enough: int = 60


EFFORT = Effort()
LARGE = 130
"""Small enough for functions that count down in unary."""
_RETRIES = 3


def test_goal(
    session: Session,
    base: Snapshot,
    goal: ClosedGoal,
    definitions: Definitions,
    effort: Effort = EFFORT,
    *,
    seed: str = "",
) -> Verdict:
    """Test `goal`, which comes from code on `base`; `definitions`: what the file declares before it.

    Deterministic: random values depend on `seed` (the goal key; "" : the goal itself) only. Raises MachineryError, and
    LimitHit("cancelled"); every other limit ends in a verdict.
    """
    try:
        statement, reader = read_statement(goal, definitions)
        reifier = Reifier(reader, statement.universes)
        choices = variants(statement, reader, reifier)
        plans = [Plan(statement, choice, reifier) for choice in choices]
        if reasons := [reason for plan in plans if (reason := plan.reason())]:
            return Untestable(reasons[0])
        setup = code.predicates(statement, reader)
    except Reason as why:
        return Untestable(str(why))
    except (DocumentError, TooLargeError):
        return Untestable("the goal cannot be read")
    random = Random(seed or sha256(repr(goal.document).encode()).hexdigest())
    tester = _Tester(session, base, statement, choices, plans, effort, random)
    try:
        return tester.prepare(setup) or tester.run()
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return Untestable(f"{hit} while Lean prepared the tests")


@dataclass
class _Tester:
    """One goal under test. A test is (index of variant, assignment)."""

    session: Session
    base: Snapshot
    statement: Statement
    choices: Sequence[Variant]
    plans: Sequence[Plan]
    effort: Effort
    random: Random
    snapshot: Snapshot = field(init=False)
    usable: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0] * 8)
    satisfying: list[tuple[int, Assignment]] = field(default_factory=list)
    trouble: str = ""

    def prepare(self, predicates: Sequence[str]) -> Untestable | None:
        """Bring decision procedures and test functions into Lean, without those that it refuses."""
        ready = self.base.then(PRELUDE).define(self.statement.document)
        checks = [code.check(i, self.statement, choice) for i, choice in enumerate(self.choices)]
        kept = [*predicates, *checks]
        for _ in range(3):
            text = "\n".join(kept)
            answer = self.session.elaborate(ready, text, Limits(self.effort.setup_seconds), keep=True)
            starts: list[int] = []
            at = 0
            for piece in kept:
                starts.append(at)
                at += len(piece.encode()) + 1
            bad = {
                max(i for i, start in enumerate(starts) if start <= command.start)
                for command in answer.commands
                if command.has_error
            }
            if not bad:
                self.snapshot = ready.then(text)
                self.usable = [i for i, check in enumerate(checks) if check in kept]
                return None
            refused = [m.text for c in answer.commands if c.has_error for m in c.messages if m.is_error]
            kept = [piece for i, piece in enumerate(kept) if i not in bad]
            if not any(check in kept for check in checks):
                return Untestable(f"Lean does not accept the test: {refused[0].splitlines()[0][:200]}")
        return Untestable("Lean does not accept the test")

    def run(self) -> Verdict:
        waiting = self._exhaustive()
        done: set[tuple[int, Assignment]] = set()
        for number in range(self.effort.batches):
            tests = list(islice(waiting, self.effort.first if number == 0 else self.effort.batch // 2))
            if number:
                tests += self._random(self.effort.batch - len(tests) - self.effort.large, 5 << number)
                tests += self._random(self.effort.large, LARGE)
            tests = [each for each in dict.fromkeys(tests) if each not in done]
            if not tests:
                break
            done.update(tests)
            failing = self._test(tests)
            if failing:
                smallest = min(failing, key=lambda each: measure(each[1]))
                if self._rests_on_sorry(smallest[0]):
                    return Untestable("what decides it rests on `sorry`")
                return self._refuted(smallest)
            if self.trouble or (number and self.counts[PASSED] >= self.effort.enough):
                break
        return self._verdict()

    def _verdict(self) -> Verdict:
        tests = self.counts[PASSED] + self.counts[SKIPPED]
        if self.counts[PASSED]:
            return Passed(tests, self.counts[PASSED], self.counts[UNKNOWN] + self.counts[BLOCKED])
        if self.counts[UNKNOWN]:
            return Untestable("the target is not decidable")
        if self.counts[BLOCKED]:
            return Untestable("a hypothesis is not decidable")
        if tests:
            return Passed(tests, 0)
        if self.trouble:
            return Untestable(self.trouble)
        return Passed(0, 0)  # a type without values stands before everything

    def _exhaustive(self) -> Iterable[tuple[int, Assignment]]:
        """Small assignments, the variants taking turns."""
        turns = deque((i, iter(self.plans[i].exhaustive())) for i in self.usable)

        def generate() -> Iterable[tuple[int, Assignment]]:
            while turns:
                i, source = turns.popleft()
                some = list(islice(source, 8))
                yield from ((i, each) for each in some)
                if len(some) == 8:
                    turns.append((i, source))

        return iter(generate())

    def _random(self, count: int, size: int) -> list[tuple[int, Assignment]]:
        made: list[tuple[int, Assignment]] = []
        for turn in range(4 * count):
            if len(made) >= count:
                break
            i = self.usable[turn % len(self.usable)]
            if self.satisfying and self.random.random() < 0.5:
                i, near = self.random.choice(self.satisfying)
                assignment = self.plans[i].neighbour(near, self.random, size)
            else:
                assignment = self.plans[i].random(self.random, self.random.randint(1, size))
            if assignment is not None:
                made.append((i, assignment))
        return made

    def _test(self, tests: Sequence[tuple[int, Assignment]]) -> list[tuple[int, Assignment]]:
        """Evaluate tests in one request, in parts where that is too much. Returns the failing ones."""
        failing: list[tuple[int, Assignment]] = []
        parts = deque([list(tests)])
        left = _RETRIES
        while parts:
            part = parts.popleft()
            codes = self._evaluate(part)
            if codes is not None:
                self._count(part, codes, failing)
                continue
            left -= 1
            if left < 0 or len(part) == 1:
                break
            # Small values come first, so the first part is the one with more hope; the last tests have large numbers.
            parts.append(part[: max(1, len(part) * 2 // 3 if left == _RETRIES - 1 else len(part) // 4)])
        return failing

    def _count(
        self, tests: Sequence[tuple[int, Assignment]], codes: Sequence[int], failing: list[tuple[int, Assignment]]
    ) -> None:
        for test, outcome in zip(tests, codes, strict=True):
            self.counts[outcome] += 1
            if outcome == REFUTED:
                failing.append(test)
            elif outcome == PASSED:
                self.satisfying.append(test)

    def _evaluate(self, tests: Sequence[tuple[int, Assignment]]) -> list[int] | None:
        """Codes of the tests; None, and `trouble`, when Lean has no answer."""
        try:
            snapshot = self.snapshot.define(code.batch(tests))
            answer = self.session.evaluate(snapshot, code.RUN_CODE, code.RUN, Limits(self.effort.seconds))
        except RequestError as refused:
            self.trouble = f"Lean's kernel refuses a test: {str(refused).splitlines()[0][:200]}"
            return None
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            self.trouble = str(hit)
            return None
        if answer.value is None:
            errors = [message.text for message in answer.messages if message.is_error]
            said = errors[0].splitlines()[0][:200] if errors else f"it is stuck at {answer.stuck or 'a term'}"
            self.trouble = f"Lean's kernel cannot compute a test: {said}"
            return None
        return code.codes(answer.value, len(tests))

    def _rests_on_sorry(self, i: int) -> bool:
        """Instances of the file, or its programs, may have open proofs in them: a refutation by those means nothing."""
        document = self.session.export(self.snapshot, Limits(self.effort.setup_seconds))
        return rests_on(document, code.check_name(i), {SORRY})

    def _refuted(self, failing: tuple[int, Assignment]) -> Refuted:
        """Shrink, then say it in Lean's notation."""
        i, best = failing
        seen = {best}
        for _ in range(self.effort.shrinks):
            steps = [each for each in self.plans[i].below(best) if each not in seen][: self.effort.batch]
            if not steps:
                break
            seen.update(steps)
            smaller = self._test([(i, each) for each in steps])
            if not smaller:
                break
            best = min((each for _, each in smaller), key=measure)
        return self._said(i, best)

    def _said(self, i: int, assignment: Assignment) -> Refuted:
        values = iter(assignment)
        shown: list[tuple[str, str]] = []
        plain: list[str] = []
        lifted: list[str] = []
        for entry in self.statement.entries:
            if entry.role is Role.DATA:
                value = next(values)
                shown.append((entry.name, value.text))
                plain.append(value.argument())
                lifted.append(value.argument(lifted=True))
                continue
            text = self.choices[i].texts[entry.variable]
            if entry.role is not Role.INSTANCE:
                shown.append((entry.name, text.replace("_root_.", "")))
            plain.append(f"({text})")
            lifted.append("(_root_.ULift _root_.Nat)" if entry.role is Role.TYPE else f"({text})")
        places = self.statement.places
        return Refuted(
            tuple(shown),
            tuple(None if place is None else plain[place] for place in places),
            tuple(None if place is None else lifted[place] for place in places) if self.statement.levels else (),
            sum(self.counts),
        )
