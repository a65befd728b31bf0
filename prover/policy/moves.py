"""A policy's moves in the search: whole proofs, sketches, steps, conjectures, corrections and repairs, for every goal.

Each move is a place in the order of moves; what is tried there is whatever the policy has said by then
(`prover.later`). Nothing is asked before the search comes to it, a policy without an answer costs no Lean call, and one
that fails is left out from then on: the other moves of the goal are always there.

Methods: tool correction and conjecture correction (Lyra), restart from the failing step (R3L), repair rounds by class
of mistake (How Many Tries), explained repairs (Self-Debug) and their control (UFO), proved lemmas and the best attempt
in the next prompt (CodeChain, IAD), order by confidence (Self-Certainty).
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from heapq import heappop, heappush, merge
from typing import Any

from decompose.context import goal_context
from decompose.sketch import Split
from decompose.spec import SpecFile
from lean_project.model import Message
from prover.later import NoSplit
from prover.policy.answers import Policy
from prover.policy.contract import HEARTBEATS
from prover.policy.dialogue import (
    COMPLETE,
    CONJECTURE,
    CORRECTED,
    GIVEN,
    REPAIR,
    RESTART,
    SKETCH,
    STEP,
    WAIT,
    Dialogue,
    Origin,
)
from prover.policy.line import Line
from prover.policy.mistakes import Mistakes, Way
from prover.policy.settings import PolicySettings
from prover.policy.views import names_of, view_of
from search.domain import Answer, Goal, Kind, Move, Verdict


@dataclass(frozen=True, slots=True)
class _Price:
    """Cost in seconds and chance of success before anything is known; the search corrects both as it goes."""

    kind: Kind
    cost: float
    success: float


_PRICES = {
    GIVEN: _Price(Kind.COMPLETE, 0.5, 0.6),
    COMPLETE: _Price(Kind.COMPLETE, 1.0, 0.4),
    CORRECTED: _Price(Kind.COMPLETE, 0.8, 0.2),
    REPAIR: _Price(Kind.COMPLETE, 1.5, 0.3),
    RESTART: _Price(Kind.SPLIT, 0.6, 0.1),
    SKETCH: _Price(Kind.SKETCH, 1.5, 0.25),
    STEP: _Price(Kind.SPLIT, 0.8, 0.1),
    CONJECTURE: _Price(Kind.SKETCH, 1.0, 0.08),
    WAIT: _Price(Kind.COMPLETE, 5.0, 0.05),
}
_ROUND = 0.5
"""How much likelier the first repair is to help than the second."""


_MOST_WAITS = 64
"""How often a goal that has nothing else to try is kept open for the policy."""


class PolicyMoves:
    """One file's moves: `prover.later.LateMoves`. `goal.payload` must be a `prover.engine.Site`.

    The policy is the caller's; `close` takes back the questions that are open.
    """

    def __init__(
        self,
        policy: Policy,
        spec: SpecFile,
        line: Line,
        settings: PolicySettings | None = None,
        *,
        mistakes: Mistakes | None = None,
    ) -> None:
        self.policy, self.spec, self.line = policy, spec, line
        self.settings = settings or PolicySettings()
        self.mistakes = mistakes or Mistakes(self.settings.rounds)
        self._lock = threading.Lock()
        self._dialogues: dict[str, Dialogue] = {}
        self._given: dict[str, str] = {}
        self._proved: list[str] = []
        self._untried: dict[str, set[_Late]] = {}

    @property
    def slots(self) -> int:
        return self.settings.slots

    def moves(self, goal: Goal, moves: Iterator[Move]) -> Iterator[Move]:
        """`moves` with the policy's among them: questions at their price, follow-ups of failed answers as soon as there
        are any, and what is late at the end. In which order follow-ups come depends on when answers do."""
        own = [] if self.line.gone else sorted(self._questions(goal), key=_rate)
        due: list[tuple[float, int, Move]] = []
        numbers, waits = itertools.count(), 0
        for move in merge(moves, own, key=_rate):
            self._collect(goal, due, numbers)
            while due and due[0][0] <= _rate(move):
                yield self._noted(heappop(due)[2])
            late = move.payload if isinstance(move.payload, _Late) else None
            if late is None or not late.is_spent():
                yield self._noted(move)
        while True:
            self._collect(goal, due, numbers)
            if due:
                yield self._noted(heappop(due)[2])
                continue
            # What was given out may still fail, and have follow-ups: until then the goal is not finished. A strategy
            # that wants none of these moves never tries them, so that the waiting must have an end.
            dialogue = self._known(goal)
            rest: tuple[str, int] | None = (WAIT, 0)
            if not self._untried.get(goal.key):
                rest = None if dialogue is None else dialogue.unfinished()
            waits += rest is not None and rest[0] == WAIT
            if rest is None or waits > _MOST_WAITS:
                return
            yield self._noted(self._move(goal, rest[0], round=rest[1]))

    def _noted(self, move: Move) -> Move:
        """The move, remembered as given out until it has been tried."""
        late = move.payload
        if isinstance(late, _Late) and late.label != WAIT:
            self.begin(late)
        return move

    def begin(self, late: _Late) -> None:
        with self._lock:
            self._untried.setdefault(late.goal.key, set()).add(late)

    def end(self, late: _Late) -> None:
        with self._lock:
            self._untried.setdefault(late.goal.key, set()).discard(late)

    def _collect(self, goal: Goal, due: list[tuple[float, int, Move]], numbers: Iterator[int]) -> None:
        dialogue = self._known(goal)
        for label, round in [] if dialogue is None else dialogue.due():
            number = next(numbers)
            move = self._move(goal, label, number, round)
            heappush(due, (_rate(move), number, move))

    def rest(self) -> None:
        self.line.rest()

    def close(self) -> None:
        self.line.close()

    def __enter__(self) -> PolicyMoves:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _questions(self, goal: Goal) -> Iterator[Move]:
        settings = self.settings
        if goal.key in self._given:
            yield self._move(goal, GIVEN)
        counts = {
            COMPLETE: settings.samples,
            STEP: settings.tactics,
            SKETCH: settings.sketches,
            CONJECTURE: settings.conjectures,
        }
        for label, count in counts.items():
            yield from (self._move(goal, label, number) for number in range(count))

    def _known(self, goal: Goal) -> Dialogue | None:
        with self._lock:
            return self._dialogues.get(goal.key)

    def _move(self, goal: Goal, label: str, number: int = 0, round: int = 0) -> Move:
        price = _PRICES[label]
        success = price.success * (_ROUND ** (round - 1) if round else 1.0)
        text = f"({label}, {number + 1})"
        return Move(label, text, price.kind, price.cost, success, payload=_Late(self, goal, label, round))

    def dialogue(self, goal: Goal) -> Dialogue:
        """What has been said about the goal; begun where nothing has."""
        with self._lock:
            found = self._dialogues.get(goal.key)
            if found is None:
                site = goal.payload
                context = goal_context(self.spec, site.target, site.text)
                found = self._dialogues[goal.key] = Dialogue(
                    site.problem,
                    view_of(self.spec, site.target, site.text, context),
                    names_of(self.spec, site.target, context),
                    context,
                    self.line,
                    self.settings,
                    self.mistakes,
                    proved=lambda: list(self._proved),
                )
            return found

    def given(self, goal: Goal) -> str | None:
        """The proof that an answer gave for the goal when it stated it as a lemma."""
        return self._given.get(goal.key)

    def learn(self, goal: Goal, split: Split, label: str, answer: Answer) -> None:
        """Keep what an answer gives beyond itself: proofs of its lemmas, and lemmas that are proved now."""
        if answer.verdict is not Verdict.JUSTIFIED:
            return
        dialogue = self.dialogue(goal)
        with self._lock:
            for lemma, child in zip(split.lemmas, answer.children, strict=False):
                if lemma.name in dialogue.given:
                    self._given.setdefault(child.key, dialogue.given[lemma.name])
            if not answer.children and label == GIVEN:
                self._proved.append(dialogue.view.statement)


class _Late:
    """`prover.later.Later`: the next split of one kind for one goal."""

    heartbeats = HEARTBEATS
    uses: frozenset[str] = frozenset()
    calls = 0

    def __init__(self, moves: PolicyMoves, goal: Goal, label: str, round: int) -> None:
        self._moves, self.goal, self.label, self._round = moves, goal, label, round
        self._origin: Origin | None = None

    def is_spent(self) -> bool:
        """There will be nothing to try: the answers are used up, or nobody is asked any more."""
        dialogue = self._moves._known(self.goal)
        return dialogue is not None and dialogue.is_spent(self.label, self._round)

    def settle(self, seconds: float, stop: Future[None]) -> Split | NoSplit:
        if self.label != WAIT:
            self._moves.begin(self)  # It may have been cancelled, and come again.
        split = self._split(seconds, stop)
        if isinstance(split, NoSplit):
            self._moves.end(self)
        return split

    def _split(self, seconds: float, stop: Future[None]) -> Split | NoSplit:
        dialogue = self._moves.dialogue(self.goal)
        if self.label == GIVEN:
            given = self._moves.given(self.goal)
            if given is None:
                return NoSplit("no answer gave a proof of it")
            self._origin = Origin(Way.RESAMPLE)
            return Split(GIVEN, given, heartbeats=HEARTBEATS, completes=True, uses=dialogue.names.used(given))
        made = dialogue.next(self.label, self._round, stop, seconds)
        if isinstance(made, NoSplit):
            return made
        split, self._origin = made
        return split

    def heard(self, split: Split, code: str, messages: tuple[Message, ...], answer: Answer) -> None:
        if self._origin is not None:
            self._moves.dialogue(self.goal).heard(split, self._origin, code, messages, answer)
            self._moves.learn(self.goal, split, self.label, answer)

    def over(self) -> None:
        self._moves.end(self)
        if self.label != GIVEN:
            self._moves.dialogue(self.goal).over()

    def account(self) -> Mapping[str, Any]:
        origin = self._origin
        if origin is None:
            return {}
        made: dict[str, Any] = {"way": str(origin.way)}
        if origin.answer is not None:
            answer = origin.answer
            made |= {"model": answer.model, "weights": answer.weights, "prompt": answer.prompt}
            made |= {"tokens": answer.prompt_tokens + answer.completion_tokens, "logprob": answer.logprob}
        if origin.failed is not None:
            made |= {"mends": str(origin.failed.kind), "round": origin.round}
        return made


def _rate(move: Move) -> float:
    return move.cost / move.success
