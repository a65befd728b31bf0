"""What a trainer said after each update, as JSON lines in the training stage's folder. No torch here.

They are the record that the live view, the report and the curves by round read; `rl.run.callback` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = "updates"
"""In a training stage: a file for each of its trainings."""
SUPERVISED, REINFORCED = "supervised", "reinforced"


def path_of(stage: Path, name: str) -> Path:
    """The file of a training of the stage in this folder."""
    return stage / FOLDER / f"{name}.jsonl"


def line_of(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":")) + "\n"


def read_updates(path: Path) -> list[dict[str, Any]]:
    """The lines, oldest first; none where there is no file. Half a line at the end is left out."""
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1]]
