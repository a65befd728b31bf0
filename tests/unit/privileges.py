"""For tests of permissions, which do not bind the superuser that containers run as."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def without_privileges() -> Iterator[Path]:
    """A folder of a user who is not the superuser, and only that user's rights while in it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        superuser = os.geteuid() == 0
        try:
            if superuser:
                os.chown(folder, NOBODY, NOBODY)
                os.seteuid(NOBODY)
            yield Path(folder)
        finally:
            if superuser:
                os.seteuid(0)
