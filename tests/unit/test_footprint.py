"""The operator footprint: which constants a goal is about, and how far definitions are unfolded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from goals import Entry, goal, var
from hypothesis import given, settings
from hypothesis import strategies as st
from termdoc import NAT, PROP, TYPE, Builder, Term, app, bvar, const, eq, lam, let, nat, pi, proj, sorry

from decompose.definitions import Definitions
from decompose.footprint import Footprint, Library, Variant, footprint
from lean_project.check.terms import DocumentError
from lean_project.model import ClosedGoal, Document

NONE = Definitions.none()
X = var("x")


def surface(entries: list[Entry], target: Term) -> set[str]:
    return set(footprint(goal(entries, target), NONE, Variant.SURFACE).constants)


def spec(made: ClosedGoal, builder: Builder, depth: int = 10) -> Footprint:
    return footprint(made, Definitions(builder.document()), Variant.SPEC, depth)


def test_constants_of_target_and_hypotheses() -> None:
    entries: list[Entry] = [("x", NAT), ("h", app(const("P"), X)), ("y", const("Int"), app(const("f"), X))]
    assert surface(entries, eq(X, nat(3))) == {"Nat", "P", "Int", "f", "Eq"}
    assert surface([], app(const("All"), lam(NAT, let(NAT, const("g"), proj("Pair", 0, bvar(0)))))) == {
        "All", "Nat", "g", "Pair",
    }  # fmt: skip
    assert surface([("x", PROP)], X) == set()


def test_each_constant_counts_once() -> None:
    made = goal([("x", NAT)], eq(app(const("f"), X), app(const("f"), app(const("f"), X))))
    found = footprint(made, NONE, "surface")
    assert (found.value, found.constants) == (3, {"Nat", "Eq", "f"})
    assert (found.variant, found.truncated, found.opaque) == (Variant.SURFACE, False, ())


def test_surface_is_independent_of_where_the_goal_is_cut() -> None:
    entries: list[Entry] = [("x", NAT), ("h", app(const("P"), X))]
    numbers = {footprint(goal(entries, eq(X, X), introduced=i), NONE, "surface") for i in range(3)}
    assert len(numbers) == 1


def test_spec_unfolds_definitions_of_the_file_only() -> None:
    builder = Builder().define("f", pi(NAT, NAT), lam(NAT, app(const("Nat.add"), bvar(0), app(const("g"), bvar(0)))))
    builder.define("g", pi(NAT, NAT), lam(NAT, app(const("Nat.mul"), bvar(0), bvar(0))))
    made = goal([("x", NAT)], eq(app(const("f"), X), X))
    assert spec(made, builder).constants == {"Eq", "Nat", "f", "g", "Nat.add", "Nat.mul"}
    assert footprint(made, Definitions(builder.document()), "surface").constants == {"Eq", "Nat", "f"}
    assert footprint(made, NONE, "spec").constants == {"Eq", "Nat", "f"}


def test_difficulty_does_not_hide_behind_a_new_definition() -> None:
    """A policy that names its hard statement `Easy` gets the footprint of the hard statement, and one more."""
    hard = app(const("All"), lam(NAT, eq(app(const("f"), bvar(0)), app(const("g"), bvar(0)))))
    plain = spec(goal([], hard), Builder())
    hidden = spec(goal([], const("Easy")), Builder().define("Easy", PROP, hard))
    assert hidden.constants == plain.constants | {"Easy"}


def chain(length: int) -> Builder:
    """f0 := L0 f1, f1 := L1 f2, ..."""
    builder = Builder()
    for i in range(length):
        builder.define(f"f{i}", NAT, app(const(f"L{i}"), const(f"f{i + 1}")))
    return builder


def test_depth() -> None:
    made = goal([], app(const("P"), const("f0")))
    names = [{"P", "f0"}, *({f"L{i}", f"f{i + 1}"} for i in range(20))]
    for depth in (0, 1, 3, 10):
        found = spec(made, chain(20), depth)
        assert found.constants == set().union(*names[: depth + 1])
        assert found.truncated
    whole = spec(made, chain(10), 10)
    assert (whole.value, whole.truncated) == (22, False)
    assert spec(made, chain(11), 10).truncated


def test_breadth_first_so_the_order_of_visits_does_not_matter() -> None:
    """A depth-limited depth-first walk that meets `f5` on the long way first would not unfold it on the short way."""
    long_way, short_way = const("f0"), const("f5")
    numbers = [
        spec(goal([], app(const("P"), *args)), chain(20), 8) for args in ((long_way, short_way), (short_way, long_way))
    ]
    assert numbers[0] == numbers[1]
    assert "f13" in numbers[0].constants


def test_recursion_ends() -> None:
    builder = Builder().define("f", NAT, const("g")).define("g", NAT, const("f"))
    assert spec(goal([], app(const("P"), const("f"))), builder).constants == {"P", "f", "g"}


def test_constants_inside_proofs_do_not_count() -> None:
    builder = Builder().theorem("known", app(const("P"), const("c")), app(const("hard"), const("proof")))
    builder.define("safe", pi(NAT, pi(app(const("LT.lt"), bvar(0), const("n")), NAT)), lam(NAT, lam(PROP, bvar(1))))
    builder.inductive("Ok", pi(NAT, PROP), {"Ok.mk": pi(NAT, app(const("Ok"), bvar(0)))}, params=0)
    builder.define("ok", pi(NAT, pi(app(const("Ok"), bvar(0)), NAT)), lam(NAT, lam(PROP, nat(1))))

    def mentions(term: Term) -> frozenset[str]:
        return spec(goal([], app(const("Q"), term)), builder, 0).constants - {"Q"}

    assert mentions(app(const("known"), const("x"))) == set()
    assert mentions(app(const("safe"), nat(1), app(const("lemma"), const("x")))) == {"safe"}
    assert mentions(app(const("ok"), nat(1), app(const("lemma"), const("x")))) == {"ok"}
    element = app(const("GetElem.getElem"), *(const(f"a{i}") for i in range(7)), app(const("lemma"), const("x")))
    assert mentions(element) == {"GetElem.getElem", *(f"a{i}" for i in range(7))}
    assert mentions(app(const("f._proof_1"), const("x"))) == set()
    assert mentions(sorry(const("x"))) == set()
    # The same term as a proof and as something else counts.
    lemma = app(const("lemma"), const("x"))
    assert mentions(app(const("pair"), app(const("safe"), nat(1), lemma), lemma)) == {"pair", "safe", "lemma", "x"}


def test_partial_applications_share_their_arguments() -> None:
    shared = app(const("safe"), const("a"))
    both = app(const("pair"), app(shared, const("b")), shared, app(shared, const("c"), const("d")))
    assert surface([], both) == {"pair", "safe", "a", "b", "c", "d"}


def test_opaque_constants_are_named() -> None:
    builder = Builder().opaque("secret", NAT, const("inner")).axiom("given", NAT)
    builder.define("f", NAT, app(const("add"), const("secret"), const("given"), const("library")))
    found = spec(goal([], app(const("P"), const("f"))), builder)
    assert found.opaque == ("given", "secret")
    assert "inner" not in found.constants


# -- the variant `all` -------------------------------------------------------------------------------------------------


class Questions:
    """A library, and what was asked of it."""

    def __init__(self, builder: Builder) -> None:
        self._document = builder.document()
        self.asked: list[list[str]] = []

    def __call__(self, names: Sequence[str]) -> Document:
        self.asked.append(list(names))
        texts = [""]
        for prefix, last in self._document["names"][1:]:
            texts.append(f"{texts[prefix]}.{last}".lstrip("."))
        kept = [c for c in self._document["constants"] if texts[c["name"]] in names]
        return {**self._document, "constants": kept}


def library() -> Builder:
    builder = Builder().define("twice", pi(NAT, NAT), lam(NAT, app(const("Nat.add"), bvar(0), bvar(0))))
    builder.define("four", NAT, app(const("twice"), app(const("twice"), nat(1))))
    builder.theorem("fact", app(const("P"), nat(1)), const("why"))
    return builder.opaque("hidden", NAT, nat(1))


def test_all_unfolds_the_library() -> None:
    questions = Questions(library())
    made = goal([("h", app(const("with"), const("fact")))], app(const("P"), const("four"), const("hidden")))
    found = footprint(made, NONE, Variant.ALL, lookup=questions)
    assert found.constants == {"with", "P", "four", "hidden", "twice", "Nat.add", "Nat"}
    assert found.opaque == ("Nat", "Nat.add", "P", "hidden", "with")
    assert questions.asked == [["P", "fact", "four", "hidden", "with"], ["twice"], ["Nat", "Nat.add"]]


def test_a_library_answers_each_name_once() -> None:
    questions = Questions(library())
    shared = Library(questions)
    made = goal([], app(const("P"), const("four")))
    first = footprint(made, NONE, "all", lookup=shared)
    count = len(questions.asked)
    assert footprint(made, NONE, "all", lookup=shared) == first
    assert len(questions.asked) == count


def test_library_constants_need_not_be_complete() -> None:
    """`lookup` gives a type without its constructors, and definitions whose bodies are not shipped without value."""
    document = library().inductive("Box", TYPE, {"Box.mk": const("Box")}).document()
    texts = [name and name[1] for name in document["names"]]
    kept = [row for row in document["constants"] if texts[row["name"]] in ("Box", "four", "fact")]
    for row in kept:
        row.pop("value", None)
    answer = {**document, "constants": kept}
    made = goal([], app(const("P"), const("four"), const("Box"), const("fact")))
    found = footprint(made, NONE, "all", lookup=lambda names: answer)
    assert found.constants == {"P", "four", "Box"}
    assert found.opaque == ("P", "four")
    for wrong in (None, [None], [{"kind": "def", "name": 10**6}], [{**kept[0], "value": -1}]):
        with pytest.raises(DocumentError):
            footprint(made, NONE, "all", lookup=lambda names, rows=wrong: {**document, "constants": rows})


def test_all_needs_a_lookup() -> None:
    with pytest.raises(ValueError, match="lookup"):
        footprint(goal([], const("P")), NONE, "all")
    with pytest.raises(ValueError, match="deep"):
        footprint(goal([], const("P")), NONE, "deep")


# -- laws --------------------------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Builder, list[Entry], list[Term]]:
    """Definitions that refer to each other at random, and hypotheses and a target that mention them."""
    size = draw(st.integers(1, 8))
    names = [f"f{i}" for i in range(size)] + ["L0", "L1", "L2"]
    builder = Builder()

    def some() -> Term:
        picked = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
        return app(const(picked[0]), *map(const, picked[1:]))

    for i in range(size):
        builder.define(f"f{i}", TYPE, some())
    return builder, [(f"h{i}", some()) for i in range(draw(st.integers(0, 4)))], [some()]


@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(0, 5), st.randoms(use_true_random=False))
def test_laws(world: tuple[Builder, list[Entry], list[Term]], depth: int, rng: random.Random) -> None:
    builder, entries, (target,) = world
    file = Definitions(builder.document())
    made = goal(entries, target)
    found = footprint(made, file, "spec", depth)
    assert found.value == len(found.constants)
    assert found.constants >= footprint(made, file, "surface").constants
    deeper = footprint(made, file, "spec", depth + 1)
    assert deeper.constants >= found.constants
    if not found.truncated:
        assert deeper == found
    rng.shuffle(entries)
    assert footprint(goal(entries, target, share=False), file, "spec", depth) == found
    # A hypothesis more never makes a goal smaller.
    assert footprint(goal(entries[1:], target), file, "spec", depth).constants <= found.constants
    # Nothing hides in the library when the library is the file.
    everything = footprint(made, NONE, "all", depth, Questions(builder))
    assert everything.constants == found.constants


@pytest.mark.parametrize("document", [{}, Builder().axiom("other", PROP).document()])
def test_malformed_goals_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        footprint(ClosedGoal(document, ()), NONE, "surface")
