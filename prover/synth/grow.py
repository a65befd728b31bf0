"""Right results at inputs where no likely one is right: the values of terms over what is known at smaller inputs.

Results of a recursive program are made of its results at the parts of the input: `compile (.add a b)` of `compile a`
and `compile b`. So where the oracle's pool has no right result, it is asked about the values of small terms over the
input's parts and the right results there, case by case. A term that is right at one input is the first guess at the
others of its case; so a specification that relates inputs to results in any way gives examples level by level.

Where several results are right, the guess that is right at most inputs of the case says which one to go on with: a
program gives one of them, and its results at larger inputs are made of that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from prover.synth.enumerate import solve
from prover.synth.natives import Native
from prover.synth.oracle import Input, Oracle
from prover.synth.problem import STUCK, Anything, Effort, Problem, Row, Term
from prover.synth.recursion import Branch, Goal, structural

_TERMS = 600
_POOL = 160
"""Values that are tried at one input where no guess is right."""
_MISSING, _KNOWN = 14, 10
"""Inputs of a case in one round, the smallest ones: those without a right result, and those with one."""
_GUESSES = 6
_ROUNDS = 4
_VAIN = 2
"""After so many inputs of a case without a right value it is left alone."""
_REQUESTS = 60
"""All that growing may cost for one hole."""
_EFFORT = Effort(terms=8_000, level=1_500, seconds=1.5, size=7, depth=0, solutions=_TERMS)

_Case = tuple[int, str]
"""The place of the parameter and the pattern."""


@dataclass
class Grower:
    """Adds to what an oracle knows. `preferred`: the result to go on with at an input with several right ones."""

    oracle: Oracle
    preferred: dict[Input, Native] = field(default_factory=dict)
    _vain: dict[_Case, int] = field(default_factory=dict)
    _seen: set[tuple[int, Input]] = field(default_factory=set)
    """Rows that were asked about, by their values: a call's value may change."""
    _spent: int = 0

    def grow(self, goal: Goal, inputs: Sequence[Input]) -> None:
        """Look for right results at those of these inputs that have none. Raises what the session raises."""
        ordered = sorted((i for i in inputs if i in self.oracle.spoken), key=lambda given: len(repr(given)))
        for position in range(len(goal.names)):
            branches, _ = next(structural(goal, position), ((), ""))
            for _ in range(_ROUNDS):
                known = replace(goal, examples=self.oracle.right(ordered), preferred=self.preferred)
                if not sum(self._case(known, position, branch, ordered) for branch in branches):
                    break

    def _case(self, goal: Goal, position: int, branch: Branch, ordered: Sequence[Input]) -> int:
        """Grow the inputs that fall under a case and whose recursive calls have known values. How many it found."""
        case = position, branch.pattern
        fall = [(i, row) for i in ordered if (row := row_of(goal, branch, i, Anything())) is not None]
        missing = [pair for pair in fall if not self.oracle.known.get(pair[0])][:_MISSING]
        new = any((position, row.values) not in self._seen for _, row in missing)
        if not missing or not new or self._vain.get(case, 0) >= _VAIN or self._spent >= _REQUESTS:
            return 0
        rows = [*[pair for pair in fall if self.oracle.known.get(pair[0])][:_KNOWN], *missing]
        self._seen |= {(position, row.values) for _, row in missing}
        began = self.oracle.calls
        guesses = _Guesses(self.oracle, [given for given, _ in rows], _terms(goal, branch, [row for _, row in rows]))
        guesses.offer()
        for at, (given, _) in enumerate(rows):
            if self.oracle.known.get(given):
                continue
            if not guesses.offer_all(at):
                self._vain[case] = self._vain.get(case, 0) + 1
                if self._vain[case] >= _VAIN or self._spent + self.oracle.calls - began >= _REQUESTS:
                    break
                continue
            guesses.offer()
            if any(goal.value(i) not in (None, (value,)) for i, value in guesses.best().items()):
                break  # calls have other values now
        self._spent += self.oracle.calls - began
        self.preferred |= guesses.best()
        return sum(1 for given, _ in missing if self.oracle.known.get(given))


@dataclass
class _Guesses:
    """Terms for a case, with their values at some of its inputs."""

    oracle: Oracle
    inputs: Sequence[Input]
    terms: Sequence[Term]

    def _ranked(self) -> list[Term]:
        """Those that are right somewhere, at most inputs first."""
        known = [self.oracle.known.get(given, frozenset()) for given in self.inputs]
        rated = [
            (sum(value in right for value, right in zip(term.values, known, strict=True)), term) for term in self.terms
        ]
        return [term for count, term in sorted(rated, key=lambda each: -each[0]) if count]

    def offer(self) -> None:
        """Ask about the best ones everywhere: which others are right, and what else is right there."""
        best = self._ranked()[:_GUESSES]
        values = {i: [t.values[k] for t in best if t.values[k] is not STUCK] for k, i in enumerate(self.inputs)}
        self.oracle.offer({given: pool for given, pool in values.items() if pool})

    def offer_all(self, at: int) -> bool:
        """Ask about all values at one input. Whether one is right."""
        pool = list(dict.fromkeys(term.values[at] for term in self.terms if term.values[at] is not STUCK))
        given = self.inputs[at]
        return bool(pool) and bool(self.oracle.offer({given: pool[:_POOL]})[given])

    def best(self) -> Mapping[Input, Native]:
        """The result of the best right term at each input."""
        found: dict[Input, Native] = {}
        for term in self._ranked():
            for given, value in zip(self.inputs, term.values, strict=True):
                if value is not STUCK and value in self.oracle.known.get(given, frozenset()):
                    found.setdefault(given, value)
        return found


def row_of(goal: Goal, branch: Branch, given: Input, right: frozenset[Native]) -> Row | None:
    """The input as a row of the branch's problem; None where the case does not apply, or a call's value is unknown."""
    new = branch.split(given)
    if new is None:
        return None
    values = [goal.value(call.at(given, new)) for call in branch.calls]
    if None in values:
        return None
    return Row((*given, *new, *(v[0] for v in values if v is not None)), right)


def _terms(goal: Goal, branch: Branch, rows: Sequence[Row]) -> list[Term]:
    """Distinct terms of the result's type, those first that use the values of most recursive calls."""
    calls = tuple(f"call{i}" for i in range(len(branch.calls)))
    types = (*goal.signature.types, *branch.types, *[goal.signature.result] * len(calls))
    problem = Problem((*goal.names, *branch.names, *calls), types, goal.signature.result, tuple(rows))
    library = [each for each in goal.library if each.builds]
    found = list(islice(solve(problem, library, _EFFORT), _TERMS))
    return sorted(found, key=lambda term: (-sum(call in term.text for call in calls), term.size))
