"""What a trainer says after each update, written as JSON lines (`rl.run.updates`) and for TensorBoard (`rl.run.board`)
while it runs. Needs the extra `train`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from rl.data.files import write_bytes
from rl.run.board import Writer, writer
from rl.run.updates import line_of, read_updates

_TIMES = ("runtime", "per_second", "flos", "step_time")
"""Parts of the names of figures that say something about the machine, not about the model."""


class Updates(TrainerCallback):  # type: ignore[misc]
    """Writes the figures of each update to `path`: one line of JSON, `step` (counted from 1) and what the trainer logs
    (loss, rewards, clip ratios ...), times left out. A training that is taken up goes on after the update that it is
    taken up from. `board`: a folder for TensorBoard, None for none."""

    def __init__(self, path: Path, board: Path | None = None) -> None:
        self.path, self._folder = path, board
        self._board: Writer | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if not state.is_world_process_zero:
            return
        kept = [line for line in read_updates(self.path) if line["step"] <= state.global_step]
        write_bytes(self.path, "".join(line_of(each) for each in kept).encode())
        self._board = None if self._folder is None else writer(self._folder, purge=state.global_step + 1)

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any) -> None:
        numbers = {
            name: float(value)
            for name, value in (logs or {}).items()
            if isinstance(value, int | float) and not any(part in name for part in _TIMES)
        }
        if not state.is_world_process_zero or not numbers.keys() - {"epoch", "train_loss"}:
            return
        known = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line_of({"step": state.global_step, **known}))
        if self._board is not None:
            for name, value in numbers.items():
                self._board.add_scalar(name, value, state.global_step)
            self._board.flush()

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._board is not None:
            self._board.close()
            self._board = None
