"""The `gentzen` command. stdout: the result only. stderr: progress and errors. docs/cli.md is the manual.

Exit codes: 0 all proved, 1 some not, 2 could not run, 130 interrupted. Each command's work is in a module of its own
(`cli_prove`, `cli_synth`, `cli_check`, `cli_show`, `cli_serve`, `cli_setup`, `doctor`), imported when the command runs,
so that `--help` loads little more than typer.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from lean_project.errors import UserError
from prover import cli_bench, cli_spec_check, cli_synth, cli_train, options
from prover.settings import (
    DEFAULT_POLICY_SAMPLES,
    DEFAULT_TIMEOUT,
    DifficultyChoice,
    OrderChoice,
    ProveSettings,
    RuntimeChoice,
    StrategyChoice,
)
from search.budget import BudgetLimits, parse_limits

app = typer.Typer(
    name="gentzen",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gentzen {version('gentzen')}")
        raise typer.Exit


@app.callback()
def gentzen(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Prove what a Lean 4 file leaves open with `sorry`, and check it so that you can believe it."""


@app.command()
def prove(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR...", readable=False, help="Lean files, or folders of them.")
    ],
    theorem: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Work on this theorem only (again for more of them).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where <name>.proved.lean goes. Default: beside the input.")
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="S", help="Seconds for each target.")] = DEFAULT_TIMEOUT,
    workers: options.Workers = None,
    budget: Annotated[
        str | None, typer.Option(metavar="LIMITS", help="For the whole run, e.g. calls=200,seconds=60,tokens=1e5.")
    ] = None,
    strategy: Annotated[
        StrategyChoice, typer.Option(help="How goals are taken apart; `portfolio`: not at all.")
    ] = StrategyChoice.HIERARCHICAL,
    order: options.Order = OrderChoice.LEARNED,
    difficulty: options.Difficulty = DifficultyChoice.FOOTPRINT,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per file (docs/json-schema.md).")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an earlier run stopped: nothing is proved or tried twice.")
    ] = False,
    policy: Annotated[
        str | None,
        typer.Option(metavar="URL|DIR", help="A language model to ask: a server (http://host:8000/v1) or a folder."),
    ] = None,
    model: options.Model = None,
    policy_samples: Annotated[
        int, typer.Option(metavar="N", min=1, help="Whole proofs that the policy writes for each goal.")
    ] = DEFAULT_POLICY_SAMPLES,
    runtime: options.Runtime = RuntimeChoice.AUTO,
    project: options.Project = None,
    quiet: options.Quiet = False,
) -> None:
    """Prove what FILE leaves open and write a proved copy.

    Every `sorry` that stands for a proof is a target. The copy is called <name>.proved.lean; what stays open keeps its
    `sorry` there. FILE itself is never edited.
    """

    def work() -> int:
        from prover import cli_prove

        settings = ProveSettings(
            theorems=tuple(theorem or ()),
            timeout=_positive(timeout, "--timeout"),
            budget=parse_limits(budget) if budget is not None else BudgetLimits(),
            strategy=strategy.value,
            order=order.value,
            difficulty=difficulty.value,
            resume=resume,
            workers=workers,
            runtime=runtime,
            project=project,
            policy=policy,
            model=model,
            policy_samples=policy_samples,
        )
        return cli_prove.run(paths, settings, out=out, json=json, quiet=quiet)

    _finish(work)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="The Lean file to judge.")],
    against: Annotated[
        Path | None,
        typer.Option(metavar="ORIGINAL", readable=False, help="The file whose statements FILE must prove, unchanged."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the verdict as a JSON object.")] = False,
    allow_axiom: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Accept this axiom besides propext, Quot.sound and Classical.choice."),
    ] = None,
    runtime: options.Runtime = RuntimeChoice.AUTO,
    project: options.Project = None,
    quiet: options.Quiet = False,
) -> None:
    """Judge a finished file: the check behind `prove`.

    The file is elaborated in a fresh process, its axioms are walked and everything in it is replayed through the kernel
    of another one. With --against its statements must be those of ORIGINAL.
    """

    def work() -> int:
        from prover import cli_check

        return cli_check.run(
            file,
            against,
            allowed_axioms=tuple(allow_axiom or ()),
            runtime=runtime,
            project=project,
            json=json,
            quiet=quiet,
            say=say,
        )

    _finish(work)


