"""From NAME or PATH on the command line to problems: which format, which of them, and in which order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lean_project.errors import UserError
from prover.bench import fetching, jsonl, published
from prover.bench.problems import Problem

Reader = Callable[[Path], list[Problem]]

FOLDERS: Mapping[str, tuple[str, Reader]] = {
    "minif2f": ("**/Test*", published.minif2f),
    "verina": ("**/task.lean", published.verina),
    "clever": ("**/problem_*.lean", published.clever),
    "algoveri": ("**/lean_spec.lean", published.algoveri),
    "putnam": ("**/putnam_*_*.lean", published.putnam),
    "human-eval-lean": ("**/HumanEval[0-9]*.lean", published.human_eval_lean),
    "proofnet": ("formal/*.lean", published.proofnet),
    "specs": ("**/*.lean", published.specs),
}
"""By name: what a folder of this format holds somewhere, and its reader. Tried in this order."""
LINES: Mapping[str, Reader] = {"gentzen": jsonl.gentzen, "formal": jsonl.formal, "minictx": jsonl.minictx}
FORMATS = ("auto", *FOLDERS, *LINES, "jsonl")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which problems of a benchmark. `split`: "" for all. `limit`: the first so many, 0 for all. `shard`: every n-th of
    these, from the i-th (1-based)."""

    split: str = ""
    limit: int = 0
    shard: tuple[int, int] = (1, 1)


def parse_shard(text: str) -> tuple[int, int]:
    """`2/5`. Raises UserError."""
    first, slash, count = text.partition("/")
    if not (slash and first.isdigit() and count.isdigit() and 1 <= int(first) <= int(count)):
        raise UserError(f"--shard {text!r} cannot be read. Write it like 2/5: the second of five parts.")
    return int(first), int(count)


def locate(name: str) -> Path:
    """The path that NAME|PATH means: an existing path, else the folder of that name under GENTZEN_HOME/benchmarks.
    Raises UserError that says how to get a known benchmark."""
    path = Path(name)
    if path.exists():
        return path
    for place in (fetching.kept(name), fetching.kept(name.lower())):
        if place.exists():
            return place
    if fetching.is_url(name):
        raise UserError(f"gentzen fetches nothing by itself. Add --fetch and the file's --sha256 to fetch {name}.")
    if name.lower() in fetching.HOMES:
        raise UserError(
            f"The data of {name} are not here, and gentzen brings none. Add --fetch to the command (it clones "
            f"{fetching.HOMES[name.lower()].url}), or give a path in place of {name}."
        )
    raise UserError(
        f"There is no file or folder {name}, and no benchmark of that name. Give a path, or one of "
        f"{', '.join(sorted(fetching.HOMES))}."
    )


def load(path: Path, form: str = "auto", fields: Mapping[str, str] | None = None) -> list[Problem]:
    """All problems at `path`, in the benchmark's own order, with ids that are unique in their set.

    Raises UserError for an unknown format, a file that is malformed, and a place without problems.
    """
    if form not in FORMATS:
        raise UserError(f"There is no format {form!r}. Give one of {', '.join(FORMATS)}.")
    if fields is not None or form == "jsonl":
        if path.is_dir():
            raise UserError(
                f"--map and --format jsonl are for a file of JSON lines; {path} is a folder. Name the file."
            )
        if fields is None:
            raise UserError("--format jsonl needs to know the fields: add --map statement=FIELD,id=FIELD.")
        found = jsonl.mapped(path, fields)
    elif path.is_dir():
        found = _folder(path, form)
    elif path.suffix in (".jsonl", ".json", ".ndjson"):
        found = _lines(path, form)
    elif path.suffix == ".lean":
        text = published.read_text(path)
        found = [Problem(path.parent.name or "files", path.stem, text, text)]
    else:
        raise UserError(f"{path} is neither a folder, nor a .lean file, nor JSON lines (.jsonl). Name one of these.")
    if not found:
        raise UserError(f"There is no problem of format {form!r} in {path}. Check the path, or name another --format.")
    return list(published.problems_in(found))


def _folder(path: Path, form: str) -> list[Problem]:
    if form in LINES:
        return [problem for file in _line_files(path) for problem in LINES[form](file)]
    if form != "auto":
        return FOLDERS[form][1](path)
    lines = _line_files(path)
    for name, (pattern, read) in FOLDERS.items():
        if name == "specs" and lines:
            break
        if any(_visible(path, found) and _fits(name, found) for found in path.glob(pattern)):
            return read(path)
    if lines:
        return _core_first([problem for file in lines for problem in _lines(file, "auto")])
    raise UserError(
        f"The folder {path} holds neither Lean files nor JSON lines. Give the folder of a benchmark, or of spec files."
    )


def _core_first(found: list[Problem]) -> list[Problem]:
    """Of a problem that one file states for Mathlib and another for core Lean, the one for core Lean."""
    core = {(each.set, each.id) for each in found if not _needs_mathlib(each)}
    return [each for each in found if not (_needs_mathlib(each) and (each.set, each.id) in core)]


def _needs_mathlib(problem: Problem) -> bool:
    return re.search(r"^import Mathlib", problem.text, re.MULTILINE) is not None


def _fits(name: str, found: Path) -> bool:
    """Whether what the pattern of a format found is of that format, where the name alone does not say so."""
    if name == "minif2f":
        return found.name in ("Test", "Test.lean") and found.with_name(found.name.replace("Test", "Valid")).exists()
    return name != "clever" or "start_def problem_spec" in published.read_text(found)


def _visible(root: Path, path: Path) -> bool:
    return not any(part.startswith(".") or part == "build" for part in path.relative_to(root).parts)


def _line_files(path: Path) -> list[Path]:
    return sorted((file for file in path.glob("**/*.jsonl") if _visible(path, file)), key=published.natural)


def _lines(path: Path, form: str) -> list[Problem]:
    if form in FOLDERS:
        raise UserError(f"The format {form!r} is that of a folder, but {path} is a file. Name the folder.")
    read = LINES[form] if form != "auto" else jsonl.form_of(path)
    if read is None:
        keys = ", ".join(jsonl.read_records(path)[0])
        raise UserError(
            f"The records of {path} have the fields {keys}, which are those of no known benchmark. "
            "Say which to read: --map statement=FIELD,id=FIELD (header=, imports=, theorem=, split=, category= too)."
        )
    return read(path)


def choose(problems: list[Problem], selection: Selection) -> list[Problem]:
    """The problems to work on. Raises UserError for a split that none of them has."""
    kept = [each for each in problems if not selection.split or each.split == selection.split]
    if not kept:
        known = sorted({each.split for each in problems if each.split})
        raise UserError(
            f"No problem is in the split {selection.split!r}. "
            + (f"Give one of {', '.join(known)}." if known else "These problems have no splits: leave out --split.")
        )
    kept = kept[: selection.limit] if selection.limit else kept
    first, count = selection.shard
    return kept[first - 1 :: count]


def set_sha256(problems: list[Problem]) -> str:
    """The hash of a whole set: of its files' hashes, whatever their order."""
    return hashlib.sha256("\n".join(sorted(each.file_sha256 for each in problems)).encode()).hexdigest()
