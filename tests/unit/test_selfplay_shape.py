"""The form of a statement, from closed terms built by hand."""

from __future__ import annotations

from typing import Any

from goals import goal, var
from termdoc import NAT, PROP, Builder, app, const, eq, lam, nat

from decompose.definitions import Definitions
from lean_project.check.terms import TermDocument
from rl.selfplay.records import Shape
from rl.selfplay.shape import shape_of, unused_binders

X, Y = var("x"), var("y")
NATS = [("x", NAT), ("y", NAT)]


def p(name: str, *args: Any) -> Any:
    return app(const(name), *args)


def shape(entries: list[Any], target: Any) -> Shape:
    """All entries as leading binders of the target."""
    return shape_of(goal(entries, target, introduced=0), Definitions.none())


def test_variables_hypotheses_and_constants() -> None:
    found = shape([*NATS, ("h", p("P", X)), ("k", p("Q", Y))], p("R", X, Y))
    assert (found.variables, found.hypotheses, found.idle, found.repeated) == (2, 2, 0, 0)
    assert found.constants == ("Nat", "P", "Q", "R")
    assert (found.connectives, found.disjunction) == (0, False)


def test_what_shares_nothing_with_the_target_is_idle() -> None:
    assert shape([*NATS, ("h", p("P", X)), ("k", p("Q", Y))], p("R", X)).idle == 1
    linked = shape([*NATS, ("h", p("P", X)), ("k", p("Q", Y)), ("l", p("L", X, Y))], p("R", X))
    assert (linked.hypotheses, linked.idle) == (3, 0)


def test_a_hypothesis_twice_is_repeated() -> None:
    assert shape([("x", NAT), ("h", p("P", X)), ("k", p("P", X))], p("R", X)).repeated == 1


def test_connectives_of_the_conclusion() -> None:
    left, right = p("P", X), p("Q", X)
    cases = {
        "and": (p("And", left, right), 1, False),
        "or": (p("Or", left, right), 1, True),
        "not or": (p("Not", p("Or", left, right)), 2, True),
        "iff and": (p("Iff", left, p("And", left, right)), 2, False),
        "exists": (p("Exists", NAT, lam(NAT, p("Or", p("P", ("b", 0)), right))), 2, True),
        "inside": (p("P", p("Or", left, right)), 0, False),
    }
    for name, (target, connectives, disjunction) in cases.items():
        found = shape([("x", NAT)], target)
        assert (found.connectives, found.disjunction) == (connectives, disjunction), name


def test_size_counts_a_shared_term_as_often_as_it_stands() -> None:
    small, large = shape([("x", NAT)], eq(X, nat(1))), shape([("x", NAT)], eq(p("f", X, X), p("f", X, X)))
    assert large.size > small.size > 5
    deep = X
    for _ in range(8):
        deep = p("f", deep, deep)
    assert shape([("x", NAT)], p("P", deep)).size > 2**8, "as a tree"


def test_hypotheses_that_a_proof_does_not_mention() -> None:
    body = lam(NAT, lam(PROP, lam(PROP, app(const("use"), ("b", 1), ("b", 2)), "k"), "h"), "n")
    document = TermDocument(Builder().axiom("holder", body).document())
    value = document.find(("holder",))
    assert value is not None
    assert unused_binders(document, value.type, [False, True, True]) == 1, "k"
    assert unused_binders(document, value.type, [True, True, True, True]) == 1, "as many as there are"
