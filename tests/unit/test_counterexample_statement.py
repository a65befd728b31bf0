"""Goals as statements to test: what is chosen, what filters, and the term that the kernel gets."""

from __future__ import annotations

from itertools import islice

import pytest
from termdoc import NAT, PROP, TYPE, Builder, app, bvar, const, eq, let, nat, pi

from decompose.counterexample.plan import Plan
from decompose.counterexample.reify import Reifier
from decompose.counterexample.statement import Role, Statement, Untestable, read_statement
from decompose.counterexample.variants import variants
from decompose.definitions import Definitions
from lean_project.check.terms import TermDocument
from lean_project.model import Binder, ClosedGoal


def closed(type_: object, *binders: Binder) -> ClosedGoal:
    return ClosedGoal(Builder().axiom("gentzen.goal", type_).document(), binders)  # type: ignore[arg-type]


def read(goal: ClosedGoal) -> Statement:
    return read_statement(goal, Definitions.none())[0]


def assignments(goal: ClosedGoal, count: int) -> list[str]:
    statement, reader = read_statement(goal, Definitions.none())
    reifier = Reifier(reader, statement.universes)
    plan = Plan(statement, variants(statement, reader, reifier)[0], reifier)
    return [", ".join(value.text for value in each) for each in islice(plan.exhaustive(), count)]


def less(left: object, right: object) -> object:
    return app(const("LT.lt", ("0",)), NAT, const("instLTNat"), left, right)  # type: ignore[arg-type]


def test_data_are_chosen_and_hypotheses_stay() -> None:
    # ∀ n, n < 3 → ∀ m, m = n
    goal = closed(
        pi(NAT, pi(less(bvar(0), nat(3)), pi(NAT, eq(bvar(0), bvar(2)), "m"), "h"), "n"),  # type: ignore[arg-type]
        Binder("n", True),
        Binder("h", True, is_prop=True),
    )
    statement = read(goal)
    assert [(entry.name, entry.role) for entry in statement.entries] == [("n", Role.DATA), ("m", Role.DATA)]
    assert statement.places == (0, None, 1)
    document = TermDocument(statement.document)
    (tested,) = document.constants.values()
    assert document.name_of(tested) == ("gentzen", "goal", "tested")
    tags = []
    term = tested.value
    assert term is not None
    while document.exprs[term][0] in "lp":
        tags.append(document.exprs[term][0])
        term = document.exprs[term][3]
    assert tags == ["l", "l", "p"]
    assert assignments(goal, 4) == ["0, 0", "0, 1", "1, 0", "0, 2"]


def test_a_let_is_substituted() -> None:
    # let k := 2; ∀ n, n = k
    goal = closed(let(NAT, nat(2), pi(NAT, eq(bvar(0), bvar(1)), "n"), "k"), Binder("k", True, is_let=True))
    statement = read(goal)
    assert [entry.name for entry in statement.entries] == ["n"]


def test_types_depend_on_earlier_values() -> None:
    # ∀ n (i : Fin n), i = i
    fin = app(const("Fin"), bvar(0))
    goal = closed(pi(NAT, pi(fin, app(const("Eq", ("s", ("0",))), app(const("Fin"), bvar(1)), bvar(0), bvar(0)))))
    assert assignments(goal, 4) == ["1, 0", "2, 0", "2, 1", "3, 0"]


def test_a_type_variable_is_a_type_of_numbers() -> None:
    goal = closed(pi(TYPE, pi(bvar(0), app(const("Eq", ("s", ("0",))), bvar(1), bvar(0), bvar(0)), "x"), "α"))
    statement = read(goal)
    assert [entry.role for entry in statement.entries] == [Role.TYPE, Role.DATA]
    assert assignments(goal, 3) == ["0", "1", "2"]


def test_functions_and_predicates_are_told_from_hypotheses() -> None:
    arrow = pi(NAT, NAT)
    predicate = pi(NAT, PROP)
    goal = closed(
        pi(arrow, pi(predicate, pi(pi(NAT, app(bvar(1), bvar(0))), app(bvar(1), nat(0)), "h"), "p"), "f"),
        Binder("f", True),
        Binder("p", True),
        Binder("h", True, is_prop=True),
    )
    statement = read(goal)
    assert [entry.role for entry in statement.entries] == [Role.FUNCTION, Role.PREDICATE]
    assert statement.places == (0, 1, None)


def test_data_of_an_unknown_type_cannot_be_tested() -> None:
    goal = closed(pi(const("IO.FS.Handle"), eq(nat(0), nat(1)), "x"), Binder("x", True))
    with pytest.raises(Untestable, match="x"):
        read(goal)


def test_names_are_unique() -> None:
    goal = closed(pi(NAT, pi(NAT, eq(bvar(0), bvar(1)), "n"), "n"), Binder("n", False), Binder("n", True))
    assert [entry.name for entry in read(goal).entries] == ["n", "n_1"]
