"""The seam to a learner: files in, a checkpoint out."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lean_project.errors import UserError


@dataclass(frozen=True, slots=True)
class Job:
    """What one training is given.

    `conjecturer`, `prover`: files of rows (`rl.data.rows.Conjectured`, `Completion`, with their weights). `decisions`,
    `trials`: the round's own records, for what counts attempts. `previous`: the last checkpoint, None before the
    first. `out`: a folder of its own; one that was interrupted is given the same folder again and may go on in it.
    `seed`: of everything that is random.
    """

    round: int
    conjecturer: Path
    prover: Path
    decisions: Path
    trials: Path
    previous: Path | None
    out: Path
    seed: int


Trainer = Callable[[Job], Path]
"""Returns the checkpoint, a file or folder inside `out`. Deterministic for equal files, or the round is not."""


def trainer_of(name: str) -> Trainer:
    """The trainer that MODULE:FUNCTION names. Raises UserError when there is none."""
    module, colon, function = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), function) if colon else None
    except (ImportError, AttributeError) as error:
        raise UserError(f"train: {name} cannot be loaded: {error}. Write it as MODULE:FUNCTION.") from error
    if not callable(found):
        raise UserError(f"train: {name} is no function. Write it as MODULE:FUNCTION.")
    made: Trainer = found
    return made
