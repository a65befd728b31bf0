"""Does the score's difficulty predict what is proved? On every theorem and lemma of the corpus's solutions.

    python -m benchmarks.difficulty [--levels easy,medium] [--calls 15] [--strategy portfolio] [--out DIR]

Each solution is written with all its proofs taken out, and `gentzen bench` attempts each one, with those before it
at hand that were proved, as for a person who works from top to bottom. Nothing was fitted to these statements, so all
of them are held out. The table gives AUROC, that a statement which is proved (by the trusted check) has a smaller
difficulty than one that is not, by variant of the footprint and for the length of the goal's text. The same command
goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import report
from benchmarks.search import CORPUS
from benchmarks.search_report import answered
from decompose.calibration import auroc
from decompose.footprint import Library, Variant, footprint
from decompose.spec import SpecFile, load_spec
from decompose.splitters import splits
from decompose.text import TokenKind, decode, tokens
from lean_project.embedded.launch import program
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.bench.metrics import load
from prover.bench.tasks import groups_of, task_name
from prover.engine import LeanDomain
from prover.portfolio import Portfolio
from search.domain import Goal

LEVELS = ("easy", "medium", "hard")
VARIANTS = (*map(str, Variant), "length")


def opened(text: str) -> str:
    """A file whose theorems all have open proofs. Statements stay as they are."""
    found = list(tokens(text))
    pieces, at = [], 0
    for number, token in enumerate(found):
        if token.text not in ("theorem", "lemma") or token.kind is not TokenKind.WORD or token.start < at:
            continue
        depth = 0
        for other in found[number:]:
            depth += (other.text in "([{⟨") - (other.text in ")]}⟩")
            if depth == 0 and other.text in (":=", "|"):
                pieces += [text[at : other.start].rstrip(), " := by\n  sorry\n\n"]
                at = _next_command(text, other.end)
                break
    return "".join([*pieces, text[at:]])


def _next_command(text: str, at: int) -> int:
    """The start of the first line after `at` that begins in the first column."""
    line = text.find("\n", at)
    while 0 <= line < len(text) - 1 and text[line + 1] in " \n|":
        line = text.find("\n", line + 1)
    return len(text) if line < 0 else line + 1


def _write(out: Path) -> None:
    """The solutions without their proofs, a folder for each level."""
    for level in LEVELS:
        (out / "solutions" / level).mkdir(parents=True, exist_ok=True)
        for path in sorted((CORPUS / "solutions" / level).glob("*.lean")):
            (out / "solutions" / level / path.name).write_text(opened(path.read_text(encoding="utf-8")))


def _attempt(out: Path, level: str, options: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "prover.cli", "bench", str(out / "solutions" / level), "--no-gate", "--quiet"]
    command += ["--strategy", options.strategy, "--calls", str(options.calls), "--workers", "1"]
    ended = subprocess.run([*command, "--out", str(out / level)], stdout=subprocess.DEVNULL)
    if ended.returncode > 1:
        sys.exit(ended.returncode)


def difficulties(spec: SpecFile, pool: Pool) -> Iterator[tuple[str, dict[str, int]]]:
    """For each task of a file with a goal that stands alone: its name, the footprint in each variant, and the length of
    the goal's text."""
    library: dict[str, Library] = {}
    with LeanDomain(spec, pool, proposer=Portfolio(), splitter=splits) as domain:
        for targets in groups_of(spec, "").values():
            root = domain.root(targets[0])
            if len(targets) > 1 or not isinstance(root, Goal):
                continue
            site = root.payload
            base = site.problem.base
            if base.key not in library:
                library[base.key] = Library(lambda names, base=base: pool.lookup(base, names, Limits(60.0)))
            known = library[base.key]
            found = {str(v): footprint(site.problem.closed, site.definitions, v, lookup=known).value for v in Variant}
            yield task_name(targets[0], targets), {**found, "length": len(site.text)}


def _measured(out: Path, levels: tuple[str, ...], pool: Pool) -> Iterator[dict[str, Any]]:
    """A row for each statement that was attempted. Difficulties are kept in out/difficulties.jsonl by file."""
    kept = out / "difficulties.jsonl"
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    known = {(row["level"], row["file"]): row["tasks"] for row in map(json.loads, lines)}
    for level in levels:
        for path in sorted((out / "solutions" / level).glob("*.lean")):
            if (level, path.stem) not in known:
                spec = load_spec(decode(path.read_bytes()), pool, Limits(120.0), name=path.name)
                known[level, path.stem] = dict(difficulties(spec, pool))
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"level": level, "file": path.stem, "tasks": known[level, path.stem]}) + "\n")
        for (name, task), result in answered(load(out / level)).items():
            difficulty = known.get((level, Path(name).stem), {}).get(task)
            if difficulty is not None:
                proved = result.proof is not None
                yield {"level": level, "file": name, "task": task, "proved": proved, "difficulty": difficulty}


def table(rows: list[dict[str, Any]], levels: tuple[str, ...]) -> list[list[Any]]:
    found = []
    for level in (*levels, "all levels"):
        mine = [row for row in rows if level in (row["level"], "all levels")]
        outcomes = [row["proved"] for row in mine]
        cells = []
        for variant in VARIANTS:
            area = auroc([-row["difficulty"][variant] for row in mine], outcomes)
            cells.append("-" if area is None else f"{area:.3f} ± {_half_width(area, outcomes):.3f}")
        found.append([level, len(mine), sum(outcomes), *cells])
    return found


def _half_width(area: float, outcomes: list[bool]) -> float:
    """Half of the 95 % interval of an AUROC (Hanley and McNeil 1982)."""
    positive = sum(outcomes)
    negative = len(outcomes) - positive
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    variance = area * (1 - area) + (positive - 1) * (one - area * area) + (negative - 1) * (two - area * area)
    return 1.96 * math.sqrt(max(variance, 0.0) / (positive * negative))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", default=",".join(LEVELS))
    parser.add_argument("--calls", type=int, default=15)
    parser.add_argument("--strategy", default="portfolio")
    parser.add_argument("--out", type=Path, default=Path("bench") / "difficulty")
    options = parser.parse_args()
    _write(options.out)
    levels = tuple(options.levels.split(","))
    for level in levels:
        _attempt(options.out, level, options)
    with Pool(program(), PoolSettings(workers=1)) as pool:
        rows = list(_measured(options.out, levels, pool))
    title = f"AUROC (95 %) of difficulty against a proof by {options.strategy} within {options.calls} Lean calls"
    columns = ["solutions", "statements", "proved", *VARIANTS]
    report("difficulty", f"{title}; published for Verina: 0.903", columns, table(rows, levels), {"statements": rows})


if __name__ == "__main__":
    main()
