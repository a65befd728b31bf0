"""Specifications of programs: their normal form, loops with invariants read off the postcondition, facts about helpers.

A postcondition says what holds of a program's result; the program hands its work to a loop with counters and
accumulators. What holds of the loop for all of these has to be stated before an induction can prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from decompose.context import GoalContext
from decompose.library import hints
from decompose.reading import Application, components, first_word
from decompose.signatures import Function, Role
from decompose.sketch import Split
from decompose.splitters.base import block, listed, named, unfoldable, unused
from decompose.splitters.induct import calls
from decompose.splitters.terms import atom, bare, fresh, replace, shape, words
from decompose.text import tokens

HEARTBEATS = 20_000
LOOP_HEARTBEATS = 30_000
_CALLS = 2
_SIZES = 3
_CONJUNCTS = 3
_SIMPLE = frozenset({"=", "≤", "<", "≥", ">", "≠", "", "∈", "∣", "∃"})
"""Shapes of conjuncts that an accumulator may satisfy as the result does."""
_BITS = frozenset({"BitVec", "UInt8", "UInt16", "UInt32", "UInt64"})


def plain(context: GoalContext) -> tuple[str, ...]:
    """The file's definitions that do not call themselves."""
    return tuple(name for name in context.definitions if name not in context.recursive)


def normal(context: GoalContext, names: tuple[str, ...]) -> str:
    """Tactics that unfold `names`, in hypotheses too; "" where there is nothing to unfold.

    Twice, since hypotheses that the program's call mentions are rewritten only once it is gone."""
    known = (*names, *hints(context).renamed)
    if not known:
        return ""
    step = f"simp only{listed(known)} at *"
    return f"{step}; (try {step})"


def finish(context: GoalContext, folded: frozenset[str] = frozenset(), *, indices: bool = True) -> str:
    """Procedures with the library's lemmas for the goal, one after the other. `folded`: definitions to leave alone.
    `indices`: lemmas about indices too."""
    known = hints(context)
    names = tuple(name for name in unfoldable(context) if name not in folded)
    reducible = {each.name for each in context.functions if each.reducible}
    usable = [name for name in names if name not in reducible]
    grinds = [
        f"grind{listed(usable, context.predicates, each)}"
        for each in (known.choices if indices else (known.everything,))
    ]
    rewriting = listed(names, known.rewrites, known.renamed)
    bits = ["bv_decide"] if _BITS & _words_of(context) else []
    chained = [f"solve_by_elim{listed(known.backward)}"] if known.backward else []
    return "first | omega | " + " | ".join([*bits, *chained, *grinds, f"(simp_all{rewriting} <;> {grinds[0]})"])


def _words_of(context: GoalContext) -> frozenset[str]:
    return components(" ".join((context.target, *(each.type for each in context.locals))))


def levels(context: GoalContext) -> Iterator[tuple[str, tuple[str, ...], frozenset[str]]]:
    """What to unfold: only what the goal itself mentions, or all; label, definitions, and those that stay folded."""
    every = plain(context)
    texts = (context.target, *(each.type for each in context.locals))
    found = {token.text for text in texts for token in tokens(text)}
    outer = tuple(name for name in every if name in found)
    if outer and len(outer) < len(every):
        yield "outer", outer, frozenset(context.definitions) - frozenset(outer)
    if outer:
        yield "all", every, frozenset()


def specifications(context: GoalContext) -> Iterator[Split]:
    """The normal form: specification and program unfolded."""
    weight = 1.0 if first_word(context.target) in plain(context) else 0.3
    for label, names, _ in levels(context):
        start = normal(context, names)
        share = weight if label == "all" else 0.5 * weight
        yield Split(f"specification: {label}", block(context, start), cost=0.15, success=0.9 * share)
        tactics = block(context, start, "try simp at *")
        yield Split(f"specification: {label}; simp", tactics, cost=0.4, success=0.5 * share)


def taken_apart(context: GoalContext) -> Iterator[Split]:
    """The normal form taken apart and finished."""
    is_spec = first_word(context.target) in plain(context)
    for label, names, folded in levels(context):
        ending = f"(intros; {finish(context, folded)})"
        for middle, tactics in (("and", "(repeat' apply And.intro)"), ("split", "(try simp at *); (repeat' split)")):
            yield Split(
                f"specification: {label}; {middle}; close",
                block(context, named(normal(context, names), f"({tactics}) <;> {ending}")),
                heartbeats=HEARTBEATS,
                cost=0.5,
                success=0.7 if is_spec else 0.2,
                completes=True,
            )


