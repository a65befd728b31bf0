"""TensorBoard's files of a training run: curves by round, and those of each training by update.

They lie in `tensorboard/` of the run's folder: `rounds` (step 0 is the start, step n the n-th round), and a folder for
each training of each round. Everything in them can be made again from the run's own files, except that the curves by
update are written while they are drawn. Without tensorboard (extra `train`) there are none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from lean_project.errors import UserError
from rl.selfplay.gauges import Gauges
from rl.selfplay.round import Score

FOLDER = "tensorboard"
ROUNDS = "rounds"


class Writer(Protocol):
    """As much of `torch.utils.tensorboard.SummaryWriter` as is used."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int) -> None: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...


def available() -> bool:
    """Whether tensorboard is installed; it is not imported, which takes seconds."""
    return find_spec("tensorboard") is not None


def writer(folder: Path, *, purge: int = 0) -> Writer | None:
    """A writer of event files, None where tensorboard is not installed. What an earlier writer wrote in this folder for
    steps from `purge` on is not shown any more. Raises UserError when the folder cannot be written."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    try:
        made: Any = SummaryWriter(str(folder), purge_step=purge)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}. Make the folder writable.") from error
    return made  # type: ignore[no-any-return]


def scalars(
    gauges: Gauges | None, score: Score | None, updates: Mapping[str, list[dict[str, Any]]]
) -> dict[str, float]:
    """The figures of one round by tag. `updates`: the lines of its trainings by name (`rl.run.updates`); of these the
    last loss, and the mean over all updates of reward and shares of groups."""
    found: dict[str, float] = {}
    if gauges is not None:
        for name, value in gauges.model_dump().items():
            if name != "round" and isinstance(value, int | float):
                found[f"gauges/{name}"] = float(value)
        for name, count in gauges.refused.items():
            found[f"refused/{name.replace(' ', '_')}"] = float(count)
    if score is not None and score.answered:
        found["held_out/proved_share"] = score.solved / score.answered
        found["held_out/low"], found["held_out/high"] = score.low, score.high
        found["held_out/proved"] = float(score.solved)
        found["held_out/attempts_lost"] = float(score.attempts_lost)
    for name, lines in updates.items():
        losses = [line["loss"] for line in lines if line.get("loss") is not None]
        if losses:
            found[f"{name}/last_loss"] = losses[-1]
        for column in ("reward", "groups/dead", "rewards/lost"):
            values = [line[column] for line in lines if line.get(column) is not None]
            if values:
                found[f"{name}/mean_{column.replace('/', '_')}"] = math.fsum(values) / len(values)
    return found


class RoundCurves:
    """The curves by round of one process. What an earlier one wrote is written again, and not shown twice."""

    def __init__(self, out: Path) -> None:
        self._folder = out / FOLDER / ROUNDS
        self._writer: Writer | None = None
        self._written: set[int] = set()

    def write(self, known: Mapping[int, Mapping[str, float]]) -> None:
        """The scalars of each step; a step that was written by this object is not written again."""
        if self._writer is None:
            self._writer = writer(self._folder)
        if self._writer is None:
            return
        for step in sorted(known.keys() - self._written):
            for tag, value in sorted(known[step].items()):
                self._writer.add_scalar(tag, value, step)
            self._written.add(step)
        self._writer.flush()

    def close(self) -> None:
        """Idempotent."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
