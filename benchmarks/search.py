"""Strategies side by side at equal budgets of Lean calls, on specs and on benchmark statements.

    python -m benchmarks.search [FOLDER...] [--data DATA] [--sample 10] [--calls 100] [--arms hierarchical,...] \
        [--shard 1/2] [--name search]
    python -m benchmarks.search_report [search]

FOLDERs hold spec files (default: the corpus of the tests); DATA is a folder of statement sets
(`benchmarks.statements`), read in place. Every target gets the same ceiling of Lean calls under every arm, each arm
starts afresh, and every proof goes through the trusted check, as a whole file. One worker at a time, so that the same
command makes the same calls; `--shard i/n` is for several processes. `portfolio`: the finishing moves on the target
itself, in order of price; `flat`: the same ones in random order.

Each attempt is a line of results/NAME.jsonl (results/NAME.i.jsonl for a shard) as soon as it is over; the same command
again goes on where it stopped. Lines hold ids, calls and outcomes, no statements.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, machine
from benchmarks.statements import statement_sets
from decompose.assembly import settle
from decompose.counterexample.gate import test_goal
from decompose.footprint import Library, Variant, footprint
from decompose.spec import SpecFile, Target, TargetKind, load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.errors import GentzenError
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.counted import CountedSession
from prover.engine import LeanDomain
from prover.gate import gate_for
from prover.portfolio import Portfolio
from prover.proposals import GoalContext, Proposal
from search.budget import Budget, BudgetLimits
from search.domain import Goal
from search.driver import search
from search.graph import ProofGraph
from search.nodes import State
from search.strategies import strategy

ARMS = ("portfolio", "flat", "best_first", "mcts", "hierarchical")
CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
FULLY_TRIED = 3
"""Tries after which an open goal of a tree counts as one that could not be proved, for the AUROC of difficulties."""


class Shuffled:
    """The portfolio's proposals in a random order, the same for equal goals."""

    def __init__(self, seed: int) -> None:
        self.inner, self.seed = Portfolio(), seed

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        found = list(self.inner.propose(context))
        random.Random(f"{self.seed} {context.target}").shuffle(found)
        for number, proposal in enumerate(found, 1):
            yield Proposal(proposal.label, proposal.tactics, float(number), proposal.heartbeats, proposal.lemmas)


class TimedSession(CountedSession):
    """`lean_seconds`: what Lean spent on the answers, also where one was known from another arm."""

    lean_seconds = 0.0
    _mutex = threading.Lock()

    def submit_elaborate(self, *args: Any, **named: Any) -> Future[Any]:
        return self._timed(super().submit_elaborate(*args, **named))

    def submit_evaluate(self, *args: Any, **named: Any) -> Future[Any]:
        return self._timed(super().submit_evaluate(*args, **named))

    def _timed(self, future: Future[Any]) -> Future[Any]:
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[Any]) -> None:
        if not future.cancelled() and future.exception() is None:
            with self._mutex:
                self.lean_seconds += future.result().lean_seconds


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
    """One target under one arm: outcome, Lean calls (until the proof, where there is one), Lean's own seconds."""
    begin = time.perf_counter()
    simple = arm in ("portfolio", "flat")
    proposer = Shuffled(options.seed) if arm == "flat" else Portfolio()
    budget = Budget(BudgetLimits(calls=options.calls, seconds=options.seconds))
    session = TimedSession(pool)
    domain = LeanDomain(spec, session, proposer=proposer, splitter=splits, tester=None if simple else test_goal)
    # What stands open before it may not be used: the file is checked with this proof alone.
    domain.unproved = frozenset(each.declaration for each in (*spec.targets, *spec.excluded)) - {target.declaration}
    with domain:
        root = domain.root(target)
        if isinstance(root, str):
            return {"status": "no goal", "reason": root, "calls": 0, "seconds": 0.0}
        outcome = search(domain, [root], strategy("flat" if simple else arm, options.seed), budget)
        row: dict[str, Any] = {
            "calls": outcome.usage.calls,
            "seconds": round(time.perf_counter() - begin, 2),
            "lean_seconds": round(session.lean_seconds, 2),
        }
        if not simple:
            row["goals"] = _goals(outcome.graph, root.key)
        if root.key not in outcome.proofs:
            limit = outcome.limit.kind if outcome.limit is not None else ""
            return {"status": str(outcome.statuses[root.key]), "stop": str(outcome.stop), "limit": limit, **row}
        script = domain.script(outcome.proofs[root.key])
    refusal = _refusal(spec, target, script.tactics, script.lemmas, pool)
    if refusal:
        return {"status": "refused by the check", "reason": refusal, "proof": script.tactics, **row}
    size = len(outcome.proofs[root.key].steps)
    return {"status": "proved", "steps": size, "lemmas": len(script.lemmas), **row}


