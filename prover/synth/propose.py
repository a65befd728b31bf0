"""Candidates for one hole: enumeration over examples that grow with every counterexample, mutants of near misses, and
whatever a policy writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from decompose.counterexample.values import Type
from decompose.text import TokenKind, tokens
from prover.synth.components import components
from prover.synth.grow import Grower
from prover.synth.holes import Candidate, ProgramHole
from prover.synth.literals import literals, numbers
from prover.synth.mutants import mutants, spread
from prover.synth.natives import Native
from prover.synth.oracle import Input, Oracle
from prover.synth.own import own_components, own_functions, types_with
from prover.synth.problem import Effort, Problem, Term
from prover.synth.rare import rare_components
from prover.synth.recursion import Examples, Goal
from prover.synth.signature import Signature, read_signature
from prover.synth.templates import batches
from prover.synth.tester import Fate, Outcome, Tester
from prover.synth.written import Failed, Write, nobody

Judge = Callable[[Sequence[Candidate]], list[Outcome]]
"""Tests candidates; remembers and reports what came of them."""

_SMALL, _DRAWN, _FIRST_INPUTS, _NEAR_INPUTS = 5, 4, 18, 24
_MORE, _MOST_INPUTS, _CHEAP = 8, 48, 30
"""More inputs are drawn, so many at once and up to so many, as long as all of them took so few requests."""
_LEARNT = 16
_NEAREST = 5
"""So many short tails of a list come before its neighbours by two, and these before its short beginnings."""
_REMEMBERED = 24
_ROUNDS = 10
_UNIQUE, _AMBIGUOUS = 6, 3
"""With so many inputs of one right result, those with more than so many are left out."""
_REPAIRS = 2
"""How often a policy is asked again, with what is wrong with its programs."""
_NEAR = 0.3
_MUTANTS = 40
_BLIND = 240


@dataclass
class Proposer:
    """Survivors of the tests for one hole, the first ones soonest. `write`: a policy's programs. `told`: why a survivor
    that was tried was no solution. `forbidden`: functions of its specification, which it must not call. `examples`:
    inputs with known right results."""

    hole: ProgramHole
    tester: Tester
    judge: Judge
    effort: Effort = field(default_factory=Effort)
    write: Write = nobody
    told: Callable[[Candidate], str] = lambda _: ""
    forbidden: Collection[str] = ()
    note: str = ""
    examples: int = 0

    def survivors(self) -> Iterator[Candidate]:
        """Raises what the session raises."""
        near: list[Outcome] = []
        yield from self._written(near)
        signature = read_signature(self.tester.properties, self.hole.name, proofs=True)
        if isinstance(signature, str):
            self.note = f"no enumeration: {signature}"
        else:
            for outcome in self._enumerated(signature):
                if outcome.alive:
                    yield outcome.candidate
                elif outcome.fate is Fate.REFUTED and outcome.near >= _NEAR:
                    near.append(outcome)
        yield from self._mutated(near)

    def _written(self, near: list[Outcome]) -> Iterator[Candidate]:
        """What a policy writes, and what it makes of that when it knows what is wrong with it: Lean's messages, inputs
        that refute it, theorems about it that were not proved. Adds to `near`."""
        failed: list[Failed] = []
        seen: set[str] = set()
        for _ in range(1 + _REPAIRS):
            new = [each for each in self.write(failed) if each.text not in seen]
            if not new:
                return
            seen |= {each.text for each in new}
            outcomes = self.judge(new)
            near += (o for o in outcomes if o.fate is Fate.REFUTED and o.near >= _NEAR)
            for outcome in outcomes:
                if outcome.alive:
                    yield outcome.candidate
                reason = self.told(outcome.candidate) if outcome.alive else outcome.reason
                failed.append(Failed(outcome.candidate, reason or str(outcome.fate)))

    def _enumerated(self, signature: Signature) -> Iterator[Outcome]:
        oracle = Oracle(self.tester.session, self.tester.properties, signature)
        functions = own_functions(self.tester.spec, self.hole, self.tester.properties, signature, self.forbidden)
        types, constructors = types_with(signature, functions)
        own = own_components(self.tester.session, self.tester.properties, functions)
        named = literals(self.tester.spec.text, types)
        library = [*own, *named, *components(types, constructors), *rare_components(types)]
        names, wrap = _names(self.hole, signature)
        if wrap and signature.proofs:
            self.note = "no enumeration: it has proofs as parameters, and not all parameters have names"
            return
        if not oracle.usable:
            self.note = "no theorem is about single inputs, so programs are enumerated without examples"
            yield from self._blind(Goal(self.hole.short, names, signature, {}, library), oracle, wrap, set())
            return
        inputs = list(oracle.fixed)
        if oracle.general:
            inputs += _closed([*oracle.small(_SMALL), *oracle.drawn(_DRAWN)], signature, _FIRST_INPUTS)
            inputs += oracle.near(numbers(self.tester.spec.text), _NEAR_INPUTS)
        # What killed candidates of an earlier run, or of a policy, is worth knowing from the start.
        fatal = [given for test in self.tester.killers for given in oracle.inputs_of(test)]
        inputs += [given for given in _closed(fatal, signature, _REMEMBERED) if given not in inputs]
        while oracle.general and len(inputs) < _MOST_INPUTS:
            oracle.right(inputs)
            new = [given for given in oracle.drawn(len(inputs)) if given not in inputs][:_MORE]
            if oracle.calls > _CHEAP or not new:
                break
            inputs += new
        tried: set[str] = set()
        solved: dict[tuple[Problem, Effort], Term | None] = {}
        grower = Grower(oracle)
        for number in range(_ROUNDS):
            oracle.right(inputs)
            grower.grow(Goal(self.hole.short, names, signature, {}, library), inputs)
            examples = _telling(oracle.right(inputs), grower.preferred)
            self.examples = len(examples)
            if not examples:
                self.note = "the right results of its theorems are not among those that were tried"
                break
            goal = Goal(self.hole.short, names, signature, examples, library, solved, grower.preferred)
            learnt: list[Input] = []
            retold = False
            for batch in batches(goal, self.effort):
                chunk = [each for each in batch if each.text not in tried]
                if not chunk:
                    continue
                tried.update(each.text for each in chunk)
                before = set(self.tester.killers)
                outcomes = self.judge([_wrapped(each, wrap) for each in chunk])
                yield from outcomes
                # What killed them, in tests or as a program to be proved, becomes examples before more are made.
                killers = [outcome.killer for outcome in outcomes if outcome.killer is not None]
                killers += (test for test in self.tester.killers if test not in before and test not in killers)
                for test in killers:
                    oracle.learn(test)
                fatal = [given for test in killers for given in oracle.inputs_of(test)]
                closed = _closed(fatal, signature, _LEARNT)
                learnt = [given for given in closed if given not in inputs]
                retold = any(given not in oracle.known for given in fatal)
                if learnt or retold:
                    break
            if not learnt and not retold and not number and oracle.general:
                more = [*oracle.small(2 * _SMALL), *oracle.drawn(2 * _DRAWN)]
                learnt = [i for i in _closed(more, signature, 2 * _FIRST_INPUTS) if i not in inputs]
            if not learnt and not retold:
                break
            inputs += learnt
        # What is right at the examples in the simplest way is wrong elsewhere, by theorems that give no examples.
        goal = Goal(self.hole.short, names, signature, _telling(oracle.right(inputs), {}), library)
        yield from self._blind(goal, oracle, wrap, tried)

    def _blind(self, goal: Goal, oracle: Oracle, wrap: str, tried: Collection[str]) -> Iterator[Outcome]:
        """Every program of the templates that is right at the goal's examples, small ones first, but those that were
        `tried`; tests decide."""
        from prover.synth.blind import blind_programs

        batch: list[Candidate] = []
        count = 0
        for candidate in blind_programs(goal, oracle.small(8), self.effort):
            if candidate.text in tried:
                continue
            batch.append(_wrapped(candidate, wrap))
            if len(batch) == self.tester.effort.batch:
                yield from self.judge(batch)
                count += len(batch)
                batch = []
            if count >= _BLIND:
                return
        if batch:
            yield from self.judge(batch)

    def _mutated(self, near: Sequence[Outcome]) -> Iterator[Candidate]:
        """Single mutations of the candidates that most theorems did not refute."""
        best = sorted(near, key=lambda outcome: -outcome.near)[:3]
        for outcome in best:
            found = spread(mutants(outcome.candidate.body), _MUTANTS)
            made = [Candidate(mutant.text, outcome.candidate.helpers, "mutation") for mutant in found]
            yield from (o.candidate for o in self.judge(made) if o.alive)


def _telling(examples: Examples, preferred: Collection[Input]) -> Examples:
    """Without inputs where almost anything seems right, if there are better ones: there the theorems that say what is
    right speak about something else, and what really is may not be among the results that were tried."""
    if sum(len(right) == 1 for right in examples.values()) < _UNIQUE:
        return examples
    return {i: right for i, right in examples.items() if len(right) <= _AMBIGUOUS or i in preferred}


def _names(hole: ProgramHole, signature: Signature) -> tuple[tuple[str, ...], str]:
    """Names for the parameters in a body, and what has to stand before it for those that the head does not name."""
    words = [t.text for t in tokens(hole.head) if t.kind is TokenKind.WORD]
    named = [name in words and name.isidentifier() for name in signature.names]
    if all(named):
        return signature.names, ""
    taken = set(words)
    fresh: list[str] = []
    for i, name in enumerate(signature.names):
        if named[i]:
            fresh.append(name)
            continue
        new = next(n for n in (f"a{k}" for k in range(1, 99)) if n not in taken)
        taken.add(new)
        fresh.append(new)
    first = named.index(False)
    return tuple(fresh), f"fun {' '.join(fresh[first:])} => "


def _wrapped(candidate: Candidate, wrap: str) -> Candidate:
    if not wrap:
        return candidate
    joined = "\n" if "\n" in candidate.body else ""
    return Candidate(f"{wrap.rstrip()}{joined or ' '}{candidate.body}", candidate.helpers, candidate.origin)


def _closed(inputs: Sequence[Input], signature: Signature, most: int) -> list[Input]:
    """The inputs, and then those with a parameter made smaller, which recursive calls will ask for: parts of lists and
    trees before smaller numbers, the smallest of them first, since what is right at the others is made of these."""
    found: dict[Input, None] = dict.fromkeys(inputs)
    places = sorted(enumerate(signature.types), key=lambda place: place[1].name == "Nat")
    for given in inputs:
        for i, type_ in places:
            for each in _below(given[i], type_, signature)[:_LEARNT]:
                found[(*given[:i], each, *given[i + 1 :])] = None
    return list(found)[:most]


def _below(value: Native, type_: Type, signature: Signature) -> list[Native]:
    """Parts of a value of its own type."""
    if type_.name == "List":
        tails, heads = [value[k:] for k in range(len(value), 0, -1)], [value[:k] for k in range(2, len(value))]
        pairs = [value[k : k + 2] for k in range(1, len(value) - 2)]
        return [*tails[:_NEAREST], *pairs[:_NEAREST], *heads[:_NEAREST], *tails[_NEAREST:], *heads[_NEAREST:]]
    if type_.name == "Nat" and value <= 12:
        return [value - 1, value // 2] if value else []
    if type_.name not in ("Option", "Prod") and type_ in signature.constructors:
        fields = signature.constructors[type_][value[0]].fields
        parts = [part for part, t in zip(value[1:], fields, strict=True) if t == type_]
        return [*(below for part in parts for below in _below(part, type_, signature)), *parts]
    return []
