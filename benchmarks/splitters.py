"""Which splits Lean accepts, by label: over the first goal of the targets of Lean files.

    python -m benchmarks.splitters [FILE ...] [--every 4] [--seconds 10] [--verbose]

FILE: Lean files (default: examples/*.lean). `--every`: only every n-th target of each file. Accepted: Lean elaborates
the block, with lemmas and remaining goals open. Closed: accepted, and no goal is left beside the lemmas. Simpler: goals
are left, and each is a shorter text than the goal, or has an induction hypothesis or a new hypothesis to use. Lemmas
may be false, and goals too weak; that is for the gate and the score to see.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import report
from decompose.context import goal_context
from decompose.sketch import Split
from decompose.spec import SpecFile, Target, load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.errors import LimitHit
from lean_project.model import Goal, Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from lean_project.session import Session
from prover.attempt import Slot, slot_of


@dataclass(frozen=True)
class Outcome:
    """What Lean made of a split. `children`: goals that its block leaves; `said`: Lean's first error."""

    accepted: bool
    children: tuple[Goal, ...] = ()
    said: str = ""
    seconds: float = 0.0


def justify(session: Session, slot: Slot, split: Split, seconds: float) -> Outcome:
    """Elaborate the split in its slot, lemmas before it and everything open."""
    begin = time.perf_counter()
    tactics = split.tactics if split.completes else f"{split.tactics}\nall_goals sorry"
    code, edit = slot.candidate(tactics)
    above = "".join(f"{lemma.declaration()}\n\n" for lemma in split.lemmas)
    try:
        found = session.elaborate(slot.snapshot, above + code, Limits(seconds, split.heartbeats), goals=True)
    except LimitHit as hit:
        return Outcome(False, (), str(hit), time.perf_counter() - begin)
    spent = time.perf_counter() - begin
    errors = [message for message in found.messages if message.is_error]
    if errors:
        return Outcome(False, (), errors[0].text, spent)
    shift = len(above.encode())
    holes = [hole for hole in found.holes if hole.start >= shift and edit.start <= hole.start - shift]
    holes = [hole for hole in holes if hole.end - shift <= edit.start + len(edit.replacement.encode())]
    return Outcome(True, holes[-1].goals if holes and not split.completes else (), "", spent)


def is_simpler(goal: str, child: str) -> bool:
    """Shorter, or with more hypotheses to use than the goal had."""
    return len(child.partition("⊢")[2]) < len(goal.partition("⊢")[2]) or child.count("\n") > goal.count("\n")


def measure(
    session: Session, spec: SpecFile, target: Target, seconds: float, verbose: bool
) -> list[tuple[Split, Outcome]]:
    context, slot = goal_context(spec, target), slot_of(spec, target)
    found = []
    for split in splits(context):
        outcome = justify(session, slot, split, seconds)
        found.append((split, outcome))
        if verbose:
            mark = "ok" if outcome.accepted else "--"
            said = " ".join(outcome.said.split())[:110] or f"{len(outcome.children)} left"
            lemmas = "; ".join(lemma.statement for lemma in split.lemmas)
            text = " ⏎ ".join(split.tactics.splitlines())
            print(f"{mark} {split.label} | {text[:140]} | {lemmas[:140]} | {said} | {outcome.seconds:.1f}s")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--only", default="", help="only targets of this name")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    files = options.files or sorted((Path(__file__).parents[1] / "examples").glob("*.lean"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    spent: defaultdict[str, float] = defaultdict(float)
    goals = helped = 0
    with Pool(program(), PoolSettings(workers=1)) as pool:
        for file in files:
            spec = load_spec(decode(file.read_bytes()), pool, name=file.name)
            chosen = [each for each in spec.targets if not options.only or each.is_called(options.only)]
            for target in chosen[:: 1 if options.only else options.every]:
                found = measure(pool, spec, target, options.seconds, options.verbose)
                goals += 1
                good = 0
                for split, outcome in found:
                    row = counts[split.label]
                    row["tried"] += 1
                    spent[split.label] += outcome.seconds
                    row["accepted"] += outcome.accepted
                    row["closed"] += outcome.accepted and not outcome.children
                    simpler = bool(outcome.children) and all(
                        is_simpler(target.goals[0].text, child.text) for child in outcome.children
                    )
                    row["simpler"] += outcome.accepted and simpler
                    good += outcome.accepted and (simpler or not outcome.children)
                helped += good > 0
                print(f"{file.name} {target.name}: {good} of {len(found)} help", file=sys.stderr)
    rows = [
        [label, row["tried"], row["accepted"], row["closed"], row["simpler"], round(spent[label] / row["tried"], 2)]
        for label, row in sorted(counts.items(), key=lambda item: (-item[1]["accepted"] / item[1]["tried"], item[0]))
    ]
    report(
        "splitters",
        f"Splits by label on {goals} goals of {len(files)} files; {helped} goals have one that helps",
        ["label", "tried", "accepted", "closed", "simpler", "seconds each"],
        rows,
        {"goals": goals, "helped": helped, "every": options.every, "seconds": options.seconds},
    )


if __name__ == "__main__":
    main()
