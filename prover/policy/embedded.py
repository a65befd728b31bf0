"""The embedded model as a policy: the portfolio's finishing moves as it ranks them, without Lean, torch or a server.

It answers what it can: whole proofs and single tactics with their log-probabilities, and how hard a goal is. To other
requests it has no answer, and the search goes on without.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import Future

from decompose.context import GoalContext, goal_context
from decompose.sketch import Split
from decompose.skim import skim
from decompose.splitters import splits
from lean_project.errors import LimitHit, UserError
from prover.learned.features import Candidate
from prover.learned.model import EmbeddedModel, read_model
from prover.learned.ranking import Placed, placed
from prover.learned.store import ModelError
from prover.moves import MORE_HEARTBEATS, ordered_moves
from prover.policy.answers import Answer, Finish, Token
from prover.policy.meter import Meter, prompt_bound
from prover.policy.requests import Assess, Complete, Request, Tactic
from prover.portfolio import Portfolio

NAME = "embedded"
PROMPT = "portfolio"
"""What stands for the prompt's version: the moves are the portfolio's."""
_SEARCHERS = ("exact?", "apply?", "rw?")
_TRIES = 20
"""Finishing moves that count for how hard a goal is."""


class EmbeddedPolicy:
    """`prover.policy.answers.Policy` over the shipped weights. Answers come in the thread that submits, in about the
    time that the ranking takes; a token is a word. Raises UserError when the weights cannot be used."""

    def __init__(self, model: EmbeddedModel | None = None) -> None:
        try:
            self._model = model or read_model()
        except ModelError as error:
            raise UserError(f"--policy {NAME}: {error}.") from error
        self._portfolio = Portfolio()
        self._closed = False

    @property
    def name(self) -> str:
        return NAME

    def submit(self, request: Request) -> Future[tuple[Answer, ...]]:
        future: Future[tuple[Answer, ...]] = Future()
        future.set_running_or_notify_cancel()
        try:
            if self._closed:
                raise LimitHit("cancelled")
            meter = Meter(request.budget, prompt_bound(request.view.code("by")), request.sampling)
        except LimitHit as hit:
            future.set_exception(hit)
            return future
        answers = tuple(self._answers(request))[: meter.sampling.n]
        meter.paid(sum(each.completion_tokens for each in answers))
        future.set_result(answers)
        return future

    def cancel(self, future: Future[tuple[Answer, ...]]) -> None:
        """Every answer is there already."""

    def close(self) -> None:
        self._closed = True

    def _answers(self, request: Request) -> Iterator[Answer]:
        if not isinstance(request, Assess | Complete | Tactic):
            return
        view = request.view
        spec, target = skim(view.preamble, view.goal)
        context = goal_context(spec, target, view.goal)
        if isinstance(request, Tactic):
            for split in splits(context):
                if not split.lemmas and not split.completes:
                    yield self._answer(f"```lean4\n{split.tactics}\n```", split.success)
            return
        ranked = self._finishing(context)
        if isinstance(request, Assess):
            open_ = math.prod(1.0 - each.chance for _, each in zip(range(_TRIES), (p for _, p in ranked), strict=False))
            yield self._answer(str(round(10 * open_)), 1.0)
            return
        for split, each in ranked:
            if not split.uses - set(view.premises) and not any(word in split.tactics for word in _SEARCHERS):
                yield self._answer(f"```lean4\n{split.tactics}\n```", each.chance)

    def _finishing(self, context: GoalContext) -> Iterator[tuple[Split, Placed]]:
        moves = ordered_moves(context, self._portfolio, lambda _context: iter(()), None, frozenset())
        found = [move.payload for move in moves if move.payload.heartbeats != MORE_HEARTBEATS]
        candidates = [
            Candidate(each.label, each.tactics, place, each.cost, each.success, each.heartbeats, uses=len(each.uses))
            for place, each in enumerate(found)
        ]
        for each in placed(candidates, self._model.rate(context, candidates), self._model.alike):
            yield found[each.index], each

    def _answer(self, text: str, chance: float) -> Answer:
        words = text.split()
        # One token carries the whole log-probability, so that the mean over the answer's tokens is that of a word.
        logprob = math.log(min(max(chance, 1e-9), 1.0))
        return Answer(
            text,
            Finish.STOP,
            NAME,
            str(self._model.card["weights_sha256"])[:12],
            PROMPT,
            0,
            len(words),
            (Token(text, logprob),),
        )
