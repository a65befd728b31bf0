"""Benchmarks as JSON lines: one record a problem. Known forms are told by their fields, any other by a field map."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from prover.bench.problems import Problem, Source, git_source, theorem_name, with_hole
from prover.bench.published import read_text

Record = Mapping[str, Any]

FIELDS = ("statement", "id", "header", "imports", "theorem", "split", "category")
"""What a field map may name; `statement` must be there."""
_IMPORT = re.compile(r"^import\s+\S+", re.MULTILINE)
_NOTATION = {"ℕ": "Nat", "ℤ": "Int"}
_SOURCE = re.compile(r"^(?P<repository>[\w.-]+/[\w.-]+)(?:@(?P<commit>[0-9a-f]{7,40}))?\s*(?P<file>.*)$", re.DOTALL)


def read_records(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file, in order. Raises UserError that names the first bad line."""
    found = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise UserError(
                f"{path}, line {number}, is not JSON ({error}). Mend that line, or fetch the file again."
            ) from error
        if not isinstance(record, dict):
            raise UserError(f"{path}, line {number}, is not a JSON object. Each line must be one problem as an object.")
        found.append(record)
    if not found:
        raise UserError(f"{path} holds no problem: it is empty. Fetch it again, or name another file.")
    return found


def parse_map(text: str) -> dict[str, str]:
    """`statement=formal,id=name` as {"statement": "formal", ...}. Raises UserError."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, equals, field = (piece.strip() for piece in part.partition("="))
        if not equals or not field or name not in FIELDS:
            raise UserError(
                f"--map {text!r} cannot be read at {part.strip()!r}. Write it like "
                f"--map statement=formal,id=name; it may name {', '.join(FIELDS)}."
            )
        found[name] = field
    if "statement" not in found:
        raise UserError(f"--map {text!r} does not say which field holds the statement. Add statement=FIELD.")
    return found


def mapped(path: Path, fields: Mapping[str, str]) -> list[Problem]:
    """Problems of any JSON-lines file by a field map (see `parse_map`)."""
    name = path.stem
    git = git_source(path)

    def problem(record: Record, number: int) -> Problem:
        value = {key: record.get(field) for key, field in fields.items()}
        statement = _text(path, number, record, fields["statement"])
        imports = value.get("imports")
        return _problem(
            name,
            str(value.get("id") or number),
            with_hole(statement),
            header=str(value.get("header") or ""),
            imports=[imports] if isinstance(imports, str) else list(imports or []),
            theorem=str(value.get("theorem") or ""),
            split=str(value.get("split") or ""),
            category=str(value.get("category") or ""),
            source=replace(git, file=path.name),
        )

    return _each(path, problem)


def gentzen(path: Path) -> list[Problem]:
    """Records with id, split, source, license, imports, header and statement (docs/bench.md).

    Without imports a file imports Std; `ℕ` and `ℤ` are declared where such a statement uses them, and it stands in a
    `noncomputable section` unless `elaborates` lists "plain": that concerns compiled code, not proofs.
    """

    def problem(record: Record, number: int) -> Problem:
        statement = with_hole(_text(path, number, record, "statement"))
        header, imports = str(record.get("header") or ""), list(record.get("imports") or [])
        name, _, rest = str(record.get("id") or number).partition("/")
        above = []
        if not imports:
            above += notations(header, statement)
            if "plain" not in (record.get("elaborates") or ["plain"]):
                above.append("noncomputable section")
        return _problem(
            name if rest else path.parent.name,
            rest or name,
            statement,
            header="\n".join((*above, header)).strip("\n"),
            imports=imports or ["Std"],
            split=str(record.get("split") or ""),
            category=str(record.get("category") or record.get("split") or ""),
            source=_source(str(record.get("source") or ""), str(record.get("license") or "")),
            note="; ".join(above) and f"added above the published text: {'; '.join(above)}",
        )

    return _each(path, problem)


def notations(*texts: str) -> list[str]:
    """Commands that declare the signs of Mathlib's which the texts use, for a file that does not import it."""
    return [f'local notation "{sign}" => {name}' for sign, name in _NOTATION.items() if any(sign in t for t in texts)]


