"""From a completion to its reward on real Lean: contract, search domain, trusted check; and as TRL calls it.

A sketch goes the way of every sketch that the search tries (`prover.engine.LeanDomain`), so its score is that of the
search. What the domain accepts is a hint; no reward rests on a hint alone: whole proofs, and sketches too unless told
otherwise, are put into the file and judged by the trusted check before they earn anything.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
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
from rl.reward import FAIR_LIMITS, PLAIN, Composition, Graded, Tier, of_answer, of_verdict, tier_of
from rl.steps import Heard, Walk, walk
from rl.subgoals import Closer, children_of, closed_on_the_way
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
    completion was taken (GiGPO), one more call for each. `closing`: say which subgoals are closed (VeRPO): so many
    finishing moves are tried on each child of a sketch, and a whole proof is walked through as for `steps`; 0: not.
    `outcome`: a sketch earns what becomes of it instead of its score, 1 or 0: so many finishing moves are tried on each
    goal that it leaves, and the trusted check must accept the file with them (an ablation); None: the score.
    `seconds`: of one attempt. `stops`: strings at which an answer ends, as the prompts' family has them: a server that
    a policy asks stops there by itself, rollouts do not.
    """

    def __init__(
        self,
        tasks: Mapping[str, Task],
        *,
        audit: bool = True,
        steps: bool = False,
        closing: int = 0,
        outcome: int | None = None,
        seconds: float = SECONDS,
        stops: Sequence[str] = (),
    ) -> None:
        self.tasks, self.audit, self.steps, self.seconds = dict(tasks), audit, steps, seconds
        self.stops = tuple(stops)
        self._tiers: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._counting = threading.Lock()
        self.closer = Closer(closing, seconds) if closing else None
        self.finisher = None if outcome is None else Closer(outcome, seconds)

    def grade(self, items: Sequence[Item]) -> list[Graded]:
        """In order. Equal items are tried once; different ones are tried, and checked, side by side."""
        items = [self._ended(item) for item in items]
        written = {item: self._written(item) for item in dict.fromkeys(items)}
        heard = {item: Heard(made.split) for item, made in written.items() if isinstance(made, Written)}
        under_way = {
            item: self.tasks[item.task].domain.submit(self.tasks[item.task].goal, _move(each), self.seconds)
            for item, each in heard.items()
        }

        def settle(item: Item) -> Graded:
            return self._settled(item, written[item], heard.get(item), under_way.get(item))

        with ThreadPoolExecutor(self._workers, thread_name_prefix="gentzen-judge") as threads:
            graded = dict(zip(written, threads.map(settle, written), strict=True))
        found = [graded[item] for item in items]
        with self._counting:
            self._tiers.update(
                "lost" if each.reward is None or each.tier is None else each.tier.name.lower() for each in found
            )
            self._refused.update(each.reason for each in found if each.reward is not None and each.tier is Tier.GARBAGE)
        return found

    def told(self) -> str:
        """What came of all items so far, for people. Rewards that are all zero look like training that goes on."""
        with self._counting:
            parts = [f"{count} {name}" for name, count in self._tiers.most_common()]
            if self._refused and self._refused.total() == self._tiers.total():
                (why, _), *_ = self._refused.most_common(1)
                return f"WARNING: nothing was graded, every one of {self._tiers.total()} answers was refused: {why}"
        return ", ".join(parts) or "none graded by this process"

    def _ended(self, item: Item) -> Item:
        places = [place for stop in self.stops if (place := item.text.find(stop)) >= 0]
        return replace(item, text=item.text[: min(places)], finish=Finish.STOP) if places else item

    @property
    def _workers(self) -> int:
        """Trusted checks at once."""
        return max((task.domain.session.workers for task in self.tasks.values()), default=1)

    def _settled(
        self, item: Item, made: Written | Refusal, heard: Heard | None, under_way: Future[Answer] | None
    ) -> Graded:
        if isinstance(made, Refusal):
            return Graded(0.0, Tier.GARBAGE, reason=str(made))
        assert heard is not None and under_way is not None
        try:
            answer = under_way.result()
        except (CancelledError, LimitHit):
            return Graded(None, reason="cancelled")
        found = self._graded(self.tasks[item.task], item.role, answer)
        walked = self._walked(item, heard)
        return replace(
            found,
            kept=self._kept(item, heard),
            steps=walked.steps if walked is not None and self.steps else (),
            closed=self._closed(item, found, answer, walked),
        )

    def _kept(self, item: Item, heard: Heard) -> str:
        task = self.tasks[item.task]
        return heard.kept(task.goal.payload.problem, self._view(task), item.text)

    def _walked(self, item: Item, heard: Heard) -> Walk | None:
        if not self.steps and (self.closer is None or item.role is Role.DECOMPOSE):
            return None
        task = self.tasks[item.task]
        return walk(task.domain, task.goal, heard.split, item.text, self.seconds)

    def _closed(self, item: Item, found: Graded, answer: Answer, walked: Walk | None) -> dict[str, bool]:
        """The attempt's subgoals. Proofs of children are hints like all others: with `audit` they count when the
        trusted check accepts the file with them."""
        if self.closer is None or found.reward is None:
            return {}
        task, made = self.tasks[item.task], answer.record
        if item.role is not Role.DECOMPOSE:
            assert walked is not None
            if found.tier is Tier.ACCEPTED:
                return closed_on_the_way([*walked.left, ()])
            closed = closed_on_the_way(walked.left)
            return closed if walked.made is None else self._audited(task, closed, open_script(walked.made))
        if found.tier is not Tier.ELABORATES or not isinstance(made, Justified) or not answer.children:
            return {}
        children = children_of(task.domain, made, self.closer)
        return self._audited(task, children.closed, children.script, complete=children.complete)

    def _audited(
        self, task: Task, closed: dict[str, bool], script: Script, *, complete: bool = False
    ) -> dict[str, bool]:
        if not self.audit or not any(closed.values()):
            return closed
        accepted, _ = accepted_by(task, script, sorry=not complete)
        return {} if accepted is None else {key: done and accepted for key, done in closed.items()}

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
        if not finished and self.finisher is not None:
            return self._outcome(task, made, self.finisher)
        if not finished and not self.audit:
            return Graded(reward, tier, score, reason=answer.reason)
        accepted, why = accepted_by(task, open_script(made), sorry=not finished)
        verdict = of_verdict(accepted)
        if verdict is None or not accepted:
            return Graded(verdict, None if verdict is None else Tier.PARSES, score, reason=why)
        return Graded(reward, Tier.ACCEPTED if finished else Tier.ELABORATES, score, reason=answer.reason)

    def _outcome(self, task: Task, made: Justified, finisher: Closer) -> Graded:
        """Whether the sketch comes to a proof. Lost moves are no failure: a proof might have been among them."""
        children = children_of(task.domain, made, finisher)
        if not children.complete:
            lost = len(children.closed) < len({goal.payload.strict_key for _, goal in made.named()})
            return Graded(None if lost else 0.0, Tier.ELABORATES, made.score, reason="finishing moves leave goals open")
        accepted, why = accepted_by(task, children.script)
        tier = None if accepted is None else Tier.ACCEPTED if accepted else Tier.PARSES
        return Graded(of_verdict(accepted), tier, made.score, reason=why)


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
