"""What to say when gentzen itself fails: a short text for the user, and a log with everything for the bug report."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import time
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lean_project import environ
from lean_project.errors import GentzenError


def describe(error: BaseException) -> str:
    """One paragraph about a failure that is not the user's, the log's place in it. The log is written here."""
    name = "" if isinstance(error, GentzenError) else f"{type(error).__name__}: "
    first = str(error).strip().partition("\n")[0].rstrip(".:")
    account = "".join(traceback.format_exception(error))
    try:
        log = _write_log(account)
    except OSError as refusal:
        where = f"The log could not be written ({refusal.strerror}); this is what it would hold:\n{account}"
    else:
        where = f"The full account is in {log}."
    return (
        f"gentzen: a failure of its own machinery, not of your file: {name}{first}. {where} "
        "Run the same command again; if that does not help, report it with that account and the output of "
        "`gentzen doctor --json`."
    )


def _write_log(account: str) -> Path:
    folder = environ.home() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        own_version = version("gentzen")
    except PackageNotFoundError:
        own_version = "unknown"
    head = (
        f"gentzen {own_version}, Python {sys.version.split()[0]}, {sys.platform}\n"
        f"{time.strftime('%Y-%m-%d %H:%M:%S %z')}\n{shlex.join(sys.argv)}\n\n"
    )
    stamp = time.strftime("%Y%m%d-%H%M%S")
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".part", delete=False, encoding="utf-8") as file:
        file.write(head + account)
    log = folder / f"crash-{stamp}-{os.getpid()}.log"
    Path(file.name).replace(log)
    return log
