"""Promotion by flips: repeats before judgement, bounds on regressions, and the list of versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from lean_project.errors import UserError
from rl.promotion import Bound, Promotions, Side, decide

OLD = {f"t{n}": n < 6 for n in range(10)}


def new(*, gains: str = "", losses: str = "") -> dict[str, bool]:
    return {item: (value or item in gains.split()) and item not in losses.split() for item, value in OLD.items()}


class Script:
    """Answers to further tries, by item and side; all others repeat the first try of `present` and `new`."""

    def __init__(self, present: dict[str, bool], now: dict[str, bool], **tries: list[bool | None]) -> None:
        self.first = {Side.PRESENT: present, Side.NEW: now}
        self.tries, self.asked = tries, list[tuple[str, Side, int]]()

    def __call__(self, item: str, side: Side, number: int) -> bool | None:
        self.asked.append((item, side, number))
        told = self.tries.get(f"{item}_{side.value}")
        return told[number - 1] if told is not None else self.first[side][item]


def test_gains_without_losses_are_promoted() -> None:
    found = decide(OLD, new(gains="t7 t8"))
    assert found.promoted and found.gained == ("t7", "t8") and not found.lost
    assert found.settled.difference == pytest.approx(0.2) and found.interval.low <= 0.2 <= found.interval.high
    assert "promoted" in found.line and found.line.startswith("+2 -0 of 10")


def test_one_regression_outweighs_many_gains_unless_the_bound_says_otherwise() -> None:
    now = new(gains="t6 t7 t8", losses="t0")
    assert not decide(OLD, now).promoted
    assert "at most 0" in decide(OLD, now).reasons[0]
    assert decide(OLD, now, Bound(most_lost=1)).promoted
    assert not decide(OLD, now, Bound(most_lost=1, most_lost_share=0.1)).promoted
    assert not decide(OLD, now, Bound(most_lost=1, least_net=3)).promoted


def test_the_same_again_is_no_progress() -> None:
    assert not decide(OLD, dict(OLD)).promoted
    assert decide(OLD, dict(OLD), Bound(least_net=0)).promoted


def test_flips_are_tried_again_and_only_flips() -> None:
    now = new(gains="t7", losses="t0")
    script = Script(OLD, now, t0_new=[True, True])
    found = decide(OLD, now, Bound(), script)
    assert found.promoted and found.flaky == ("t0",) and found.gained == ("t7",) and not found.lost
    assert found.first.lost == 1 and found.settled.lost == 0
    assert {item for item, _, _ in script.asked} == {"t0", "t7"} and len(script.asked) == 8


def test_a_regression_that_repeats_stays_one_and_a_lucky_gain_goes() -> None:
    now = new(gains="t7 t8 t9", losses="t0")
    script = Script(OLD, now, t0_new=[True, False], t7_new=[False, False])
    found = decide(OLD, now, Bound(), script)
    assert found.lost == ("t0",) and found.gained == ("t8", "t9") and found.flaky == ("t0", "t7")


def test_lost_tries_settle_nothing() -> None:
    now = new(losses="t0")
    script = Script(OLD, now, t0_new=[True, None])
    found = decide(OLD, now, Bound(), script)
    assert found.undecided == ("t0",) and found.lost == ("t0",) and not found.promoted


def test_items_that_one_has_no_answer_for_are_left_out_and_counted() -> None:
    now = new(gains="t7")
    del now["t0"]
    assert decide(OLD, now).left_out == 1
    with pytest.raises(ValueError, match="no item"):
        decide(OLD, {"other": True})
    with pytest.raises(ValueError, match="not a bound"):
        Bound(repeats=1)


def test_versions_are_kept_in_one_list(tmp_path: Path) -> None:
    versions = Promotions(tmp_path)
    assert versions.present is None
    versions.begin(tmp_path / "a", "w1")
    with pytest.raises(UserError, match="already"):
        versions.begin(tmp_path / "b", "w2")
    assert not versions.record(tmp_path / "b", "w2", decide(OLD, new(losses="t1")))
    assert versions.present == tmp_path / "a"
    assert versions.record(tmp_path / "c", "w3", decide(OLD, new(gains="t9")))
    with versions.path.open("a") as file:
        file.write('{"checkpoint": "half')
    assert versions.present == tmp_path / "c"
    assert [line["weights"] for line in versions.lines()] == ["w1", "w2", "w3"]
    assert versions.lines()[1]["decision"]["lost"] == ["t1"]
