"""The branches of a recursion as problems of their own: a term, a match of its own, or a helper that recurs.

A branch's variables are the parameters, the new ones of its case, and the values of its recursive calls, which the
examples say. What no term does, a match on one of these may (`match encode rest with ...`), or a function that
recurs on it (`insert x (sort rest)`), whose examples are the branch's rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from decompose.counterexample.values import Type
from prover.synth.enumerate import solve
from prover.synth.natives import Native
from prover.synth.oracle import Input
from prover.synth.parts import solve_whole
from prover.synth.problem import Anything, Effort, Problem, Row, Term
from prover.synth.recursion import Branch, Goal, fresh, structural

_BUILT = replace(Effort(), terms=6_000, level=1_500, seconds=0.5, size=8, depth=1)
_SMALL = 5
_MATCHED = 2
"""Variables of a branch that a match is tried on."""
_TOLD = 6
"""Rows that conditions about results need, or anything would tell them apart."""
_LOOKED, _RESULTS = 300, 2
_SHARE = 3
"""Of the time for a branch, a part of it for each case of a match in it."""
_NESTED = 2
"""Matches in one branch, one inside the other."""
_HELPER = 3
"""Parameters of a helper, at most."""


@dataclass(frozen=True)
class Body:
    """A text for a place in a program, and declarations that it needs."""

    text: str
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """A branch as a problem. `own`: where its new variables begin. `calls`: placeholders for its recursive calls, the
    last of the problem's variables; none where nothing is known about their values."""

    problem: Problem
    own: int
    calls: tuple[str, ...] = ()


def solve_match(goal: Goal, branches: Sequence[Branch], scrutinee: str, effort: Effort) -> Body | None:
    """`match scrutinee with ...` with every branch solved; None when one cannot be."""
    lines = [f"match {scrutinee} with"]
    helpers: dict[str, None] = {}
    share = replace(effort, solutions=1)
    for branch in branches:
        solved = solve_branch(goal, branch, share)
        if solved is None:
            return None
        lines.append(f"| {branch.pattern} => {solved.text}")
        helpers |= dict.fromkeys(solved.helpers)
    return Body("\n".join(lines), tuple(helpers))


def solve_branch(goal: Goal, branch: Branch, effort: Effort) -> Body | None:
    """A body for a case: a term over the parameters, the case's variables, and the values of recursive calls, or a
    match or a helper on them."""
    rows = _rows(goal, branch)
    if rows is None:
        return _anything(goal, (*goal.names, *branch.names), (*goal.signature.types, *branch.types))
    found = solve_rows(goal, rows, effort)
    if found is None:
        return None
    text = found.text
    for placeholder, call in zip(rows.calls, branch.calls, strict=False):  # without known values there are none
        text = replaced(text, placeholder, call.text)
    return Body(text, found.helpers)


def solve_rows(goal: Goal, rows: Rows, effort: Effort) -> Body | None:
    """A simple term, or else a helper, any term, or a match: a helper is right on more rows by smaller terms than a
    result whose parts are conditionals."""
    if (term := _simple(goal, rows.problem, effort)) is not None:
        return Body(term.text)
    if goal.inner == 0 and (helped := _helped(goal, rows, effort)) is not None:
        return helped
    if (term := first(goal, rows.problem, effort)) is not None:
        return Body(term.text)
    return _matched(goal, rows, effort) if goal.inner < _NESTED else None


def _rows(goal: Goal, branch: Branch) -> Rows | None:
    """None where no example falls under the case."""
    names, types = (*goal.names, *branch.names), (*goal.signature.types, *branch.types)
    plain: list[Row] = []
    known: list[Row] = []
    for given, right in goal.examples.items():
        new = branch.split(given)
        if new is None:
            continue
        plain.append(Row((*given, *new), right))
        values = [goal.value(call.at(given, new)) for call in branch.calls]
        if branch.calls and None not in values:
            known.append(Row((*given, *new, *(v[0] for v in values if v is not None)), right))
    if not plain:
        return None
    result, own = goal.signature.result, len(goal.names)
    if not known:
        return Rows(Problem(names, types, result, tuple(plain)), own)
    calls = tuple(f"call{i}" for i in range(len(branch.calls)))
    typed = (*types, *[result] * len(calls))
    return Rows(Problem((*names, *calls), typed, result, tuple(known)), own, calls)


