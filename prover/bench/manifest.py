"""The folder of a run: what it measures, with what, on which machine, and where its files are.

`run.json` and `problems.jsonl` are written whole or not at all; shards that share the folder write the same.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock

from lean_project.errors import UserError
from lean_project.files import write_whole
from lean_project.model import RuntimeInfo
from lean_project.runtime import usable_cores
from prover.bench.defects import defect_of
from prover.bench.loading import set_sha256
from prover.bench.problems import Problem, Source
from prover.bench.settings import BenchSettings

VERSION = 1
RUN, PROBLEMS = "run.json", "problems.jsonl"
ORIGINALS, PROOFS, DISPROOFS = "originals", "proofs", "disproofs"


@dataclass(frozen=True, slots=True)
class Entry:
    """A problem of the run as its folder knows it. `defect`: a known one, with who says so, "" for none.

    `file_sha256` and `theorem` are what records are keyed by; `original` is the file's place in the folder.
    """

    set: str
    id: str
    theorem: str
    split: str
    category: str
    file_sha256: str
    statement_sha256: str
    original: str
    source: Source = field(default_factory=Source)
    note: str = ""
    defect: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`settings`: the identity of the arm. `k`: the most attempts that were asked for. `data`: where the problems came
    from, in words. `lean`: runtime, version and commit, "" before Lean was started. `commands`: those that made it."""

    settings: dict[str, Any]
    k: int
    data: dict[str, Any]
    lean: str = ""
    gentzen: str = ""
    python: str = ""
    machine: str = ""
    workers: int = 1
    commands: tuple[str, ...] = ()
    version: int = VERSION


def entry_of(problem: Problem) -> Entry:
    defect = defect_of(problem)
    return Entry(
        set=problem.set,
        id=problem.id,
        theorem=problem.theorem,
        split=problem.split,
        category=problem.category,
        file_sha256=problem.file_sha256,
        statement_sha256=problem.statement_sha256,
        original=f"{ORIGINALS}/{safe(problem.set)}/{safe(problem.id)}.lean",
        source=problem.source,
        note=problem.note,
        defect=f"{defect.reason} ({defect.source})" if defect else "",
    )


def safe(name: str) -> str:
    """`name` as a path: letters, digits, dots, dashes; its slashes stay."""
    parts = [re.sub(r"[^\w.-]", "_", part).lstrip(".") or "_" for part in name.split("/")]
    return "/".join(part[:100] for part in parts)


def begin(
    folder: Path, problems: Sequence[Problem], settings: BenchSettings, data: dict[str, Any], command: str, workers: int
) -> Manifest:
    """Make `folder` the folder of this run, or go on with it. `problems`: those of all shards.

    Raises UserError when it holds a run with other settings, or the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=60):
            known = read(folder) if (folder / RUN).exists() else None
            if known is not None and known.settings != settings.identity():
                raise UserError(_other_settings(folder, known.settings, settings.identity()))
            manifest = Manifest(
                settings=settings.identity(),
                k=max(settings.k, known.k if known else 0),
                data={**data, "problems": len(problems), "sha256": set_sha256(list(problems))},
                lean=known.lean if known else "",
                gentzen=_version(),
                python=platform.python_version(),
                machine=machine(),
                workers=workers,
                commands=tuple(dict.fromkeys((*(known.commands if known else ()), command))),
            )
            entries = [entry_of(problem) for problem in problems]
            lines = [json.dumps(asdict(entry), ensure_ascii=False) for entry in entries]
            write_whole(folder / PROBLEMS, "".join(f"{line}\n" for line in lines).encode())
            for problem, entry in zip(problems, entries, strict=True):
                path = folder / entry.original
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(path, problem.text.encode())
            _write(folder, manifest)
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be written: {error.strerror}. Name another with --out.") from error
    return manifest


def _other_settings(folder: Path, known: dict[str, Any], asked: dict[str, object]) -> str:
    differing = [f"{name} {known.get(name)}, not {asked[name]}" for name in asked if known.get(name) != asked[name]]
    return (
        f"{folder} holds a run with other settings ({'; '.join(differing)}), and two of them in one folder could not "
        "be told apart. Name another folder with --out."
    )


def note_lean(folder: Path, info: RuntimeInfo) -> None:
    """Write down which Lean answers. Raises UserError when an earlier part of the run had another one."""
    words = f"{info.runtime}, Lean {info.lean_version}" + (f" ({info.lean_commit[:12]})" if info.lean_commit else "")
    with FileLock(folder / ".lock", timeout=60):
        manifest = read(folder)
        if manifest.lean not in ("", words):
            raise UserError(
                f"{folder} was begun with {manifest.lean}, but this is {words}: their results do not belong in one "
                "table. Name another folder with --out."
            )
        if not manifest.lean:
            _write(folder, replace(manifest, lean=words))


def read(folder: Path) -> Manifest:
    """The manifest of a run. Raises UserError when there is none, or one of a newer gentzen."""
    try:
        value = json.loads((folder / RUN).read_text(encoding="utf-8"))
        if value["version"] > VERSION:
            raise UserError(f"{folder} was written by a newer gentzen (format {value['version']}). Update gentzen.")
        return Manifest(**{**value, "commands": tuple(value["commands"])})
    except FileNotFoundError:
        raise UserError(
            f"{folder} holds no bench run (no {RUN}). Give the folder that `gentzen bench` wrote."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{folder / RUN} cannot be read ({error}). Give the folder of a bench run.") from error


def read_entries(folder: Path) -> list[Entry]:
    """The problems of a run, in order. Raises UserError."""
    try:
        lines = (folder / PROBLEMS).read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        return [Entry(**{**row, "source": Source(**row["source"])}) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{folder / PROBLEMS} cannot be read ({error}). Run the same command again.") from error


def _write(folder: Path, manifest: Manifest) -> None:
    write_whole(folder / RUN, (json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n").encode())


def _version() -> str:
    try:
        return version("gentzen")
    except PackageNotFoundError:
        return "unknown"


def machine() -> str:
    """What seconds depend on, in words."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {usable_cores()} cores, {memory:.0f} GiB memory, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"
