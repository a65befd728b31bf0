"""`python -m rl.data`: a data set from a ledger, the library and traces, deduplicated, decontaminated and verified.

Progress goes to stderr, the card as JSON to stdout. Exit codes: 0 written, 2 it could not run, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lean_project import environ
from lean_project.errors import GentzenError, LimitHit
from lean_project.ledger import Ledger
from lean_project.session import Session
from prover.sessions import open_pool
from rl.data.dataset import Card, Refused, decontaminated, deduplicated, write_dataset
from rl.data.decontaminate import Decontaminator, build_index
from rl.data.files import dump, file_sha256, write_json
from rl.data.leandojo import from_json, traced_repo, traced_rows
from rl.data.ledger import Built, ledger_rows
from rl.data.library import library_rows
from rl.data.verify import Say, verify


def build(options: argparse.Namespace, session: Session, say: Say) -> Card:
    """The data set that the options ask for. Raises UserError, MachineryError, LimitHit."""
    parts: list[Built] = []
    if options.ledger:
        files = {str(path): path.read_text(encoding="utf-8") for path in options.file}
        with Ledger.open(options.ledger) as ledger:
            parts.append(ledger_rows(ledger, files, session, license=options.license, say=say))
    if options.library:
        parts.append(library_rows(session, at_most=options.library, modules=options.modules, say=say))
    if options.traced:
        found = from_json(options.traced) if options.traced.suffix == ".json" else traced_repo(options.traced)
        root = options.sources or options.traced
        parts.append(traced_rows(found, root, session, license=options.license, say=say))
    index = build_index(options.benchmark, session, folder=environ.home() / "decontamination", say=say)
    rows, refused = deduplicated(row for part in parts for row in part.rows)
    rows, more, report = decontaminated(rows, Decontaminator(index))
    say(f"{len(rows)} rows, {len(more)} refused as evaluation items; verifying")
    verified = verify(rows, session, say)
    lost = [Refused(id=row.id, kind="", stage="verify", reason="lost by the machinery") for row in verified.lost]
    inputs = {name: digest for part in parts for name, digest in part.inputs.items()}
    if options.traced and options.traced.is_file():
        inputs[options.traced.name] = file_sha256(options.traced)
    write_json(options.out / "contamination.json", report)
    return write_dataset(
        options.out,
        verified.kept,
        refused=[*(each for part in parts for each in part.refused), *refused, *more, *verified.dropped, *lost],
        inputs=inputs,
        evaluation_sets=index.sets,
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rl.data", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="the data set's folder")
    parser.add_argument("--ledger", type=Path, help="a ledger; its files with --file")
    parser.add_argument("--file", type=Path, action="append", default=[], help="a Lean file that the ledger is about")
    parser.add_argument("--library", type=int, default=0, help="so many theorems of the library")
    parser.add_argument(
        "--modules", action="append", default=[], help="prefix of the library modules to take them from"
    )
    parser.add_argument(
        "--traced", type=Path, help="a repository that LeanDojo traced, or a JSON file of its benchmark"
    )
    parser.add_argument("--sources", type=Path, help="the sources that a JSON file is about")
    parser.add_argument("--benchmark", type=Path, action="append", default=[], help="an evaluation set to keep out")
    parser.add_argument("--license", default="", help="of the files, for the card")
    parser.add_argument("--workers", type=int, help="Lean processes")
    options = parser.parse_args(arguments)
    try:
        from lean_project.embedded.launch import program

        with open_pool(program(), options.workers) as session:
            card = build(options, session, lambda text: print(text, file=sys.stderr, flush=True))
    except KeyboardInterrupt:
        return 130
    except (GentzenError, OSError) as error:
        print(f"gentzen: {error}", file=sys.stderr)
        return 130 if isinstance(error, LimitHit) and error.kind == "cancelled" else 2
    print(dump(card))
    return 0


if __name__ == "__main__":
    sys.exit(main())
