"""Files of training data: written whole or not at all, named by the hash of what is in them.

JSON has sorted keys and no freedom of layout, so equal data are equal bytes, and a SHA-256 of a file stands for what it
says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from lean_project.errors import UserError
from lean_project.files import write_whole


class Record(BaseModel):
    """A value that crosses a file: frozen, and nothing in it that the model does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_Model = TypeVar("_Model", bound=BaseModel)


def dump(value: object) -> str:
    """One line of JSON, the same for equal values."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(*texts: str) -> str:
    """64 hex digits for a sequence of texts; other sequences have other ones, wherever the texts are cut."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Of the file's bytes. Raises UserError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}. Put it back, or name another.") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` whole or not at all, its folder made if missing; it outlives a power loss.

    Raises UserError when the folder or the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data, durable=True)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror or error}. Make room or make the folder writable, then run the "
            "same command again: what is finished is kept."
        ) from error


def write_json(path: Path, value: object) -> None:
    """One value, for people to read too: indented."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    write_bytes(path, (json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode())


def read_json(path: Path) -> Any:
    """Raises UserError when it is missing or no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as JSON: {error}. Put the file back, or remove it.") from error


def write_lines(path: Path, values: Iterable[object]) -> int:
    """JSON lines, whole or not at all. Returns how many."""
    lines = [dump(value) for value in values]
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def read_lines(path: Path, kind: type[_Model]) -> list[_Model]:
    """The records of a file of JSON lines. Raises UserError that names the first bad line."""
    return list(iterate_lines(path, kind))


def iterate_lines(path: Path, kind: type[_Model]) -> Iterator[_Model]:
    """The same, one at a time."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield kind.model_validate_json(line)
                except ValidationError as error:
                    raise UserError(
                        f"{path}, line {number}, is no {kind.__name__}: {error.errors()[0]['msg']}. "
                        "Remove the file and build it again."
                    ) from error
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror or error}. Put the file back, or build it again."
        ) from (error)


class Journal:
    """A file of JSON lines that grows while a long stage runs. What `append` has returned from outlives kill -9
    (a power loss may cost the last lines, that is time).

    A line that was cut off by the end of the process is left out when the file is read, and cut away before the next
    append. One writer at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, kind: type[_Model]) -> list[_Model]:
        """Every whole record. Raises UserError on a whole line that is none."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            write_bytes(self.path, whole)
        try:
            return [kind.model_validate_json(line) for line in whole.splitlines()]
        except ValidationError as error:
            raise UserError(
                f"{self.path} holds a line that is no {kind.__name__}: {error.errors()[0]['msg']}. "
                "Remove the file: what it was about is done again."
            ) from error

    def append(self, value: BaseModel) -> None:
        """Raises UserError when the disk refuses."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(f"{dump(value)}\n".encode())
        except OSError as error:
            raise UserError(
                f"{self.path} cannot be written: {error.strerror or error}. Make room, then run the same command again."
            ) from error

    def remove(self) -> None:
        """Once what it was kept for is written."""
        self.path.unlink(missing_ok=True)


def hashes(paths: Mapping[str, Path]) -> dict[str, str]:
    """SHA-256 of each file, by the given names. Raises UserError for one that cannot be read."""
    return {name: file_sha256(path) for name, path in sorted(paths.items())}
