"""Weights and their card as they lie in a folder.

Weights are data: arrays without code in them (`allow_pickle=False`), checked against the card's hash. What cannot be
read is `ModelError`, and whoever asks goes on without the model.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from lean_project.errors import GentzenError


class ModelError(GentzenError):
    """A learned model cannot be used here; the message says why."""


def read_stored(
    folder: Path | Traversable | None, weights: str, card: str, versions: Mapping[str, Any], what: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arrays by name, and the card, of the files with these names in a folder (None: the package's own).

    `versions`: what the card has to say under these keys. `what`: the model's name in messages. Raises ModelError:
    files are missing, of another version, or not those of the card, or numpy is not installed.
    """
    where = files("prover.learned") if folder is None else folder
    try:
        data = where.joinpath(weights).read_bytes()
        said = json.loads(where.joinpath(card).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{what} is not there: {error}") from error
    try:
        import numpy as np
    except ImportError as error:
        raise ModelError(f"{what} needs numpy, which is not installed") from error
    found = {key: said.get(key) for key in versions} if isinstance(said, dict) else {}
    if found != versions:
        raise ModelError(f"{what} is of version {found}, not {dict(versions)}")
    if said.get("weights_sha256") != hashlib.sha256(data).hexdigest():
        raise ModelError(f"the weights of {what} are not those of its card")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}, said
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{what} cannot be read: {error}") from error
