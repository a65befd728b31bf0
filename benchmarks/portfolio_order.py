"""Measure every recipe of the portfolio on statements of our own, and derive the order in which to try them.

    python -m benchmarks.portfolio_order [FILE.lean ...] [--write] [--again] [--workers N]

Every recipe is tried on every target (earlier theorems of a file count as given, open or not). The order is greedy:
next comes the label that closes the most goals not closed yet for each second that it costs. `--write` puts the figures
into prover/portfolio_order.json, which the package ships. Without FILEs: benchmarks/portfolio/ and examples/. What was
measured is kept in results/portfolio_rows.jsonl, and a later run measures what is new only.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.common import RESULTS, report
from decompose.context import goal_context
from decompose.spec import SpecFile, Target, load_spec
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.errors import LimitHit, MachineryError
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.attempt import judge, slot_of, target_key
from prover.portfolio import Portfolio
from prover.proposals import Proposal
from prover.run import ATTEMPT_SECONDS
from prover.stage import answer, question

ROOT = Path(__file__).parents[1]
ROWS = RESULTS / "portfolio_rows.jsonl"
TABLE = ROOT / "prover" / "portfolio_order.json"
OVERLAP = 0.1
"""What a goal counts for that an earlier label closes too: on other goals the two may part."""
FLOOR = 0.2
"""Goals that every label is credited with: having closed none here is weak evidence."""
SPARE = 5
"""Goals added to those that a label was offered, so that one success out of one is not certainty."""


@dataclass
class Tally:
    """What a label did: seconds on each goal that it was tried on, and the goals that it closed."""

    seconds: dict[str, float] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)


@dataclass
class Row:
    """What every label did on one target: seconds, and which labels closed it. One line of the rows file."""

    target: str
    key: str
    seconds: dict[str, float] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)


def read_rows() -> dict[str, Row]:
    """Rows of earlier runs by key; the newest of each."""
    if not ROWS.exists():
        return {}
    rows = (Row(**json.loads(line)) for line in ROWS.read_text(encoding="utf-8").splitlines())
    return {row.key: row for row in rows}


def proposals(spec: SpecFile, target: Target, pool: Pool) -> list[Proposal]:
    """What a prove run would try, look-ahead included."""
    portfolio = Portfolio(prices={})
    found = list(portfolio.propose(goal_context(spec, target)))
    slot = slot_of(spec, target)
    if (ahead := question(spec, target, slot)) is not None:
        elaboration = pool.elaborate(slot.snapshot, ahead[0], Limits(ATTEMPT_SECONDS), goals=True)
        if (context := answer(spec, target, slot, ahead[1], elaboration)) is not None:
            found += portfolio.propose(context)
    return found


def measure(pool: Pool, path: Path, known: dict[str, Row]) -> list[Row]:
    """Try on every target of a file the labels that no earlier run has tried on it."""
    spec = load_spec(decode(path.read_bytes(), str(path)), pool, name=str(path))
    rows = []
    for target in spec.targets:
        slot = slot_of(spec, target)
        key = target_key(pool.info, slot)
        row = known.get(key) or Row(f"{path.parent.name}/{path.name}:{target.name}", key)
        before = set(row.seconds)
        running = []
        for proposal in proposals(spec, target, pool):
            if proposal.label not in before:
                limits = Limits(ATTEMPT_SECONDS, proposal.heartbeats)
                code, edit = slot.candidate(proposal.tactics)
                running.append((proposal, edit, pool.submit_elaborate(slot.snapshot, code, limits)))
        for proposal, edit, future in running:
            seconds, success = ATTEMPT_SECONDS, False
            with suppress(LimitHit, MachineryError):
                elaboration = future.result()
                seconds, success = elaboration.lean_seconds, judge(slot, edit, elaboration).success
            row.seconds[proposal.label] = round(row.seconds.get(proposal.label, 0.0) + seconds, 4)
            if success and proposal.label not in row.closed:
                row.closed.append(proposal.label)
        if running:
            ROWS.parent.mkdir(exist_ok=True)
            with ROWS.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
        rows.append(row)
        print(f"{row.target:64} {len(row.closed):3}/{len(row.seconds)}  {', '.join(row.closed)[:60]}", flush=True)
    return rows


def tallied(rows: Iterable[Row]) -> dict[str, Tally]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        for label, seconds in row.seconds.items():
            tallies[label].seconds[row.key] = seconds
        for label in row.closed:
            tallies[label].closed.add(row.key)
    return tallies


def order(tallies: dict[str, Tally]) -> dict[str, dict[str, float]]:
    """Labels in greedy order, with the share of goals that each adds and its mean seconds per goal."""
    left = set[str]().union(*(tally.closed for tally in tallies.values()))
    table: dict[str, dict[str, float]] = {}
    while len(table) < len(tallies):
        label = min(
            (label for label in tallies if label not in table),
            key=lambda label: (_seconds(tallies[label]) / _success(tallies[label], left), label),
        )
        row = {"success": _success(tallies[label], left), "seconds": _seconds(tallies[label])}
        table[label] = {name: round(value, 6) for name, value in row.items()}
        left -= tallies[label].closed
    return table


def _seconds(tally: Tally) -> float:
    return max(0.001, sum(tally.seconds.values()) / len(tally.seconds))


def _success(tally: Tally, left: set[str]) -> float:
    """The share of the goals that it was offered which it closes and no earlier label does, smoothed."""
    added = len(tally.closed & left)
    return (added + OVERLAP * (len(tally.closed) - added) + FLOOR) / (len(tally.seconds) + SPARE)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true", help="put the figures into prover/portfolio_order.json")
    parser.add_argument("--again", action="store_true", help="measure again what earlier runs have measured")
    parser.add_argument("--workers", type=int, default=None)
    options = parser.parse_args(None if arguments is None else list(arguments))
    files = options.files or sorted([*(ROOT / "benchmarks" / "portfolio").glob("*.lean"), *examples()])
    started = time.monotonic()
    known = {} if options.again else read_rows()
    with Pool(program(), PoolSettings(workers=options.workers)) as pool:
        info = pool.info
        measured = [row for path in files for row in measure(pool, path, known)]
    tallies = tallied(measured)
    table = order(tallies)
    closed = sum(bool(row.closed) for row in measured)
    data = {
        "lean_version": info.lean_version,
        "files": [f"{path.parent.name}/{path.name}" for path in files],
        "targets": len(measured),
        "closed": closed,
        "recipes": table,
    }
    rows = [[label, len(tallies[label].closed), row["success"], row["seconds"]] for label, row in table.items()]
    title = f"{closed} of {len(measured)} targets closed by some recipe, in {time.monotonic() - started:.0f} s"
    report("portfolio_order", title, ["recipe", "closes", "success", "seconds"], rows, data)
    if options.write:
        TABLE.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def examples() -> list[Path]:
    """The project's examples, outputs of earlier runs left out."""
    return [path for path in (ROOT / "examples").glob("*.lean") if not path.name.endswith(".proved.lean")]


if __name__ == "__main__":
    main()
