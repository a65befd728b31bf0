"""Tests of candidates: typecheck hundreds in one request, then run the specification's theorems on values.

A candidate dies by a test only if Lean's kernel computed that a theorem's hypotheses hold and its conclusion does not.
What cannot be computed in time kills nobody: it stays undecided, and the proof has the last word. Inputs that killed a
candidate are tried first on every later one (counterexample-guided synthesis, Solar-Lezama 2008); `Tester.killers` is
the store, shared by all candidates of a hole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from random import Random

from decompose.counterexample.footing import SORRY, rests_on
from decompose.counterexample.plan import Assignment
from decompose.counterexample.prelude import BLOCKED, PASSED, REFUTED, UNKNOWN
from decompose.counterexample.terms import Terms
from decompose.counterexample.values import Value
from decompose.spec import SpecFile
from lean_project.check.terms import parse_name
from lean_project.errors import LimitHit, MachineryError
from lean_project.model import Command, Limits, Snapshot
from lean_project.session import Session
from prover.synth.holes import Candidate, ProgramHole, declaration
from prover.synth.kernel import MOST_BITS, compute
from prover.synth.literals import NEAR, numbers
from prover.synth.paid import ends_the_work
from prover.synth.properties import Properties, Property, Test
from prover.synth.scope import Scope, scope_between

_BITS = 3
_SPACE = "gentzen_candidate"
_NAMESPACE, _END = "Lean.Parser.Command.namespace", "Lean.Parser.Command.end"
_DECLARATION = "Lean.Parser.Command.declaration"


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to test.

    `rounds`: tests of each theorem in the first round, the second, ...; `random`: the share of random ones in all
    rounds but the first, of values up to `sizes`; `special`: those of the next round, near numbers that the
    specification names; `drawn`: small random ones for what has survived until then, of which at most `rest` where the
    hypotheses hold are kept. `batch`: candidates that are elaborated in one request. `work`: tests of one kernel
    request (the embedded kernel does 10 to 100 a second), which is bounded by `seconds` and `seconds_each` for each of
    its tests, since heartbeats do not bound the kernel. `patience`: requests for a single candidate that may run out
    of time before it counts as slow. `killers`: how many stored inputs are kept."""

    rounds: tuple[int, ...] = (4, 10, 24)
    special: int = 12
    drawn: int = 160
    rest: int = 40
    random: float = 0.5
    sizes: tuple[int, ...] = (4, 9, 20)
    batch: int = 60
    work: int = 64
    seconds: float = 3.0
    seconds_each: float = 0.25
    elaboration_seconds: float = 60.0
    elaboration_heartbeats: int = 20_000
    patience: int = 2
    killers: int = 12


EFFORT = Effort()


class Fate(StrEnum):
    """What tests say about a candidate."""

    SURVIVED = "survived"
    """No test refutes it."""
    REFUTED = "refuted"
    """A test does."""
    ILL_TYPED = "ill_typed"
    """Lean does not accept it as a definition, its termination included."""
    ESCAPED = "escaped"
    """Its text does not stay in its place: it closes namespaces, declares what is no definition, ..."""
    SLOW = "slow"
    """It could not be evaluated on the smallest inputs within the limits. Not wrong, as far as is known."""
    LOST = "lost"
    """The machinery failed while it was looked at: nothing is known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one candidate. `reason`: for people. `killer`: the test that refuted it.

    `passed`: tests whose hypotheses held and whose conclusion did; `tried`: tests with an answer. `near`: for refuted
    ones, the share of all theorems that no test refuted.
    """

    candidate: Candidate
    fate: Fate
    reason: str = ""
    killer: Test | None = None
    passed: int = 0
    tried: int = 0
    near: float = 0.0

    @property
    def alive(self) -> bool:
        """Worth a proof: nothing speaks against it."""
        return self.fate in (Fate.SURVIVED, Fate.SLOW)


@dataclass
class _Running:
    """A candidate under test. `name`: of its constant in the batch. `wrong`: names of refuted properties."""

    candidate: Candidate
    name: str
    passed: int = 0
    tried: int = 0
    failures: int = 0
    wrong: dict[str, Test] = field(default_factory=dict)


