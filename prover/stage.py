"""Looking one step ahead: what a goal says once the definition that it is a call of has been unfolded.

Specifications are often named (`theorem correct : Spec program`), and everything that a proposer could go by is inside.
Lean is asked for the goal after `unfold Spec`, and the proposer is asked again about that. Where the file has no lemmas
about the program, its definitions that are not recursive are unfolded too, which brings out its loops. A program that
hands its work to a loop (`def f xs := go 0 xs`) is unfolded in the same way: an induction needs the loop's call.
"""

from __future__ import annotations

from decompose.context import GoalContext, goal_context, stage_of
from decompose.graft import inside
from decompose.spec import SpecFile, Target
from decompose.splitters.specs import normal, plain
from lean_project.model import Elaboration, Goal
from prover.attempt import Slot


def question(spec: SpecFile, target: Target, slot: Slot) -> tuple[str, str] | None:
    """What to elaborate to see the goal one step ahead, and that step's tactics; None when there is no such step."""
    if len(target.goals) != 1:
        return None
    stage = _step(goal_context(spec, target))
    return (slot.candidate(f"{stage}; sorry")[0], stage) if stage else None


def _step(context: GoalContext) -> str:
    stage, programs = stage_of(context), plain(context)
    if stage and (context.lemmas or len(programs) < 2):
        return stage
    if not stage and not _hides_a_loop(context):
        return ""
    intro = f"intro {' '.join(context.intro)}; " if context.intro else ""
    return intro + normal(context, programs)


def _hides_a_loop(context: GoalContext) -> bool:
    """The goal calls programs that are not recursive, and only what these call is."""
    return bool(context.recursive and context.direct) and not set(context.recursive) & set(context.direct)


def answer(spec: SpecFile, target: Target, slot: Slot, stage: str, elaboration: Elaboration) -> GoalContext | None:
    """The context that Lean's answer shows; None when the step does not work."""
    goals = _goals(slot, stage, elaboration)
    if elaboration.has_error or len(goals) != 1:
        return None
    return goal_context(spec, target, goals[0].text, stage)


def _goals(slot: Slot, stage: str, elaboration: Elaboration) -> tuple[Goal, ...]:
    edit = slot.candidate(f"{stage}; sorry")[1]
    found = [hole for hole in elaboration.holes if inside(hole, [edit])]
    return found[0].goals if len(found) == 1 else ()
