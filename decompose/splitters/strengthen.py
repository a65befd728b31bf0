"""Strengthened statements: accumulators and initial values become variables, invariants of folds and loops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from decompose.context import GoalContext
from decompose.reading import Application
from decompose.signatures import Function, Parameter, Role
from decompose.sketch import Split
from decompose.splitters.base import HEARTBEATS, block, grind, lemma, named, statement, typical_name, unused
from decompose.splitters.induct import beginnings, calls
from decompose.splitters.terms import arguments, atom, bare, fresh, replace, shape, subterms, words

_CALLS = 3
_MONOIDS: dict[str, tuple[tuple[str, str], ...]] = {
    "Nat": (("0", "{a} + {r}"), ("1", "{a} * {r}"), ("0", "max {a} {r}")),
    "Int": (("0", "{a} + {r}"), ("1", "{a} * {r}"), ("0", "max {a} {r}")),
    "List": (("[]", "{r} ++ {a}"), ("[]", "{a} ++ {r}"), ("[]", "{a}.reverse ++ {r}")),
    "Array": (("#[]", "{a} ++ {r}"), ("#[]", "{r} ++ {a}")),
    "Bool": (("true", "({a} && {r})"), ("false", "({a} || {r})")),
    "String": (('""', "{a} ++ {r}"), ('""', "{r} ++ {a}")),
}
"""By type: a neutral value, and how a result for it makes the result for any accumulator."""


@dataclass(frozen=True)
class Loop:
    """A call in the goal whose argument `value` changes as the computation goes on: an accumulator or initial value.

    `text`: the call as the goal has it. `counters`: other arguments that change, with types; by index in `pieces`.
    """

    text: str
    pieces: tuple[str, ...]
    at: int
    type: str
    counters: tuple[tuple[int, str], ...] = ()

    @property
    def value(self) -> str:
        return self.pieces[self.at]

    def with_value(self, value: str) -> str:
        """The call with another value there."""
        return " ".join((*self.pieces[: self.at], value, *self.pieces[self.at + 1 :]))

    def generalised(self, value: str, taken: frozenset[str]) -> tuple[str, tuple[Parameter, ...], tuple[str, ...]]:
        """The call with another value there and variables for the counters; those variables, and what they are here."""
        pieces, names, found = list(self.pieces), set(taken) | {value}, []
        pieces[self.at] = value
        for at, kind in self.counters:
            name = typical_name(kind, names)
            found.append(Parameter(name, kind))
            pieces[at] = name
        return " ".join(pieces), tuple(found), tuple(self.pieces[at] for at, _ in self.counters)


def found_loops(context: GoalContext) -> Iterator[Loop]:
    """Calls of functions with accumulators, and folds, in the target."""
    for function, call in calls(context):
        if function.recursive and len(call.arguments) == len(function.explicit):
            for at in function.accumulators():
                text = str(call)
                if text in context.target:
                    yield _loop(function, call, at)
    for term in subterms(context.target):
        head, *_ = term.split()
        if head in ("List.foldl", "List.foldr", "Array.foldl"):
            pieces = arguments(term)
            if len(pieces) >= 4:
                yield Loop(term, tuple(pieces), 2, _type_of(pieces[2], context))


def _loop(function: Function, call: Application, at: int) -> Loop:
    counters = tuple(
        (number + 1, function.explicit[number].type)
        for number, role in enumerate(function.roles)
        if role is Role.VARYING and number != at and not function.is_structural
    )
    return Loop(str(call), (call.function, *call.arguments), at + 1, function.explicit[at].type, counters)


def _type_of(value: str, context: GoalContext) -> str:
    """The type of an initial value, "_" where the text does not say."""
    for each in context.locals:
        if each.name == value:
            return each.type
    return {"[]": "List _", "#[]": "Array _", "true": "Bool", "false": "Bool", '""': "String"}.get(value, "_")


def accumulators(context: GoalContext) -> Iterator[Split]:
    """Lemmas about every value of an accumulator, where the goal is about one: guessed from the goal's other side, and
    from the laws that such loops have."""
    for loop in list(dict.fromkeys(found_loops(context)))[:_CALLS]:
        variable = fresh("acc", unused(context))
        general = loop.with_value(variable)
        extra = (Parameter(variable, loop.type),)
        operator, sides = shape(context.target)
        if operator == "=" and loop.value not in {each.name for each in context.data}:
            for mine, other in ((0, 1), (1, 0)):
                if bare(sides[mine]) == loop.text and not words(sides[other]) & {variable}:
                    for result in combined(context, loop, variable, sides[other]):
                        yield from _used(context, loop, "accumulator: goal for all values", general, result, extra, 0.4)
                elif loop.text in sides[mine]:
                    changed = replace(sides[mine], loop.text, general)
                    for result in combined(context, loop, variable, sides[other]):
                        yield from _used(context, loop, "accumulator: side for all values", changed, result, extra, 0.2)
        constant = loop.value not in {each.name for each in context.data}
        for neutral, pattern in _laws(context, loop):
            result = pattern.format(a=variable, r=atom(loop.with_value(neutral)))
            if loop.value != neutral:
                yield from _used(context, loop, "accumulator: law", general, result, extra, 0.2 if constant else 0.05)
            else:
                yield from _inductive(context, loop, general, result, extra)


def _laws(context: GoalContext, loop: Loop) -> Iterator[tuple[str, str]]:
    """Neutral values and combinations for the accumulator's type: the library's, and the file's binary operations."""
    head = loop.type.split()[0] if loop.type.split() else "_"
    if head == "_":
        yield from (law for law in _MONOIDS["Nat"] if law[0] == loop.value)
        return
    laws = _MONOIDS.get(head, ())
    yield from laws
    for each in context.functions:
        kinds = [parameter.type for parameter in each.explicit]
        if len(kinds) == 2 and {*kinds, each.result} == {each.result} and each.result.split()[0] == head:
            for neutral in dict.fromkeys([law[0] for law in laws] or [loop.value]):
                yield neutral, f"{each.name} {{r}} {{a}}"
                yield neutral, f"{each.name} {{a}} {{r}}"


