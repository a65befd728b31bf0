"""What a declaration rests on is found wherever it hides."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from termdoc import NAT, ONE, PROP, TYPE, Builder, app, bvar, const, eq, lam, nat, pi, proj, sorry

from lean_project.check.axioms import Footing, footing
from lean_project.check.statement import open_constants
from lean_project.check.terms import TermDocument, parse_name
from lean_project.model import LibraryConstant

FALSE = const("False")
LIBRARY = {
    **{name: LibraryConstant(name, "def") for name in ("Nat", "Eq", "False", "Bool.false", "Pair", "fact")},
    "lemma": LibraryConstant("lemma", "theorem", ("propext",)),
    "propext": LibraryConstant("propext", "axiom", ("propext",)),
    "Classical.choice": LibraryConstant("Classical.choice", "axiom"),
    "Lean.ofReduceBool": LibraryConstant("Lean.ofReduceBool", "axiom", ("Lean.ofReduceBool",)),
    "sorryAx": LibraryConstant("sorryAx", "axiom", ("sorryAx",)),
}


def walk(builder: Builder, target: str = "t") -> Footing:
    document = TermDocument(builder.document())
    found = document.find(parse_name(target))
    assert found is not None
    return footing(document, found, LIBRARY)


def test_nothing() -> None:
    assert walk(Builder().theorem("t", FALSE, const("fact"))) == Footing((), (), (), ())


def test_library_axioms_are_named_even_when_the_runtime_lists_none() -> None:
    assert walk(Builder().theorem("t", FALSE, app(const("lemma"), const("Classical.choice")))).axioms == (
        "Classical.choice",
        "propext",
    )


def hiding_places() -> dict[str, Builder]:
    return {
        "proof": Builder().theorem("t", FALSE, const("bad")),
        "statement": Builder().theorem("t", app(const("Eq"), const("bad")), const("fact")),
        "lemma": Builder().theorem("l", FALSE, const("bad")).theorem("t", FALSE, const("l")),
        "definition": Builder().define("d", NAT, const("bad")).theorem("t", eq(const("d"), nat(1)), const("fact")),
        "opaque": Builder().opaque("o", FALSE, const("bad")).theorem("t", FALSE, const("o")),
        "type of a lemma": Builder()
        .theorem("l", app(const("Eq"), const("bad")), const("fact"))
        .theorem("t", FALSE, const("l")),
        "instance field": Builder()
        .define("inst", const("Pair"), app(const("Pair"), nat(1), const("bad")))
        .theorem("t", FALSE, proj("Pair", 1, const("inst"))),
        "constructor": Builder()
        .inductive("I", TYPE, {"I.mk": pi(app(const("Eq"), const("bad")), const("I"))})
        .theorem("t", FALSE, lam(const("I"), const("fact"))),
        "structure of a projection": Builder()
        .inductive("I", TYPE, {"I.mk": pi(app(const("Eq"), const("bad")), const("I"))})
        .theorem("t", FALSE, lam(NAT, proj("I", 0, bvar(0)))),
        "mate of a mutual group": Builder()
        .inductive("I", TYPE, {}, mutual=("I", "J"))
        .inductive("J", app(const("Eq"), const("bad")), {}, mutual=("I", "J"))
        .theorem("t", FALSE, const("I")),
        "recursor": Builder()
        .inductive("I", TYPE, {"I.mk": pi(app(const("Eq"), const("bad")), const("I"))}, recursor=pi(const("I"), PROP))
        .theorem("t", FALSE, const("I.rec")),
    }


@pytest.mark.parametrize("place", hiding_places())
def test_an_axiom_hidden_in_a(place: str) -> None:
    assert walk(hiding_places()[place].axiom("bad", FALSE)).added == (("bad",),)


@pytest.mark.parametrize("place", hiding_places())
def test_an_admitted_lemma_hidden_in_a(place: str) -> None:
    document = hiding_places()[place].theorem("bad", FALSE, sorry(FALSE)).document()
    parsed = TermDocument(document)
    found = parsed.find(("t",))
    assert found is not None and footing(parsed, found, LIBRARY).open


def test_unsafe_and_partial_constants_are_reported() -> None:
    for safety in ("unsafe", "partial"):
        builder = Builder().define("d", FALSE, const("d"), safety=safety).theorem("t", FALSE, const("d"))
        assert walk(builder).unsafe == ("d",)
    assert walk(Builder().opaque("o", FALSE, const("o"), unsafe=True).theorem("t", FALSE, const("o"))).unsafe == ("o",)
    assert walk(Builder().inductive("I", PROP, {}, unsafe=True).theorem("t", const("I"), const("fact"))).unsafe == (
        "I",
    )


def test_sorry_is_open() -> None:
    assert walk(Builder().theorem("t", FALSE, sorry(FALSE))).open
    assert walk(Builder().define("d", NAT, sorry(NAT, ONE)).theorem("t", eq(const("d"), nat(1)), const("fact"))).open
    assert not walk(Builder().theorem("u", FALSE, sorry(FALSE)).theorem("t", FALSE, const("fact"))).open


def test_an_unknown_constant_is_reported() -> None:
    assert walk(Builder().theorem("t", FALSE, const("nobody.knows"))).unknown == ("nobody.knows",)


def test_a_name_that_prints_alike_is_another_name() -> None:
    document = Builder().theorem("t", FALSE, const("fact")).document()
    document["names"] = [[0, "Classical.choice"] if name == [0, "fact"] else name for name in document["names"]]
    parsed = TermDocument(document)
    library = {
        "Classical.choice": LibraryConstant("Classical.choice", "axiom"),
        "«Classical.choice»": LibraryConstant("x", "def"),
    }
    found = parsed.find(("t",))
    assert found is not None
    assert footing(parsed, found, library).axioms == ()


GRAPH = st.dictionaries(st.integers(0, 9), st.sets(st.integers(0, 12), max_size=4), min_size=10, max_size=10)


@settings(deadline=None)
@given(GRAPH, st.permutations(range(10)))
def test_the_walk_is_the_transitive_closure(graph: dict[int, set[int]], order: list[int]) -> None:
    """Constants 0 to 9 refer to each other as they like (circles too); 10 to 12 are axioms, 12 is sorryAx."""
    names = {**{i: f"c{i}" for i in range(10)}, 10: "propext", 11: "Lean.ofReduceBool", 12: "sorryAx"}
    builder = Builder()
    for i in order:
        builder.theorem(names[i], FALSE, app(const("fact"), *(const(names[j]) for j in sorted(graph[i]))))
    document = TermDocument(builder.document())
    closure = {i: set(graph[i]) for i in range(10)}
    for _ in range(10):
        for i in range(10):
            closure[i] |= {k for j in closure[i] if j < 10 for k in closure[j]}
    for i in range(10):
        found = document.find((names[i],))
        assert found is not None
        assert set(footing(document, found, LIBRARY).axioms) == {names[j] for j in closure[i] if j >= 10}
    assert {document.name_of(c)[0] for c in open_constants(document)} == {
        names[i] for i in range(10) if 12 in closure[i]
    }
