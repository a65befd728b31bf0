"""Every threshold of a self-play run. One YAML file; docs/selfplay.md gives the source of each number.

STP: Dong and Ma, *STP: Self-play LLM Theorem Provers with Iterative Conjecturing and Proving* (arXiv 2502.00212).
SGS: the guided variant whose conjecturer does not degenerate. Numbers as in the project's notes on published recipes.
"""

from __future__ import annotations

from enum import StrEnum
from os.path import normpath
from pathlib import Path
from typing import Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from lean_project.errors import UserError
from rl.data.decontaminate import Overlap
from rl.data.files import dump, sha256
from search.strategies import NAMES


class Settings(BaseModel):
    """Frozen; an unknown name in the file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_Settings = TypeVar("_Settings", bound=Settings)


class Seeds(Settings):
    """Which statements seed conjectures. `rate`: proved dataset statements with a success rate above it (STP 0.35).
    `lemma_share`: a lemma pairs with at most this share of the dataset (STP 10 %). `trivial`: the chance that a seed is
    paired with the trivial lemma too (STP 0.5). `given`: theorems that the files prove themselves are seeds as well,
    and so are, until they are attempted, those whose proofs the start learned from; without them the first round has
    no seeds."""

    rate: float = Field(default=0.35, ge=0.0, le=1.0)
    lemma_share: float = Field(default=0.10, gt=0.0, le=1.0)
    trivial: float = Field(default=0.5, ge=0.0, le=1.0)
    given: bool = True


class Conjectures(Settings):
    """How many are asked for. `per_seed`: answers to each pair of lemma and theorem. `at_most`: conjectures that are
    proved in a round; None: as many as there are dataset statements (STP caps at |D|). `batch`: pairs that are asked
    about at once. `rules`: the rules write conjectures beside a policy, which learns from those that are selected: a
    model that is too small or too young to write any has something to learn from. `enabled`: False is expert
    iteration, which only proves the dataset; the rule rounds of a start (`gentzen train`) have conjectures all the
    same."""

    enabled: bool = True

    per_seed: int = Field(default=1, ge=1)
    at_most: int | None = Field(default=None, ge=1)
    batch: int = Field(default=16, ge=1)
    rules: bool = False


class Filters(Settings):
    """What a conjecture must survive before anybody tries to prove it. `counterexamples`, `vacuity`, `automation`,
    `library`: whether to look. `heartbeats`: of one call of automation; `tactics`: what counts as automation alone.
    `same`: library theorems with the same constants that are compared."""

    counterexamples: bool = True
    vacuity: bool = True
    automation: bool = True
    library: bool = True
    heartbeats: int = Field(default=20_000, ge=1)
    tactics: tuple[str, ...] = ("rfl", "decide", "omega", "simp", "simp_all", "grind")
    same: int = Field(default=32, ge=0)


class Prove(Settings):
    """How often and what. `samples` attempts for each statement, `later_samples` from round `later_from` on (STP 64,
    then 32; rounds count from 0). Statements of the dataset that were solved before are proved again where their rate
    is below `solved_rate` (STP 0.35), else with chance `solved_chance` (STP 0.05). `retries`: how often attempts that
    the machinery lost are asked again; those that stay lost have no outcome and count in no rate. `temperature`: of a
    policy's samples (STP 1). `seconds`, `heartbeats`: of one attempt in Lean. `tokens`: of one answer of a policy."""

    samples: int = Field(default=64, ge=1)
    later_samples: int = Field(default=32, ge=1)
    later_from: int = Field(default=1, ge=0)
    solved_rate: float = Field(default=0.35, ge=0.0, le=1.0)
    solved_chance: float = Field(default=0.05, ge=0.0, le=1.0)
    retries: int = Field(default=3, ge=0)
    temperature: float = Field(default=1.0, ge=0.0)
    seconds: float = Field(default=30.0, gt=0.0)
    heartbeats: int = Field(default=100_000, ge=1)
    tokens: int = Field(default=1024, ge=1)

    def samples_of(self, round: int) -> int:
        return self.samples if round < self.later_from else self.later_samples


