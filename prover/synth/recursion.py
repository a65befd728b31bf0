"""How a body can recurse: the cases of a match, and the recursive calls that each of them may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from decompose.counterexample.values import Type
from prover.synth.components import BOOL, NAT, Component, Function
from prover.synth.natives import Native
from prover.synth.oracle import Input
from prover.synth.problem import STUCK, Effort, Problem, Term
from prover.synth.signature import Signature

Examples = Mapping[Input, frozenset[Native]]


@dataclass(frozen=True)
class Goal:
    """What to find: a body for `name` with these parameters that is right at the examples. `names`: as the body has
    them. `solved`: what came of problems so far, for goals with the same library: a new example changes few of them.
    `preferred`: which of several right results a recursive call is taken to have. `closed`: no recursive calls.
    `inner`: so deep it lies in another goal."""

    name: str
    names: tuple[str, ...]
    signature: Signature
    examples: Examples
    library: Sequence[Component]
    solved: dict[tuple[Problem, Effort], Term | None] = field(default_factory=dict, compare=False)
    preferred: Mapping[Input, Native] = field(default_factory=dict)
    closed: bool = False
    inner: int = 0

    @property
    def recursive(self) -> bool:
        """A recursive call of a program with a precondition would need its proof."""
        return not self.signature.proofs and not self.closed

    @cached_property
    def common(self) -> list[Component]:
        """The components that are worth trying in larger terms, too."""
        return [each for each in self.library if not each.rare]

    @cached_property
    def building(self) -> list[Component]:
        """What puts results together and what tells cases apart: few enough for large terms."""
        told = [each for each in self.common if each.result == BOOL or each.name in ("fst", "snd")]
        plain = [each for each in told if not any(isinstance(a, Function) for a in each.arguments)]
        made = [each for each in self.common if each.builds]  # components of the file's own functions have no hash
        return made + [each for each in plain if each not in made]

    def value(self, given: Input) -> Native | None:
        """The right result at an input, as a tuple of one; None where it is not known, or there are several and none
        is preferred."""
        right = self.examples.get(given, frozenset())
        if len(right) > 1 and (chosen := self.preferred.get(given, STUCK)) in right:
            return (chosen,)
        return (next(iter(right)),) if len(right) == 1 else None


@dataclass(frozen=True)
class Call:
    """A recursive call in a branch. `text`: Lean. `at`: the arguments, out of the input and the branch's new values."""

    text: str
    at: Callable[[Input, tuple[Native, ...]], Input]


@dataclass(frozen=True)
class Branch:
    """A case of a recursion. `pattern`: of the match. `split`: the values of its new variables, None where the case
    does not apply."""

    pattern: str
    names: tuple[str, ...]
    types: tuple[Type, ...]
    split: Callable[[Input], tuple[Native, ...] | None]
    calls: tuple[Call, ...] = ()


def arguments_of(goal: Goal, changed: Mapping[int, str]) -> str:
    return " ".join([goal.name, *(changed.get(i, name) for i, name in enumerate(goal.names))])


def changed_at(given: Input, changed: Mapping[int, Native]) -> Input:
    return tuple(changed.get(i, value) for i, value in enumerate(given))


def fresh(goal: Goal, *wanted: str) -> tuple[str, ...]:
    # A variable of that name would hide a function of the file.
    taken = {*goal.names, goal.name, *(component.name for component in goal.library)}
    made = []
    for name in wanted:
        while name in taken:
            name += "'"
        taken.add(name)
        made.append(name)
    return tuple(made)


def structural(goal: Goal, position: int) -> Iterator[tuple[list[Branch], str]]:
    """Match on one parameter, with a call for each part of its own type; then with another parameter changed too."""
    cases = _cases(goal, position)
    if not cases:
        return
    plain = [_with_calls(goal, position, case, {}) for case in cases]
    yield plain, goal.names[position]
    if not any(branch.calls for branch in plain):
        return
    for other in range(len(goal.names)):
        if other == position:
            continue
        for change in _CHANGES:
            # A case whose first variable is of another type keeps the parameter as it is.
            fits = [bool(case.types) and change.of(goal.signature.types[other], case.types[0]) for case in cases]
            made = [
                _with_calls(goal, position, case, {other: change} if fit else {})
                for case, fit in zip(cases, fits, strict=True)
            ]
            if any(fit and branch.calls for fit, branch in zip(fits, made, strict=True)):
                yield made, goal.names[position]


