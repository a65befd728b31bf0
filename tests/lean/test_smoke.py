"""The smoke suite: nothing that was proved at a small budget is lost beyond chance (docs/bench.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import smoke
from lean_project.pool import Pool

pytestmark = pytest.mark.lean


@pytest.mark.timeout(900)
def test_no_regression_of_solved_problems(embedded: Pool) -> None:
    found = smoke.run(embedded)
    assert not smoke.regression(found, smoke.read_baseline()), found.table


def outcomes(proved: int, of: int = 30) -> dict[str, str]:
    return {f"t{number}": "proved" if number < proved else "limit" for number in range(of)}


def suite(proved: int) -> smoke.Smoke:
    return smoke.Smoke(outcomes(proved), {}, 1.0, "")


BASELINE = {"settings": smoke.SETTINGS.identity(), "outcomes": outcomes(20)}


@pytest.mark.parametrize(("proved", "fails"), [(25, False), (20, False), (16, False), (15, True), (3, True)])
def test_what_counts_as_a_regression(proved: int, fails: bool) -> None:
    assert bool(smoke.regression(suite(proved), BASELINE)) is fails


def test_gains_make_up_for_losses_and_faults_are_no_result() -> None:
    swapped = {f"t{number}": "limit" if number < 6 else "proved" for number in range(30)}
    assert not smoke.regression(replace(suite(0), outcomes=swapped), BASELINE)
    broken = {**outcomes(20), "t3": "machinery"}
    assert "machinery lost 1" in smoke.regression(replace(suite(0), outcomes=broken), BASELINE)
    assert "--write" in smoke.regression(suite(20), {**BASELINE, "settings": {}})
