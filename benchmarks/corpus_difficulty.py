"""How hard the specifications of tests/corpus are for single calls of automation, and for one induction before a call.

    python -m benchmarks.corpus_difficulty [FOLDER or FILE ...] [--heartbeats 10000 60000] [--seconds 30] [--again]

Every hole that stands for a proof gets two classes of candidates, with the holes before it left open:

- call: decide, rfl, omega, simp, simp_all, grind and exact?, each as it stands and, where the goal has something to
  introduce, after `intros`; simp, simp_all and grind also with the definitions that the statement leads to, and with
  these and the file's earlier theorems.
- induction: one `induction` on a variable (alone, and generalizing the others) or one `fun_induction`, with simp_all
  or grind, given definitions and earlier theorems, on every case.

A hole that neither class proves is for search. Calls run at the largest number of heartbeats; what is proved is
repeated at the smaller ones, and the least that suffices is reported. Inductions run at the smallest number.
One worker. No trusted check: the question is what automation can do, and a hole that is wrongly called easy costs a
specification and no more. Files that have not changed since the results were written are not classified again.
Candidates that the wall clock ended are counted (`cut`): with many of them, repeat the run on a quieter machine.
Exit code 1: a file is in the wrong folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.progress import track

from benchmarks.common import RESULTS, report
from decompose.spec import Declaration, SpecFile, Target, TargetKind, load_spec
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.errors import LimitHit
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.attempt import judge, slot_of

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
LEVELS = ("easy", "medium", "hard")
HEARTBEATS = (10_000, 60_000)

_BARE = ("rfl", "decide", "omega", "simp", "simp_all", "grind", "exact?")
_HINTED = ("simp", "simp_all", "grind")
_ON_CASES = ("simp_all", "grind")
_INTRODUCIBLE = re.compile(r"⊢[^⊢]*[∀→¬≠]")
"""A target that `intros` may change."""
_VARIABLES = re.compile(r"^(?P<names>[^\s:⊢][^:⊢]*?) : (?P<type>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one hole. `level`: "call", "induction" or "search" (nothing proved it); `tactics`: the first
    candidate that did, `heartbeats`: the least of the bounds that it was tried with and that sufficed. `tried`
    candidates, `cut` of them ended by the wall clock."""

    file: str
    target: str
    level: str
    tactics: str = ""
    heartbeats: int = 0
    tried: int = 0
    cut: int = 0
    seconds: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="*", help="default: tests/corpus/easy, medium and hard")
    parser.add_argument("--heartbeats", type=int, nargs="+", default=list(HEARTBEATS))
    parser.add_argument("--seconds", type=float, default=30.0, help="bound of one candidate")
    parser.add_argument("--again", action="store_true", help="classify files again that have not changed")
    options = parser.parse_args()
    files = spec_files(options.paths or [CORPUS / level for level in LEVELS])
    bounds = [Limits(seconds=options.seconds, heartbeats=n) for n in sorted(options.heartbeats)]
    found = known(bounds)
    with Pool(program(), PoolSettings(workers=1)) as pool:
        try:
            for path in track(files, "specifications"):
                content = digest(path)
                if options.again or found.get(name_of(path), ("", []))[0] != content:
                    found[name_of(path)] = content, classify_file(path, pool, bounds)
                    levels = [finding.level for finding in found[name_of(path)][1]]
                    print(f"{name_of(path)}: {', '.join(levels)}", file=sys.stderr, flush=True)
        finally:
            misplaced = show(found, bounds)
    return 1 if misplaced else 0


def name_of(path: Path) -> str:
    """`medium/Rotate`"""
    return f"{path.parent.name}/{path.stem}"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def known(bounds: list[Limits]) -> dict[str, tuple[str, list[Finding]]]:
    """What an earlier run with the same bounds found, by file, with the file's digest then; files gone left out."""
    path = RESULTS / "corpus_difficulty.json"
    if not path.is_file():
        return {}
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["bounds"] != [asdict(limits) for limits in bounds]:
        return {}
    return {
        file: (content, [Finding(**hole) for hole in data["holes"] if hole["file"] == file])
        for file, content in data["files"].items()
        if (CORPUS / f"{file}.lean").is_file()
    }


def classify_file(path: Path, pool: Pool, bounds: list[Limits]) -> list[Finding]:
    spec = load_spec(decode(path.read_bytes()), pool, name=path.name)
    return [
        classify(spec, target, pool, bounds, name_of(path))
        for target in spec.targets
        if target.kind is TargetKind.PROOF
    ]


def spec_files(paths: list[Path]) -> list[Path]:
    """The files named, and those in the folders named."""
    return [file for path in paths for file in (sorted(path.glob("*.lean")) if path.is_dir() else [path])]


