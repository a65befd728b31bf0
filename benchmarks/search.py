"""Strategies side by side at equal budgets of Lean calls, on specs and on benchmark statements.

    python -m benchmarks.search [FOLDER...] [--data DATA] [--sample 10] [--calls 200] [--arms hierarchical,...]

FOLDERs hold spec files (default: the corpus of the tests); DATA is a folder of statement sets
(`benchmarks.statements`), read in place. Every target gets the same ceiling of Lean calls under every arm, each arm
starts afresh, and every proof goes through the trusted check, as a whole file. `portfolio`: the finishing moves on
the target itself, in order of price; `flat`: the same ones in random order. Results hold ids, calls and outcomes,
no statements.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import track

from benchmarks.common import report
from benchmarks.statements import statement_sets
from decompose.assembly import settle
from decompose.counterexample.gate import test_goal
from decompose.spec import SpecFile, Target, TargetKind, load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.errors import GentzenError
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.engine import LeanDomain
from prover.gate import gate_for
from prover.portfolio import Portfolio
from prover.proposals import GoalContext, Proposal
from search.budget import Budget, BudgetLimits
from search.driver import search
from search.strategies import strategy

ARMS = ("portfolio", "flat", "best_first", "mcts", "hierarchical")
CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"


class Shuffled:
    """The portfolio's proposals in a random order, the same for equal goals."""

    def __init__(self, seed: int) -> None:
        self.inner, self.seed = Portfolio(), seed

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        found = list(self.inner.propose(context))
        random.Random(f"{self.seed} {context.target}").shuffle(found)
        for number, proposal in enumerate(found, 1):
            yield Proposal(proposal.label, proposal.tactics, float(number), proposal.heartbeats, proposal.lemmas)


@dataclass(frozen=True)
class Problem:
    set: str
    id: str
    text: str
    theorem: str


def problems(folders: list[Path], data: Path | None, sample: int, seed: int) -> Iterator[Problem]:
    for folder in folders:
        for path in sorted(folder.glob("*.lean")):
            yield Problem(folder.name, path.stem, path.read_text(encoding="utf-8"), "")
    if data is not None:
        for name, statements in statement_sets(data, sample, seed).items():
            yield from (Problem(name, each.id, each.text, each.theorem) for each in statements)


def attempt(arm: str, spec: SpecFile, target: Target, pool: Pool, options: argparse.Namespace) -> dict[str, Any]:
    """One target under one arm: outcome, Lean calls (until the proof, where there is one) and seconds."""
    begin = time.perf_counter()
    simple = arm in ("portfolio", "flat")
    proposer = Shuffled(options.seed) if arm == "flat" else Portfolio()
    budget = Budget(BudgetLimits(calls=options.calls, seconds=options.seconds))
    domain = LeanDomain(spec, pool, proposer=proposer, splitter=splits, tester=None if simple else test_goal)
    with domain:
        root = domain.root(target)
        if isinstance(root, str):
            return {"status": "no goal", "reason": root, "calls": 0, "seconds": 0.0}
        outcome = search(domain, [root], strategy("flat" if simple else arm, options.seed), budget)
        calls = outcome.usage.calls
        row: dict[str, Any] = {"calls": calls, "seconds": round(time.perf_counter() - begin, 2)}
        if root.key not in outcome.proofs:
            return {"status": str(outcome.statuses[root.key]), "stop": str(outcome.stop), **row}
        script = domain.script(outcome.proofs[root.key])
    reasons = {other.name: "not tried" for other in spec.targets if other is not target}
    assembled = settle(spec, {target.name: script.tactics}, reasons, gate_for(spec, pool), {target.name: script.lemmas})
    if target.name not in assembled.accepted:
        reason = assembled.reasons[target.name]
        return {"status": "refused by the check", "reason": reason, "proof": script.tactics, **row}
    size = len(outcome.proofs[root.key].steps)
    return {"status": "proved", "steps": size, "lemmas": len(script.lemmas), **row}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--sample", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--name", default="search")
    parser.add_argument("--only", default="", help="ids that contain this")
    options = parser.parse_args()
    arms = options.arms.split(",")
    folders = options.folders or ([] if options.data else [CORPUS / name for name in ("easy", "medium", "hard")])
    found: list[dict[str, Any]] = []
    todo = [each for each in problems(folders, options.data, options.sample, options.seed) if options.only in each.id]
    with Pool(program(), PoolSettings(workers=options.workers)) as pool:
        for problem in track(todo, "problems"):
            try:
                spec = load_spec(decode(problem.text.encode()), pool, Limits(seconds=120.0), name=problem.id)
            except GentzenError as error:
                found.append(
                    {"set": problem.set, "id": problem.id, "status": "not statable", "reason": str(error)[:200]}
                )
                continue
            targets = [t for t in spec.targets if not problem.theorem or t.is_called(problem.theorem)]
            for target in (each for each in targets if each.kind is TargetKind.PROOF):
                row = {"set": problem.set, "id": problem.id, "target": target.name}
                for arm in arms:
                    found.append({**row, "arm": arm, **attempt(arm, spec, target, pool, options)})
                    print(*found[-1].values(), file=sys.stderr, flush=True)
    rows = []
    for name in dict.fromkeys(row["set"] for row in found):
        mine = [row for row in found if row["set"] == name and "arm" in row]
        for arm in arms:
            own = [row for row in mine if row["arm"] == arm]
            proved = sorted(row["calls"] for row in own if row["status"] == "proved")
            curve = [sum(calls <= ceiling for calls in proved) for ceiling in (10, 25, 50, 100, 200, 400)]
            seconds = sum(row["seconds"] for row in own)
            rows.append([name, arm, len(own), len(proved), *curve, round(seconds)])
    report(
        options.name,
        f"Proved (by the trusted check) within {options.calls} Lean calls a target",
        ["set", "arm", "targets", "proved", *(f"≤{n}" for n in (10, 25, 50, 100, 200, 400)), "seconds"],
        rows,
        {"problems": found, "options": {k: str(v) for k, v in vars(options).items() if k not in ("data", "folders")}},
    )


if __name__ == "__main__":
    main()
