"""When a failed attempt is made again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays that double from `first` seconds up to `most`, each drawn between half of it and all of it, so that
    clients do not come back in step. `attempts` counts the first one too. `patience`: the longest `Retry-After`, in
    seconds, that is waited for."""

    attempts: int = 5
    first: float = 0.5
    most: float = 20.0
    patience: float = 60.0

    def delay(self, failures: int, after: float | None, chance: random.Random) -> float:
        """Seconds to wait after the `failures`-th failure (from 1). A server's own wish is a lower bound."""
        drawn = min(self.most, self.first * 2.0 ** (failures - 1)) * chance.uniform(0.5, 1.0)
        return drawn if after is None else max(after, 0.0) + min(drawn, self.first)


class Again(Exception):  # noqa: N818 (it is a decision, not an error)
    """An attempt failed in a way that may pass. `after`: seconds that the server asked for. `lost`: it may have done
    the work, so the attempt is paid for."""

    def __init__(self, reason: str, *, lost: bool, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.lost, self.after = reason, lost, after


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a `Retry-After` header asks for (a number or a date), None when there is none to be read."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
