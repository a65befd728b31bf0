"""Provers: the portfolio drawn at random, the tree search, a policy. Their proofs are hints until they are checked."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from typing import TypeVar

from decompose.context import goal_context
from decompose.counterexample.gate import test_goal
from decompose.graft import indent, normalise
from decompose.spec import SORRY_MESSAGE, SpecFile
from decompose.splitters import splits
from lean_project.errors import LimitHit, MachineryError, RequestError, UserError
from lean_project.model import Limits
from lean_project.session import Session
from prover.attempt import HEARTBEATS_MESSAGE
from prover.bench.steady import ForetoldCosts, OneWorker, Watch
from prover.closers import closers
from prover.engine import LeanDomain
from prover.moves import MORE_HEARTBEATS
from prover.policy.answers import Answer, Finish, Policy
from prover.policy.contract import proof as read_proof
from prover.policy.guarded import Refusal as Refused
from prover.policy.requests import Complete, Sampling
from prover.policy.views import names_of, view_of
from prover.portfolio import UNMEASURED, Portfolio, measured_prices
from rl.selfplay.config import Prove
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.players import Draw, Try
from rl.selfplay.records import Outcome, Statement
from search.budget import Budget, BudgetLimits
from search.domain import Goal, Kind, Move
from search.driver import Search, Settings
from search.outcome import Stop
from search.strategies import strategy

_Read = TypeVar("_Read")
Chance = Callable[[str, float], float]
"""A recipe's label and its prior chance to how often it is drawn, in proportion."""


def guarded(draws: Sequence[Draw], tries: Callable[[], list[Try]]) -> list[Try]:
    """What `tries` gives; all lost where the machinery failed. A UserError passes on: a policy's, which nothing but the
    user can mend."""
    try:
        return tries()
    except (MachineryError, RequestError) as error:
        return [Try(draw, Outcome.LOST, reason=str(error).partition("\n")[0]) for draw in draws]


@dataclass(frozen=True)
class Bench:
    """Where candidates are tried: a statement in its environment."""

    world: LeanWorld
    session: Session
    settings: Prove

    def spec(self, statement: Statement) -> SpecFile:
        """As `LeanWorld.spec`. Raises MachineryError when the statement does not elaborate any more."""
        return self._ours(lambda: self.world.spec(statement))

    def _ours(self, read: Callable[[], _Read]) -> _Read:
        """A statement that was read before and is not read now is a fault of ours, not of the prover or the user."""
        try:
            return read()
        except UserError as error:
            raise MachineryError(str(error)) from error

    def tried(self, statement: Statement, attempt: Try, heartbeats: int | None = None) -> Try:
        """The attempt with what Lean says to its proof. A success is a hint, to be checked.

        Raises LimitHit("cancelled")."""
        stated = self._ours(lambda: self.world.stated(statement))
        lemmas = "".join(f"{lemma.strip()}\n\n" for lemma in attempt.lemmas)
        body = indent(normalise(attempt.tactics), 2)
        code = f"{lemmas}theorem {statement.name} {statement.statement} := by\n  {body}\n"
        bound = min(heartbeats or self.settings.heartbeats, self.settings.heartbeats)
        try:
            answer = self.session.elaborate(stated.environment.snapshot, code, Limits(self.settings.seconds, bound))
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return replace(attempt, outcome=Outcome.LIMIT, seconds=self.settings.seconds, reason=str(hit))
        except (MachineryError, RequestError) as error:
            return replace(attempt, outcome=Outcome.LOST, reason=str(error).partition("\n")[0])
        seconds = attempt.seconds + answer.lean_seconds
        errors = [message for message in answer.messages if message.is_error]
        if errors:
            gave_up = any(message.kind.endswith(HEARTBEATS_MESSAGE) for message in errors)
            said = " ".join(errors[0].text.split())[:200]
            outcome = Outcome.LIMIT if gave_up else Outcome.FAILED
            return replace(attempt, outcome=outcome, seconds=seconds, reason=said)
        if len(answer.commands) != len(attempt.lemmas) + 1 or answer.commands[-1].end < len(code.rstrip().encode()):
            said = "it does not stay inside its slot"
            return replace(attempt, outcome=Outcome.FAILED, seconds=seconds, reason=said)
        if any(message.kind == SORRY_MESSAGE for message in answer.messages):
            return replace(attempt, outcome=Outcome.FAILED, seconds=seconds, reason="it rests on `sorry`")
        return replace(attempt, outcome=Outcome.PROVED, seconds=seconds)


@dataclass(frozen=True, slots=True)
class Recipe:
    label: str
    heartbeats: int
    prior: float


@dataclass
class PortfolioProver:
    """Attempts are recipes of the portfolio, drawn with replacement in proportion to their chances: samples, as those
    of a policy are, so that a rate means the same. `chance`: what was learned about a label on top of what measuring
    says (`rl.selfplay.tables`)."""

    bench: Bench
    chance: Chance = lambda label, prior: prior
    name: str = "portfolio"

    def tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        return guarded(draws, lambda: self._tries(statement, draws))

    def _tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        recipes = self._recipes(statement)
        texts = sorted(recipes)
        weights = [self.chance(recipes[text].label, recipes[text].prior) for text in texts]
        known: dict[str, Try] = {}
        found: list[Try] = []
        for draw in draws:
            (text,) = random.Random(draw.seed).choices(texts, weights)
            if text not in known:
                made = Try(draw, Outcome.FAILED, text, label=recipes[text].label)
                known[text] = self.bench.tried(statement, made, recipes[text].heartbeats)
            found.append(replace(known[text], draw=draw))
        return found

    def _recipes(self, statement: Statement) -> dict[str, Recipe]:
        """By text. What measuring says of a label is its prior."""
        spec = self.bench.spec(statement)
        context = goal_context(spec, spec.targets[-1])
        prices = measured_prices()
        found = {}
        for each in Portfolio(prices=prices).propose(context):
            prior = prices.get(each.label, UNMEASURED).success
            found[each.tactics] = Recipe(each.label, each.heartbeats, prior)
        for split in closers(context):
            found[split.tactics] = Recipe(split.label, split.heartbeats, split.success)
        return found


