"""Splits: steps that prove a goal from simpler ones, as typed objects. Lean decides whether they are justified."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Lemma:
    """A new statement that a split rests on. `statement` is Lean text from the binders to the type, without keyword,
    name and proof: `(xs : List Nat) : rev (rev xs) = xs`. `name` occurs nowhere in the file."""

    name: str
    statement: str

    def declaration(self, proof: str = "by\n  sorry") -> str:
        return f"theorem {self.name} {self.statement} := {proof}"


@dataclass(frozen=True, slots=True)
class Split:
    """A tactic block for a goal, and the lemmas that it uses, stated before it. What the block leaves open becomes a
    child, and so does each lemma.

    `label` names the recipe, without what is special to the goal (statistics count by it). `heartbeats` bounds the
    block (Lean's `maxHeartbeats`). `cost`: expected seconds. `success`: prior chance that it is accepted and useful.
    `completes`: it is meant to leave nothing open, and is refused if it does. `uses`: declarations of the file that
    it names, apart from programs; a proof that rests on them counts only once they are proved.
    """

    label: str
    tactics: str
    lemmas: tuple[Lemma, ...] = ()
    heartbeats: int = 10_000
    cost: float = 0.5
    success: float = 0.1
    completes: bool = False
    uses: frozenset[str] = field(default_factory=frozenset)

    @property
    def leaves_goals(self) -> bool:
        """It may have children: what its tactics leave, or its lemmas."""
        return bool(self.lemmas) or not self.completes
