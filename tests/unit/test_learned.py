"""The embedded model: what it reads, what it estimates, and what happens without it."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from goals import goal, var
from hypothesis import given
from hypothesis import strategies as st
from learned_toys import REV, candidates, context
from termdoc import NAT

from decompose.context import GoalContext
from decompose.definitions import Definitions
from decompose.difficulty import LearnedDifficulty
from decompose.reading import parse_goal
from decompose.skim import skim
from decompose.splitters import splits
from lean_project.errors import UserError
from prover.learned import model as models
from prover.learned.features import GOAL_NAMES, MOVE_NAMES, GoalView, goal_features, move_features
from prover.learned.model import CARD, WEIGHTS, read_model
from prover.learned.provability import TERM_NAMES, term_features
from prover.learned.ranking import LearnedRanker
from prover.learned.store import ModelError
from prover.learned.terms import term_counts
from prover.learned.trees import Trees
from prover.moves import ordered_moves
from prover.policy.embedded import EmbeddedPolicy
from prover.policy.opening import open_policy
from prover.policy.requests import Assess, Complete, Conjecture, Sampling, Tactic, View
from prover.portfolio import Portfolio

SHIPPED = Path(models.__file__).parent
NAMES = st.from_regex(r"[a-z]{1,3}[0-9]{1,3}", fullmatch=True)
"""Names that are no words of Lean or of the vocabulary."""


class TestFeatures:
    def test_there_is_a_name_for_each(self) -> None:
        view = GoalView(context())
        assert len(goal_features(view)) == len(GOAL_NAMES) == len(set(GOAL_NAMES))
        assert {len(row) for row in move_features(view, candidates())} == {len(MOVE_NAMES)}
        assert len(set(MOVE_NAMES)) == len(MOVE_NAMES) and len(set(TERM_NAMES)) == len(TERM_NAMES)

    @given(NAMES, NAMES, NAMES)
    def test_what_things_are_called_does_not_count(self, name: str, function: str, other: str) -> None:
        if len({name, function, other}) < 3:
            return
        ours, theirs = GoalView(context()), GoalView(context(name, function, other))
        assert goal_features(ours) == goal_features(theirs)
        ours_moves, their_moves = move_features(ours, candidates()), move_features(theirs, candidates(name, function))
        assert ours_moves.tolist() == their_moves.tolist()

    def test_names_of_the_library_count_only_where_they_are_the_librarys(self) -> None:
        at = GOAL_NAMES.index("target reverse")
        own, foreign = context(function="reverse"), replace(context(function="reverse"), definitions=())
        assert goal_features(GoalView(own))[at] == 0 < goal_features(GoalView(foreign))[at]

    def test_the_subject_of_an_induction(self) -> None:
        row = dict(zip(MOVE_NAMES, move_features(GoalView(context()), candidates())[1], strict=True))
        assert (row["subject none"], row["subject call"], row["subject List"], row["subject occurrences"]) == (
            0,
            0,
            1,
            2,
        )

    def test_everything_is_finite_for_odd_goals(self) -> None:
        for text in ("⊢ True", "⊢ ", "x✝ : ?\n⊢ ((((", "f : Nat → Nat\n⊢ ∀ x, f x = ⟨"):
            found, target = parse_goal(text)
            view = GoalView(GoalContext(found, target))
            assert all(map(math.isfinite, goal_features(view)))
            assert all(map(math.isfinite, move_features(view, candidates())[0]))


class TestTerms:
    def test_counts_do_not_depend_on_the_order_or_names_of_hypotheses(self) -> None:
        one = goal([("x", NAT), ("y", NAT)], var("x"))
        two = goal([("b", NAT), ("a", NAT)], var("b"))
        none = Definitions.none()
        assert term_counts(one, none) == term_counts(two, none)

    def test_features_have_their_names(self) -> None:
        counts = term_counts(goal([("x", NAT)], var("x")), Definitions.none())
        assert len(term_features(counts)) == len(TERM_NAMES)
        assert counts["leading"] == 1 and counts["binders"] == 1 and "Nat" in counts["surface"]


def forest() -> dict[str, np.ndarray]:
    """Two trees: on feature 0 then 2, and a single leaf."""
    return {
        "t.feature": np.asarray([0, 0, 2, 0, 0, 0], np.int32),
        "t.threshold": np.asarray([0.5, 0, 1.5, 0, 0, 0]),
        "t.left": np.asarray([1, 1, 3, 3, 4, 5], np.int32),
        "t.right": np.asarray([2, 1, 4, 3, 4, 5], np.int32),
        "t.value": np.asarray([0, 1.0, 0, 2.0, 4.0, 0.25]),
        "t.roots": np.asarray([0, 5], np.int32),
    }


class TestTrees:
    def test_a_walk_goes_left_where_the_test_holds(self) -> None:
        trees = Trees.read(forest(), "t", 3)
        x = np.asarray([[0.5, 0, 9], [0.6, 0, 1.5], [0.6, 0, 1.6]], np.float32)
        assert trees.predict(x).tolist() == [1.25, 2.25, 4.25]

    @given(
        st.lists(st.lists(st.floats(-3, 3, width=32), min_size=3, max_size=3), min_size=1, max_size=5),
        st.integers(1, 2),
    )
    def test_shared_features_change_nothing(self, rows: list[list[float]], shared: int) -> None:
        trees = Trees.read(forest(), "t", 3)
        x = np.asarray(rows, np.float32)
        x[:, :shared] = x[0, :shared]
        assert trees.predict_shared(x[0, :shared], x[:, shared:]).tolist() == trees.predict(x).tolist()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("feature", [0, 0, 3, 0, 0, 0]),
            ("left", [1, 1, 9, 3, 4, 5]),
            ("left", [1, 1, 0, 3, 4, 5]),
            ("value", [0, float("nan"), 0, 2, 4, 1]),
            ("value", [0, 1]),
            ("roots", [7]),
        ],
    )
    def test_what_is_no_forest_is_refused(self, field: str, value: list[float]) -> None:
        with pytest.raises(ValueError, match="t:"):
            Trees.read(forest() | {f"t.{field}": np.asarray(value)}, "t", 3)


class TestShipped:
    def test_the_card_says_how_to_make_the_weights(self) -> None:
        card = json.loads((SHIPPED / CARD).read_text(encoding="utf-8"))
        assert {"command", "data_sha256", "seed", "versions", "metrics", "goals"} <= set(card)
        assert (SHIPPED / WEIGHTS).stat().st_size < 2_000_000

    def test_estimates_are_chances_and_the_same_each_time(self) -> None:
        model = read_model()
        first, second = (model.rate(context(), candidates()) for _ in range(2))
        assert first == second and len(first) == 4
        assert all(0 < each.chance < 1 and each.seconds > 0 for each in first)
        assert model.rate(context(), []) == []

    def test_provability_is_a_learned_difficulty(self) -> None:
        model = read_model()
        difficulty = LearnedDifficulty(model.name, model.provability)
        closed = goal([("x", NAT)], var("x"))
        assert 0 < model.provability(closed, Definitions.none()) < 1
        assert difficulty.of(closed, Definitions.none()) > 0 and "embedded" in difficulty.source


def spoilt(folder: Path, *, weights: bytes | None = None, **card: object) -> Path:
    """A copy of the shipped model with something wrong."""
    made = json.loads((SHIPPED / CARD).read_text(encoding="utf-8")) | card
    (folder / CARD).write_text(json.dumps(made), encoding="utf-8")
    (folder / WEIGHTS).write_bytes((SHIPPED / WEIGHTS).read_bytes() if weights is None else weights)
    return folder


def without_trees() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, nothing=np.zeros(1))
    return buffer.getvalue()


class TestFallback:
    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="not there"):
            read_model(tmp_path)

    def test_corrupt(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="not those of its card"):
            read_model(spoilt(tmp_path, weights=b"PK nonsense"))

    @pytest.mark.parametrize("field", ["format", "features"])
    def test_another_version(self, tmp_path: Path, field: str) -> None:
        with pytest.raises(ModelError, match="version"):
            read_model(spoilt(tmp_path, **{field: 999}))

    def test_arrays_that_lack_something(self, tmp_path: Path) -> None:
        import hashlib

        data = without_trees()
        digest = hashlib.sha256(data).hexdigest()
        with pytest.raises(ModelError, match="cannot be read"):
            read_model(spoilt(tmp_path, weights=data, weights_sha256=digest))

    def test_the_fixed_order_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone() -> models.EmbeddedModel:
            raise ModelError("gone")

        monkeypatch.setattr("prover.learned.ranking.shipped_model", gone)
        goal_ = context()
        assert list(Portfolio(ranker=LearnedRanker()).propose(goal_)) == list(Portfolio().propose(goal_))
        plain, ranked = (
            [move.text for move in ordered_moves(goal_, Portfolio(), splits, None, frozenset(), ranker=ranker)]
            for ranker in (None, LearnedRanker())
        )
        assert plain == ranked

    def test_a_policy_without_weights_is_the_users_to_know(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone() -> models.EmbeddedModel:
            raise ModelError("gone")

        monkeypatch.setattr("prover.policy.embedded.read_model", gone)
        with pytest.raises(UserError, match="gone"):
            open_policy("embedded")


VIEW = View(
    name="t",
    binders="(xs : List Nat)",
    target="(rev xs).length = xs.length",
    goal="xs : List Nat\n⊢ (rev xs).length = xs.length",
    preamble=f"namespace A\n\n{REV}\n",
)


class TestPolicy:
    def test_what_it_answers(self) -> None:
        policy = open_policy("embedded")
        assert isinstance(policy, EmbeddedPolicy)
        proofs = policy.submit(Complete(view=VIEW, sampling=Sampling(n=3))).result()
        assert len(proofs) == 3 and all(each.text.startswith("```lean4\n") for each in proofs)
        assert all(each.logprob is not None and each.logprob < 0 and each.weights for each in proofs)
        assert policy.submit(Tactic(view=VIEW)).result()
        (hard,) = policy.submit(Assess(view=VIEW)).result()
        assert 0 <= int(hard.text) <= 10
        assert policy.submit(Conjecture(view=VIEW)).result() == ()

    def test_a_model_name_makes_no_sense(self) -> None:
        with pytest.raises(UserError, match="--model"):
            open_policy("embedded", "mine")


def test_a_file_can_be_read_without_lean() -> None:
    above = f"""\
/-! About reversing. -/

namespace A

variable (k : Nat)

{REV}


def loop (xs : List Nat) : Nat := go xs 0
where
  go : List Nat → Nat → Nat
    | [], acc => acc
    | x :: xs, acc => go xs (acc + x)

@[simp] theorem rev_nil : rev [] = [] := rfl
"""
    spec, target = skim(above, "xs : List Nat\n⊢ loop (rev xs) = loop xs", "main")
    names = {each.name: each.recursive for each in spec.declarations}
    assert names["A.rev"] and names["A.loop.go"] and not names["A.loop"] and not names["A.rev_nil"]
    assert target.name == "A.main" and spec.command_text(target.command).startswith("theorem main")
    assert [each.keyword for each in spec.declarations if each.name == "A.rev_nil"] == ["theorem"]
