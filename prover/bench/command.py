"""The work of `gentzen bench` and `gentzen compare`, from their options to an exit code."""

from __future__ import annotations

import json as jsons
import shlex
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType

from lean_project import environ
from lean_project.errors import UserError
from lean_project.runtime import available_memory, usable_cores
from prover.bench import comparison, fetching, jsonl, loading, manifest, metrics, report
from prover.bench.loading import Selection
from prover.bench.run import BenchRun
from prover.bench.settings import BenchSettings
from prover.bench.solving import Solver
from prover.bench.tables import as_json
from prover.settings import RuntimeChoice


@dataclass(frozen=True, slots=True)
class Fetch:
    """What to fetch: a commit (or what git makes one of) in place of the known one; the file's SHA-256 for a URL."""

    revision: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What `gentzen bench` was asked for; the fields are its options. `fetch`: None to use what is here.
    `ray`: a cluster's address, "local" for this machine alone, None for processes of this machine without Ray."""

    name: str
    form: str
    fields: str | None
    selection: Selection
    settings: BenchSettings
    workers: int | None
    out: Path | None
    runtime: RuntimeChoice
    project: Path | None
    json: bool
    quiet: bool
    fetch: Fetch | None = None
    ray: str | None = None


def run_bench(options: BenchOptions, make_solver: Callable[[BenchOptions], Solver] | None = None) -> int:
    """The whole command; returns its exit code: 0 when every task has an answer, 1 when the machinery lost some, 130
    interrupted. `make_solver`: what proves, instead of Lean (tests)."""
    if options.fetch is not None:
        path = fetching.fetch(options.name, revision=options.fetch.revision, sha256=options.fetch.sha256, say=_say)
    else:
        path = loading.locate(options.name)
    fields = jsonl.parse_map(options.fields) if options.fields is not None else None
    everything = loading.load(path, options.form, fields)
    whole = loading.choose(everything, replace(options.selection, shard=(1, 1)))
    part = loading.choose(everything, options.selection)
    folder = options.out or Path("bench") / manifest.safe(path.resolve().name)
    make = make_solver or (_lean if options.ray is None else _on_ray)
    workers = options.workers or _workers(options)
    data = {
        "path": str(options.name),
        "format": options.form,
        "split": options.selection.split,
        "limit": options.selection.limit,
        "sets": dict(sorted(Counter(problem.set for problem in whole).items())),
        "commits": sorted({f"{p.source.repository}@{p.source.commit}" for p in whole if p.source.repository}),
    }
    manifest.begin(folder, whole, options.settings, data, shlex.join(["gentzen", *sys.argv[1:]]), workers)
    say = (lambda _line: None) if options.quiet else _say
    say(f"{len(part)} problems from {path}, into {folder}")
    bench = BenchRun(
        folder=folder,
        problems=part,
        settings=options.settings,
        make_solver=lambda: make(replace(options, workers=workers)),
        say=say,
        workers=workers,
        shard=options.selection.shard,
        meanwhile=lambda: _report(folder),
    )
    try:
        with _terminable():
            bench.run()
    except KeyboardInterrupt:
        _report(folder)
        _say(f"Interrupted. What is over is recorded in {folder}, with a report of it; the same command goes on.")
        return 130
    found = metrics.load(folder)
    written = report.write(found)
    if options.json:
        print(jsons.dumps(as_json(found), ensure_ascii=False, indent=1))
    else:
        print(report.as_text(found))
    say(f"The report is {written}")
    lost = any(task.outcome == "machinery" for task in found.tasks)
    return 1 if lost else 0


def _report(folder: Path) -> None:
    """A report of what there is so far; a disk that refuses it must not end the run."""
    with suppress(UserError):
        report.write(metrics.load(folder))


def _workers(options: BenchOptions) -> int:
    """One for each core, as many as fit into the memory; with Ray, one for each of its CPUs."""
    if options.ray is not None:
        from lean_project.cluster import cluster_cores

        return cluster_cores(options.ray)
    from lean_project.embedded.launch import EXPECTED_MEMORY
    from lean_project.native.launch import MATHLIB_MEMORY

    memory = EXPECTED_MEMORY if options.project is None else MATHLIB_MEMORY
    return environ.workers() or max(1, min(usable_cores(), available_memory() // memory - 1))


def _lean(options: BenchOptions) -> Solver:
    """Lean as the options choose it, with as many processes as workers."""
    from prover import sessions
    from prover.bench.lean_solver import LeanSolver

    choice = options.runtime
    if choice is RuntimeChoice.AUTO and options.project is None:
        choice = RuntimeChoice.EMBEDDED  # a benchmark's own folder may be a Lake project that was never built
    policy = None
    if options.settings.policy is not None:
        from prover.policy.opening import open_policy

        policy = open_policy(options.settings.policy, options.settings.model)
    where = sessions.place(Path.cwd(), choice, options.project)
    program = sessions.program(where, choice, _say, quiet=options.quiet)
    pool = sessions.open_pool(program, options.workers)
    return LeanSolver(pool, options.settings, policy, environ.home() / "premises")


def _on_ray(options: BenchOptions) -> Solver:
    """Lean on the nodes of a Ray cluster, one process for each worker."""
    from prover.bench.ray_solver import RaySolver

    assert options.workers is not None and options.ray is not None
    return RaySolver(partial(_lean, replace(options, workers=1, quiet=True)), options.workers, options.ray)


def run_compare(runs: list[Path], allow_different: bool, fail_if_worse: bool, html: Path | None, json: bool) -> int:
    """The whole command; returns its exit code."""
    if len(runs) < 2:
        raise UserError("`gentzen compare` needs two runs at least. Give the folders that `gentzen bench` wrote.")
    found = comparison.compared([metrics.load(folder) for folder in runs], allow_different=allow_different)
    if html is not None:
        report.write_comparison(found, html)
    print(jsons.dumps(comparison.as_json(found), ensure_ascii=False, indent=1) if json else comparison.as_text(found))
    return 1 if fail_if_worse and any(pair.is_worse for pair in found.pairs) else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does: with everything that is over recorded."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
