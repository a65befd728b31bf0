"""`python -m rl.selfplay CONFIG`: rounds of self-play, resumed where they were left.

Progress goes to stderr, the summary as JSON to stdout. Exit codes: 0 all rounds are done; 1 the run was stopped as
degenerate; 2 it could not run; 130 interrupted (the same command goes on).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lean_project.errors import GentzenError, LimitHit
from rl.data.files import dump
from rl.selfplay.config import load_config
from rl.selfplay.opening import run_of
from rl.selfplay.run import with_rounds
from rl.selfplay.session import open_session


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rl.selfplay", description=str(__doc__).partition("\n")[0])
    parser.add_argument("config", type=Path, help="the run's YAML file")
    parser.add_argument("--rounds", type=int, help="rounds in all, in place of the file's")
    parser.add_argument("--out", type=Path, help="the run's folder, in place of the file's")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    options = parser.parse_args(arguments)
    try:
        config = with_rounds(load_config(options.config), options.rounds, options.out)
        say = (lambda text: None) if options.quiet else _say
        with open_session(config.lean, config.workers, None, say, quiet=options.quiet) as session:
            summary = run_of(config, session, say).run()
    except KeyboardInterrupt:
        return 130
    except GentzenError as error:
        print(f"gentzen: {error}", file=sys.stderr)
        return 130 if isinstance(error, LimitHit) and error.kind == "cancelled" else 2
    print(dump(summary))
    return 1 if summary.stopped else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
