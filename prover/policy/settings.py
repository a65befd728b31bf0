"""How much a search asks of its policy."""

from __future__ import annotations

from dataclasses import dataclass

from prover.policy.requests import Feedback, Sampling


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """For each goal: `samples` whole proofs, `sketches` decompositions, `tactics` single steps, `conjectures` that the
    goal may rest on, and up to `rounds` repairs in a row (most of the gain is in the first two: How Many Tries).

    `temperature`, `max_tokens`, `seed`: of every answer; a single step gets `step_tokens`. `patience`: wall seconds
    that a request may take. `feedback`: what repairs are told. `slots`: moves that may wait for the policy at once.
    """

    samples: int = 4
    sketches: int = 2
    tactics: int = 2
    conjectures: int = 3
    rounds: int = 2
    temperature: float = 0.8
    max_tokens: int = 2048
    step_tokens: int = 128
    patience: float = 120.0
    feedback: Feedback = Feedback.EXPLAIN
    seed: int | None = None
    slots: int = 2

    def sampling(self, n: int, *, step: bool = False, offset: int = 0) -> Sampling:
        """`offset`: keeps the seeds of different requests about one goal apart."""
        return Sampling(
            n=n,
            temperature=self.temperature,
            max_tokens=self.step_tokens if step else self.max_tokens,
            seed=None if self.seed is None else self.seed + 1000 * offset,
        )
