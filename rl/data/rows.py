"""Rows of training data. One class for each kind; every row says which goal it is about and where it comes from.

A row's text is Lean. What a row claims is claimed at a level: `L1` and above were accepted by the trusted check, `L0`
is a hint and never a positive example (`rl.data.verify` makes the one of the other, or drops it).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter

from lean_project.check.verdict import Level
from prover.policy.requests import View
from rl.data.files import Record, dump, sha256

VERSION = 1
"""Of the rows' fields; part of every data card."""


class Provenance(Record):
    """Where a row comes from. `source`: `ledger`, `library`, `lean-dojo`, `self-play`. `file`: a name for people, and
    `file_sha256` the content that it had. `run_id`: of the ledger, or round and stage of self-play. `weights`,
    `prompt`: of the policy that wrote it, "" for none. `license`: of the source, as far as it says. `lean`: Lean's
    version."""

    source: str
    file: str = ""
    file_sha256: str = ""
    run_id: str = ""
    weights: str = ""
    prompt: str = ""
    license: str = ""
    lean: str = ""


class Theorem(Record):
    """A goal as a theorem of a file. `preamble`: everything above it; `command`: the theorem with its one `sorry`.

    `name`: what the target is called in that file. `binders`, `target`, `goal`, `stated`: as in a policy's view.
    `key`: the goal key (docs/score.md), `strict_key` the one that stands for truth in both directions.
    """

    preamble: str
    command: str
    name: str
    binders: str = ""
    target: str = ""
    goal: str = ""
    stated: str = ""
    key: str
    strict_key: str

    @property
    def text(self) -> str:
        """A whole file, the theorem at its end."""
        above = f"{self.preamble.rstrip()}\n\n" if self.preamble.strip() else ""
        return f"{above}{self.command.rstrip()}\n"

    def view(self) -> View:
        """What a prompt is made of."""
        return View(
            self.name.rpartition(".")[2], self.binders, self.target, self.goal, self.preamble, stated=self.stated
        )


class Row(Record):
    """What all rows have. `weight`: of the row's loss, at least 0."""

    theorem: Theorem
    provenance: Provenance
    level: Level = Level.L0
    weight: float = Field(default=1.0, ge=0.0, allow_inf_nan=False)

    @property
    def key(self) -> str:
        """The goal key."""
        return self.theorem.key

    @cached_property
    def id(self) -> str:
        """The same for rows that say the same, wherever they come from. sha256, 64 hex digits."""
        said = self.model_dump(mode="json", exclude={"provenance", "level", "weight"})
        return sha256(dump(said))


class Completion(Row):
    """A whole proof. `lemmas`: declarations that it needs above the theorem, in order. `seconds`: of Lean."""

    kind: Literal["completion"] = "completion"
    proof: str
    lemmas: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def code(self) -> str:
        """Lemmas and proof, as one text: what makes two proofs of a goal two."""
        return "\n\n".join((*self.lemmas, self.proof))


class Sketch(Row):
    """A justified split: with `lemmas` (open) and `tactics` Lean accepts the goal; `children` are the goal keys of what
    is left to prove, in order. `score`: as `decompose.score.to_json` writes it; `value` is its S."""

    kind: Literal["sketch"] = "sketch"
    tactics: str
    lemmas: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    label: str = ""
    score: dict[str, Any]

    @property
    def value(self) -> float:
        return float(self.score["S"])


class Said(Record):
    """One of Lean's messages about an attempt, at a place in it (line from 1, column from 0)."""

    text: str
    line: int = 1
    column: int = 0


class Repair(Row):
    """A failed attempt with what Lean said, and a verified proof of the same goal that mends it. `similarity`: of the
    two texts, 0 to 1 (difflib's ratio of tokens)."""

    kind: Literal["repair"] = "repair"
    attempt: str
    messages: tuple[Said, ...]
    proof: str
    lemmas: tuple[str, ...] = ()
    similarity: float = 0.0


class Choice(Record):
    """One side of a preference: a split, and its score."""

    tactics: str
    lemmas: tuple[str, ...] = ()
    value: float
    label: str = ""


class Preference(Row):
    """Two splits of one goal, `chosen` ahead of `rejected` by `margin` in S."""

    kind: Literal["preference"] = "preference"
    chosen: Choice
    rejected: Choice
    margin: float


class HardNegative(Row):
    """A lemma that was proposed for the goal and is false. `counterexample`: for people, "" where it was not kept."""

    kind: Literal["negative"] = "negative"
    lemma: str
    counterexample: str = ""


class Conjectured(Row):
    """For a conjecturer: from `lemma` (its name; "" for the trivial lemma) with its statement and the easy theorem
    `seed` (with its proof) to the conjecture, which is `theorem`. `rate`: how often the prover proved it."""

    kind: Literal["conjecture"] = "conjecture"
    lemma: str
    lemma_statement: str = ""
    seed: str
    seed_proof: str = ""
    rate: float


AnyRow = Annotated[Completion | Sketch | Repair | Preference | HardNegative | Conjectured, Field(discriminator="kind")]
KINDS: dict[str, type[Row]] = {
    "completion": Completion,
    "sketch": Sketch,
    "repair": Repair,
    "preference": Preference,
    "negative": HardNegative,
    "conjecture": Conjectured,
}
_ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyRow)
_Row = TypeVar("_Row", bound=Row)


def read_row(data: str | bytes) -> Row:
    """A row of any kind from its line of JSON. Raises pydantic's ValidationError."""
    row = _ADAPTER.validate_json(data)
    assert isinstance(row, Row)
    return row


def read_rows(path: Path) -> list[Row]:
    """The rows of a file of JSON lines, of any kinds."""
    with path.open(encoding="utf-8") as file:
        return [read_row(line) for line in file if line.strip()]


def of_kind(rows: list[Row], kind: type[_Row]) -> Iterator[_Row]:
    """The rows of one class."""
    return (row for row in rows if isinstance(row, kind))
