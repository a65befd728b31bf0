"""Finishing moves for sorting and the like: facts about helpers, permutations by counting.

A list is a permutation of another if every element occurs as often in both. That turns a goal about permutations, on
which `grind` tries every exchange of neighbours, into one about sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from decompose.context import GoalContext
from decompose.reading import components, first_word
from decompose.signatures import Function, Parameter, Role
from decompose.sketch import Split
from decompose.splitters.base import block, grind, is_sort, named, typical_name
from decompose.splitters.induct import calls
from decompose.splitters.specs import finish, normal, plain
from decompose.splitters.terms import arguments, bare, fresh, words
from decompose.text import tokens

FACT_HEARTBEATS = 80_000
COUNT_HEARTBEATS = 30_000
_CALLS = 2
_ABOUT_LISTS = frozenset({"Perm", "isPerm", "Pairwise", "count"})
_MORE = frozenset({"∧", "∨", "¬", "→", "↔", "∀", "∃"})
"""What a target says more than that something is a permutation."""


def counted(context: GoalContext) -> Iterator[Split]:
    """A permutation by counting, by induction along a call or on a list, with what the helpers do to counts."""
    if not _is_permutation(context.target) or _MORE & {token.text for token in tokens(context.target)}:
        return
    steps = ["classical"] if any(is_sort(each) for each in context.locals) else []
    for function, parameters in _helpers(context):
        if whole := _collected(function, parameters):
            item = fresh("a", {each.name for each in parameters})
            says = f"List.count {item} ({_call(function, parameters)}) = List.count {item} ({whole})"
            steps.append(_fact(function, [*parameters, Parameter(item, "_")], "count", says, grind(context)))
    unfold = normal(context, plain(context))
    steps += [unfold] if unfold else []
    steps += ["simp only [List.isPerm_iff, List.perm_iff_count] at *", "intros"]
    inside = words(context.target)
    starts = [f"fun_induction {call}" for function, call in calls(context) if function.recursive]
    lists = [each.name for each in context.data if first_word(each.type) == "List" and each.name in inside]
    starts += [f"induction {name}" for name in lists]
    for rank, start in enumerate(starts[:_CALLS]):
        yield Split(
            f"{start.partition(' ')[0]}; by counting",
            block(context, named(*steps, f"{start} <;> {grind(context)}")),
            heartbeats=COUNT_HEARTBEATS,
            cost=0.4,
            success=round(0.8 * 0.6**rank, 2),
            completes=True,
        )


def facts(context: GoalContext) -> Iterator[Split]:
    """Sorting and the like: what the helpers do to elements and order, each fact used if it can be proved, and then
    the goal by induction along a call."""
    relation = _relation(context.target)
    if not _ABOUT_LISTS & components(context.target):
        return
    steps: list[str] = []
    ending = finish(context, indices=False)
    for function, parameters in _helpers(context):
        said = [*_elements(context, function, parameters), *_order(function, parameters, relation)]
        steps += [_fact(function, parameters, str(number), each, ending) for number, each in enumerate(said)]
    if not steps:
        return
    starts = [f"fun_induction {call}" for function, call in calls(context) if function.recursive][:_CALLS]
    for rank, start in enumerate((*starts, "")):
        last = f"{start} <;> (intros; {ending})" if start else f"(intros; {ending})"
        yield Split(
            f"facts about helpers{'; induction' if start else ''}",
            block(context, *steps, f"(repeat' apply And.intro) <;> ({last})"),
            heartbeats=FACT_HEARTBEATS,
            cost=0.4,
            success=round(0.8 * 0.6**rank, 2),
            completes=True,
        )


def _is_permutation(target: str) -> bool:
    return bool({"Perm", "isPerm"} & components(target)) or " ~ " in target


def _fact(function: Function, parameters: list[Parameter], name: str, says: str, finishing: str) -> str:
    """A hypothesis about a helper, by induction along its recursion, where that proves it."""
    names = " ".join(each.name for each in parameters)
    binders = " ".join(each.binder for each in parameters)
    own = " ".join(each.name for each in parameters[: len(function.explicit)])
    proof = f"fun_induction {function.name} {own} <;> (intros; {finishing})"
    stem = function.name.replace(".", "_")
    return f"try (have hfact_{name}_{stem} : ∀ {binders}, {says} := by intro {names}; {proof})"


def _relation(target: str) -> str:
    """The relation of the first `Pairwise` in the target, "" for none."""
    _, found, rest = target.partition("Pairwise ")
    return arguments(rest)[0] if found and rest else ""


def _helpers(context: GoalContext) -> Iterator[tuple[Function, list[Parameter]]]:
    """The recursive functions that the goal rests on, those that others call first, with their explicit parameters,
    each with a name."""
    for function in reversed(context.functions):
        if function.recursive and function.result.startswith("List "):
            taken = {each.name for each in function.explicit} | set(function.name.split("."))
            yield (
                function,
                [replace(each, name=each.name or typical_name(each.type, taken)) for each in function.explicit],
            )


def _call(function: Function, parameters: list[Parameter]) -> str:
    return " ".join((function.name, *(each.name for each in parameters)))


def _lists(function: Function, parameters: list[Parameter]) -> list[str]:
    return [each.name for each in parameters if each.type == function.result]


def _collected(function: Function, parameters: list[Parameter]) -> str:
    """All elements that the function is given, as one list; "" where it is given other things too."""
    lists = _lists(function, parameters)
    element = bare(function.result.removeprefix("List "))
    items = [
        each.name
        for each, role in zip(parameters, function.roles, strict=False)
        if each.type == element and role is Role.FIXED
    ]
    if not lists or len(items) + len(lists) != len(parameters):
        return ""
    return " ++ ".join(([f"[{', '.join(items)}]"] if items else []) + lists)


def _elements(context: GoalContext, function: Function, parameters: list[Parameter]) -> list[str]:
    """What may hold of the elements of a result: for a goal about order alone, only which they are."""
    whole, call = _collected(function, parameters), _call(function, parameters)
    if not whole:
        return []
    if _is_permutation(context.target) or "count" in components(context.target):
        return [f"({call}).Perm ({whole})"]
    return [f"∀ a, a ∈ {call} ↔ a ∈ {whole}"]


def _order(function: Function, parameters: list[Parameter], relation: str) -> list[str]:
    """A result is in order if what the function is given is."""
    if not relation or not _collected(function, parameters):
        return []
    lists = _lists(function, parameters)
    premises = [f"List.Pairwise {relation} {each} → " for each in lists] if len(parameters) > 1 else []
    return [f"{''.join(premises)}List.Pairwise {relation} ({_call(function, parameters)})"]


FINISHING = (counted, facts)
"""What leaves nothing open (`decompose.splitters.finishing`)."""