_verdicts: dict[tuple[str, str, str, tuple[str, ...]], str] = {}
"""What the trusted check said: arms that found the same file need not have it checked twice."""


def _refusal(spec: SpecFile, target: Target, tactics: str, lemmas: tuple[str, ...], pool: Pool) -> str:
    """Why the trusted check does not accept the file with this proof, "" when it does."""
    key = (spec.text, target.name, tactics, lemmas)
    if key not in _verdicts:
        reasons = {other.name: "not tried" for other in spec.targets if other is not target}
        assembled = settle(spec, {target.name: tactics}, reasons, gate_for(spec, pool), {target.name: lemmas})
        _verdicts[key] = "" if target.name in assembled.accepted else assembled.reasons[target.name] or "refused"
    return _verdicts[key]


def _goals(graph: ProofGraph, root: str) -> list[list[float]]:
    """[difficulty, 1 if proved else 0] of the goals below the root that were tried in earnest."""
    found = []
    for key, node in graph.goals.items():
        if key != root and (node.state is State.PROVED or node.tries >= FULLY_TRIED):
            found.append([node.goal.difficulty, int(node.state is State.PROVED)])
    return found


def difficulties(spec: SpecFile, target: Target, pool: Pool) -> dict[str, int]:
    """The footprint of a target in each variant, and the length of its text, for comparison."""
    with LeanDomain(spec, pool, proposer=Portfolio(), splitter=splits) as domain:
        root = domain.root(target)
        if not isinstance(root, Goal):
            return {}
        site = root.payload
        library = Library(lambda names: pool.lookup(site.problem.base, names, Limits(60.0)))
        found = {str(v): footprint(site.problem.closed, site.definitions, v, lookup=library).value for v in Variant}
        return {**found, "length": len(site.text)}


class Record:
    """Attempts that are over, one JSON line each."""

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self.path, self.settings = path, settings
        self.done: set[tuple[Any, ...]] = set()
        data = path.read_bytes() if path.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]
        if whole != data:  # half a line of a run that was killed: its attempt is made again
            path.write_bytes(whole)
        for line in whole.decode().splitlines():
            self.done.add(self._key(json.loads(line)))

    def has(self, **row: Any) -> bool:
        return self._key({**row, **self.settings}) in self.done

    def add(self, **row: Any) -> None:
        row |= self.settings
        RESULTS.mkdir(exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.done.add(self._key(row))

    def _key(self, row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row.get(name) for name in ("set", "id", "target", "arm", *self.settings))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--sample", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=120.0, help="wall clock for a target under an arm")
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--name", default="search")
    parser.add_argument("--only", default="", help="ids that contain this")
    parser.add_argument("--every", type=int, default=1, help="every n-th problem only")
    parser.add_argument("--shard", default="1/1")
    options = parser.parse_args()
    shard, shards = map(int, options.shard.split("/"))
    folders = options.folders or ([] if options.data else [CORPUS / name for name in ("easy", "medium", "hard")])
    settings = {"calls_limit": options.calls, "seconds_limit": options.seconds, "seed": options.seed}
    record = Record(RESULTS / f"{options.name}{f'.{shard}' if shards > 1 else ''}.jsonl", settings)
    found = [each for each in problems(folders, options.data, options.sample, options.seed) if options.only in each.id]
    todo = found[:: options.every][shard - 1 :: shards]
    with Pool(program(), PoolSettings(workers=1)) as pool:
        for number, problem in enumerate(todo, 1):
            _run(problem, options, pool, record, f"{number}/{len(todo)}")


def _run(problem: Problem, options: argparse.Namespace, pool: Pool, record: Record, place: str) -> None:
    where = {"set": problem.set, "id": problem.id}
    if record.has(**where, target="", arm=""):
        return
    try:
        spec = load_spec(decode(problem.text.encode()), pool, Limits(seconds=120.0), name=problem.id)
    except GentzenError as error:
        record.add(**where, target="", arm="", status="not statable", reason=str(error)[:200])
        return
    targets = [t for t in spec.targets if not problem.theorem or t.is_called(problem.theorem)]
    for target in (each for each in targets if each.kind is TargetKind.PROOF):
        if not record.has(**where, target=target.name, arm="difficulty"):
            found = difficulties(spec, target, pool)
            record.add(**where, target=target.name, arm="difficulty", difficulty=found, machine=machine())
        for arm in options.arms.split(","):
            if not record.has(**where, target=target.name, arm=arm):
                row = attempt(arm, spec, target, pool, options)
                record.add(**where, target=target.name, arm=arm, **row)
                print(place, *where.values(), target.name, arm, row["status"], row["calls"], file=sys.stderr)


if __name__ == "__main__":
    main()
