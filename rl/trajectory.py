"""The record of a training run: every reward and every loss in order, one JSON line each. No torch here.

Numbers are written so that reading gives the same bits. A run that was killed goes on from a checkpoint; what it wrote
after that checkpoint is cut off first, so that the file always tells one run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def name_of(process: int) -> str:
    """The file of a process: `trajectory.jsonl` for the first one."""
    return "trajectory.jsonl" if process == 0 else f"trajectory_{process}.jsonl"


class Trajectory:
    """Append-only but for `cut`. Lines: `{"kind": "rewards", "step", "groups", "rewards", ...}` and
    `{"kind": "loss", "step", "loss", ...}`; `step` counts forward passes of training."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def end(self) -> int:
        """Bytes written so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    def rewards(self, step: int, rewards: Sequence[float | None], groups: Sequence[int], **more: Any) -> None:
        self._append({"kind": "rewards", "step": step, "rewards": list(rewards), "groups": list(groups), **more})

    def loss(self, step: int, loss: float, **more: Any) -> None:
        self._append({"kind": "loss", "step": step, "loss": loss, **more})

    def cut(self, end: int) -> None:
        """Forget what was written after the first `end` bytes. Raises ValueError when less is there."""
        if end > self.end:
            raise ValueError(f"{self.path} is shorter than when the checkpoint was made")
        if self.path.exists():
            os.truncate(self.path, end)

    def _append(self, line: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def read(path: Path) -> list[dict[str, Any]]:
    """The lines; half a line at the end (the run was killed) is left out."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1]]


def losses(path: Path) -> list[float]:
    return [line["loss"] for line in read(path) if line["kind"] == "loss"]


def rewards(path: Path) -> list[list[float | None]]:
    """One list for each generation batch."""
    return [line["rewards"] for line in read(path) if line["kind"] == "rewards"]
