"""Program templates: where a body recurses, so that its parts become problems for the enumeration.

Right results are known at many inputs (`oracle`), so the value of a recursive call is known too, and the branches of a
recursion are problems of their own: find the step from the call's value to the result (Albarghouthi et al. 2013;
Kneuss et al. 2013 call it closing the trace).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from decompose.counterexample.values import Type
from prover.synth.branches import Body, Rows, solve_branch, solve_match, solve_rows
from prover.synth.components import NAT, Component
from prover.synth.deduce import BY_INDEX, higher_order
from prover.synth.holes import Candidate
from prover.synth.parts import solve_whole
from prover.synth.problem import Effort, Problem, Row
from prover.synth.recursion import Branch, Call, Goal, arguments_of, by_two, changed_at, fresh, parallel, structural

_TOGETHER = 4
_FIRST_SHARE = 8
_SMALL = 5
"""The size of terms with which all templates are filled and compared, before any is filled with larger ones."""
_WORD = re.compile(r"\w+|[^\w\s]")


def batches(goal: Goal, effort: Effort) -> Iterator[list[Candidate]]:
    """Bodies that are right at the examples, the cheap templates first, each once; those together that are found
    together: tests should not wait for the next one to be found."""
    seen: set[str] = set()
    for found in _bodies(goal, effort):
        new = list({each.text: each for each in found if each.text not in seen}.values())
        seen.update(each.text for each in new)
        for at in range(0, len(new), _TOGETHER):
            yield new[at : at + _TOGETHER]


def _bodies(goal: Goal, effort: Effort) -> Iterator[list[Candidate]]:
    quick = replace(effort, seconds=effort.seconds / 4, size=6)
    yield [
        *_direct(goal, replace(quick, size=4, depth=0), goal.library),
        *_direct(goal, quick, goal.common),
    ]
    # What small terms fill is right more often than what only large ones do, so all templates are compared first.
    small = replace(effort, seconds=effort.seconds / _FIRST_SHARE, size=_SMALL, depth=1)
    yield sorted(_recursions(goal, small), key=_simplicity)
    # Then what is solved with little work: most cases of most templates have no solution at all.
    for share in (replace(effort, seconds=effort.seconds / _FIRST_SHARE), effort):
        for candidate in chain(_recursions(goal, share), _direct(goal, share, goal.common)):
            yield [candidate]


def _simplicity(made: Candidate) -> tuple[bool, int]:
    """Lists by index last: most have a program by recursion, too, about which theorems have proofs."""
    return made.origin == BY_INDEX, len(_WORD.findall(made.text))


def _recursions(goal: Goal, effort: Effort) -> Iterator[Candidate]:
    makers: list[tuple[str, Callable[[Goal, int], Iterator[tuple[list[Branch], str]]]]] = [
        ("structural recursion", structural),
        ("recursion on two arguments", parallel),
        ("recursion in steps of two", by_two),
    ]
    yield from higher_order(goal, effort)
    # Numbers that are parameters beside lists or trees seldom say how deep to go.
    places = sorted(range(len(goal.names)), key=lambda i: goal.signature.types[i].name in ("Nat", "Bool"))
    for origin, make in makers:
        for position in places:
            for branches, scrutinee in make(goal, position):
                matched = solve_match(goal, branches, scrutinee, effort)
                if matched is not None:
                    yield Candidate(matched.text, matched.helpers, origin)
    for position in places:
        yield from _folds(goal, position, effort)
        yield from _halves(goal, position, effort)


def _direct(goal: Goal, effort: Effort, library: Sequence[Component]) -> Iterator[Candidate]:
    rows = tuple(Row(given, right) for given, right in goal.examples.items())
    problem = Problem(goal.names, goal.signature.types, goal.signature.result, rows)
    for term in solve_whole(problem, library, effort, goal.signature.constructors):
        yield Candidate(term.text, (), "enumeration")


def _folds(goal: Goal, position: int, effort: Effort) -> Iterator[Candidate]:
    """`xs.foldl (fun acc x => step) start`: a list's value is one step from the value of all but its last element.
    Where the value of `[]` tells a step nothing, the fold starts from the first element."""
    type_ = goal.signature.types[position]
    if type_.name != "List":
        return
    acc, x, h, t = fresh(goal, "acc", "x", "h", "t")
    result, element = goal.signature.result, type_.arguments[0]
    others = [i for i in range(len(goal.names)) if i != position]
    names, types = tuple(goal.names[i] for i in others), tuple(goal.signature.types[i] for i in others)
    by_length: dict[int, list[Row]] = {0: [], 1: [], 2: []}  # no element, the only one, the last one and the rest
    steps: list[tuple[int, Row]] = []
    for given, right in goal.examples.items():
        rest, whole = tuple(given[i] for i in others), given[position]
        by_length[min(len(whole), 2)].append(Row((*rest, *whole[:1]), right))
        if whole and (before := goal.value(changed_at(given, {position: whole[:-1]}))) is not None:
            steps.append((len(whole), Row((*rest, whole[-1], before[0]), right)))

    def solved(names: Sequence[str], types: Sequence[Type], rows: Sequence[Row], own: int) -> Body | None:
        problem = Problem(tuple(names), tuple(types), result, tuple(rows))
        return solve_rows(goal, Rows(problem, own), effort) if rows else None

    def step(least: int) -> Body | None:
        rows = [row for length, row in steps if length > least]
        return solved((*names, x, acc), (*types, element, result), rows, len(names))

    empty = solved(names, types, by_length[0], len(names))
    if empty is None:
        return
    if (stepped := step(0)) is not None:
        yield Candidate(f"{goal.names[position]}.foldl (fun {acc} {x} => {stepped.text}) ({empty.text})", (), "fold")
        return
    one = solved((*names, h), (*types, element), by_length[1], len(names))
    if one is not None and (stepped := step(1)) is not None:
        more = f"{t}.foldl (fun {acc} {x} => {stepped.text}) ({one.text})"
        text = f"match {goal.names[position]} with\n| [] => {empty.text}\n| {h} :: {t} => {more}"
        yield Candidate(text, (), "fold from the first element")


def _halves(goal: Goal, position: int, effort: Effort) -> Iterator[Candidate]:
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
    start = solve_branch(goal, zero, effort)
    step = solve_branch(goal, more, effort) if start is not None else None
    if start is not None and step is not None:
        text = f"if {own} = 0 then {start.text} else {step.text}"
        yield Candidate(text, (*start.helpers, *step.helpers), "recursion by halves")