class DrawnOrder:
    """Late moves (`prover.later`) that are a goal's moves with the finishing ones among themselves in an order drawn by
    seed, the same for equal goals; splits, and second turns with more heartbeats, stay where they are."""

    slots = 0

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def moves(self, goal: Goal, moves: Iterator[Move]) -> Iterator[Move]:
        found = list(moves)
        places = [number for number, move in enumerate(found) if _first_turn(move)]
        drawn = [found[place] for place in places]
        random.Random(f"{self._seed} {goal.payload.strict_key}").shuffle(drawn)
        for place, move in zip(places, drawn, strict=True):
            slot = found[place]  # strategies go by cost and chance, so a place is worth what it was worth before
            found[place] = replace(move, cost=slot.cost, success=slot.success)
        yield from found

    def rest(self) -> None:
        """Nothing is under way."""


def _first_turn(move: Move) -> bool:
    return move.kind is Kind.COMPLETE and move.payload.heartbeats != MORE_HEARTBEATS


@dataclass
class SearchProver:
    """Attempts are tree searches of `calls` Lean calls each, whose finishing moves come in an order drawn by seed.
    Nothing measured decides their course, so equal draws are equal attempts on any machine."""

    bench: Bench
    calls: int = 40
    strategy: str = "hierarchical"
    name: str = "search"

    def tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        return guarded(draws, lambda: [self._try(statement, draw) for draw in draws])

    def _try(self, statement: Statement, draw: Draw) -> Try:
        session = OneWorker(self.bench.session, None)
        spec = self.bench.spec(statement)
        with LeanDomain(
            spec,
            session,
            proposer=Portfolio(),
            splitter=splits,
            tester=test_goal,
            late_moves=DrawnOrder(draw.seed),
        ) as domain:
            root = domain.root(spec.targets[-1])
            if isinstance(root, str):
                return Try(draw, Outcome.LOST, label=self.name, reason=root)
            watch = Watch(threading.Event())
            try:
                found = Search(
                    domain,
                    [root],
                    strategy(self.strategy, draw.seed),
                    Budget(BudgetLimits(calls=self.calls)),
                    on_event=watch,
                    allocation=ForetoldCosts(),
                    settings=Settings(queued=0),
                ).run()
            except CancelledError as error:
                raise LimitHit("cancelled") from error
            if found.stop is Stop.INTERRUPTED:
                raise KeyboardInterrupt
            made = Try(draw, Outcome.FAILED, label=self.name, seconds=session.lean_seconds)
            if root.key not in found.proofs:
                # A search that lost some of its moves might have found a proof without that.
                if watch.lost:
                    return replace(made, outcome=Outcome.LOST, reason=f"{watch.lost} moves lost by the machinery")
                return replace(made, reason=f"{found.stop} after {found.usage.calls} calls")
            script = domain.script(found.proofs[root.key])
        made = replace(made, outcome=Outcome.PROVED, tactics=script.tactics, lemmas=script.lemmas)
        return replace(self.bench.tried(statement, made), seconds=made.seconds)


@dataclass
class PolicyProver:
    """Attempts are whole proofs that a policy writes: one question for all samples of a statement."""

    bench: Bench
    policy: Policy
    budget: Budget | None = None

    @property
    def name(self) -> str:
        return self.policy.name

    def close(self) -> None:
        self.policy.close()

    def tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        return guarded(draws, lambda: self._tries(statement, draws)) if draws else []

    def _tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        spec = self.bench.spec(statement)
        target = spec.targets[-1]
        context = goal_context(spec, target)
        view = view_of(spec, target, target.goals[0].text, context)
        sampling = Sampling(
            n=len(draws),
            temperature=self.bench.settings.temperature,
            max_tokens=self.bench.settings.tokens,
            seed=draws[0].seed,
        )
        answers = self._answers(Complete(view=view, sampling=sampling, budget=self.budget))
        names = names_of(spec, target, context)
        found = []
        for number, draw in enumerate(draws):
            if number >= len(answers):
                found.append(Try(draw, Outcome.LOST, reason="the policy gave no answer"))
                continue
            answer = answers[number]
            tokens = answer.prompt_tokens + answer.completion_tokens
            made = Try(
                draw, Outcome.FAILED, label=self.name, tokens=tokens, weights=answer.weights, prompt=answer.prompt
            )
            if answer.finish in (Finish.MALFORMED, Finish.FILTERED):
                found.append(replace(made, outcome=Outcome.LOST, reason=str(answer.finish)))
                continue
            written = read_proof(answer, view, names, "policy")
            if isinstance(written, Refused):
                found.append(replace(made, reason=str(written)))
                continue
            split = written.split
            if any(lemma.name not in written.given for lemma in split.lemmas):
                found.append(replace(made, reason="it rests on a lemma without a proof"))
                continue
            lemmas = tuple(lemma.declaration("by\n  " + indent(written.given[lemma.name], 2)) for lemma in split.lemmas)
            found.append(self.bench.tried(statement, replace(made, tactics=split.tactics, lemmas=lemmas)))
        return found

    def _answers(self, request: Complete) -> tuple[Answer, ...]:
        try:
            return self.policy.submit(request).result()
        except LimitHit as hit:
            if hit.kind in ("cancelled", "tokens"):
                raise
            return ()
