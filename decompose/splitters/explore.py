"""Lemmas about the file's helper functions that their types suggest: lengths, membership, homomorphism, idempotence,
involution, commutation, identities, preserved properties, equality with functions of the library, equations of loops.

Each lemma is proposed with a way to the goal that needs it, and the ways are such that Lean refuses lemmas that do not
help: the goal has to be closed with it, or rewritten by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from decompose.context import GoalContext
from decompose.reading import components, last_part
from decompose.signatures import Function, Parameter, Role
from decompose.sketch import Split
from decompose.splitters.base import block, lemma, typical_name
from decompose.splitters.induct import closed_with
from decompose.splitters.terms import atom, bare, canonical, occurs, shape, words

_FUNCTIONS = 4
_LEMMAS = 14
_LIBRARY: tuple[tuple[str, str], ...] = (
    ("List α → List α", "{0}.reverse"),
    ("List α → List α → List α", "{0} ++ {1}"),
    ("List α → List α → List α", "{0}.reverse ++ {1}"),
    ("(α → β) → List α → List β", "{1}.map {0}"),
    ("(α → Bool) → List α → List α", "{1}.filter {0}"),
    ("(α → Bool) → List α → Bool", "{1}.all {0}"),
    ("(α → Bool) → List α → Bool", "{1}.any {0}"),
    ("List α → Nat", "{0}.length"),
    ("List Nat → Nat", "{0}.sum"),
    ("List Int → Int", "{0}.sum"),
    ("List (List α) → List α", "{0}.flatten"),
    ("List α → Nat → List α", "{0}.take {1}"),
    ("List α → Nat → List α", "{0}.drop {1}"),
    ("Nat → List α → List α", "{1}.take {0}"),
    ("Nat → List α → List α", "{1}.drop {0}"),
    ("Nat → α → List α", "List.replicate {0} {1}"),
    ("Nat → List Nat", "List.range {0}"),
    ("α → List α → Bool", "{1}.contains {0}"),
    ("α → List α → Nat", "{1}.count {0}"),
    ("Nat → Nat → Nat", "{0} + {1}"),
    ("Nat → Nat → Nat", "{0} * {1}"),
    ("Nat → Nat → Nat", "max {0} {1}"),
    ("Nat → Nat → Nat", "min {0} {1}"),
    ("Nat → Nat → Nat", "{0} - {1}"),
    ("Nat → Nat → Nat", "{0} ^ {1}"),
    ("Int → Int → Int", "max {0} {1}"),
    ("Int → Int → Int", "min {0} {1}"),
    ("Int → Int", "↑(Int.natAbs {0})"),
    ("Option α → Option α → Option α", "{0}.or {1}"),
)
"""Types, with `α` and `β` for any, and functions of the library that have them."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A conjectured lemma: binders, what it says, where it would be used (`about`: function names), and a prior."""

    kind: str
    binders: tuple[Parameter, ...]
    claim: str
    about: frozenset[str]
    success: float
    rewrites: bool = True


@dataclass(frozen=True, slots=True)
class Signature:
    """A function with a name for each argument: `call` is it on all of them."""

    function: Function
    arguments: tuple[Parameter, ...]

    @property
    def call(self) -> str:
        return self.with_arguments({})

    @property
    def result(self) -> str:
        return self.function.result

    @property
    def binders(self) -> tuple[Parameter, ...]:
        return (*self.function.context, *self.arguments)

    def with_arguments(self, values: dict[str, str]) -> str:
        return " ".join((self.function.name, *(values.get(each.name, each.name) for each in self.arguments)))

    def of_type(self, type_text: str) -> list[Parameter]:
        return [each for each in self.arguments if each.type == type_text]


def signature(function: Function, taken: frozenset[str]) -> Signature:
    """Names for all explicit arguments, unused ones where the text has none."""
    names = set(taken) | {each.name for each in function.parameters if each.name}
    arguments = []
    for each in function.explicit:
        name = each.name if re.fullmatch(r"[^\W\d][\w']*", each.name) else typical_name(each.type, names)
        arguments.append(replace(each, name=name))
    return Signature(function, tuple(arguments))


def conjectures(context: GoalContext) -> Iterator[Guess]:
    """Lemmas about the functions that the goal mentions, those that fit its shape first."""
    names = frozenset(each.name for each in context.functions)
    helpers = [
        signature(each, names)
        for each in context.functions
        if each.explicit and each.result and not each.result.startswith(("Type", "Sort"))
    ]
    computing = [each for each in helpers if not each.function.is_predicate][:_FUNCTIONS]
    predicates = [each for each in helpers if each.function.is_predicate][:_FUNCTIONS]
    found: list[Guess] = []
    for each in computing:
        found += [*_alone(each), *_library(each), *_equation(each)]
        for other in computing:
            if other is not each:
                found += _together(each, other)
        for predicate in predicates:
            found += _properties(each, predicate)
    known = {last_part(name) for name in components(context.target)}

    def fit(guess: Guess) -> float:
        inside = sum(last_part(name) in known for name in guess.about) / max(len(guess.about), 1)
        visible = guess.rewrites and occurs(shape(guess.claim)[1][0], context.target, _names(guess))
        return guess.success * (0.25 + 0.75 * inside) * (2.0 if visible else 1.0)

    yield from sorted(found, key=lambda guess: -fit(guess))


