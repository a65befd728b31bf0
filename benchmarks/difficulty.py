"""Does the score's difficulty predict what the search proves? On every theorem and lemma of the corpus's solutions.

    python -m benchmarks.difficulty [--calls 30] [--every 1] [--shard 1/2]
    python -m benchmarks.difficulty --report

Each solution is read with all its proofs taken out, and each statement is searched by itself, with those before it at
hand as they would be for a person who works from top to bottom. Nothing was fitted to these statements, so all of them
are held out. An outcome is Lean's word about one attempt (a hint, L0): it is a label here, no claim that something is
proved. The report gives AUROC, that a proved statement has a smaller difficulty than one that is not, by variant.
Lines of results/difficulty*.jsonl are kept as for `benchmarks.search`.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, report
from benchmarks.search import CORPUS, Record, difficulties
from benchmarks.search_report import read
from decompose.calibration import auroc
from decompose.counterexample.gate import test_goal
from decompose.spec import TargetKind, load_spec
from decompose.splitters import splits
from decompose.text import TokenKind, decode, tokens
from lean_project.embedded.launch import program
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.engine import LeanDomain
from prover.portfolio import Portfolio
from search.budget import Budget, BudgetLimits
from search.driver import search
from search.strategies import strategy

VARIANTS = ("surface", "spec", "all", "length")


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


def _attempt(path: Path, level: str, pool: Pool, options: argparse.Namespace, record: Record) -> None:
    spec = load_spec(decode(opened(path.read_text(encoding="utf-8")).encode()), pool, Limits(120.0), name=path.name)
    for target in (each for each in spec.targets if each.kind is TargetKind.PROOF):
        where = {"set": level, "id": path.stem, "target": target.name, "arm": "hierarchical"}
        if record.has(**where):
            continue
        with LeanDomain(spec, pool, proposer=Portfolio(), splitter=splits, tester=test_goal) as domain:
            root = domain.root(target)
            if isinstance(root, str):
                record.add(**where, status="no goal", calls=0)
                continue
            budget = Budget(BudgetLimits(calls=options.calls, seconds=options.seconds))
            outcome = search(domain, [root], strategy("hierarchical"), budget)
        status = "closed" if root.key in outcome.proofs else "open"
        record.add(
            **where, status=status, calls=outcome.usage.calls, difficulty=difficulties(spec, target, pool), level="L0"
        )
        print(*where.values(), status, outcome.usage.calls, file=sys.stderr)


def _report() -> None:
    rows = [row for row in read(["difficulty"]) if row.get("difficulty")]
    table = []
    for level in ("easy", "medium", "hard", "all levels"):
        mine = [row for row in rows if level in (row["set"], "all levels")]
        outcomes = [row["status"] == "closed" for row in mine]
        if not mine:
            continue
        cells = []
        for variant in VARIANTS:
            area = auroc([-row["difficulty"][variant] for row in mine], outcomes)
            cells.append("-" if area is None else f"{area:.3f} ± {_half_width(area, outcomes):.3f}")
        table.append([level, len(mine), sum(outcomes), *cells])
    report(
        "difficulty",
        "AUROC (95 %) of difficulty against closing a statement within the calls; published for Verina: 0.903",
        ["solutions", "statements", "closed", *VARIANTS],
        table,
        {"settings": sorted({f"calls={row['calls_limit']}" for row in rows}), "statements": rows},
    )


def _half_width(area: float, outcomes: list[bool]) -> float:
    """Half of the 95 % interval of an AUROC (Hanley and McNeil 1982)."""
    positive = sum(outcomes)
    negative = len(outcomes) - positive
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    variance = area * (1 - area) + (positive - 1) * (one - area * area) + (negative - 1) * (two - area * area)
    return 1.96 * math.sqrt(max(variance, 0.0) / (positive * negative))


def _files() -> Iterator[tuple[str, Path]]:
    for level in ("easy", "medium", "hard"):
        yield from ((level, path) for path in sorted((CORPUS / "solutions" / level).glob("*.lean")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every", type=int, default=1, help="every n-th file only")
    parser.add_argument("--shard", default="1/1")
    parser.add_argument("--report", action="store_true", help="only print and write what there is")
    options = parser.parse_args()
    if not options.report:
        shard, shards = map(int, options.shard.split("/"))
        settings: dict[str, Any] = {"calls_limit": options.calls, "seconds_limit": options.seconds}
        record = Record(RESULTS / f"difficulty{f'.{shard}' if shards > 1 else ''}.jsonl", settings)
        with Pool(program(), PoolSettings(workers=1)) as pool:
            for level, path in list(_files())[:: options.every][shard - 1 :: shards]:
                _attempt(path, level, pool, options, record)
    _report()


if __name__ == "__main__":
    main()
