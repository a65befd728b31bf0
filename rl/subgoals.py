"""The subgoals of an attempt, and which of them are closed: what partial credit (VeRPO, arXiv 2601.03525) is given for.

Of a sketch these are its open children, and finishing moves of the house's own are tried on each. Of a whole proof they
are the goals that a step of it split off, and Lean says which of them later steps finished. Keys are strict goal keys,
so attempts that come to the same subgoal tell of one rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field

from decompose.problem import Script, compose
from lean_project.errors import LimitHit
from prover.engine import Justified, LeanDomain
from rl.reward import of_answer
from search.domain import Goal, Kind, Verdict


@dataclass(frozen=True, slots=True)
class Closed:
    """What was tried on a goal. `script`: a proof that Lean accepted in its place, a hint; None where every move was
    refused."""

    script: Script | None


@dataclass
class Closer:
    """Tries finishing moves on goals, the cheapest first, `calls` of them at most, each goal once."""

    calls: int
    seconds: float
    _known: dict[str, Closed] = field(default_factory=dict)

    def close(self, domain: LeanDomain, goal: Goal) -> Closed | None:
        """None where it cannot be said: the machinery, or a limit that depends on the machine, lost a move."""
        known = self._known.get(goal.key)
        return known or self._tried(domain, goal)

    def _tried(self, domain: LeanDomain, goal: Goal) -> Closed | None:
        left, lost = self.calls, False
        for move in domain.moves(goal):
            if left <= 0:
                break
            if move.kind is not Kind.COMPLETE:
                continue
            left -= 1
            try:
                answer = domain.submit(goal, move, self.seconds).result()
            except (CancelledError, LimitHit):
                return None
            if answer.verdict is Verdict.JUSTIFIED and isinstance(answer.record, Justified) and not answer.children:
                return self._known.setdefault(goal.key, Closed(compose(answer.record.split, [], [])))
            lost |= of_answer(answer) is None
        return None if lost else self._known.setdefault(goal.key, Closed(None))


@dataclass(frozen=True, slots=True)
class Children:
    """The children of a sketch. `closed`: by strict key, those left out that it could not be said of. `script`: the
    sketch with the proofs that were found, and `sorry` for the others; `complete`: nothing is left open in it."""

    closed: dict[str, bool]
    script: Script
    complete: bool


def children_of(domain: LeanDomain, made: Justified, closer: Closer) -> Children:
    """Try every child of an accepted sketch."""
    found = {goal.key: closer.close(domain, goal) for _, goal in made.named()}
    missing = Script("sorry")
    scripts = {key: each.script if each is not None and each.script else missing for key, each in found.items()}
    lemmas = [(lemma, scripts[goal.key]) for lemma, goal in zip(made.split.lemmas, made.lemmas, strict=True)]
    left = [(goal.payload.problem, scripts[goal.key]) for goal in made.left]
    closed = {
        goal.payload.strict_key: each.script is not None
        for _, goal in made.named()
        if (each := found[goal.key]) is not None
    }
    return Children(closed, compose(made.split, lemmas, left), missing not in scripts.values())


def closed_on_the_way(left: Sequence[Sequence[str]]) -> dict[str, bool]:
    """Which of the goals that a step split off were finished by later steps. `left`: as in `rl.steps.Walk`, with an
    empty last entry for a finished proof.

    Tactics work on the first open goal, so a goal is finished once nothing is open but what stood below it. A step that
    leaves as many goals as it found only rewrites one, which is no subgoal of its own.
    """
    found: dict[str, bool] = {}
    for number in range(1, len(left)):
        before, goals = left[number - 1], left[number]
        new = len(goals) - len(before) + 1
        if new < 2:
            continue
        for place, key in enumerate(goals[:new]):
            below = tuple(goals[place + 1 :])
            done = any(_ends(below, tuple(later)) for later in left[number + 1 :])
            found[key] = found.get(key, False) or done
    return found


def _ends(goals: tuple[str, ...], later: tuple[str, ...]) -> bool:
    """Whether `later` is what is left of `goals` after some of the first ones are done."""
    return len(later) <= len(goals) and goals[len(goals) - len(later) :] == later
