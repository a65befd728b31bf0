"""From a completion to its reward on real Lean: contract, search domain, trusted check; and as TRL calls it.

A sketch goes the way of every sketch that the search tries (`prover.engine.LeanDomain`), so its score is that of the
search. What the domain accepts is a hint; no reward rests on a hint alone: whole proofs, and sketches too unless told
otherwise, are put into the file and judged by the trusted check before they earn anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from typing import Any, Protocol

from decompose.assembly import Check, assemble
from decompose.context import goal_context
from decompose.problem import Script, compose
from decompose.score import NothingOpen
from decompose.spec import Target
from decompose.text import apply_edits
from lean_project.errors import LimitHit, MachineryError, RequestError
from prover.engine import Justified, LeanDomain
from prover.policy.answers import Answer as PolicyAnswer
from prover.policy.answers import Finish
from prover.policy.contract import Written, proof
from prover.policy.guarded import Refusal
from prover.policy.requests import Role, View
from prover.policy.views import names_of, view_of
from rl.reward import FAIR_LIMITS, PLAIN, Composition, Graded, Step, Tier, of_answer, of_verdict, tier_of
from rl.steps import Heard, walk
from search.domain import Answer, Goal, Kind, Move

_SORRY = "sorryAx"
SECONDS = 30.0
"""Wall clock of one attempt; heartbeats are meant to end it earlier."""
LABEL = "policy rollout"


@dataclass(frozen=True, slots=True)
class Item:
    """A completion to be judged: `task` names the goal (the judge knows which), `role` what was asked for."""

    task: str
    role: Role
    text: str
    finish: Finish = Finish.STOP


class Judge(Protocol):
    """Grades completions. Attempts that the machinery lost come back with the reward None; nothing is raised for
    them."""

    def grade(self, items: Sequence[Item]) -> list[Graded]: ...


@dataclass(frozen=True)
class Task:
    """A hole of a file that completions are written for: its domain, its root goal, and the check of the file."""

    domain: LeanDomain
    target: Target
    goal: Goal
    check: Check


class LeanJudge:
    """Grades completions for the tasks that it was given, by name.

    `audit`: sketches, too, are put into the file with their lemmas open, and the trusted check must find nothing but
    those open lemmas; else a sketch's reward rests on a worker's word. `steps`: ask Lean at which goal each step of a
    completion was taken (GiGPO), one more call for each. `seconds`: of one attempt.
    """

    def __init__(
        self, tasks: Mapping[str, Task], *, audit: bool = True, steps: bool = False, seconds: float = SECONDS
    ) -> None:
        self.tasks, self.audit, self.steps, self.seconds = dict(tasks), audit, steps, seconds

    def grade(self, items: Sequence[Item]) -> list[Graded]:
        """In order. Equal items are tried once; the domain's workers try different ones side by side."""
        written = {item: self._written(item) for item in dict.fromkeys(items)}
        heard = {item: Heard(made.split) for item, made in written.items() if isinstance(made, Written)}
        under_way = {
            item: self.tasks[item.task].domain.submit(self.tasks[item.task].goal, _move(each), self.seconds)
            for item, each in heard.items()
        }
        graded: dict[Item, Graded] = {}
        for item, made in written.items():
            if isinstance(made, Refusal):
                graded[item] = Graded(0.0, Tier.GARBAGE, reason=str(made))
                continue
            try:
                answer = under_way[item].result()
            except (CancelledError, LimitHit):
                graded[item] = Graded(None, reason="cancelled")
                continue
            found = self._graded(self.tasks[item.task], item.role, answer)
            graded[item] = replace(found, kept=self._kept(item, heard[item]), steps=self._steps(item, heard[item]))
        return [graded[item] for item in items]

    def _kept(self, item: Item, heard: Heard) -> str:
        task = self.tasks[item.task]
        return heard.kept(task.goal.payload.problem, self._view(task), item.text)

    def _steps(self, item: Item, heard: Heard) -> tuple[Step, ...]:
        task = self.tasks[item.task]
        return walk(task.domain, task.goal, heard.split, item.text, self.seconds) if self.steps else ()

    def _view(self, task: Task) -> View:
        site = task.goal.payload
        return view_of(task.domain.spec, task.target, site.text, goal_context(task.domain.spec, task.target, site.text))

    def _written(self, item: Item) -> Written | Refusal:
        task = self.tasks[item.task]
        spec, site = task.domain.spec, task.goal.payload
        context = goal_context(spec, task.target, site.text)
        answer = PolicyAnswer(item.text, item.finish, model="rollout")
        names = names_of(spec, task.target, context)
        return proof(answer, self._view(task), names, LABEL, sketch=item.role is Role.DECOMPOSE)

    def _graded(self, task: Task, role: Role, answer: Answer) -> Graded:
        reward, tier = of_answer(answer), tier_of(answer)
        made = answer.record if isinstance(answer.record, Justified) else None
        score = None if made is None else made.score
        if not reward or made is None:
            return Graded(reward, tier, score, reason=answer.reason)
        if role is not Role.DECOMPOSE and answer.children:
            return Graded(0.0, tier, score, reason="a whole proof was asked for, and it leaves goals open")
        finished = isinstance(score, NothingOpen)
        if not finished and not self.audit:
            return Graded(reward, tier, score, reason=answer.reason)
        accepted, why = accepted_by(task, open_script(made), sorry=not finished)
        verdict = of_verdict(accepted)
        if verdict is None or not accepted:
            return Graded(verdict, None if verdict is None else Tier.PARSES, score, reason=why)
        return Graded(reward, Tier.ACCEPTED if finished else Tier.ELABORATES, score, reason=answer.reason)