@dataclass(frozen=True)
class State:
    """A loop's call in a goal, and those of its arguments that change or are no variables: `at` their positions, with
    `names` for them, their `types` and `values` at the start."""

    function: Function
    call: Application
    at: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def captured(self) -> int:
        """How many arguments come before those that the text of the function tells: what it captures of `let`s."""
        return len(self.call.arguments) - len(self.function.explicit)

    def role(self, at: int) -> Role:
        """What becomes of the argument at that position."""
        return self.function.roles[at - self.captured]

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(self.function.explicit[number - self.captured].type for number in self.at)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(bare(self.call.arguments[number]) for number in self.at)

    @property
    def general(self) -> str:
        """The call with variables there."""
        pieces = list(self.call.arguments)
        for number, name in zip(self.at, self.names, strict=True):
            pieces[number] = name
        return " ".join((self.call.function, *pieces))

    def accumulators(self) -> list[str]:
        """Variables of the result's type that change as the loop goes on."""
        entries = zip(self.names, self.types, self.at, strict=True)
        return [name for name, kind, at in entries if kind == self.function.result and self.role(at) is Role.VARYING]

    def numbers(self) -> list[tuple[str, str, Role]]:
        """Variables of type `Nat`, with their values and what becomes of them."""
        return [
            (name, value, self.role(at))
            for name, value, kind, at in zip(self.names, self.values, self.types, self.at, strict=True)
            if kind == "Nat"
        ]


def states(context: GoalContext) -> Iterator[State]:
    """The loops that the target is about."""
    variables = {each.name for each in context.data}
    seen: set[str] = set()
    for function, call in calls(context):
        text = str(call)
        captured = len(call.arguments) - len(function.explicit)
        if not function.recursive or text in seen or captured < 0:
            continue
        seen.add(text)
        if replace(context.target, text, "") == context.target:
            continue
        at = tuple(
            number + captured
            for number, role in enumerate(function.roles)
            if role is not Role.FIXED and call.arguments[number + captured] not in variables
        )
        taken = set(unused(context)) | words(context.target)
        names: list[str] = []
        for number in at:
            names.append(fresh(function.explicit[number - captured].name or "v", taken))
            taken.add(names[-1])
        if at:
            yield State(function, call, at, tuple(names))


def bounded(target: str) -> Iterator[tuple[str, str]]:
    """`∀ k, k < bound → property` inside `target`, with further premises: variable, premises and property."""
    for found in re.finditer(r"∀ \((\w+) : Nat\), ", target):
        body, depth = target[found.end() :], 0
        for at, char in enumerate(body):
            depth += (char in "([{⟨") - (char in ")]}⟩")
            if depth < 0:
                body = body[:at]
                break
        operator, members = shape(body)
        premises: list[str] = []
        while operator == "→" and len(members) >= 2:
            premises += members[:-1]
            operator, members = shape(members[-1])
        rest = members[-1] if operator == "→" else body.rpartition(" → ")[2]
        bounds = [each for each in premises if each.startswith(f"{found[1]} < ")]
        others = [each for each in premises if each not in bounds]
        if bounds and rest:
            yield found[1], " → ".join((*others, rest))


def prefixes(context: GoalContext, state: State) -> list[str]:
    """What the postcondition says of all indices below a bound, said of all indices below a counter."""
    call = str(state.call)
    return [
        f"∀ ({variable} : Nat), {variable} < {name} → {said}"
        for variable, said in dict.fromkeys(bounded(context.target))
        for name, value, role in state.numbers()
        if value == "0" and role is Role.VARYING and replace(said, call, "") == said
    ]


def so_far(context: GoalContext, state: State) -> list[str]:
    """The same where the property is about the result: said of the accumulator, for all that was looked at so far."""
    call = str(state.call)
    return [
        f"∀ ({variable} : Nat), {variable} < {name} → {replace(said, call, accumulator)}"
        for variable, said in dict.fromkeys(bounded(context.target))
        for accumulator in state.accumulators()
        for name, value, role in state.numbers()
        if value in ("0", "1") and role is Role.VARYING and replace(said, call, "") != said and name != accumulator
    ]


def fuel(state: State) -> list[str]:
    """One number goes down while another goes up: their sum stays."""
    numbers = state.numbers()
    down = [each for each in numbers if each[2] is Role.STRUCTURAL]
    up = [each for each in numbers if each[2] is Role.VARYING]
    return [f"{a} + {b} = {x} + {y}" for a, x, _ in down for b, y, _ in up]


