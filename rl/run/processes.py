"""The processes of one training, where a launcher (accelerate, torchrun) has started several. No torch until asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from lean_project import environ
from lean_project.errors import UserError


def count() -> int:
    """How many train together; 1 without a launcher."""
    return environ.launched()[1]


def rank() -> int:
    return environ.launched()[0]


def local_count() -> int:
    """Of this machine."""
    return environ.launched()[2]


def share(total: int, what: str) -> int:
    """Of `total` things the part of each process. Raises UserError when that is no whole number."""
    if total % count():
        raise UserError(
            f"{what} is {total}, and {count()} processes cannot share that. Make it a multiple of their number."
        )
    return total // count()


def meet(patience: float) -> None:
    """Find the other processes; from here on no wait for them is longer than `patience` seconds."""
    if count() == 1:
        return
    import torch
    from accelerate import PartialState

    on_cpu = not torch.cuda.is_available()
    options = {"backend": "gloo"} if on_cpu else {}
    PartialState(cpu=on_cpu, timeout=timedelta(seconds=patience), **options)


def agreed(keys: Iterable[str]) -> list[str]:
    """The keys that every process has, sorted: what one of them lost would leave the others waiting."""
    own = sorted(set(keys))
    if count() == 1:
        return own
    import torch

    found: list[list[str]] = [[] for _ in range(count())]
    torch.distributed.all_gather_object(found, own)
    return sorted(set.intersection(*(set(each) for each in found)))
