"""The options of `gentzen train`; `rl.run.command` does the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from prover import options

Finish = Callable[[Callable[[], int]], None]
"""Ends the command with the exit code of its work (`cli._finish`)."""


def register(app: typer.Typer, finish: Finish) -> None:
    """Add the command to the application."""

    @app.command()
    def train(
        config: Annotated[
            Path, typer.Argument(metavar="CONFIG", readable=False, help="A YAML file; docs/training.md.")
        ],
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Print the plan with memory, time and cost; start nothing.")
        ] = False,
        rounds: Annotated[int | None, typer.Option(metavar="N", min=1, help="Rounds in all, not the file's.")] = None,
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="The run's folder, not the file's.")] = None,
        ray: Annotated[
            str | None, typer.Option(metavar="ADDRESS", help="Lean on a Ray cluster: its address, auto, or local.")
        ] = None,
        json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
        quiet: options.Quiet = False,
    ) -> None:
        """Train a model by self-play: it conjectures and proves, Lean judges, and what was proved is learned from.

        The same command goes on where it was stopped, at every stage. The folder holds the rounds with their files and
        hashes, the checkpoints, and a report.
        """

        def work() -> int:
            from rl.run.command import TrainOptions, run_train

            return run_train(TrainOptions(config, dry_run, rounds, out, ray, json, quiet))

        finish(work)
