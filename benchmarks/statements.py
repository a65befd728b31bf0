"""Statement sets for benchmarks: JSON lines with `id`, `imports` (none: Std), `header`, `statement`, read in place.

A set is a file `NAME/*_core.jsonl`. Statements written for Mathlib's notation get `ℕ` and `ℤ` declared above them.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"\b(?:theorem|lemma)\s+(\S+)")
_NOTATION = {"ℕ": "Nat", "ℤ": "Int"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One problem as a whole Lean file; `theorem`: what is to be proved, "" when the file does not say."""

    set: str
    id: str
    text: str
    theorem: str


def statement_sets(folder: Path, sample: int = 0, seed: int = 1) -> dict[str, list[Statement]]:
    """Every set in `folder`, by name; `sample` of each, drawn with `seed` (0: all)."""
    found: dict[str, list[Statement]] = {}
    for file in sorted(folder.glob("*/*_core.jsonl")):
        if file.name.startswith("not_"):
            continue
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        if sample:
            rows = random.Random(seed).sample(rows, min(sample, len(rows)))
        found[file.parent.name] = [_statement(file.parent.name, row) for row in rows]
    return found


def _statement(name: str, row: dict[str, str]) -> Statement:
    imports = "".join(f"import {module}\n" for module in row.get("imports") or ["Std"])
    body = f"{row['header']}\n\n{row['statement']}\n"
    notation = "".join(f'local notation "{sign}" => {type_}\n' for sign, type_ in _NOTATION.items() if sign in body)
    theorem = _NAME.search(row["statement"])
    return Statement(name, row["id"], imports + notation + body, theorem[1] if theorem else "")
