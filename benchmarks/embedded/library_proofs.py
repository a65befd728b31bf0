"""Which theorems of the library proofs rest on: what the embedding of premises is trained on and measured with.

    python -m benchmarks.embedded.library_proofs [--most 3000] [--seconds 600]
    python -m benchmarks.embedded.library_proofs --corpus
    python -m benchmarks.embedded.library_proofs --pack

The library's statements are goals here; their own proofs are not shipped, so Lean is asked for others. A theorem T is
put to `simp? [-T]`, which tells what it used. Where that does not prove it, for one in eight the theorems that share
its constants are given to `simp` and `grind` one by one, so that those which automation does not know by itself have
labels, too: they `helped`, or they did not.

`--corpus` reads the solutions of the tests' corpus: each theorem whose proof names theorems of the library is a goal,
with the constants that the search would look for.

One line of results/library_proofs.jsonl per goal; the same command again goes on where it stopped, and `--pack` adds
the lines to library_proofs.jsonl.gz in this folder, with the constants of every statement that they name. An outcome is
a hint (L0), and a label.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS
from benchmarks.difficulty import opened
from benchmarks.embedded.sources import ROOT, family_of, is_held_out
from decompose.definitions import Definitions
from decompose.reading import last_part
from decompose.spec import SORRY_MESSAGE, load_spec
from decompose.text import decode
from lean_project import environ
from lean_project.embedded.launch import program
from lean_project.errors import GentzenError
from lean_project.model import Command, Limits, Severity, Snapshot
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from prover.premises import PremiseIndex, Premises, goal_constants

ROWS = RESULTS / "library_proofs.jsonl"
PACKED = Path(__file__).parent / "library_proofs.jsonl.gz"
ABOUT = (
    "List.",
    "Nat.",
    "Int.",
    "Option.",
    "Array.",
    "Bool.",
    "String.",
    "Char.",
    "Fin.",
    "Prod.",
    "Except.",
)
"""What user files are about: nearly all the goals that are put."""
APART = ("String.Slice.", "String.Pos.", "String.Legacy.", "Int.Linear.", "Nat.Linear.")
BATCH, CANDIDATES = 16, 8
FOLLOWED = 8
"""Of the theorems that `simp` does not prove, one in eight is tried with others."""
_LIMITS = Limits(seconds=60.0, heartbeats=2_000)
_PROOFS = re.compile(r"^(?:@\[[^\]]*\] )?(?:private )?theorem ([^\s:({\[]+)((?:.|\n(?![^\s]))*)", re.MULTILINE)
_NAME = re.compile(r"[^\W\d][\w'!?]*(?:\.[^\W\d][\w'!?]*)*")


def goals(index: PremiseIndex) -> list[str]:
    """Theorems to put as goals, in an order that an early stop leaves a fair sample of."""
    found = [
        name for name in index.names if name.startswith(ABOUT) and not name.startswith(APART) and _NAME.fullmatch(name)
    ]
    return sorted((name for name in found if not name.startswith("Array.") or _draw(name, 4)), key=_digest)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _draw(name: str, one_in: int) -> bool:
    return int(_digest(name)[:8], 16) % one_in == 0


def tried(pool: Pool, index: PremiseIndex, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A row for each theorem."""
    known = set(index.names)
    code = [f"example : {_put(name)}; simp? [-{name}]\n" for name in names]
    left = []
    for name, command in zip(names, _commands(pool, code), strict=True):
        if command is None or not _is_proof(command):
            left.append(name)
            continue
        said = " ".join(message.text for message in command.messages if message.severity is Severity.INFORMATION)
        yield {"theorem": name, "used": sorted((set(_NAME.findall(said)) & known) - {name}), "helped": [], "tried": []}
    followed = [name for name in left if _draw(f"near {name}", FOLLOWED)]
    # `grind [-T]` is refused where T is not marked for it.
    asked = [f"example : True := by grind [-{name}]\n" for name in followed]
    answers = zip(followed, _commands(pool, asked), strict=True)
    marked = {name for name, one in answers if one is not None and _is_proof(one)}
    for name in left:
        near: list[str] = []
        if name in followed:
            chosen = index.select(dict.fromkeys(index.constants(name), 1.0), CANDIDATES + 1)
            near = [each for each in chosen if each != name][:CANDIDATES]
        own = [f"-{name}"] if name in marked else []
        code = [
            f"example : {_put(name)}; first | (simp [-{name}, {each}]; done) | grind [{', '.join([*own, each])}]\n"
            for each in near
        ]
        answers = zip(near, _commands(pool, code), strict=True)
        helped = [each for each, one in answers if one is not None and _is_proof(one)]
        yield {"theorem": name, "used": [], "helped": helped, "tried": near}


