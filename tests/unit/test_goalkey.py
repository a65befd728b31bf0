"""The goal key: equal where nothing differs that matters, different otherwise."""

from __future__ import annotations

import itertools
import random
from typing import Any

import networkx as nx
import pytest
from goals import Entry, goal, var, variables
from hypothesis import given, settings
from hypothesis import strategies as st
from termdoc import NAT, PROP, TYPE, Builder, Term, app, bvar, const, eq, lam, nat, param, pi, sort

from decompose.definitions import Definitions
from decompose.goalkey import goal_key, is_trivial_child
from lean_project.check.terms import DocumentError
from lean_project.model import ClosedGoal

NONE = Definitions.none()
LESS = const("Nat.lt")
X, Y, Z = (var(name) for name in "xyz")
THING = const("Thing")
"""A library type of which nothing is known."""


def rel(name: str, *args: Term) -> Term:
    return app(const(name), *args)


def key(entries: list[Entry], target: Term, **more: Any) -> str:
    return goal_key(goal(entries, target, **more), NONE)


# -- random goals ------------------------------------------------------------------------------------------------------


@st.composite
def goals(draw: st.DrawFn) -> tuple[list[Entry], Term]:
    """Type variables, variables, lets, hypotheses (some with binders of their own), and a target."""
    types = [f"t{i}" for i in range(draw(st.integers(0, 2)))]
    entries: list[Entry] = [(t, sort(("s", param(draw(st.sampled_from(["u", "v"])))))) for t in types]
    names: list[str] = []
    for i in range(draw(st.integers(0, 6))):
        kinds = [NAT, THING, *map(var, types)]
        of = draw(st.sampled_from(kinds))
        if names and draw(st.integers(0, 5)) == 0:
            entries.append((f"x{i}", NAT, rel("f", var(draw(st.sampled_from(names))))))
        else:
            entries.append((f"x{i}", of))
        names.append(f"x{i}")

    def proposition() -> Term:
        args = draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
        inner = rel(draw(st.sampled_from("PQ")), *map(var, args))
        if draw(st.booleans()):
            inner = app(const("All"), lam(NAT, rel("R", bvar(0), *map(var, args[:1]))), inner)
        if draw(st.integers(0, 3)) == 0 and types:
            inner = app(inner, const("c", param("u")), var(types[0]))
        return inner

    entries += [(f"h{i}", proposition()) for i in range(draw(st.integers(0, 5)))]
    return entries, proposition()


def shuffled(entries: list[Entry], rng: random.Random) -> list[Entry]:
    """Another order that the dependencies allow."""
    left, placed, order = list(entries), set[str](), []
    while left:
        ready = [entry for entry in left if set().union(*map(variables, entry[1:])) <= placed]
        chosen = rng.choice(ready)
        left.remove(chosen)
        placed.add(chosen[0])
        order.append(chosen)
    return order


def renamed(term: Any, names: dict[str, str]) -> Any:
    """Variables and universe parameters under other names."""
    if not isinstance(term, tuple):
        return term
    if len(term) == 2 and term[0] in ("v", "p") and isinstance(term[1], str):
        return (term[0], names.get(term[1], term[1]))
    return tuple(renamed(part, names) for part in term)


@settings(max_examples=300, deadline=None)
@given(goals(), st.randoms(use_true_random=False))
def test_names_order_annotations_and_intro_do_not_count(made: tuple[list[Entry], Term], rng: random.Random) -> None:
    entries, target = made
    for strict in (False, True):
        expected = goal_key(goal(entries, target, levels=("u", "v")), NONE, strict=strict)
        fresh = [f"n{i}" for i in range(len(entries))]
        rng.shuffle(fresh)
        names = {entry[0]: new for entry, new in zip(entries, fresh, strict=True)} | {"u": "a", "v": "b"}
        other = [(names[entry[0]], *(renamed(part, names) for part in entry[1:])) for entry in shuffled(entries, rng)]
        variant = goal(
            other,
            renamed(target, names),
            levels=("b", "a"),
            introduced=rng.randint(0, len(entries)),
            info=rng.randint(0, 3),
            share=rng.random() < 0.5,
        )
        assert goal_key(variant, NONE, strict=strict) == expected


