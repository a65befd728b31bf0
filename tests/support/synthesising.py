"""Whole runs of `gentzen synth` on a session that tests share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lean_project.ledger import Ledger
from lean_project.session import Session
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.prove import Run
from prover.settings import ProveSettings, Silence
from prover.synth.holes import Candidate
from prover.synth.loop import SUFFIX, Author, Synthesis, SynthSettings
from prover.synth.report import SynthReport
from prover.synth.written import no_author
from search.budget import Budget, BudgetLimits


@dataclass
class Bench:
    """A folder with one specification, its ledger and state, and runs on it."""

    session: Session
    folder: Path
    text: str
    proof_seconds: float = 20.0
    budgets: list[Budget] = field(default_factory=list)

    @property
    def output(self) -> Path:
        return self.folder / f"spec{SUFFIX}"

    def run(
        self,
        author: Author = no_author,
        *,
        resume: bool = False,
        pareto: bool = False,
        limits: BudgetLimits | None = None,
    ) -> SynthReport:
        """Raises what `Synthesis.report` raises."""
        path = self.folder / "spec.lean"
        path.write_text(self.text, encoding="utf-8")
        self.budgets.append(Budget(limits or BudgetLimits(calls=600, seconds=250.0)))
        with Ledger.open(self.folder / "ledger.db") as ledger:
            run = Run(
                session=self.session,
                settings=ProveSettings(timeout=self.proof_seconds, resume=resume),
                ledger=ledger,
                run_id=ledger.start_run("synth"),
                budget=self.budgets[-1],
                make_check=gate_for,
            )
            settings = SynthSettings(resume=resume, pareto=pareto)
            synthesis = Synthesis(InputFile(path, self.output), run, settings, self.folder / "state", Silence(), author)
            return synthesis.report()


def writes(*bodies: str) -> Author:
    """A policy that writes these bodies for every hole."""
    return lambda _spec, _hole: lambda _failed: [Candidate(body, (), "policy") for body in bodies]
