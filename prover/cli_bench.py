"""The options of `gentzen bench` and `gentzen compare`; `bench/command.py` does the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from prover import options
from prover.settings import DEFAULT_POLICY_SAMPLES, DifficultyChoice, OrderChoice, RuntimeChoice, StrategyChoice

Finish = Callable[[Callable[[], int]], None]
"""Ends the command with the exit code of its work (`cli._finish`)."""


def register(app: typer.Typer, finish: Finish) -> None:
    """Add both commands to the application."""

    @app.command()
    def bench(
        name: Annotated[
            str, typer.Argument(metavar="NAME|PATH", help="A benchmark: a folder, a file, or a known name.")
        ],
        form: Annotated[
            str, typer.Option("--format", metavar="F", help="Its format; docs/bench.md lists them.")
        ] = "auto",
        fields: Annotated[
            str | None, typer.Option("--map", metavar="MAP", help="For any JSON lines: statement=FIELD,id=FIELD,...")
        ] = None,
        split: Annotated[str, typer.Option(metavar="S", help="Problems of this split only.")] = "",
        limit: Annotated[int, typer.Option(metavar="N", min=0, help="The first N problems only; 0: all.")] = 0,
        shard: Annotated[str, typer.Option(metavar="I/N", help="The I-th of N parts; they may share --out.")] = "1/1",
        k: Annotated[int, typer.Option("--k", metavar="K", min=1, help="Attempts at each task.")] = 1,
        calls: Annotated[int, typer.Option(metavar="N", min=1, help="Lean calls for an attempt.")] = 100,
        heartbeats: Annotated[
            int | None, typer.Option(metavar="N", min=1, help="At most so many heartbeats for a Lean call.")
        ] = None,
        seconds: Annotated[float, typer.Option(metavar="S", help="Wall clock of an attempt: a safety net.")] = 900.0,
        strategy: Annotated[StrategyChoice, typer.Option(help="How goals are searched.")] = StrategyChoice.HIERARCHICAL,
        order: options.Order = OrderChoice.LEARNED,
        difficulty: options.Difficulty = DifficultyChoice.FOOTPRINT,
        seed: Annotated[int, typer.Option(metavar="N", help="What the attempts draw from.")] = 0,
        gate: Annotated[bool, typer.Option(help="Test every statement for counterexamples first.")] = True,
        policy: Annotated[
            str | None, typer.Option(metavar="URL|DIR", help="A language model to ask: a server or a folder.")
        ] = None,
        model: options.Model = None,
        policy_samples: Annotated[
            int, typer.Option(metavar="N", min=1, help="Whole proofs that the policy writes for each goal.")
        ] = DEFAULT_POLICY_SAMPLES,
        tokens: Annotated[
            int | None, typer.Option(metavar="N", min=1, help="Tokens of the policy for an attempt.")
        ] = None,
        workers: Annotated[
            int | None, typer.Option(metavar="N", min=1, help="Lean processes; they change no outcome.")
        ] = None,
        ray: Annotated[
            str | None, typer.Option(metavar="ADDRESS", help="Lean on a Ray cluster: its address, auto, or local.")
        ] = None,
        out: Annotated[
            Path | None, typer.Option(metavar="DIR", help="The run's folder. The same command on it goes on.")
        ] = None,
        runtime: options.Runtime = RuntimeChoice.AUTO,
        project: options.Project = None,
        json: Annotated[bool, typer.Option("--json", help="Print the results as one JSON object.")] = False,
        quiet: options.Quiet = False,
        fetch: Annotated[
            bool, typer.Option("--fetch", help="Get the data first: a known name, or a URL with --sha256.")
        ] = False,
        revision: Annotated[str, typer.Option(metavar="REV", help="With --fetch: this commit of a known name.")] = "",
        sha256: Annotated[str, typer.Option(metavar="HEX", help="With --fetch: the file's SHA-256.")] = "",
    ) -> None:
        """Measure gentzen on a benchmark: which problems it proves, under which budget, and how sure that is.

        Every statement is elaborated and tested first, then attempted K times under a budget of Lean calls; a proof
        counts when the trusted check accepts the whole file. The folder holds records, proofs and a report.
        """

        def work() -> int:
            from prover.bench import command
            from prover.bench.loading import Selection, parse_shard
            from prover.bench.settings import BenchSettings

            options = command.BenchOptions(
                name=name,
                form=form,
                fields=fields,
                selection=Selection(split, limit, parse_shard(shard)),
                settings=BenchSettings(
                    k=k,
                    calls=calls,
                    heartbeats=heartbeats,
                    seconds=seconds,
                    strategy=strategy.value,
                    order=order.value,
                    difficulty=difficulty.value,
                    seed=seed,
                    gate=gate,
                    policy=policy,
                    model=model,
                    policy_samples=policy_samples,
                    tokens=tokens,
                ),
                workers=workers,
                out=out,
                runtime=runtime,
                project=project,
                json=json,
                quiet=quiet,
                ray=ray,
                fetch=command.Fetch(revision, sha256) if fetch else None,
            )
            return command.run_bench(options)

        finish(work)

    @app.command()
    def compare(
        runs: Annotated[
            list[Path], typer.Argument(metavar="RUN RUN...", readable=False, help="Folders of bench runs.")
        ],
        allow_different: Annotated[
            bool, typer.Option("--allow-different", help="Compare although budgets, data or Lean differ; it says so.")
        ] = False,
        fail_if_worse: Annotated[
            bool, typer.Option("--fail-if-worse", help="Exit code 1 when a later run proves fewer (p < 0.05).")
        ] = False,
        html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write an HTML page too.")] = None,
        json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    ) -> None:
        """Compare bench runs task by task: what only one of them proves, and whether that could be chance.

        The first run is what the others are compared with. Runs with different budgets or problems are refused.
        """

        def work() -> int:
            from prover.bench import command

            return command.run_compare(runs, allow_different, fail_if_worse, html, json)

        finish(work)
