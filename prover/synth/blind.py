"""Programs where examples are missing or say too little: terms that differ somewhere and are right where it is known
what is right, and recursions made of them, smallest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from prover.synth.branches import replaced
from prover.synth.enumerate import solve
from prover.synth.holes import Candidate
from prover.synth.oracle import Input, likely
from prover.synth.parts import solve_whole
from prover.synth.problem import Anything, Effort, Problem, Row
from prover.synth.recursion import Branch, Goal, structural

_EXAMPLES = 16
_FIRST = 4
"""The size up to which all components are tried."""
_TERMS = 60
_STEPS = 120


def blind_programs(goal: Goal, inputs: Sequence[Input], effort: Effort) -> Iterator[Candidate]:
    """Every distinct small term, then structural recursions; where the result of a recursive call is not among the
    goal's examples, it stands for any result. `inputs`: where terms have to differ; those with examples are added."""
    wide = replace(effort, depth=0, size=5, solutions=_STEPS)
    inputs = list(dict.fromkeys((*islice(goal.examples, _EXAMPLES), *inputs)))
    rows = tuple(Row(given, goal.examples.get(given, Anything())) for given in inputs)
    direct = Problem(goal.names, goal.signature.types, goal.signature.result, rows)
    constructors = goal.signature.constructors
    first = solve_whole(direct, goal.library, replace(wide, size=_FIRST), constructors)
    more = solve_whole(direct, goal.common, wide, constructors)
    for term in (*islice(first, _TERMS), *islice(more, _TERMS)):
        yield Candidate(term.text, (), "enumeration")
    for position in range(len(goal.names)):
        for branches, scrutinee in structural(goal, position):
            columns = [_bodies(goal, branch, inputs, wide) for branch in branches]
            if not all(columns):
                continue
            for total in range(_STEPS + len(columns)):
                for choice in _summing(columns, total):
                    lines = [f"| {b.pattern} => {text}" for b, text in zip(branches, choice, strict=True)]
                    yield Candidate("\n".join((f"match {scrutinee} with", *lines)), (), "structural recursion")


def _summing(columns: Sequence[Sequence[str]], total: int) -> Iterator[tuple[str, ...]]:
    """Choices whose places in their columns add up to `total`."""
    if not columns:
        if total == 0:
            yield ()
        return
    for place in range(min(total, len(columns[0]) - 1) + 1):
        for rest in _summing(columns[1:], total - place):
            yield (columns[0][place], *rest)


def _bodies(goal: Goal, branch: Branch, inputs: Sequence[Input], effort: Effort) -> list[str]:
    random = Random(branch.pattern)
    calls = [f"call{i}" for i in range(len(branch.calls))]
    rows = []
    for given in inputs:
        new = branch.split(given)
        if new is None:
            continue
        known = [goal.value(call.at(given, new)) for call in branch.calls]
        if None in known:
            pool = list(islice(likely(given, goal.signature, goal.signature.result), 12)) or [None]
            rows.append(Row((*given, *new, *(random.choice(pool) for _ in calls)), Anything()))
        else:
            values = (value[0] for value in known if value is not None)
            rows.append(Row((*given, *new, *values), goal.examples.get(given, Anything())))
    if not rows:
        return []
    problem = Problem(
        (*goal.names, *branch.names, *calls),
        (*goal.signature.types, *branch.types, *[goal.signature.result] * len(calls)),
        goal.signature.result,
        tuple(rows),
    )
    found = []
    for term in islice(solve(problem, goal.common, effort), _STEPS):
        text = term.text
        for placeholder, call in zip(calls, branch.calls, strict=True):
            text = replaced(text, placeholder, call.text)
        found.append(text)
    # A step without its recursive call makes no recursion.
    return sorted(found, key=lambda text: bool(calls) and goal.name not in text.split())[:_STEPS]
