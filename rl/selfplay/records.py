"""What the files of a round hold, one class for each kind of line."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from lean_project.check.verdict import Level
from rl.data.files import Record, sha256
from rl.data.text import text_key

TRIVIAL = ""
"""The name of the trivial lemma: a seed without a lemma."""


class Shape(Record):
    """A statement's form, read from its closed term. `size`: nodes of the term. `constants`: those that it mentions,
    sorted. `hypotheses`: leading ones; `idle` of them share no variable with the target, directly or through others;
    `repeated` say the same as an earlier one. `connectives`: of the conclusion; `disjunction`: one of them is `∨`."""

    size: int
    constants: tuple[str, ...]
    variables: int = 0
    hypotheses: int = 0
    idle: int = 0
    repeated: int = 0
    connectives: int = 0
    disjunction: bool = False


class Origin(StrEnum):
    DATASET = "dataset"
    """An open theorem of the run's files."""
    GIVEN = "given"
    """A theorem that the files prove."""
    CONJECTURE = "conjecture"
    EVALUATION = "evaluation"
    """Held out: attempted, never trained on."""


class Statement(Record):
    """A statement that Lean has read. `statement`: the text from the binders to the type; `environment`: id of the file
    above it (`environments.jsonl`). `proof`: of a given theorem, "" else. `seed`: id of the pair that a conjecture was
    made from; `operator`: how."""

    key: str
    strict_key: str
    name: str
    statement: str
    environment: str
    goal: str
    shape: Shape
    origin: Origin
    proof: str = ""
    seed: str = ""
    operator: str = ""


class EnvironmentText(Record):
    """A file without holes. `file`: the one that it is the beginning of, by name and content. `end`: it is all of it;
    conjectures are stated there, where every lemma of the file is at hand."""

    id: str
    text: str
    file: str
    file_sha256: str
    end: bool = False


class Seed(Record):
    """A pair of a lemma and an easy theorem. `lemma`: a constant's name, or `TRIVIAL`; `lemma_statement`: from its
    binders to its type. `theorem`: the strict key of the theorem; `proof`: the shortest one that is known."""

    lemma: str
    lemma_statement: str = ""
    theorem: str
    statement: str
    proof: str
    environment: str

    @property
    def id(self) -> str:
        return sha256(self.lemma, self.theorem)[:16]


class Proposal(Record):
    """A text that a conjecturer wrote. `name`: what it called it. `weights`, `prompt`, `tokens`: of the policy, if
    one did."""

    seed: str
    index: int
    statement: str
    operator: str
    weights: str = ""
    prompt: str = ""
    tokens: int = 0


class Refusal(StrEnum):
    """Why a conjecture is not proved: the first of these that holds, in this order."""

    REPEATED = "repeated"
    """Its text was proposed before, up to names of variables."""
    EVALUATION = "evaluation item"
    NOT_STATED = "does not elaborate"
    DUPLICATE = "duplicate"
    """Its goal key is known: of the dataset, of an earlier round, of this one."""
    VARIANT = "trivial variant"
    """It is its seed, its lemma, or one of these with fewer hypotheses."""
    REFUTED = "refuted"
    VACUOUS = "vacuous"
    """Its hypotheses contradict each other, or held in no test."""
    LIBRARY = "in the library"
    AUTOMATION = "closed by automation"
    CAPPED = "over the cap"
    LOST = "lost by the machinery"
    """Nobody looked: says nothing about the conjecture."""


class Decision(Record):
    """What the filters said about a proposal: kept as `statement`, or the reason."""

    proposal: Proposal
    statement: Statement | None = None
    refusal: Refusal | None = None
    detail: str = ""


class Outcome(StrEnum):
    PROVED = "proved"
    """The trusted check accepted it."""
    FAILED = "failed"
    LIMIT = "limit"
    """Lean ran out of heartbeats or time: the proof is at fault, so it counts as a failure."""
    LOST = "lost"
    """The machinery lost it: no outcome, in no rate."""


class Attempt(Record):
    """One attempt. `label`: the recipe. For a proof: `level`, `axioms`, `uses` (theorems of the library and of the
    environment that the checked term rests on directly) and `unused` (hypotheses that it does not mention)."""

    index: int
    outcome: Outcome
    label: str = ""
    proof: str = ""
    lemmas: tuple[str, ...] = ()
    seconds: float = Field(default=0.0, ge=0.0)
    tokens: int = 0
    weights: str = ""
    prompt: str = ""
    reason: str = ""
    level: Level = Level.L0
    axioms: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    unused: int = 0

    @property
    def success(self) -> bool | None:
        """None for an attempt without an outcome."""
        return None if self.outcome is Outcome.LOST else self.outcome is Outcome.PROVED

    @property
    def text(self) -> str:
        return "\n\n".join((*self.lemmas, self.proof))


class Trial(Record):
    """All attempts at one statement in one round."""

    key: str
    strict_key: str
    attempts: tuple[Attempt, ...]

    @property
    def answered(self) -> int:
        return sum(attempt.success is not None for attempt in self.attempts)

    @property
    def successes(self) -> int:
        return sum(attempt.success is True for attempt in self.attempts)

    @property
    def rate(self) -> float | None:
        """Successes per answered attempt; None when all were lost."""
        return self.successes / self.answered if self.answered else None

    @property
    def proofs(self) -> tuple[Attempt, ...]:
        """Distinct proofs, by text up to layout, the first attempt of each."""
        found: dict[str, Attempt] = {}
        for attempt in self.attempts:
            if attempt.success:
                found.setdefault(" ".join(attempt.text.split()), attempt)
        return tuple(found.values())


class Selected(Record):
    """A conjecture that trains the conjecturer. `lemma`: the seed's, or `TRIVIAL` where it was relabelled. `elegance`:
    shortest proof per character of statement. `guide`: the guide's sum; `reward`: (1 - rate) x guide, scaled over the
    round to 0..1; `matched`: units of weight from unsolved statements. `weight`: of the loss, the product."""

    strict_key: str
    key: str
    seed: str
    lemma: str
    rate: float
    elegance: float
    relevance: float = 0.0
    complexity: float = 0.0
    redundancy: float = 0.0
    convoluted: bool = False
    guide: float = 0.0
    reward: float = 0.0
    matched: float = 0.0
    weight: float = 0.0


class Known(Record):
    """What the run knows about a statement when a round begins: its newest rate (None: not attempted) and its shortest
    proof. `uses`: of that proof. `trials`: in how many rounds it was attempted."""

    statement: Statement
    rate: float | None = None
    proof: str = ""
    lemmas: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    trials: int = 0

    @property
    def solved(self) -> bool:
        return bool(self.proof)


def by_key(statements: Iterable[Statement]) -> dict[str, Statement]:
    """By strict key."""
    return {statement.strict_key: statement for statement in statements}


def as_theorem(statement: str) -> str:
    """A proposal as the command that it would be."""
    return f"theorem conjecture {statement}"


def said_as(environment: str, statement: str) -> str:
    """What two proposals share that say the same in the same words of the same programs. Words alone do not tell: each
    file has its own functions, and two files may call theirs by one name."""
    return f"{environment} {text_key(as_theorem(statement))}"
