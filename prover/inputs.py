"""From the paths on the command line to files that can be worked on, with everything wrong about them said beforehand.

Nothing here starts Lean or writes anything that stays (folders for the output apart). Every fault is a `UserError`.
"""

from __future__ import annotations

import difflib
import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from decompose.text import SourceText, decode
from lean_project.errors import UserError

MAX_BYTES = 10_000_000
PROVED_SUFFIX = ".proved.lean"
_SKIPPED_FOLDERS = frozenset({"build", "lake-packages"})  # and every hidden one, .lake among them
_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to prove: where it is, as the user wrote it, and where its proved copy goes."""

    path: Path
    output: Path


def expand(paths: Sequence[Path], out: Path | None = None) -> list[InputFile]:
    """The files that FILE and DIR arguments stand for, each once, in the order given (a folder's in path order).

    Folders are searched for `*.lean`, except hidden and build folders, Lake's own files and earlier output
    (`*.proved.lean`). The output goes beside the input, or to `out`, where a folder's structure is kept.
    Raises `UserError` for a path that is missing or no Lean file, a folder without one, and two files with one output.
    """
    files: dict[Path, InputFile] = {}
    for path in paths:
        is_folder = stat.S_ISDIR(_mode(path))
        root = path if is_folder else path.parent
        for file in _search(path) if is_folder else [_lean_file(path)]:
            folder = file.parent if out is None else out / file.parent.relative_to(root)
            files.setdefault(file.resolve(), InputFile(file, folder / (file.stem + PROVED_SUFFIX)))
    _refuse_collisions(files)
    return list(files.values())


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.{_near_files(path)}") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. Check the path and its permissions.") from error


def _lean_file(path: Path) -> Path:
    if not stat.S_ISREG(_mode(path)):
        raise UserError(f"{path} is not a regular file. Give a .lean file or a folder of them.")
    if path.suffix != ".lean":
        raise UserError(f"The name of {path} does not end in .lean. Give a .lean file or a folder of them.")
    return path


def _near_files(path: Path) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_dir() or entry.suffix == ".lean")
    except OSError:
        return f" There is no folder {path.parent} either. Check the path."
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)
    return f" Did you mean {_listed(str(path.parent / name) for name in near)}?" if near else " Check the path."


def _search(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise UserError(
            f"The folder {error.filename} cannot be read: {error.strerror}. Change its permissions, or leave it out."
        )

    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS)
        found += [_lean_file(Path(parent, name)) for name in sorted(names) if _wanted(name)]
    if not found:
        raise UserError(
            f"There is no Lean file in the folder {folder} (hidden folders, build folders, lakefile.lean and "
            f"*{PROVED_SUFFIX} do not count). Give a folder that holds .lean files."
        )
    return found


def _wanted(name: str) -> bool:
    return (
        name.endswith(".lean")
        and not name.endswith(PROVED_SUFFIX)
        and not name.startswith(".")
        and name != "lakefile.lean"
    )


def _refuse_collisions(files: dict[Path, InputFile]) -> None:
    taken: dict[Path, Path] = {}
    for file in files.values():
        output = file.output.resolve()
        if output in files:
            raise UserError(
                f"The output of {file.path} would be {file.output}, which is an input of the same run. "
                "Leave that one out, or write elsewhere with --out DIR."
            )
        if output in taken:
            raise UserError(
                f"{taken[output]} and {file.path} would both be written to {file.output}. "
                "Prove them in two runs with different --out folders, or give the folder that holds both."
            )
        taken[output] = file.path


def read_source(path: Path) -> SourceText:
    """The text of a Lean file. Raises `UserError` when it cannot be read, is too large, or is not UTF-8 text."""
    try:
        size = path.stat().st_size
        if size >= MAX_BYTES:
            raise UserError(
                f"{path} has {size / 1e6:.1f} MB; a spec file must be smaller than {MAX_BYTES / 1e6:.0f} MB. Split it."
            )
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror or error}. Check the path and its permissions."
        ) from error
    if (at := data.find(b"\0")) >= 0:
        raise UserError(f"{path} is a binary file (byte {at} is NUL), not Lean source. Give a .lean file.")
    return decode(data, str(path))


def read_lean_file(path: Path) -> SourceText:
    """`read_source` for one path from the command line, which may also be missing, a folder, or no .lean file."""
    return read_source(_lean_file(path))


def prepare_outputs(files: Sequence[InputFile]) -> None:
    """Make the output folders and make sure that files can be written there, by writing one."""
    for folder in dict.fromkeys(file.output.parent for file in files):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".gentzen-"):
                pass
        except (FileExistsError, NotADirectoryError) as error:
            raise UserError(
                f"The output folder {folder} is, or lies in, a file. Name another folder with --out DIR."
            ) from error
        except OSError as error:
            raise UserError(
                f"Nothing can be written to the folder {folder}: {error.strerror or error}. "
                "Make it writable, or name another with --out DIR."
            ) from error
    for file in files:
        if file.output.is_dir():
            raise UserError(
                f"The output file {file.output} is a folder. Move it away, or write elsewhere with --out DIR."
            )


def is_called(name: str, wanted: str) -> bool:
    """Whether `--theorem wanted` means the target `name`: in full, without its `#k`, or by the end after a dot."""
    plain = name.partition("#")[0]
    return wanted in (name, plain) or name.endswith("." + wanted) or plain.endswith("." + wanted)


def unknown_theorems(wanted: Iterable[str], names: Sequence[str], where: str) -> UserError:
    """The error for `--theorem` names that match no target of `names` (what the file has, in order)."""
    missing = list(dict.fromkeys(wanted))
    near = [near for name in missing for near in _near_names(name, names)]
    shown = list(dict.fromkeys(near)) or list(names[:_NAMES_SHOWN])
    if not names:
        advice = "It has no sorry to prove at all."
    elif near:
        advice = f"Did you mean {_listed(shown)}?"
    else:
        more = len(names) - len(shown)
        are = "targets are" if len(names) > 1 else "only target is"
        advice = f"Its {are} {_listed(shown, last=' and ')}" + (f", and {more} more." if more else ".")
    what = "target is" if len(missing) == 1 else "targets are"
    return UserError(f"No {what} called {_listed(missing)} in {where}. {advice} Give --theorem a name from there.")


def _near_names(name: str, names: Sequence[str]) -> list[str]:
    """Names that resemble `name` in full or in their last part, case aside."""
    by_form: dict[str, list[str]] = {}
    for known in names:
        for form in dict.fromkeys((known.lower(), known.rpartition(".")[2].lower())):
            by_form.setdefault(form, []).append(known)
    forms = difflib.get_close_matches(name.rpartition(".")[2].lower(), by_form, n=4, cutoff=0.6)
    forms += difflib.get_close_matches(name.lower(), by_form, n=4, cutoff=0.6)
    return list(dict.fromkeys(known for form in forms for known in by_form[form]))[:_NAMES_SHOWN]


def _listed(items: Iterable[str], last: str = " or ") -> str:
    parts = list(items)
    return ", ".join(parts[:-1]) + (last if len(parts) > 1 else "") + parts[-1] if parts else ""
