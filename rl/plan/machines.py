"""Machines to train on: what their devices hold and do. Figures of the makers' data sheets, dense, without sparsity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lean_project.errors import UserError

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Device:
    """memory: bytes. flops: bf16 operations a second. bandwidth: bytes a second from its memory. link: bytes a second
    to its neighbours in a node."""

    name: str
    memory: float
    flops: float
    bandwidth: float
    link: float


DEVICES: Mapping[str, Device] = {
    each.name: each
    for each in (
        Device("a100-40g", 40 * GIB, 312e12, 1.555e12, 600e9),
        Device("a100-80g", 80 * GIB, 312e12, 2.039e12, 600e9),
        Device("l40s", 48 * GIB, 362e12, 0.864e12, 64e9),
        Device("rtx4090", 24 * GIB, 165e12, 1.008e12, 64e9),
        Device("h100", 80 * GIB, 989e12, 3.35e12, 900e9),
        Device("h200", 141 * GIB, 989e12, 4.8e12, 900e9),
        Device("b200", 180 * GIB, 2250e12, 8.0e12, 1800e9),
    )
}
CPU_FLOPS, CPU_BANDWIDTH = 30e9, 15e9
"""Of one core in fp32, roughly: an order of magnitude for plans without a GPU."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """`nodes` machines with `gpus` devices each (0: train and generate on the CPU), `cores` and `memory` (bytes) for
    Lean. price: of one node for an hour, in any currency; 0 for unknown."""

    nodes: int
    gpus: int
    device: Device
    cores: int
    memory: float
    price: float = 0.0

    @property
    def devices(self) -> int:
        return self.nodes * max(self.gpus, 1)


def device(name: str, cores: int, memory: float) -> Device:
    """A known GPU, or "cpu": `cores` with `memory` bytes taken as one device. Raises UserError for another name."""
    if name == "cpu":
        return Device("cpu", memory, CPU_FLOPS * cores, CPU_BANDWIDTH, CPU_BANDWIDTH)
    found = DEVICES.get(name.lower())
    if found is None:
        raise UserError(f"There is no device {name!r} in the table. Give one of cpu, {', '.join(sorted(DEVICES))}.")
    return found