def _names(guess: Guess) -> frozenset[str]:
    return frozenset(each.name for each in guess.binders)


def _alone(each: Signature) -> Iterator[Guess]:
    """Laws of one function whose result has the type of an argument, and what it does to lengths and members."""
    call, kind, about = each.call, each.result, frozenset((each.function.name,))
    same = each.of_type(kind)
    for argument in same[-2:]:
        x = argument.name
        twice = each.with_arguments({x: f"({call})"})
        if len(each.arguments) == 1:
            yield Guess("involution", each.binders, f"{twice} = {x}", about, 0.12)
        if argument is each.arguments[-1] and len(same) == 1:
            yield Guess("idempotence", each.binders, f"{twice} = {call}", about, 0.12)
        if _head(kind) == "List" and len(same) == 1:
            yield Guess("length", each.binders, f"({call}).length = {x}.length", about, 0.16)
            yield Guess("length bound", each.binders, f"({call}).length ≤ {x}.length", about, 0.06, False)
            member = Parameter("e", element(kind))
            yield Guess("membership", (*each.binders, member), f"e ∈ {call} ↔ e ∈ {x}", about, 0.14)
            for other in each.arguments:
                if other.type == member.type and other is not argument:
                    claim = f"e ∈ {call} ↔ e = {other.name} ∨ e ∈ {x}"
                    yield Guess("membership", (*each.binders, member), claim, about, 0.18)
                    yield Guess("length", each.binders, f"({call}).length = {x}.length + 1", about, 0.16)
            yield Guess("permutation", each.binders, f"({call}).Perm {x}", about, 0.08, False)
    if len(same) == 2 and len(each.arguments) >= 2:
        yield from _binary(each, same[0], same[1])
    for argument, role in zip(each.arguments, each.function.roles, strict=True):
        if _head(argument.type) == "List" and (role is Role.STRUCTURAL or not each.function.recursive):
            yield from _homomorphism(each, argument)
    if kind == "Nat" and len(each.arguments) == 1:
        yield Guess("positivity", each.binders, f"0 < {call}", about, 0.06, False)


def _binary(each: Signature, first: Parameter, second: Parameter) -> Iterator[Guess]:
    """Associativity, commutativity, identities of an operation, and what it does to lengths."""
    call, kind, about = each.call, each.result, frozenset((each.function.name,))
    x, y = first.name, second.name
    third = Parameter("z" if "z" not in (x, y) else "w", kind)
    left = each.with_arguments({x: f"({call})", y: third.name})
    right = each.with_arguments({y: f"({each.with_arguments({x: y, y: third.name})})"})
    yield Guess("associativity", (*each.binders, third), f"{left} = {right}", about, 0.2)
    yield Guess("commutativity", each.binders, f"{call} = {each.with_arguments({x: y, y: x})}", about, 0.08)
    for neutral in {"List": ("[]",), "Nat": ("0",), "Int": ("0",), "Array": ("#[]",)}.get(_head(kind), ()):
        rest = tuple(other for other in each.binders if other.name != y)
        yield Guess("right identity", rest, f"{each.with_arguments({y: neutral})} = {x}", about, 0.2)
        rest = tuple(other for other in each.binders if other.name != x)
        yield Guess("left identity", rest, f"{each.with_arguments({x: neutral})} = {y}", about, 0.12)
    if _head(kind) == "List":
        yield Guess("length of both", each.binders, f"({call}).length = {x}.length + {y}.length", about, 0.18)
        member = Parameter("e", element(kind))
        for number, claim in enumerate((f"e ∈ {x} ∨ e ∈ {y}", f"e ∈ {x} ∧ e ∈ {y}", f"e ∈ {y} ∧ e ∉ {x}")):
            claim = f"e ∈ {call} ↔ {claim}"
            yield Guess("membership of both", (*each.binders, member), claim, about, 0.16 / (1 + 0.2 * number))


