"""Whether a new checkpoint takes the place of the present one: by flips on a validation set, item by item.

After AgentDevel: what the present one solves and the new one does not counts by itself, however many others are gained.
Items that flipped are tried again before they count, since one sample says little. No torch here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from prover.bench.comparison import answers, compared, proved
from prover.bench.metrics import RunData
from prover.bench.statistics import Interval, Paired, compare, paired_interval


class Side(StrEnum):
    PRESENT = "present"
    NEW = "new"


Retry = Callable[[str, Side, int], bool | None]
"""Try an item once more with one of the two (and a number, for the seed): solved or not, None when it was lost."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a new checkpoint must keep to. `most_lost`: items that only the present one solves; `most_lost_share`: the
    same, of those that it solves. `least_net`: gained less lost, at least. `repeats`: further tries of an item that
    flipped, by both; even, so that a majority decides."""

    most_lost: int = 0
    most_lost_share: float = 1.0
    least_net: int = 1
    repeats: int = 2

    def __post_init__(self) -> None:
        if self.repeats < 0 or self.repeats % 2 or self.most_lost < 0 or not 0 <= self.most_lost_share <= 1:
            raise ValueError(f"not a bound: {self}")


@dataclass(frozen=True)
class Decision:
    """`gained`, `lost`: items that only the new, only the present one solves, after the repeats. `flaky`: items whose
    tries did not agree, by either. `undecided`: flips that the repeats could not settle; they count as lost where the
    first try was. `first`: the counts before any repeat. `reasons`: why it is not promoted; empty when it is."""

    promoted: bool
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    flaky: tuple[str, ...]
    undecided: tuple[str, ...]
    first: Paired
    settled: Paired
    interval: Interval
    left_out: int
    reasons: tuple[str, ...]

    @property
    def line(self) -> str:
        """One line for the list of versions."""
        verdict = "promoted" if self.promoted else f"not promoted ({'; '.join(self.reasons)})"
        return (
            f"+{len(self.gained)} -{len(self.lost)} of {self.settled.tasks} ({len(self.flaky)} flaky, "
            f"p = {self.settled.p:.2g}): {verdict}"
        )


def decide(
    present: Mapping[str, bool],
    new: Mapping[str, bool],
    bound: Bound = Bound(),
    retry: Retry | None = None,
) -> Decision:
    """Judge the new checkpoint on the items that both have an answer for.

    `retry`: how an item is tried again; without it the first tries count. Raises ValueError without a common item.
    """
    common = sorted(present.keys() & new.keys())
    if not common:
        raise ValueError("the two have no item in common")
    old, now = {item: present[item] for item in common}, {item: new[item] for item in common}
    first = compare(old, now)
    flaky: list[str] = []
    undecided: list[str] = []
    for item in common:
        if old[item] == now[item] or retry is None or not bound.repeats:
            continue
        tries = {Side.PRESENT: [old[item]], Side.NEW: [now[item]]}
        for number in range(1, bound.repeats + 1):
            for side, seen in tries.items():
                outcome = retry(item, side, number)
                if outcome is not None:
                    seen.append(outcome)
        verdicts = {side: _majority(seen) for side, seen in tries.items()}
        if any(len(set(seen)) > 1 for seen in tries.values()):
            flaky.append(item)
        if None in verdicts.values():
            undecided.append(item)
            continue
        old[item], now[item] = bool(verdicts[Side.PRESENT]), bool(verdicts[Side.NEW])
    settled = compare(old, now)
    gained = tuple(item for item in common if now[item] and not old[item])
    lost = tuple(item for item in common if old[item] and not now[item])
    reasons = tuple(_reasons(bound, settled))
    left_out = len(present.keys() ^ new.keys())
    return Decision(
        not reasons,
        gained,
        lost,
        tuple(flaky),
        tuple(undecided),
        first,
        settled,
        paired_interval(settled),
        left_out,
        reasons,
    )


def _majority(tries: list[bool]) -> bool | None:
    passed = sum(tries)
    return None if 2 * passed == len(tries) else 2 * passed > len(tries)


def _reasons(bound: Bound, found: Paired) -> list[str]:
    reasons = []
    solved = found.both + found.lost
    if found.lost > bound.most_lost:
        reasons.append(f"it loses {found.lost}, and at most {bound.most_lost} may be lost")
    if solved and found.lost / solved > bound.most_lost_share:
        reasons.append(f"it loses {found.lost} of {solved}, more than {bound.most_lost_share:.0%}")
    if found.gained - found.lost < bound.least_net:
        reasons.append(f"it gains {found.gained - found.lost:+d} in all, and {bound.least_net:+d} is asked for")
    return reasons


def outcomes(run: RunData) -> dict[str, bool]:
    """Item by item, proved or not, from a folder of `gentzen bench`; tasks without an answer are not in it."""
    return {key: proved(task) for key, task in answers(run).items()}


def decide_runs(present: RunData, new: RunData, bound: Bound = Bound(), retry: Retry | None = None) -> Decision:
    """`decide` on two folders of `gentzen bench` on the same problems. Raises UserError when the budgets, the problems
    or Lean differ (`prover.bench.comparison.compared`)."""
    compared([present, new])
    return decide(outcomes(present), outcomes(new), bound, retry)


class Promotions:
    """Which checkpoint is the present one, and every decision that led there: `promotions.jsonl` in `folder`, one line
    each, append-only."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "promotions.jsonl"

    def lines(self) -> list[dict[str, Any]]:
        """Half a line at the end (the process was killed) is left out."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").split("\n")[:-1]]

    @property
    def present(self) -> Path | None:
        """The checkpoint that was promoted last."""
        return next((Path(line["checkpoint"]) for line in reversed(self.lines()) if line["promoted"]), None)

    def begin(self, checkpoint: Path, weights: str) -> None:
        """The first one, which is compared with nothing. Raises UserError when there is one already."""
        if self.present is not None:
            raise UserError(f"{self.path} names a promoted checkpoint already. Compare the new one with it.")
        self._append({"checkpoint": str(checkpoint), "weights": weights, "promoted": True, "decision": None})

    def record(self, checkpoint: Path, weights: str, decision: Decision) -> bool:
        """Keep the decision; True when the checkpoint is the present one now. `weights`: its id
        (`prover.policy.checkpoint.weights_id`)."""
        plain = {**asdict(decision), "line": decision.line}
        self._append(
            {"checkpoint": str(checkpoint), "weights": weights, "promoted": decision.promoted, "decision": plain}
        )
        return decision.promoted

    def _append(self, line: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