@settings(max_examples=100, deadline=None)
@given(goals(), goals(), st.randoms(use_true_random=False))
def test_a_child_with_fewer_hypotheses_is_trivial(
    made: tuple[list[Entry], Term], other: tuple[list[Entry], Term], rng: random.Random
) -> None:
    entries, target = made
    used = variables(target).union(*(variables(part) for entry in entries for part in entry[1:]))
    fewer = [entry for entry in entries if entry[0] in used or rng.random() < 0.5]
    child = goal(shuffled(fewer, rng), target, levels=("v", "u"))
    whole = goal(entries, target, levels=("u", "v"))
    assert is_trivial_child(whole, child, NONE)
    stranger = goal(other[0], app(const("Other"), other[1]), levels=("u", "v"))
    assert not is_trivial_child(whole, stranger, NONE)


# -- exactly the isomorphic ones ---------------------------------------------------------------------------------------


def graph_goal(edges: set[tuple[int, int]], size: int, order: list[int]) -> ClosedGoal:
    """A goal that says nothing but which vertices of a digraph are joined."""
    entries: list[Entry] = [(f"x{i}", THING) for i in order]
    entries += [(f"v{i}", rel("V", var(f"x{i}"))) for i in order]
    entries += [
        (f"h{i}_{j}", rel("R", var(f"x{i}"), var(f"x{j}"))) for i, j in sorted(edges, key=lambda e: order[e[0]])
    ]
    assert len(order) == size
    return goal(entries, const("False"))


PAIRS = [(i, j) for i, j in itertools.product(range(5), repeat=2) if i != j]


@settings(max_examples=300, deadline=None)
@given(
    st.sets(st.sampled_from(PAIRS), max_size=8), st.sets(st.sampled_from(PAIRS), max_size=8), st.permutations(range(5))
)
def test_equal_keys_are_exactly_isomorphic_goals(
    first: set[tuple[int, int]], second: set[tuple[int, int]], order: list[int]
) -> None:
    graphs: list[nx.DiGraph[int]] = []
    for edges in (first, second):
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(5))
        graph.add_edges_from(edges)
        graphs.append(graph)
    alike = nx.is_isomorphic(*graphs)
    keys = [goal_key(graph_goal(first, 5, [*range(5)]), NONE), goal_key(graph_goal(second, 5, order), NONE)]
    assert (keys[0] == keys[1]) == alike
    moved = {(order[i], order[j]) for i, j in first}
    assert goal_key(graph_goal(moved, 5, order), NONE) == keys[0]


