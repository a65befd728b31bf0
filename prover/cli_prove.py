"""`gentzen prove`: files in, proved copies and reports out."""

from __future__ import annotations

import shlex
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Protocol

from lean_project import environ
from lean_project.errors import GentzenError, LimitHit, UserError
from lean_project.ledger import Ledger, LedgerError
from prover import inputs, render
from prover.crash import describe
from prover.inputs import InputFile
from prover.report import FileReport, exit_code
from prover.settings import Progress, ProveSettings


class Engine(Protocol):
    """What proves one file after the other, and holds whatever processes that takes."""

    def prove(self, file: InputFile, progress: Progress) -> FileReport:
        """Prove `file`, write its output, and say what came of it. On Ctrl-C: save what there is, then `interrupted`.

        Raises `UserError` when this file cannot be worked on, `MachineryError` when all retries were in vain.
        """
        ...

    def close(self) -> None:
        """End every process."""
        ...


def _open_engine(
    settings: ProveSettings, files: Sequence[InputFile], ledger: Ledger, run_id: str, quiet: bool
) -> Engine:
    """An engine that is ready. A `UserError` from here ends the whole run, not one file's."""
    from prover.cli_engine import LeanEngine

    return LeanEngine(settings, files, ledger, run_id, say=_say, quiet=quiet)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(
    paths: Sequence[Path],
    settings: ProveSettings,
    *,
    out: Path | None = None,
    json: bool = False,
    quiet: bool = False,
) -> int:
    """The whole command; returns its exit code. Everything wrong with the arguments is said before any work starts."""
    files = inputs.expand(paths, out)
    for file in files:
        inputs.read_source(file.path)
    inputs.prepare_outputs(files)
    with Ledger.open(environ.home() / "ledger.db") as ledger:
        recorded = {**asdict(settings), "project": None if settings.project is None else str(settings.project)}
        run_id = ledger.start_run(shlex.join(sys.argv), recorded, {"gentzen": version("gentzen")})
        code = 2
        try:
            with _terminable():
                engine = _open_engine(settings, files, ledger, run_id, quiet)
                try:
                    code = _prove_all(engine, files, settings.theorems, json=json, quiet=quiet)
                finally:
                    engine.close()
        except KeyboardInterrupt:
            code = 130
        finally:
            ledger.finish_run(run_id, code)
    if code == 130:
        print(f"Interrupted. What was found is saved; go on with:\n  {_resume_command()}", file=sys.stderr)
    return code


def _prove_all(engine: Engine, files: Sequence[InputFile], theorems: Sequence[str], *, json: bool, quiet: bool) -> int:
    console = render.stdout_console()
    reports: list[FileReport] = []
    for file in files:
        with render.LiveProgress(quiet=quiet) as progress:
            report, complaint = _prove_one(engine, file, progress)
        reports.append(report)
        if complaint:
            _say(complaint)
        if json:
            print(report.model_dump_json(), flush=True)
        elif report.error is None:
            render.print_report(console, report)
            console.print()
        if report.interrupted:
            return 130
    if len(files) > 1:
        if not json:
            render.print_totals(console, reports)
        _refuse_unknown(theorems, reports)
    return exit_code(reports)


def _refuse_unknown(theorems: Sequence[str], reports: Sequence[FileReport]) -> None:
    """With several files a name may belong to any of them; only now is it known to belong to none."""
    names = [target.name for report in reports for target in report.targets]
    missing = [wanted for wanted in theorems if not any(inputs.is_called(name, wanted) for name in names)]
    if missing and all(report.error is None for report in reports):
        raise UserError(
            f"None of these {len(reports)} files has a target called {' or '.join(missing)}. Check the name: "
            "`gentzen prove FILE --theorem NAME` on the one file that should have it lists names like it."
        )


def _prove_one(engine: Engine, file: InputFile, progress: Progress) -> tuple[FileReport, str]:
    """The report, and what to say on stderr ("" for nothing). What stops one file does not stop the others.

    Without a ledger, though, none of them could go on: its error is raised.
    """
    started = time.monotonic()
    try:
        report = engine.prove(file, progress)
        return report.model_copy(update={"seconds": round(time.monotonic() - started, 3)}), ""
    except LedgerError:
        raise
    except UserError as error:
        reason, complaint = str(error), f"gentzen: {error}"
    except LimitHit as hit:
        reason = f"{hit}, before {file.path} could be worked on"
        complaint = f"gentzen: {reason}. Raise the limit, or split the file."
    except (GentzenError, OSError) as error:
        reason, complaint = str(error), describe(error)
    failed = FileReport(file=str(file.path), runtime="", lean_version="", level=None, targets=(), error=reason)
    return failed, complaint


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does: with what was found saved."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _resume_command() -> str:
    words = sys.argv[1:]
    return shlex.join(["gentzen", *words, *([] if "--resume" in words else ["--resume"])])
