"""Which Lean works on a file, and the pool of its workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lean_project import environ
from lean_project.cache import ElaborationCache
from lean_project.embedded import launch as embedded
from lean_project.errors import UserError
from lean_project.native import launch as native
from lean_project.native.locate import find_project, find_root
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings, RuntimeProgram
from prover.cli_setup import install
from prover.settings import RuntimeChoice

Say = Callable[[str], None]
"""Tells the user something on stderr."""


@dataclass(frozen=True, slots=True)
class Place:
    """What decides which program works on a file: the Lake project that it belongs to (None: the embedded runtime)."""

    project: Path | None


def place(file: Path, choice: RuntimeChoice, project: Path | None) -> Place:
    """Where `file` belongs. Raises `UserError` for the native runtime without a project."""
    if choice is RuntimeChoice.EMBEDDED:
        if project is not None:
            raise UserError("--project is for the native runtime, but --runtime embedded was asked for. Leave out one.")
        return Place(None)
    root = find_root(project or file)
    if root is None and (choice is RuntimeChoice.NATIVE or project is not None):
        raise UserError(
            f"There is no Lake project at or above {project or file.parent} (no lakefile and no lean-toolchain). "
            "Name one with --project DIR, or use --runtime embedded."
        )
    return Place(root)


def program(where: Place, choice: RuntimeChoice, say: Say, *, quiet: bool) -> RuntimeProgram:
    """The worker program for a place, installed (with a progress bar, unless `quiet`) or compiled if need be.

    With `AUTO`, a project whose toolchain cannot be used falls back to the embedded Lean, and says so.
    """
    if where.project is not None:
        try:
            found = find_project(where.project, where.project)
            assert found is not None
            return native.program(found)
        except UserError as error:
            if choice is RuntimeChoice.NATIVE:
                raise
            say(f"gentzen: using the embedded Lean, because the project's own cannot be used: {error}")
    return embedded.program(install(quiet=quiet))


def open_pool(program: RuntimeProgram, workers: int | None) -> Pool:
    """A pool with the answers of earlier runs at hand. Its processes start with the first request."""
    return Pool(program, PoolSettings(workers=workers), cache=ElaborationCache(environ.home() / "elaborations.db"))
