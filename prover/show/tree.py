"""The AND/OR graph of a target as a tree that can be drawn: each goal once, at home under one move, linked elsewhere.

Pure; goals may be shared and may refer to each other in circles.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lean_project.errors import UserError
from prover.runs import GoalRecord, GoalState, LemmaRecord, MoveRecord, RunRecord, TargetRecord
from search.domain import Verdict

_MISSING = GoalRecord(text="(this goal is not in the record)")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a goal is drawn: below move number `move` of the goal `parent`; `depth` counts goals from the target's."""

    parent: str
    move: int
    depth: int


@dataclass(frozen=True, slots=True)
class Fold:
    """Moves that came to nothing, with one reason in common."""

    reason: str
    verdict: Verdict
    moves: tuple[int, ...]


def goal_of(record: RunRecord, key: str) -> GoalRecord:
    """The goal called `key`; one that says so where the record lacks it (an interrupted run)."""
    return record.goals.get(key, _MISSING)


def homes(record: RunRecord, root: str) -> dict[str, Home | None]:
    """A home for every goal that can be reached from `root` (whose home is None), parents before children.

    Chosen moves go first, so that a proof stands in one piece; then breadth first over all justified moves.
    """
    found: dict[str, Home | None] = {root: None}
    _spread(record, found, deque([root]), chosen_only=True)
    _spread(record, found, deque(found), chosen_only=False)
    return found


def _spread(record: RunRecord, found: dict[str, Home | None], queue: deque[str], *, chosen_only: bool) -> None:
    while queue:
        key = queue.popleft()
        here = found[key]
        depth = 1 if here is None else here.depth + 1
        for index in shown_moves(goal_of(record, key)):
            move = goal_of(record, key).moves[index]
            if chosen_only and not move.chosen:
                continue
            for child in move.goals():
                if child not in found:
                    found[child] = Home(key, index, depth)
                    queue.append(child)


def shown_moves(goal: GoalRecord) -> list[int]:
    """The moves to show one by one: the chosen one first, then the justified ones, best score first."""
    kept = [index for index, move in enumerate(goal.moves) if move.justified or move.chosen]
    return sorted(kept, key=lambda index: (not goal.moves[index].chosen, -goal.moves[index].score, index))


def folded_moves(goal: GoalRecord) -> list[Fold]:
    """All other moves, those of one reason together, the most frequent reason first."""
    groups: dict[tuple[Verdict, str], list[int]] = {}
    for index, move in enumerate(goal.moves):
        if not (move.justified or move.chosen):
            groups.setdefault((move.verdict, reason(move)), []).append(index)
    folds = [Fold(text, verdict, tuple(moves)) for (verdict, text), moves in groups.items()]
    return sorted(folds, key=lambda fold: -len(fold.moves))


def reason(move: MoveRecord) -> str:
    """Why a move failed, on one line; "" for one that did not."""
    return " ".join(move.reason.split()) or ("" if move.justified else f"{move.verdict.value}, no reason given")


def lemma_for(move: MoveRecord, child: str) -> LemmaRecord | None:
    """The lemma that a child of `move` is, None when the tactics left it."""
    return next((lemma for lemma in move.lemmas if lemma.goal == child), None)


def conclusion(text: str) -> str:
    """What a goal claims, on one line: everything after its last `⊢`, else all of it."""
    return " ".join(text.rpartition("⊢")[2].split())


def states(goals: Iterable[GoalRecord]) -> dict[GoalState, int]:
    counts = Counter(goal.state for goal in goals)
    return {state: counts[state] for state in GoalState}


def spent(record: RunRecord, target: TargetRecord) -> tuple[float, int]:
    """Seconds and Lean calls of a target; those of the goals below it where the record has no sum of its own."""
    if target.seconds or target.usage.lean_calls or target.goal is None:
        return target.seconds, target.usage.lean_calls
    below = [goal_of(record, key) for key in homes(record, target.goal)]
    return sum(goal.seconds for goal in below), sum(goal.calls for goal in below)


def select(records: Sequence[RunRecord], wanted: str | None) -> list[RunRecord]:
    """The records with only the target `wanted` (full name, or its end after a dot), or all targets for None.

    Raises `UserError` with the names that there are.
    """
    if wanted is None:
        return list(records)
    kept = []
    for record in records:
        targets = tuple(t for t in record.targets if t.name == wanted) or tuple(
            t for t in record.targets if t.name.endswith(f".{wanted}")
        )
        if targets:
            kept.append(record.model_copy(update={"targets": targets}))
    if not kept:
        names = ", ".join(target.name for record in records for target in record.targets) or "none"
        raise UserError(f"The run has no target {wanted!r}. Its targets: {names}.")
    return kept