def first(goal: Goal, problem: Problem, effort: Effort) -> Term | None:
    """The first solution, a simple one if there is one; looked for once."""
    simple = _simple(goal, problem, effort)
    if simple is not None:
        return simple
    if (problem, effort) not in goal.solved:
        terms = solve_whole(problem, goal.common, effort, goal.signature.constructors)
        goal.solved[problem, effort] = next(chain(_with_results(goal, problem, effort), terms), None)
    return goal.solved[problem, effort]


def _with_results(goal: Goal, problem: Problem, effort: Effort) -> Iterator[Term]:
    """Conditionals whose conditions are about results: `if (r + 1) * (r + 1) ≤ n then r + 1 else r`. Small terms that
    are right on most rows are variables of such a problem, so terms over them are small, too."""
    if len(problem.rows) < _TOLD:
        return
    free = replace(problem, rows=tuple(Row(row.values, Anything()) for row in problem.rows))
    small = replace(effort, seconds=effort.seconds / 4, size=3, depth=0, solutions=_LOOKED)
    made = [term for term in islice(solve(free, goal.common, small), _LOOKED) if term.size > 1 and not term.stuck]

    def right(term: Term) -> int:
        return sum(value in row.right for value, row in zip(term.values, problem.rows, strict=True))

    best = [term for term in sorted(made, key=right, reverse=True)[:_RESULTS] if right(term) > 1]
    if not best:
        return
    names = (*problem.names, *(f"({term.text})" for term in best))
    types = (*problem.types, *[problem.result] * len(best))
    values = zip(problem.rows, *(term.values for term in best), strict=True)
    rows = tuple(Row((*row.values, *more), row.right) for row, *more in values)
    wide = replace(effort, seconds=effort.seconds / 2, size=min(effort.size, _SMALL), depth=1, solutions=1)
    yield from solve(Problem(names, types, problem.result, rows), goal.common, wide)


def _simple(goal: Goal, problem: Problem, effort: Effort) -> Term | None:
    """The first small term, or larger one of what results are put together of; looked for once."""
    small = replace(effort, seconds=effort.seconds / 2, size=min(_SMALL, effort.size), depth=0, solutions=1)
    built = replace(_BUILT, seconds=min(_BUILT.seconds, effort.seconds), size=effort.size + 2, solutions=1)
    for bounds, library in ((small, goal.common), (built, goal.building)):
        if (problem, bounds) not in goal.solved:
            goal.solved[problem, bounds] = next(solve(problem, library, bounds), None)
        if (found := goal.solved[problem, bounds]) is not None:
            return found
    return None


def _matched(goal: Goal, rows: Rows, effort: Effort) -> Body | None:
    """A match on a recursive call's value or on one of the case's variables, without recursion of its own."""
    problem = rows.problem
    if not any(row.right for row in problem.rows):
        return None
    inner = _inner(goal, goal.name, problem, problem.names, list(range(len(problem.names))))
    if inner is None:
        return None
    inner = replace(inner, closed=True)
    share = replace(effort, seconds=effort.seconds / _SHARE)
    places = [*range(len(problem.names) - len(rows.calls), len(problem.names)), *range(rows.own, len(problem.names))]
    several = [p for p in dict.fromkeys(places) if problem.types[p].name not in ("Nat", "Bool", "Int", "Prod")]
    for place in several[:_MATCHED]:
        branches, scrutinee = next(structural(inner, place), ((), ""))
        if not branches:
            continue
        solved = solve_match(inner, branches, scrutinee, share)
        if solved is not None:
            return Body(f"({' '.join(solved.text.split(chr(10)))})", solved.helpers)
    return None


