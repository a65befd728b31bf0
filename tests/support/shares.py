"""A share of a long list of cases in every run, all of them by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest


def every(nth: int, cases: Iterable[Sequence[Any]], name: Callable[..., str]) -> list[Any]:
    """Parameters for `parametrize`: each `nth` case as it is, the others with the mark `slow`."""
    return [
        pytest.param(*case, id=name(*case), marks=() if number % nth == 0 else pytest.mark.slow)
        for number, case in enumerate(cases)
    ]
