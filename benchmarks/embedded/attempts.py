"""The attempts that the embedded model is trained on: many moves on every goal, not only until the first success.

    python -m benchmarks.embedded.attempts [--each 5] [--depth 1] [--splits 4] [--guided] [--seconds 3600] \
        [--only corpus/] [--part train]
    python -m benchmarks.embedded.attempts --pack

For each goal of `benchmarks.embedded.sources` a random choice of its finishing moves is tried under its own bound of
heartbeats (at most 10,000), with the chance that it had of being chosen. With `--guided` the moves that the shipped
model ranks first are tried as well, which says more about its own mistakes. Down to `--depth`, where the first
finishing move fails, a split is tried too, and what it leaves becomes a goal of its own.

With `--splits`, where the first finishing move does not prove the goal, so many of its splits are tried, and on each
goal that one leaves the first finishing move and the one that the shipped model ranks first: the split `led` to a proof
if that closes them all. So a label says whether a split is worth its call within a handful of further ones.

One line of results/attempts.jsonl per goal, as soon as it is over; the same command again goes on where it stopped, and
knows the goals of the packed file as well. `--pack` adds the lines to the file that training reads, attempts.jsonl.gz
in this folder, without Lean. An outcome is Lean's word about one attempt (a hint, L0): a label, no claim that something
is proved.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS
from benchmarks.embedded.sources import Source, sources
from benchmarks.embedded.statements import explored
from decompose.context import GoalContext, goal_context
from decompose.counterexample.gate import test_goal
from decompose.counterexample.verdict import Refuted
from decompose.spec import SpecFile, Target, TargetKind, load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.errors import GentzenError
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.engine import LeanDomain
from prover.learned.features import Candidate
from prover.learned.model import EmbeddedModel, read_model
from prover.learned.ranking import placed
from prover.learned.terms import term_counts
from prover.moves import MORE_HEARTBEATS
from prover.portfolio import Portfolio
from search.domain import Answer, Goal, Kind, Move, Verdict

ROWS = RESULTS / "attempts.jsonl"
PACKED = Path(__file__).parent / "attempts.jsonl.gz"
MOST_HEARTBEATS = 10_000
FIRST = 20
"""Of the first 20 finishing moves each is tried with the same chance, and so is each of the rest."""
TRIES = {"closed": (1, 1), "open": (5, 3)}
"""How many of the two groups are tried, by what the first finishing move came to."""
BEST, GUIDED = 2, (1, 1)
"""With `--guided`: how many of the moves that the shipped model ranks first, and of the two groups."""
ROUND = 2
"""Of how moves are chosen, in every row: raise it when that changes, since labels depend on it."""
SPLITS, CHILDREN = 1, 1
FIRST_SPLITS, EARLY = 12, 0.75
"""The share of the splits of `--splits` that come from the first 12; the others come from the rest."""
MOST_CHILDREN = 4
"""A split that leaves more is not followed: what it is worth stays unknown."""
CHILD_TRIES = 2


def context_json(context: GoalContext) -> dict[str, Any]:
    """What the features are made of. `taken`, every word of the file, is left out."""
    made = asdict(replace(context, taken=frozenset()))
    made["inductives"] = sorted(context.inductives)
    del made["taken"]
    return made


@dataclass(frozen=True, slots=True)
class Options:
    """`each`: theorems of a file, at most. `depth`: splits below a theorem whose goals count as well. `splits`: of an
    open goal, followed to what they leave. `guesses`: conjectures about programs are goals, too."""

    each: int
    depth: int
    splits: int
    guesses: bool


class Builder:
    """Attempts on the goals of one file."""

    def __init__(
        self,
        source: Source,
        spec: SpecFile,
        domain: LeanDomain,
        until: float,
        done: set[str],
        options: Options,
        model: EmbeddedModel | None,
    ) -> None:
        self.source, self.spec, self.domain = source, spec, domain
        self.until, self.done, self.options, self.model = until, done, options, model

    def rows(self, target: Target) -> Iterator[dict[str, Any]]:
        root = self.domain.root(target)
        if isinstance(root, str):
            return
        yield from self._goal(target, root, 0)

    def _goal(self, target: Target, goal: Goal, depth: int) -> Iterator[dict[str, Any]]:
        site = goal.payload
        mark = f"{self.source.family} {goal.key}"
        if mark in self.done or time.monotonic() > self.until:
            return
        self.done.add(mark)
        draw = random.Random(mark)
        moves = [move for move in self.domain.moves(goal) if move.payload.heartbeats != MORE_HEARTBEATS]
        finishing = [move for move in moves if move.kind is Kind.COMPLETE and not move.payload.lemmas]
        verdict = self.domain.test(site)
        tried: list[dict[str, Any]] = []
        children: list[Goal] = []
        if not isinstance(verdict, Refuted):
            tried.append(self._tried(goal, finishing, 0, 1.0)[0])
            outcome = "closed" if tried[0]["verdict"] == "justified" else "open"
            counts = TRIES[outcome]
            best: list[int] = []
            if self.model is not None and outcome == "open":
                best, counts = self._best(self.model, target, goal, finishing), GUIDED
                tried += [self._tried(goal, finishing, place, 1.0)[0] for place in best]
            for group, count in zip((range(1, FIRST), range(FIRST, len(finishing))), counts, strict=True):
                places = [place for place in group if place < len(finishing) and place not in best]
                chosen = sorted(draw.sample(places, min(count, len(places))))
                chance = min(1.0, count / max(len(places), 1))
                tried += [self._tried(goal, finishing, place, chance)[0] for place in chosen]
            others = [place for place, move in enumerate(moves) if move not in finishing]
            if self.options.splits and outcome == "open":
                tried += self._splits(target, goal, moves, others, draw)
            elif outcome == "open" and depth < self.options.depth and others:
                share = min(1.0, SPLITS / len(others))
                for place in sorted(draw.sample(others, min(SPLITS, len(others)))):
                    row, answer = self._tried(goal, moves, place, share)
                    tried.append(row)
                    children += draw.sample(answer.children, min(CHILDREN, len(answer.children)))
        yield {
            "mark": mark,
            "round": ROUND,
            "source": self.source.name,
            "family": self.source.family,
            "held_out": self.source.held_out,
            "target": target.name,
            "key": site.strict_key,
            "depth": depth,
            "trail": list(site.trail),
            "gate": type(verdict).__name__.lower(),
            "footprint": goal.difficulty,
            "terms": term_counts(site.problem.closed, site.definitions),
            "context": context_json(goal_context(self.spec, target, site.text)),
            "finishing": len(finishing),
            "moves": len(moves),
            "guided": "" if self.model is None else self.model.name,
            "tried": tried,
        }
        for child in children:
            yield from self._goal(target, child, depth + 1)

    def _splits(
        self, target: Target, goal: Goal, moves: list[Move], places: list[int], draw: random.Random
    ) -> Iterator[dict[str, Any]]:
        """Some of the goal's splits, and whether each leads to a proof at once."""
        early = min(round(EARLY * self.options.splits), len(places[:FIRST_SPLITS]))
        late = min(self.options.splits - early, len(places[FIRST_SPLITS:]))
        for group, count in ((places[:FIRST_SPLITS], early), (places[FIRST_SPLITS:], late)):
            for place in sorted(draw.sample(group, count)):
                row, answer = self._tried(goal, moves, place, count / len(group))
                yield row | {"left": len(answer.children), "led": self._led(target, answer)}

    def _led(self, target: Target, answer: Answer) -> bool | None:
        """Whether all that the split leaves is closed within `CHILD_TRIES` calls each, None where that is not known."""
        if answer.verdict is not Verdict.JUSTIFIED:
            return None if answer.verdict is Verdict.MACHINERY else False
        if len(answer.children) > MOST_CHILDREN:
            return None
        return all(self._closes(target, child) for child in answer.children)

    def _closes(self, target: Target, child: Goal) -> bool:
        moves = [move for move in self.domain.moves(child) if move.payload.heartbeats != MORE_HEARTBEATS]
        finishing = [move for move in moves if move.kind is Kind.COMPLETE and not move.payload.lemmas]
        places = [0, *([] if self.model is None else self._best(self.model, target, child, finishing))]
        return any(
            self._tried(child, finishing, place, 1.0)[1].verdict is Verdict.JUSTIFIED for place in places[:CHILD_TRIES]
        )

    def _best(self, model: EmbeddedModel, target: Target, goal: Goal, finishing: list[Move]) -> list[int]:
        """Places of the moves that the model would try next where the first one has failed."""
        context = goal_context(self.spec, target, goal.text)
        found = [
            Candidate(m.label, m.text, place, m.cost, m.success, m.payload.heartbeats, uses=len(m.payload.uses))
            for place, m in enumerate(finishing)
        ]
        order = placed(found, model.rate(context, found), model.alike)
        return [each.index for each in islice((each for each in order if each.index), BEST)]

    def _tried(self, goal: Goal, moves: list[Move], place: int, chance: float) -> tuple[dict[str, Any], Answer]:
        move = moves[place]
        split = replace(move.payload, heartbeats=min(move.payload.heartbeats, MOST_HEARTBEATS))
        answer = self.domain.submit(goal, replace(move, payload=split), 15.0).result()
        row = {
            "place": place,
            "chance": round(chance, 4),
            "label": move.label,
            "kind": str(move.kind),
            "tactics": split.tactics,
            "cost": move.cost,
            "success": move.success,
            "heartbeats": move.payload.heartbeats,
            "lemmas": len(split.lemmas),
            "uses": sorted(split.uses),
            "verdict": str(answer.verdict),
            "score": round(answer.score, 4),
            "children": [child.payload.strict_key for child in answer.children],
            "seconds": round(answer.seconds, 3),
            "reason": answer.reason[:60],
        }
        return row, answer


