"""How far a training run is, read from its folder alone: what the live view shows.

Only what the run has written is believed: a stage is done when its manifest is there, a statement is tried when its
trial is in the journal, a loss is known when the trainer has logged it. So the same can be told from another process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rl.data.files import read_json
from rl.run.updates import REINFORCED, SUPERVISED, path_of, read_updates
from rl.selfplay.gauges import Gauges
from rl.selfplay.records import Outcome
from rl.selfplay.round import EVALUATION, PROOFS, SELECTION, STAGES, THEORY, TRAINING, TRIALS, Score
from rl.selfplay.stages import MANIFEST

START, BASELINE, RULES = "start", "baseline", "rules"


@dataclass(frozen=True, slots=True)
class Tried:
    """Statements of the stage that is at work. `of`: None where it is not known yet how many there are."""

    tried: int
    proved: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """A training of the present round. `name`: supervised or reinforced. `losses`, `rewards`: by update, as far as it
    is; NaN is left out."""

    name: str
    update: int
    losses: tuple[float, ...]
    rewards: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """`round`: None before the first round. `stage`: what is at work, with the stages before it in `done`; "" when
    nothing is. `rules`: it is a round of rules of the start. `scores`: the start's and those of the rounds. `gauges`:
    of the last round that has them."""

    round: int | None = None
    stage: str = ""
    done: tuple[str, ...] = ()
    rules: bool = False
    tried: Tried | None = None
    fits: tuple[Fit, ...] = ()
    scores: tuple[Score, ...] = ()
    gauges: Gauges | None = None


@dataclass
class Watched:
    """A run's folder that is looked at again and again; journals are read on from where they were read to."""

    out: Path
    _read: dict[Path, tuple[int, int, int]] = field(default_factory=dict)

    def look(self) -> Progress:
        """The present state. Files that are being written, or not there yet, are passed over."""
        scores = tuple(self._scores())
        if (self.out / START).is_dir() and not _done(self.out / START):
            return self._start(scores)
        if (self.out / BASELINE).is_dir() and not _done(self.out / BASELINE):
            held = self._tried(self.out / BASELINE, self.out / START / RULES / THEORY / "held_out.jsonl")
            return Progress(None, BASELINE, (START,), tried=held, scores=scores)
        number, folder = _last_round(self.out)
        if folder is None:
            return Progress(scores=scores)
        found = self._round(self.out, number, folder)
        return Progress(
            number, found.stage, found.done, False, found.tried, found.fits, scores, found.gauges or self._gauges()
        )

    def _start(self, scores: tuple[Score, ...]) -> Progress:
        out = self.out / START / RULES
        number, folder = _last_round(out)
        fits = tuple(self._fits(self.out / START))
        if folder is None or fits:
            return Progress(None, START, fits=fits, scores=scores)
        found = self._round(out, number, folder)
        return Progress(number, found.stage, found.done, True, found.tried, found.fits, scores, found.gauges)

    def _round(self, out: Path, number: int | None, folder: Path) -> Progress:
        done = tuple(stage for stage in STAGES if _done(folder / stage))
        stage = next((each for each in STAGES if (folder / each).is_dir() and each not in done), "")
        tried = None
        if stage == PROOFS:
            tried = self._tried(folder / stage, folder / stage / "statements.jsonl")
        elif stage == EVALUATION:
            tried = self._tried(folder / stage, out / THEORY / "held_out.jsonl")
        gauges = _model(Gauges, folder / SELECTION / "gauges.json")
        return Progress(number, stage, done, False, tried, tuple(self._fits(folder / TRAINING)), gauges=gauges)

    def _tried(self, folder: Path, statements: Path) -> Tried:
        tried, proved = self._trials(folder / TRIALS)
        return Tried(tried, proved, _lines(statements))

    def _trials(self, path: Path) -> tuple[int, int]:
        """Whole lines of a journal of trials: how many there are, and how many have a proof."""
        place, tried, proved = self._read.get(path, (0, 0, 0))
        try:
            with path.open("rb") as file:
                if file.seek(0, 2) < place:
                    place, tried, proved = 0, 0, 0
                file.seek(place)
                new = file.read()
        except OSError:
            return 0, 0
        whole = new[: new.rfind(b"\n") + 1]
        for line in whole.splitlines():
            tried += 1
            attempts = json.loads(line).get("attempts", [])
            proved += any(each.get("outcome") == Outcome.PROVED for each in attempts)
        self._read[path] = (place + len(whole), tried, proved)
        return tried, proved

    def _fits(self, stage: Path) -> list[Fit]:
        found = []
        for name in (SUPERVISED, REINFORCED):
            lines = read_updates(path_of(stage, name))
            if lines:
                found.append(Fit(name, int(lines[-1]["step"]), _column(lines, "loss"), _column(lines, "reward")))
        return found

    def _gauges(self) -> Gauges | None:
        paths = sorted(self.out.glob(f"round-*/{SELECTION}/gauges.json"))
        return _model(Gauges, paths[-1]) if paths else None

    def _scores(self) -> list[Score]:
        paths = [self.out / BASELINE / "score.json", *sorted(self.out.glob(f"round-*/{EVALUATION}/score.json"))]
        return [score for path in paths if (score := _model(Score, path)) is not None]


def _last_round(out: Path) -> tuple[int | None, Path | None]:
    folders = sorted(out.glob("round-*"))
    return (int(folders[-1].name.removeprefix("round-")), folders[-1]) if folders else (None, None)


def _done(folder: Path) -> bool:
    return (folder / MANIFEST).exists()


def _column(lines: list[dict[str, Any]], name: str) -> tuple[float, ...]:
    return tuple(line[name] for line in lines if line.get(name) is not None)


def _lines(path: Path) -> int | None:
    try:
        return path.read_bytes().count(b"\n")
    except OSError:
        return None


def _model(kind: Any, path: Path) -> Any:
    return kind.model_validate(read_json(path)) if path.exists() else None
