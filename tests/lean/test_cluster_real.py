"""Lean on a cluster of two real Ray nodes on this machine: a node that is killed at work costs no answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

ray = pytest.importorskip("ray")

from ray.cluster_utils import Cluster  # noqa: E402

from lean_project import environ  # noqa: E402
from lean_project.check.gate import check_file  # noqa: E402
from lean_project.cluster import RaySession  # noqa: E402
from lean_project.embedded import launch  # noqa: E402
from lean_project.model import Elaboration, Limits  # noqa: E402
from lean_project.pool import Pool  # noqa: E402
from lean_project.runtime import PoolSettings  # noqa: E402

pytestmark = [pytest.mark.lean, pytest.mark.slow]

FILE = "theorem two (n : Nat) : n + 0 = n := by simp\n\ntheorem wrong (n : Nat) : n = 0 := by sorry\n"


@pytest.fixture
def nodes() -> Iterator[tuple[Cluster, list[Any]]]:
    """A head without a CPU, so that all Lean work is on the two nodes beside it."""
    environ.send_no_statistics()
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    found = [cluster.add_node(num_cpus=1) for _ in range(2)]
    ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
    yield cluster, found
    ray.shutdown()
    cluster.shutdown()


def test_a_node_that_is_killed_at_work_costs_no_answer(nodes: tuple[Cluster, list[Any]]) -> None:
    cluster, (_, second) = nodes
    program = launch.program()
    with RaySession(lambda: Pool(program, PoolSettings(workers=1)), 2) as session:
        root = session.open("").snapshot
        assert root is not None
        codes = [f"theorem t{i} : {i} + {i} = {2 * i} := by decide\n#eval {i} * {i}\n" for i in range(60)]
        futures: list[Future[Elaboration]] = [session.submit_elaborate(root, code, Limits(60.0)) for code in codes]
        while sum(future.done() for future in futures) < 20:
            time.sleep(0.05)
        assert not all(future.done() for future in futures)
        cluster.remove_node(second)  # kills its processes, Lean's among them
        for number, future in enumerate(futures):
            said = [message.text for command in future.result(timeout=300).commands for message in command.messages]
            assert said == [str(number * number)]


def test_the_trusted_check_over_a_cluster(nodes: tuple[Cluster, list[Any]]) -> None:
    program = launch.program()
    with RaySession(lambda: Pool(program, PoolSettings(workers=1)), 2) as session:
        verdict = check_file(session, FILE)
        assert {each.name: each.accepted for each in verdict.targets} == {"two": True, "wrong": False}
