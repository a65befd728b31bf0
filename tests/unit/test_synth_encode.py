"""Values as tokens and steps in Lean's messages, without Lean."""

from __future__ import annotations

import pytest

from decompose.counterexample.generate import Constructor
from decompose.counterexample.values import Type
from lean_project.model import Command, Message, Position, Severity
from prover.synth.components import BOOL, INT, NAT, STRING, list_of, option_of, pair_of
from prover.synth.encode import TOKEN_BITS, Encoder, can_write, decoded, text
from prover.synth.signature import Signature
from prover.synth.steps import Course, _count, total

TREE = Type("N.Tree", (), -1, ("N", "Tree"))
CONSTRUCTORS = {TREE: (Constructor("leaf", ()), Constructor("node", (TREE, INT, TREE)))}


def packed(*tokens: int) -> int:
    return sum((token + 1) << (TOKEN_BITS * place) for place, token in enumerate(tokens))


@pytest.mark.parametrize(
    ("tokens", "type_", "value"),
    [
        ((0,), NAT, 0),
        ((65_534,), NAT, 65_534),
        ((1, 4), INT, -5),
        ((0, 4), INT, 4),
        ((0,), list_of(NAT), ()),
        ((2, 7, 0), list_of(NAT), (7, 0)),
        ((2, 97, 233), STRING, "aé"),
        ((0,), option_of(BOOL), None),
        ((1, 1), option_of(BOOL), (True,)),
        ((1, 3, 0), pair_of(list_of(NAT), BOOL), ((3,), False)),
        ((1, 0, 1, 1, 0), TREE, (1, (0,), -2, (0,))),
    ],
)
def test_values_are_read_from_their_tokens(tokens: tuple[int, ...], type_: Type, value: object) -> None:
    assert decoded(packed(*tokens), type_, CONSTRUCTORS) == (value,)


def test_what_was_too_large_is_no_value() -> None:
    assert decoded(0, NAT, {}) is None


def test_types_that_can_be_written() -> None:
    assert can_write([list_of(TREE), pair_of(INT, STRING)], CONSTRUCTORS)
    assert not can_write([list_of(TREE)], {})
    assert not can_write([Type("Array", (NAT,))], {})
    assert not can_write([Type("T")], {Type("T"): (Constructor("mk", (Type("Fin", (), 3),)),)})
    assert text(list_of(TREE)) == "_root_.List (_root_.N.Tree)"


def test_what_needs_a_broken_writer_is_dropped() -> None:
    encoder = Encoder(CONSTRUCTORS)
    tree, option, number = (encoder.packed("x", type_) for type_ in (TREE, option_of(TREE), NAT))
    assert len(encoder.commands) == 3  # the tree, the integers in it, the option
    everything = list(encoder.commands)
    assert encoder.without([tree, option, number], everything) == [True, True, True]
    integers = next(name for name, command in encoder.commands.items() if "negSucc" in command)
    assert encoder.without([tree, option, number], [n for n in everything if n != integers]) == [False, False, True]


DIAGNOSTICS = """\
[diag] Diagnostics
  [reduction] unfolded declarations (max: 40, num: 1):
    [reduction] f ↦ 40
  [kernel] unfolded declarations (max: 8, num: 3):
    [kernel] List.rec ↦ 8
    [kernel] f ↦ 5
    [kernel] f.match_1 ↦ 4
  use `set_option diagnostics.threshold <num>` to control threshold for reporting counters"""


def test_the_kernels_unfoldings_alone_are_counted() -> None:
    at = Position(1, 0)
    message = Message(Severity.INFORMATION, DIAGNOSTICS, at, at)
    assert _count(Command("example", 0, 1, (message,))) == 17
    assert _count(Command("example", 0, 1)) == 0
    assert total((3, 4)) == 7 < total(())


def test_inputs_grow_and_are_the_same_each_time() -> None:
    signature = Signature(("xs", "n"), (list_of(NAT), NAT), NAT, {})
    course = Course.of(signature)
    assert course == Course.of(signature) and len(course.shown) == len(course.inputs)
    sizes = [sum(value.size + value.cost for value in given) for given in course.inputs]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]