def build(
    source: Source, pool: Pool, until: float, done: set[str], options: Options, model: EmbeddedModel | None
) -> Iterator[dict[str, Any]]:
    """The rows of one file, as they are made. Raises GentzenError where the file cannot be read by Lean."""
    text = explored(source.text, pool) if source.explored and options.guesses else source.text
    spec = load_spec(decode(text.encode()), pool, Limits(180.0), name=source.name)
    targets = [each for each in spec.targets if each.kind is TargetKind.PROOF]
    random.Random(source.name).shuffle(targets)
    with LeanDomain(spec, pool, proposer=Portfolio(), splitter=splits, tester=test_goal) as domain:
        builder = Builder(source, spec, domain, until, done, options, model)
        guesses = frozenset(each.declaration for each in targets if each.name.rpartition(".")[2].startswith("guess_"))
        for target in targets[: options.each]:
            domain.unproved = guesses - {target.declaration}
            yield from builder.rows(target)


def read_rows(folder: Path = RESULTS, packed: Path = PACKED) -> list[dict[str, Any]]:
    """The rows of the packed file and all that runs have written since, in order of their marks."""
    found: dict[str, dict[str, Any]] = {}
    if packed.exists():
        found = {row["mark"]: row for row in map(json.loads, gzip.decompress(packed.read_bytes()).splitlines())}
    for path in sorted(folder.glob("attempts*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):  # the last line of a run that was killed may be cut
                row = json.loads(line)
                found[row["mark"]] = row
    return [found[mark] for mark in sorted(found)]


def pack() -> None:
    """Write what the runs recorded as the file that training reads. Equal rows give equal bytes."""
    rows = read_rows()
    for row in rows:
        for each in row["tried"]:
            each.pop("children", None)
            each.pop("chance", None)
    data = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows).encode()
    PACKED.write_bytes(gzip.compress(data, 9, mtime=0))
    labels = sum(len(row["tried"]) for row in rows)
    print(f"{len(rows)} goals, {labels} attempts, {PACKED.stat().st_size / 1e6:.2f} MB: {PACKED}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--only", default="", help="sources whose name begins so")
    parser.add_argument("--pack", action="store_true", help="only write the file that training reads")
    parser.add_argument("--each", type=int, default=10**6, help="theorems of a file, at most (the first of a shuffle)")
    parser.add_argument("--guided", action="store_true", help="try what the shipped model ranks first, too")
    parser.add_argument("--depth", type=int, default=1, help="splits below a theorem whose goals count as well")
    parser.add_argument("--splits", type=int, default=0, help="splits of an open goal that are followed")
    parser.add_argument("--part", choices=("train", "held_out"), help="only files of this part")
    parser.add_argument("--no-guesses", action="store_true", help="leave out conjectures about programs")
    parser.add_argument("--shard", default="1/1")
    options = parser.parse_args()
    if options.pack:
        return pack()
    shard, shards = map(int, options.shard.split("/"))
    until = time.monotonic() + options.seconds
    path = ROWS if shards == 1 else ROWS.with_suffix(f".{shard}.jsonl")
    path.parent.mkdir(exist_ok=True)
    known = read_rows()
    done = {row["mark"] for row in known}
    model = read_model() if options.guided else None
    wanted = Options(options.each, options.depth, options.splits, not options.no_guesses)
    count = labels = 0
    started = time.monotonic()
    with Pool(program(), PoolSettings(workers=1)) as pool, path.open("a", encoding="utf-8") as handle:
        for source in list(sources())[shard - 1 :: shards]:
            if not source.name.startswith(options.only) or time.monotonic() > until:
                continue
            if options.part and source.held_out != (options.part == "held_out"):
                continue
            try:
                for row in build(source, pool, until, done, wanted, model):
                    handle.write(json.dumps(row, ensure_ascii=False) + "\n")
                    handle.flush()
                    count, labels = count + 1, labels + len(row["tried"])
                    closed = sum(each["verdict"] == "justified" for each in row["tried"])
                    said = (
                        f"{source.name} {row['target'][:40]} d{row['depth']} {row['gate']} {closed}/{len(row['tried'])}"
                    )
                    print(
                        f"{time.monotonic() - started:6.0f} s {count:5} {labels:6} {said}", file=sys.stderr, flush=True
                    )
            except GentzenError as error:
                print(f"{source.name}: {str(error)[:300]}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
