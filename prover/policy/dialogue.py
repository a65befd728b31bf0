"""What is said between the search and a policy about one goal: questions, answers not yet tried, failed attempts."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from decompose.context import GoalContext
from decompose.problem import Problem
from decompose.sketch import Split
from lean_project.model import Message
from prover.later import NoSplit
from prover.policy.answers import Answer
from prover.policy.attempts import Failure, attempt_code, failure, restart, tool_correction
from prover.policy.certainty import by_confidence
from prover.policy.contract import Names, Refusal, Written, proof, step
from prover.policy.line import Line
from prover.policy.mistakes import Mistake, Mistakes, Way, worst_first
from prover.policy.requests import Complete, Decompose, Earlier, Repair, Request, Tactic, View
from prover.policy.settings import PolicySettings
from prover.policy.views import representatives
from search.domain import Answer as Outcome
from search.domain import Verdict

COMPLETE, GIVEN, CORRECTED, RESTART = "policy complete", "policy given", "policy corrected", "policy restart"
SKETCH, STEP, REPAIR = "policy sketch", "policy step", "policy repair"
_NOBODY = "the policy is not asked any more"
_LATE = "the policy has not answered yet"
_NO_MORE = "the policy has no other answer"
_NOTHING_FAILED = "no answer failed in a way that could be followed up"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a split came from. `answer` None: made without asking. `failed`: the attempt that it mends."""

    way: Way
    answer: Answer | None = None
    failed: Failure | None = None
    round: int = 0


Made = tuple[Split, Origin]


