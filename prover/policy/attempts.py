"""Failed attempts: where in an answer Lean's errors are, and what can be made of it without asking the model again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from decompose.context import GoalContext
from decompose.graft import indent
from decompose.problem import CANDIDATE, Problem
from decompose.sketch import Split
from lean_project.model import Message
from prover.closers import closers
from prover.policy.mistakes import Mistake, Way, first_mistake, mistake, mistake_of_text
from prover.policy.requests import Fault, View
from prover.policy.steps import Trouble, closer, corrected, kept

_MARGIN = 2
"""Columns by which `Problem.candidate` and `attempt_code` indent a proof."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that Lean refused. `attempt`: lemmas and theorem as a prompt shows them; `faults` have places in it,
    `troubles` in the split's tactics. `round`: how many repairs led to it. `way`: how it was made, from a mistake of
    class `cause` if it was a follow-up. `answer`: the model's whole text, "" for what was made without a model."""

    split: Split
    attempt: str
    faults: tuple[Fault, ...]
    troubles: tuple[Trouble, ...]
    kind: Mistake
    round: int = 0
    way: Way = Way.RESAMPLE
    cause: Mistake | None = None
    answer: str = ""

    @property
    def kept(self) -> str:
        """The steps before the first one that is in trouble."""
        inside = [each.line for each in self.troubles if not each.unsolved and each.line >= 0]
        return kept(self.split.tactics, min(inside)) if inside else ""


def failure(
    problem: Problem,
    view: View,
    split: Split,
    code: str,
    messages: Sequence[Message],
    reason: str,
    *,
    round: int = 0,
    way: Way = Way.RESAMPLE,
    cause: Mistake | None = None,
    answer: str = "",
) -> Failure:
    """What Lean said to `code`, the candidate for `split` on `problem`; `reason` is the search's own where Lean had no
    error (a lemma is false, goals are left)."""
    errors = [message for message in messages if message.is_error]
    shift = 1 + bool(problem.intro)  # the lines of `delta` and `intro`, which a prompt does not show
    header = code[: code.rindex(f"theorem {CANDIDATE}")].count("\n") + 1
    faults: list[Fault] = []
    troubles: list[Trouble] = []
    for message in errors:
        line = message.start.line if message.start.line <= header else max(header, message.start.line - shift)
        end = None if message.end is None else message.end.line
        end_line = end if end is None or end <= header else max(line, end - shift)
        faults.append(
            Fault(
                message.text, line, message.start.column, end_line, None if message.end is None else message.end.column
            )
        )
        if line >= header:
            unsolved = mistake(message) is Mistake.UNSOLVED_GOAL
            troubles.append(Trouble(line - header - 1, message.start.column - _MARGIN, unsolved=unsolved))
    if not errors:
        faults.append(Fault(reason, header, 0))
    kind = first_mistake(errors) if errors else mistake_of_text(reason)
    attempt = attempt_code(view, split)
    return Failure(split, attempt, tuple(faults), tuple(troubles), kind, round, way, cause, answer)


def attempt_code(view: View, split: Split) -> str:
    """The split as a model would have written it, with the lines of its lemmas and tactics where `Problem.candidate`
    has them, less those of `delta` and `intro`."""
    lemmas = "".join(f"{lemma.declaration()}\n\n" for lemma in split.lemmas)
    return f"{lemmas}{view.statement} := by\n  {indent(split.tactics, _MARGIN)}"


def tool_correction(failed: Failure, context: GoalContext) -> Split | None:
    """Lyra's tool correction: the attempt with a choice of closers in place of every failing step, and at the end of
    every sub-proof that leaves goals. None where there is nothing to correct."""
    if failed.kind is Mistake.REFUTED or not failed.troubles:
        return None
    own = [each.tactics for each in closers(context) if each.label in ("close", "close [lemmas]")]
    tactics = corrected(failed.split.tactics, failed.troubles, closer(own))
    if tactics is None:
        return None
    more = frozenset().union(*(each.uses for each in closers(context) if each.label == "close [lemmas]"))
    return Split(
        "policy corrected",
        tactics,
        failed.split.lemmas,
        heartbeats=failed.split.heartbeats,
        completes=failed.split.completes,
        uses=failed.split.uses | more,
    )


def restart(failed: Failure) -> Split | None:
    """R3L's restart: the steps before the failing one, as a step of its own. What they leave is searched like every
    other goal. None where there are none, or where they are all there is."""
    steps = failed.kept
    if not steps.strip() or steps.strip() == failed.split.tactics.strip():
        return None
    return Split(
        "policy restart",
        steps,
        failed.split.lemmas,
        heartbeats=failed.split.heartbeats,
        uses=failed.split.uses,
    )
