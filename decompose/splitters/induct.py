"""Splits by induction and cases: on data, along the recursion of functions, on derivations, on measures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations

from decompose.context import GoalContext
from decompose.reading import Application, Local, applications, first_word, last_part
from decompose.signatures import Function, Role
from decompose.sketch import Lemma, Split
from decompose.splitters.base import HEARTBEATS, block, grind, named, simp_all
from decompose.splitters.terms import arguments, bound_names, subterms, words

_NOT_BY_CASES = frozenset({"String", "Int", "Array", "Fin", "Prod", "Float", "Char"})
_INDUCTIONS = 4
_CALLS = 4


def inductions(context: GoalContext) -> Iterator[Split]:
    """Structural induction on each candidate, most promising first, with what has to vary generalised."""
    candidates = _candidates(context)
    any_taken_apart = any(_weight(context, each.name) >= 1 for each in candidates)
    for rank, each in enumerate(candidates[:_INDUCTIONS]):
        library = not any_taken_apart and first_word(each.type) == "List"
        taken_apart = library or _weight(context, each.name) >= 1
        for number, others in enumerate(generalisations(context, each)):
            start = f"induction {each.name}" + (f" generalizing {' '.join(others)}" if others else "")
            label = "induction generalizing" if others else "induction"
            yield from _normalised(context, label, start, (0.5 if taken_apart else 0.1) / (1 + rank) / (1 + number))


def generalisations(context: GoalContext, variable: Local) -> list[tuple[str, ...]]:
    """Which other variables to generalise in an induction on `variable`: what changes in recursive calls, all, none."""
    others = [
        each.name
        for each in context.data
        if each is not variable and variable.name not in words(each.type) and not _is_parameter(context, each)
    ]
    changing = [name for name in others if name in _changing(context, variable.name)]
    found = [tuple(changing), tuple(others), ()] if changing else [(), tuple(others)]
    return list(dict.fromkeys(found))


def _is_parameter(context: GoalContext, local: Local) -> bool:
    """Other locals' types mention it, so it cannot be generalised without them."""
    return any(local.name in words(each.type) and each in context.data for each in context.locals)


def calls(context: GoalContext) -> Iterator[tuple[Function, Application]]:
    """Calls of the file's functions in the goal, those of recursive ones with what is known about their arguments."""
    functions = {each.name: each for each in context.functions}
    texts = (context.target, *(each.type for each in context.hypotheses if not each.type.startswith("∀")))
    found: dict[Application, None] = {}
    for text in texts:
        bound = bound_names(text)
        found |= {call: None for call in applications(text, context.definitions) if not words(str(call)) & bound}
    for call in found:
        if call.function in functions:
            yield functions[call.function], call


def _changing(context: GoalContext, variable: str) -> frozenset[str]:
    """Variables at positions that recursive calls change, or take apart together with `variable`."""
    found: set[str] = set()
    for function, call in calls(context):
        roles = dict(zip(call.arguments, function.roles, strict=False))
        if function.recursive and roles.get(variable, Role.FIXED) is not Role.FIXED:
            found |= {name for name, role in roles.items() if role is not Role.FIXED and name != variable}
            varying = [name for name, role in roles.items() if role is Role.VARYING]
            found |= {word for name in varying for word in words(name)} - {variable}
    for initial, over in _folds(context):
        if over == variable:
            found |= words(initial)
    return frozenset(found)


def _folds(context: GoalContext) -> Iterator[tuple[str, str]]:
    """Initial value and list of each fold from the left in the target."""
    for term in subterms(context.target):
        pieces = arguments(term)
        if pieces[0] == "List.foldl" and len(pieces) == 4:
            yield pieces[2], pieces[3]


def _weight(context: GoalContext, name: str) -> float:
    """How often recursive functions and folds take the variable apart in the goal."""
    return sum(over == name for _, over in _folds(context)) + sum(
        float(argument == name and role is Role.STRUCTURAL)
        for function, call in calls(context)
        for argument, role in zip(call.arguments, function.roles, strict=False)
    )


def _candidates(context: GoalContext) -> list[Local]:
    """Locals to do induction on: those that recursive functions take apart first, then those in the target."""
    inside = words(context.target)
    usable = [each for each in context.data if first_word(each.type) not in _NOT_BY_CASES and "×" not in each.type]
    order = {each.name: 2 * _weight(context, each.name) + (each.name in inside) for each in usable}
    return sorted(usable, key=lambda each: -order[each.name])


def _normalised(context: GoalContext, label: str, start: str, weight: float) -> Iterator[Split]:
    """The step with what automation leaves of its cases, as they are or simplified, and alone."""
    yield Split(label, block(context, named(start)), cost=0.3, success=round(0.2 * weight, 3))
    after = f"{start} <;> try {simp_all(context)}"
    yield Split(
        f"{label}; simp_all",
        block(context, named(after)),
        heartbeats=HEARTBEATS,
        cost=0.6,
        success=round(0.9 * weight, 3),
    )
    after = f"{start} <;> try (first | ({simp_all(context)}; done) | {grind(context)})"
    yield Split(
        f"{label}; cases closed",
        block(context, named(after)),
        heartbeats=HEARTBEATS,
        cost=0.5,
        success=round(0.9 * weight, 3),
    )


