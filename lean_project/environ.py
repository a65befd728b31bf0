"""The one module that reads environment variables. Nothing is read at import; each function reads when called."""

from __future__ import annotations

import os
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


def child_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment that Lean processes get: paths and locale, nothing that may hold a secret."""
    names = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "ELAN_HOME", "LEAN_PATH", "LEAN_SYSROOT", "SYSTEMROOT")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    kept.update(extra or {})
    return kept


def installer_environment() -> dict[str, str]:
    """The environment for npm: everything, since registries and proxies are configured there."""
    return dict(os.environ)
