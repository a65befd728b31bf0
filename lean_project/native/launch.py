"""The native runtime as a program that the pool can start."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

from lean_project import environ
from lean_project.errors import UserError
from lean_project.native import build, lake, sandbox
from lean_project.native.lake import LakeEnvironment
from lean_project.native.locate import NativeProject
from lean_project.native.sandbox import Confinement
from lean_project.runtime import GIBIBYTE, RuntimeProgram

THREAD_STACK_KIB = 64 * 1024
"""Stack of Lean's threads: deep terms need more than the default of 8 MiB. Address space only, until it is used."""
MATHLIB_MEMORY = 4 * GIBIBYTE
"""Resident memory counts the `.olean` files that Lean maps, though workers share them."""


class Sandboxing(StrEnum):
    """`auto`: confine workers where that works. `require`: refuse to run unconfined (for candidates that nobody has
    read). `off`: never."""

    AUTO = "auto"
    REQUIRE = "require"
    OFF = "off"


def program(project: NativeProject, sandboxing: Sandboxing = Sandboxing.AUTO) -> RuntimeProgram:
    """The worker program for `project`; compiles the worker on first use of a toolchain.

    Raises `UserError` when dependencies are missing or not built, when the toolchain does not compile the worker, and,
    with `Sandboxing.REQUIRE`, when workers cannot be confined.
    """
    environment = lake.read(project)
    compiled = build.worker(project)
    guard = confinement(project, environment, compiled, sandboxing)
    if sandboxing is Sandboxing.REQUIRE and not guard.works:
        raise UserError(
            f"Workers of the native runtime would run {guard.description}. Install bubblewrap and allow "
            "unprivileged user namespaces, use --runtime embedded (which is confined by itself), or do without "
            "the requirement."
        )
    return RuntimeProgram(
        name="native",
        argv=(*guard.prefix, *lean_command(project, environment, compiled)),
        cwd=project.root,
        env=worker_environment(project, compiled),
        memory=MATHLIB_MEMORY if environment.has_mathlib else GIBIBYTE,
        identity=environment.identity,
    )


def confinement(
    project: NativeProject, environment: LakeEnvironment, compiled: Path, sandboxing: Sandboxing = Sandboxing.AUTO
) -> Confinement:
    """How a worker of this project would be confined; the description is for `gentzen doctor`."""
    if sandboxing is Sandboxing.OFF:
        return Confinement((), "not confined, as asked: code in checked files runs with your rights")
    folders = [path for path in environment.path if path.is_dir()]
    return sandbox.probe([project.sysroot, project.root, compiled, *folders], project.root)


def lean_command(project: NativeProject, environment: LakeEnvironment, compiled: Path) -> tuple[str, ...]:
    """`lean` itself, not `lake env lean`: the process that is started is the one that must be killed."""
    options = [f"{name}={value}" for name, value in environment.options]
    path = os.pathsep.join(str(entry) for entry in environment.path)
    return (
        str(project.lean),
        f"--tstack={THREAD_STACK_KIB}",
        "--run",
        str(compiled / "Main.lean"),
        str(project.sysroot),
        path,
        *options,
    )


def worker_environment(project: NativeProject, compiled: Path) -> dict[str, str]:
    """LEAN_PATH leads to the worker's own modules only; opened files search the path that the worker is given."""
    kept = environ.child_environment({"LEAN_PATH": str(compiled), "LEAN_SYSROOT": str(project.sysroot)})
    kept["PATH"] = os.pathsep.join([str(project.sysroot / "bin"), kept.get("PATH", "")])
    return kept