def _homomorphism(each: Signature, argument: Parameter) -> Iterator[Guess]:
    """What the function makes of `xs ++ ys`."""
    about = frozenset((each.function.name,))
    x = argument.name
    y = Parameter(f"{x}'", argument.type)
    both, first, second = (each.with_arguments({x: term}) for term in (f"({x} ++ {y.name})", x, y.name))
    joins = {
        "Nat": ("{0} + {1}", "max ({0}) ({1})"),
        "Int": ("{0} + {1}",),
        "Bool": ("({0} && {1})", "({0} || {1})"),
        "List": ("{0} ++ {1}", "{1} ++ {0}"),
        "Prop": ("{0} ∧ {1}",),
    }.get(_head(each.result), ())
    for number, join in enumerate(joins):
        claim = f"{both} = {join.format(first, second)}"
        yield Guess("homomorphism", (*each.binders, y), claim, about, 0.18 if number == 0 else 0.1)
    changing = zip(each.arguments, each.function.roles, strict=True)
    varying = [
        other
        for other, role in changing
        if other is not argument and role is not Role.FIXED and other.type == each.result
    ]
    for state in varying[:1]:
        inner = each.with_arguments({})
        claim = f"{both} = {each.with_arguments({x: y.name, state.name: f'({inner})'})}"
        yield Guess("run of an append", (*each.binders, y), claim, about, 0.25)


def _head(kind: str) -> str:
    """`List` of `List Nat`; "" for products and functions."""
    return "" if {"×", "→"} & set(bare(kind).split()) and not kind.startswith("List (") else kind.split()[0]


def element(kind: str) -> str:
    """`Nat` of `List Nat`."""
    inner = kind.partition(" ")[2].strip()
    return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner


def _library(each: Signature) -> Iterator[Guess]:
    """Equality with a function of the library of the same type."""
    about = frozenset((each.function.name,))
    shown = " → ".join((*(_as_argument(argument.type) for argument in each.arguments), each.result))
    arguments = [argument.name for argument in each.arguments]
    for pattern, term in _LIBRARY:
        if _fits(pattern, shown):
            right = term.format(*(atom(name) for name in arguments))
            yield Guess("library function", each.binders, f"{each.call} = {right}", about, 0.12)


def _as_argument(type_text: str) -> str:
    return f"({type_text})" if "→" in type_text and not type_text.startswith("(") else type_text


def _fits(pattern: str, shown: str) -> bool:
    """`shown` is `pattern` with types for `α` and `β`, the same one wherever the same letter stands."""
    expression = re.escape(pattern)
    for letter, group in (("α", "a"), ("β", "b")):
        first = True
        while letter in expression:
            inner = rf"(?P<{group}>\w+|\([^→]*?\))" if first else rf"(?P={group})"
            expression = expression.replace(letter, inner, 1)
            first = False
    return re.fullmatch(expression, shown) is not None


def _equation(each: Signature) -> Iterator[Guess]:
    """The defining equation of a loop that is written as one expression."""
    body = " ".join(each.function.body.split())
    is_loop = (
        each.function.recursive
        and not each.function.owner
        and body
        and not body.startswith("|")
        and "match" not in words(body)
    )
    if is_loop and len(body) < 300 and "let" not in words(body):
        about = frozenset((each.function.name,))
        yield Guess("defining equation", each.binders, f"{each.call} = {body}", about, 0.12)


def _renamed(other: Signature, taken: set[str]) -> Signature:
    arguments = []
    for each in other.arguments:
        name = each.name
        while name in taken:
            name += "'"
        taken.add(name)
        arguments.append(replace(each, name=name))
    return Signature(other.function, tuple(arguments))


def _together(outer: Signature, inner: Signature) -> Iterator[Guess]:
    """What `outer` makes of a result of `inner`: the same as of its argument, the same the other way round,
    a measure."""
    contexts = [{each.binder for each in side.function.context} for side in (outer, inner)]
    if all(contexts) and contexts[0] != contexts[1]:
        return
    inner = _renamed(inner, {each.name for each in outer.arguments})
    about = frozenset((outer.function.name, inner.function.name))
    for place in outer.of_type(inner.result)[-1:]:
        rest = tuple(each for each in outer.arguments if each is not place)
        context = outer.function.context or inner.function.context
        binders = (*context, *rest, *inner.arguments)
        composed = outer.with_arguments({place.name: f"({inner.call})"})
        for argument in inner.of_type(place.type)[-1:]:
            plain = outer.with_arguments({place.name: argument.name})
            yield Guess("invariance", binders, f"{composed} = {plain}", about, 0.16)
            if outer.result == inner.result == place.type:
                swapped = inner.with_arguments({argument.name: f"({plain})"})
                yield Guess("commutation", binders, f"{composed} = {swapped}", about, 0.1)
            if outer.result in ("Nat", "Int"):
                yield Guess("growth", binders, f"{composed} = {plain} + 1", about, 0.15)
                for mine in rest:
                    for theirs in inner.arguments:
                        if mine.type == theirs.type and theirs is not argument:
                            claim = f"{composed} = {plain} + (if {mine.name} = {theirs.name} then 1 else 0)"
                            yield Guess("counting", binders, claim, about, 0.15)
                for theirs in inner.of_type(outer.result):
                    if theirs is not argument:
                        yield Guess("scaling", binders, f"{composed} = {theirs.name} * {plain}", about, 0.17)
                        yield Guess("shift", binders, f"{composed} = {theirs.name} + {plain}", about, 0.12)
                yield Guess("monotonicity", binders, f"{composed} ≤ {plain}", about, 0.06, False)
        yield from _inverse(outer, inner, place)
        both = inner.of_type(place.type)
        if len(both) == 2 and outer.result in ("Nat", "Int", inner.result):
            left, right = (outer.with_arguments({place.name: each.name}) for each in both)
            if outer.result in ("Nat", "Int"):
                yield Guess("measure of both", binders, f"{composed} = {left} + {right}", about, 0.2)
            else:
                first, second = (each.name for each in both)
                one = inner.with_arguments({first: f"({left})", second: f"({right})"})
                other = inner.with_arguments({first: f"({right})", second: f"({left})"})
                yield Guess("homomorphism", binders, f"{composed} = {one}", about, 0.16)
                yield Guess("antihomomorphism", binders, f"{composed} = {other}", about, 0.16)