@app.command()
def decompose(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="A Lean file.")],
    theorem: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This theorem only (again for more of them).")
    ] = None,
    best: Annotated[int, typer.Option(metavar="K", min=1, help="How many splits to show for each target.")] = 3,
    timeout: Annotated[float, typer.Option(metavar="S", help="Seconds for each target.")] = DEFAULT_TIMEOUT,
    budget: Annotated[
        str | None, typer.Option(metavar="LIMITS", help="For the whole run, e.g. calls=200,seconds=60.")
    ] = None,
    workers: options.Workers = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object (docs/json-schema.md).")] = False,
    runtime: options.Runtime = RuntimeChoice.AUTO,
    project: options.Project = None,
    quiet: options.Quiet = False,
) -> None:
    """Show the best ways to take the goals of FILE apart, with their scores.

    One step deep: splits are put to Lean, tested for counterexamples and scored (docs/score.md); nothing is proved.
    """

    def work() -> int:
        from prover import cli_decompose

        return cli_decompose.run(
            file,
            theorems=tuple(theorem or ()),
            keep=best,
            budget=parse_limits(budget) if budget is not None else BudgetLimits(),
            timeout=_positive(timeout, "--timeout"),
            workers=workers,
            runtime=runtime,
            project=project,
            json=json,
            quiet=quiet,
        )

    _finish(work)


@app.command()
def show(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A run, or the beginning of its name. Default: the latest.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write one HTML page instead, for any browser.")
    ] = None,
    target: Annotated[str | None, typer.Option(metavar="NAME", help="Show this theorem only, with its proof.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the recent runs.")] = False,
) -> None:
    """Show the proof trees of a run: what was tried on which goal, what worked, and why the rest did not."""

    def work() -> int:
        from prover import cli_show

        return cli_show.run(run, html=html, target=target, listed=listed)

    _finish(work)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(
    context: typer.Context,
    model: Annotated[str, typer.Option(metavar="DIR", help="The checkpoint folder (vLLM: or a model's name).")],
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8000,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What clients call the model. Default: the folder's name.")
    ] = None,
    vllm: Annotated[
        bool | None,
        typer.Option("--vllm/--no-vllm", help="Insist on vLLM, or do without. Default: if it is installed."),
    ] = None,
) -> None:
    """Serve a model for `gentzen prove --policy http://HOST:PORT/v1`.

    With vLLM where it is installed (options that gentzen does not know are passed on to it), else with a small server
    of its own, on transformers.
    """

    def work() -> int:
        from prover import cli_serve

        return cli_serve.run(model, host=host, port=port, name=name, vllm=vllm, more=context.args, say=say)

    _finish(work)


@app.command()
def setup(
    force: Annotated[bool, typer.Option("--force", help="Install again even if what is there looks sound.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Install the Lean that comes with gentzen.

    The first `prove` does it too; nothing happens when it is there already.
    """

    def work() -> int:
        from prover import cli_setup

        return cli_setup.run(force=force, quiet=quiet)

    _finish(work)


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print everything as a JSON object, for a bug report.")] = False,
) -> None:
    """Say what is there, what is missing, and what mends it."""

    def work() -> int:
        from prover import doctor as examination

        return examination.run(json=json)

    _finish(work)


cli_bench.register(app, lambda work: _finish(work))
cli_train.register(app, lambda work: _finish(work))
cli_synth.register(app, lambda work: _finish(work))
cli_spec_check.register(app, lambda work: _finish(work))


def main() -> None:
    """The console script."""
    app()


def _finish(work: Callable[[], int]) -> NoReturn:
    """End the command with the exit code of `work`; no traceback for anything that a user or a machine can cause."""
    raise typer.Exit(guarded(work))


def guarded(work: Callable[[], int]) -> int:
    """Run `work` and turn every way in which it can end into an exit code and at most one paragraph on stderr."""
    try:
        code = work()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of stdout left (`| head`). The interpreter flushes once more on its way out: that must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # what a shell reports for SIGPIPE
    except UserError as error:
        say(f"gentzen: {error}")
        return 2
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            what = error.filename or "what was to be written (stdout, if it goes into a file, included)"
            say(f"gentzen: The disk is full: there is no room for {what}. Make room and run the same command again.")
            return 2
        from prover.crash import describe

        say(describe(error))
        return 2
    return code


def say(text: str) -> None:
    """To stderr, if anybody still reads it."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def _positive(value: float, option: str) -> float:
    if not 0 < value < float("inf"):
        raise UserError(f"{option} must be a positive number of seconds, not {value:g}.")
    return value


if __name__ == "__main__":
    main()