@dataclass(frozen=True)
class _Change:
    """Another parameter's new value in a call, from its old one and the first new variable of the branch. `of`: whether
    it is for a parameter of the first type and a variable of the second."""

    text: Callable[[str, str], str]
    value: Callable[[Native, Native], Native]
    of: Callable[[Type, Type], bool]


_CHANGES = (
    _Change(lambda p, h: f"({h} :: {p})", lambda p, h: (h, *p), lambda p, h: p.name == "List" and p.arguments[0] == h),
    _Change(lambda p, h: f"({p} + {h})", lambda p, h: p + h, lambda p, h: p == h == NAT),
    _Change(lambda p, h: f"({p} + 1)", lambda p, h: p + 1, lambda p, h: p == NAT),
    _Change(lambda p, h: f"({p} - 1)", lambda p, h: max(p - 1, 0), lambda p, h: p == NAT),
    _Change(lambda p, h: f"{p}.tail", lambda p, h: p[1:], lambda p, h: p.name == "List"),
)


@dataclass(frozen=True)
class _Case:
    pattern: str
    names: tuple[str, ...]
    types: tuple[Type, ...]
    split: Callable[[Native], tuple[Native, ...] | None]


def _cases(goal: Goal, position: int) -> list[_Case]:
    """The constructors of a parameter's type, with names for their fields."""
    type_ = goal.signature.types[position]
    match type_.name:
        case "Nat":
            (n,) = fresh(goal, "n")
            return [
                _Case("0", (), (), lambda v: () if v == 0 else None),
                _Case(f"{n} + 1", (n,), (NAT,), lambda v: (v - 1,) if v else None),
            ]
        case "List":
            h, t = fresh(goal, "h", "t")
            return [
                _Case("[]", (), (), lambda v: None if v else ()),
                _Case(f"{h} :: {t}", (h, t), (type_.arguments[0], type_), lambda v: (v[0], v[1:]) if v else None),
            ]
        case "Option":
            (a,) = fresh(goal, "a")
            return [
                _Case("none", (), (), lambda v: () if v is None else None),
                _Case(f"some {a}", (a,), type_.arguments, lambda v: v),
            ]
        case "Bool":
            return [
                _Case("true", (), (), lambda v: () if v else None),
                _Case("false", (), (), lambda v: None if v else ()),
            ]
        case "Prod":
            a, b = fresh(goal, "a", "b")
            return [_Case(f"({a}, {b})", (a, b), type_.arguments, lambda v: v)]
    found = []
    for number, constructor in enumerate(goal.signature.constructors.get(type_, ())):
        names = fresh(goal, *(f"{'abcdefgh'[i % 8]}" for i in range(len(constructor.fields))))
        pattern = " ".join((f".{constructor.name}", *names))

        def split(value: Native, number: int = number) -> tuple[Native, ...] | None:
            fields: tuple[Native, ...] = value[1:]
            return fields if value[0] == number else None

        found.append(_Case(pattern, names, constructor.fields, split))
    return found


def _with_calls(goal: Goal, position: int, case: _Case, changed: Mapping[int, _Change]) -> Branch:
    """A case with a recursive call for each field of the parameter's own type."""
    own = goal.signature.types[position]
    calls = []
    for at, (name, type_) in enumerate(zip(case.names, case.types, strict=True)):
        if type_ != own or not goal.recursive:
            continue
        first = case.names[0]
        texts = {position: name} | {i: c.text(goal.names[i], first) for i, c in changed.items()}

        def moved(given: Input, new: tuple[Native, ...], at: int = at) -> Input:
            values = {position: new[at]} | {i: c.value(given[i], new[0]) for i, c in changed.items()}
            return changed_at(given, values)

        calls.append(Call(arguments_of(goal, texts), moved))
    return Branch(case.pattern, case.names, case.types, lambda given: case.split(given[position]), tuple(calls))


