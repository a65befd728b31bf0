"""Where the goals of the attempts come from, and which of them are held out.

Only this repository's own statements: the portfolio's benchmark, the solutions of the tests' corpus (with those of the
examples), and programs written for this purpose with the laws that theory exploration conjectures about them. The
published benchmarks are never read here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.difficulty import opened

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
_SUBJECTS = {
    **dict.fromkeys(("QuickSort", "MergeSort", "InsertionSort", "Sorting"), "sorting"),
    **dict.fromkeys(("Reverse", "ReverseArray"), "reverse"),
    **dict.fromkeys(("Parity", "Parity2"), "parity"),
    **dict.fromkeys(("Binary", "BinaryNormal", "Digits"), "numerals"),
    **dict.fromkeys(("Fibonacci", "FibonacciGcd"), "fibonacci"),
    **dict.fromkeys(("Subsets", "SubsetSum"), "subsets"),
    **dict.fromkeys(("SearchTree", "TreeMap", "SkewHeap"), "trees"),
    **dict.fromkeys(("Arithmetic", "Triangular", "RangeSum"), "sums"),
    **dict.fromkeys(("Postfix", "Compiler"), "compilers"),
    **dict.fromkeys(("Options", "Permission"), "options"),
    **dict.fromkeys(("ListBasics", "TakeDrop", "Interleave", "Replicate", "Rotate"), "lists"),
    **dict.fromkeys(("Matrices", "Transpose"), "matrices"),
}
"""Files of one subject share functions and laws, so they are held out together."""
_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Source:
    """A Lean file whose theorems are open. `given`: earlier theorems may be used by proofs of later ones (they are
    true). `explored`: conjectures about its programs are goals too."""

    name: str
    family: str
    text: str
    given: bool
    explored: bool = False

    @property
    def held_out(self) -> bool:
        return is_held_out(self.family)


def family_of(stem: str) -> str:
    return _SUBJECTS.get(stem, stem)


def is_held_out(family: str) -> bool:
    """A third of the corpus' families, by the hash of the name. The benchmark of the portfolio's prices and the
    programs of this folder are always for training."""
    if family.startswith(("portfolio/", "programs/")):
        return False
    return int(hashlib.sha256(family.encode()).hexdigest(), 16) % _FOLDS == 0


def sources() -> Iterator[Source]:
    """All files, in a fixed order that mixes the kinds, so that an early stop leaves a fair sample."""
    found: list[Source] = []
    for path in sorted((ROOT / "tests" / "corpus" / "solutions").rglob("*.lean")):
        text = opened(path.read_text(encoding="utf-8"))
        found.append(Source(f"corpus/{path.stem}", family_of(path.stem), text, given=True))
    for path in sorted((ROOT / "benchmarks" / "portfolio").glob("*.lean")):
        text = opened(path.read_text(encoding="utf-8"))
        found.append(Source(f"portfolio/{path.stem}", f"portfolio/{path.stem}", text, given=True))
    for path in sorted(PROGRAMS.glob("*.lean")):
        text = re.sub(r"(?m)^#.*$", "", opened(path.read_text(encoding="utf-8")))
        has_laws = not path.stem.startswith("Post")  # Those are about pre- and postconditions.
        found.append(Source(f"programs/{path.stem}", f"programs/{path.stem}", text, given=True, explored=has_laws))
    yield from sorted(found, key=lambda source: hashlib.sha256(source.name.encode()).hexdigest())