def _move(heard: Heard) -> Move:
    split = heard.split
    kind = Kind.COMPLETE if split.completes and not split.lemmas else Kind.SKETCH
    return Move(LABEL, split.tactics, kind, 1.0, 0.5, heard)


def open_script(made: Justified) -> Script:
    """The split as text for its place, with `sorry` for every proof that it leaves."""
    missing = Script("sorry")
    lemmas = [(lemma, missing) for lemma in made.split.lemmas]
    return compose(made.split, lemmas, [(goal.payload.problem, missing) for goal in made.left])


def accepted_by(task: Task, script: Script, *, sorry: bool = False) -> tuple[bool | None, str]:
    """Whether the trusted check accepts the file with `script` in the target's place, and why not. None: it could not
    say. `sorry`: the proof may rest on open lemmas, and on nothing else that is not allowed."""
    spec, target = task.domain.spec, task.target
    edits = assemble(spec, {target.name: script.tactics}, {}, {target.name: script.lemmas})
    try:
        judgement = task.check(apply_edits(spec.text, edits))
    except (MachineryError, RequestError) as error:
        return None, str(error).partition("\n")[0]
    except LimitHit as hit:
        return (False if hit.kind in FAIR_LIMITS else None), str(hit)
    name = target.declaration
    if judgement.fault or name in judgement.refused:
        return False, judgement.fault or judgement.refused[name]
    axioms = judgement.axioms.get(name)
    if axioms is None:
        return False, "the check does not know the declaration"
    if _SORRY in axioms and not sorry:
        return False, "it rests on `sorry`"
    return True, ""


class RewardFunction:
    """A reward function as TRL's trainers call it: `f(prompts, completions, **columns) -> list[float | None]`.

    The data set has the columns `task` and `role`. The floats are doubles as the judge gave them; TRL itself goes on
    with single precision. `graded`: the grades of the last call, in order, for objectives and records.
    """

    __name__ = "score"

    def __init__(
        self, judge: Judge, composition: Composition = PLAIN, *, cut: Callable[[Sequence[int]], bool] | None = None
    ) -> None:
        """`cut`: whether completion ids end because they ran out of room; such answers are read as cut off."""
        self.judge, self.composition, self._cut = judge, composition, cut
        self.graded: list[Graded] = []

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        *,
        task: Sequence[str],
        role: Sequence[str],
        **rest: Any,
    ) -> list[float | None]:
        ids = rest.get("completion_ids") or [()] * len(completions)
        items = [
            Item(name, Role(kind), text_of(text), self._finish(tokens))
            for name, kind, text, tokens in zip(task, role, completions, ids, strict=True)
        ]
        self.graded = self.judge.grade(items)
        if self.composition.weights:
            self.graded = [replace(each, reward=self.composition.of(each)) for each in self.graded]
        return [each.reward for each in self.graded]

    def _finish(self, ids: Sequence[int]) -> Finish:
        return Finish.LENGTH if self._cut is not None and self._cut(ids) else Finish.STOP


def text_of(completion: Any) -> str:
    """The text of a completion, which TRL gives as a string or as messages."""
    return completion if isinstance(completion, str) else "".join(each["content"] for each in completion)
