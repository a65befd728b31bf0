"""Rows of padded batches as TRL keeps them: dictionaries of tensors, prompts padded on the left, completions on the
right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

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


def supervised(words: Any, pairs: Sequence[tuple[str, str]], device: Any) -> dict[str, Tensor]:
    """What a model is sent to learn completions of prompts (texts): ids, mask, and labels on the completions alone,
    each with its end. `words`: the tokenizer."""
    prompts = [words(prompt, add_special_tokens=False)["input_ids"] for prompt, _ in pairs]
    replies = [[*words(reply, add_special_tokens=False)["input_ids"], words.eos_token_id] for _, reply in pairs]
    ids, mask = stacked([p + r for p, r in zip(prompts, replies, strict=True)], words.pad_token_id)
    _, prompt = stacked(prompts, 0)
    labels = ids.masked_fill(mask == 0, -100)
    labels[:, : prompt.size(1)][prompt.bool()] = -100
    return {"input_ids": ids.to(device), "attention_mask": mask.to(device), "labels": labels.to(device)}


def spans(words: Any, ids: Tensor, mask: Tensor) -> list[list[tuple[int, int]]]:
    """The characters that each token of each completion adds to its text. `ids`, `mask`: (B, T)."""
    found = []
    for row, there in zip(ids.tolist(), mask.tolist(), strict=True):
        own = row[: sum(there)]
        ends = [len(words.decode(own[:n], skip_special_tokens=True)) for n in range(len(own) + 1)]
        found.append(list(pairwise(ends)))
    return found


def line_steps(ids: Tensor, mask: Tensor, ends: frozenset[int]) -> Tensor:
    """(B, T) the number of the line that each token is written on, from 0; -1 outside the mask. A token with a line
    break belongs to the line that it ends. `ends`: the tokens with one (`rl.models.line_ends`)."""
    breaks = torch.isin(ids, torch.tensor(sorted(ends), device=ids.device, dtype=ids.dtype)) & mask.bool()
    numbers = breaks.long().cumsum(dim=1) - breaks.long()
    return torch.where(mask.bool(), numbers, -1)
