"""A conjecturer that is a policy: asked with a lemma and an easy theorem with its proof, as in STP."""

from __future__ import annotations

from collections.abc import Sequence, Set
from concurrent.futures import Future
from dataclasses import dataclass

from decompose.context import goal_context
from lean_project.errors import LimitHit, MachineryError, UserError
from prover.policy.answers import Answer, Policy
from prover.policy.contract import conjectures
from prover.policy.guarded import Refusal
from prover.policy.requests import Conjecture, Sampling
from prover.policy.views import names_of, view_of
from rl.selfplay.config import Prove
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.players import Draw, seed_of
from rl.selfplay.records import Origin, Proposal, Seed, Shape, Statement
from search.budget import Budget

OPERATOR = "policy"


@dataclass
class PolicyConjecturer:
    """`rl.selfplay.players.Conjecturer` over a policy's role `conjecture`."""

    world: LeanWorld
    policy: Policy
    settings: Prove
    budget: Budget | None = None

    @property
    def name(self) -> str:
        return self.policy.name

    def close(self) -> None:
        self.policy.close()

    def conjecture(
        self, seeds: Sequence[Seed], wanted: int, draw: Draw, said: Set[str] = frozenset()
    ) -> list[Proposal]:
        asked = [(seed, self._ask(seed, wanted, draw)) for seed in seeds]
        found: list[Proposal] = []
        for seed, future in asked:
            if future is None:
                continue
            try:
                answers = future[0].result()
            except LimitHit as hit:
                if hit.kind in ("cancelled", "tokens"):
                    raise
                continue
            except MachineryError:
                continue
            found += self._read(seed, answers, future[1], wanted)
        return found

    def _ask(self, seed: Seed, wanted: int, draw: Draw) -> tuple[Future[tuple[Answer, ...]], Conjecture] | None:
        try:
            spec = self.world.spec(_statement(seed))
        except UserError:  # a seed of an earlier environment
            return None
        target = spec.targets[-1]
        view = view_of(spec, target, target.goals[0].text, goal_context(spec, target))
        sampling = Sampling(
            n=1,
            temperature=self.settings.temperature,
            max_tokens=self.settings.tokens,
            seed=seed_of(draw.seed, seed.id),
        )
        lemma = f"theorem {seed.lemma} {seed.lemma_statement}" if seed.lemma and seed.lemma_statement else seed.lemma
        request = Conjecture(
            view=view, sampling=sampling, budget=self.budget, wanted=wanted, proof=seed.proof, lemma=lemma
        )
        return self.policy.submit(request), request

    def _read(self, seed: Seed, answers: tuple[Answer, ...], request: Conjecture, wanted: int) -> list[Proposal]:
        spec = self.world.spec(_statement(seed))
        target = spec.targets[-1]
        names = names_of(spec, target, goal_context(spec, target))
        found: list[Proposal] = []
        for answer in answers:
            written = conjectures(answer, request.view, names)
            if isinstance(written, Refusal):
                continue
            for lemma in written[: wanted - len(found)]:
                tokens = answer.prompt_tokens + answer.completion_tokens if not found else 0
                found.append(
                    Proposal(
                        seed=seed.id,
                        index=len(found),
                        statement=lemma.statement,
                        operator=OPERATOR,
                        weights=answer.weights,
                        prompt=answer.prompt,
                        tokens=tokens,
                    )
                )
        return found


def _statement(seed: Seed) -> Statement:
    """The seed's theorem, as far as a spec file needs it."""
    return Statement(
        key="",
        strict_key=seed.theorem,
        name=f"easy_{seed.theorem[:8]}",
        statement=seed.statement,
        environment=seed.environment,
        goal="",
        shape=Shape(size=1, constants=()),
        origin=Origin.DATASET,
    )