def classify(spec: SpecFile, target: Target, pool: Pool, bounds: list[Limits], file: str) -> Finding:
    """Try the candidates of both classes in order until one proves the target."""
    begin = time.perf_counter()
    tried = cut = 0
    classes = (("call", calls(spec, target), bounds), ("induction", inductions(spec, target), bounds[:1]))
    for level, candidates, allowed in classes:
        for tactics in candidates:
            tried += 1
            proved = proves(spec, target, tactics, pool, allowed[-1])
            if proved:
                least = next(b for b in allowed if b is allowed[-1] or proves(spec, target, tactics, pool, b))
                seconds = round(time.perf_counter() - begin, 1)
                return Finding(file, target.name, level, tactics, least.heartbeats or 0, tried, cut, seconds)
            cut += proved is None
    return Finding(file, target.name, "search", tried=tried, cut=cut, seconds=round(time.perf_counter() - begin, 1))


def proves(spec: SpecFile, target: Target, tactics: str, pool: Pool, limits: Limits) -> bool | None:
    """Lean accepts the declaration with `tactics` in the target's hole. None: the wall clock or the memory ran out."""
    slot = slot_of(spec, target)
    code, edit = slot.candidate(tactics)
    try:
        elaboration = pool.elaborate(slot.snapshot, code, limits)
    except LimitHit:
        return None
    return judge(slot, edit, elaboration).success


def calls(spec: SpecFile, target: Target) -> Iterator[str]:
    """Single calls, cheapest first, each text once."""
    starts = ("", "intros; ") if _INTRODUCIBLE.search(target.goals[0].text) else ("",)
    found = {f"{start}{tactic}": None for tactic in _BARE for start in starts}
    for hints in hint_sets(spec, target):
        found |= {f"{start}{tactic} [{hints}]": None for tactic in _HINTED for start in starts}
    slow = [text for text in found if "exact?" in text]
    yield from [text for text in found if text not in slow] + slow


def inductions(spec: SpecFile, target: Target) -> Iterator[str]:
    """One induction, then one call on all cases."""
    hints = hint_sets(spec, target)[-1:]
    closers = [f"{tactic} [{h}]" for h in hints for tactic in _ON_CASES] or list(_ON_CASES)
    names = variables(target)
    for name in names:
        others = " ".join(other for other in names if other != name)
        for start in (f"induction {name}", *([f"induction {name} generalizing {others}"] if others else ())):
            yield from (f"{start} <;> {closer}" for closer in closers)
    for declaration in reachable(spec, target):
        if declaration.recursive:
            yield from (f"fun_induction {declaration.name} <;> {closer}" for closer in closers)


def hint_sets(spec: SpecFile, target: Target) -> list[str]:
    """Texts for the brackets of simp and grind: definitions; these and the theorems before the target."""
    definitions = [declaration.name for declaration in reachable(spec, target)]
    theorems = [d.name for d in spec.declarations if d.is_proof and d.command < target.command and d.name]
    sets = [definitions, definitions + [name for name in theorems if not name.startswith("_")]]
    texts = [", ".join(names) for names in sets if names]
    return list(dict.fromkeys(texts))


def reachable(spec: SpecFile, target: Target) -> list[Declaration]:
    """The definitions that the target's command names, and the ones that these name, in order of the file."""
    programs = [d for d in spec.declarations if d.keyword in ("def", "abbrev") and d.command < target.command]
    wanted: set[str] = set()
    todo = [word for d in spec.declarations if d.command == target.command for word in d.names]
    while todo:
        word = todo.pop()
        for program_ in programs:
            if program_.name not in wanted and last(program_.name) == last(word):
                wanted.add(program_.name)
                todo += program_.names
    return [declaration for declaration in programs if declaration.name in wanted]


def last(name: str) -> str:
    return name.rpartition(".")[2]


def variables(target: Target) -> list[str]:
    """The accessible variables of the goal that stand for values: no propositions, instances, types or functions."""
    goal = target.goals[0]
    if goal.closed is None:
        return []
    values = {binder.name for binder in goal.closed.binders if binder.accessible and not binder.is_prop}
    names: list[str] = []
    for match in _VARIABLES.finditer(goal.text):
        if not re.search(r"\b(Type|Sort|Prop)\b|→", match["type"]):
            names += [name for name in match["names"].split() if name in values]
    return names


def show(found: dict[str, tuple[str, list[Finding]]], bounds: list[Limits]) -> list[str]:
    """Print and write one row a file. Returns the files above `easy` that have a hole which a single call proves."""
    rows: list[list[Any]] = []
    order = sorted(found, key=lambda file: (LEVELS.index(file.split("/")[0]), file))
    for file in order:
        own = found[file][1]
        counts = Counter(finding.level for finding in own)
        levels = (counts[level] for level in ("call", "induction", "search"))
        rows.append([file, len(own), *levels, sum(each.tried for each in own), sum(each.cut for each in own)])
    report(
        "corpus_difficulty",
        "Holes of the corpus by what proves them",
        ["file", "holes", "single call", "one induction", "neither", "tried", "cut"],
        rows,
        {
            "bounds": [asdict(limits) for limits in bounds],
            "files": {file: found[file][0] for file in order},
            "holes": [asdict(finding) for file in order for finding in found[file][1]],
        },
    )
    misplaced = [
        file
        for file in order
        if not file.startswith("easy/") and any(finding.level == "call" for finding in found[file][1])
    ]
    if misplaced:
        print("a single call proves a hole of: " + ", ".join(misplaced))
    return misplaced


if __name__ == "__main__":
    sys.exit(main())
