"""Learning without a model: how often each operator's conjectures were fit for training, and each recipe's proofs.

The rule-based players draw in proportion to these chances, so a round learns what the last one found out. This is the
whole loop of self-play, on two cores and in seconds; a language model takes the same files.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pydantic import Field

from rl.data.files import Record, iterate_lines, read_json, write_json
from rl.data.rows import Conjectured
from rl.selfplay.records import Decision, Outcome, Trial
from rl.selfplay.training import Job

CHECKPOINT = "tables.json"
PRIOR = 2.0
"""Tries that a prior chance stands for; with one half it is Laplace's rule of succession."""


class Count(Record):
    tries: float = 0.0
    successes: float = 0.0

    def chance(self, prior: float = 0.5) -> float:
        """Between 0 and 1, never either for a `prior` that is neither: the mean of a beta distribution."""
        return (self.successes + PRIOR * prior) / (self.tries + PRIOR)

    def plus(self, tries: float, successes: float) -> Count:
        return Count(tries=self.tries + tries, successes=self.successes + successes)


class Tables(Record):
    """`operators`: a try is a proposal that somebody looked at, a success the weight of its row. `labels`: a try is an
    answered attempt, a success a checked proof."""

    operators: dict[str, Count] = Field(default_factory=dict)
    labels: dict[str, Count] = Field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> Tables:
        """Empty without a checkpoint. Raises UserError."""
        return cls() if path is None else cls.model_validate(read_json(path))

    def operator_chances(self) -> dict[str, float]:
        return {name: count.chance() for name, count in self.operators.items()}

    def label_chance(self, label: str, prior: float) -> float:
        """The chance of a recipe; `prior`: what was measured elsewhere."""
        return self.labels.get(label, Count()).chance(prior)


def train(job: Job) -> Path:
    """`rl.selfplay.training.Trainer`: the counts of all rounds so far."""
    before = Tables.read(job.previous)
    operators, labels = dict(before.operators), dict(before.labels)
    earned: dict[str, float] = defaultdict(float)
    for row in iterate_lines(job.conjecturer, Conjectured):
        earned[row.theorem.strict_key] += min(1.0, row.weight)
    for decision in iterate_lines(job.decisions, Decision):
        name = decision.proposal.operator
        statement = decision.statement
        success = earned.get(statement.strict_key, 0.0) if statement is not None else 0.0
        operators[name] = operators.get(name, Count()).plus(1, success)
    for trial in iterate_lines(job.trials, Trial):
        for attempt in trial.attempts:
            if attempt.label and attempt.outcome is not Outcome.LOST:
                labels[attempt.label] = labels.get(attempt.label, Count()).plus(1, attempt.outcome is Outcome.PROVED)
    path = job.out / CHECKPOINT
    write_json(path, Tables(operators=operators, labels=labels))
    return path