class Guide(Settings):
    """SGS's guide, computed from terms. `enabled`: False is STP alone, the ablation. `percentile`: of the rates
    strictly between 0 and 1, above which a conjecture earns nothing (SGS 70). `connectives`: how many logical
    connectives a conclusion may have before it counts as convoluted; a disjunction in it always does. `growth`: a
    conjecture so many times larger than its seed has the full complexity of 2. `relevance`, `complexity`, `redundancy`:
    the largest value of each part (SGS 5, 2, 1)."""

    enabled: bool = True
    percentile: float = Field(default=70.0, gt=0.0, le=100.0)
    connectives: int = Field(default=2, ge=0)
    growth: float = Field(default=4.0, gt=1.0)
    relevance: float = Field(default=5.0, ge=0.0)
    complexity: float = Field(default=2.0, ge=0.0)
    redundancy: float = Field(default=1.0, ge=0.0)


class Select(Settings):
    """Which conjectures train the conjecturer. Rate strictly above `low` and below `high` (STP 0 and 0.25). Those whose
    proof does not use the seed lemma are relabelled to the trivial lemma, at most max(`trivial_factor` x relevant ones,
    `trivial_floor`) of them (STP 20 and 4096). Within a lemma's group the lowest `inelegant` share of
    min(proof length / statement length) goes (STP 20 %). Re-weighting toward unsolved statements: each gives one unit
    of weight to its `neighbours` nearest conjectures (STP k = 4), and no conjecture takes more than `capacity`
    units."""

    low: float = Field(default=0.0, ge=0.0, le=1.0)
    high: float = Field(default=0.25, gt=0.0, le=1.0)
    trivial_factor: float = Field(default=20.0, ge=0.0)
    trivial_floor: int = Field(default=4096, ge=0)
    inelegant: float = Field(default=0.20, ge=0.0, lt=1.0)
    neighbours: int = Field(default=4, ge=1)
    capacity: float = Field(default=1.0, gt=0.0)
    reweight: bool = True

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"the window of rates is empty: low {self.low} is not below high {self.high}")
        return self


class ProverRows(Settings):
    """What trains the prover: verified proofs of statements with a rate of at most `rate` (STP 0.5), with weight
    exp(-`per_character` x length - `per_second` x seconds) / number of distinct proofs (STP 0.001 and 0.01), from the
    last `buffer` rounds (STP 3). `length` is the proof's in characters. `per_statement`: distinct proofs of one
    statement at most."""

    rate: float = Field(default=0.5, ge=0.0, le=1.0)
    per_character: float = Field(default=0.001, ge=0.0)
    per_second: float = Field(default=0.01, ge=0.0)
    buffer: int = Field(default=3, ge=1)
    per_statement: int = Field(default=16, ge=1)


class Stop(Settings):
    """When a run is degenerate and stops. `convoluted`: share of kept conjectures whose conclusion is convoluted or a
    disjunction (without a guide SGS saw over 80 %). `unique`: least share of a round's conjectures that are neither
    duplicates nor trivial variants. `empty`: rounds in a row without a conjecture for the conjecturer. A rule is
    looked at from `least` conjectures on."""

    convoluted: float = Field(default=0.8, gt=0.0, le=1.0)
    unique: float = Field(default=0.05, ge=0.0, le=1.0)
    empty: int = Field(default=3, ge=1)
    least: int = Field(default=20, ge=1)


class Evaluation(Settings):
    """The held-out statements of `files`, `samples` attempts each. They are evaluation items for the conjecturer too.
    `every`: rounds between two evaluations."""

    files: tuple[Path, ...] = ()
    samples: int = Field(default=8, ge=1)
    every: int = Field(default=1, ge=1)


class PlayersKind(StrEnum):
    RULES = "rules"
    """Mutation, composition and theory exploration; the portfolio."""
    SEARCH = "search"
    """The conjecturer of `rules`; the tree search, whose attempts differ in the order of their finishing moves."""
    POLICY = "policy"
    """A language model, by `prover.policy`."""


class Searching(Settings):
    """One attempt of a prover that searches: `calls` of Lean at most, by a `strategy` of `gentzen prove`."""

    calls: int = Field(default=40, ge=1)
    strategy: str = NAMES[0]

    @field_validator("strategy")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in NAMES:
            raise ValueError(f"there is no strategy {name}; there are {', '.join(NAMES)}")
        return name


