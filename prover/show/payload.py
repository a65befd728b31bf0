"""What the page's script reads: goals and moves by number, where each goal stands in each target's tree."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from prover.runs import GoalRecord, MoveRecord, RunRecord, TargetRecord
from prover.show import tree


def payload(records: Sequence[RunRecord]) -> dict[str, Any]:
    """`{"files": [{"goals", "targets"}]}`; goals, moves and targets are called by their positions in these lists."""
    return {"files": [_file(record) for record in records]}


def dump(value: Any) -> str:
    """JSON that can stand in a `<script>`: whatever the strings hold, no tag, comment or line can end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def numbers_of(record: RunRecord) -> dict[str, int]:
    """The number of every goal: those of the record, then those that are only named (see `tree.goal_of`)."""
    named = [target.goal for target in record.targets if target.goal is not None]
    named += [child for goal in record.goals.values() for move in goal.moves for child in move.goals()]
    return {key: number for number, key in enumerate(dict.fromkeys((*record.goals, *named)))}


def number(value: float, digits: int = 3) -> float:
    """`value` as JSON can say it; 0 for what is not finite."""
    return round(value, digits) if math.isfinite(value) else 0.0


def _file(record: RunRecord) -> dict[str, Any]:
    numbers = numbers_of(record)
    return {
        "goals": [_goal(tree.goal_of(record, key), numbers) for key in numbers],
        "targets": [_target(record, target, numbers) for target in record.targets],
    }


def _target(record: RunRecord, target: TargetRecord, numbers: Mapping[str, int]) -> dict[str, Any]:
    """`homes`: goal → [parent, move], in drawing order; the root's is null."""
    places = tree.homes(record, target.goal) if target.goal is not None else {}
    return {
        "name": target.name,
        "status": target.status.value,
        "root": None if target.goal is None else numbers[target.goal],
        "homes": [[numbers[key], *((numbers[home.parent], home.move) if home else ())] for key, home in places.items()],
    }


def _goal(goal: GoalRecord, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "text": goal.text,
        "state": goal.state.value,
        "difficulty": number(goal.difficulty),
        "calls": goal.calls,
        "seconds": number(goal.seconds),
        "counterexample": goal.counterexample,
        "shown": tree.shown_moves(goal),
        "folds": [[fold.reason, fold.verdict.value, list(fold.moves)] for fold in tree.folded_moves(goal)],
        "moves": [_move(move, numbers) for move in goal.moves],
    }


def _move(move: MoveRecord, numbers: Mapping[str, int]) -> dict[str, Any]:
    """Fields that say nothing are left out: most moves of a run are refused and say little."""
    said: dict[str, Any] = {
        "label": move.label,
        "text": move.text,
        "kind": move.kind,
        "score": number(move.score),
        "goals": [numbers[key] for key in move.goals()],
        "lemmas": [
            {"name": each.name, "statement": each.statement, "goal": None if each.goal is None else numbers[each.goal]}
            for each in move.lemmas
        ],
        "seconds": number(move.seconds),
        "calls": move.calls,
        "reason": "" if move.justified else tree.reason(move),
        "chosen": move.chosen,
        "verdict": move.verdict.value,
    }
    return {name: value for name, value in said.items() if value not in ("", 0, False, []) or name == "text"}
