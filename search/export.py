"""The proof graph as JSON: for the tree in a terminal, for the HTML page, and for training."""

from __future__ import annotations

from typing import Any

from search.nodes import GoalNode, SplitNode, State, Structure

VERSION = 1


def to_json(structure: Structure) -> dict[str, Any]:
    """`roots`: keys. `goals`: in order of discovery. `splits`: AND nodes; goals refer to them by `index`.

    `seconds` and `calls` of a goal are those of all moves tried on it, refused ones included.
    """
    return {
        "version": VERSION,
        "roots": [node.key for node in structure.roots()],
        "goals": [_goal(structure, node) for node in structure.goals.values()],
        "splits": [_split(structure, split) for split in structure.splits],
    }


def _goal(structure: Structure, node: GoalNode) -> dict[str, Any]:
    return {
        "key": node.key,
        "text": node.goal.text,
        "difficulty": node.goal.difficulty,
        "state": node.state.value,
        "depth": node.depth,
        "needed": node.needed,
        "order": node.order,
        "proof": node.proof,
        "splits": [split.index for split in structure.splits_of(node.key)],
        "tries": node.tries,
        "calls": node.calls,
        "tokens": node.tokens,
        "seconds": node.seconds,
        "limits": node.limits,
        "machinery": node.machinery,
        "gave_up": node.gave_up,
        "refusals": [
            {
                "label": refusal.label,
                "text": refusal.text,
                "verdict": refusal.verdict.value,
                "reason": refusal.reason,
                "seconds": refusal.seconds,
                "calls": refusal.calls,
            }
            for refusal in node.refusals
        ],
    }


def _split(structure: Structure, split: SplitNode) -> dict[str, Any]:
    return {
        "index": split.index,
        "goal": split.goal,
        "label": split.move.label,
        "text": split.move.text,
        "kind": split.move.kind.value,
        "score": split.score,
        "seconds": split.seconds,
        "calls": split.calls,
        "tokens": split.tokens,
        "children": [goal.key for goal in split.goals],
        "children_text": [goal.text for goal in split.goals],
        "state": "proved" if not split.missing else "dead" if split.dead else State.OPEN.value,
        "reason": split.dead,
        "merged": list(split.merged),
    }
