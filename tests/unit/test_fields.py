"""Field notation written out, and abbreviations of types."""

from __future__ import annotations

import pytest

from decompose.fields import unabbreviated, written_out
from decompose.signatures import Function, read_function

PUSH = "def push : Tree → List Nat → List Nat\n  | leaf, acc => acc\n  | node l x r, acc => push l (x :: push r acc)"
MIRROR = "def mirror : Tree → Tree\n  | leaf => leaf\n  | node l x r => node (mirror r) x (mirror l)"
BITS = "abbrev Bits := List Bool"


def _functions(*texts: str) -> tuple[Function, ...]:
    found = []
    for text in texts:
        name = text.split()[1]
        found.append(read_function(text, name, name, text.count(f" {name} ") > 1, ()))
    return tuple(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t.push [] = []", "(push t []) = []"),
        ("(t.push acc).length = 0", "(push t acc).length = 0"),
        ("t.mirror.push [] = t.push []", "(push (mirror t) []) = (push t [])"),
        ("push t [] = []", "push t [] = []"),
        ("xs.length = xs.length", "xs.length = xs.length"),
        ("Tree.push t []", "Tree.push t []"),
    ],
)
def test_a_call_in_field_notation_is_written_as_an_application(text: str, expected: str) -> None:
    assert written_out(text, _functions(PUSH, MIRROR), ("t", "xs")) == expected


def test_what_is_written_out_stays_as_it_is() -> None:
    functions = _functions(PUSH, MIRROR)
    once = written_out("t.mirror.push [1, 2] = (t.push xs).reverse", functions, ("t", "xs"))
    assert written_out(once, functions, ("t", "xs")) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Bits", "List Bool"), ("List Bits", "List (List Bool)"), ("Bitset", "Bitset"), ("A.Bits", "A.Bits")],
)
def test_abbreviations_of_types(text: str, expected: str) -> None:
    assert unabbreviated(text, _functions(BITS)) == expected
