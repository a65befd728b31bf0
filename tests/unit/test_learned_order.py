"""The order of moves by the embedded model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from goals import goal, var
from hypothesis import given
from hypothesis import strategies as st
from learned_toys import candidates, context
from termdoc import NAT

from decompose.context import GoalContext
from decompose.definitions import Definitions
from decompose.difficulty import FootprintDifficulty
from decompose.sketch import Split
from decompose.splitters import splits
from prover.bench.settings import BenchSettings
from prover.learned import model as models
from prover.learned.difficulty import difficulty_for
from prover.learned.features import Candidate
from prover.learned.model import Estimate
from prover.learned.ranking import LearnedRanker, Placed, placed, ranker_for
from prover.learned.store import ModelError
from prover.moves import ordered_moves
from prover.portfolio import Portfolio
from prover.proposals import Proposal
from search.domain import Kind, Move


class Fixed:
    """A ranker that keeps the fixed order."""

    def order(self, context: GoalContext, candidates: Sequence[Candidate]) -> Iterator[Placed] | None:
        return None

    def splits(self, context: GoalContext, candidates: Sequence[Candidate]) -> Sequence[float] | None:
        return None


class Nobody:
    """No portfolio."""

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        return iter(())


def _is_split(move: Move) -> bool:
    return move.kind is not Kind.COMPLETE


class TestOrder:
    @given(st.lists(st.tuples(st.floats(0.001, 0.999), st.floats(0.01, 5)), min_size=1, max_size=30), st.floats(0, 1))
    def test_each_comes_once_and_costs_never_fall(self, numbers: list[tuple[float, float]], alike: float) -> None:
        moves = [candidates()[at % 4] for at in range(len(numbers))]
        found = list(placed(moves, [Estimate(*each) for each in numbers], (alike, alike)))
        assert sorted(each.index for each in found) == list(range(len(numbers)))
        costs = [each.cost for each in found]
        assert all(a <= b * (1 + 1e-9) for a, b in itertools.pairwise(costs))

    def test_a_move_like_one_that_failed_comes_later(self) -> None:
        moves = candidates()
        estimates = [Estimate(chance, 0.5) for chance in (0.3, 0.5, 0.32, 0.4)]
        assert [each.index for each in placed(moves, estimates, (0.0, 0.0))] == [1, 3, 2, 0]
        assert [each.index for each in placed(moves, estimates, (1.0, 1.0))][:2] == [1, 2]

    def test_splits_keep_their_places(self) -> None:
        goal_ = context()
        plain, ranked = (
            list(ordered_moves(goal_, Portfolio(), splits, None, frozenset(), ranker=ranker))
            for ranker in (None, LearnedRanker())
        )
        assert {move.text for move in plain} == {move.text for move in ranked}
        prices = [move.cost / move.success for move in ranked]
        assert prices == sorted(prices)
        kinds = [[move.kind is Kind.COMPLETE for move in moves] for moves in (plain, ranked)]
        assert kinds[0] == kinds[1]  # Splits stand where splits stood.
        assert [move.text for move in plain] != [move.text for move in ranked]

    def test_the_portfolio_is_ranked_too(self) -> None:
        found = list(Portfolio(ranker=LearnedRanker()).propose(context()))
        costs = [each.cost for each in found]
        assert costs == sorted(costs) and {each.tactics for each in found} == {
            each.tactics for each in Portfolio().propose(context())
        }

    def test_a_ranker_may_decline(self) -> None:
        class Declines(Fixed):
            def order(self, context: GoalContext, candidates: Sequence[Candidate]) -> Iterator[Placed] | None:
                return None

        assert list(Portfolio(ranker=Declines()).propose(context())) == list(Portfolio().propose(context()))

    def test_splits_are_ranked_among_themselves(self) -> None:
        class Backwards(Fixed):
            def splits(self, context: GoalContext, candidates: Sequence[Candidate]) -> Sequence[float] | None:
                return [1e-4 * 2.0**each.place for each in candidates]

        fixed, ranked = (
            [
                move
                for move in ordered_moves(context(), Nobody(), splits, None, frozenset(), ranker=ranker)
                if _is_split(move)
            ]
            for ranker in (None, Backwards())
        )
        assert {move.text for move in ranked} == {move.text for move in fixed} and ranked[0].text == fixed[-1].text
        assert [move.cost for move in ranked] == [move.cost for move in fixed]

    def test_a_split_of_the_same_family_again_is_as_unlikely_as_in_the_fixed_order(self) -> None:
        class Even(Fixed):
            def splits(self, context: GoalContext, candidates: Sequence[Candidate]) -> Sequence[float] | None:
                return [0.1] * len(candidates)

        def first(*trail: str) -> str:
            moves = ordered_moves(context(), Nobody(), only, None, frozenset(), trail, Even())
            return next(move.label for move in moves if _is_split(move))

        def only(_context: GoalContext) -> Iterator[Split]:
            yield Split("induction", "induction xs", cost=0.5)
            yield Split("generalize", "generalize xs = ys", cost=0.5)

        assert first() == "induction" and first("induction generalizing") == "generalize"

    def test_moves_that_may_not_be_tried_are_not_ranked(self) -> None:
        """They have not failed, so they must not make others less likely."""
        seen: list[Candidate] = []

        class Listens(Fixed):
            def order(self, context: GoalContext, candidates: Sequence[Candidate]) -> Iterator[Placed] | None:
                seen.extend(candidates)
                return None

        goal_ = replace(context(), lemmas=("rev_nil",), full_names=(("rev_nil", "rev_nil"),))
        for unproved, expected in ((frozenset[str](), True), (frozenset({"rev_nil"}), False)):
            seen.clear()
            moves = list(
                ordered_moves(goal_, Portfolio(), splits, None, frozenset(), ranker=Listens(), unproved=unproved)
            )
            assert any(each.uses for each in seen) is expected
            assert any("rev_nil" in move.payload.uses for move in moves) is expected

    def test_settings(self) -> None:
        assert ranker_for("fixed") is None and isinstance(ranker_for("learned"), LearnedRanker)
        fixed, learned = (BenchSettings(order=order).identity() for order in ("fixed", "learned"))
        assert "order" not in fixed and str(learned["order"]).startswith("learned (embedded ")
        assert "difficulty" not in fixed
        assert str(BenchSettings(difficulty="learned").identity()["difficulty"]).startswith("learned (embedded ")

    def test_the_learned_difficulty_is_a_blend(self, monkeypatch: pytest.MonkeyPatch) -> None:
        closed = goal([("x", NAT)], var("x"))
        made = difficulty_for("learned")
        assert "embedded" in made.source and made.of(closed, Definitions.none()) >= 0
        assert difficulty_for("footprint") == FootprintDifficulty()

        def gone() -> models.EmbeddedModel:
            raise ModelError("gone")

        monkeypatch.setattr("prover.learned.difficulty.shipped_model", gone)
        assert difficulty_for("learned") == FootprintDifficulty()