def test_what_colour_refinement_cannot_tell_apart() -> None:
    """Every vertex has one successor and one predecessor in a 6-cycle and in two 3-cycles."""
    six = {(i, (i + 1) % 6) for i in range(6)}
    threes = {(i, i // 3 * 3 + (i + 1) % 3) for i in range(6)}
    orders = [[*range(6)], [3, 1, 4, 0, 5, 2], [5, 4, 3, 2, 1, 0]]
    sixes = {goal_key(graph_goal(six, 6, order), NONE) for order in orders}
    apart = {goal_key(graph_goal(threes, 6, order), NONE) for order in orders}
    assert len(sixes) == len(apart) == 1
    assert sixes != apart


def test_many_symmetric_hypotheses() -> None:
    """24 variables that can be exchanged at will: the automorphisms are found, not enumerated (24! of them)."""
    order = [*range(24)]
    random.Random(0).shuffle(order)
    assert goal_key(graph_goal(set(), 24, order), NONE) == goal_key(graph_goal(set(), 24, [*range(24)]), NONE)
    pairs = {(2 * i, 2 * i + 1) for i in range(12)}
    assert goal_key(graph_goal(pairs, 24, order), NONE) == goal_key(graph_goal(pairs, 24, [*range(24)]), NONE)


# -- what is left out, and what is not ---------------------------------------------------------------------------------


def test_different_statements_differ() -> None:
    x, y = ("x", NAT), ("y", NAT)
    keys = [
        key([x], rel("P", X)),
        key([x], rel("Q", X)),
        key([x, y], rel("P", X, Y)),
        key([x], rel("P", X, X)),
        key([x, ("h", rel("Q", X))], rel("P", X)),
        key([("x", const("Int"))], rel("P", X)),
        key([("x", NAT, nat(3))], rel("P", X)),
        key([("x", NAT, nat(4))], rel("P", X)),
        key([], rel("P", nat(3))),
        key([x], rel("P", app(const("f"), X))),
        key([], app(const("All"), lam(NAT, rel("P", bvar(0))))),
        key([], app(const("All"), lam(NAT, rel("P", nat(0))))),
        key([], sort()),
        key([], TYPE),
    ]
    assert len(set(keys)) == len(keys)


def test_a_variable_under_binders_is_the_right_one() -> None:
    inner = lam(NAT, rel("R", bvar(0), X))
    assert key([("x", NAT)], app(const("All"), inner)) != key([("x", NAT)], app(const("All"), lam(NAT, rel("R", X, X))))
    both = [("x", NAT), ("y", NAT)]
    crossed = lam(NAT, app(const("And"), rel("R", bvar(0), X), rel("R", bvar(0), Y)))
    swapped = lam(NAT, app(const("And"), rel("R", bvar(0), Y), rel("R", bvar(0), X)))
    assert key(both, app(const("All"), crossed)) == key(both, app(const("All"), swapped))
    told = [*both, ("h", rel("First", X))]
    assert key(told, app(const("All"), crossed)) != key(told, app(const("All"), swapped))


def test_unused_variables_of_inhabited_types_go() -> None:
    plain = key([("x", NAT)], rel("P", X))
    list_of = app(const("List", ("0",)), var("t"))
    assert key([("x", NAT), ("y", NAT)], rel("P", X)) == plain
    assert key([("t", TYPE), ("l", list_of), ("x", NAT)], rel("P", X)) == plain
    assert key([("x", NAT), ("f", pi(THING, NAT)), ("y", NAT, X)], rel("P", X)) == plain
    # A second element of a type whose first one is used says nothing new; a first one may.
    thing = key([("x", THING)], rel("P", X))
    assert key([("x", THING), ("y", THING)], rel("P", X)) == thing
    typed, member = ("t", TYPE), ("x", var("t"))
    holds = rel("P", var("t"))
    assert key([typed, member], holds) != key([typed], holds)
    assert key([typed, member, ("y", var("t"))], holds) == key([typed, member], holds)


def test_repeated_hypotheses_count_once() -> None:
    once = [("x", NAT), ("h", rel("Q", X))]
    assert key([*once, ("again", rel("Q", X))], rel("P", X)) == key(once, rel("P", X))


def test_hypotheses_about_other_things_go_unless_strict() -> None:
    entries: list[Entry] = [("x", NAT), ("y", NAT), ("h", rel("Q", Y))]
    assert key(entries, rel("P", X)) == key([("x", NAT)], rel("P", X))
    strict = goal_key(goal(entries, rel("P", X)), NONE, strict=True)
    assert strict != goal_key(goal([("x", NAT)], rel("P", X)), NONE, strict=True)
    joined = [*entries, ("j", rel("R", X, Y))]
    assert key(joined, rel("P", X)) != key([*joined[:2], joined[3]], rel("P", X))


def test_contradictions_stay() -> None:
    """`0 < 0 ⊢ P x` is true, whatever `⊢ P x` is; and `⊢ False` is not every proof by contradiction."""
    absurd = ("h", app(LESS, nat(0), nat(0)))
    assert key([("x", NAT), absurd], rel("P", X)) != key([("x", NAT)], rel("P", X))
    false = const("False")
    about = [key([("x", NAT), ("h", rel(name, X))], false) for name in "PQ"]
    assert len({*about, key([], false)}) == 3


def test_universe_parameters() -> None:
    def two(a: str, b: str) -> str:
        entries = [("t", sort(("s", param(a)))), ("s", sort(("s", param(b))))]
        return key(entries, rel("P", var("t"), var("s")), levels=("u", "v"))

    assert two("u", "v") == two("v", "u")
    assert two("u", "u") == two("v", "v") != two("u", "v")
    with pytest.raises(DocumentError):
        key([("t", sort(param("w")))], rel("P", var("t")), levels=("u",))


# -- constants of the file ---------------------------------------------------------------------------------------------


def program(name: str, value: Term) -> Definitions:
    return Definitions(Builder().define(name, pi(NAT, NAT), lam(NAT, value)).document())


def test_constants_of_the_file_count_by_content() -> None:
    made = goal([("x", NAT)], eq(app(const("f"), X), X))
    same = goal([("x", NAT)], eq(app(const("g"), X), X))
    identity, zero = program("f", bvar(0)), program("f", nat(0))
    assert goal_key(made, identity) != goal_key(made, zero)
    assert goal_key(made, identity) == goal_key(made, Definitions(identity_document("f", shift=3)))
    assert goal_key(made, identity) == goal_key(same, Definitions(identity_document("g")))
    assert goal_key(made, identity) != goal_key(made, NONE)
    assert goal_key(made, NONE) != goal_key(same, NONE)


def identity_document(name: str, shift: int = 0) -> dict[str, Any]:
    return Builder(shift=shift).define(name, pi(NAT, NAT), lam(NAT, bvar(0))).document()


def test_types_of_the_file_that_have_elements() -> None:
    """`T` has a leaf, `E` only refers to itself, `F` refers to `T`; `S` is a name for a type of pairs."""
    builder = Builder()
    builder.inductive("T", TYPE, {"T.leaf": const("T"), "T.node": pi(const("T"), const("T"))})
    builder.inductive("E", TYPE, {"E.mk": pi(const("E"), const("E"))})
    builder.inductive("F", TYPE, {"F.bad": pi(const("E"), const("F")), "F.mk": pi(const("T"), const("F"))})
    builder.define("S", TYPE, app(const("Prod", ("0",), ("0",)), NAT, const("F")))
    file = Definitions(builder.document())
    plain = goal_key(goal([("x", NAT)], rel("P", X)), file, strict=True)
    for name, goes in {"T": True, "E": False, "F": True, "S": True}.items():
        unused = goal([("x", NAT), ("y", const(name))], rel("P", X))
        assert (goal_key(unused, file, strict=True) == plain) == goes, name


# -- trivial children --------------------------------------------------------------------------------------------------


def test_trivial_children() -> None:
    x, y = ("x", NAT), ("y", NAT)
    whole = goal([x, y, ("h", rel("Q", X)), ("k", rel("R", X, Y))], rel("P", X, Y))

    def trivial(entries: list[Entry], target: Term, parent: ClosedGoal = whole) -> bool:
        return is_trivial_child(parent, goal(entries, target), NONE)

    assert trivial([x, y], rel("P", X, Y))
    assert trivial([y, x, ("k", rel("R", X, Y))], rel("P", X, Y))
    assert trivial([x, y], rel("P", Y, X))  # Names do not count.
    assert not trivial([x, y, ("k", rel("R", Y, X))], rel("P", X, Y))
    assert not trivial([x, y, ("h", rel("Other", X))], rel("P", X, Y))
    assert not trivial([x], rel("P", X, X))
    # A generalisation is a step, even though the goal is one of its cases.
    assert not trivial([x, y], rel("P", X, Y), goal([x], rel("P", X, X)))
    assert not trivial([x], rel("P", X), goal([], rel("P", nat(0))))
    assert not trivial([x, y, ("h", rel("R", X, Y))], rel("P", X), goal([x, y, ("h", rel("R", Y, X))], rel("P", X)))


def test_a_case_with_a_contradiction_is_not_trivial() -> None:
    """`x ∈ xs ⊢ P y` by cases on `xs`: `x ∈ [] ⊢ P y` has the key of `P y` unless strict, and is a step."""
    entries: list[Entry] = [("x", NAT), ("l", const("List")), ("y", NAT), ("h", rel("Mem", X, var("l")))]
    whole = goal(entries, rel("P", Y))
    case = goal([("x", NAT), ("y", NAT), ("h", rel("Mem", X, const("nil")))], rel("P", Y))
    assert goal_key(whole, NONE) == goal_key(case, NONE)
    assert goal_key(whole, NONE, strict=True) != goal_key(case, NONE, strict=True)
    assert not is_trivial_child(whole, case, NONE)
    assert is_trivial_child(whole, goal([("y", NAT)], rel("P", Y)), NONE)


def test_matching_hypotheses_needs_choices() -> None:
    """The child's y must go to the goal's z, not to its y."""
    base: list[Entry] = [("x", THING), ("y", THING), ("z", THING)]
    whole = goal(
        [*base, ("a", rel("R", X, Y)), ("b", rel("R", X, Z)), ("c", rel("V", Y)), ("d", rel("W", Z))], rel("P", X)
    )
    child = [("x", THING), ("y", THING), ("b", rel("R", X, Y)), ("d", rel("W", Y))]
    assert is_trivial_child(whole, goal(child, rel("P", X)), NONE)
    assert not is_trivial_child(whole, goal([*child, ("c", rel("V", Y))], rel("P", X)), NONE)


# -- documents that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        {},
        Builder().axiom("other", PROP).document(),
        Builder().axiom("gentzen.goal", PROP).axiom("more", PROP).document(),
        Builder().axiom("gentzen.goal", bvar(0)).document(),
        Builder().axiom("gentzen.goal", pi(NAT, rel("P", bvar(1)))).document(),
    ],
)
def test_malformed_goals_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        goal_key(ClosedGoal(document, ()), NONE)