def _helped(goal: Goal, rows: Rows, effort: Effort) -> Body | None:
    """A call of a function that recurs on the value of the branch's recursive call."""
    if len(rows.calls) != 1 or not goal.recursive:
        return None
    problem = rows.problem
    call = len(problem.names) - 1
    # What the call's value was made of is no parameter: the helper works on the value.
    seen = [place for place in range(rows.own, call) if problem.types[place] != problem.types[call]]
    others = [place for place in range(rows.own) if problem.types[place] != problem.types[call]]
    for places in dict.fromkeys([(*seen, call), (*others, *seen, call)]):
        if not 2 <= len(places) <= _HELPER:
            continue
        name = f"{goal.name}Step"
        names = fresh(goal, *("acc" if place == call else problem.names[place] for place in places))
        inner = _inner(goal, name, problem, names, places)
        if inner is None:
            continue
        at = len(places) - 1
        branches, scrutinee = next(structural(inner, at), ((), ""))
        solved = solve_match(inner, branches, scrutinee, effort) if branches else None
        if solved is None or name not in solved.text:
            continue
        parameters = " ".join(f"({n} : {_type(t)})" for n, t in zip(inner.names, inner.signature.types, strict=True))
        helper = f"def {name} {parameters} : {_type(problem.result)} :=\n  "
        helper += solved.text.replace("\n", "\n  ")
        arguments = " ".join(problem.names[place] for place in places)
        return Body(f"{name} {arguments}", (*solved.helpers, helper))
    return None


def _inner(goal: Goal, name: str, problem: Problem, names: Sequence[str], places: Sequence[int]) -> Goal | None:
    """The problem as a goal about some of its variables; None where what they are does not say the result."""
    examples: dict[Input, frozenset[Native]] = {}
    for row in problem.rows:
        given = tuple(row.values[place] for place in places)
        right = examples[given] & row.right if given in examples else row.right
        if not right:
            return None
        examples[given] = right
    types = tuple(problem.types[place] for place in places)
    signature = replace(goal.signature, names=tuple(names), types=types)
    return replace(
        goal, name=name, names=tuple(names), signature=signature, examples=examples, preferred={}, inner=goal.inner + 1
    )


def _type(type_: Type) -> str:
    """The type in Lean."""
    return " ".join((type_.name, *(f"({_type(each)})" if each.arguments else _type(each) for each in type_.arguments)))


def _anything(goal: Goal, names: Sequence[str], types: Sequence[Type]) -> Body | None:
    """A term for a case that no example falls under: tests will say what it must be."""
    result = goal.signature.result
    variables = (name for name, type_ in zip(names, types, strict=True) if type_ == result)
    constants = (each.template for each in goal.common if each.result == result and not each.arguments)
    text = next(chain(variables, constants), None)
    return None if text is None else Body(text)


def replaced(text: str, word: str, by: str) -> str:
    """`by`, an application, for a word; in brackets where it is an argument itself."""
    parts: list[str] = []
    at = 0
    while (found := text.find(word, at)) >= 0:
        end = found + len(word)
        if end < len(text) and (text[end].isalnum() or text[end] == "_"):
            parts += [text[at:found], word]
        else:
            before = text[:found].rstrip()
            last = before.split()[-1] if before else ""
            argument = before[-1:].isalnum() or before[-1:] in ("_", "'", "?", ")", "]")
            bare = (not argument or last in _KEYWORDS) and text[end : end + 1] != "."
            parts += [text[at:found], by if bare else f"({by})"]
        at = end
    return "".join((*parts, text[at:]))


_KEYWORDS = frozenset({"then", "else", "if", "∈", "=>", "¬", "match"})
