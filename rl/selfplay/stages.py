"""Stages of a run on disk: a folder each, with a manifest of what went in and what came out, by content.

A stage is done when its manifest is there, written last. What was done is never done again; what was not finished is
started again, with the journal that it kept. So a run that was killed at any moment goes on where it was, and its files
are those of a run that was not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lean_project.errors import UserError
from rl.data.files import Record, file_sha256, hashes, read_json, sha256, write_json

MANIFEST = "manifest.json"
VERSION = "self-play 1"
"""Of the stages' files; a folder of another one is not gone on with."""


class Manifest(Record):
    """SHA-256 of every input (by name) and output (by file name). `settings`: of all settings that decide results."""

    version: str
    stage: str
    settings: str
    inputs: dict[str, str]
    outputs: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of one folder. `settings`: `Config.digest`. `say` is told what begins and what was there already."""

    folder: Path
    settings: str
    say: Callable[[str], None]

    def run(self, name: str, inputs: Mapping[str, Path], make: Callable[[Path], None]) -> Path:
        """The stage's folder, made by `make` unless it is there. `make` gets the folder, writes its files in it (each
        whole or not at all), and may find those of an interrupted try.

        Raises UserError when the stage was made of something else, or its files are not what they were.
        """
        folder = self.folder / name
        given = hashes(inputs)
        if (folder / MANIFEST).exists():
            self._compare(folder, given)
            return folder
        self.say(name)
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)
        outputs = {path.relative_to(folder).as_posix(): file_sha256(path) for path in files_of(folder)}
        manifest = Manifest(version=VERSION, stage=name, settings=self.settings, inputs=given, outputs=outputs)
        write_json(folder / MANIFEST, manifest)
        for path in folder.glob(".*"):  # journals, and what an interrupted write left
            if path.is_file():
                path.unlink()
        return folder

    def _compare(self, folder: Path, given: Mapping[str, str]) -> None:
        known = Manifest.model_validate(read_json(folder / MANIFEST))
        if known.version != VERSION or known.settings != self.settings:
            raise UserError(
                f"{folder} was made with other settings. Use the settings of that run, or name another `out` folder."
            )
        changed = sorted(name for name in {*known.inputs, *given} if known.inputs.get(name) != given.get(name))
        if changed:
            raise UserError(
                f"{folder} was made from other inputs ({', '.join(changed)} changed). Put them back, or name another "
                "`out` folder."
            )
        broken = [name for name, digest in known.outputs.items() if not _is(folder / name, digest)]
        if broken:
            raise UserError(
                f"{folder} is not what it was ({', '.join(broken)} changed). Remove this folder and those of later "
                "stages and rounds, then run the same command again."
            )


def files_of(folder: Path) -> list[Path]:
    """The files of a stage, sorted; hidden ones (temporary) and the manifest left out."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if path.name != MANIFEST and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def tree_sha256(path: Path) -> str:
    """Of a file, or of a folder's files by name and content."""
    if path.is_file():
        return file_sha256(path)
    return sha256(*(f"{each.relative_to(path).as_posix()} {file_sha256(each)}" for each in files_of(path)))


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and file_sha256(path) == digest
