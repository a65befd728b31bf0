"""The options of `gentzen synth`; `prover.synth.command` does the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from prover import options
from prover.settings import DEFAULT_POLICY_SAMPLES, DEFAULT_TIMEOUT, OrderChoice, ProveSettings, RuntimeChoice
from search.budget import BudgetLimits

Finish = Callable[[Callable[[], int]], None]
"""Ends the command with the exit code of its work (`cli._finish`)."""


def register(app: typer.Typer, finish: Finish) -> None:
    """Add the command to the application."""

    @app.command()
    def synth(
        file: Annotated[
            Path,
            typer.Argument(
                metavar="FILE",
                readable=False,
                help="A specification with missing programs; or tasks whose programs are taken out: FILE.jsonl, "
                "a Verina task, a folder of them.",
            ),
        ],
        only: Annotated[
            str | None, typer.Option(metavar="NAME", help="Of several tasks, the one with this name or id.")
        ] = None,
        out: Annotated[
            Path | None, typer.Option(metavar="DIR", help="Where <name>.synth.lean goes. Default: beside the input.")
        ] = None,
        calls: Annotated[int | None, typer.Option(metavar="N", min=1, help="Lean calls for the whole run.")] = None,
        timeout: Annotated[float, typer.Option(metavar="S", min=1, help="Seconds for the whole run.")] = 300.0,
        proof_timeout: Annotated[
            float,
            typer.Option(metavar="S", min=1, help="Seconds for each theorem about a program that passed the tests."),
        ] = DEFAULT_TIMEOUT,
        allow: Annotated[
            list[str] | None,
            typer.Option(
                metavar="NAME", help="A function of the specification that programs may call (again for more)."
            ),
        ] = None,
        pareto: Annotated[
            bool, typer.Option("--pareto", help="Go on after the first verified program, and compare what is found.")
        ] = False,
        json: Annotated[bool, typer.Option("--json", help="Print the report as a JSON object.")] = False,
        resume: Annotated[
            bool, typer.Option("--resume", help="Leave out candidates and proofs that an earlier run has tried.")
        ] = False,
        order: options.Order = OrderChoice.LEARNED,
        policy: Annotated[
            str | None,
            typer.Option(
                metavar="URL|DIR|embedded",
                help="A language model that writes programs and proofs; `embedded`: the shipped one, for proofs only.",
            ),
        ] = None,
        model: options.Model = None,
        policy_samples: Annotated[
            int, typer.Option(metavar="N", min=1, help="Programs, and proofs of each goal, that the policy writes.")
        ] = DEFAULT_POLICY_SAMPLES,
        workers: options.Workers = None,
        runtime: options.Runtime = RuntimeChoice.AUTO,
        project: options.Project = None,
        quiet: options.Quiet = False,
    ) -> None:
        """Find the programs that FILE leaves out, and prove its theorems about them.

        A missing program is `def f (x : T) : R := sorry`. Candidates are tested on what the theorems say; one that
        passes is proved and checked like any other file. The result is called <name>.synth.lean; FILE is never edited.
        """

        def work() -> int:
            from prover.synth.command import run
            from prover.synth.loop import SynthSettings

            settings = ProveSettings(
                timeout=proof_timeout,
                budget=BudgetLimits(calls=calls, seconds=timeout),
                order=order.value,
                resume=resume,
                workers=workers,
                runtime=runtime,
                project=project,
                policy=policy,
                model=model,
                policy_samples=policy_samples,
            )
            chosen = SynthSettings(allow=tuple(allow or ()), pareto=pareto, resume=resume)
            return run(file, settings, chosen, out=out, json=json, quiet=quiet, only=only)

        finish(work)
