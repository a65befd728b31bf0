"""What the portfolio proves of benchmark statements, and what it costs. Checked at L1 like everything else.

    python -m benchmarks.portfolio_data DATA [--sample 12] [--seed 1] [--timeout 10] [--workers 2]

DATA is a folder of statement sets (`benchmarks.statements`). It is read in place and nothing of it is kept: the
results hold ids and outcomes. A sample of each set is drawn with the seed (0: all of it). A problem whose file does
not elaborate here is counted apart, never as a failure.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rich.progress import track

from benchmarks.common import report
from benchmarks.statements import Statement, statement_sets
from lean_project.embedded.launch import program
from lean_project.errors import UserError
from lean_project.ledger import Ledger
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.prove import Run, prove_file
from prover.settings import PORTFOLIO, ProveSettings
from search.budget import Budget, BudgetLimits


def attempt(problem: Statement, folder: Path, pool: Pool, ledger: Ledger, timeout: float) -> dict[str, Any]:
    """Outcome of one problem: status, Lean calls, seconds."""
    path = folder / "Problem.lean"
    path.write_text(problem.text, encoding="utf-8")
    settings = ProveSettings(
        strategy=PORTFOLIO, theorems=(problem.theorem,) if problem.theorem else (), timeout=timeout
    )
    run = Run(
        session=pool,
        settings=settings,
        ledger=ledger,
        run_id=ledger.start_run("benchmarks.portfolio_data", {}, {}),
        budget=Budget(BudgetLimits()),
        make_check=gate_for,
    )
    begin = time.perf_counter()
    try:
        result = prove_file(InputFile(path, folder / "out" / "Problem.proved.lean"), run)
    except UserError as error:
        return {"id": problem.id, "status": "not statable", "calls": 0, "seconds": 0.0, "reason": str(error)[:200]}
    target = max(result.targets, key=lambda each: (each.position.line, each.position.column))
    return {
        "id": problem.id,
        "status": str(target.status),
        "calls": target.lean_calls,
        "seconds": round(time.perf_counter() - begin, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sample", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    rows, problems = [], {}
    with tempfile.TemporaryDirectory() as temporary, Pool(program(), PoolSettings(workers=options.workers)) as pool:
        folder = Path(temporary)
        (folder / "out").mkdir()
        ledger = Ledger.open(folder / "ledger.db")
        for name, chosen in statement_sets(options.data, options.sample, options.seed).items():
            found = [attempt(problem, folder, pool, ledger, options.timeout) for problem in track(chosen, name)]
            problems[name] = found
            counts = Counter(each["status"] for each in found)
            solved = [each for each in found if each["status"] == "proved"]
            calls = statistics.median(each["calls"] for each in solved) if solved else "-"
            others = ", ".join(f"{n} {status}" for status, n in counts.most_common() if status != "proved")
            rows.append([name, len(found), len(solved), calls, others])
    report(
        "portfolio_data",
        f"Portfolio on benchmark statements, {options.timeout:g} s a target, sample of {options.sample or 'all'} a set",
        ["set", "tried", "proved (L1)", "median calls when proved", "the others"],
        rows,
        {"problems": problems, "options": {k: str(v) for k, v in vars(options).items() if k != "data"}},
    )


if __name__ == "__main__":
    main()
