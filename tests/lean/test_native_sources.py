"""The native worker's Lean sources elaborate under the embedded Lean: what a machine without elan can check."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lean_project.embedded import launch
from lean_project.model import Limits
from lean_project.native import build
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from lean_project.session import Session

pytestmark = pytest.mark.lean

_IMPORT = re.compile(r"^import .*$", re.MULTILINE)
_LIMITS = Limits(seconds=240)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    pool = Pool(launch.program(), PoolSettings(workers=1))
    try:
        yield pool
    finally:
        pool.close()


def test_the_workers_sources_elaborate_without_error(session: Session) -> None:
    opened = session.open("import Lean\n", _LIMITS)
    snapshot = opened.snapshot
    assert snapshot is not None, opened.messages
    for module in (*build.MODULES, "Main"):
        # The modules before are in the snapshot, so their imports go; line numbers stay.
        code = _IMPORT.sub("", build.source(module).read_text(encoding="utf-8"))
        result = session.elaborate(snapshot, code, _LIMITS, keep=True)
        errors = [f"{module}.lean:{message.start}: {message.text}" for message in result.messages if message.is_error]
        assert not errors, "\n".join(errors)
        assert not result.holes, module
        snapshot = result.snapshot
    declared = session.elaborate(snapshot, "#check @Gentzen.replay\n#check @main\n", _LIMITS)
    assert not declared.has_error, declared.messages
