"""`gentzen bench --ray`: the same outcomes as without, also when nodes and workers die under it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ray = pytest.importorskip("ray")

from bench_support import options  # noqa: E402

from prover.bench.command import run_bench  # noqa: E402
from prover.bench.records import read  # noqa: E402
from prover.bench.settings import BenchSettings  # noqa: E402
from prover.settings import RuntimeChoice  # noqa: E402

pytestmark = [pytest.mark.lean, pytest.mark.slow]

SPEC = """theorem add_zero_{n} (n : Nat) : n + {n} = {n} + n := by sorry

theorem append_{n} (xs : List Nat) : (xs ++ []).length + {n} = {n} + xs.length := by sorry
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    for number in range(4):
        (tmp_path / "specs" / f"S{number}.lean").write_text(SPEC.format(n=number))
    return tmp_path / "specs"


@pytest.fixture(autouse=True)
def no_cluster() -> Iterator[None]:
    yield
    ray.shutdown()


def bench(folder: Path, out: Path, cluster: str | None) -> list[tuple[str, str, str, int, str]]:
    """What became of every task; seconds apart."""
    asked = options(
        folder,
        out,
        settings=BenchSettings(calls=5, strategy="portfolio", gate=False),
        workers=2,
        runtime=RuntimeChoice.EMBEDDED,
        ray=cluster,
    )
    assert run_bench(asked) == 0
    found = read(out).attempts.values()
    return sorted((each.id, each.task, str(each.outcome), each.calls, each.proof) for each in found)


def test_outcomes_are_those_of_a_run_without_ray(folder: Path, tmp_path: Path) -> None:
    alone = bench(folder, tmp_path / "alone", None)
    assert len(alone) == 8 and {outcome for _, _, outcome, *_ in alone} == {"proved"}
    assert bench(folder, tmp_path / "cluster", "local") == alone


def test_an_actor_that_dies_costs_nothing(folder: Path, tmp_path: Path) -> None:
    """Every actor's process is killed as soon as it has a Lean process below it."""
    over, killed = threading.Event(), set[int]()

    def killer() -> None:
        while not over.wait(0.2):
            for actor in psutil.Process().children(recursive=True):
                try:
                    if "Holder" in actor.name() + " ".join(actor.cmdline()) and actor.children() and len(killed) < 2:
                        killed.add(actor.pid)
                        os.kill(actor.pid, signal.SIGKILL)
                except (psutil.NoSuchProcess, ProcessLookupError):
                    continue

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        found = bench(folder, tmp_path / "cluster", "local")
    finally:
        over.set()
        thread.join()
    assert killed and found == bench(folder, tmp_path / "alone", None)
