"""The mean of several checkpoints' weights: often better than each of them, and it costs one forward pass nothing.

Wortsman et al., Model soups (arXiv 2203.05482); Sanyal et al., early weight averaging (arXiv 2306.03241).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from rl.models import load, save


def average(folders: Sequence[Path], out: Path, weights: Sequence[float] | None = None) -> Path:
    """Write to `out` the checkpoint of the weights Σ w_i · θ_i / Σ w_i, computed in double precision and rounded once
    to the first one's type; the mean of equal checkpoints has their bits. Tokenizer and configuration are the first's.

    Raises UserError for checkpoints that are not of one shape and vocabulary, ValueError for weights that are negative,
    all 0, or not as many as the checkpoints.
    """
    shares = list(weights) if weights is not None else [1.0] * len(folders)
    total = math.fsum(shares)
    if not folders or len(shares) != len(folders) or min(shares) < 0 or total <= 0:
        raise ValueError(f"{len(folders)} checkpoints and the weights {shares}")
    model, tokenizer = load(folders[0])
    sums = {name: tensor.double() * (shares[0] / total) for name, tensor in _floats(model).items()}
    for folder, share in zip(folders[1:], shares[1:], strict=True):
        other, words = load(folder)
        theirs = _floats(other)
        if theirs.keys() != sums.keys() or any(theirs[name].shape != sums[name].shape for name in sums):
            raise UserError(f"{folder} and {folders[0]} hold models of different shapes: they have no mean.")
        if words.get_vocab() != tokenizer.get_vocab():
            raise UserError(f"{folder} and {folders[0]} have different vocabularies: their weights have no mean.")
        for name, tensor in theirs.items():
            sums[name] += tensor.double() * (share / total)
    state = model.state_dict()
    for name, tensor in sums.items():
        state[name].copy_(tensor.to(state[name].dtype))
    return save(model, tokenizer, out)


def _floats(model: Any) -> dict[str, Any]:
    return {name: tensor for name, tensor in model.state_dict().items() if tensor.is_floating_point()}
