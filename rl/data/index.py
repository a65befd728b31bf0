"""`python -m rl.data.index BENCHMARK ...`: read evaluation sets once, as hashes, so that nothing of them is trained on.

What is kept lies in GENTZEN_HOME/decontamination and is found again, by content, by everything that is given the same
set as a benchmark: self-play, `gentzen train`, `python -m rl.data`. A table goes to stdout, progress to stderr. Exit
codes: 0 read, 2 it could not run, 130 interrupted (the same command goes on).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from lean_project import environ
from lean_project.errors import GentzenError, LimitHit
from lean_project.session import Session
from rl.data.decontaminate import Entry, build_index
from rl.data.files import Record, dump

_REASON = 60
"""Characters of a reason that are counted by."""


class Read(Record):
    """An evaluation set in the index. `by_goal`: items with goal keys, which a renamed or reordered statement is found
    by; the others have texts and n-grams only, for the `reasons` counted (the beginning of what Lean said).
    `seconds`: wall clock of this run; next to nothing for a set that was kept."""

    set: str
    sha256: str
    items: int
    by_goal: int
    reasons: dict[str, int]
    seconds: float


def read_sets(
    paths: Sequence[Path], session: Session | None, folder: Path, say: Callable[[str], None]
) -> tuple[Read, ...]:
    """Index each set at `paths` (what `gentzen bench` reads). Raises UserError, MachineryError, LimitHit."""
    found = []
    for path in paths:
        begun = time.monotonic()
        index = build_index([path], session, folder=folder, say=say)
        ((name, content),) = index.sets.items()
        found.append(
            Read(
                set=name,
                sha256=content,
                items=len(index.entries),
                by_goal=sum(bool(entry.keys) for entry in index.entries),
                reasons=dict(Counter(_reason(entry) for entry in index.entries if not entry.keys).most_common()),
                seconds=round(time.monotonic() - begun, 1),
            )
        )
    return tuple(found)


def _reason(entry: Entry) -> str:
    """Without the item's name and place, so that equal reasons count together."""
    return entry.unread.removeprefix(entry.item).lstrip(":0123456789 ")[:_REASON] or "unknown"


def as_text(found: Sequence[Read]) -> str:
    """One line for each set, and the sum."""
    rows = [(each.set, each.items, each.by_goal, each.items - each.by_goal, each.seconds) for each in found]
    rows.append(("all", *(sum(row[column] for row in rows) for column in (1, 2, 3, 4))))  # type: ignore[arg-type, misc]
    width = max(len(row[0]) for row in rows)
    lines = [f"{'set':{width}} {'items':>6} {'by goal':>8} {'by text':>8} {'seconds':>8}"]
    lines += [f"{name:{width}} {items:6} {keyed:8} {rest:8} {taken:8.1f}" for name, items, keyed, rest, taken in rows]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rl.data.index", description=str(__doc__).partition("\n")[0])
    parser.add_argument("benchmark", type=Path, nargs="+", help="an evaluation set that `gentzen bench` reads")
    parser.add_argument("--workers", type=int, help="Lean processes")
    parser.add_argument("--texts", action="store_true", help="texts alone: no Lean is started, and no goal is compared")
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    options = parser.parse_args(arguments)
    folder = environ.home() / "decontamination"

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    try:
        if options.texts:
            found = read_sets(options.benchmark, None, folder, say)
        else:
            from lean_project.embedded.launch import program
            from prover.sessions import open_pool

            with open_pool(program(), options.workers) as session:
                found = read_sets(options.benchmark, session, folder, say)
    except KeyboardInterrupt:
        return 130
    except (GentzenError, OSError) as error:
        print(f"gentzen: {error}", file=sys.stderr)
        return 130 if isinstance(error, LimitHit) and error.kind == "cancelled" else 2
    print("\n".join(dump(each) for each in found) if options.json else as_text(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
