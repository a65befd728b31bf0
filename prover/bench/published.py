"""Benchmarks that are published as folders of Lean files. Each reader knows one layout; docs/bench.md lists them.

A reader gives every problem the file that a prover is asked to complete: statements, programs and imports as published,
proofs replaced by `sorry`. What it changed beyond that stands in the problem's `note`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lean_project.errors import UserError
from prover.bench.problems import (
    Problem,
    Source,
    git_source,
    normalised,
    statement_only,
    theorem_name,
    theorems,
    with_hole,
    without_examples,
)


def read_text(path: Path) -> str:
    """A file as text with LF line endings. Raises UserError."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. Check the path and its permissions.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8 and run again.") from error


def natural(path: Path) -> tuple[object, ...]:
    """Sort key of a path: its numbers by value."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(path)) if part)


def lean_files(folder: Path, pattern: str = "**/*.lean") -> list[Path]:
    """The Lean files of a folder in order, without hidden folders, build folders and Lake's own files."""
    found = []
    for path in folder.glob(pattern):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in ("build", "lake-packages") for part in parts)
        if not hidden and path.is_file() and path.name != "lakefile.lean" and not path.name.endswith(".proved.lean"):
            found.append(path)
    return sorted(found, key=natural)


def specs(folder: Path) -> list[Problem]:
    """A folder of spec files: each file a problem, everything open in it to be proved. Category: the subfolder."""
    git = git_source(folder)
    found = []
    for path in lean_files(folder):
        inner = path.relative_to(folder)
        text = read_text(path)
        category = inner.parent.as_posix() if inner.parent.parts else folder.name
        source = replace(git, file=inner.as_posix())
        found.append(
            Problem(folder.name, inner.with_suffix("").as_posix(), text, text, "", "", category, source=source)
        )
    return found


def minif2f(folder: Path) -> list[Problem]:
    """`MiniF2F/Valid/NAME.lean` and `MiniF2F/Test/NAME.lean` (yangky11/miniF2F-lean4), or, as in its older commits,
    `Valid.lean` and `Test.lean` with many theorems each."""
    git = git_source(folder)
    found: list[Problem] = []
    for split in ("valid", "test"):
        for path in lean_files(folder):
            inner = path.relative_to(folder)
            source = replace(git, file=inner.as_posix())
            if path.parent.name.lower() == split:
                text = read_text(path)
                found.append(_whole("miniF2F", path.stem, text, split, _contest(path.stem), source))
            elif path.stem.lower() == split and not (path.parent / path.stem).is_dir():
                alone = _one_by_one("miniF2F", path, split, source)
                found += [replace(problem, category=_contest(problem.id)) for problem in alone]
    return found


def _contest(name: str) -> str:
    """`mathd_algebra_17` → mathd_algebra, `amc12a_2002_p6` → amc."""
    for known in ("mathd_algebra", "mathd_numbertheory", "numbertheory", "algebra", "induction", "aime", "amc", "imo"):
        if name.lower().startswith(known):
            return known
    return "other"


def _whole(name: str, id: str, text: str, split: str, category: str, source: Source) -> Problem:
    """A file that is one problem: its last theorem."""
    stated = theorems(text)
    statement = stated[-1].text if stated else text
    return Problem(name, id, text, statement, theorem_name(statement), split, category, source)


def _one_by_one(name: str, path: Path, split: str, source: Source) -> list[Problem]:
    """Each theorem of a file as a file of its own, with all of the file that comes before the first of them."""
    text = read_text(path)
    stated = theorems(text)
    header = text[: stated[0].start].rstrip() if stated else ""
    found = []
    for each in stated:
        statement = with_hole(statement_only(each.text) + " := by")
        problem = Problem(name, each.name, f"{header}\n\n{statement}\n", statement, each.name, split, source=source)
        found.append(replace(problem, note="the file has many theorems; this one stands alone under its header"))
    return found


def proofnet(folder: Path) -> list[Problem]:
    """`formal/BOOK.lean` with many theorems each (rahul3613/ProofNet-lean4). Category: the book."""
    git = git_source(folder)
    root = folder / "formal" if (folder / "formal").is_dir() else folder
    found: list[Problem] = []
    for path in lean_files(root, "*.lean"):
        source = replace(git, file=path.relative_to(folder).as_posix())
        book = path.stem
        found += [
            replace(each, id=f"{book}/{each.id}", category=book) for each in _one_by_one("ProofNet", path, "", source)
        ]
    return found


_ANSWER = re.compile(
    r"^((?:noncomputable )?(?:abbrev|def) (\w+_solution)\b[^\n]*?):=\s*sorry[ \t]*\n((?:--[^\n]*\n)+)", re.M
)


def putnam(folder: Path) -> list[Problem]:
    """`lean4/src/putnam_YEAR_NUMBER.lean` (trishullab/PutnamBench). An answer that the file keeps in a comment below
    `abbrev NAME_solution := sorry` is filled in, as the benchmark's own rewrite_solutions.py does."""
    git = git_source(folder)
    found = []
    for path in lean_files(folder, "**/putnam_*_*.lean"):
        published = read_text(path)
        text, filled = _ANSWER.subn(_answered, published)
        source = replace(git, file=path.relative_to(folder).as_posix())
        problem = _whole("PutnamBench", path.stem, text, "", "with an answer" if filled else "no answer asked", source)
        found.append(replace(problem, note="the answer in the file's comment is filled in" if filled else ""))
    return found


