"""What a policy is asked: typed requests, one class for each role, and how to sample the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from search.budget import Budget


class Role(StrEnum):
    DECOMPOSE = "decompose"
    COMPLETE = "complete"
    TACTIC = "tactic"
    REPAIR = "repair"
    CONJECTURE = "conjecture"
    DIFFICULTY = "difficulty"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class View:
    """A goal as a policy sees it, all of it Lean text.

    `preamble`: what the file says above it. `name`, `binders`, `target`: the goal as the theorem
    `theorem NAME BINDERS : TARGET`. `stated`: the file's own words for binders and target, where the goal is a whole
    theorem of it. `goal`: the goal as Lean prints it. `premises`: names of theorems that may help.
    """

    name: str
    binders: str
    target: str
    goal: str
    preamble: str = ""
    premises: tuple[str, ...] = ()
    stated: str = ""

    @property
    def statement(self) -> str:
        """The theorem up to its type, in the file's own words where there are some: what Lean prints of a statement
        does not always mean the same when it is read again."""
        binders = f" {self.binders}" if self.binders else ""
        return f"theorem {self.name} {self.stated}" if self.stated else f"theorem {self.name}{binders} : {self.target}"

    def code(self, proof: str) -> str:
        """The file up to the theorem, with `proof` for its proof (`by sorry`, `by`)."""
        above = f"{self.preamble.rstrip()}\n\n" if self.preamble.strip() else ""
        return f"{above}{self.statement} := {proof}"


@dataclass(frozen=True, slots=True)
class Guide:
    """A shape that an answer must have: one of `choices`, or text that matches `regex`. A server that cannot guide its
    model ignores it, so the contract is checked all the same."""

    choices: tuple[str, ...] = ()
    regex: str = ""

    def __post_init__(self) -> None:
        if bool(self.choices) == bool(self.regex):
            raise ValueError("a guide is either choices or a regex")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to draw answers. `n` answers of at most `max_tokens` tokens each. `temperature` 0 is greedy. `seed` None: a
    new draw each time. `logprobs`: ask for the log-probability of every token drawn."""

    n: int = 1
    temperature: float = 0.8
    top_p: float = 1.0
    max_tokens: int = 2048
    stop: tuple[str, ...] = ()
    seed: int | None = None
    logprobs: bool = True
    guide: Guide | None = None

    def __post_init__(self) -> None:
        if self.n < 1 or self.max_tokens < 1 or self.temperature < 0 or not 0 < self.top_p <= 1:
            raise ValueError(f"these sampling settings make no sense: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question. `deadline`: seconds on the policy's clock by which it must be answered. `budget` pays for it."""

    role: ClassVar[Role]
    view: View
    sampling: Sampling = Sampling()
    deadline: float | None = None
    budget: Budget | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier attempt at the same goal, for the prompt: its text, its score (S of docs/score.md), and what came of
    it. Showing the best so far with its score is IAD's feedback (Iterative Agent Decoding)."""

    text: str
    score: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decompose(Request):
    """Lemmas that would make the theorem easy, and its proof from them. `proved`: lemmas that were proved in earlier
    rounds, one of each kind (CodeChain's representatives); `earlier`: the best attempts so far."""

    role: ClassVar[Role] = Role.DECOMPOSE
    proved: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Request):
    """A whole proof."""

    role: ClassVar[Role] = Role.COMPLETE


@dataclass(frozen=True, slots=True, kw_only=True)
class Tactic(Request):
    """One tactic, the next step of a proof."""

    role: ClassVar[Role] = Role.TACTIC


class Feedback(StrEnum):
    """What a repair is told. `BARE` is the control that measures what Lean's messages add (UFO)."""

    MESSAGES = "messages"
    EXPLAIN = "explain"
    """The messages, and the wish to explain the fault before mending it (Self-Debug)."""
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Fault:
    """One of Lean's errors, at a place in `Repair.attempt` (line from 1, column from 0, in code points)."""

    text: str
    line: int
    column: int
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair(Request):
    """A failed answer, mended. `attempt`: the code that Lean refused (lemmas and proof as they stood); `faults`: why.

    `answer`: the whole text that the attempt was taken from. `kept`: the steps that Lean accepted before the first
    fault. `round` counts from 1. `sketch`: the attempt was a decomposition, whose lemmas may be restated."""

    role: ClassVar[Role] = Role.REPAIR
    attempt: str
    faults: tuple[Fault, ...] = ()
    answer: str = ""
    kept: str = ""
    round: int = 1
    sketch: bool = False
    feedback: Feedback = Feedback.EXPLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Conjecture(Request):
    """Statements, likely true and useful, about what the view mentions.

    With `proof` (of the view's theorem) the question is that of self-play: statements harder than the theorem, whose
    proofs use `lemma` ("" for none)."""

    role: ClassVar[Role] = Role.CONJECTURE
    wanted: int = 4
    proof: str = ""
    lemma: str = ""


@dataclass(frozen=True, slots=True)
class WrongProgram:
    """A definition (its helpers above it) that will not do, and why: what Lean said, the input that refutes it, the
    theorem that was not proved."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(Request):
    """A definition that is missing. `signature`: its text up to `:=`; `specification`: what the file says after it,
    the theorems that must hold among it. The view's preamble is what stands before. `attempts`: earlier answers, to be
    mended."""

    role: ClassVar[Role] = Role.PROGRAM
    signature: str
    specification: str = ""
    attempts: tuple[WrongProgram, ...] = ()


ASSESSMENT = Sampling(max_tokens=4, temperature=0.0, guide=Guide(choices=tuple(str(level) for level in range(11))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess(Request):
    """How hard the theorem is, from 0 (any tactic does it) to 10."""

    role: ClassVar[Role] = Role.DIFFICULTY
    sampling: Sampling = ASSESSMENT
