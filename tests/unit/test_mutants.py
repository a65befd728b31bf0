"""Mutants: single faults in a program's text, laws and operators."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.text import TokenKind, tokens
from prover.synth.mutants import Mutant, Operator, mutants, spread

SOLUTIONS = sorted((Path(__file__).parents[1] / "synthesis" / "solutions").rglob("*.lean"))

_names = st.sampled_from(["x", "y", "xs", "n"])
_atoms = st.one_of(
    _names, st.integers(0, 12).map(str), st.sampled_from(["true", "[]", "'a'", '"ab"', "p.1", "xs.reverse"])
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "%", "++", "::", "&&", "≤", "=", "=="])
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(inner, inner).map(lambda each: f"(f {each[0]} {each[1]})"),
        st.tuples(inner, inner, inner).map(lambda each: f"(if {each[0]} then {each[1]} else {each[2]})"),
        st.tuples(inner, inner).map(
            lambda each: f"\n  match xs with\n  | [] => {each[0]}\n  | y :: ys => {each[1]}\n  "
        ),
    )


expressions = st.recursive(_atoms, _grow, max_leaves=8)
programs = expressions.map(lambda body: f"def f (x y : Nat) (xs : List Nat) : Nat :=\n  {body}")


def _said(program: str) -> set[str]:
    return {f"{mutant.before} -> {mutant.after}" for mutant in mutants(program)}


def _is_law_abiding(program: str, found: tuple[Mutant, ...]) -> None:
    assert len({mutant.text for mutant in found}) == len(found)
    for mutant in found:
        end = mutant.start + len(mutant.before)
        assert program[mutant.start : end] == mutant.before
        assert mutant.text == program[: mutant.start] + mutant.after + program[end:]
        assert mutant.text != program


@given(programs)
def test_one_edit_each_and_no_text_twice(program: str) -> None:
    _is_law_abiding(program, mutants(program))


@given(programs)
def test_deterministic(program: str) -> None:
    assert mutants(program) == mutants(program)


@given(programs)
def test_the_signature_stays(program: str) -> None:
    signature = program.partition(":=")[0]
    assert all(mutant.text.startswith(signature) for mutant in mutants(program))


@given(programs)
def test_brackets_still_match(program: str) -> None:
    for mutant in mutants(program):
        for opening, closing in ("()", "[]"):
            assert mutant.text.count(opening) == mutant.text.count(closing)


@given(programs)
def test_comments_change_nothing(program: str) -> None:
    """A comment is not mutated, and what it says makes no mutants."""
    commented = program.replace(":=\n", ":= -- 3 < 4 + x\n  /- if true then 0 -/\n", 1)
    assert {(m.operator, m.before, m.after) for m in mutants(commented)} == {
        (m.operator, m.before, m.after) for m in mutants(program)
    }


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    _is_law_abiding(text, mutants(text))


@given(programs, st.integers(0, 40))
def test_a_smaller_spread_is_the_beginning_of_a_larger(program: str, most: int) -> None:
    found = mutants(program)
    chosen = spread(found, most)
    assert len(chosen) == min(most, len(found))
    assert len(set(chosen)) == len(chosen) and set(chosen) <= set(found)
    assert spread(found, most + 1)[:most] == chosen


def test_a_spread_takes_all_operators_in_turn() -> None:
    found = mutants("def f (x y : Nat) : Nat :=\n  if x < 3 then min x y + 1 else y")
    kinds = {mutant.operator for mutant in found}
    assert {mutant.operator for mutant in spread(found, len(kinds))} == kinds


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("if x < y then x else y", {"< -> ≤", "< -> >", "x < y -> ¬(x < y)", "x < y -> True", "x < y -> False"}),
        ("x + 1", {"+ -> -", "1 -> 0", "1 -> 2", "x + 1 -> x", "x -> (x - 1)", "x -> y"}),
        ("g x y", {"x y -> y x", "g x y -> x", "g x y -> y"}),
        ("x :: y :: xs", {"x :: y -> x", "x :: y -> y", "y :: xs -> y"}),
        ("xs ++ ys", {"xs ++ ys -> ys ++ xs", "xs ++ ys -> xs"}),
        ("xs.reverse", {"xs.reverse -> xs"}),
        ("xs.take x", {"xs.take -> xs.drop", "xs.take x -> x"}),
        ("min x y", {"min -> max"}),
        ("some x", {"some x -> none"}),
        ("[x, y]", {"[x, y] -> []"}),
        ("p.1", {"p.1 -> p.2"}),
        ("!b && c", {"! -> ", "&& -> ||"}),
        ("'0'", {"'0' -> '1'"}),
    ],
)
def test_operators(body: str, wanted: set[str]) -> None:
    assert wanted <= _said(f"def f (x y : Nat) (xs : List Nat) : R :=\n  {body}")


def test_alternatives_are_dropped_and_exchange_their_results() -> None:
    program = "def f : Nat → Nat\n  | 0 => 5\n  | n + 1 => f n"
    texts = {mutant.text for mutant in mutants(program) if mutant.operator is Operator.ALTERNATIVE}
    assert "def f : Nat → Nat\n  | 0 => f n\n  | n + 1 => 5" in texts
    assert "def f : Nat → Nat\n  \n  | n + 1 => f n" in texts


def test_a_tighter_operator_keeps_its_operand() -> None:
    """In `x * y + z` the sum's left operand is the product."""
    said = _said("def f (x y z : Nat) : Nat := x * y + z")
    assert "y + z -> z + y" not in said and "x * y -> y * x" in said


def test_variables_of_other_types_are_left_alone() -> None:
    said = _said("def f (n m : Nat) (b : Bool) : Nat := n")
    assert "n -> m" in said and "n -> b" not in said


def test_patterns_signatures_and_proofs_are_left_alone() -> None:
    program = (
        "def f (xs : List Nat) (i : Nat := 7) (h : i < 3) : Nat :=\n"
        "  match xs with\n  | [8] => xs[i]'(by have := 9; omega)\n  | _ => 0\ntermination_by 4\n"
    )
    changed = {mutant.before for mutant in mutants(program)}
    assert not changed & {"7", "8", "9", "3", "4", "have"}


def test_local_functions_keep_their_signatures() -> None:
    program = "def f (n : Nat) : Nat :=\n  go n 1\nwhere\n  go (k : Nat) (acc : Nat) : Nat :=\n    k + acc"
    said = _said(program)
    assert "k + acc -> acc + k" in said
    assert all("go (k : Nat) (acc : Nat) : Nat :=" in mutant.text for mutant in mutants(program))


def test_several_definitions_are_mutated_one_at_a_time() -> None:
    program = "def f (n : Nat) : Nat := n + 1\n\n/-- Twice. -/\ndef g (m : Nat) : Nat := f m * 2\n"
    texts = [mutant.text for mutant in mutants(program)]
    assert any("n - 1" in text and "f m * 2" in text for text in texts)
    assert any("n + 1" in text and "f m + 2" in text for text in texts)
    assert not any(mutant.after in ("n", "(n + 1)") and mutant.before == "m" for mutant in mutants(program))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.name.partition(".")[0])
def test_programs_of_the_tasks_have_mutants(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = mutants(text)
    assert len(found) >= 10
    _is_law_abiding(text, found)
    comments = [token.text for token in tokens(text) if token.kind is TokenKind.COMMENT]
    assert all(comment in mutant.text for mutant in found[:50] for comment in comments)