def formal(path: Path) -> list[Problem]:
    """`formal_statement` with `header`: miniF2F (yangky11, DeepSeek, AI-MO) and ProofNet as JSON lines."""
    git = git_source(path)

    def problem(record: Record, number: int) -> Problem:
        statement = with_hole(_text(path, number, record, "formal_statement"))
        id = str(record.get("name") or record.get("id") or number)
        book = str(record.get("source") or "")
        is_proofnet = book.endswith(".lean") or "proofnet" in path.stem.lower()
        return _problem(
            "ProofNet" if is_proofnet else "miniF2F" if "minif2f" in path.stem.lower() else path.stem,
            id,
            statement,
            header=str(record.get("header") or ""),
            split=str(record.get("split") or ""),
            category=book.removesuffix(".lean") if is_proofnet else str(record.get("split") or ""),
            source=replace(git, file=path.name),
        )

    return _each(path, problem)


def minictx(path: Path) -> list[Problem]:
    """`srcContext`, `theoremStatement`, `theoremName`: miniCTX. The file's own text comes before each theorem."""

    def problem(record: Record, number: int) -> Problem:
        statement = with_hole(_text(path, number, record, "theoremStatement"))
        context = _text(path, number, record, "srcContext", empty=True)
        created = record.get("theoremCreated") or record.get("fileCreated") or {}
        commit = str(created.get("commit", "")) if isinstance(created, dict) else ""
        name = str(record.get("theoremName") or number)
        return Problem(
            "miniCTX",
            f"{path.stem}/{name}",
            f"{context.rstrip()}\n\n{statement}\n",
            statement,
            theorem_name(statement) or name,
            path.stem,
            path.stem,
            Source(commit=commit, file=str(record.get("file") or "")),
        )

    return _each(path, problem)


def form_of(path: Path) -> Callable[[Path], list[Problem]] | None:
    """The reader for a file, told by the fields of its first record; None when none of them is known."""
    keys = set(read_records(path)[0])
    if {"srcContext", "theoremStatement"} <= keys:
        return minictx
    if "formal_statement" in keys:
        return formal
    return gentzen if {"statement", "id"} <= keys else None


def _each(path: Path, problem: Callable[[Record, int], Problem]) -> list[Problem]:
    return [problem(record, number) for number, record in enumerate(read_records(path), 1)]


def _text(path: Path, number: int, record: Record, field: str, *, empty: bool = False) -> str:
    value = record.get(field)
    if not isinstance(value, str) or not (value.strip() or empty):
        raise UserError(
            f"Record {number} of {path} has no text in its field {field!r} (it has {', '.join(map(str, record))}). "
            "Mend the record, or say which fields to read with --map statement=FIELD,id=FIELD."
        )
    return value


def _problem(
    set: str,
    id: str,
    statement: str,
    *,
    header: str = "",
    imports: list[str] | None = None,
    theorem: str = "",
    split: str = "",
    category: str = "",
    source: Source = Source(),  # noqa: B008 (frozen)
    note: str = "",
) -> Problem:
    lines = "".join(f"import {module}\n" for module in imports or [] if not _IMPORT.search(header + "\n" + statement))
    body = f"{header.rstrip()}\n\n{statement}\n" if header.strip() else f"{statement}\n"
    text = f"{lines}\n{body}" if lines else body
    return Problem(set, id, text, statement, theorem or theorem_name(statement), split, category, source, note)


def _source(text: str, license: str) -> Source:
    match = _SOURCE.match(text)
    if match is None:
        return Source(file=text, license=license)
    return Source(match["repository"], match["commit"] or "", match["file"].strip(), license)
