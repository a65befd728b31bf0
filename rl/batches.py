"""Rows of padded batches as TRL keeps them: dictionaries of tensors, prompts padded on the left, completions on the
right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

_LEFT = ("prompt_ids", "prompt_mask")


def replaced(batch: Mapping[str, Tensor], rows: Sequence[int], by: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The batch with its rows `rows` replaced by the rows of `by`, in order, padded to what both need. Entries that are
    no rows (0-dimensional ones) stay; so do entries that `by` lacks. Ids are padded with their batch's own padding,
    which no mask lets through."""
    made = dict(batch)
    place = torch.tensor(list(rows), dtype=torch.long)
    for key, old in batch.items():
        new = by.get(key)
        if new is None or old.dim() == 0:
            continue
        if old.dim() == 2:
            width = max(old.size(1), new.size(1))
            left = key in _LEFT
            old, new = _padded(old, width, left), _padded(new, width, left)
        result = old.clone()
        result[place.to(old.device)] = new[: len(rows)].to(old.dtype)
        made[key] = result
    return made


def _padded(tensor: Tensor, width: int, left: bool) -> Tensor:
    missing = width - tensor.size(1)
    if not missing:
        return tensor
    filling = tensor.new_zeros((tensor.size(0), missing))
    return torch.cat([filling, tensor] if left else [tensor, filling], dim=1)


def stacked(rows: Sequence[Sequence[int]], fill: int, *, left: bool = False) -> tuple[Tensor, Tensor]:
    """(B, T) ids and (B, T) mask of lists of ids."""
    width = max((len(row) for row in rows), default=0)
    ids = torch.full((len(rows), width), fill, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for number, row in enumerate(rows):
        where = slice(width - len(row), width) if left else slice(0, len(row))
        ids[number, where] = torch.tensor(list(row), dtype=torch.long)
        mask[number, where] = 1
    return ids, mask


def line_steps(ids: Tensor, mask: Tensor, ends: frozenset[int]) -> Tensor:
    """(B, T) the number of the line that each token is written on, from 0; -1 outside the mask. A token with a line
    break belongs to the line that it ends. `ends`: the tokens with one (`rl.models.line_ends`)."""
    breaks = torch.isin(ids, torch.tensor(sorted(ends), device=ids.device, dtype=ids.dtype)) & mask.bool()
    numbers = breaks.long().cumsum(dim=1) - breaks.long()
    return torch.where(mask.bool(), numbers, -1)
