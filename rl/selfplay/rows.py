"""From a round's records to rows of training data (`rl.data.rows`), for a trainer and for later rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from decompose.reading import parse_goal
from prover.policy.views import binder
from rl.data.rows import Completion, Conjectured, Provenance, Theorem
from rl.selfplay.records import (
    TRIVIAL,
    Decision,
    EnvironmentText,
    Proposal,
    Seed,
    Selected,
    Statement,
    Trial,
)
from rl.selfplay.select import Weighted

SOURCE = "self-play"


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes rows of one round. `environments`: by id. `lean`: the version that the statements were read with."""

    round: int
    environments: Mapping[str, EnvironmentText]
    lean: str

    def theorem(self, statement: Statement) -> Theorem:
        locals_, target = parse_goal(statement.goal)
        return Theorem(
            preamble=self.environments[statement.environment].text,
            command=f"theorem {statement.name} {statement.statement} := by\n  sorry",
            name=statement.name,
            binders=" ".join(binder(each) for each in locals_),
            target=target,
            goal=statement.goal,
            stated=statement.statement,
            key=statement.key,
            strict_key=statement.strict_key,
        )

    def conjectures(
        self,
        selected: Iterable[Selected],
        statements: Mapping[str, Statement],
        seeds: Mapping[str, Seed],
        proposals: Mapping[str, Proposal],
    ) -> list[Conjectured]:
        """Rows for the conjecturer. `statements`: by strict key; `proposals`: what became of which statement, by strict
        key."""
        return [
            self._conjecture(
                statements[each.strict_key],
                seeds[each.seed],
                proposals.get(each.strict_key),
                each.lemma,
                each.rate,
                each.weight,
            )
            for each in selected
        ]

    def proved_conjectures(
        self, decisions: Iterable[Decision], trials: Iterable[Trial], seeds: Mapping[str, Seed]
    ) -> list[Conjectured]:
        """A row of weight 1 for every conjecture that was kept and proved, however often: what a first conjecturer
        learns from what a conjecture looks like."""
        known = {trial.strict_key: trial for trial in trials}
        rows = []
        for each in decisions:
            trial = None if each.statement is None else known.get(each.statement.strict_key)
            if each.statement is None or trial is None or not trial.proofs or trial.rate is None:
                continue
            seed = seeds[each.proposal.seed]
            relevant = any(seed.lemma in proof.uses for proof in trial.proofs)
            lemma = seed.lemma if relevant else TRIVIAL
            rows.append(self._conjecture(each.statement, seed, each.proposal, lemma, trial.rate, 1.0))
        return rows

    def _conjecture(
        self, statement: Statement, seed: Seed, proposal: Proposal | None, lemma: str, rate: float, weight: float
    ) -> Conjectured:
        return Conjectured(
            theorem=self.theorem(statement),
            provenance=self._origin(statement, proposal),
            weight=weight,
            lemma=lemma,
            lemma_statement=seed.lemma_statement if lemma == seed.lemma else "",
            seed=seed.statement,
            seed_proof=seed.proof,
            rate=rate,
        )

    def completions(self, weighted: Sequence[Weighted]) -> list[Completion]:
        """Rows for the prover: every one a proof that the trusted check accepted."""
        return [
            Completion(
                theorem=self.theorem(each.statement),
                provenance=self._origin(each.statement, None, each.proof.weights, each.proof.prompt),
                level=each.proof.level,
                weight=each.weight,
                proof=each.proof.proof,
                lemmas=each.proof.lemmas,
                axioms=each.proof.axioms,
                seconds=each.proof.seconds,
            )
            for each in weighted
        ]

    def _origin(
        self, statement: Statement, proposal: Proposal | None, weights: str = "", prompt: str = ""
    ) -> Provenance:
        above = self.environments[statement.environment]
        return Provenance(
            source=SOURCE,
            file=above.file,
            file_sha256=above.file_sha256,
            run_id=f"round {self.round}",
            weights=proposal.weights if proposal is not None else weights,
            prompt=proposal.prompt if proposal is not None else prompt,
            lean=self.lean,
        )


def buffered(own: Sequence[Completion], earlier: Iterable[Sequence[Completion]]) -> list[Completion]:
    """The round's rows with those of earlier rounds, newest first: a proof that came again keeps its newest weight."""
    found: dict[str, Completion] = {}
    for rows in (own, *earlier):
        for row in rows:
            found.setdefault(row.id, row)
    return sorted(found.values(), key=lambda row: row.id)