def _is_proof(command: Command) -> bool:
    """Where a tactic with a question mark finds nothing, it may leave a `sorry` and no error."""
    return not command.has_error and not any(message.kind == SORRY_MESSAGE for message in command.messages)


def _put(name: str) -> str:
    return f"type_of% @{name} := by intros"


def _commands(pool: Pool, code: Sequence[str]) -> list[Command | None]:
    """Lean's answers to these commands, None where it had none."""
    none: list[Command | None] = [None] * len(code)
    if not code:
        return none
    try:
        found = pool.elaborate(Snapshot(""), "".join(code), _LIMITS).commands
    except GentzenError as error:
        print(f"{str(error)[:200]}", file=sys.stderr, flush=True)
        return none
    return list(found) if len(found) == len(code) else none


def corpus(pool: Pool, index: PremiseIndex, done: set[str]) -> Iterator[dict[str, Any]]:
    """A row for each theorem of the corpus whose proof names theorems of the library."""
    known = set(index.names)
    for path in sorted((ROOT / "tests" / "corpus" / "solutions").rglob("*.lean")):
        text = path.read_text(encoding="utf-8")
        used = {name: sorted(set(_NAME.findall(proof)) & known) for name, proof in _PROOFS.findall(text)}
        if not any(used.values()) or all(f"{path.stem} {name}" in done for name, found in used.items() if found):
            continue
        try:
            spec = load_spec(decode(opened(text).encode()), pool, Limits(180.0), name=path.stem)
            for target in spec.targets:
                found = used.get(last_part(target.name)) or used.get(target.name)
                closed = target.goals[0].closed if len(target.goals) == 1 else None
                if found and closed is not None:
                    definitions = Definitions(pool.export(spec.before(target.command), Limits(120.0)))
                    constants = goal_constants(closed, definitions)
                    about = {"family": family_of(path.stem), "held_out": is_held_out(family_of(path.stem))}
                    yield {"theorem": f"{path.stem} {target.name}", "constants": constants, "used": found, **about}
        except GentzenError as error:
            print(f"{path.stem}: {str(error)[:200]}", file=sys.stderr, flush=True)


def read_rows() -> dict[str, dict[str, Any]]:
    """What is known, by theorem: the packed file's and later runs'."""
    found: dict[str, dict[str, Any]] = {}
    lines: list[str] = []
    if PACKED.exists():
        lines += gzip.decompress(PACKED.read_bytes()).decode().splitlines()
    if ROWS.exists():
        lines += [line for line in ROWS.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    for row in map(json.loads, lines):
        if "theorem" in row:
            found[row["theorem"]] = row
    return found


def library(pool: Pool) -> PremiseIndex:
    return Premises.of(pool, Snapshot(""), environ.home() / "premises").index


def pack(index: PremiseIndex) -> None:
    """Rows, and the whole index, since negatives come from all of it. Equal rows give equal bytes."""
    rows = read_rows()
    lines = [json.dumps({"index": index.to_json()}, sort_keys=True)]
    lines += [json.dumps(rows[name], sort_keys=True) for name in sorted(rows)]
    PACKED.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), 9, mtime=0))
    useful = sum(bool(row["used"] or row.get("helped")) for row in rows.values())
    print(f"{len(rows)} goals, {useful} with a proof from others, {PACKED.stat().st_size / 1e6:.2f} MB: {PACKED}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=3000, help="theorems, with those that are known")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--corpus", action="store_true", help="read the corpus' solutions instead")
    parser.add_argument("--pack", action="store_true", help="only write the file that training reads")
    options = parser.parse_args()
    began = time.monotonic()
    ROWS.parent.mkdir(exist_ok=True)
    with Pool(program(), PoolSettings(workers=1)) as pool:
        index = library(pool)
        if options.pack:
            return pack(index)
        known = read_rows()
        if options.corpus:
            with ROWS.open("a", encoding="utf-8") as handle:
                for row in corpus(pool, index, set(known)):
                    handle.write(json.dumps(row) + "\n")
                    handle.flush()
                    print(
                        f"{time.monotonic() - began:6.0f} s {row['theorem']} {row['used']}", file=sys.stderr, flush=True
                    )
            return
        waiting = [name for name in goals(index)[: options.most] if name not in known]
        with ROWS.open("a", encoding="utf-8") as handle:
            for at in range(0, len(waiting), BATCH):
                if time.monotonic() - began > options.seconds:
                    break
                rows = list(tried(pool, index, waiting[at : at + BATCH]))
                handle.write("".join(json.dumps(row) + "\n" for row in rows))
                handle.flush()
                shown = [
                    f"{row['theorem']} {len(row['used'])} {len(row['helped'])}/{len(row['tried'])}" for row in rows
                ]
                print(f"{time.monotonic() - began:6.0f} s {at:5} {'; '.join(shown)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
