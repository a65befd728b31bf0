"""Rows from repositories that LeanDojo traced, or from the JSON files of its benchmarks (extra `lean-dojo`).

LeanDojo says where theorems with tactic proofs are; their text comes from the sources, and their goals from Lean. Rows
are at level L0 until `rl.data.verify` has checked them with a Lean that can import what they import.

`import lean_dojo` looks at `GITHUB_ACCESS_TOKEN` and calls the network where it is set; nothing here needs it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from decompose.definitions import Definitions
from lean_project.errors import LimitHit, UserError
from lean_project.session import Session
from prover.policy.extract import read
from rl.data.files import sha256
from rl.data.ledger import Built
from rl.data.rows import Completion, Provenance
from rl.data.statements import LIMITS, spec_of, theorem_of

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Traced:
    """A theorem with a tactic proof, where LeanDojo found it: lines and columns from 1, the end exclusive. `file`:
    below the repository's root."""

    name: str
    file: str
    start: tuple[int, int]
    end: tuple[int, int]
    url: str = ""
    commit: str = ""


def traced_repo(path: Path) -> list[Traced]:
    """The theorems of a repository that `lean_dojo.trace` left at `path`. Raises UserError without LeanDojo, or when
    the folder is no traced repository."""
    try:
        from lean_dojo import TracedRepo
    except ImportError as error:
        raise UserError("Traced repositories need the extra `lean-dojo`: pip install 'gentzen[lean-dojo]'.") from error
    try:
        theorems = TracedRepo.load_from_disk(path).get_traced_theorems()
    except (OSError, AssertionError, ValueError) as error:
        raise UserError(f"{path} is no repository that LeanDojo traced: {error}. Trace it again.") from error
    return list(from_theorems(theorems))


def from_theorems(theorems: Iterable[Any]) -> Iterator[Traced]:
    """From LeanDojo's own `TracedTheorem` objects. Those without a tactic proof, private ones and nameless ones are
    left out."""
    for each in theorems:
        if each.has_tactic_proof() and not each.is_private and each.theorem.full_name:
            yield Traced(
                str(each.theorem.full_name),
                Path(each.file_path).as_posix(),
                (each.start.line_nb, each.start.column_nb),
                (each.end.line_nb, each.end.column_nb),
                str(each.repo.url),
                str(each.repo.commit),
            )


def from_json(path: Path) -> list[Traced]:
    """From a split of a LeanDojo benchmark (`train.json`: url, commit, file_path, full_name, start, end,
    traced_tactics). Theorems without traced tactics have no tactic proof and are left out. Raises UserError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return [
            Traced(
                each["full_name"],
                each["file_path"],
                (int(each["start"][0]), int(each["start"][1])),
                (int(each["end"][0]), int(each["end"][1])),
                each.get("url", ""),
                each.get("commit", ""),
            )
            for each in data
            if each.get("traced_tactics")
        ]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise UserError(
            f"{path} is no split of a LeanDojo benchmark: {error!r}. Name one of its JSON files."
        ) from error


def traced_rows(
    theorems: Iterable[Traced],
    root: Path,
    session: Session,
    *,
    license: str = "",
    say: Say = lambda text: None,
) -> Built:
    """Completions for the theorems of the sources at `root`, with the file above each as its preamble.

    Raises MachineryError and LimitHit("cancelled")."""
    built = Built()
    texts: dict[str, str] = {}
    for number, each in enumerate(theorems, 1):
        if each.file not in texts:
            try:
                texts[each.file] = (root / each.file).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                built.refuse(each.name, "completion", f"{each.file} cannot be read: {error}")
                continue
            built.inputs[each.file] = sha256(texts[each.file])
        row = _row(each, texts[each.file], session, license)
        if isinstance(row, str):
            built.refuse(each.name, "completion", row)
        else:
            built.rows.append(row)
        if number % 25 == 0:
            say(f"{number} traced theorems read, {len(built.rows)} rows")
    return built


def _row(each: Traced, text: str, session: Session, license: str) -> Completion | str:
    data = text.encode()
    start, end = (_offset(data, place) for place in (each.start, each.end))
    if start is None or end is None or start >= end:
        return "its place is not in the file: the sources are of another commit"
    found = read(data[start:end].decode(errors="replace")).theorems
    if len(found) != 1 or found[0].proof is None:
        return "no theorem with a tactic proof is at its place: the sources are of another commit"
    if found[0].name.rpartition(".")[2] != each.name.rpartition(".")[2]:
        return f"{found[0].name} is at its place: the sources are of another commit"
    preamble = data[:start].decode()
    code = f"{preamble}theorem {found[0].name} {found[0].statement} := by\n  sorry\n"
    try:
        spec = spec_of(session, code, each.file)
    except (UserError, LimitHit) as error:
        if isinstance(error, LimitHit) and error.kind == "cancelled":
            raise
        return f"the file above it does not elaborate here: {str(error).partition(chr(10))[0]}"
    target = next((t for t in spec.targets if t.command == len(spec.commands) - 1), None)
    if target is None:
        return "its statement leaves no hole"
    definitions = Definitions(session.export(spec.before(target.command), LIMITS))
    theorem = theorem_of(spec, target, definitions, preamble)
    if isinstance(theorem, str):
        return theorem
    origin = Provenance(
        source="lean-dojo",
        file=f"{each.url}@{each.commit[:12]} {each.file}".strip(" @"),
        file_sha256=sha256(text),
        license=license,
        lean=session.info.lean_version,
    )
    return Completion(theorem=theorem, provenance=origin, proof=found[0].proof)


def _offset(data: bytes, place: tuple[int, int]) -> int | None:
    """Bytes before a line and a column, both from 1; columns are code points. None outside of the file."""
    line, column = place
    lines = data.split(b"\n")
    if not 1 <= line <= len(lines):
        return None
    text = lines[line - 1].decode(errors="replace")
    if not 1 <= column <= len(text) + 1:
        return None
    before = sum(len(each) + 1 for each in lines[: line - 1])
    return before + len(text[: column - 1].encode())
