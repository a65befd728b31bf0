"""Compiling the worker (`native/lean/`) with the project's own toolchain, once for each toolchain, into the cache
folder.

The worker's modules become `.olean` files, which Lean maps into memory and interprets; the heavy work is in Lean's own
compiled code. No C compiler is needed, and nothing is written into the user's project.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

from lean_project import environ
from lean_project.errors import UserError
from lean_project.native.locate import MINIMUM, NativeProject, last_lines

SOURCES = Path(__file__).parent / "lean"
PACKAGE = "Gentzen"
MODULES = (
    "Compat",
    "Protocol",
    "Interrupt",
    "Terms",
    "Closed",
    "Holes",
    "Elab",
    "Export",
    "Axioms",
    "Replay",
    "Define",
    "Evaluate",
    "Theorems",
    "Worker",
)
"""In the order of their imports. `Main` is not among them: `lean --run` elaborates it at each start."""
MODULE_SECONDS = 600


def source(module: str) -> Path:
    return SOURCES / PACKAGE / f"{module}.lean"


def worker(project: NativeProject) -> Path:
    """The folder that holds the compiled worker (put it on LEAN_PATH), built when it is not there yet.

    Safe against interruption and against other processes that build the same. Raises `UserError` when the toolchain
    does not compile the worker.
    """
    folder = environ.home() / "native" / _key(project)
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            if not folder.is_dir():
                _build(project, folder)
    except OSError as error:
        raise UserError(
            f"The worker cannot be compiled into {folder.parent} ({error}). Make the folder writable, or set "
            "GENTZEN_HOME to another one."
        ) from error
    return folder


def main_file() -> Path:
    return source("Main")


def _key(project: NativeProject) -> str:
    digest = hashlib.sha256(f"{project.sysroot}\0{project.release}\0{project.commit}".encode())
    for module in MODULES:
        digest.update(b"\0" + source(module).read_bytes())
    return f"{project.release}-{digest.hexdigest()[:16]}"


def _build(project: NativeProject, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="building-", dir=folder.parent) as name:
        building = Path(name) / "worker"
        (building / PACKAGE).mkdir(parents=True)
        env = environ.child_environment({"LEAN_PATH": str(building)})
        env.pop("LEAN_SYSROOT", None)
        for module in MODULES:
            _compile(project, module, building, env)
        shutil.copyfile(main_file(), building / "Main.lean")
        # The rename is the commit: a folder with this name is complete.
        building.replace(folder)


def _compile(project: NativeProject, module: str, building: Path, env: dict[str, str]) -> None:
    argv = [
        str(project.lean),
        f"--root={SOURCES}",
        "-o",
        str(building / PACKAGE / f"{module}.olean"),
        str(source(module)),
    ]
    try:
        done = subprocess.run(
            argv,
            cwd=SOURCES,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MODULE_SECONDS,
            check=False,
        )
        failure = last_lines(done.stdout + done.stderr) if done.returncode != 0 else ""
    except subprocess.TimeoutExpired:
        failure = f"no end after {MODULE_SECONDS} seconds"
    if failure:
        oldest = ".".join(map(str, MINIMUM))
        raise UserError(
            f"Lean {project.release} does not compile gentzen's worker ({PACKAGE}/{module}.lean: {failure}). It "
            f"is written for Lean {oldest} and newer (docs/native.md); use another toolchain, or --runtime embedded."
        )
