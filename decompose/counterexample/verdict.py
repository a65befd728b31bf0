"""The three answers of the counterexample gate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refuted:
    """The goal is false: with these values all hypotheses hold and the target does not.

    `assignment`: (name, Lean text) of each leading `∀` that is not a hypothesis, in order. `arguments`: one text for
    every leading `∀` of the goal, None for a hypothesis. `lifted`: the same in every universe, () where the goal has no
    universe parameters. `tests`: how many were made until then, shrinking included.
    """

    assignment: tuple[tuple[str, str], ...]
    arguments: tuple[str | None, ...]
    lifted: tuple[str | None, ...]
    tests: int

    def __str__(self) -> str:
        return ", ".join(f"{name} := {text}" for name, text in self.assignment)


@dataclass(frozen=True, slots=True)
class Passed:
    """No counterexample in `tests` tests. In `nonvacuous` of them all hypotheses held and the target did as well; where
    that is 0, the hypotheses may contradict each other, and nothing was learnt about the target. `undecided`: further
    tests that said nothing, since a part of the goal could not be decided."""

    tests: int
    nonvacuous: int
    undecided: int = 0

    @property
    def is_vacuous(self) -> bool:
        return self.nonvacuous == 0


@dataclass(frozen=True, slots=True)
class Untestable:
    """Nothing was learnt; `reason` says why (no values for a type, not decidable, too slow, ...)."""

    reason: str


Verdict = Refuted | Passed | Untestable
