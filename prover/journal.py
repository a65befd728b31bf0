"""What an attempt on a goal of a tree leaves in the ledger: statistics, resume and training read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decompose.score import Score, to_json
from decompose.sketch import Split
from lean_project.ledger import Attempt, Ledger, Outcome
from search.allocation import Allocation
from search.domain import Answer, Goal, Verdict

KIND = "tree"

_OUTCOMES = {
    Verdict.REFUSED: Outcome.FAILED,
    Verdict.LIMIT: Outcome.LIMIT,
    Verdict.MACHINERY: Outcome.MACHINERY,
}


def attempt(
    key: str,
    goal: Goal,
    split: Split,
    answer: Answer,
    score: Score | None,
    *,
    limit: str,
    run_id: str,
    extra: Mapping[str, Any],
) -> Attempt:
    """`score`: of a split that Lean accepted, or whose gate failed. `limit`: which one, for `Verdict.LIMIT`.

    A justified split has in `extra` its lemmas, the keys of its children, and its score as it was ranked by.
    """
    outcome = _OUTCOMES.get(answer.verdict)
    if outcome is None:
        outcome = Outcome.JUSTIFIED if answer.children else Outcome.PROVED_HINT
    more = dict(extra)
    if split.lemmas:
        more["lemmas"] = [lemma.declaration() for lemma in split.lemmas]
    if answer.children:
        more["children"] = [child.key for child in answer.children]
    if score is not None:
        more["score"] = to_json(score)
    return Attempt(
        key=key,
        target_key=goal.key,
        kind=KIND,
        proposal=split.tactics,
        outcome=outcome,
        tactic=split.label,
        limit_kind=limit if outcome is Outcome.LIMIT else "",
        lean_seconds=answer.seconds,
        calls=answer.lean_calls,
        error_class=answer.reason[:80] if outcome is Outcome.FAILED else "",
        extra=more,
        run_id=run_id,
    )


def learned(ledger: Ledger) -> Allocation:
    """Chances and costs of moves to begin with: what earlier runs in this ledger saw on goals of trees."""
    made = Allocation()
    found = ledger.tactic_statistics(KIND).items()
    made.recall({label: (each.tries, each.successes, each.lean_seconds) for label, each in found})
    return made
