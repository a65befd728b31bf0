"""What `gentzen train` is told: one YAML file with everything that decides a run; docs/training.md lists it."""

from __future__ import annotations

from enum import StrEnum
from os.path import normpath
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from prover.policy.requests import Role
from rl.models import ModelConfig
from rl.objectives import GRADED, NAMES
from rl.probe import LEAST_ITEMS, SELF_CRITIQUE, SIGNALS
from rl.selfplay.config import Config, Settings, based, read_settings

GIB = 1 << 30


class Sizes(Settings):
    """A decoder of Qwen3's architecture with random weights, and the vocabulary that its tokenizer learns."""

    layers: int = Field(default=2, ge=1)
    hidden: int = Field(default=64, ge=1)
    heads: int = Field(default=2, ge=1)
    kv_heads: int = Field(default=1, ge=1)
    head_dim: int = Field(default=32, ge=32)
    intermediate: int = Field(default=128, ge=1)
    context: int = Field(default=1024, ge=64)
    tied: bool = True
    vocabulary: int = Field(default=2000, ge=300)

    @property
    def config(self) -> ModelConfig:
        return ModelConfig(**self.model_dump(exclude={"vocabulary"}))


class Model(Settings):
    """`path`: a checkpoint to begin with; without one, `sizes` and a supervised start from nothing. `average`: the
    checkpoint that plays is a running mean, with 1 / `average` for the newest weights."""

    path: Path | None = None
    sizes: Sizes = Sizes()
    average: int = Field(default=1, ge=1)


class Start(Settings):
    """Where the first rows come from, for the supervised start. `rows`: files of `rl.data.rows` (JSON lines).
    `rule_rounds`: rounds that are played by rules and the portfolio, whose rows are added; `samples` attempts each.
    The first has no conjectures, since nothing is proved yet that could seed them."""

    rows: tuple[Path, ...] = ()
    rule_rounds: int = Field(default=1, ge=0)
    samples: int = Field(default=8, ge=1)


class Supervised(Settings):
    """Each training begins with it. `rows`: how many are drawn, in proportion to their weights, for an epoch; None: as
    many as there are. `start_rows`: the start's rows are among them in every round, so that what was learned from them
    is not forgotten. `restart`: from the weights that the start began with, instead of the last checkpoint (STP
    retrains from its base model now and then); with all rows at hand again (`selfplay.prover_rows.buffer`)."""

    epochs: float = Field(default=3.0, gt=0)
    rows: int | None = Field(default=None, ge=1)
    batch: int = Field(default=8, ge=1)
    learning_rate: float = Field(default=1e-3, gt=0)
    start_rows: bool = True
    restart: bool = False


RolloutRole = Literal[Role.COMPLETE, Role.DECOMPOSE]
"""What rollouts may be asked for."""


class SketchReward(StrEnum):
    SCORE = "score"
    """S, the score that ranks sketches in the search."""
    OUTCOME = "outcome"
    """1 for a sketch that comes to a proof, else 0."""