def functional_inductions(context: GoalContext) -> Iterator[Split]:
    """Induction along the recursion of a function that the goal calls, and its cases alone."""
    names = [each.name for each in context.data]
    recursive = [(function, call) for function, call in calls(context) if function.recursive]
    ranked = sorted(recursive, key=lambda found: sum(argument not in names for argument in _changed(*found)))
    for rank, (function, call) in enumerate(ranked[:_CALLS]):
        changed = _changed(function, call)
        if len(call.arguments) < len(function.explicit) or not changed:
            continue
        if any(argument not in names for argument in changed):
            start = f"fun_induction {call}"
            yield Split("fun_induction on a term", block(context, named(start)), cost=0.3, success=0.06)
            continue
        weight = 0.8 / (1 + rank)
        elsewhere = [found for found in recursive if found[1] != call]
        others = [name for name in names if name not in call.arguments and _occurs(name, elsewhere)]
        plain = ("fun_induction", f"fun_induction {call}")
        general = ("fun_induction generalizing", f"fun_induction {call} generalizing {' '.join(others)}")
        ways = [plain, general] if others else [plain]
        if any(name in _changed(*found, Role.VARYING) for name in others for found in elsewhere):
            ways.reverse()
        for number, (label, start) in enumerate(ways):
            yield from _normalised(context, label, start, weight / (1 + number))
        yield Split("fun_cases", block(context, named(f"fun_cases {call}")), cost=0.3, success=round(0.2 * weight, 3))


def _changed(function: Function, call: Application, *roles: Role) -> list[str]:
    """The arguments of the call that the recursion changes, or those of `roles`."""
    wanted = roles or (Role.STRUCTURAL, Role.VARYING)
    return [argument for argument, role in zip(call.arguments, function.roles, strict=False) if role in wanted]


def _occurs(name: str, found: list[tuple[Function, Application]]) -> bool:
    """The variable is an argument of one of the calls."""
    return any(name in call.arguments for _, call in found)


def case_analyses(context: GoalContext) -> Iterator[Split]:
    """Cases on data, structures of pairs and arrays opened, two structures taken apart in step."""
    for each in context.data:
        if first_word(each.type) in ("String", "Int", "Float", "Char"):
            continue
        if first_word(each.type) == "Array":
            yield Split("array to list", block(context, named(f"cases {each.name}")), cost=0.2, success=0.2)
            continue
        start = f"cases {each.name}"
        yield Split("cases", block(context, named(start)), cost=0.2, success=0.08)
        after = f"{start} <;> try {simp_all(context)}"
        yield Split("cases; simp_all", block(context, named(after)), heartbeats=HEARTBEATS, cost=0.8, success=0.1)
    pairs = permutations(_candidates(context)[:3], 2)
    for first, second in pairs:
        if second.name in _changing(context, first.name):
            start = f"induction {first.name} generalizing {second.name} <;> cases {second.name}"
            yield Split("induction; cases", block(context, named(start)), cost=0.5, success=0.2)
            after = f"{start} <;> try {simp_all(context)}"
            yield Split(
                "induction; cases; simp_all",
                block(context, named(after)),
                heartbeats=HEARTBEATS,
                cost=1.2,
                success=0.25,
            )


def derivations(context: GoalContext) -> Iterator[Split]:
    """Induction on hypotheses that are inductive propositions, the file's own or the library's."""
    known = {last_part(name) for name in context.predicates} | {"List.Perm", "List.Sublist", "List.Mem"}
    for each in context.hypotheses:
        if first_word(each.type) in known or " ~ " in each.type:
            yield from _normalised(context, "induction on hypothesis", f"induction {each.name}", 0.4)


def measures(context: GoalContext) -> Iterator[Split]:
    """Strong induction on a number or on the length of a list, everything else generalised."""
    inside = words(context.target)
    names = [each.name for each in context.data if not _is_parameter(context, each)]
    for each in _candidates(context):
        if each.name not in inside or each.name not in names:
            continue
        others = [name for name in names if name != each.name]
        rest = f" generalizing {' '.join(others)}" if others else ""
        if each.type == "Nat":
            start = named(f"induction {each.name} using Nat.strongRecOn{rest}")
            yield Split("strong induction", block(context, start), cost=0.4, success=0.08)
        elif first_word(each.type) == "List":
            everything = " ".join([each.name, *others])
            tactics = named(
                f"generalize hlen : {each.name}.length = len",
                f"induction len using Nat.strongRecOn generalizing {everything}",
            )
            yield Split("strong induction on length", block(context, tactics), cost=0.4, success=0.05)


def beginnings(context: GoalContext) -> Iterator[str]:
    """The most promising inductions, as text, for use inside other tactics."""
    for source in (functional_inductions, inductions):
        for split in source(context):
            if ";" not in split.label:
                yield split.tactics.rpartition("\n")[2].strip()
                break


def closed_with(context: GoalContext, new: Lemma, label: str, success: float) -> Split:
    """The goal closed with a lemma, at once or by induction; the lemma is what it leaves."""
    ways = [grind(context, new.name), f"({simp_all(context, new.name)}; done)"]
    ways += [f"({start} <;> {grind(context, new.name)})" for start in islice(beginnings(context), 1)]
    tactics = named(f"first | {' | '.join(ways)}")
    return Split(label, block(context, tactics), (new,), HEARTBEATS, 1.0, success, completes=True)


SPLITTERS = (functional_inductions, inductions, case_analyses, derivations, measures)
