"""The attack corpus: one folder per fraud, read into values.

A folder holds `original.lean` (a spec with `sorry`) and `expected.toml`, and either `attack.lean` and `twin.lean`
(whole files) or `slot_attack.txt` and `slot_twin.txt` (texts that a policy might return for one hole of the original).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).parent


class Threat(StrEnum):
    STATEMENT = "statement"
    AXIOMS = "axioms"
    KERNEL = "kernel"
    ELABORATION = "elaboration"
    TEXT = "text"
    ASSEMBLY = "assembly"
    REWARD = "reward"


@dataclass(frozen=True, slots=True)
class Fraud:
    """One fraud.

    fraud: what it tries, in one line. targets: full names of the declarations that it must not get accepted.
    reasons: verdict codes of which at least one must be given for each target.
    silent: Lean itself reports neither an error nor a `sorry` for the attack on the embedded runtime.
    whole_file: the targets' own proofs are honest; the file is what must be refused.
    native_only: it would bite on the native runtime alone, and is refused here for another reason.
    hole: which hole the slot texts go into (0-based), None for whole files.
    """

    name: str
    fraud: str
    threat: Threat
    targets: tuple[str, ...]
    reasons: frozenset[str]
    silent: bool = False
    whole_file: bool = False
    native_only: bool = False
    hole: int | None = None
    note: str = ""

    @property
    def folder(self) -> Path:
        return ROOT / self.name

    @property
    def original(self) -> str:
        return self._read("original.lean")

    @property
    def attack(self) -> str:
        """The whole fraudulent file, or the text for the slot."""
        return self._read("attack.lean" if self.hole is None else "slot_attack.txt")

    @property
    def twin(self) -> str:
        """The honest candidate that looks like it."""
        return self._read("twin.lean" if self.hole is None else "slot_twin.txt")

    def _read(self, name: str) -> str:
        # Bytes, so that carriage returns arrive as they are.
        return (self.folder / name).read_bytes().decode()


def frauds() -> Iterator[Fraud]:
    """Every fraud of the corpus, by name."""
    for path in sorted(ROOT.glob("*/expected.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        yield Fraud(
            name=path.parent.name,
            fraud=data.pop("fraud"),
            threat=Threat(data.pop("class")),
            targets=tuple(data.pop("targets")),
            reasons=frozenset(data.pop("reasons")),
            **data,
        )
