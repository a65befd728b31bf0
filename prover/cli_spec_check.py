"""The options of `gentzen spec-check`; the work is in `prover.specs`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from prover import options
from prover.settings import DEFAULT_MUTANTS, RuntimeChoice

Finish = Callable[[Callable[[], int]], None]
"""Does a command's work, and ends the process with its exit code."""


def register(app: typer.Typer, finish: Finish) -> None:
    """Add the command to the roof's."""

    @app.command("spec-check")
    def spec_check(
        file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="A Lean file with theorems.")],
        program: Annotated[
            Path | None,
            typer.Option(metavar="FILE", readable=False, help="A file that has the programs which FILE leaves open."),
        ] = None,
        mutants: Annotated[
            int, typer.Option(metavar="N", min=0, help="How many variants of each program are tried.")
        ] = DEFAULT_MUTANTS,
        json: Annotated[bool, typer.Option("--json", help="Print one JSON object (docs/spec-check.md).")] = False,
        runtime: options.Runtime = RuntimeChoice.AUTO,
        project: options.Project = None,
        quiet: options.Quiet = False,
    ) -> None:
        """Look for faults of the specification in FILE, before anything is proved.

        Hypotheses that nothing satisfies, theorems that contradict each other, wrong programs that satisfy them all,
        inputs that they say nothing about (docs/spec-check.md).
        """

        def work() -> int:
            from prover.specs import command

            return command.run(
                file,
                program,
                mutants=mutants,
                runtime=runtime,
                project=project,
                json=json,
                quiet=quiet,
                say=lambda text: print(text, file=sys.stderr, flush=True),
            )

        finish(work)
