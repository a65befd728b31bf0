"""A data set in a folder: JSON lines for each kind of row, Parquet beside them where `datasets` is there, and a card.

FOLDER/completion.jsonl, sketch.jsonl, ...     one row a line, in order of their ids
FOLDER/completion.parquet, ...                 the same, flat where the rows are nested (extra `train`)
FOLDER/card.json                               counts, hashes, licences, what was refused and why
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from lean_project.errors import UserError
from rl.data.decontaminate import Contamination, Decontaminator
from rl.data.files import Record, dump, file_sha256, read_json, write_bytes, write_json, write_lines
from rl.data.rows import KINDS, VERSION, Completion, Row, read_row

CARD = "card.json"


class Refused(Record):
    """A row that is not in the data set. `id`: the row's, or the item's where no row was made of it. `stage`: which
    step refused it (`build`, `duplicate`, `contamination`, `verify`)."""

    id: str
    kind: str
    stage: str
    reason: str


class Card(Record):
    """What a data set is. `files`: SHA-256 by file name. `licenses`: rows by licence of their source, "" unknown.
    `sources`: rows by source. `inputs`: SHA-256 of what it was built from, by name. `refused`: counts by stage and
    reason; the whole list is in `refused.jsonl`."""

    rows_version: int = VERSION
    counts: dict[str, int]
    levels: dict[str, int]
    goals: int
    files: dict[str, str]
    licenses: dict[str, int]
    sources: dict[str, int]
    weights: dict[str, int]
    inputs: dict[str, str] = Field(default_factory=dict)
    evaluation_sets: dict[str, str] = Field(default_factory=dict)
    refused: dict[str, int] = Field(default_factory=dict)
    lean: tuple[str, ...] = ()


def deduplicated(rows: Iterable[Row]) -> tuple[list[Row], list[Refused]]:
    """Each row once. Completions, repairs and negatives of goals with one key are duplicates when they say the same;
    the one of the highest level stays, then the first one."""
    best: dict[tuple[str, ...], Row] = {}
    refused: list[Refused] = []
    for row in rows:
        mark = _mark(row)
        other = best.get(mark)
        if other is None:
            best[mark] = row
            continue
        loser = other if row.level > other.level else row
        if loser is other:
            best[mark] = row
        refused.append(Refused(id=loser.id, kind=_kind(loser), stage="duplicate", reason="the same row, up to names"))
    return list(best.values()), refused


def _mark(row: Row) -> tuple[str, ...]:
    """What makes a row another one: its goal's key and what it says about it."""
    said = row.model_dump(mode="json", exclude={"theorem", "provenance", "level", "weight", "seconds", "similarity"})
    return (row.theorem.strict_key, dump(said))


def decontaminated(rows: Sequence[Row], against: Decontaminator) -> tuple[list[Row], list[Refused], Contamination]:
    """The rows whose theorems are no evaluation items, the others with reasons, and the report."""
    report = against.report((row.id, row.theorem) for row in rows)
    refused = [
        Refused(
            id=row.id,
            kind=_kind(row),
            stage="contamination",
            reason=f"{hit.why} of {hit.set}: {hit.item}" + (f" ({hit.share:.0%})" if hit.share < 1 else ""),
        )
        for row in rows
        if (hit := report.refused.get(row.id)) is not None
    ]
    return [row for row in rows if row.id not in report.refused], refused, report


def write_dataset(
    folder: Path,
    rows: Sequence[Row],
    *,
    refused: Sequence[Refused] = (),
    inputs: Mapping[str, str] | None = None,
    evaluation_sets: Mapping[str, str] | None = None,
) -> Card:
    """Write rows and card. Every file is whole or not there, and the card comes last. Raises UserError."""
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_kind[_kind(row)].append(row)
    files: dict[str, str] = {}
    for kind, own in sorted(by_kind.items()):
        path = folder / f"{kind}.jsonl"
        ordered: list[Row] = sorted(own, key=_order)
        write_lines(path, ordered)
        files[path.name] = file_sha256(path)
        table = write_parquet(path)
        if table is not None:
            files[table.name] = file_sha256(table)
    write_lines(folder / "refused.jsonl", refused)
    files["refused.jsonl"] = file_sha256(folder / "refused.jsonl")
    card = Card(
        counts={kind: len(own) for kind, own in sorted(by_kind.items())},
        levels=_count(str(row.level) for row in rows),
        goals=len({row.key for row in rows}),
        files=files,
        licenses=_count(row.provenance.license for row in rows),
        sources=_count(row.provenance.source for row in rows),
        weights=_count(row.provenance.weights for row in rows),
        inputs=dict(inputs or {}),
        evaluation_sets=dict(evaluation_sets or {}),
        refused=_count(f"{each.stage}: {each.kind}" for each in refused),
        lean=tuple(sorted({row.provenance.lean for row in rows if row.provenance.lean})),
    )
    write_json(folder / CARD, card)
    return card


def read_dataset(folder: Path) -> list[Row]:
    """The rows of a folder, checked against its card. Raises UserError when a file is not what the card says."""
    card = Card.model_validate(read_json(folder / CARD))
    rows: list[Row] = []
    for name, digest in card.files.items():
        path = folder / name
        if file_sha256(path) != digest:
            raise UserError(f"{path} is not the file that its card describes. Build the data set again.")
        if name.removesuffix(".jsonl") in KINDS:
            rows += (read_row(line) for line in path.read_bytes().splitlines())
    return rows


def write_parquet(lines: Path) -> Path | None:
    """The rows of a file of JSON lines as Parquet, nested values as JSON text; None without `datasets`."""
    if importlib.util.find_spec("datasets") is None:
        return None
    import datasets

    rows = [_flat(read_row(line)) for line in lines.read_bytes().splitlines()]
    if not rows:
        return None
    path = lines.with_suffix(".parquet")
    with tempfile.TemporaryDirectory(prefix="gentzen-parquet-") as folder:
        temporary = Path(folder) / path.name
        datasets.Dataset.from_list(rows).to_parquet(str(temporary))
        write_bytes(path, temporary.read_bytes())
    return path


def read_parquet(path: Path) -> list[Row]:
    """The rows that `write_parquet` wrote. Raises UserError without `datasets`."""
    if importlib.util.find_spec("datasets") is None:
        raise UserError("Parquet files need the extra `train`: pip install 'gentzen[train]'. The JSON lines do not.")
    import datasets

    with tempfile.TemporaryDirectory(prefix="gentzen-parquet-") as folder:
        table = datasets.Dataset.from_parquet(str(path), cache_dir=folder)
        return [read_row(str(row["row"])) for row in table]


def _flat(row: Row) -> dict[str, Any]:
    """Columns to filter and sort by, and the row itself as JSON in `row`."""
    own = {
        "id": row.id,
        "key": row.key,
        "kind": _kind(row),
        "level": str(row.level),
        "weight": row.weight,
        "name": row.theorem.name,
        "source": row.provenance.source,
        "license": row.provenance.license,
    }
    if isinstance(row, Completion):
        own |= {"proof": row.proof}
    return {**own, "row": dump(row)}


def _order(row: Row) -> tuple[str, str]:
    return row.id, str(row.level)


def _kind(row: Row) -> str:
    return str(getattr(row, "kind", "row"))


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
