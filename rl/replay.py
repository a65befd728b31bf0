"""Verified completions that are kept to be learned again: the supervised half of the hybrid objective. No torch here.

Goedel-Code-Prover (arXiv 2603.19329) adds 0.08 times their likelihood to the reward of decompositions, since a score
alone never rewards finishing a proof. Only what the trusted check accepted belongs in here.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WEIGHT = 0.08
"""λ of the paper."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A prompt and a completion of it that the trusted check accepted. `goal`: the goal's key. `own`: the policy itself
    wrote it (such rows are preferred, being closer to what it would write)."""

    goal: str
    prompt: str
    completion: str
    own: bool = True


class Replay:
    """The last `capacity` verified completions, each once. Draws depend on the seed and the calls so far only.

    `own_weight`: how much likelier a row of the policy's own is drawn than another one. A goal is drawn first, then one
    of its rows, so that goals with many proofs do not crowd out the others.
    """

    def __init__(
        self, rows: Iterable[Verified] = (), *, capacity: int = 10_000, own_weight: float = 2.0, seed: int = 0
    ):
        if capacity < 1 or own_weight <= 0:
            raise ValueError(f"capacity {capacity}, own_weight {own_weight}")
        self.capacity, self.own_weight = capacity, own_weight
        self._rows: dict[tuple[str, str, str], Verified] = {}
        self._draws = random.Random(seed)
        for row in rows:
            self.add(row)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Verified) -> None:
        """A row that is there already becomes the newest; beyond `capacity` the oldest goes."""
        key = (row.goal, row.prompt, row.completion)
        self._rows.pop(key, None)
        self._rows[key] = row
        if len(self._rows) > self.capacity:
            del self._rows[next(iter(self._rows))]

    def draw(self, count: int) -> list[Verified]:
        """`count` rows, with replacement; none when there are none."""
        if not self._rows or count < 1:
            return []
        goals: dict[str, list[Verified]] = {}
        for row in self._rows.values():
            goals.setdefault(row.goal, []).append(row)
        names = list(goals)
        chosen = []
        for _ in range(count):
            rows = goals[self._draws.choice(names)]
            weights = [self.own_weight if row.own else 1.0 for row in rows]
            chosen += self._draws.choices(rows, weights)
        return chosen

    def state(self) -> dict[str, Any]:
        """Rows and the state of the draws, as plain data."""
        version, internal, gauss = self._draws.getstate()
        rows = [[row.goal, row.prompt, row.completion, row.own] for row in self._rows.values()]
        return {"rows": rows, "draws": [version, list(internal), gauss]}

    def load(self, state: Mapping[str, Any]) -> None:
        self._rows.clear()
        for goal, prompt, completion, own in state["rows"]:
            self.add(Verified(goal, prompt, completion, own))
        version, internal, gauss = state["draws"]
        self._draws.setstate((version, tuple(internal), gauss))
