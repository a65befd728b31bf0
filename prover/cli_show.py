"""`gentzen show`: the proof tree of a run, in the terminal or as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lean_project import environ
from lean_project.errors import UserError
from lean_project.files import write_whole
from prover import render, runs
from prover.show import terminal, tree

_PAGES = {".html", ".htm", ".xhtml"}


def run(which: str | None, *, html: Path | None, target: str | None, listed: bool) -> int:
    """The whole command: 0. `html`: where the page goes instead of a drawing on stdout. Raises `UserError`."""
    home = environ.home()
    console = render.stdout_console()
    if listed:
        if which is not None or html is not None or target is not None:
            raise UserError("--list stands alone: it takes no RUN, --html or --target.")
        found = runs.recent(home)
        if not found:
            raise UserError(runs.NO_RUNS)
        terminal.print_list(console, found)
        return 0
    records = tree.select(runs.load(which, home), target)
    if html is None:
        terminal.print_run(console, records, whole_proofs=target is not None)
    else:
        write_page(records, html)
        print(html)
    return 0


def write_page(records: Sequence[runs.RunRecord], path: Path) -> None:
    """The page of `records` to `path`. Raises `UserError`: anything but a page is not overwritten."""
    if path.exists() and path.suffix.lower() not in _PAGES:
        raise UserError(f"{path} exists and is not an HTML file by its name: it is left alone. Give --html FILE.html.")
    from prover.show.page import render as page_of

    try:
        write_whole(path, page_of(records).encode())
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}. Choose another place for --html.") from error
