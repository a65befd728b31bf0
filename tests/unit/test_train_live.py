"""What the live view of `gentzen train` shows, read from a run's folder as it fills; scalars by round."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from rl.data.files import write_bytes, write_json, write_lines
from rl.run.board import scalars
from rl.run.live import LiveView, sparkline, view
from rl.run.progress import Fit, Progress, Tried, Watched
from rl.run.run import figures
from rl.run.updates import REINFORCED, SUPERVISED, line_of, path_of, read_updates
from rl.selfplay.gauges import Gauges
from rl.selfplay.records import Attempt, Outcome, Trial
from rl.selfplay.round import FILTERS, PROOFS, SEEDS, SELECTION, TRAINING, TRIALS, Score


def score(number: int, solved: int) -> Score:
    return Score(round=number, statements=8, answered=8, solved=solved, low=0.1, high=0.9, attempts=16, attempts_lost=1)


def gauges(number: int) -> Gauges:
    values: dict[str, Any] = dict.fromkeys(Gauges.model_fields, 0)
    known = {"round": number, "proposals": 20, "kept": 9, "conjectures_proved": 4, "dataset": 6, "dataset_solved": 2}
    return Gauges(
        **{
            **values,
            **known,
            "refused": {"in the library": 3},
            "operators": {},
            "histogram": (0,) * 10,
            "mean_rate": None,
        }
    )


def trial(name: str, outcome: Outcome) -> Trial:
    return Trial(key=name, strict_key=name, attempts=(Attempt(index=0, outcome=outcome),))


def done(folder: Path) -> None:
    write_json(folder / "manifest.json", {})


def updates(stage: Path, name: str, losses: list[float], rewards: list[float] = ()) -> None:  # type: ignore[assignment]
    lines = [{"step": number + 1, "loss": loss} for number, loss in enumerate(losses)]
    for line, reward in zip(lines, rewards, strict=False):
        line["reward"] = reward
    write_bytes(path_of(stage, name), "".join(map(line_of, lines)).encode())


def shown(now: Progress) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(view(now, "run", 4, 20, 3725.0))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


class TestProgress:
    def test_a_folder_that_fills(self, tmp_path: Path) -> None:
        out, watched = tmp_path / "run", Watched(tmp_path / "run")
        assert watched.look() == Progress() and "beginning" in shown(watched.look())

        (out / "start").mkdir(parents=True)
        assert watched.look().stage == "start"
        updates(out / "start", SUPERVISED, [3.0, 2.0])
        assert watched.look().fits == (Fit(SUPERVISED, 2, (3.0, 2.0), ()),)
        done(out / "start")

        write_json(out / "baseline" / "score.json", score(-1, 2))
        assert watched.look().stage == "baseline"
        done(out / "baseline")
        round_ = out / "round-000"
        for stage in (SEEDS, "2-conjectures", FILTERS):
            done(round_ / stage)
        write_lines(round_ / PROOFS / "statements.jsonl", [{}] * 5)
        journal = round_ / PROOFS / TRIALS
        write_lines(journal, [trial("a", Outcome.PROVED), trial("b", Outcome.FAILED)])
        now = watched.look()
        assert (now.round, now.stage, now.tried) == (0, PROOFS, Tried(2, 1, 5))
        assert "round 0 (1 of 4)" in shown(now) and "2 of 5 tried, 1 proved" in shown(now) and "1:02:05" in shown(now)
        with journal.open("a", encoding="utf-8") as file:
            file.write(trial("c", Outcome.PROVED).model_dump_json() + '\n{"half')
        assert watched.look().tried == Tried(3, 2, 5), "read on, half a line left out"

        done(round_ / PROOFS)
        write_json(round_ / SELECTION / "gauges.json", gauges(0))
        done(round_ / SELECTION)
        updates(round_ / TRAINING, SUPERVISED, [2.0, 1.0])
        updates(round_ / TRAINING, REINFORCED, [0.1, 0.0, -0.1], [0.25, 0.5, 0.5])
        said = shown(watched.look())
        assert "9 of 20 conjectures kept, 4 proved" in said and "2 of 6 given statements proved" in said
        assert "update 3 of 20" in said and "reward 0.50" in said and "loss 2 to 1" in said
        assert "✓ proofs" in said and "▸ training" in said and "· evaluation" in said

    def test_rounds_of_rules_at_the_start(self, tmp_path: Path) -> None:
        write_lines(tmp_path / "start" / "rules" / "round-000" / PROOFS / TRIALS, [trial("a", Outcome.LOST)])
        now = Watched(tmp_path).look()
        assert now.rules and (now.round, now.tried) == (0, Tried(1, 0, None)) and "round of rules 0" in shown(now)

    def test_the_held_out_curve(self, tmp_path: Path) -> None:
        now = Progress(round=1, scores=(score(-1, 0), score(0, 4), score(1, 8)))
        assert "▁▅█  0 4 8 of 8" in shown(now) and "95 % interval 10 to 90" in shown(now)
        nobody = score(0, 0).model_copy(update={"answered": 0})
        assert "no answer yet" in shown(Progress(round=0, scores=(nobody,)))

    @given(st.lists(st.floats(-1e6, 1e6), max_size=80))
    def test_sparklines_are_no_wider_than_asked(self, values: list[float]) -> None:
        line = sparkline(values, width=16)
        assert len(line) == min(16, len(values)) and set(line) <= set("▁▂▃▄▅▆▇█")
        if 2 <= len(values) <= 16 and max(values) > min(values):
            assert line[values.index(max(values))] == "█" and line[values.index(min(values))] == "▁"


class TestLiveView:
    def test_plain_lines_where_there_is_no_terminal(self, tmp_path: Path) -> None:
        file = io.StringIO()
        with LiveView(tmp_path, 2, 0, console=Console(file=file, force_terminal=False)) as live:
            live.say("round 0: 1-seeds")
        assert file.getvalue() == "round 0: 1-seeds\n"

    def test_on_a_terminal_lines_stay_and_the_view_goes(self, tmp_path: Path) -> None:
        file = io.StringIO()
        (tmp_path / "start").mkdir()
        with LiveView(tmp_path, 2, 0, console=Console(file=file, force_terminal=True, width=80)) as live:
            live.say("round 0: [bold]1-seeds")
            assert "start" in file.getvalue()
        assert "round 0: [bold]1-seeds" in file.getvalue(), "what a run says is no markup"
        assert not (live._thread is not None and live._thread.is_alive())


class TestScalars:
    def test_by_tag(self) -> None:
        lines = [{"step": 1, "loss": 2.0, "reward": 0.0}, {"step": 2, "loss": None, "reward": 0.5}]
        found = scalars(gauges(3), score(3, 2), {REINFORCED: lines})
        assert found["held_out/proved_share"] == 0.25 and found["held_out/attempts_lost"] == 1
        assert found["gauges/kept"] == 9 and found["refused/in_the_library"] == 3
        assert "gauges/round" not in found and "gauges/mean_rate" not in found
        assert found["reinforced/last_loss"] == 2.0 and found["reinforced/mean_reward"] == 0.25

    def test_of_a_run(self, tmp_path: Path) -> None:
        write_json(tmp_path / "baseline" / "score.json", score(-1, 2))
        updates(tmp_path / "start", SUPERVISED, [3.0])
        for number in range(2):
            folder = tmp_path / f"round-{number:03d}"
            write_json(folder / SELECTION / "gauges.json", gauges(number))
            done(folder / TRAINING)
            (folder / "7-evaluation").mkdir()
        write_json(tmp_path / "round-000" / "7-evaluation" / "score.json", score(0, 4))
        found = figures(tmp_path)
        assert found.keys() == {0, 1}, "the evaluation of the second round is at work"
        assert found[0] == {**found[0], "held_out/proved_share": 0.25, "supervised/last_loss": 3.0}
        assert found[1]["held_out/proved_share"] == 0.5 and found[1]["gauges/kept"] == 9


def test_half_a_line_of_updates_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "updates.jsonl"
    assert read_updates(path) == []
    path.write_text('{"step":1}\n{"st')
    assert read_updates(path) == [{"step": 1}]


@pytest.mark.parametrize(("values", "line"), [([], ""), ([1.0], "▁"), ([0.0, 1.0], "▁█")])
def test_sparklines_by_hand(values: list[float], line: str) -> None:
    assert sparkline(values) == line
