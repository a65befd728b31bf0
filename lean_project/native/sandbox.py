"""Confining a worker. Elaborating a file runs code of its author (`#eval`, macros), with the rights of whoever runs
Lean.

bubblewrap is used where it works: no network, own process space, nothing of the home folder but the project and the
toolchain, and those read-only. It is probed with the very folders that will be used; a sandbox that was not seen to
work does not count.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_project import environ

PROBE_SECONDS = 30
_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/nix", "/etc/ld.so.cache", "/etc/localtime")


@dataclass(frozen=True, slots=True)
class Confinement:
    """`prefix` goes before a program's arguments; empty when the program runs unconfined. `description`: for the
    user.
    """

    prefix: tuple[str, ...]
    description: str

    @property
    def works(self) -> bool:
        return bool(self.prefix)


def probe(readable: Sequence[Path], cwd: Path) -> Confinement:
    """A sandbox in which only `readable` (and the system's programs) can be read, nothing written, nothing
    connected.
    """
    program = shutil.which("bwrap", path=environ.search_path())
    if program is None:
        return Confinement(
            (), "not confined: bubblewrap (`bwrap`) is not installed; code in checked files runs with your rights"
        )
    prefix = _bubblewrap(program, readable, cwd)
    failure = _try(prefix, readable)
    if failure:
        return Confinement(
            (), f"not confined: bubblewrap does not work here ({failure}); code in checked files runs with your rights"
        )
    return Confinement(
        prefix, "confined by bubblewrap: no network, project and toolchain read-only, nothing else of yours visible"
    )


def _bubblewrap(program: str, readable: Sequence[Path], cwd: Path) -> tuple[str, ...]:
    binds: list[str] = []
    for system in _SYSTEM:
        binds += ["--ro-bind-try", system, system]
    for folder in dict.fromkeys(str(path) for path in readable):
        binds += ["--ro-bind", folder, folder]
    # Not --die-with-parent: its signal comes when the *thread* that started us ends. The process group's owner kills
    # us.
    return (
        program,
        "--unshare-all",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--tmpfs",
        "/tmp",
        *binds,
        "--setenv",
        "HOME",
        "/tmp",
        "--chdir",
        str(cwd),
        "--",
    )


def _try(prefix: tuple[str, ...], readable: Sequence[Path]) -> str:
    """Why the sandbox does not hold, "" when it does."""
    outside = 'test ! -e "$1" && shift && for folder; do test -r "$folder" && test ! -w "$folder" || exit 1; done'
    with tempfile.NamedTemporaryFile(prefix="gentzen-probe-") as marker:
        script = f"{outside}; readlink /proc/self/ns/net"
        argv = [*prefix, "/bin/sh", "-c", script, "sh", marker.name, *map(str, readable)]
        try:
            done = subprocess.run(
                argv,
                env=environ.child_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PROBE_SECONDS,
                check=False,
            )
            network = str(Path("/proc/self/ns/net").readlink())
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    if done.returncode != 0:
        return done.stderr.strip() or "it lets files through that it should not"
    return "it has the network" if done.stdout.strip() in ("", network) else ""
