"""pytest imports a test file by its bare name: of two files with one name it collects only one, in a whole run only."""

from __future__ import annotations

from collections import Counter
from pathlib import Path


def test_no_two_test_files_have_one_name() -> None:
    tests = Path(__file__).parents[1]
    counts = Counter(path.name for path in tests.rglob("*.py") if path.name not in ("conftest.py", "__init__.py"))
    assert [name for name, count in counts.items() if count > 1] == []