class Reinforce(Settings):
    """Group-relative policy optimisation after it, on statements that are proved now and then, then on unsolved ones.
    `updates`: 0 for none. `prompts` with `rollouts` each make an update. `objective`, `options`: `rl.objectives`.
    `loss`: TRL's loss type. `replay_weight`: λ of the verified completions. `resamples`: how often dead groups are
    drawn again. `statements`: at most. `roles`: what rollouts are asked for, each statement in each role: `complete`
    (whole proofs, rewarded by the trusted check), `decompose` (sketches, rewarded by their score). `sketch_reward`:
    `outcome` rewards a sketch by 1 or 0 instead, whether the trusted check accepts it with what at most `finishing`
    moves find for each goal that it leaves (0: it must leave none). `staleness`: rollouts are drawn and graded while
    the trainer is at work, by weights that are at most so many updates old (docs/training.md, Streaming); None: in
    turns, by TRL itself."""

    updates: int = Field(default=0, ge=0)
    prompts: int = Field(default=4, ge=1)
    rollouts: int = Field(default=8, ge=2)
    statements: int = Field(default=64, ge=1)
    learning_rate: float = Field(default=1e-5, gt=0)
    completion_tokens: int = Field(default=128, ge=8)
    temperature: float = Field(default=1.0, gt=0)
    objective: str = "grpo"
    options: dict[str, Any] = Field(default_factory=dict)
    loss: str = "grpo"
    replay_weight: float = Field(default=0.08, ge=0)
    resamples: int = Field(default=0, ge=0)
    roles: tuple[RolloutRole, ...] = Field(default=(Role.COMPLETE,), min_length=1)
    sketch_reward: SketchReward = SketchReward.SCORE
    finishing: int = Field(default=8, ge=0)
    staleness: int | None = Field(default=None, ge=0)

    @field_validator("roles")
    @classmethod
    def _once(cls, roles: tuple[RolloutRole, ...]) -> tuple[RolloutRole, ...]:
        return tuple(dict.fromkeys(roles))

    @model_validator(mode="after")
    def _streams(self) -> Self:
        if self.staleness is not None and self.resamples:
            raise ValueError("a stream draws no group again: leave out resamples, or staleness")
        if self.staleness is not None and self.objective in GRADED:
            raise ValueError(f"the objective {self.objective} reads more than rewards, and a stream keeps no more")
        return self

    @field_validator("objective")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in NAMES:
            raise ValueError(f"there is no objective {name}; there are {', '.join(NAMES)}")
        return name


class Promotion(Settings):
    """When a round's checkpoint plays in the next one: after `rl.promotion`, on the open theorems of `files` (none:
    always). `samples`: attempts at each; a theorem is solved when one of them is accepted. The others are `Bound`'s."""

    files: tuple[Path, ...] = ()
    samples: int = Field(default=2, ge=1)
    most_lost: int = Field(default=2, ge=0)
    most_lost_share: float = Field(default=1.0, ge=0.0, le=1.0)
    least_net: int = 0
    repeats: int = Field(default=2, ge=0, multiple_of=2)


class Probe(Settings):
    """The contamination probe after each promotion (`rl.probe`): do the open theorems of `files`, which nothing
    is trained on, look to the new weights like what they were trained on? No files: no probe. `items`: of each kind, at
    most. `samples`, `tokens`: as in `rl.probe.ProbeSettings`. `signal`: the one that decides."""

    files: tuple[Path, ...] = ()
    items: int = Field(default=32, ge=LEAST_ITEMS)
    samples: int = Field(default=8, ge=0)
    tokens: int = Field(default=256, ge=8)
    signal: str = SELF_CRITIQUE

    @field_validator("signal")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in SIGNALS:
            raise ValueError(f"there is no signal {name}; there are {', '.join(SIGNALS)}")
        return name


class VllmMode(StrEnum):
    SERVER = "server"
    """A `vllm serve` on GPUs of its own, to which the trainer sends its weights."""
    COLOCATE = "colocate"
    """In the trainer's process, on its GPU."""


