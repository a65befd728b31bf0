"""Values of types: how they are listed, written and made smaller."""

from __future__ import annotations

from random import Random

import pytest

from decompose.counterexample.generate import Constructor, Generator
from decompose.counterexample.values import CHOSEN, NAT, Type, Value, exchanged

INT, BOOL = Type("Int"), Type("Bool")
NATS = Type("List", (NAT,))
TREE = Type("Tree", (), -1, ("Tree",))
CONSTRUCTORS = {TREE: (Constructor("leaf", ()), Constructor("node", (TREE, NAT, TREE)))}


def texts(type_: Type, cost: int) -> list[str]:
    return [value.text for value in Generator(CONSTRUCTORS).exactly(type_, cost)]


def test_small_values_come_first_and_none_is_left_out() -> None:
    assert [texts(NAT, cost) for cost in range(3)] == [["0"], ["1"], ["2"]]
    assert [texts(INT, cost) for cost in range(4)] == [["0"], ["1"], ["-1"], ["2"]]
    assert texts(BOOL, 0) + texts(BOOL, 1) + texts(BOOL, 2) == ["false", "true"]
    assert texts(NATS, 0) == ["[]"]
    assert texts(NATS, 2) == ["[1]", "[0, 0]"]
    assert texts(TREE, 1) == [".node .leaf 0 .leaf"]


def test_bounded_numbers_are_listed_from_both_ends_and_once() -> None:
    byte = Type("UInt8", (), 8)
    assert texts(byte, 2) == ["2", "255"] or texts(byte, 2) == ["255", "2"]
    three = Type("Fin", (), 3)
    every = [text for cost in range(9) for text in texts(three, cost)]
    assert sorted(every) == ["0", "1", "2"]
    assert Generator({}).smallest(Type("Fin", (), 0)) is None


def test_values_have_the_cost_that_they_are_listed_under() -> None:
    generator = Generator(CONSTRUCTORS)
    for type_ in (NAT, INT, BOOL, NATS, TREE, Type("BitVec", (), 3), Type("Char"), Type("String")):
        for cost in range(5):
            values = generator.exactly(type_, cost)
            assert all(value.cost == cost and value.type == type_ for value in values)
            assert len(set(values)) == len(values)


def test_texts_are_lean() -> None:
    minus = Value(INT, -2)
    assert minus.text == "-2" and minus.argument() == "(-2)"
    assert Value(Type("List", (INT,)), 0, (minus,)).argument() == "[-2]"
    assert Value(Type("Fin", (), 3), 2).argument() == "⟨2, by decide⟩"
    assert Value(Type("String"), 0, (Value(Type("Char"), ord('"')),)).text == '"\\""'
    some = Value(Type("Option", (NAT,)), 1, (Value(NAT, 1),), "some")
    assert some.text == "some 1" and some.argument() == "(some 1)"
    assert Value(CHOSEN, 3).argument() == "3"
    assert Value(CHOSEN, 3).argument(lifted=True) == "(.up 3)"
    assert Value(Type("List", (CHOSEN,)), 0, (Value(CHOSEN, 3),)).argument(lifted=True) == "[.up 3]"


@pytest.mark.parametrize("type_", [NAT, INT, NATS, TREE, Type("String"), Type("UInt64", (), 64)])
def test_shrinking_goes_down_and_ends(type_: Type) -> None:
    generator = Generator(CONSTRUCTORS)
    random = Random("shrink")
    for _ in range(30):
        value = generator.random(type_, random, 12)
        steps = 0
        while value is not None and value.cost:
            smaller = list(generator.shrinks(value))
            assert all(each.cost < value.cost and each.type == type_ for each in smaller)
            assert smaller, value.text
            value, steps = smaller[0], steps + 1
            assert steps < 500


def test_random_values_repeat_with_the_seed() -> None:
    generator = Generator(CONSTRUCTORS)
    runs = [[generator.random(TREE, random, 8) for _ in range(20)] for random in (Random("a"), Random("a"))]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) > 5


def test_an_empty_type_has_no_values() -> None:
    never = Type("Never", (), -1, ("Never",))
    endless = Type("Endless", (), -1, ("Endless",))
    generator = Generator({never: (), endless: (Constructor("more", (endless,)),)})
    for empty in (never, endless):
        assert generator.smallest(empty) is None
        assert generator.random(empty, Random(0), 5) is None


def test_exchanging_a_part_exchanges_it_everywhere() -> None:
    three, two = Value(NAT, 3), Value(NAT, 2)
    assert exchanged(Value(NATS, 0, (three, Value(NAT, 1), three)), three, two).text == "[2, 1, 2]"
