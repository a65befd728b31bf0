"""Program templates: where a body recurses, so that its parts become problems for the enumeration.

Right results are known at many inputs (`oracle`), so the value of a recursive call is known too, and the branches of a
recursion are problems of their own: find the step from the call's value to the result (Albarghouthi et al. 2013;
Kneuss et al. 2013 call it closing the trace).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from decompose.counterexample.values import Type
from prover.synth.components import NAT, Component
from prover.synth.enumerate import Effort, Problem, Row, Term, solve
from prover.synth.holes import Candidate
from prover.synth.natives import Native
from prover.synth.oracle import Input, Signature

Examples = Mapping[Input, frozenset[Native]]


@dataclass(frozen=True)
class Goal:
    """What to find: a body for `name` with these parameters that is right at the examples. `names`: as the body has
    them. `wrap`: brings parameters that the head does not name into the body."""

    name: str
    names: tuple[str, ...]
    signature: Signature
    examples: Examples
    library: Sequence[Component]

    def value(self, given: Input) -> Native | None:
        """The right result at an input, as a tuple of one; None where it is not known or not unique."""
        right = self.examples.get(given, frozenset())
        return (next(iter(right)),) if len(right) == 1 else None


@dataclass(frozen=True)
class _Call:
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
    calls: tuple[_Call, ...] = ()


def programs(goal: Goal, effort: Effort) -> Iterator[Candidate]:
    """Bodies that are right at the examples, the cheap templates first. Each once."""
    seen: set[str] = set()
    for body, origin in _bodies(goal, effort):
        if body not in seen:
            seen.add(body)
            yield Candidate(body, (), origin)


def _bodies(goal: Goal, effort: Effort) -> Iterator[tuple[str, str]]:
    quick = replace(effort, seconds=effort.seconds / 4, size=6, depth=1)
    for body in _direct(goal, quick):
        yield body, "enumeration"
    makers: list[tuple[str, Callable[[Goal, int], Iterator[tuple[list[Branch], str]]]]] = [
        ("structural recursion", structural),
        ("recursion on two arguments", _parallel),
        ("recursion in steps of two", _by_two),
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
    for body in _direct(goal, effort):
        yield body, "enumeration"


def _direct(goal: Goal, effort: Effort) -> Iterator[str]:
    rows = tuple(Row(given, right) for given, right in goal.examples.items())
    problem = Problem(goal.names, goal.signature.types, goal.signature.result, rows)
    yield from (term.text for term in solve(problem, goal.library, effort))


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
        return None
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
        found = next(solve(problem, goal.library, effort), None)
    else:
        found = next(solve(plain, goal.library, effort), None)
    if found is None:
        return None
    text = found.text
    for placeholder, call in zip(calls, branch.calls, strict=True):
        text = replaced(text, placeholder, call.text)
    return text


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


def _arguments(goal: Goal, changed: Mapping[int, str]) -> str:
    return " ".join([goal.name, *(changed.get(i, name) for i, name in enumerate(goal.names))])


def _set(given: Input, changed: Mapping[int, Native]) -> Input:
    return tuple(changed.get(i, value) for i, value in enumerate(given))


def _fresh(goal: Goal, *wanted: str) -> tuple[str, ...]:
    taken = set(goal.names) | {goal.name}
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
        for change in _changes(goal, other):
            yield [_with_calls(goal, position, case, {other: change}) for case in cases], goal.names[position]


@dataclass(frozen=True)
class _Change:
    """Another parameter's new value in a call, from its old one and the first new variable of the branch."""

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


def _changes(goal: Goal, other: int) -> Iterator[_Change]:
    type_ = goal.signature.types[other]
    return (each for each in _CHANGES if type_.name in ("Nat", "List") and each.of(type_, _first(goal, other)))


def _first(goal: Goal, other: int) -> Type:
    """The type of the first variable of the branches: of list elements, as far as one can tell."""
    for i, type_ in enumerate(goal.signature.types):
        if i != other and type_.name == "List":
            return type_.arguments[0]
    return NAT


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
            (n,) = _fresh(goal, "n")
            return [
                _Case("0", (), (), lambda v: () if v == 0 else None),
                _Case(f"{n} + 1", (n,), (NAT,), lambda v: (v - 1,) if v else None),
            ]
        case "List":
            h, t = _fresh(goal, "h", "t")
            return [
                _Case("[]", (), (), lambda v: None if v else ()),
                _Case(f"{h} :: {t}", (h, t), (type_.arguments[0], type_), lambda v: (v[0], v[1:]) if v else None),
            ]
        case "Option":
            (a,) = _fresh(goal, "a")
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
            a, b = _fresh(goal, "a", "b")
            return [_Case(f"({a}, {b})", (a, b), type_.arguments, lambda v: v)]
    found = []
    for number, constructor in enumerate(goal.signature.constructors.get(type_, ())):
        names = _fresh(goal, *(f"{'abcdefgh'[i % 8]}" for i in range(len(constructor.fields))))
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
        if type_ != own:
            continue
        first = case.names[0]
        texts = {position: name} | {i: c.text(goal.names[i], first) for i, c in changed.items()}

        def arguments(given: Input, new: tuple[Native, ...], at: int = at) -> Input:
            values = {position: new[at]} | {i: c.value(given[i], new[0]) for i, c in changed.items()}
            return _set(given, values)

        calls.append(_Call(_arguments(goal, texts), arguments))
    return Branch(case.pattern, case.names, case.types, lambda given: case.split(given[position]), tuple(calls))


