"""How many wrong programs tests kill before anything is proved, and whether they ever kill a correct one.

    python -m benchmarks.synthesis.kill [--most 20] [--only NAME] [--out FILE.jsonl [--report]]

For every program of every task in tests/synthesis: single mutants of the reference program (at most `--most` that
typecheck, taken in turn from all operators), the reference itself, and the alternative programs. All go through the
tester of `gentzen synth` as it is set there. What survives is examined, and counted apart:

- equal: Lean proves that it is the reference's function; alike: no test finds a difference;
- allowed: it differs from the reference at an input that is shown, and the reference's own proofs of all theorems
  go through with it: the specification leaves the choice;
- missed: five times as many tests refute it;
- open: it differs, and neither is known. These count as wrong, and as not killed.

The kill rate is killed / (killed + missed + open). Results are kept in FILE line by line; a rerun goes on there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.common import report
from benchmarks.synthesis.tasks import Task, tasks
from decompose.spec import SpecFile, load_spec
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.errors import LimitHit
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from lean_project.session import Session
from prover.specs.difference import Relation, compare
from prover.specs.programs import mutated, read_programs
from prover.specs.weakness import EFFORT, typechecked
from prover.synth.holes import Candidate, ProgramHole, program_holes
from prover.synth.mutants import spread
from prover.synth.properties import read_properties
from prover.synth.tester import Fate, Tester

LIMITS = Limits(seconds=120.0)
DEEP = replace(EFFORT, rounds=(20, 60, 120), seconds=60.0)


def survivors_fate(
    session: Session,
    spec: SpecFile,
    hole: ProgramHole,
    reference: Candidate,
    mutant: Candidate,
    deep: Tester,
    proofs: str,
) -> tuple[str, str]:
    """What a surviving mutant is, and why."""
    compared = compare(session, spec, hole, reference, mutant)
    if compared.relation is Relation.EQUAL:
        return "equal", "proved"
    if compared.relation is Relation.ALIKE:
        return "alike", f"{compared.tests} tests"
    differs = f"differs at {compared.inputs}" if compared.inputs else compared.reason
    if keeps_proofs(session, reference, mutant, proofs):
        return "allowed", differs
    [outcome] = deep.test([mutant])
    if outcome.fate is Fate.REFUTED:
        return "missed", outcome.reason
    return "open", differs


def keeps_proofs(session: Session, reference: Candidate, mutant: Candidate, text: str) -> bool:
    """Whether the reference file elaborates with the mutant in the reference's place."""
    changed = text
    for old, new in zip((*reference.helpers, reference.body), (*mutant.helpers, mutant.body), strict=True):
        if old != new:
            if changed.count(old) != 1:
                return False
            changed = changed.replace(old, new)
    try:
        opened = session.open(changed, LIMITS)
        assert opened.snapshot is not None
        made = session.elaborate(opened.snapshot, changed.encode()[opened.header_end :].decode(), LIMITS)
    except LimitHit:
        return False
    return not any(message.is_error or message.kind == "hasSorry" for message in made.messages)


def measure(session: Session, task: Task, most: int) -> list[dict[str, Any]]:
    """A row for each program of the task."""
    spec = load_spec(decode(task.path.read_bytes()), session, LIMITS, name=task.path.name)
    holes = program_holes(spec)
    text = task.solution.read_text(encoding="utf-8")
    references = read_programs(session, spec, decode(text.encode()), task.solution.name, LIMITS)
    others = [
        (path.name, read_programs(session, spec, decode(path.read_bytes()), path.name, LIMITS))
        for path in task.alternatives
    ]
    rows = []
    for hole in holes:
        began = time.perf_counter()
        ignored = [each.name for each in holes if each.name != hole.name]
        properties = read_properties(session, spec, hole.name, ignored=ignored)
        tester = Tester(session, spec, hole, properties, effort=EFFORT)
        reference = references[hole.name]
        right = [reference, *(found[hole.name] for _, found in others)]
        correct = Tester(session, spec, hole, properties).test(right)
        found = dict(mutated(hole, reference))
        chosen = spread(list(found), len(found))
        outcomes = typechecked(tester, [found[mutant] for mutant in chosen], most)
        counts = Counter(str(outcome.fate) for outcome in outcomes)
        deep = Tester(session, spec, hole, properties, effort=DEEP)
        survived = []
        for outcome in outcomes:
            if outcome.alive:
                what, why = survivors_fate(session, spec, hole, reference, outcome.candidate, deep, text)
                counts[what] += 1
                survived.append({"mutant": outcome.candidate.origin, "fate": outcome.fate, "is": what, "why": why})
        rows.append(
            {
                "task": task.name,
                "level": task.level,
                "program": hole.name,
                "mutants": len(found),
                "counts": dict(counts),
                "correct": [[each.candidate.origin, each.fate, each.reason] for each in correct],
                "untestable": properties.untestable,
                "survivors": survived,
                "calls": tester.calls,
                "seconds": round(time.perf_counter() - began, 1),
            }
        )
    return rows


def table(rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """By level, and all."""
    made = []
    for level in ("easy", "medium", "hard", "all"):
        own = [row for row in rows if level in (row["level"], "all")]
        counts: Counter[str] = Counter()
        for row in own:
            counts.update(row["counts"])
        killed, wrong = counts["refuted"], counts["refuted"] + counts["missed"] + counts["open"]
        mutants = sum(counts[fate] for fate in ("refuted", "survived", "slow", "lost"))
        bad = sum(fate == Fate.REFUTED for row in own for _, fate, _ in row["correct"])
        made.append(
            [
                level,
                len(own),
                mutants,
                killed,
                *(counts[what] for what in ("equal", "alike", "allowed", "missed", "open", "lost")),
                round(100 * killed / wrong, 1) if wrong else 0.0,
                f"{bad} of {sum(len(row['correct']) for row in own)}",
            ]
        )
    return made


COLUMNS = ["level", "programs", "mutants", "killed", "equal", "alike", "allowed", "missed", "open", "lost"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=20, help="mutants that typecheck, for each program")
    parser.add_argument("--only", default="", help="only tasks whose name contains this")
    parser.add_argument("--out", type=Path, default=None, help="keep rows here, and go on where an earlier run stopped")
    parser.add_argument("--report", action="store_true", help="measure nothing, report what FILE has")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if options.out is not None and options.out.exists():
        rows = [json.loads(line) for line in options.out.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    done = {row["task"] for row in rows}
    waiting = [] if options.report else [task for task in tasks(options.only) if task.name not in done]
    with Pool(program(), PoolSettings(workers=1)) as pool:
        for task in waiting:
            made = measure(pool, task, options.most)
            rows += made
            if options.out is not None:
                with options.out.open("a", encoding="utf-8") as file:
                    file.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made))
            for row in made:
                print(
                    f"{row['task']} {row['program']}: {row['counts']} {row['seconds']} s", file=sys.stderr, flush=True
                )
    title = f"Single mutants of reference programs, at most {options.most} for each"
    columns = [*COLUMNS, "kill rate %", "correct ones killed"]
    report(
        "synthesis_kill",
        title,
        columns,
        table(rows),
        {"most": options.most, "programs": rows},
        markdown=options.markdown,
    )


if __name__ == "__main__":
    main()
