"""Where the parts of a reinforcement-learning step run: every placement that fits is priced, and the fastest is taken.

A step generates rollouts, has Lean check them, and trains on them. `colocated` devices do one after the other with
weights of both kinds in memory; `split` devices generate and train at the same time, on rollouts that are a step old
(AsyncFlow, arXiv 2507.01663). What is estimated is what ReaLHF (arXiv 2406.14088) searches over, for one model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rl.plan.machines import Cluster
from rl.plan.shapes import ADAM_BYTES, ModelShape

TRAIN_EFFICIENCY = 0.4
"""Share of a device's operations that training reaches (model FLOPs utilisation)."""
DECODE_EFFICIENCY = 0.6
"""Share of a device's memory bandwidth that generation reaches."""
RESERVE = 0.1
"""Share of a device's memory that is left to the allocator, the framework and the graphs."""
PARALLEL = (1, 2, 4, 8)
"""Tensor-parallel degrees that are tried."""
CHECK_MEMORY = 2.0 * (1 << 30)
"""Bytes of a Lean worker (embedded, with Std)."""


@dataclass(frozen=True, slots=True)
class Work:
    """One step. prompts, rollouts: so many prompts with so many attempts each. prompt_tokens, completion_tokens: means;
    longest: tokens of the longest sequence. micro_batch: sequences of one backward pass on one device. reference: a
    frozen copy is kept for the KL term. check_seconds: Lean's, for one attempt on one core. steps: of the whole run."""

    prompts: int
    rollouts: int
    prompt_tokens: int
    completion_tokens: int
    longest: int
    micro_batch: int = 1
    reference: bool = False
    check_seconds: float = 2.0
    steps: int = 100

    @property
    def sequences(self) -> int:
        return self.prompts * self.rollouts


class Layout(StrEnum):
    COLOCATED = "colocated"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Placement:
    """generators, trainers: devices for each (the same ones where colocated). tensor_parallel: devices that share one
    copy of the generating weights. concurrent: sequences that one copy generates at once. Seconds are of one step;
    memory is bytes on the fullest device of each kind."""

    layout: Layout
    generators: int
    trainers: int
    tensor_parallel: int
    concurrent: int
    checkers: int
    generate_seconds: float
    check_seconds: float
    train_seconds: float
    generate_memory: float
    train_memory: float

    @property
    def step_seconds(self) -> float:
        parts = (self.generate_seconds, self.check_seconds, self.train_seconds)
        return max(parts) if self.layout is Layout.SPLIT else sum(parts)


def best(shape: ModelShape, cluster: Cluster, work: Work) -> Placement | None:
    """The placement with the shortest step, the simpler one of equals; None when none fits into memory."""
    found = list(placements(shape, cluster, work))
    return min(found, key=lambda each: (each.step_seconds, each.layout, each.tensor_parallel), default=None)


def placements(shape: ModelShape, cluster: Cluster, work: Work) -> Iterator[Placement]:
    """Every placement that fits into memory."""
    devices = cluster.devices
    for degree in PARALLEL:
        if degree > max(cluster.gpus, 1):
            continue
        if devices % degree == 0:
            yield from _placed(shape, cluster, work, Layout.COLOCATED, devices, devices, degree)
        for generators in range(degree, devices, degree):
            yield from _placed(shape, cluster, work, Layout.SPLIT, generators, devices - generators, degree)


def _placed(
    shape: ModelShape, cluster: Cluster, work: Work, layout: Layout, generators: int, trainers: int, degree: int
) -> Iterator[Placement]:
    room = cluster.device.memory * (1 - RESERVE)
    states = trained_bytes(shape, work, trainers)
    training = states + shape.activation_bytes(work.micro_batch * work.longest)
    weights = shape.weight_bytes / degree
    held = weights + (states if layout is Layout.COLOCATED else 0.0)
    for_cache = (room - held) * degree
    concurrent = int(min(for_cache // (shape.kv_bytes * work.longest), work.sequences))
    if training > room or concurrent < 1:
        return
    checkers = lean_workers(cluster)
    yield Placement(
        layout=layout,
        generators=generators,
        trainers=trainers,
        tensor_parallel=degree,
        concurrent=concurrent,
        checkers=checkers,
        generate_seconds=generation_seconds(shape, cluster, work, generators // degree, degree, concurrent),
        check_seconds=work.sequences * work.check_seconds / checkers,
        train_seconds=training_seconds(shape, cluster, work, trainers),
        generate_memory=held + concurrent * shape.kv_bytes * work.longest / degree,
        train_memory=training,
    )


def trained_bytes(shape: ModelShape, work: Work, trainers: int) -> float:
    """Weights, gradients and optimizer states on one of `trainers` devices, sharded over all of them (FSDP), with the
    reference model where there is one."""
    reference = shape.weight_bytes if work.reference else 0
    return (ADAM_BYTES * shape.parameters + reference) / trainers


def lean_workers(cluster: Cluster) -> int:
    """Lean processes: one for each core, one core of every node left to the rest, as many as fit into half of the
    memory."""
    fitting = int(cluster.memory / 2 // CHECK_MEMORY)
    return cluster.nodes * max(1, min(cluster.cores - 1, fitting))


def generation_seconds(
    shape: ModelShape, cluster: Cluster, work: Work, copies: int, degree: int, concurrent: int
) -> float:
    """All rollouts of a step: prompts at the speed of arithmetic, then token by token, each of which reads the weights
    and the cache once, or computes, whatever takes longer."""
    sequences = math.ceil(work.sequences / max(copies, 1))
    context = work.prompt_tokens + work.completion_tokens / 2
    flops = cluster.device.flops * degree
    prefill = shape.forward_flops(sequences * work.prompt_tokens, work.prompt_tokens / 2) / (flops * TRAIN_EFFICIENCY)
    seconds = prefill
    while sequences > 0:
        batch = min(sequences, concurrent)
        read = (shape.weight_bytes + batch * shape.kv_bytes * context) / (cluster.device.bandwidth * degree)
        computed = shape.forward_flops(batch, context) / flops
        seconds += work.completion_tokens * max(read / DECODE_EFFICIENCY, computed / TRAIN_EFFICIENCY)
        sequences -= batch
    return seconds


def training_seconds(shape: ModelShape, cluster: Cluster, work: Work, trainers: int) -> float:
    """Forward, backward (twice the forward) and the forward once more that checkpointing costs; a forward for the old
    log-probabilities, and one for those of the reference."""
    length = work.prompt_tokens + work.completion_tokens
    passes = 4 + 1 + int(work.reference)
    flops = passes * shape.forward_flops(work.sequences * length, length / 2)
    return flops / (trainers * cluster.device.flops * TRAIN_EFFICIENCY)
