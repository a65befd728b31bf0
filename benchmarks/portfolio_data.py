"""What the portfolio proves of benchmark statements, and what it costs. Checked at L1 like everything else.

    python -m benchmarks.portfolio_data DATA [--sample 12] [--seed 1] [--timeout 10] [--workers 2]

DATA is a folder of statement sets: JSON lines with `id`, `imports` (none: Std), `header`, `statement`; one file
`*_core.jsonl` a set. It is read in place and nothing of it is kept: the results hold ids and outcomes. A sample of each
set is drawn with the seed (0: all of it). A problem whose file does not elaborate here is counted apart, never as a
failure.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rich.progress import track

from benchmarks.common import report
from lean_project.embedded.launch import program
from lean_project.errors import UserError
from lean_project.ledger import Ledger
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.prove import Run, prove_file
from prover.settings import ProveSettings
from search.budget import Budget, BudgetLimits

_NAME = re.compile(r"\b(?:theorem|lemma)\s+(\S+)")


def attempt(problem: dict[str, Any], folder: Path, pool: Pool, ledger: Ledger, timeout: float) -> dict[str, Any]:
    """Outcome of one problem: status, Lean calls, seconds."""
    name = _NAME.search(problem["statement"])
    path = folder / "Problem.lean"
    imports = "".join(f"import {module}\n" for module in problem.get("imports") or ["Std"])
    path.write_text(f"{imports}{problem['header']}\n\n{problem['statement']}\n", encoding="utf-8")
    settings = ProveSettings(theorems=(name[1],) if name else (), timeout=timeout)
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
        return {"id": problem["id"], "status": "not statable", "calls": 0, "seconds": 0.0, "reason": str(error)[:200]}
    target = max(result.targets, key=lambda each: (each.position.line, each.position.column))
    return {
        "id": problem["id"],
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
    with tempfile.TemporaryDirectory() as name, Pool(program(), PoolSettings(workers=options.workers)) as pool:
        folder = Path(name)
        (folder / "out").mkdir()
        ledger = Ledger.open(folder / "ledger.db")
        for file in sorted(options.data.glob("*/*_core.jsonl")):
            if file.name.startswith("not_"):
                continue
            all_of_it = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            chosen = random.Random(options.seed).sample(
                all_of_it, min(options.sample or len(all_of_it), len(all_of_it))
            )
            found = [
                attempt(problem, folder, pool, ledger, options.timeout) for problem in track(chosen, file.parent.name)
            ]
            problems[file.parent.name] = found
            counts = Counter(each["status"] for each in found)
            solved = [each for each in found if each["status"] == "proved"]
            calls = statistics.median(each["calls"] for each in solved) if solved else "-"
            others = ", ".join(f"{n} {status}" for status, n in counts.most_common() if status != "proved")
            rows.append([file.parent.name, len(all_of_it), len(found), len(solved), calls, others])
    report(
        "portfolio_data",
        f"Portfolio on benchmark statements, {options.timeout:g} s a target, sample of {options.sample or 'all'} a set",
        ["set", "statable here", "tried", "proved (L1)", "median calls when proved", "the others"],
        rows,
        {"problems": problems, "options": {k: str(v) for k, v in vars(options).items() if k != "data"}},
    )


if __name__ == "__main__":
    main()