def lengths(state: State) -> list[str]:
    """A counter that starts at 0 counts what an accumulator that starts empty has collected."""
    found = []
    for name, value, kind in zip(state.names, state.values, state.types, strict=True):
        measure = {"[]": "length", "#[]": "size"}.get(value)
        if measure or (kind.startswith("Array") and "empty" in value.lower()):
            found += [
                f"{name}.{measure or 'size'} = {number}"
                for number, start, role in state.numbers()
                if start == "0" and role is Role.VARYING
            ]
    return found


def ranges(context: GoalContext, state: State) -> list[str]:
    """Counters stay within sizes that the loop compares with, and in the order in which they start."""
    texts = " ".join((state.function.body, str(state.call)))
    sizes = list(dict.fromkeys(re.findall(r"\b[\w']+\.(?:length|size)\b", texts)))
    known = {each.name for each in context.data}
    sizes = [each for each in sizes if each.partition(".")[0] in known][:_SIZES]
    counters = [(name, value) for name, value, role in state.numbers() if role is Role.VARYING]
    found = [f"{name} ≤ {size}" for name, _ in counters for size in sizes]
    found += [f"{low} ≤ {high}" for low, start in counters if start == "0" for high, end in counters if end != "0"]
    return found


def inherited(context: GoalContext, state: State, simple: bool) -> list[str]:
    """What the postcondition says of the result, said of the accumulators that become it."""
    operator, members = shape(context.target)
    conjuncts = members if operator == "∧" else (context.target,)
    found = []
    for name in state.accumulators():
        for each in conjuncts:
            said = replace(each, str(state.call), name)
            if said != each and not (simple and (shape(bare(said))[0] not in _SIMPLE or _is_reached(said, name))):
                found.append(said)
    return found


def _is_reached(said: str, accumulator: str) -> bool:
    """A lower bound of the accumulator: what a loop works for, not what it keeps up from the start."""
    operator, sides = shape(bare(said))
    low, high = ("≤", "<"), ("≥", ">")
    if len(sides) != 2 or operator not in low + high:
        return False
    smaller, greater = sides if operator in low else sides[::-1]
    return accumulator in words(greater) and accumulator not in words(smaller)


def loops(context: GoalContext) -> Iterator[Split]:
    """The target for every state of a loop that satisfies invariants, by induction along the loop."""
    for state in list(states(context))[:_CALLS]:
        general = replace(context.target, str(state.call), state.general)
        always = [*prefixes(context, state), *fuel(state), *lengths(state)]
        simple, within, known = inherited(context, state, True), ranges(context, state), so_far(context, state)
        choices = [
            ("counter", always),
            ("counter, range", [*always, *within]),
            ("accumulator", [*always, *simple]),
            *(("accumulator, one", [*always, each]) for each in simple[:_CONJUNCTS]),
            ("accumulator, range", [*always, *simple, *within]),
            ("result", [*always, *inherited(context, state, False)]),
            ("all", []),
        ]
        if known:
            best = [*always, *known, *simple]
            choices = [("so far", best), ("so far, range", [*best, *within]), *choices]
        # A call that only takes something apart is no loop, so there is nothing to hold throughout.
        chance = 0.8 if any(state.role(at) is Role.VARYING for at in state.at) else 0.1
        seen: set[tuple[str, ...]] = set()
        for rank, (label, invariants) in enumerate(choices):
            if tuple(invariants) not in seen:
                seen.add(tuple(invariants))
                yield _loop(context, state, general, label, invariants, chance * 0.85**rank)


def _loop(context: GoalContext, state: State, general: str, label: str, invariants: list[str], success: float) -> Split:
    binders = " ".join(f"({name} : {kind})" for name, kind in zip(state.names, state.types, strict=True))
    premises = "".join(f"({each}) → " for each in invariants)
    values = " ".join(map(atom, state.values))
    tactics = (
        f"have hloop : ∀ {binders}, {premises}({general}) := by",
        f"  intro {' '.join(state.names)}",
        f"  fun_induction {state.general} <;> (intros; {finish(context, frozenset({state.function.name}))})",
        f"refine hloop {values}{' ?_' * len(invariants)}",
        *([f"all_goals ({finish(context, frozenset({state.function.name}))})"] if invariants else []),
    )
    return Split(
        f"loop invariant: {label}",
        block(context, *tactics),
        heartbeats=LOOP_HEARTBEATS,
        cost=0.3,
        success=success,
        completes=True,
    )


SPLITTERS = (specifications,)
FINISHING = (taken_apart, loops)
"""What leaves nothing open (`decompose.splitters.finishing`)."""
