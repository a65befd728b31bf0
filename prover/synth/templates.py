"""Program templates: where a body recurses, so that its parts become problems for the enumeration.

Right results are known at many inputs (`oracle`), so the value of a recursive call is known too, and the branches of a
recursion are problems of their own: find the step from the call's value to the result (Albarghouthi et al. 2013;
Kneuss et al. 2013 call it closing the trace).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from decompose.counterexample.values import Type
from prover.synth.components import NAT, Component
from prover.synth.holes import Candidate
from prover.synth.natives import Native
from prover.synth.oracle import Input
from prover.synth.parts import solve_whole
from prover.synth.problem import Effort, Problem, Row, Term
from prover.synth.recursion import Branch, Call, Goal, arguments_of, by_two, changed_at, fresh, parallel, structural

_FIRST_SHARE = 8


def programs(goal: Goal, effort: Effort) -> Iterator[Candidate]:
    """Bodies that are right at the examples, the cheap templates first. Each once."""
    seen: set[str] = set()
    for body, origin in _bodies(goal, effort):
        if body not in seen:
            seen.add(body)
            yield Candidate(body, (), origin)


def _bodies(goal: Goal, effort: Effort) -> Iterator[tuple[str, str]]:
    quick = replace(effort, seconds=effort.seconds / 4, size=6)
    for body in _direct(goal, replace(quick, size=4, depth=0), goal.library):
        yield body, "enumeration"
    for body in _direct(goal, quick, goal.common):
        yield body, "enumeration"
    # What is solved with little work comes first: most cases of most templates have no solution at all.
    for share in (replace(effort, seconds=effort.seconds / _FIRST_SHARE), effort):
        yield from _recursions(goal, share)
        for body in _direct(goal, share, goal.common):
            yield body, "enumeration"


def _recursions(goal: Goal, effort: Effort) -> Iterator[tuple[str, str]]:
    makers: list[tuple[str, Callable[[Goal, int], Iterator[tuple[list[Branch], str]]]]] = [
        ("structural recursion", structural),
        ("recursion on two arguments", parallel),
        ("recursion in steps of two", by_two),
    ]
    for origin, make in makers:
        for position in range(len(goal.names)):
            for branches, scrutinee in make(goal, position):
                matched = _matched(goal, branches, scrutinee, effort)
                if matched is not None:
                    yield matched, origin
    for position in range(len(goal.names)):
        yield from ((body, "fold") for body in _folds(goal, position, effort))
        yield from ((body, "recursion by halves") for body in _halves(goal, position, effort))


def _direct(goal: Goal, effort: Effort, library: Sequence[Component]) -> Iterator[str]:
    rows = tuple(Row(given, right) for given, right in goal.examples.items())
    problem = Problem(goal.names, goal.signature.types, goal.signature.result, rows)
    yield from (term.text for term in solve_whole(problem, library, effort, goal.signature.constructors))


def _matched(goal: Goal, branches: Sequence[Branch], scrutinee: str, effort: Effort) -> str | None:
    """`match scrutinee with ...` with every branch solved; None when one cannot be."""
    lines = [f"match {scrutinee} with"]
    share = replace(effort, solutions=1)
    for branch in branches:
        solved = _branch(goal, branch, share)
        if solved is None:
            return None
        lines.append(f"| {branch.pattern} => {solved}")
    return "\n".join(lines)


def _branch(goal: Goal, branch: Branch, effort: Effort) -> str | None:
    """A body for a case: a term over the parameters, the case's variables, and the values of recursive calls."""
    names, types = (*goal.names, *branch.names), (*goal.signature.types, *branch.types)
    rows: list[tuple[Input, tuple[Native, ...], frozenset[Native]]] = []
    for given, right in goal.examples.items():
        new = branch.split(given)
        if new is not None:
            rows.append((given, new, right))
    if not rows:
        return _anything(goal, names, types)
    calls = [f"call{i}" for i in range(len(branch.calls))]
    known: list[Row] = []
    for given, new, right in rows:
        values = [goal.value(call.at(given, new)) for call in branch.calls]
        if None not in values:
            known.append(Row((*given, *new, *(v[0] for v in values if v is not None)), right))
    plain = Problem(names, types, goal.signature.result, tuple(Row((*g, *n), r) for g, n, r in rows))
    found: Term | None = None
    if branch.calls and known:
        typed = (*types, *[goal.signature.result] * len(calls))
        problem = Problem((*names, *calls), typed, goal.signature.result, tuple(known))
        found = _first(goal, problem, effort)
    else:
        found = _first(goal, plain, effort)
    if found is None:
        return None
    text = found.text
    for placeholder, call in zip(calls, branch.calls, strict=True):
        text = replaced(text, placeholder, call.text)
    return text


def _first(goal: Goal, problem: Problem, effort: Effort) -> Term | None:
    """The first solution, looked for once."""
    if (problem, effort) not in goal.solved:
        found = next(solve_whole(problem, goal.common, effort, goal.signature.constructors), None)
        goal.solved[problem, effort] = found
    return goal.solved[problem, effort]


def _anything(goal: Goal, names: Sequence[str], types: Sequence[Type]) -> str | None:
    """A term for a case that no example falls under: tests will say what it must be."""
    result = goal.signature.result
    variables = (name for name, type_ in zip(names, types, strict=True) if type_ == result)
    constants = (each.template for each in goal.common if each.result == result and not each.arguments)
    return next(chain(variables, constants), None)


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


_KEYWORDS = frozenset({"then", "else", "if", "∈", "=>", "¬"})


def _folds(goal: Goal, position: int, effort: Effort) -> Iterator[str]:
    """`xs.foldl (fun acc x => step) start`: a list's value is one step from the value of all but its last element."""
    type_ = goal.signature.types[position]
    if type_.name != "List":
        return
    acc, x = fresh(goal, "acc", "x")
    names = (*(n for i, n in enumerate(goal.names) if i != position), x, acc)
    types = (
        *(t for i, t in enumerate(goal.signature.types) if i != position),
        type_.arguments[0],
        goal.signature.result,
    )
    rows: list[Row] = []
    starts: list[Row] = []
    for given, right in goal.examples.items():
        others = tuple(v for i, v in enumerate(given) if i != position)
        whole = given[position]
        if not whole:
            starts.append(Row(others, right))
        elif (before := goal.value(changed_at(given, {position: whole[:-1]}))) is not None:
            rows.append(Row((*others, whole[-1], before[0]), right))
    if not rows or not starts:
        return
    start = _first(goal, Problem(names[:-2], types[:-2], goal.signature.result, tuple(starts)), effort)
    if start is None:
        return
    step = _first(goal, Problem(names, types, goal.signature.result, tuple(rows)), effort)
    if step is not None:
        yield f"{goal.names[position]}.foldl (fun {acc} {x} => {step.text}) {start.argument}"


def _halves(goal: Goal, position: int, effort: Effort) -> Iterator[str]:
    """`if n = 0 then start else step (f (n / 2))`."""
    if goal.signature.types[position] != NAT or not goal.recursive:
        return
    own = goal.names[position]
    zero = Branch("", (), (), lambda g: () if g[position] == 0 else None)
    half = Call(
        arguments_of(goal, {position: f"({own} / 2)"}),
        lambda given, new: changed_at(given, {position: given[position] // 2}),
    )
    more = Branch("", (), (), lambda g: () if g[position] else None, (half,))
    start = _branch(goal, zero, effort)
    step = _branch(goal, more, effort) if start is not None else None
    if step is not None:
        yield f"if {own} = 0 then {start} else {step}"
