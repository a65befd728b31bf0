"""The contamination probe without a model: its measures, what its scores tell, prompts, report."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.policy.families import family_named
from prover.policy.requests import View
from rl.data.files import write_json
from rl.probe import Finding, Scores, Verdict, agreement, auc, collapse, compare, similarity, table
from rl.run.probing import FILE, findings, item
from rl.run.report import _probed
from rl.selfplay.round import TRAINING

ENTROPIES = st.lists(st.floats(0.0, 12.0), max_size=12)


class TestMeasures:
    @given(ENTROPIES, ENTROPIES)
    def test_similarity_is_a_share_and_symmetric(self, one: list[float], two: list[float]) -> None:
        assert 0.0 <= similarity(one, two) <= 1.0
        assert similarity(one, two) == similarity(two, one)

    @given(st.lists(st.floats(0.1, 12.0), min_size=1, max_size=12), st.floats(0.5, 4.0))
    def test_similar_is_what_differs_by_a_factor(self, one: list[float], factor: float) -> None:
        assert similarity(one, [factor * each for each in one]) == pytest.approx(1.0)
        assert similarity(one, [*one, *one]) <= 0.5 + 1e-9, "half as long"

    def test_similarity_by_hand(self) -> None:
        assert similarity([1.0, 0.0], [0.0, 1.0]) == 0.0
        assert similarity([1.0, 1.0], [1.0]) == pytest.approx(1 / math.sqrt(2) / 2)
        assert similarity([], [1.0]) == similarity([0.0], [1.0]) == 0.0

    def test_collapse_by_hand(self) -> None:
        assert collapse([(1,), (1,), (1,)]) == 1.0
        assert collapse([(1,), (2,), (3,)]) == pytest.approx(0.0)
        assert collapse([(1,), (1,), (2,), (2,)]) == pytest.approx(0.5)
        assert collapse([(1,)]) is None

    def test_agreement_by_hand(self) -> None:
        assert agreement((1, 2, 3), [(1, 2, 3), (1, 3)]) == pytest.approx((1 + 2 / 3) / 2)
        assert agreement((), [(1, 2)]) == 0.0 and agreement((1,), []) is None

    @given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
    def test_auc_is_a_chance(self, one: list[int], two: list[int]) -> None:
        found = auc(one, two)
        other = auc(two, one)
        assert found is not None and other is not None and found + other == pytest.approx(1.0)
        assert auc([9], [0]) == 1.0 and auc([1], [1]) == 0.5 and auc([], [1]) is None


def pairs(before: list[float | None], after: list[float | None]) -> list[tuple[Scores, Scores]]:
    return [
        (Scores(f"i{number}", self_critique=one), Scores(f"i{number}", self_critique=two))
        for number, (one, two) in enumerate(zip(before, after, strict=True))
    ]


LOW: list[float | None] = [0.10, 0.12, 0.14, 0.16, 0.18, 0.20]
HIGH: list[float | None] = [0.80, 0.82, 0.84, 0.86, 0.88, 0.90]


class TestVerdicts:
    def test_only_what_was_trained_on_has_collapsed(self) -> None:
        found = compare(pairs(LOW, HIGH), pairs(LOW, LOW))
        assert found.verdict is Verdict.CLEAR and found.separation == 1.0 and not found.alike
        assert "sees nothing in 6 evaluation items" in found.line

    def test_evaluation_items_have_collapsed_like_trained_ones(self) -> None:
        found = compare(pairs(LOW, HIGH), pairs(LOW, HIGH))
        assert found.verdict is Verdict.SUSPECT and found.line.startswith("WARNING") and found.alike

    def test_one_planted_item_is_named(self) -> None:
        found = compare(pairs(LOW, HIGH), pairs(LOW, [*LOW[:5], 0.95]))
        assert found.verdict is Verdict.CLEAR and found.alike == ("i5",)

    def test_without_power_it_says_nothing(self) -> None:
        assert compare(pairs(LOW, LOW), pairs(LOW, LOW)).verdict is Verdict.BLIND
        few = compare(pairs(LOW, HIGH), pairs(LOW[:3], HIGH[:3]))
        assert few.verdict is Verdict.BLIND and "blind" in few.line
        unmeasured = compare(pairs(LOW, [None] * 6), pairs(LOW, LOW))
        assert unmeasured.verdict is Verdict.BLIND and unmeasured.trained == 0

    def test_every_signal_has_its_auc(self) -> None:
        one, two = [Scores("a", 1.0, 1.0)], [Scores("b", 0.0, 1.0)]
        found = table(one, two)
        assert found["self_critique"] == 1.0 and found["collapse"] == 0.5 and found["reference"] is None


VIEW = View("t", "(n : Nat)", "n = n", "n : Nat\n⊢ n = n", "def f := 1\n", stated="(n : Nat) : n = n")


class Chat:
    def apply_chat_template(self, messages: list[dict[str, str]], **_: Any) -> str:
        return "".join(f"<{each['role']}>{each['content']}" for each in messages) + "<assistant>"


def test_the_second_question_shows_the_first_answer() -> None:
    raw = item(VIEW, "t", family_named("raw"), None)
    second = raw.second("\n  rfl -- a -/ b\n```\nmore")
    assert second.endswith("theorem t (n : Nat) : n = n := by") and raw.prompt.endswith(second[-33:])
    assert "rfl -- a - / b" in second and "more" not in second and second.count("-/") == 1
    chat = item(VIEW, "t", family_named("plain"), Chat())
    asked = chat.second("```lean4\nrfl\n```")
    assert asked.startswith(chat.prompt.removesuffix("<assistant>")) and "rfl" in asked and "different" in asked


def test_what_was_found_is_in_the_report(tmp_path: Path) -> None:
    made = Finding(Verdict.SUSPECT, "self_critique", 0.9, 0.8, 0.5, ("x<y",), 9, 8)
    write_json(tmp_path / "round-002" / TRAINING / FILE, {"finding": asdict(made), "line": made.line})
    assert findings(tmp_path) == [(2, made)]
    page = _probed(findings(tmp_path))
    assert "class=warning" in page and "x&lt;y" in page and "0.50" in page
    assert findings(tmp_path / "nothing") == []
