"""Streams of rollouts: nothing too old, nothing lost or doubled, the same rows whatever is fast or slow."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_project.errors import MachineryError, UserError
from rl.stream.engines import Prompt, Rollout
from rl.stream.pipeline import Stream, StreamSettings
from rl.stream.store import RowStore, State


class Prompts:
    def prompts(self, batch: int) -> Sequence[Prompt]:
        return [Prompt(f"goal {batch} {group}", "prove it") for group in range(2)]


class CrashError(Exception):
    pass


@dataclass
class Engines:
    """Generator, grader and learner over weights on a "disk" (`saved`), which a crash leaves as they are.

    crash: the n-th call of anything ends in a crash. gate: events that a step waits for, by its number.
    """

    saved: int = 0
    crash: int = 0
    calls: int = 0
    loaded: int = -1
    lost: tuple[int, ...] = ()
    log: list[str] = field(default_factory=list)
    gates: dict[int, threading.Event] = field(default_factory=dict)
    steps: list[list[tuple[int, int, int]]] = field(default_factory=list)
    generated: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def version(self) -> int:
        return self.saved

    def _call(self, what: str) -> None:
        with self.lock:
            self.calls += 1
            self.log.append(what)
            if self.calls == self.crash:
                raise CrashError(what)

    def load(self, version: int) -> None:
        self.loaded = version

    def generate(self, prompt: Prompt, rollouts: int, seed: int) -> list[dict[str, Any]]:
        self._call(f"generate {prompt.key} with {self.loaded}")
        with self.lock:
            self.generated += rollouts
        return [{"text": f"{prompt.key} {seed} {number}", "weights": self.loaded} for number in range(rollouts)]

    def grade(self, prompt: Prompt, payload: dict[str, Any]) -> float | None:
        self._call(f"grade {payload['text']}")
        length = len(payload["text"])
        return None if length in self.lost else length / 100

    def step(self, rollouts: Sequence[Rollout]) -> int:
        number = self.saved
        with self.lock:
            self.log.append(f"begin {number}")
        if number in self.gates:
            assert self.gates[number].wait(30)
        self._call(f"step {number}")
        self.steps.append([each.id for each in rollouts])
        self.saved += 1
        with self.lock:
            self.log.append(f"end {number}")
        return self.saved


def run(path: Path, engines: Engines, **changes: Any) -> list[tuple[int, int, int, int, int]]:
    values: dict[str, Any] = {"updates": 4, "rollouts": 3, "patience": 30.0, **changes}
    with RowStore(path) as store:
        Stream(store, Prompts(), engines, engines, engines, StreamSettings(**values)).run()
        return store.trained()


@pytest.mark.parametrize("staleness", [0, 1, 3])
def test_every_row_is_trained_on_once_and_none_is_too_old(tmp_path: Path, staleness: int) -> None:
    trained = run(tmp_path / "rows", Engines(), staleness=staleness)
    assert [row[:4] for row in trained] == [(b, b, g, i) for b in range(4) for g in range(2) for i in range(3)]
    assert all(version == max(0, step - staleness) for step, _, _, _, version in trained)


def test_rows_are_written_by_the_weights_that_they_say(tmp_path: Path) -> None:
    run(tmp_path / "rows", Engines(), staleness=1)
    with RowStore(tmp_path / "rows") as store:
        for row in store.rows(State.TRAINED):
            assert row.payload["weights"] == row.version


def test_with_a_bound_of_one_a_batch_is_generated_and_graded_while_another_is_trained_on(tmp_path: Path) -> None:
    """Update 1 does not end before all of batch 2 is graded. In lock-step that would never come about."""
    engines = Engines(gates={1: threading.Event()})
    graded = threading.Event()

    class Watching(RowStore):
        def grade(self, rollout: Rollout, reward: float | None) -> None:
            super().grade(rollout, reward)
            if len(self.rows(State.GRADED, batch=2)) == 6:
                engines.gates[1].set()
                graded.set()

    with Watching(tmp_path / "rows") as store:
        Stream(store, Prompts(), engines, engines, engines, StreamSettings(4, 3, patience=30.0)).run()
    assert graded.is_set()
    assert engines.log.index("generate goal 2 0 with 1") < engines.log.index("end 1")


def test_in_lock_step_nothing_overlaps(tmp_path: Path) -> None:
    engines = Engines()
    run(tmp_path / "rows", engines, staleness=0)
    for number in range(3):
        assert engines.log.index(f"end {number}") < engines.log.index(f"generate goal {number + 1} 0 with {number + 1}")


@given(st.integers(1, 40), st.integers(0, 2), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_a_crash_anywhere_loses_and_doubles_nothing(
    tmp_path_factory: pytest.TempPathFactory, crash: int, staleness: int, graders: int
) -> None:
    folder = tmp_path_factory.mktemp("stream")
    whole = run(folder / "whole", Engines(), staleness=staleness)
    first = Engines(crash=crash)
    try:
        run(folder / "rows", first, staleness=staleness, graders=graders)
    except CrashError:
        pass
    second = Engines(saved=first.saved)
    assert run(folder / "rows", second, staleness=staleness, graders=graders) == whole
    assert [*first.steps, *second.steps] == [[(b, g, i) for g in range(2) for i in range(3)] for b in range(4)]
    assert first.generated + second.generated <= 4 * 6 + 3  # at most the group that was being written


def test_an_update_whose_weights_were_saved_is_not_made_again(tmp_path: Path) -> None:
    """The crash comes between the weights and the store's word for them."""
    engines = Engines()

    class Forgetful(RowStore):
        def commit(self, step: int) -> None:
            raise CrashError("commit")

    with Forgetful(tmp_path / "rows") as store, pytest.raises(CrashError):
        Stream(store, Prompts(), engines, engines, engines, StreamSettings(4, 3, patience=30.0)).run()
    assert engines.saved == 1
    trained = run(tmp_path / "rows", Engines(saved=1))
    assert [row[0] for row in trained].count(0) == 6 and len(trained) == 24