def combined(context: GoalContext, loop: Loop, variable: str, result: str) -> Iterator[str]:
    """What the loop may give for any value of the accumulator if it gives `result` for the goal's one."""
    for neutral, pattern in _laws(context, loop):
        if neutral == loop.value:
            yield pattern.format(a=variable, r=atom(result))


def _inductive(
    context: GoalContext, loop: Loop, left: str, right: str, extra: tuple[Parameter, ...]
) -> Iterator[Split]:
    """The lemma `left = right`, and the goal by an induction whose steps use it."""
    text, explicit = statement(context, f"{left} = {right}", (), extra)
    start = next(beginnings(context), "")
    if start and not any("✝" in name for name in explicit):
        new = lemma(context, "general", text)
        tactics = block(context, named(f"{start} <;> {grind(context, new.name)}"))
        yield Split("accumulator: law; induction", tactics, (new,), HEARTBEATS, cost=0.8, success=0.2, completes=True)


def _used(
    context: GoalContext,
    loop: Loop,
    label: str,
    left: str,
    right: str,
    extra: tuple[Parameter, ...],
    success: float,
) -> Iterator[Split]:
    """The lemma `left = right`, and the goal rewritten with it."""
    text, explicit = statement(context, f"{left} = {right}", (), extra)
    if any("✝" in name for name in explicit):
        return
    new = lemma(context, "general", text)
    instance = " ".join((new.name, *explicit, atom(loop.value)))
    tactics = f"first | simpa using {instance} | (rw [{new.name}]; try simp) | {grind(context, new.name)}"
    yield Split(label, block(context, tactics), (new,), HEARTBEATS, cost=0.8, success=success)


def invariants(context: GoalContext) -> Iterator[Split]:
    """A property of what a loop gives, strengthened: whatever value has it at the start, the result has it."""
    operator, members = shape(context.target)
    if operator in ("→", "let", "if", "match") or (operator == "=" and members[1] not in ("true", "false")):
        return
    for loop in list(dict.fromkeys(found_loops(context)))[:_CALLS]:
        if loop.text not in context.target or not loop.value:
            continue
        variable = fresh("acc", unused(context))
        general, counters, here = loop.generalised(variable, unused(context))
        property_of_result = replace(context.target, loop.text, general)
        property_of_value = replace(context.target, loop.text, variable)
        if property_of_result == context.target or property_of_value == context.target:
            continue
        extra = (*counters, Parameter(variable, loop.type), Parameter("hacc", property_of_value))
        text, explicit = statement(context, property_of_result, (), extra)
        if any("✝" in name for name in explicit):
            continue
        new = lemma(context, "invariant", text)
        values = (atom(value) for value in (*here, loop.value))
        tactics = f"refine {' '.join((new.name, *explicit, *values))} ?_"
        yield Split("invariant of a loop", block(context, tactics), (new,), cost=0.4, success=0.25)
        if loop.text.startswith("List.foldl"):
            step = named("apply List.foldlRecOn", "all_goals intros")
            yield Split("fold invariant", block(context, step), cost=0.4, success=0.2)


def suffices(context: GoalContext) -> Iterator[Split]:
    """The statement for every value of an argument that is a constant here (`0`, `[]`, `none`), by `suffices`."""
    for loop in list(dict.fromkeys(found_loops(context)))[:_CALLS]:
        if loop.value in {each.name for each in context.data} or loop.text not in context.target:
            continue
        variable = fresh("acc", unused(context))
        general = replace(context.target, loop.text, loop.with_value(variable))
        if general != context.target and loop.type != "_":
            claim = f"∀ {variable} : {loop.type}, {general}"
            tactics = f"suffices hall : {claim} from hall {atom(loop.value)}"
            yield Split("suffices for all values", block(context, tactics), cost=0.3, success=0.08)


def step_lemmas(context: GoalContext) -> Iterator[Split]:
    """For a goal `P → P (f x)` in the making: the property of a composed call, by way of the inner call's."""
    pieces = arguments(context.target)
    if len(pieces) < 2 or pieces[0] not in {each.name for each in context.functions if each.is_predicate}:
        return
    inner = arguments(bare(pieces[-1]))
    for at, argument in enumerate(inner[1:], 1):
        if argument[:1] == "(" or argument in {each.name for each in context.data}:
            yield from _preserved(context, pieces, inner, at)


def _preserved(context: GoalContext, outer: list[str], inner: list[str], at: int) -> Iterator[Split]:
    """`P (f a x)` from `P x`, for any `x` in the place of the argument `at` of the inner call."""
    variable = fresh("z", unused(context))
    call = [*inner[:at], variable, *inner[at + 1 :]]
    goal = " ".join((*outer[:-1], f"({' '.join(call)})"))
    premise = " ".join((*outer[:-1], variable))
    extra = (Parameter(variable, "_"), Parameter("hz", premise))
    text, explicit = statement(context, goal, (), extra)
    if any("✝" in name for name in explicit):
        return
    new = lemma(context, "preserved", text)
    tactics = f"refine {' '.join((new.name, *explicit, inner[at]))} ?_"
    yield Split("property preserved", block(context, tactics), (new,), cost=0.4, success=0.3)


SPLITTERS = (accumulators, invariants, step_lemmas, suffices)
