"""What `gentzen synth` solves, by difficulty.

    python -m benchmarks.synthesis [FOLDER|FILE.jsonl ...] [--calls 400] [--seconds 120] [--policy embedded|none]
                                   [--order learned|fixed]
                                   [--run DIR] [--limit N] [--only NAME]

FOLDER: specifications with program holes (default: tests/synthesis; a task's difficulty is the folder that it lies in).
FILE.jsonl: Verina's task format or problems in the style of human-eval-lean (docs/bench.md); their programs are taken
out, in the run folder only. Every task is one call of `gentzen synth --json` in a process of its own, with its own
GENTZEN_HOME, so nothing is learnt from one task for another. Rows are kept in DIR/rows.jsonl; a rerun on the same DIR
runs what is missing. A task counts as solved if its status is `verified`, which only the trusted check gives.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import report
from benchmarks.synthesis.tasks import FOLDER, LEVELS, SOLUTION
from lean_project import environ
from prover.synth.tasks import read_tasks

ORDER = ("verified", "unproved", "open", "limit", "machinery", "error")
GRACE = 120.0
"""Seconds beyond `--seconds` after which a process that should have ended by itself is ended."""


def specifications(source: Path, run: Path) -> Iterator[tuple[str, str, Path]]:
    """(difficulty, name, file) of every task of a folder or a JSONL file."""
    if source.suffix == ".jsonl":
        folder = run / "tasks" / source.stem
        folder.mkdir(parents=True, exist_ok=True)
        for task in read_tasks(source):
            path = folder / f"{task.name}.lean"
            path.write_text(task.text, encoding="utf-8")
            yield task.group, task.name, path
        return
    for path in sorted(source.rglob("*.lean")):
        skipped = {"solutions", "alternatives"} & set(path.relative_to(source).parts)
        if not skipped and not path.name.endswith((SOLUTION, ".synth.lean")):
            yield path.parent.name, path.stem, path


def solve(path: Path, run: Path, options: argparse.Namespace) -> dict[str, Any]:
    """One call of the command."""
    with tempfile.TemporaryDirectory(dir=run, prefix="home-") as home:
        command = [sys.executable, "-m", "prover.cli", "synth", str(path), "--json", "--quiet", "--out", home]
        command += ["--calls", str(options.calls), "--timeout", str(options.seconds), "--workers", "1"]
        command += ["--proof-timeout", str(options.proof_seconds), "--order", options.order]
        command += ["--policy", options.policy] if options.policy != "none" else []
        (environ.home() / "premises").mkdir(parents=True, exist_ok=True)  # made once for all tasks
        for shared in ("embedded", "native", "premises"):  # Lean and its library, but no ledger and no cache of answers
            if (environ.home() / shared).exists():
                Path(home, shared).symlink_to(environ.home().absolute() / shared)
        environment = {**os.environ, "GENTZEN_HOME": home}
        began = time.perf_counter()
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=options.seconds + GRACE
            )
        except subprocess.TimeoutExpired:
            return {"status": "limit", "seconds": options.seconds + GRACE, "reason": "ended from outside"}
        seconds = time.perf_counter() - began
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        last = done.stderr.strip().splitlines()[-1:] or ["no output"]
        return {"status": "error", "seconds": round(seconds, 1), "reason": last[0][:300]}
    status = "error" if found["error"] is not None else found["status"]
    return {
        "status": status,
        "level": found["level"],
        "calls": found["lean_calls"],
        "seconds": round(seconds, 1),
        "reason": found["error"] or found["reason"],
        "programs": {hole["name"]: hole["program"] for hole in found["holes"]},
        "tried": sum(hole["tried"] for hole in found["holes"]),
    }


def table(rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """By difficulty, and all: solved and the other outcomes apart, and what solved tasks took at the median."""
    levels = list(dict.fromkeys(row["group"] for row in rows))
    levels.sort(key=lambda level: LEVELS.index(level) if level in LEVELS else len(LEVELS))
    made = []
    for level in [*levels, "all"]:
        own = [row for row in rows if level in (row["group"], "all")]
        counts = Counter(row["status"] for row in own)
        solved = [row for row in own if row["status"] == "verified"]
        middle = [
            sorted(row[key] for row in solved)[len(solved) // 2] if solved else "" for key in ("calls", "seconds")
        ]
        made.append([level, len(own), *(counts[status] for status in ORDER), *middle])
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", type=Path, default=[FOLDER], metavar="FOLDER|FILE.jsonl")
    parser.add_argument("--calls", type=int, default=400, help="Lean calls for each task")
    parser.add_argument("--seconds", type=float, default=120.0, help="wall clock for each task")
    parser.add_argument("--proof-seconds", type=float, default=20.0, help="for each theorem about a program")
    parser.add_argument("--policy", default="none", help="`embedded`, an address, a folder, or `none`")
    parser.add_argument(
        "--order", default="learned", help="`learned`: the embedded model ranks finishing moves; `fixed`"
    )
    parser.add_argument("--run", type=Path, default=Path("bench") / "synthesis", metavar="DIR")
    parser.add_argument("--limit", type=int, default=None, help="at most this many tasks, the groups taking turns")
    parser.add_argument("--only", default="", help="only tasks whose name contains this")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    missing = [str(source) for source in options.sources if not source.exists()]
    if missing:
        parser.error(f"there is no {', '.join(missing)}")
    options.run.mkdir(parents=True, exist_ok=True)
    kept = options.run / "rows.jsonl"
    settings = {key: getattr(options, key) for key in ("calls", "seconds", "proof_seconds", "policy", "order")}
    rows = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()] if kept.exists() else []
    if any(row["settings"] != settings for row in rows):
        parser.error(f"{kept} is of a run with other settings: {rows[0]['settings']}. Choose another --run.")
    done = {(row["group"], row["task"]) for row in rows}
    found = [each for source in options.sources for each in specifications(source, options.run)]
    for group, name, path in in_turn([each for each in found if options.only in each[1]])[: options.limit]:
        if (group, name) in done:
            continue
        row = {"group": group, "task": name, "settings": settings, **solve(path, options.run, options)}
        rows.append(row)
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(
            f"{group} {name}: {row['status']} in {row['seconds']:.0f} s. {row['reason']}", file=sys.stderr, flush=True
        )
    told = f"{options.calls} Lean calls and {options.seconds:.0f} s a task"
    title = f"gentzen synth, {told}, policy {options.policy}, order {options.order}"
    columns = ["difficulty", "tasks", *ORDER, "calls (median, verified)", "seconds (median, verified)"]
    data = "_data" if all(source.suffix == ".jsonl" for source in options.sources) else ""
    helped = "" if options.order == "learned" else f"_{options.order}"
    extra = {"settings": settings, "tasks": rows}
    report(f"synthesis{data}{helped}", title, columns, table(rows), extra, markdown=options.markdown)


def in_turn(found: Sequence[tuple[str, str, Path]]) -> list[tuple[str, str, Path]]:
    """The groups taking turns, so that a run that is cut short has some of each."""
    numbered: Counter[str] = Counter()
    keyed = []
    for each in found:
        keyed.append((numbered[each[0]], each))
        numbered[each[0]] += 1
    return [each for _, each in sorted(keyed, key=lambda item: item[0])]


if __name__ == "__main__":
    main()
