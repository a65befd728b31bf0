"""What answers cost, and which of them is tried first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_project.errors import LimitHit
from prover.policy.answers import Answer as Said
from prover.policy.answers import Finish, Token
from prover.policy.certainty import by_confidence, self_certainty
from prover.policy.meter import Meter, prompt_bound
from prover.policy.requests import (
    Sampling,
)
from search.budget import Budget, BudgetLimits


class TestMeter:
    def test_fewer_then_shorter_answers_where_the_budget_ends(self) -> None:
        def cut(tokens: int) -> tuple[int, int] | None:
            try:
                meter = Meter(Budget(BudgetLimits(tokens=tokens)), 100, Sampling(n=4, max_tokens=200))
            except LimitHit:
                return None
            return meter.sampling.n, meter.sampling.max_tokens

        assert [cut(tokens) for tokens in (900, 899, 500, 299, 132, 131)] == [
            (4, 200),
            (3, 200),
            (2, 200),
            (1, 199),
            (1, 32),
            None,
        ]

    def test_what_a_server_counts_beyond_every_bound_is_drawn_as_far_as_it_goes(self) -> None:
        budget = Budget(BudgetLimits(tokens=300))
        meter = Meter(budget, 100, Sampling(n=1, max_tokens=50))
        meter.paid(500)
        assert budget.usage().tokens == 300 and meter.overdraft == 200

    @given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["paid", "lost", "free"])), max_size=30))
    def test_a_ceiling_is_never_passed(self, attempts: list[tuple[int, str]]) -> None:
        budget = Budget(BudgetLimits(tokens=500))
        for tokens, end in attempts:
            try:
                meter = Meter(budget, 20, Sampling(n=2, max_tokens=40))
            except LimitHit:
                continue
            meter.paid(tokens) if end == "paid" else getattr(meter, end)()
            usage = budget.usage()
            assert usage.tokens <= 500 and usage.reserved_tokens == 0

    def test_no_tokenizer_makes_more_tokens_than_bytes(self) -> None:
        assert prompt_bound("αβγ") >= 6 and prompt_bound("a", "b") > prompt_bound("ab")


def test_self_certainty_by_hand() -> None:
    import math

    uniform = [math.log(0.25)] * 4
    assert self_certainty([uniform]) == pytest.approx(0.0) and self_certainty([]) == 0.0
    skewed = [math.log(0.5), math.log(0.25), math.log(0.125), math.log(0.125)]
    by_hand = -sum(math.log(4 * p) for p in (0.5, 0.25, 0.125, 0.125)) / 4
    assert self_certainty([skewed, uniform]) == pytest.approx(by_hand / 2)


def test_answers_are_ordered_by_confidence_where_it_is_known() -> None:
    def said(name: str, logprob: float | None, certainty: float | None = None) -> Said:
        tokens = None if logprob is None else (Token("x", logprob),)
        return Said(name, Finish.STOP, "m", tokens=tokens, certainty=certainty)

    assert [each.text for each in by_confidence([said("a", -2.0), said("b", -1.0)])] == ["b", "a"]
    assert [each.text for each in by_confidence([said("a", -2.0, 3.0), said("b", -1.0, 2.0)])] == ["a", "b"]
    assert [each.text for each in by_confidence([said("a", -2.0), said("b", None)])] == ["a", "b"]