class Tester:
    """Tests candidates for one hole. Deterministic: random values depend on `seed` only. Not thread-safe."""

    __test__ = False  # pytest would take it for a test

    def __init__(
        self,
        session: Session,
        spec: SpecFile,
        hole: ProgramHole,
        properties: Properties,
        *,
        effort: Effort = EFFORT,
        killers: Sequence[Test] = (),
        seed: str = "",
    ) -> None:
        self.session, self.spec, self.hole, self.properties, self.effort = session, spec, hole, properties, effort
        self.killers: list[Test] = list(killers)
        self.calls = 0
        """Requests to Lean so far."""
        self._scope: Scope = scope_between(spec, hole.command)
        self._seed = seed or sha256(spec.text.encode()).hexdigest()
        self._random = Random(self._seed)
        self._rests_on_sorry: bool | None = None
        self._rest: list[Test] | None = None
        self._rounds = [*(list(self._round(i)) for i in range(len(effort.rounds))), list(self._special())]

    def _round(self, number: int) -> Iterator[Test]:
        """The tests of a round: the smallest values first, then random ones, the properties taking turns."""
        effort, columns = self.effort, []
        for each in self.properties.tested:
            start = sum(effort.rounds[:number])
            count = effort.rounds[number]
            wanted = count if number == 0 else round(count * (1 - effort.random))
            values = list(islice(each.plan.exhaustive(), start, start + wanted))
            for _ in range(2 * (count - len(values)) if values or number else 0):
                if len(values) >= count:
                    break
                drawn = each.plan.random(self._random, self._random.randint(1, effort.sizes[number]))
                if drawn is not None:
                    values.append(self._related(each, drawn, self._random))
            columns.append([Test(each.number, value) for value in dict.fromkeys(values)])
        return _in_turn(columns)

    def _hard(self, snapshot: Snapshot, program: _Running) -> list[Test]:
        """Small random tests whose hypotheses hold, found out once, with the first survivor. A survivor costs a proof
        attempt, which is dearer than all of them."""
        if self._rest is None:
            random = Random(f"{self._seed} rest")
            columns: list[list[Test]] = []
            for each in self.properties.tested:
                drawn = (each.plan.random(random, random.randint(1, 6)) for _ in range(self.effort.drawn))
                values = dict.fromkeys(self._related(each, value, random) for value in drawn if value is not None)
                columns.append(self._holding(snapshot, program, [Test(each.number, value) for value in values]))
            self._rest = list(_in_turn(columns))
        return self._rest

    def _holding(self, snapshot: Snapshot, program: _Running, tests: Sequence[Test]) -> list[Test]:
        """Those in which this program passes or fails, which it does where the hypotheses hold."""
        kept: list[Test] = []
        for at in range(0, len(tests), self.effort.work):
            part = tests[at : at + self.effort.work]
            codes = self._codes(snapshot, [program], part) or ()
            kept += (test for test, code in zip(part, codes, strict=False) if code in (PASSED, REFUTED))
            if len(kept) >= self.effort.rest:
                break
        return kept[: self.effort.rest]

    def _special(self) -> Iterator[Test]:
        """The tests of the last round: small values, with one number exchanged for one that the specification names,
        its neighbours, or its double. What is special there is special nowhere near 0."""
        named = numbers(self.spec.text)
        columns = []
        for each in self.properties.tested:
            small = list(islice(each.plan.exhaustive(), 2, 3)) or list(islice(each.plan.exhaustive(), 1))
            changed = (
                (*given[:i], Value(value.type, change(number)), *given[i + 1 :])
                for number in named
                for change in NEAR
                for given in small
                for i, value in enumerate(given)
                if value.type.name in ("Nat", "Int")
            )
            columns.append([Test(each.number, value) for value in islice(changed, self.effort.special)])
        return _in_turn(columns)

    def _related(self, about: Property, drawn: Assignment, random: Random) -> Assignment:
        """Half of the time, values that occur inside others: hypotheses like `x ∈ xs` then hold more often."""
        made = list(drawn)
        for i, value in enumerate(made):
            inside = [p for j, o in enumerate(drawn) if j != i for p in o.parts if p.type == value.type]
            if inside and random.random() < 0.5:
                made[i] = random.choice(inside)
        changed = tuple(made)
        return changed if about.plan.fits(changed) else drawn

    def test(self, candidates: Sequence[Candidate]) -> list[Outcome]:
        """What comes of each candidate, in order. Faults of the machinery are outcomes.

        Raises LimitHit when the work has to end."""
        outcomes: dict[Candidate, Outcome] = {}
        unique = list(dict.fromkeys(candidates))
        for at in range(0, len(unique), self.effort.batch):
            for outcome in self._batch(unique[at : at + self.effort.batch]):
                outcomes[outcome.candidate] = outcome
        return [outcomes[candidate] for candidate in candidates]

    def _batch(self, candidates: Sequence[Candidate]) -> list[Outcome]:
        """Elaborate these in one request; where one of them disturbs the others, in smaller ones."""
        pieces = [self._piece(number, candidate) for number, candidate in enumerate(candidates)]
        limits = Limits(self.effort.elaboration_seconds, self.effort.elaboration_heartbeats)
        text = self._scope.enter + "".join(pieces)
        self.calls += 1
        try:
            answer = self.session.elaborate(self.properties.snapshot, text, limits, keep=True)
        except (LimitHit, MachineryError) as fault:
            if isinstance(fault, LimitHit) and ends_the_work(fault):
                raise
            if len(candidates) > 1:
                return self._halves(candidates)
            lost = isinstance(fault, MachineryError)
            return [Outcome(candidates[0], Fate.LOST if lost else Fate.ILL_TYPED, f"not elaborated: {fault}")]
        at = len(self._scope.enter.encode())
        slots = []
        for piece in pieces:
            slots.append((at, at + len(piece.encode())))
            at += len(piece.encode())
        groups = [[c for c in answer.commands if start <= c.start < end] for start, end in slots]
        orderly = [_orderly(group, *slot) for group, slot in zip(groups, slots, strict=True)]
        if not all(orderly):
            if len(candidates) > 1:
                return self._halves(candidates)
            return [Outcome(candidates[0], Fate.ESCAPED, "its text does not stay inside its place")]
        outcomes: dict[int, Outcome] = {}
        running: dict[int, _Running] = {}
        for number, (candidate, group) in enumerate(zip(candidates, groups, strict=True)):
            errors = [m.text for c in group for m in c.messages if m.is_error]
            name = self._constant(number)
            if errors:
                outcomes[number] = Outcome(candidate, Fate.ILL_TYPED, errors[0].strip().partition("\n")[0][:300])
            elif any(hole for c in group for hole in c.holes):
                outcomes[number] = Outcome(candidate, Fate.ILL_TYPED, "it holds a `sorry` of its own")
            elif not any(name in c.declarations for c in group):
                outcomes[number] = Outcome(candidate, Fate.ESCAPED, "it declares something else")
            else:
                running[number] = _Running(candidate, name)
        done = self._evaluate(self.properties.snapshot.then(text), list(running.values()))
        outcomes |= dict(zip(running, done, strict=True))
        return [outcomes[number] for number in range(len(candidates))]

    def _halves(self, candidates: Sequence[Candidate]) -> list[Outcome]:
        half = len(candidates) // 2
        return [*self._batch(candidates[:half]), *self._batch(candidates[half:])]

    def _piece(self, number: int, candidate: Candidate) -> str:
        space = f"{_SPACE}{number}"
        return f"namespace {space}\n{declaration(self.hole, candidate)}\nend {space}\n"

    def _constant(self, number: int) -> str:
        own = self._scope.namespace
        inside = self.hole.name.removeprefix(own + ".") if own else self.hole.name
        return ".".join(part for part in (own, f"{_SPACE}{number}", inside) if part)

    def _evaluate(self, snapshot: Snapshot, running: list[_Running]) -> list[Outcome]:
        tests = {each.number: each for each in self.properties.tested}
        killers = [test for test in self.killers if test.number in tests]
        for suite in (killers, *self._rounds):
            alive = [each for each in running if not each.wrong and each.failures < self.effort.patience]
            if alive and suite:
                self._suite(snapshot, alive, suite)
        alive = [each for each in running if not each.wrong and each.failures < self.effort.patience]
        if alive:
            self._suite(snapshot, alive, self._hard(snapshot, alive[0]))
        outcomes = [self._outcome(each) for each in running]
        if any(o.fate is Fate.REFUTED for o in outcomes) and self._on_sorry():
            # What decides a theorem has an open proof in it, so a refutation says nothing.
            return [Outcome(o.candidate, Fate.SURVIVED, "its tests rest on `sorry`") for o in outcomes]
        for outcome in outcomes:
            if outcome.killer is not None:
                self.learn(outcome.killer)
        return outcomes

    def _outcome(self, each: _Running) -> Outcome:
        if each.wrong:
            test = next(iter(each.wrong.values()))
            count = max(1, len({p.name for p in self.properties.tested}))
            near = 1 - len(each.wrong) / count
            return Outcome(
                each.candidate, Fate.REFUTED, self.shown(test), test, each.passed, each.tried, near if near else 0.0
            )
        if each.failures >= self.effort.patience and not each.passed:
            return Outcome(each.candidate, Fate.SLOW, "too slow to be evaluated", None, 0, each.tried)
        return Outcome(each.candidate, Fate.SURVIVED, "", None, each.passed, each.tried)

    def learn(self, test: Test) -> None:
        """A test that is known to kill goes before the others."""
        if test not in self.killers:
            self.killers = [test, *self.killers][: self.effort.killers]

    def shown(self, test: Test) -> str:
        """A test for people: the theorem and the values."""
        return self._property(test.number).shown(test.values)

    def _property(self, number: int) -> Property:
        return next(each for each in self.properties.tested if each.number == number)

    def _suite(self, snapshot: Snapshot, running: list[_Running], suite: Sequence[Test]) -> None:
        """Run tests on candidates, as many at a time as one request takes; refuted ones drop out on the way."""
        size = max(1, min(MOST_BITS // _BITS, self.effort.work) // max(1, len(running)))
        at = 0
        while at < len(suite):
            alive = [each for each in running if not each.wrong and each.failures < self.effort.patience]
            if not alive:
                return
            self._block(snapshot, alive, suite[at : at + size])
            at += size

    def _block(self, snapshot: Snapshot, running: Sequence[_Running], tests: Sequence[Test]) -> None:
        if len(running) * len(tests) > MOST_BITS // _BITS:
            half = len(running) // 2
            self._block(snapshot, running[:half], tests)
            self._block(snapshot, running[half:], tests)
            return
        codes = self._codes(snapshot, running, tests)
        if codes is not None:
            for number, each in enumerate(running):
                self._count(each, tests, codes[number * len(tests) : (number + 1) * len(tests)])
        elif len(running) > 1:
            half = len(running) // 2
            self._block(snapshot, running[:half], tests)
            self._block(snapshot, running[half:], tests)
        else:
            running[0].failures += 1
            if len(tests) > 1 and running[0].failures < self.effort.patience:
                # The smallest values come first. What is left out stays undecided.
                self._block(snapshot, running, tests[: max(1, len(tests) // 4)])

    def _codes(self, snapshot: Snapshot, running: Sequence[_Running], tests: Sequence[Test]) -> list[int] | None:
        terms = Terms()
        properties = {each.number: each for each in self.properties.tested}
        roots = []
        for each in running:
            for test in tests:
                about = properties[test.number]
                program = terms.add("c", parse_name(each.name), about.levels)
                roots.append(about.call(terms, program, test.values))
        self.calls += 1
        limits = Limits(self.effort.seconds + self.effort.seconds_each * len(roots))
        return compute(self.session, snapshot, terms, roots, _BITS, limits)

    def _count(self, each: _Running, tests: Sequence[Test], codes: Sequence[int]) -> None:
        for test, outcome in zip(tests, codes, strict=True):
            if outcome in (UNKNOWN, BLOCKED):
                continue
            each.tried += 1
            if outcome == PASSED:
                each.passed += 1
            elif outcome == REFUTED:
                each.wrong.setdefault(self._property(test.number).name, test)

    def _on_sorry(self) -> bool:
        """Whether the decision procedures rest on `sorry`: instances of the file may have open proofs in them."""
        if self._rests_on_sorry is None:
            document = self.session.export(self.properties.snapshot, Limits(self.effort.elaboration_seconds))
            checks = {".".join(map(str, each.check)) for each in self.properties.tested}
            self._rests_on_sorry = any(rests_on(document, name, {SORRY}) for name in checks)
        return self._rests_on_sorry


def _in_turn(columns: Sequence[Sequence[Test]]) -> Iterator[Test]:
    """The first of each, then the second of each, and so on."""
    for row in range(max(map(len, columns), default=0)):
        yield from (column[row] for column in columns if row < len(column))


def _orderly(commands: Sequence[Command], start: int, end: int) -> bool:
    """The commands of one candidate are its namespace, declarations, and the namespace's end."""
    if len(commands) < 3 or commands[0].start != start or commands[-1].end > end:
        return False
    kinds = [command.kind for command in commands]
    if kinds[0] != _NAMESPACE or kinds[-1] != _END:
        return False
    return all(kind == _DECLARATION for kind in kinds[1:-1])
