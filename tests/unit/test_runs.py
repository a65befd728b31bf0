"""Run records on disk: round trip, atomic, found by name, prefix, path or date; a word of help for every mistake."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest
from sample_run import hostile, large, sample

from lean_project.errors import UserError
from prover import runs
from prover.runs import GoalRecord, GoalState, RunRecord, TargetRecord


def save(home: Path, run: str, file: str = "A.lean", *, at: float | None = None) -> Path:
    path = runs.save(RunRecord(run=run, file=file), home)
    if at is not None:
        os.utime(path, (at, at))
    return path


@pytest.mark.parametrize("record", [sample(), large(200)], ids=["sample", "large"])
def test_round_trip(record: RunRecord, tmp_path: Path) -> None:
    path = runs.save(record, tmp_path)
    assert path.parent == tmp_path / "runs" / record.run
    assert runs.load(record.run, tmp_path) == runs.load(None, tmp_path) == [record]


def test_hostile_text_survives(tmp_path: Path) -> None:
    record = hostile()
    path = runs.save(record, tmp_path)
    assert path.parent == tmp_path / "runs" / "hostile"
    read = runs.load("hostile", tmp_path)[0]
    assert read.targets == record.targets
    assert math.isnan(read.goals["root"].moves[0].score)


def test_lone_surrogates_do_not_stop_a_run(tmp_path: Path) -> None:
    record = RunRecord(run="r", file="odd\udcff.lean", targets=(TargetRecord(name="t", proof="\ud800"),))
    runs.save(record, tmp_path)
    assert runs.load("r", tmp_path)[0].targets[0].proof == "?"


def test_tolerant_of_what_is_missing_and_of_what_is_new() -> None:
    data = {"run": "r", "file": "A.lean", "colour": "red", "targets": [{"name": "t", "x": 1}], "goals": {"k": {}}}
    record = RunRecord.model_validate_json(json.dumps(data))
    assert record.goals["k"] == GoalRecord(state=GoalState.OPEN)
    assert record.targets[0].goal is None


def test_saving_again_replaces_and_leaves_nothing_behind(tmp_path: Path) -> None:
    save(tmp_path, "r")
    path = runs.save(RunRecord(run="r", file="A.lean", strategy="mcts"), tmp_path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert runs.load("r", tmp_path)[0].strategy == "mcts"


def test_a_write_that_fails_leaves_the_old_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path, "r")
    before = path.read_bytes()

    def full(_self: Path, _mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)  # after the bytes, before the new file takes the old one's place
    with pytest.raises(UserError, match=r"cannot be written.*No space left"):
        runs.save(sample("r", "A.lean"), tmp_path)
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 1


def test_a_record_being_written_is_not_read(tmp_path: Path) -> None:
    path = save(tmp_path, "r")
    (path.parent / f".{path.name}.123").write_text("{")
    (path.parent / ".hidden.json").write_text("{")
    assert len(runs.load("r", tmp_path)) == 1


def test_files_of_one_stem_have_records_of_their_own(tmp_path: Path) -> None:
    for file in ("a/Queue.lean", "b/Queue.lean", "../…/weird name.lean", ".lean", ""):
        save(tmp_path, "r", file)
    assert [record.file for record in runs.load("r", tmp_path)] == sorted(
        ["a/Queue.lean", "b/Queue.lean", "../…/weird name.lean", ".lean", ""]
    )


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a\nb"])
def test_a_run_is_no_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a run's name"):
        runs.save(RunRecord(run=name, file="A.lean"), tmp_path)


class TestFinding:
    def test_latest(self, tmp_path: Path) -> None:
        save(tmp_path, "old", at=100)
        save(tmp_path, "new", at=300)
        save(tmp_path, "middle", at=200)
        assert runs.load(None, tmp_path)[0].run == "new"
        assert [each.run for each in runs.recent(tmp_path)] == ["new", "middle", "old"]
        assert [each.run for each in runs.recent(tmp_path, limit=1)] == ["new"]

    def test_prefix(self, tmp_path: Path) -> None:
        save(tmp_path, "abc1")
        save(tmp_path, "abd2")
        assert runs.load("abd", tmp_path)[0].run == "abd2"
        with pytest.raises(UserError, match=r"2 runs begin with 'ab'.*abc1"):
            runs.load("ab", tmp_path)

    def test_a_whole_name_beats_longer_ones(self, tmp_path: Path) -> None:
        save(tmp_path, "abc")
        save(tmp_path, "abcd")
        assert runs.load("abc", tmp_path)[0].run == "abc"

    def test_paths(self, tmp_path: Path) -> None:
        path = save(tmp_path, "r")
        save(tmp_path, "r", "B.lean")
        assert len(runs.load(str(path), tmp_path / "nowhere")) == 1
        assert len(runs.load(str(path.parent), tmp_path / "nowhere")) == 2

    def test_unknown_lists_what_there_is(self, tmp_path: Path) -> None:
        save(tmp_path, "abc1", "examples/Queue.lean")
        with pytest.raises(UserError, match=r"no run 'zzz'(?s:.)*abc1  Queue"):
            runs.load("zzz", tmp_path)

    def test_nothing_yet(self, tmp_path: Path) -> None:
        for which in (None, "zzz"):
            with pytest.raises(UserError, match="gentzen prove FILE"):
                runs.load(which, tmp_path)
        assert runs.recent(tmp_path) == []

    def test_empty_folders_are_no_runs(self, tmp_path: Path) -> None:
        (tmp_path / "runs" / "empty").mkdir(parents=True)
        with pytest.raises(UserError, match="no run yet"):
            runs.load(None, tmp_path)


class TestDamaged:
    @pytest.mark.parametrize("text", ["", "{", "[]", '{"run": 3}', '{"file": "A.lean"}', "\x00"])
    def test_is_named(self, text: str, tmp_path: Path) -> None:
        path = save(tmp_path, "r")
        path.write_text(text)
        with pytest.raises(UserError, match=r"A-.*json is not the record of a run"):
            runs.load("r", tmp_path)

    def test_newer_format(self, tmp_path: Path) -> None:
        path = save(tmp_path, "r")
        path.write_text('{"version": 2, "run": "r", "file": "A.lean"}')
        with pytest.raises(UserError, match="newer gentzen"):
            runs.load("r", tmp_path)

    def test_does_not_hide_the_others(self, tmp_path: Path) -> None:
        save(tmp_path, "bad").write_text("{")
        save(tmp_path, "good")
        found = {each.run: each for each in runs.recent(tmp_path)}
        assert found["good"].record is not None
        assert found["bad"].record is None
        assert "not the record" in found["bad"].problem