def parallel(goal: Goal, position: int) -> Iterator[tuple[list[Branch], str]]:
    """Match on this parameter and a later one: a case for each pair of constructors, calls on the parts of both."""
    for other in range(position + 1, len(goal.names)):
        left, right = _cases(goal, position), _cases(goal, other)
        if not left or not right or len(left) * len(right) > 12:
            continue
        branches = []
        for a in left:
            for b in right:
                renamed = dict(zip(b.names, fresh(replace(goal, names=(*goal.names, *a.names)), *b.names), strict=True))
                branches.append(_pair(goal, position, other, a, b, renamed))
        yield branches, f"{goal.names[position]}, {goal.names[other]}"


def _pair(goal: Goal, position: int, other: int, a: _Case, b: _Case, renamed: Mapping[str, str]) -> Branch:
    pattern = " ".join(renamed.get(word, word) for word in b.pattern.split())
    for old, new in renamed.items():
        pattern = pattern.replace(f"({old},", f"({new},").replace(f"{old})", f"{new})")
    names = tuple(renamed[name] for name in b.names)
    calls = []
    for i, left in enumerate(a.types):
        for j, right in enumerate(b.types):
            if (left, right) != (goal.signature.types[position], goal.signature.types[other]) or not goal.recursive:
                continue
            texts = {position: a.names[i], other: names[j]}

            def both(given: Input, new: tuple[Native, ...], i: int = i, j: int = j) -> Input:
                return changed_at(given, {position: new[i], other: new[len(a.names) + j]})

            calls.append(Call(arguments_of(goal, texts), both))

    def split(given: Input) -> tuple[Native, ...] | None:
        first, second = a.split(given[position]), b.split(given[other])
        return None if first is None or second is None else (*first, *second)

    return Branch(f"{a.pattern}, {pattern}", (*a.names, *names), (*a.types, *b.types), split, tuple(calls))


def by_two(goal: Goal, position: int) -> Iterator[tuple[list[Branch], str]]:
    """`0`, `1`, `n + 2` and `[]`, `[a]`, `a :: b :: t`, with calls one and two steps down."""
    if not goal.recursive:
        return
    type_, own = goal.signature.types[position], goal.names[position]
    if type_ == NAT:
        (n,) = fresh(goal, "n")
        calls = (
            Call(arguments_of(goal, {position: n}), lambda given, new: changed_at(given, {position: new[0]})),
            Call(
                arguments_of(goal, {position: f"({n} + 1)"}),
                lambda given, new: changed_at(given, {position: new[0] + 1}),
            ),
        )
        yield (
            [
                Branch("0", (), (), lambda g: () if g[position] == 0 else None),
                Branch("1", (), (), lambda g: () if g[position] == 1 else None),
                Branch(f"{n} + 2", (n,), (NAT,), lambda g: (g[position] - 2,) if g[position] > 1 else None, calls),
            ],
            own,
        )
    if type_.name == "List":
        a, b, t = fresh(goal, "a", "b", "t")
        element = type_.arguments[0]
        lists = (
            Call(arguments_of(goal, {position: t}), lambda given, new: changed_at(given, {position: new[2]})),
            Call(
                arguments_of(goal, {position: f"({b} :: {t})"}),
                lambda given, new: changed_at(given, {position: (new[1], *new[2])}),
            ),
        )
        yield (
            [
                Branch("[]", (), (), lambda g: None if g[position] else ()),
                Branch(f"[{a}]", (a,), (element,), lambda g: g[position] if len(g[position]) == 1 else None),
                Branch(
                    f"{a} :: {b} :: {t}",
                    (a, b, t),
                    (element, element, type_),
                    lambda g: (g[position][0], g[position][1], g[position][2:]) if len(g[position]) > 1 else None,
                    lists,
                ),
            ],
            own,
        )