def _parallel(goal: Goal, position: int) -> Iterator[tuple[list[Branch], str]]:
    """Match on this parameter and a later one: a case for each pair of constructors, calls on the parts of both."""
    for other in range(position + 1, len(goal.names)):
        left, right = _cases(goal, position), _cases(goal, other)
        if not left or not right or len(left) * len(right) > 12:
            continue
        branches = []
        for a in left:
            for b in right:
                renamed = dict(
                    zip(b.names, _fresh(replace(goal, names=(*goal.names, *a.names)), *b.names), strict=True)
                )
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
            if left != goal.signature.types[position] or right != goal.signature.types[other]:
                continue
            texts = {position: a.names[i], other: names[j]}

            def both(given: Input, new: tuple[Native, ...], i: int = i, j: int = j) -> Input:
                return _set(given, {position: new[i], other: new[len(a.names) + j]})

            calls.append(_Call(_arguments(goal, texts), both))

    def split(given: Input) -> tuple[Native, ...] | None:
        first, second = a.split(given[position]), b.split(given[other])
        return None if first is None or second is None else (*first, *second)

    return Branch(f"{a.pattern}, {pattern}", (*a.names, *names), (*a.types, *b.types), split, tuple(calls))


def _by_two(goal: Goal, position: int) -> Iterator[tuple[list[Branch], str]]:
    """`0`, `1`, `n + 2` and `[]`, `[a]`, `a :: b :: t`, with calls one and two steps down."""
    type_, own = goal.signature.types[position], goal.names[position]
    if type_ == NAT:
        (n,) = _fresh(goal, "n")
        calls = (
            _Call(_arguments(goal, {position: n}), lambda given, new: _set(given, {position: new[0]})),
            _Call(_arguments(goal, {position: f"({n} + 1)"}), lambda given, new: _set(given, {position: new[0] + 1})),
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
        a, b, t = _fresh(goal, "a", "b", "t")
        element = type_.arguments[0]
        lists = (
            _Call(_arguments(goal, {position: t}), lambda given, new: _set(given, {position: new[2]})),
            _Call(
                _arguments(goal, {position: f"({b} :: {t})"}),
                lambda given, new: _set(given, {position: (new[1], *new[2])}),
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


def _folds(goal: Goal, position: int, effort: Effort) -> Iterator[str]:
    """`xs.foldl (fun acc x => step) start`: a list's value is one step from the value of all but its last element."""
    type_ = goal.signature.types[position]
    if type_.name != "List":
        return
    acc, x = _fresh(goal, "acc", "x")
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
        elif (before := goal.value(_set(given, {position: whole[:-1]}))) is not None:
            rows.append(Row((*others, whole[-1], before[0]), right))
    if not rows or not starts:
        return
    start = next(
        solve(Problem(names[:-2], types[:-2], goal.signature.result, tuple(starts)), goal.library, effort), None
    )
    if start is None:
        return
    for step in islice(solve(Problem(names, types, goal.signature.result, tuple(rows)), goal.library, effort), 1):
        yield f"{goal.names[position]}.foldl (fun {acc} {x} => {step.text}) {start.argument}"


def _halves(goal: Goal, position: int, effort: Effort) -> Iterator[str]:
    """`if n = 0 then start else step (f (n / 2))`."""
    if goal.signature.types[position] != NAT:
        return
    own = goal.names[position]
    zero = Branch("", (), (), lambda g: () if g[position] == 0 else None)
    half = _Call(
        _arguments(goal, {position: f"({own} / 2)"}), lambda given, new: _set(given, {position: given[position] // 2})
    )
    more = Branch("", (), (), lambda g: () if g[position] else None, (half,))
    start = _branch(goal, zero, effort)
    step = _branch(goal, more, effort) if start is not None else None
    if step is not None:
        yield f"if {own} = 0 then {start} else {step}"