def _answered(match: re.Match[str]) -> str:
    answer = "\n".join("  " + line.removeprefix("--").strip() for line in match[3].splitlines())
    return f"{match[1]}:=\n{answer}\n"


_MARK = re.compile(r"^[ \t]*-- !benchmark @start (\w+)[^\n]*\n(.*?)^[ \t]*-- !benchmark @end \1[^\n]*\n?", re.M | re.S)


def verina(folder: Path) -> list[Problem]:
    """`datasets/verina/TASK/task.lean`, with `task.json` beside it (sunblaze-ucb/verina): the theorem that the
    reference program meets its specification. Given proofs and their helpers are taken out."""
    git = git_source(folder)
    found = []
    for path in sorted(folder.glob("**/task.lean"), key=natural):
        id = _task_id(path)
        published = read_text(path)
        if "@start proof" not in published:
            raise UserError(
                f"{path} has no `-- !benchmark @start proof` marker, so it is no task of Verina as published. "
                "Give the folder that holds datasets/verina, or name another --format."
            )
        text = _MARK.sub(_without_proof, published)
        stated = theorems(text)
        statement = stated[-1].text if stated else text
        note = "a published proof is taken out" if _has_proof(published) else ""
        category = next((level for level in ("basic", "advanced") if level in id), "")
        source = replace(git, file=path.relative_to(folder).as_posix())
        problem = Problem("Verina", id, text, text, theorem_name(statement), category, category, source, note)
        found.append(problem)
    return found


def _task_id(path: Path) -> str:
    described = path.with_name("task.json")
    if not described.exists():
        return path.parent.name
    try:
        return str(json.loads(read_text(described))["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{described} is not the description of a Verina task: it has no `id`. Fetch it again."
        ) from error


def _without_proof(match: re.Match[str]) -> str:
    if match[1] == "proof":
        return "  sorry\n"
    return "" if match[1] == "proof_aux" else match[0]


def _has_proof(text: str) -> bool:
    return any(m[1] == "proof" and normalised(m[2]) not in ("sorry", "") for m in _MARK.finditer(text))


def algoveri(folder: Path) -> list[Problem]:
    """`algoveri_data/TASK/lean_spec.lean` (haoyuzhao123/algoveri): specifications whose programs are to be written."""
    git = git_source(folder)
    found = []
    for path in sorted(folder.glob("**/lean_spec.lean"), key=natural):
        text = read_text(path)
        source = replace(git, file=path.relative_to(folder).as_posix())
        found.append(Problem("AlgoVeri", path.parent.name, text, text, "", "", "", source))
    return found


_SECTION = re.compile(r"--\s*start_def\s+(\w+)\s*\n(.*?)--\s*end_def\s+\1\b", re.S | re.I)


def clever(folder: Path) -> list[Problem]:
    """`src/lean4/human_eval/problem_N.lean` (trishullab/clever): that the implementation meets the ground-truth
    specification. The sections for a generated specification, tests and proofs are left out."""
    git = git_source(folder)
    found = []
    for path in lean_files(folder, "**/problem_*.lean"):
        published = read_text(path)
        sections = {match[1].lower(): match[2].strip("\n") for match in _SECTION.finditer(published)}
        needed = ("problem_spec", "implementation_signature", "implementation", "correctness_definition")
        missing = [name for name in needed if name not in sections]
        if missing:
            raise UserError(
                f"{path} has no section {missing[0]} (`-- start_def {missing[0]}`), so it is no problem of CLEVER as "
                "published. Give the folder src/lean4/human_eval, or name another --format."
            )
        header = published[: published.index("start_def")].rpartition("\n")[0].strip()
        theorem = with_hole(sections["correctness_definition"])
        program = sections["implementation_signature"] + "\n" + sections["implementation"]
        text = "\n\n".join(part for part in (header, sections["problem_spec"], program, theorem) if part) + "\n"
        id = path.stem.removeprefix("problem_")
        source = replace(git, file=path.relative_to(folder).as_posix())
        note = "specification, implementation and correctness theorem of the published file"
        found.append(Problem("CLEVER", id, text, text, theorem_name(theorem), "", "", source, note))
    return found


def human_eval_lean(folder: Path) -> list[Problem]:
    """`HumanEvalLean/HumanEvalN.lean` (leanprover/human-eval-lean): every theorem of a file, its proof taken out, below
    all that comes before it, proved lemmas included, tests (`example`s, by compiled evaluation) not. Category: the
    heading that it stands under."""
    git = git_source(folder)
    found = []
    for path in lean_files(folder, "**/HumanEval[0-9]*.lean"):
        text = without_examples(read_text(path))
        number = path.stem.removeprefix("HumanEval")
        source = replace(git, file=path.relative_to(folder).as_posix())
        for position, each in enumerate(theorems(text), 1):
            statement = with_hole(statement_only(each.text) + " := by")
            file = f"{text[: each.start].rstrip()}\n\n{statement}\n"
            note = "the published proof and tests are taken out; all else that comes before the theorem is kept"
            category = each.heading.lower() or "verification"
            found.append(
                Problem(
                    "human-eval-lean", f"{number}_{position}", file, statement, each.name, "", category, source, note
                )
            )
    return found


def problems_in(found: list[Problem]) -> Iterator[Problem]:
    """Each problem with an id of its own: ids that come several times get a number."""
    seen: dict[tuple[str, str], int] = {}
    for problem in found:
        count = seen[problem.set, problem.id] = seen.get((problem.set, problem.id), 0) + 1
        yield problem if count == 1 else replace(problem, id=f"{problem.id}~{count}")
