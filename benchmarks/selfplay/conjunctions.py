"""The world of the benchmark of sketches: conjunctions of three facts, each about another small program.

A sketch may prove some parts and leave others, so there is something between all and nothing. Programs and facts are
those of `benchmarks.selfplay.world`; a theorem is about three programs that are called f, g and h there, and held-out
theorems are about held-out programs alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.selfplay.world import HELD_OUT, PROGRAMS

LETTERS = "fgh"
NAME = "parts"
LEFT_OUT = frozenset({"size", "depth"})
"""Programs with a type and a function of their own, whose names would clash."""
_FACT = re.compile(r"((?:\([^()]*\)\s*)*):\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement of `PROGRAMS`, by its program and number."""

    program: str
    number: int

    @property
    def _read(self) -> tuple[str, str]:
        found = _FACT.fullmatch(PROGRAMS[self.program][1][self.number])
        assert found is not None
        return found[1].strip(), found[2].strip()

    def stated(self, letter: str) -> str:
        """As a proposition about the program called `letter`."""
        binders, body = self._read
        return called(f"∀ {binders}, {body}" if binders else body, letter)

    def names(self) -> list[str]:
        """Of its variables."""
        return [name for group in re.findall(r"\(([^:()]*):", self._read[0]) for name in group.split()]

    def proofs(self, letter: str) -> Iterator[str]:
        """Proofs that may be right, the simplest first."""
        names = self.names()
        intro = f"intro {' '.join(names)}\n" if names else ""
        closers = [called(text, letter) for text in ("simp [f]", "grind [f]", "simp_all [f]")]
        yield "rfl"
        yield from (f"{intro}{closer}" for closer in closers)
        yield called(f"{intro}unfold f\nomega", letter)
        for way in ("cases", "induction"):
            for name in names:
                yield from (f"{intro}{way} {name} <;> {closer}" for closer in closers)


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Three facts about three programs."""

    facts: tuple[Fact, ...]

    @property
    def text(self) -> str:
        """The file, its theorem open."""
        programs = "\n\n".join(
            called(PROGRAMS[fact.program][0], letter) for fact, letter in zip(self.facts, LETTERS, strict=True)
        )
        parts = " ∧\n    ".join(f"({fact.stated(letter)})" for fact, letter in zip(self.facts, LETTERS, strict=True))
        return f"{programs}\n\ntheorem {NAME} :\n    {parts} := by\n  sorry\n"

    def sketch(self, proofs: Sequence[str | None]) -> str:
        """A proof by parts; None: that part is left open."""
        bullets = ["sorry" if proof is None else proof.replace("\n", "\n  ") for proof in proofs]
        return "\n".join(("refine ⟨?_, ?_, ?_⟩", *(f"· {bullet}" for bullet in bullets)))


def called(text: str, letter: str) -> str:
    """The text about f as one about a program of another name."""
    return re.sub(r"\bf\b", letter, text)


def facts(held: bool) -> list[Fact]:
    return [
        Fact(name, number)
        for name, (_, statements) in PROGRAMS.items()
        if name not in LEFT_OUT and (name in HELD_OUT) is held
        for number in range(len(statements))
    ]


def drawn(among: Sequence[Fact], count: int, seed: int) -> list[Conjunction]:
    """So many different conjunctions of facts, each about three different programs."""
    chooser = random.Random(seed)
    by_program: dict[str, list[Fact]] = {}
    for fact in among:
        by_program.setdefault(fact.program, []).append(fact)
    found: dict[Conjunction, None] = {}
    for _ in range(50 * count):
        programs = chooser.sample(sorted(by_program), 3)
        found.setdefault(Conjunction(tuple(chooser.choice(by_program[each]) for each in programs)))
        if len(found) == count:
            break
    return list(found)


def write(conjunctions: Sequence[Conjunction], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"c{number:03d}.lean" for number in range(len(conjunctions))]
    for path, each in zip(paths, conjunctions, strict=True):
        path.write_text(each.text, encoding="utf-8")
    return paths