class Vllm(Settings):
    """Rollouts of the reinforcement step by vLLM, through TRL; without this section transformers draws them. `host`,
    `port`: of the server; `group_port`: for the weights, that of the trainer's machine which the server connects to;
    `timeout`: seconds to wait for the server. `memory`: share of the GPU for a colocated one; `sleep`: it gives that
    back while the trainer is at work. Names as in TRL, without `vllm_`, but for `memory` and `sleep`."""

    mode: VllmMode = VllmMode.SERVER
    host: str | None = Field(default=None, min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    group_port: int | None = Field(default=None, ge=1, le=65535)
    timeout: float | None = Field(default=None, gt=0)
    memory: float | None = Field(default=None, gt=0, lt=1)
    sleep: bool | None = None
    max_model_length: int | None = Field(default=None, ge=64)

    @model_validator(mode="after")
    def _of_the_mode(self) -> Self:
        of_server = ("host", "port", "group_port", "timeout")
        of_colocate = ("memory", "sleep", "max_model_length")
        for name in of_server if self.mode is VllmMode.COLOCATE else of_colocate:
            if getattr(self, name) is not None:
                raise ValueError(f"`{name}` is not for vLLM in the mode {self.mode}")
        return self

    @property
    def arguments(self) -> dict[str, Any]:
        """As arguments of TRL's `GRPOConfig`; what is not set stays TRL's own default."""
        names = {
            "host": "vllm_server_host",
            "port": "vllm_server_port",
            "group_port": "vllm_group_port",
            "timeout": "vllm_server_timeout",
            "memory": "vllm_gpu_memory_utilization",
            "sleep": "vllm_enable_sleep_mode",
            "max_model_length": "vllm_max_model_length",
        }
        given = {trl: value for own, trl in names.items() if (value := getattr(self, own)) is not None}
        return {"use_vllm": True, "vllm_mode": str(self.mode), **given}


class Launch(Settings):
    """Trainings in several processes (docs/training.md, Clusters); without this section they run in this one, on one
    GPU. `command`: what starts them on a Python module, as `accelerate launch --config_file fsdp.yaml` and torchrun do;
    words that name files beside the configuration are made absolute. `workers`: Lean processes of each of them; None:
    the machine's cores, shared. `patience`: seconds that one waits for the others."""

    command: tuple[str, ...] = Field(min_length=1)
    workers: int | None = Field(default=None, ge=1)
    patience: float = Field(default=1800.0, gt=0)


class Machine(Settings):
    """What the plan reckons with. `device`: cpu, or a GPU of `rl.plan.machines`. `cores`, `memory_gib`: of a node, for
    Lean. `price`: of a node for an hour. `check_seconds`: Lean's, for one attempt."""

    nodes: int = Field(default=1, ge=1)
    gpus: int = Field(default=0, ge=0)
    device: str = "cpu"
    cores: int = Field(default=2, ge=1)
    memory_gib: float = Field(default=16.0, gt=0)
    price: float = Field(default=0.0, ge=0)
    check_seconds: float = Field(default=1.0, gt=0)


class TrainConfig(Settings):
    """A run of `gentzen train`. `selfplay`: `rl.selfplay.config.Config` but for its players, which are the model's."""

    selfplay: Config
    model: Model = Model()
    start: Start = Start()
    supervised: Supervised = Supervised()
    reinforce: Reinforce = Reinforce()
    promotion: Promotion = Promotion()
    probe: Probe = Probe()
    vllm: Vllm | None = None
    launch: Launch | None = None
    machine: Machine = Machine()

    @model_validator(mode="after")
    def _generates(self) -> Self:
        if self.vllm is not None and not self.reinforce.updates:
            raise ValueError("`vllm` draws the rollouts of reinforcement, and reinforce.updates is 0: leave one out")
        if self.vllm is not None and self.reinforce.staleness is not None:
            raise ValueError("a stream (reinforce.staleness) draws rollouts itself: leave out `vllm`, or staleness")
        if self.launch is not None and self.reinforce.staleness is not None:
            raise ValueError("a stream (reinforce.staleness) is one process: leave out `launch`, or staleness")
        if self.vllm is not None and self.machine.gpus < (2 if self.vllm.mode is VllmMode.SERVER else 1):
            needed = "one for the trainer and one for it at least" if self.vllm.mode is VllmMode.SERVER else "one"
            raise ValueError(f"vLLM in the mode {self.vllm.mode} needs GPUs ({needed}); machine.gpus says how many")
        return self


def load_train_config(path: Path) -> TrainConfig:
    """Read a YAML file; paths in it are relative to its folder. Raises UserError."""
    config = read_settings(path, TrainConfig, "docs/training.md")
    base = path.parent
    model = config.model
    return config.model_copy(
        update={
            "selfplay": based(config.selfplay, base),
            "model": model
            if model.path is None
            else model.model_copy(update={"path": Path(normpath(base / model.path))}),
            "start": config.start.model_copy(update={"rows": tuple(base / each for each in config.start.rows)}),
            "promotion": config.promotion.model_copy(
                update={"files": tuple(base / each for each in config.promotion.files)}
            ),
            "launch": config.launch
            and config.launch.model_copy(
                update={"command": tuple(_placed(word, base) for word in config.launch.command)}
            ),
            "probe": config.probe.model_copy(update={"files": tuple(base / each for each in config.probe.files)}),
        }
    )


def _placed(word: str, base: Path) -> str:
    path = base / word
    return normpath(path.absolute()) if path.is_file() else word