class Players(Settings):
    """Who plays. `policy`, `model`: as for `gentzen prove`; with a checkpoint folder as `policy` the newest checkpoint
    of the run takes its place after the first training. `prover_policy`: for the prover, where it is another one.
    `search`: for players of kind `search`; None: its defaults."""

    kind: PlayersKind = PlayersKind.RULES
    policy: str | None = None
    model: str | None = None
    prover_policy: str | None = None
    search: Searching | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.kind is PlayersKind.POLICY) != (self.policy is not None):
            raise ValueError("players of kind `policy` need `policy`, an address or a folder, and no others do")
        if self.search is not None and self.kind is not PlayersKind.SEARCH:
            raise ValueError("`search` is for players of kind `search`")
        return self


class Lean(Settings):
    """Which Lean, as for `gentzen prove`: `runtime` is embedded, native or auto, `project` the Lake project of the
    native one; None: found upward from where the command runs."""

    runtime: Literal["embedded", "native", "auto"] = "embedded"
    project: Path | None = None


class Config(Settings):
    """A run. `out`: its folder. `files`: Lean files whose open theorems are the dataset and whose proved ones are
    given. `benchmarks`: evaluation sets that no statement may come from. `train`: MODULE:FUNCTION, a
    `rl.selfplay.training.Trainer`. `workers`: Lean processes; None: as many as the machine takes."""

    out: Path
    files: tuple[Path, ...] = Field(min_length=1)
    rounds: int = Field(default=1, ge=1)
    seed: int = 0
    benchmarks: tuple[Path, ...] = ()
    overlap: Overlap = Overlap()
    players: Players = Players()
    seeds: Seeds = Seeds()
    conjectures: Conjectures = Conjectures()
    filters: Filters = Filters()
    prove: Prove = Prove()
    guide: Guide = Guide()
    select: Select = Select()
    prover_rows: ProverRows = ProverRows()
    stop: Stop = Stop()
    evaluation: Evaluation = Evaluation()
    train: str = "rl.selfplay.tables:train"
    workers: int | None = Field(default=None, ge=1)
    lean: Lean = Lean()

    @property
    def digest(self) -> str:
        """Of all that decides results: everything but where the run lies, how long it goes on and how many workers it
        has."""
        said = self.model_dump(mode="json", exclude={"out", "rounds", "workers", "files", "benchmarks"})
        said["evaluation"].pop("files")
        if self.lean == Lean():
            del said["lean"]
        else:
            del said["lean"]["project"]  # which may lie elsewhere on the next machine
        if self.players.search is None:
            del said["players"]["search"]  # Runs from before there was such a setting go on.
        return sha256(dump(said))


def load_config(path: Path) -> Config:
    """Read a YAML file; paths in it are relative to its folder. Raises UserError."""
    return based(read_settings(path, Config, "docs/selfplay.md"), path.parent)


def read_settings(path: Path, kind: type[_Settings], manual: str) -> _Settings:
    """A YAML file as settings of a kind; `manual`: the page that lists them. Raises UserError in one paragraph."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"{path} cannot be read as YAML: {why}. Mend it, or name another file.") from error
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise UserError(f"{path}: {place}: {first['msg']}{more}. {manual} lists the settings.") from error


def based(config: Config, base: Path) -> Config:
    """The settings with their paths taken from the folder `base`."""
    players = config.players
    if players.policy is not None and (base / players.policy).is_dir():
        players = players.model_copy(update={"policy": str(base / players.policy)})
    return config.model_copy(
        update={
            "out": Path(normpath(base / config.out)),
            "files": tuple(base / each for each in config.files),
            "benchmarks": tuple(base / each for each in config.benchmarks),
            "evaluation": config.evaluation.model_copy(
                update={"files": tuple(base / each for each in config.evaluation.files)}
            ),
            "players": players,
            "lean": config.lean
            if config.lean.project is None
            else config.lean.model_copy(update={"project": Path(normpath(base / config.lean.project))}),
        }
    )
