"""The one module that reads environment variables. Nothing is read at import; each function reads when called."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path


def home() -> Path:
    """Where runtimes, caches and ledgers live: GENTZEN_HOME, else the platform's user cache folder for gentzen."""
    explicit = os.environ.get("GENTZEN_HOME")
    if explicit:
        return Path(explicit).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("gentzen")


def workers() -> int | None:
    """GENTZEN_WORKERS, a default for --workers; None when unset or not a positive integer."""
    text = os.environ.get("GENTZEN_WORKERS", "")
    return int(text) if text.isdigit() and int(text) > 0 else None


def policy_key() -> str | None:
    """GENTZEN_POLICY_KEY, what a policy server is shown (`Authorization: Bearer`); None when unset or empty."""
    return os.environ.get("GENTZEN_POLICY_KEY") or None


def launched() -> tuple[int, int, int]:
    """Of the processes that a launcher (torchrun, accelerate) has started together: the number of this one, how many
    there are, and how many of them are on this machine. (0, 1, 1) without a launcher."""
    rank, count, local = (os.environ.get(name, "") for name in ("RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"))
    if not (rank.isdigit() and count.isdigit()):
        return 0, 1, 1
    return int(rank), int(count), int(local) if local.isdigit() else 1


def child_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment that Lean processes get: paths and locale, nothing that may hold a secret."""
    names = (
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TMPDIR",
        "ELAN_HOME",
        "LEAN_PATH",
        "LEAN_SYSROOT",
        "SYSTEMROOT",
    )
    kept = {name: os.environ[name] for name in names if name in os.environ}
    kept.update(extra or {})
    return kept


def installer_environment() -> dict[str, str]:
    """The environment for npm: everything, since registries and proxies are configured there."""
    return dict(os.environ)


def search_path() -> str:
    """Where programs are looked for: PATH, "" when unset."""
    return os.environ.get("PATH", "")


def elan_home() -> Path:
    """Where elan keeps its toolchains: ELAN_HOME, else `.elan` in the home folder."""
    return Path(os.environ.get("ELAN_HOME") or Path.home() / ".elan")


@contextlib.contextmanager
def overridden(changes: Mapping[str, str | None]) -> Iterator[None]:
    """This process's environment with `changes` (None removes a variable), for packages that read it when imported.

    It is the whole process's: not for code that runs in threads.
    """
    before = {name: os.environ.get(name) for name in changes}
    _assign(changes)
    try:
        yield
    finally:
        _assign(before)


def _assign(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def send_no_statistics() -> None:
    """Keep Ray from reporting on its use over the network, unless the user has said otherwise."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
