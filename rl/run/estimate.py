"""What `gentzen train --dry-run` prints: what will be done, where it fits, how long it takes and what it costs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from prover.policy.requests import Role
from rl.plan.machines import Cluster, device
from rl.plan.placement import Layout, Placement, Work, best
from rl.plan.shapes import ModelShape, from_folder
from rl.run.config import GIB, TrainConfig, VllmMode

HOUR = 3600.0
_ROLLOUTS = {Role.COMPLETE: "whole proofs", Role.DECOMPOSE: "sketches"}


@dataclass(frozen=True)
class Plan:
    """`placement`: None when the model does not fit onto the machines. `round_seconds`: a round's estimate: attempts at
    the statements of the round, at the held-out ones, and the updates."""

    shape: ModelShape
    cluster: Cluster
    work: Work
    placement: Placement | None
    attempts: int
    held_out: int
    round_seconds: float | None
    rounds: int

    @property
    def hours(self) -> float | None:
        return None if self.round_seconds is None else self.rounds * self.round_seconds / HOUR


def plan(config: TrainConfig, statements: int, held_out: int) -> Plan:
    """The plan for a run over so many statements. Raises UserError for a model that says too little, and an unknown
    device."""
    machine, play, reinforce = config.machine, config.selfplay, config.reinforce
    memory = machine.memory_gib * GIB
    cluster = Cluster(
        machine.nodes, machine.gpus, device(machine.device, machine.cores, memory), machine.cores, memory, machine.price
    )
    shape = shape_of(config)
    prompt = max(64, config.model.sizes.context // 2) if config.model.path is None else 2048
    work = Work(
        prompts=reinforce.prompts,
        rollouts=reinforce.rollouts,
        prompt_tokens=prompt,
        completion_tokens=reinforce.completion_tokens,
        longest=prompt + reinforce.completion_tokens,
        check_seconds=machine.check_seconds,
        steps=max(1, reinforce.updates),
    )
    placed = best(shape, cluster, work)
    conjectured = play.conjectures.at_most or statements
    attempts = (statements + conjectured) * play.prove.samples
    tried = held_out * play.evaluation.samples
    seconds = None
    if placed is not None:
        checks = (attempts + tried) * work.check_seconds / placed.checkers
        writing = (attempts + tried) / work.sequences * placed.generate_seconds
        seconds = checks + writing + reinforce.updates * placed.step_seconds
    return Plan(shape, cluster, work, placed, attempts, tried, seconds, play.rounds)


def shape_of(config: TrainConfig) -> ModelShape:
    """Raises UserError when the checkpoint does not say how large it is."""
    if config.model.path is not None:
        return from_folder(config.model.path)
    sizes = config.model.sizes
    return ModelShape(
        sizes.layers,
        sizes.hidden,
        sizes.intermediate,
        sizes.heads,
        sizes.kv_heads,
        sizes.head_dim,
        sizes.vocabulary,
        tied=sizes.tied,
        head_norms=True,
    )


def as_text(found: Plan, config: TrainConfig) -> str:
    """A few lines for people."""
    shape, cluster, placed = found.shape, found.cluster, found.placement
    play = config.selfplay
    where = f"{cluster.nodes} x {cluster.gpus} {cluster.device.name}" if cluster.gpus else f"{cluster.nodes} x CPU"
    lines = [
        ("model", f"{_count(shape.parameters)} parameters, {_size(shape.weight_bytes)} of weights in bf16"),
        ("machines", f"{where}, {cluster.cores} cores and {_size(cluster.memory)} for Lean on each node"),
        ("rounds", f"{found.rounds}; in each {found.attempts:,} attempts at most, {found.held_out:,} on held-out ones"),
        ("reinforcement", _reinforcement(config)),
        ("engine", _engine(config)),
    ]
    if config.probe.files:
        lines.append(("probe", f"{len(config.probe.files)} evaluation files after each round ({config.probe.signal})"))
    if placed is None:
        needed = "The model does not fit onto these devices: take more of them, larger ones, or a smaller model."
        lines.append(("placement", needed))
    else:
        lines += _placed(found, placed)
    if found.hours is not None:
        cost = f", about {found.hours * cluster.price * cluster.nodes:,.2f}" if cluster.price else ""
        lines.append(("estimate", f"{_time(found.hours * HOUR)} in all{cost}; an order of magnitude, not a promise"))
    lines.append(("out", str(play.out)))
    return "\n".join(f"  {name:14} {text}" for name, text in lines)


def _placed(found: Plan, placed: Placement) -> list[tuple[str, str]]:
    room = _size(found.cluster.device.memory)
    if placed.layout is Layout.SPLIT:
        how = f"{placed.generators} devices generate while {placed.trainers} train on the step before"
    else:
        how = f"all {placed.generators} device{'s' * (placed.generators > 1)} generate, then train"
    if placed.tensor_parallel > 1:
        how += f"; a copy of the model on {placed.tensor_parallel}"
    parts = {
        "generation": placed.generate_seconds,
        "Lean": placed.check_seconds,
        "training": placed.train_seconds,
    }
    slowest = max(parts, key=lambda name: parts[name])
    seconds = ", ".join(f"{name} {_time(value)}" for name, value in parts.items())
    return [
        ("placement", how),
        ("memory", f"{_size(placed.generate_memory)} to generate, {_size(placed.train_memory)} to train, of {room}"),
        ("Lean", f"{placed.checkers} workers"),
        ("update", f"{seconds}: {_time(placed.step_seconds)} a step; {slowest} is the slowest part"),
    ]


def _reinforcement(config: TrainConfig) -> str:
    settings = config.reinforce
    if not settings.updates:
        return "none: supervised learning on verified proofs alone (expert iteration)"
    replay = f", replay {settings.replay_weight:g}" if settings.replay_weight else ", no replay"
    drawn = " and ".join(_ROLLOUTS[role] for role in settings.roles)
    rewarded = f", sketches rewarded by their {settings.sketch_reward}" if Role.DECOMPOSE in settings.roles else ""
    return (
        f"{settings.updates} updates a round of {settings.prompts} x {settings.rollouts} rollouts ({drawn}), "
        f"objective {settings.objective}{replay}{rewarded}"
    )


def _engine(config: TrainConfig) -> str:
    """What this command itself uses of the machines: one process with one GPU, trainings of its own processes where
    there is a launcher, and a vLLM server beside it."""
    gpus, vllm = config.machine.gpus, config.vllm
    if config.launch is not None:
        drawn = {None: "by transformers", VllmMode.COLOCATE: "by vLLM in the same processes"}
        rollouts = drawn.get(None if vllm is None else vllm.mode, "by a vLLM server that is sent the weights")
        return f"trainings are processes of their own ({' '.join(config.launch.command)}); rollouts {rollouts}"
    if not gpus:
        return "transformers on the CPU, in one process"
    if vllm is None:
        idle = ""
        if gpus > 1:
            idle = f"; it leaves {gpus - 1} of {gpus} GPUs idle, which could train (launch) or serve rollouts (vllm)"
        return f"transformers on one GPU draws and trains{idle}"
    if vllm.mode is VllmMode.COLOCATE:
        return "vLLM in the trainer's process draws the rollouts, on its GPU"
    where = f"{vllm.host or 'this machine'}, port {vllm.port or 8000}"
    return f"one GPU trains; a vLLM server on the others ({where}) draws the rollouts and is sent the weights"


def as_json(found: Plan) -> dict[str, Any]:
    """Everything in one object."""
    data = asdict(found)
    data["parameters"], data["hours"] = found.shape.parameters, found.hours
    if found.placement is not None:
        data["placement"]["step_seconds"] = found.placement.step_seconds
    return data


def _count(value: float) -> str:
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:.3g} {name}"
    return f"{value:.0f}"


def _size(value: float) -> str:
    return f"{value / GIB:.3g} GiB" if value >= GIB else f"{value / (1 << 20):.3g} MiB"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.2g} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
