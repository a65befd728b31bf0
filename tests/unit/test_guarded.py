"""Guarded calls: 10,000 questions to components that answer anything, and not one result that breaks its contract."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.sketch import Split
from decompose.text import TokenKind, tokens
from lean_project.errors import MachineryError
from prover.policy.answers import Answer, Finish
from prover.policy.contract import Names, Written, numbers, proofs, statements, steps
from prover.policy.forbidden import Reason
from prover.policy.guarded import Contract, Refusal
from prover.policy.requests import View

RUNS = 10_000
VIEW = View("same", "(xs : List Nat)", "onto xs [] = rev xs", "xs : List Nat\n⊢ onto xs [] = rev xs")
NAMES = Names(frozenset({"onto", "rev", "same", "general"}), frozenset({"Mine.rev_rev"}))

_PIECES = (
    *("theorem", "lemma", "same", "general", "helper", "aux_1", ":= by", ":= sorry", ":=", "by", "sorry", "axiom"),
    *("(xs : List Nat)", ": onto xs [] = rev xs", ": True", ": 1 = 1", "exact rfl", "simp [onto]", "omega", "intro xs"),
    *("have h : xs = xs := by sorry", "have h : True := trivial", "exact h", "exact helper xs", "native_decide"),
    *("open Classical in", "set_option maxHeartbeats 0 in", "macro_rules | `(x) => `(y)", "#eval 1", "run_cmd skip"),
    *("```lean4", "```", "```python", "<think>", "</think>", "/-", "-/", "-- sorry", '"', "«", "»", "·", "\n", "\n  "),
    *(
        "import Lean",
        "namespace X",
        "end X",
        "instance : Inhabited Nat := ⟨0⟩",
        "@[simp]",
        "unsafe def f := 1",
        "exact?",
    ),
    *("7", "10", "11", "-3", "3.5", "∀ x, x = x", "\0", "\r\n", "\u202e", "🙂"),
)


class BrokenError(RuntimeError):
    """What a component raises of itself."""


def component(random: Random) -> Iterator[Answer]:
    """Any number of answers, from well-formed to noise; some components break down on the way."""
    while random.random() > 0.1:
        if random.random() < 0.05:
            raise BrokenError
        text = " ".join(random.choices(_PIECES, k=random.randrange(10)))
        if random.random() < 0.5:
            text = f"```lean4\ntheorem same (xs : List Nat) : onto xs [] = rev xs := by\n  {text}\n```"
        yield Answer(text, random.choice(list(Finish)), "m", continues=random.random() < 0.2)


FALLBACK = Written(Split("fallback", "simp", completes=True))


_BANNED = {
    *("axiom", "native_decide", "macro_rules", "set_option", "namespace", "import", "unsafe", "exact?", "run_cmd"),
    *("eval", "instance", "theorem", "sorry", "def", "end"),
}


def _keeps(written: Written) -> bool:
    """The contract once more, in words of its own."""
    split = written.split
    texts = [split.tactics, *(lemma.statement for lemma in split.lemmas)]
    code = [token for text in texts for token in tokens(text)]
    words = {token.text for token in code if token.kind not in (TokenKind.COMMENT, TokenKind.STRING)}
    names = [lemma.name for lemma in split.lemmas]
    return (
        not words & _BANNED
        and bool(split.tactics.strip())
        and len(set(names)) == len(names)
        and not set(names) & NAMES.taken
        and all("onto xs [] = rev xs" not in lemma.statement.split(":", 1)[-1].strip() for lemma in split.lemmas)
    )


def test_whatever_a_policy_answers_the_contract_is_kept() -> None:
    contracts = (proofs(VIEW, NAMES, "proof"), proofs(VIEW, NAMES, "sketch", sketch=True), steps(NAMES, "step"))
    violations, used = [], 0
    for seed in range(RUNS):
        random = Random(seed)
        contract = contracts[seed % len(contracts)]
        result = contract.guarded(component(random), lambda: FALLBACK, budget=random.randrange(6))
        used += result is not FALLBACK
        if not _keeps(result):
            violations.append(result)
    assert not violations
    assert 0 < used < RUNS, "both the component and the fallback must have been used"


def test_whatever_a_policy_answers_statements_and_numbers_keep_their_contracts() -> None:
    given_statements = given_numbers = 0
    for seed in range(RUNS // 10):
        random = Random(seed)
        lemmas = statements(VIEW, NAMES).abstaining(component(random), budget=3)
        number = numbers().abstaining(component(random), budget=3)
        given_statements += lemmas is not None
        given_numbers += number is not None
        assert number is None or 0.0 <= number <= 1.0
        names = [lemma.name for lemma in lemmas or ()]
        assert len(set(names)) == len(names) and not set(names) & NAMES.taken
    assert given_statements and given_numbers


def _small(n: int) -> int | Refusal:
    return Refusal(Reason.NO_NUMBER) if n % 7 == 0 else n


def _at_most_nine(n: int) -> Refusal | None:
    return Refusal(Reason.TOO_LONG) if n > 9 else None


SMALL = Contract("small", _small, _at_most_nine)


def _is_small(n: int) -> bool:
    return n % 7 != 0 and n <= 9


@given(st.lists(st.integers(0, 30)), st.integers(0, 12))
def test_the_first_answer_within_the_budget_that_keeps_it(answers: list[int], budget: int) -> None:
    """`sample_eq_some` and `sample_eq_none` of Contract.lean."""
    wanted = next((n for n in answers[:budget] if _is_small(n)), None)
    assert SMALL.abstaining(answers, budget) == wanted
    assert SMALL.guarded(answers, lambda: 1, budget) == (1 if wanted is None else wanted)


@given(st.lists(st.integers(0, 30)), st.integers(0, 12), st.integers(0, 12))
def test_a_larger_budget_changes_no_answer(answers: list[int], budget: int, more: int) -> None:
    """`sample_mono`."""
    found = SMALL.abstaining(answers, budget)
    assert found is None or SMALL.abstaining(answers, budget + more) == found


def test_no_more_answers_are_drawn_than_needed() -> None:
    drawn: list[int] = []

    def answers() -> Iterator[int]:
        for n in (14, 20, 3, 4, 5):
            drawn.append(n)
            yield n

    assert SMALL.abstaining(answers(), 5) == 3
    assert drawn == [14, 20, 3]


def test_a_component_that_fails_has_no_further_answers() -> None:
    def answers() -> Iterator[int]:
        yield 14
        raise BrokenError

    assert SMALL.guarded(answers(), lambda: 5, 10) == 5
    assert [found for _, found in SMALL.sample(answers())] == [Refusal(Reason.NO_NUMBER)]


def test_a_reader_with_a_fault_is_caught_by_the_contract() -> None:
    careless = Contract("small", lambda n: n * 100, _at_most_nine)
    assert careless.guarded([1, 2], lambda: 4) == 4


def test_a_fallback_that_breaks_the_contract_is_a_bug_of_ours() -> None:
    with pytest.raises(ValueError, match="fallback of small breaks"):
        SMALL.guarded([], lambda: 10)


def test_lost_machinery_is_no_answer() -> None:
    """Nothing that the toolkit itself raises is taken for a component that has nothing to say."""

    def answers() -> Iterator[int]:
        yield 1
        raise MachineryError("the worker is gone")

    contract: Contract[int, int] = Contract("big", lambda each: each, lambda each: Refusal(Reason.NO_NUMBER))
    with pytest.raises(MachineryError, match="the worker is gone"):
        contract.abstaining(answers())
