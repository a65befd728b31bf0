"""Counterexamples as people read them, read back. Pure."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.counterexample.generate import Constructor, Generator
from decompose.counterexample.values import Type, Value
from prover.synth.components import BOOL, CHAR, INT, NAT, STRING, list_of, option_of, pair_of
from prover.synth.witness import _value

TREE = Type("Tree", (), -1, ("Tree",))
CONSTRUCTORS = {
    TREE: (Constructor("leaf", ()), Constructor("node", (TREE, INT, option_of(pair_of(NAT, TREE))))),
    option_of(INT): (Constructor("none", ()), Constructor("some", (INT,))),
    option_of(pair_of(NAT, TREE)): (Constructor("none", ()), Constructor("some", (pair_of(NAT, TREE),))),
    option_of(option_of(INT)): (Constructor("none", ()), Constructor("some", (option_of(INT),))),
}
TYPES = [NAT, INT, BOOL, CHAR, STRING, list_of(INT), list_of(list_of(CHAR)), pair_of(INT, pair_of(BOOL, NAT)), TREE]
TYPES += [option_of(INT), option_of(option_of(INT)), list_of(TREE)]


@given(st.sampled_from(TYPES), st.integers(0, 10**6), st.integers(0, 8))
def test_a_value_is_read_as_it_is_written(type_: Type, seed: int, size: int) -> None:
    value = Generator(CONSTRUCTORS).random(type_, Random(seed), size)
    assert value is not None
    assert _value(f"{value.text}, y", 0, type_, CONSTRUCTORS) == (value, len(value.text))


@pytest.mark.parametrize(
    ("text", "type_"),
    [("x", NAT), ("[1, ", list_of(NAT)), ("[1 2]", list_of(NAT)), (".tree", TREE), ("(1; 2)", pair_of(NAT, NAT))],
)
def test_other_texts_are_refused(text: str, type_: Type) -> None:
    with pytest.raises((ValueError, IndexError)):
        _value(text, 0, type_, CONSTRUCTORS)


def test_escapes_are_left_alone() -> None:
    value = Value(STRING, 0, (Value(CHAR, ord('"')),))
    with pytest.raises(ValueError):
        _value(value.text, 0, STRING, CONSTRUCTORS)