class Dialogue:
    """About one goal. Thread-safe. A question is put once, when its first answer is wanted; answers are tried in the
    order of the model's confidence, equal ones once."""

    def __init__(
        self,
        problem: Problem,
        view: View,
        names: Names,
        context: GoalContext,
        line: Line,
        settings: PolicySettings,
        mistakes: Mistakes,
        *,
        proved: Callable[[], Sequence[str]],
    ) -> None:
        self.problem, self.view, self.names, self.context = problem, view, names, context
        self._line, self._settings, self._mistakes = line, settings, mistakes
        self._proved = proved
        self._lock = threading.RLock()
        self._asked: dict[str, Future[tuple[Answer, ...]]] = {}
        self._unpacked: set[str] = set()
        self._ready: dict[str, deque[Made]] = {}
        self._refused: dict[str, Refusal] = {}
        self._seen: set[tuple[str, tuple[str, ...], bool]] = set()
        self._failures: list[Failure] = []
        self._followed: set[tuple[int, Way]] = set()
        self._mending: dict[str, Failure] = {}
        self._earlier: list[Earlier] = []
        self.given: dict[str, str] = {}
        """Proofs that answers gave for lemmas of their own, by lemma name."""

    def next(self, label: str, round: int, stop: Future[None], seconds: float) -> Made | NoSplit:
        """The next split of the kind. Raises CancelledError when `stop` is done first."""
        if label in (CORRECTED, RESTART):
            return self._without_asking(label)
        key = f"{label} {round}" if label == REPAIR else label
        with self._lock:
            question = None if key in self._asked else self._question(label, round, key)
            if isinstance(question, NoSplit):
                return question
            if question is not None:
                future = self._line.ask(question)
                if future is None:
                    return NoSplit(_NOBODY)
                self._asked[key] = future
            asked = self._asked[key]
        try:
            answers = self._line.wait(asked, stop, seconds)
        except CancelledError:
            with self._lock:
                self._asked.pop(key, None)
            self._line.take_back(asked)
            raise
        if answers is None:
            return NoSplit(_LATE, late=True)
        with self._lock:
            if key not in self._unpacked:
                self._unpacked.add(key)
                self._ready[key] = deque(self._made(label, key, round, answers))
            waiting = self._ready[key]
            if waiting:
                return waiting.popleft()
            refusal = self._refused.pop(key, None)
        if refusal is not None:
            return NoSplit(str(refusal))
        return NoSplit(_NO_MORE if answers else _NOBODY if self._line.gone else "the policy gave no answer")

    def is_spent(self, label: str, round: int) -> bool:
        """Nothing of the kind is left to try, and nothing will come."""
        if label in (GIVEN, CORRECTED, RESTART):
            return False
        key = f"{label} {round}" if label == REPAIR else label
        with self._lock:
            if key not in self._asked:
                return bool(self._line.gone)
            return key in self._unpacked and not self._ready[key]

    def heard(self, split: Split, origin: Origin, code: str, messages: tuple[Message, ...], outcome: Outcome) -> None:
        """What Lean said to one of the splits."""
        success = outcome.verdict is Verdict.JUSTIFIED
        failed = origin.failed
        if failed is not None:
            self._mistakes.record(failed.kind, origin.way, success, max(1, origin.round))
        elif origin.way is Way.RESAMPLE and origin.answer is not None:
            self._mistakes.record(Mistake.OTHER, origin.way, success)
        with self._lock:
            if success and (split.lemmas or not split.completes):
                self._earlier.append(Earlier(attempt_code(self.view, split), outcome.score))
            if success or outcome.verdict is not Verdict.REFUSED:
                return
            made = failure(
                self.problem,
                self.view,
                split,
                code,
                messages,
                outcome.reason,
                round=origin.round,
                way=origin.way,
                cause=None if failed is None else failed.kind,
                answer="" if origin.answer is None else origin.answer.text,
            )
            self._mistakes.saw(made.kind)
            self._failures.append(made)

    def _question(self, label: str, round: int, key: str) -> Request | NoSplit:
        settings = self._settings
        if label == COMPLETE:
            return Complete(view=self.view, sampling=settings.sampling(settings.samples, offset=0))
        if label == STEP:
            return Tactic(view=self.view, sampling=settings.sampling(settings.tactics, step=True, offset=1))
        if label == SKETCH:
            best = sorted(self._earlier, key=lambda each: -each.score)[:1]
            return Decompose(
                view=self.view,
                sampling=settings.sampling(settings.sketches, offset=2),
                earlier=tuple(best),
                proved=representatives(self._proved()),
            )
        failed = self._to_mend(round)
        if failed is None:
            return NoSplit(_NOTHING_FAILED)
        self._mending[key] = failed
        return Repair(
            view=self.view,
            sampling=settings.sampling(1, offset=2 + round),
            attempt=failed.attempt,
            faults=failed.faults,
            answer=failed.answer,
            kept=failed.kept,
            round=round,
            sketch=bool(failed.split.lemmas) or not failed.split.completes,
            feedback=settings.feedback,
        )

    def _to_mend(self, round: int) -> Failure | None:
        """The failure of the round before that a repair is likeliest to mend: mistakes of form before those of
        substance. What a tool made of an answer is not shown to the model."""
        found = [
            each
            for each in self._failures
            if each.round == round - 1 and each.answer and self._mistakes.worth_repair(each.kind, round)
        ]
        order = worst_first({each.kind for each in found})
        return max(found, key=lambda each: order.index(each.kind), default=None)

    def _without_asking(self, label: str) -> Made | NoSplit:
        way = Way.TOOL if label == CORRECTED else Way.RESTART
        with self._lock:
            for number, each in enumerate(self._failures):
                if (number, way) in self._followed or each.way not in (Way.RESAMPLE, Way.REPAIR):
                    continue
                self._followed.add((number, way))
                split = tool_correction(each, self.context) if way is Way.TOOL else restart(each)
                if split is not None and self._is_new(split):
                    return split, Origin(way, failed=each, round=each.round)
        return NoSplit(_NOTHING_FAILED)

    def _made(self, label: str, key: str, round: int, answers: Sequence[Answer]) -> list[Made]:
        failed = self._mending.get(key)
        way = Way.RESAMPLE if failed is None else Way.REPAIR
        found: list[Made] = []
        for answer in by_confidence(answers):
            written = self._read(label, answer, failed)
            if isinstance(written, Refusal):
                self._refused.setdefault(key, written)
            elif self._is_new(written.split):
                self.given.update(written.given)
                found.append((written.split, Origin(way, answer, failed, round if failed is not None else 0)))
        return found

    def _read(self, label: str, answer: Answer, failed: Failure | None) -> Written | Refusal:
        if label == STEP:
            return step(answer, self.names, label)
        sketch = label == SKETCH or (failed is not None and (bool(failed.split.lemmas) or not failed.split.completes))
        return proof(answer, self.view, self.names, label, sketch=sketch)

    def _is_new(self, split: Split) -> bool:
        mark = (split.tactics, tuple(lemma.statement for lemma in split.lemmas), split.completes)
        new = mark not in self._seen
        self._seen.add(mark)
        return new
