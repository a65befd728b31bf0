"""LeanDojo (optional extra `lean-dojo`): tracing a repository into theorems, tactic states and premises.

LeanDojo clones the repository, builds it with the user's `lake`, and records every tactic. A trace may take hours and
needs the network; LeanDojo caches it. Its objects are turned into the plain records below, so nothing else here
depends on it.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_project import environ
from lean_project.errors import UserError
from lean_project.model import Position

_AT_IMPORT: dict[str, str | None] = {
    # With a token the mere import asks GitHub for the user's name, and fails without a network.
    "GITHUB_ACCESS_TOKEN": None,
    # Traces made elsewhere are nobody's evidence of what this toolchain does.
    "DISABLE_REMOTE_CACHE": "1",
}


@dataclass(frozen=True, slots=True)
class Premise:
    """A library constant that a tactic names, and where it is defined."""

    name: str
    file: str
    position: Position


@dataclass(frozen=True, slots=True)
class TracedStep:
    """One tactic. The states are Lean's pretty-printed goals; `after` is "no goals" when nothing is left."""

    tactic: str
    before: str
    after: str
    start: Position
    end: Position
    premises: tuple[Premise, ...] = ()


@dataclass(frozen=True, slots=True)
class TracedTheorem:
    """`proof` is the text of a tactic proof, None for a term. `premises`: every constant the theorem's source names."""

    file: str
    name: str
    statement: str
    proof: str | None
    start: Position
    end: Position
    steps: tuple[TracedStep, ...]
    premises: tuple[str, ...]


def available() -> bool:
    """Is the extra installed? LeanDojo is not imported for the answer."""
    return importlib.util.find_spec("lean_dojo") is not None


def trace(
    repository: str | Path,
    commit: str | None = None,
    *,
    build_dependencies: bool = False,
    skipped: Callable[[str, str, str], None] | None = None,
) -> Iterator[TracedTheorem]:
    """Trace `repository` (a URL with its `commit`, or a local git folder) and yield its theorems, file by file.

    `skipped(file, theorem, reason)` hears of theorems that LeanDojo found but cannot describe.
    Raises `UserError` when the extra, git, or lake is missing, or when LeanDojo cannot trace the repository.
    """
    for program, what in (("git", "install git"), ("lake", "install elan (see lean-lang.org/install)")):
        if shutil.which(program, path=environ.search_path()) is None:
            raise UserError(f"Tracing a repository needs `{program}`, which is not on the PATH: {what}.")
    dojo = _import()
    try:
        repository_type = dojo.LeanGitRepo
        repo = repository_type(str(repository), commit) if commit else repository_type.from_path(repository)
        traced = dojo.trace(repo, build_deps=build_dependencies)
    except Exception as error:  # LeanDojo asserts, and lets through whatever its tools raise
        raise UserError(
            f"LeanDojo cannot trace {repository}: {type(error).__name__}: {error}. Check that the repository "
            "builds with `lake build`, that its commit exists, and that the network is there."
        ) from error
    return theorems(traced, skipped)


def theorems(traced_repo: Any, skipped: Callable[[str, str, str], None] | None = None) -> Iterator[TracedTheorem]:
    """The records of a LeanDojo `TracedRepo`."""
    for file in traced_repo.traced_files:
        for theorem in file.get_traced_theorems():
            try:
                record = convert(theorem)
            except (AssertionError, AttributeError, ValueError, IndexError) as error:
                if skipped is not None:
                    skipped(str(theorem.file_path), theorem.theorem.full_name, f"{type(error).__name__}: {error}")
                continue
            yield record


def convert(theorem: Any) -> TracedTheorem:
    """One LeanDojo `TracedTheorem` as a record. Raises what LeanDojo raises on a theorem that it cannot describe."""
    return TracedTheorem(
        file=str(theorem.file_path),
        name=theorem.theorem.full_name,
        statement=theorem.get_theorem_statement().strip(),
        proof=theorem.get_tactic_proof(),
        start=_position(theorem.start),
        end=_position(theorem.end),
        steps=tuple(_step(tactic) for tactic in theorem.get_traced_tactics()),
        premises=tuple(dict.fromkeys(theorem.get_premise_full_names())),
    )


def _step(tactic: Any) -> TracedStep:
    _, provenances = tactic.get_annotated_tactic()
    return TracedStep(
        tactic=tactic.tactic,
        before=tactic.state_before,
        after=tactic.state_after,
        start=_position(tactic.start),
        end=_position(tactic.end),
        premises=tuple(_premise(provenance) for provenance in provenances),
    )


def _premise(provenance: dict[str, Any]) -> Premise:
    line, column = provenance["def_pos"]
    return Premise(str(provenance["full_name"]), str(provenance["def_path"]), Position(int(line), int(column) - 1))


def _position(position: Any) -> Position:
    """LeanDojo counts columns from 1, Lean and we from 0."""
    return Position(position.line_nb, position.column_nb - 1)


def _import() -> Any:
    if not available():
        raise UserError(
            "Tracing a repository needs LeanDojo, which is not installed: `pip install 'gentzen[lean-dojo]'`."
        )
    with environ.overridden(_AT_IMPORT):
        try:
            return importlib.import_module("lean_dojo")
        except Exception as error:  # it runs git and makes folders when imported
            raise UserError(
                f"LeanDojo is installed but cannot be imported: {type(error).__name__}: {error}. Reinstall it "
                "with `pip install --force-reinstall 'gentzen[lean-dojo]'`."
            ) from error