def _inverse(outer: Signature, inner: Signature, place: Parameter) -> Iterator[Guess]:
    """`outer` undoes `inner`; further arguments of equal types are the same for both."""
    about = frozenset((outer.function.name, inner.function.name))
    others = [each for each in outer.arguments if each is not place]
    for argument in inner.of_type(outer.result)[-1:]:
        rest = [each for each in inner.arguments if each is not argument]
        if [each.type for each in others] != [each.type for each in rest]:
            continue
        shared = {mine.name: theirs.name for mine, theirs in zip(others, rest, strict=True)}
        claim = f"{outer.with_arguments({place.name: f'({inner.call})', **shared})} = {argument.name}"
        binders = (*(outer.function.context or inner.function.context), *inner.arguments)
        yield Guess("inverse", binders, claim, about, 0.2)


def _properties(each: Signature, predicate: Signature) -> Iterator[Guess]:
    """The predicate holds of the function's results, always or when it holds of the argument."""
    if any(predicate.function.name in words(parameter.type) for parameter in each.function.parameters):
        return  # its precondition
    predicate = _renamed(predicate, {argument.name for argument in each.arguments})
    about = frozenset((each.function.name, predicate.function.name))
    for place in predicate.of_type(each.result)[-1:]:
        rest = tuple(other for other in predicate.arguments if other is not place)
        context = each.function.context or predicate.function.context
        binders = (*context, *rest, *each.arguments)
        claim = predicate.with_arguments({place.name: f"({each.call})"})
        for argument in each.of_type(place.type)[-1:]:
            premise = Parameter("h", predicate.with_arguments({place.name: argument.name}))
            yield Guess("preserved property", (*binders, premise), claim, about, 0.22, False)
            plain = predicate.with_arguments({place.name: argument.name})
            yield Guess("property of results", binders, f"{claim} ↔ {plain}", about, 0.1)
        yield Guess("established property", binders, claim, about, 0.12, False)


def lemmas(context: GoalContext) -> Iterator[Split]:
    """Splits that rest on one conjecture: the goal closed with it, rewritten by it, or closed by induction with it."""
    earlier = {last_part(name) for name in context.lemmas}
    used = 0
    seen: set[frozenset[str]] = set()
    for guess in conjectures(context):
        if used >= _LEMMAS:
            return
        text = f"{' '.join(each.binder for each in guess.binders)} : {guess.claim}".strip()
        said = frozenset(shape(guess.claim)[1]) if "↔" in guess.claim or " = " in guess.claim else frozenset((text,))
        if said in seen or _is_goal(context, guess):
            continue
        seen.add(said)
        new = lemma(context, guess.kind.replace(" ", "_"), text)
        if new.name in earlier:
            continue
        used += 1
        label = f"lemma: {guess.kind}"
        if guess.rewrites and occurs(shape(guess.claim)[1][0], context.target, _names(guess)):
            yield Split(
                f"{label}; rewrite",
                block(context, f"rw [{new.name}]" if guess.kind == "commutativity" else f"simp only [{new.name}]"),
                (new,),
                cost=0.4,
                success=round(guess.success, 3),
            )
            continue
        yield closed_with(context, new, label, round(guess.success, 3))


def _is_goal(context: GoalContext, guess: Guess) -> bool:
    """The conjecture says what the goal says."""
    locals_ = frozenset(each.name for each in context.locals)
    return canonical(guess.claim, _names(guess)) == canonical(context.target, locals_)


SPLITTERS = (lemmas,)
