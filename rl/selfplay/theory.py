"""The run's files as a theory: environments, open statements, theorems that the files prove.

An open theorem is stated below everything that the file closes above it; the other open theorems are left out, so that
no proof can rest on one. A theorem that the file proves is both part of the environment of what follows and a seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from decompose.spec import SpecFile
from decompose.text import decode
from lean_project.check.terms import DocumentError
from lean_project.errors import UserError
from lean_project.session import Session
from prover.policy.extract import read
from rl.data.files import sha256
from rl.data.statements import NotStated, Reader, spec_of
from rl.selfplay.records import EnvironmentText, Origin, Statement
from rl.selfplay.shape import shape_of
from rl.selfplay.world import Theory


def theory_of(files: Sequence[Path], session: Session, reader: Reader, origin: Origin) -> Theory:
    """Raises UserError for a file that cannot be read or does not elaborate; LimitHit, MachineryError."""
    environments: dict[str, EnvironmentText] = {}
    dataset: dict[str, Statement] = {}
    given: dict[str, Statement] = {}
    notes: list[str] = []
    for path in files:
        try:
            text = decode(path.read_bytes(), path.name).text
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror or error}. Name another file.") from error
        spec = spec_of(session, text, path.name)
        for command, declared in _theorems(spec):
            environment = _environment(spec, command, path.name, sha256(text))
            name, statement, proof = declared
            kind = Origin.GIVEN if proof else origin
            if kind is Origin.GIVEN and origin is Origin.EVALUATION:
                continue
            found = reader.state(reader.environment(environment.text), name, statement)
            if isinstance(found, NotStated):
                notes.append(f"{path.name}: {name} is left out: {found.reason}")
                continue
            try:
                shape = shape_of(found.closed, found.environment.definitions)
            except DocumentError as error:
                notes.append(f"{path.name}: {name} is left out: {error}")
                continue
            environments.setdefault(environment.id, environment)
            made = Statement(
                key=found.key,
                strict_key=found.strict_key,
                name=name,
                statement=found.statement,
                environment=environment.id,
                goal=found.goal,
                shape=shape,
                origin=kind,
                proof=proof,
            )
            (given if proof else dataset).setdefault(made.strict_key, made)
        last = _environment(spec, len(spec.commands), path.name, sha256(text))
        environments[last.id] = last.model_copy(update={"end": True})
        notes += [f"{path.name}: {each.name} is left out: {each.reason}" for each in spec.excluded]
    return Theory(
        tuple(environments.values()),
        tuple(dataset.values()),
        tuple(each for key, each in given.items() if key not in dataset),
        tuple(notes),
    )


def _theorems(spec: SpecFile) -> list[tuple[int, tuple[str, str, str]]]:
    """Commands that are a theorem with a statement of its own: (number, (name, statement, proof)), "" for open ones."""
    found = []
    for number, command in enumerate(spec.commands):
        theorems = read(spec.command_text(number)).theorems
        if len(theorems) != 1 or not command.declarations:
            continue
        proof = theorems[0].proof
        is_open = bool(command.holes)
        if is_open and proof not in ("sorry", "exact (sorry)"):
            continue  # a proof with a hole inside is not a statement to be proved from nothing
        if proof is not None:
            found.append((number, (theorems[0].name, theorems[0].statement, "" if is_open else proof)))
    return found


def _environment(spec: SpecFile, command: int, file: str, digest: str) -> EnvironmentText:
    """The file above the command, without commands that have holes."""
    starts = [each.start for each in spec.commands] + [spec.source.size]
    closed = [number for number in range(command) if not spec.commands[number].holes]
    pieces = [spec.slice(starts[number], starts[number + 1]) for number in closed]
    text = "".join((spec.slice(0, starts[0]), *pieces)).rstrip()
    text = f"{text}\n" if text else ""
    return EnvironmentText(id=sha256(text)[:16], text=text, file=file, file_sha256=digest)
