"""Closed goals as definitions."""

from __future__ import annotations

import copy

import pytest
from termdoc import NAT, Builder, app, bvar, const, eq, nat, param, pi, sort

from decompose.closed import goal_definition
from lean_project.model import ClosedGoal, Document


def dotted(document: Document, index: int) -> str:
    prefix, last = document["names"][index]
    return f"{dotted(document, prefix)}.{last}" if prefix else str(last)


def test_the_goal_becomes_the_value_of_a_proposition():
    document = Builder().axiom("gentzen.goal", pi(NAT, eq(bvar(0), nat(1)))).document()
    before = copy.deepcopy(document)
    defined = goal_definition(ClosedGoal(document, ()), "gentzen.goal.k1")
    assert document == before
    (constant,) = defined["constants"]
    assert (constant["kind"], constant["safety"], constant["levels"]) == ("def", "safe", [])
    assert dotted(defined, constant["name"]) == "gentzen.goal.k1" and constant["all"] == [constant["name"]]
    assert constant["value"] == before["constants"][0]["type"]
    assert defined["exprs"][: len(before["exprs"])] == before["exprs"]
    row = defined["exprs"][constant["type"]]
    assert row[0] == "s" and defined["levels"][row[1]] == ["0"]


def test_universe_parameters_stay_and_nothing_is_entered_twice():
    term = pi(sort(param("u")), pi(bvar(0), app(const("p", param("u")), bvar(1))))
    document = Builder().axiom("gentzen.goal", term, levels=("u",)).document()
    defined = goal_definition(ClosedGoal(document, ()), "gentzen.goal.k1")
    assert [dotted(defined, name) for name in defined["constants"][0]["levels"]] == ["u"]
    for table in ("names", "levels", "exprs"):
        rows = [repr(row) for row in defined[table]]
        assert len(rows) == len(set(rows))


@pytest.mark.parametrize("name", ["", "a..b", ".a"])
def test_names_without_a_part(name: str):
    document = Builder().axiom("gentzen.goal", NAT).document()
    with pytest.raises(ValueError, match="no dotted name"):
        goal_definition(ClosedGoal(document, ()), name)