def test_lost_attempts_have_no_reward(tmp_path: Path) -> None:
    engines = Engines()
    run(tmp_path / "first", engines)
    with RowStore(tmp_path / "first") as store:
        lengths = {len(row.payload["text"]) for row in store.rows(State.TRAINED)}
    gone = max(lengths)
    run(tmp_path / "second", Engines(lost=(gone,)))
    with RowStore(tmp_path / "second") as store:
        for row in store.rows(State.TRAINED):
            assert row.lost == (len(row.payload["text"]) == gone) == (row.reward is None)


def test_a_silent_part_is_named(tmp_path: Path) -> None:
    release = threading.Event()

    class Silent(Engines):
        def grade(self, prompt: Prompt, payload: dict[str, Any]) -> float | None:
            release.wait(30)
            raise CrashError("it was too late anyway")

    engines = Silent()
    with RowStore(tmp_path / "rows") as store:
        stream = Stream(store, Prompts(), engines, engines, engines, StreamSettings(1, 2, patience=0.2, graders=1))
        with pytest.raises(MachineryError, match=r"nothing moved.*gentzen-grade-0: batch 0, group 0, rollout 0"):
            stream.run()
        release.set()


def test_rows_that_nobody_took_expire(tmp_path: Path) -> None:
    with RowStore(tmp_path / "rows") as store:
        store.add([Rollout(0, 0, number, number, "k", {}) for number in range(4)])
        store.grade(Rollout(0, 0, 3, 3, "k", {}), 1.0)
        assert store.expire(2) == 2
        assert [row.index for row in store.rows(State.STALE)] == [0, 1]
        with pytest.raises(ValueError, match="1 rows of update 0"):
            store.begin(0, store.rows(State.GENERATED, State.GRADED))
        assert [row.index for row in store.rows(State.GRADED)] == [3]


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(b"this is no database, and long enough to be sure of it" * 40)
    with pytest.raises(UserError, match="is no store of rollouts"):
        RowStore(tmp_path / "rows")
    with pytest.raises(ValueError, match="positive"):
        StreamSettings(0, 1)
