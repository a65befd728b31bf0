"""What is said between the search and a policy about one goal: questions, answers not yet tried, failed attempts."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace

from decompose.context import GoalContext
from decompose.problem import Problem
from decompose.sketch import Lemma, Split
from decompose.splitters.induct import closed_with
from lean_project.model import Message
from prover.later import NoSplit
from prover.policy.answers import Answer
from prover.policy.attempts import Failure, attempt_code, failure, restart, tool_correction
from prover.policy.certainty import by_confidence
from prover.policy.contract import Names, Written, proofs, statements, steps
from prover.policy.guarded import Contract, Refusal
from prover.policy.line import Line
from prover.policy.mistakes import Mistake, Mistakes, Way, worst_first
from prover.policy.requests import Complete, Conjecture, Decompose, Earlier, Repair, Request, Tactic, View
from prover.policy.settings import PolicySettings
from prover.policy.views import representatives
from search.domain import Answer as Outcome
from search.domain import Verdict

COMPLETE, GIVEN, CORRECTED, RESTART = "policy complete", "policy given", "policy corrected", "policy restart"
SKETCH, STEP, REPAIR, WAIT = "policy sketch", "policy step", "policy repair", "policy wait"
CONJECTURE = "policy conjecture"
_ASKED = (COMPLETE, STEP, SKETCH, CONJECTURE, REPAIR)
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
        self._changed = threading.Condition(self._lock)
        self._asked: dict[str, Future[tuple[Answer, ...]]] = {}
        self._unpacked: set[str] = set()
        self._ready: dict[str, deque[Made]] = {}
        self._refused: dict[str, Refusal] = {}
        self._seen: set[tuple[str, tuple[str, ...], bool]] = set()
        self._failures: list[Failure] = []
        self._due: list[tuple[str, int]] = []
        self._rounds: set[int] = set()
        self._out = 0
        self._mending: dict[str, Failure] = {}
        self._earlier: list[Earlier] = []
        self.given: dict[str, str] = {}
        """Proofs that answers gave for lemmas of their own, by lemma name."""

    def next(self, label: str, round: int, stop: Future[None], seconds: float) -> Made | NoSplit:
        """The next split of the kind. Whoever gets one says `over` when it has been tried.

        Raises CancelledError when `stop` is done first."""
        key = _key(label, round)
        if label == WAIT:
            return self._wait(stop, seconds)
        with self._lock:
            if label in (CORRECTED, RESTART):
                return self._taken(key) or NoSplit(_NOTHING_FAILED)
            question = None if key in self._asked else self._question(label, round, key)
            if isinstance(question, NoSplit):
                return question
            if question is not None:
                future = self._line.ask(question)
                if future is None:
                    return NoSplit(_NOBODY)
                self._asked[key] = future
                future.add_done_callback(self._answered)
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
            made = self._taken(key)
            if made is not None:
                return made
            refusal = self._refused.pop(key, None)
        if refusal is not None:
            return NoSplit(str(refusal))
        return NoSplit(_NO_MORE if answers else _NOBODY if self._line.gone else "the policy gave no answer")

    def over(self) -> None:
        """A split that `next` gave has been tried, whatever came of it."""
        with self._changed:
            self._out -= 1
            self._changed.notify_all()

    def is_spent(self, label: str, round: int) -> bool:
        """Nothing of the kind is left to try, and nothing will come."""
        key = _key(label, round)
        with self._lock:
            if key not in self._asked:
                return bool(self._line.gone) and label in _ASKED
            return key in self._unpacked and not self._ready[key]

    def due(self) -> list[tuple[str, int]]:
        """The follow-ups that have become possible since this was asked last, as (kind, round)."""
        with self._lock:
            found, self._due = self._due, []
            for round in range(1, self._settings.rounds + 1):
                if round not in self._rounds and self._to_mend(round) is not None and not self._line.gone:
                    self._rounds.add(round)
                    found.append((REPAIR, round))
        return found

    def unfinished(self) -> tuple[str, int] | None:
        """What there still is to try or to wait for when every move has been given out, as (kind, round)."""
        with self._lock:
            for key, future in self._asked.items():
                if future.done() and (key not in self._unpacked or self._ready[key]):
                    label, _, round = key.partition("|")
                    return label, int(round)
            waiting = self._out > 0 or any(not future.done() for future in self._asked.values())
        return (WAIT, 0) if waiting else None

    def _wait(self, stop: Future[None], seconds: float) -> NoSplit:
        """Wait until something changes."""

        def wake(_done: Future[None]) -> None:
            with self._changed:
                self._changed.notify_all()

        stop.add_done_callback(wake)
        with self._changed:
            if self._out or any(not future.done() for future in self._asked.values()):
                self._changed.wait(seconds)
        if stop.done():
            raise CancelledError
        return NoSplit("it waited for the policy", late=False)

    def _taken(self, key: str) -> Made | None:
        waiting = self._ready.get(key)
        if not waiting:
            return None
        self._out += 1
        return waiting.popleft()

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
            gave_up = outcome.verdict is Verdict.LIMIT and any(message.is_error for message in messages)
            if not (outcome.verdict is Verdict.REFUSED or gave_up):
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
            if split.label not in (STEP, CONJECTURE):  # What is as quickly written anew is not worth mending.
                self._failures.append(made)
                self._follow(made)

    def _answered(self, _future: Future[tuple[Answer, ...]]) -> None:
        with self._changed:
            self._changed.notify_all()

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
        if label == CONJECTURE:
            sampling = settings.sampling(1, offset=3 + settings.rounds)
            return Conjecture(view=self.view, sampling=sampling, wanted=settings.conjectures)
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

    def _follow(self, failed: Failure) -> None:
        """Make what can be made of a failure without asking the model."""
        if failed.way not in (Way.RESAMPLE, Way.REPAIR):
            return
        made = ((CORRECTED, Way.TOOL, tool_correction(failed, self.context)), (RESTART, Way.RESTART, restart(failed)))
        for label, way, split in made:
            if split is not None and self._is_new(split):
                self._ready.setdefault(_key(label, 0), deque()).append((split, Origin(way, None, failed, failed.round)))
                self._due.append((label, 0))

    def _made(self, label: str, key: str, round: int, answers: Sequence[Answer]) -> list[Made]:
        failed = self._mending.get(key)
        way = Way.RESAMPLE if failed is None else Way.REPAIR
        found: list[Made] = []
        for answer, written in self._sampled(label, failed, by_confidence(answers)):
            if isinstance(written, Refusal):
                self._refused.setdefault(key, written)
                continue
            for each in written:
                if self._is_new(each.split):
                    self.given.update(each.given)
                    found.append((each.split, Origin(way, answer, failed, round if failed is not None else 0)))
        return found

    def _sampled(
        self, label: str, failed: Failure | None, answers: Iterable[Answer]
    ) -> Iterator[tuple[Answer, Sequence[Written] | Refusal]]:
        """Each answer with what it proposes. For a conjecture that is the goal proved from it: whether it is true the
        gates say, and the search proves it."""
        if label == CONJECTURE:
            for answer, lemmas in statements(self.view, self.names).sample(answers):
                yield answer, lemmas if isinstance(lemmas, Refusal) else [self._from(lemma) for lemma in lemmas]
            return
        for answer, written in self._contract(label, failed).sample(answers):
            yield answer, written if isinstance(written, Refusal) else (written,)

    def _from(self, lemma: Lemma) -> Written:
        split = closed_with(self.context, lemma, CONJECTURE, 1.0)
        return Written(replace(split, uses=self.names.used(split.tactics, lemma.statement)))

    def _contract(self, label: str, failed: Failure | None) -> Contract[Answer, Written]:
        if label == STEP:
            return steps(self.names, label)
        sketch = label == SKETCH or (failed is not None and (bool(failed.split.lemmas) or not failed.split.completes))
        return proofs(self.view, self.names, label, sketch=sketch)

    def _is_new(self, split: Split) -> bool:
        mark = (split.tactics, tuple(lemma.statement for lemma in split.lemmas), split.completes)
        new = mark not in self._seen
        self._seen.add(mark)
        return new


def _key(label: str, round: int) -> str:
    """What questions and answers are kept under."""
    return f"{label}|{round}"
