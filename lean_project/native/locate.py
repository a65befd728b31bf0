"""Finding the user's Lean project and the toolchain that it asks for. Nothing is downloaded or built here."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lean_project import environ
from lean_project.errors import UserError

MINIMUM = (4, 22, 0)
"""The oldest toolchain that the worker (`native/lean/`) is written for."""

_CONFIGURATIONS = ("lakefile.lean", "lakefile.toml")
_TOOLCHAIN_FILE = "lean-toolchain"
_VERSION = re.compile(r"version (\d+)\.(\d+)\.(\d+)(-[\w.-]+)?")
_COMMIT = re.compile(r"commit ([0-9a-f]{7,40})")


@dataclass(frozen=True, slots=True)
class NativeProject:
    """A Lean project and its toolchain, both present on this machine.

    root: the folder with the lakefile, or with the `lean-toolchain` where there is no lakefile.
    configuration: the lakefile; None for a folder that only names a toolchain.
    toolchain: what `lean-toolchain` says, "" where there is none.
    sysroot: the toolchain's own folder; `lean` and `lake` are the programs in it (not elan's proxies, which download).
    version: major, minor, patch. `release`: the version with its suffix, e.g. "4.28.0-rc1".
    """

    root: Path
    configuration: Path | None
    toolchain: str
    sysroot: Path
    version: tuple[int, int, int]
    release: str
    commit: str = ""

    @property
    def lean(self) -> Path:
        return self.sysroot / "bin" / "lean"

    @property
    def lake(self) -> Path:
        return self.sysroot / "bin" / "lake"

    @property
    def leanchecker(self) -> Path | None:
        """The toolchain's own kernel re-checker, shipped since 4.28."""
        program = self.sysroot / "bin" / "leanchecker"
        return program if program.exists() else None


def find_root(start: Path) -> Path | None:
    """The nearest folder at or above `start` (a file or a folder) with a lakefile, else with a `lean-toolchain`."""
    folder = start.resolve()
    folders = [folder, *folder.parents] if folder.is_dir() else list(folder.parents)
    for names in (_CONFIGURATIONS, (_TOOLCHAIN_FILE,)):
        for candidate in folders:
            if any((candidate / name).is_file() for name in names):
                return candidate
    return None


def find_project(start: Path, explicit: Path | None = None) -> NativeProject | None:
    """The project that `start` belongs to, or `explicit` (from `--project`). None: there is none above `start`.

    Raises `UserError` when there is a project but no usable toolchain for it, or when `explicit` is no project.
    """
    if explicit is not None:
        if not explicit.exists():
            raise UserError(f"The project folder {explicit} does not exist; give the folder that holds its lakefile.")
        root = find_root(explicit)
        if root is None:
            raise UserError(
                f"{explicit} is no Lean project: neither it nor a folder above it has a lakefile.lean, a lakefile.toml "
                "or a lean-toolchain. Give the project's folder, or use --runtime embedded."
            )
    else:
        root = find_root(start)
        if root is None:
            return None
    configuration = next((root / name for name in _CONFIGURATIONS if (root / name).is_file()), None)
    toolchain = _read_toolchain(root)
    sysroot = _find_sysroot(root, toolchain)
    version, release, commit = _read_version(sysroot / "bin" / "lean", root)
    if version < MINIMUM:
        needed = ".".join(map(str, MINIMUM))
        raise UserError(
            f"The project {root} uses Lean {release}; the native runtime needs {needed} or newer. Raise the version in "
            f"its {_TOOLCHAIN_FILE} file, or use --runtime embedded."
        )
    return NativeProject(root, configuration, toolchain, sysroot, version, release, commit)


def _read_toolchain(root: Path) -> str:
    for folder in (root, *root.parents):
        file = folder / _TOOLCHAIN_FILE
        if file.is_file():
            try:
                return file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise UserError(
                    f"{file} cannot be read ({error}); it must name a toolchain, as in leanprover/lean4:v4.28.0."
                ) from error
    return ""


def toolchain_folder(toolchain: str) -> str | None:
    """The folder name that elan uses for a toolchain; None for a moving channel such as `stable`, which has none."""
    origin, _, release = toolchain.rpartition(":")
    if not release or release in ("stable", "beta", "nightly"):
        return None
    if not origin:
        if not re.match(r"v?\d", release):
            return release  # a toolchain of the user's own, made with `elan toolchain link`
        origin = "leanprover/lean4"
    if release[0].isdigit():
        release = f"v{release}"
    return f"{origin}---{release}".replace("/", "--").replace(":", "-")


def _find_sysroot(root: Path, toolchain: str) -> Path:
    """The folder of the toolchain. elan's own proxies are asked only where its folders do not answer."""
    toolchains = environ.elan_home() / "toolchains"
    folder = toolchain_folder(toolchain)
    if folder is not None:
        sysroot = toolchains / folder
        if (sysroot / "bin" / "lean").exists():
            return sysroot.resolve()
        if toolchains.is_dir():
            raise UserError(
                f"The toolchain {toolchain} of the project {root} is not installed. Run `elan toolchain install "
                f"{toolchain}`, or use --runtime embedded."
            )
    lean = shutil.which("lean", path=environ.search_path()) or shutil.which(
        "lean", path=str(environ.elan_home() / "bin")
    )
    if lean is None:
        wanted = f" (it asks for {toolchain})" if toolchain else ""
        raise UserError(
            f"There is a Lean project at {root}{wanted}, but no Lean on this machine: neither elan nor `lean` was "
            "found. Install elan (see lean-lang.org/install), or use --runtime embedded."
        )
    return Path(_ask([lean, "--print-prefix"], root)).resolve()


def _read_version(lean: Path, root: Path) -> tuple[tuple[int, int, int], str, str]:
    text = _ask([str(lean), "--version"], root)
    match = _VERSION.search(text)
    if match is None:
        raise UserError(f"`{lean} --version` answers {text!r}, which names no version; is this a Lean 4 toolchain?")
    version = (int(match[1]), int(match[2]), int(match[3]))
    commit = _COMMIT.search(text)
    return version, ".".join(match.group(1, 2, 3)) + (match[4] or ""), commit[1] if commit else ""


def _ask(argv: list[str], root: Path) -> str:
    try:
        done = subprocess.run(
            argv,
            cwd=root,
            env=environ.child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(
            f"`{' '.join(argv)}` cannot be run ({error}); repair the toolchain, or use --runtime embedded."
        ) from error
    if done.returncode != 0:
        raise UserError(
            f"`{' '.join(argv)}` fails in {root}: {last_lines(done.stderr or done.stdout)}. Repair the toolchain "
            "(`elan show` says what elan makes of it), or use --runtime embedded."
        )
    return done.stdout.strip()


def last_lines(text: str, count: int = 3) -> str:
    """The end of what a program printed, on one line, for an error message."""
    return "; ".join(line.strip() for line in text.strip().splitlines()[-count:]) or "it printed nothing"
