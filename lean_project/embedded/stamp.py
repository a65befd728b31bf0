"""What a finished installation holds: every file with its size and hash, in a stamp file that is written last."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

STAMP = "stamp.json"
_FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileRecord:
    """`size` in bytes, `sha256` in hexadecimal."""

    size: int
    sha256: str


def record(path: Path, on_bytes: Callable[[int], None] | None = None) -> FileRecord:
    """Size and hash of a file, `on_bytes` told of each piece that was read. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if on_bytes:
                on_bytes(len(chunk))
    return FileRecord(size, digest.hexdigest())


def write(folder: Path, key: str, files: Mapping[str, FileRecord]) -> None:
    """Write the stamp of `folder`; `files` by path relative to it, with forward slashes. Raises OSError."""
    entries = {name: [each.size, each.sha256] for name, each in sorted(files.items())}
    temporary = folder / f"{STAMP}.tmp"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({"format": _FORMAT, "key": key, "files": entries}, stream, indent=0)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / STAMP)


def read(folder: Path, key: str) -> dict[str, FileRecord] | None:
    """The files of a finished installation of `key`; None when there is no such stamp or it is damaged."""
    try:
        data = json.loads((folder / STAMP).read_bytes())
        if data["format"] != _FORMAT or data["key"] != key or not data["files"]:
            return None
        return {str(name): FileRecord(int(size), str(sha256)) for name, (size, sha256) in data["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def damage(folder: Path, key: str, *, deep: bool = False, on_bytes: Callable[[int], None] | None = None) -> list[str]:
    """What is wrong with `folder` as an installation of `key`, one line for each file; [] when nothing is.

    Looks at sizes; `deep` also hashes every file, and then finds files that do not belong there.
    """
    files = read(folder, key)
    if files is None:
        return [f"{folder}: not installed"]
    root = str(folder)
    found = []
    for name, expected in files.items():
        path = f"{root}/{name}"
        try:
            size = os.stat(path).st_size  # noqa: PTH116 (two thousand of them, at every start)
            if size != expected.size:
                found.append(f"{path}: {size} bytes instead of {expected.size}")
            elif deep and record(Path(path), on_bytes).sha256 != expected.sha256:
                found.append(f"{path}: the content has changed")
        except OSError as error:
            found.append(f"{path}: {error.strerror}")
    if deep:
        found += [f"{path}: does not belong there" for path in _strangers(folder, files)]
    return found


def _strangers(folder: Path, files: Mapping[str, FileRecord]) -> list[Path]:
    present = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(
        path for path in present if (name := path.relative_to(folder).as_posix()) != STAMP and name not in files
    )
