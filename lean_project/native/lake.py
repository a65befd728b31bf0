"""What Lake knows about a project: where its compiled modules lie, and the options that its files are compiled with.

`lake env` is asked once; workers then start `lean` itself, so that killing a worker kills Lean and not a wrapper.
Lake runs the project's lakefile (it is a Lean program): a project is trusted like any program that its user builds.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_project import environ
from lean_project.errors import UserError
from lean_project.native.locate import NativeProject, last_lines

LAKE_SECONDS = 300
MATHLIB = "mathlib"
_PRINT_PATH = "import os; print(os.environ.get('LEAN_PATH', ''))"


@dataclass(frozen=True, slots=True)
class LakeEnvironment:
    """`path`: folders with compiled modules, dependencies first. `options`: `leanOptions` of the package, as text.

    `packages`: names of the dependencies. `identity`: a hash of what the project's answers depend on."""

    path: tuple[Path, ...]
    options: tuple[tuple[str, str], ...]
    packages: tuple[str, ...]
    identity: str

    @property
    def has_mathlib(self) -> bool:
        return MATHLIB in self.packages


def read(project: NativeProject) -> LakeEnvironment:
    """Ask Lake. Raises `UserError` when dependencies are missing or not built, or when Lake fails."""
    if project.configuration is None:
        return LakeEnvironment((), (), (), _identity(project, (), ()))
    packages = _packages(project)
    path = tuple(Path(entry) for entry in _search_path(project).split(os.pathsep) if entry)
    _check_built(project, packages, path)
    options = _options(project)
    return LakeEnvironment(path, options, tuple(packages), _identity(project, path, options))


def _packages(project: NativeProject) -> dict[str, Path]:
    """Dependencies and their folders. Checked before Lake runs, since Lake would go and download what is missing."""
    manifest = project.root / "lake-manifest.json"
    if not manifest.is_file():
        return {}
    try:
        data = json.loads(manifest.read_text(encoding="utf-8"))
        folder = project.root / data.get("packagesDir", ".lake/packages")
        found = {}
        for package in data.get("packages", []):
            here = project.root / package["dir"] if package.get("type") == "path" else folder / package["name"]
            found[str(package["name"]).strip("«»")] = here
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{manifest} cannot be read ({error}). Run `lake update` in {project.root} to write it anew."
        ) from error
    for name, here in found.items():
        if not here.is_dir():
            raise UserError(
                f"The project {project.root} depends on {name}, which is not there ({here}). Run "
                f"`{_fetch(found)}` in the project, or use --runtime embedded."
            )
    return found


def _fetch(packages: Mapping[str, Path]) -> str:
    return "lake exe cache get && lake build" if MATHLIB in packages else "lake build"


def _check_built(project: NativeProject, packages: Mapping[str, Path], path: tuple[Path, ...]) -> None:
    """A dependency of which no module is compiled makes every import of it fail; say so before Lean does."""
    for name, here in packages.items():
        own = [entry for entry in path if entry.is_relative_to(here)]
        if own and not any(entry.is_dir() and any(entry.rglob("*.olean")) for entry in own):
            raise UserError(
                f"The project {project.root} depends on {name}, which is not built: there is no .olean file under "
                f"{own[0]}. Run `{_fetch(packages)}` in the project."
            )


def _search_path(project: NativeProject) -> str:
    done = _run(project, "env", sys.executable, "-c", _PRINT_PATH)
    if done.returncode != 0:
        raise UserError(
            f"`lake env` fails in {project.root}: {last_lines(done.stderr or done.stdout)}. Run `lake build` "
            "there to see what is wrong, or use --runtime embedded."
        )
    return done.stdout.strip()


def _options(project: NativeProject) -> tuple[tuple[str, str], ...]:
    """`leanOptions` of the package. A `lakefile.lean` is translated by Lake; options that it cannot tell are left
    out.
    """
    assert project.configuration is not None
    if project.configuration.suffix == ".toml":
        return lean_options(project.configuration)
    with tempfile.TemporaryDirectory(prefix="gentzen-") as folder:
        translated = Path(folder) / "lakefile.toml"
        if _run(project, "translate-config", "toml", str(translated)).returncode != 0 or not translated.is_file():
            return ()
        return lean_options(translated)


def lean_options(configuration: Path) -> tuple[tuple[str, str], ...]:
    """The package's `leanOptions` in a `lakefile.toml`, as `lean -Dname=value` would take them."""
    try:
        table = tomllib.loads(configuration.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(
            f"{configuration} cannot be read: {error}. Mend it; `lake build` will complain about it too."
        ) from error
    options = table.get("leanOptions", {})
    return tuple(_flatten("", options)) if isinstance(options, dict) else ()


def _flatten(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            out += _flatten(f"{prefix}{key}.", value)
        else:
            out.append((f"{prefix}{key}", str(value).lower() if isinstance(value, bool) else str(value)))
    return out


def _run(project: NativeProject, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [str(project.lake), *arguments]
    env = environ.child_environment()
    # What an outer `lake env` set up would be mixed into this project's answer.
    env.pop("LEAN_PATH", None)
    env.pop("LEAN_SYSROOT", None)
    try:
        return subprocess.run(
            argv,
            cwd=project.root,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LAKE_SECONDS,
            check=False,
        )
    except OSError as error:
        raise UserError(
            f"`{argv[0]}` cannot be run ({error}); reinstall the toolchain, or use --runtime embedded."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise UserError(
            f"`lake {arguments[0]}` in {project.root} gave no answer within {LAKE_SECONDS} seconds. Run it by "
            "hand to see what it waits for."
        ) from error


def _identity(project: NativeProject, path: tuple[Path, ...], options: tuple[tuple[str, str], ...]) -> str:
    """Hash of toolchain, options, pinned dependencies, and the project's own compiled modules (name, size, time)."""
    digest = hashlib.sha256(repr((project.toolchain, project.release, project.commit, options)).encode())
    manifest = project.root / "lake-manifest.json"
    if manifest.is_file():
        digest.update(manifest.read_bytes())
    packages = project.root / ".lake" / "packages"
    for entry in path:
        digest.update(f"\0{entry}".encode())
        if entry.is_relative_to(packages) or not entry.is_dir():
            continue
        for module in sorted(entry.rglob("*.olean")):
            status = module.stat()
            digest.update(f"\0{module.relative_to(entry)}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return digest.hexdigest()
