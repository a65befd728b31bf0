"""The budget: Lean calls, tokens and wall seconds, hierarchical, exact and shared between threads.

A budget is a ceiling, not a purse: a child draws from every budget above it, so children may together ask for more
than their parent has, but never get more. Whatever costs calls or tokens is reserved *before* it is spent, so that no
ceiling is ever passed, whatever the threads do; wall seconds cannot be reserved, they end at a deadline.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType

from lean_project.errors import LimitHit, UserError


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Ceilings; None is no ceiling. `seconds` are wall seconds from the moment the budget is made."""

    calls: int | None = None
    tokens: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("calls", self.calls), ("tokens", self.tokens), ("seconds", self.seconds)):
            if value is not None and not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"{name} must be a finite number that is not negative, not {value!r}")

    def __str__(self) -> str:
        """The text that `parse_limits` reads back; "" without any ceiling."""
        pairs = (("calls", self.calls), ("seconds", self.seconds), ("tokens", self.tokens))
        return ",".join(f"{name}={value}" for name, value in pairs if value is not None)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a budget has paid for: finished Lean calls and tokens, and wall seconds since it was made.

    `reserved_calls` and `reserved_tokens` are under way: they count against the ceilings, but are not spent yet.
    """

    calls: int
    tokens: int
    seconds: float
    reserved_calls: int = 0
    reserved_tokens: int = 0


def parse_limits(text: str) -> BudgetLimits:
    """Read `calls=200,seconds=60,tokens=1e5` (any subset, any order). Raises `UserError` for anything else."""
    values: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or name not in ("calls", "tokens", "seconds"):
            raise UserError(_budget_help(text, f"{part.strip()!r} is not one of calls=N, seconds=N, tokens=N"))
        if name in values:
            raise UserError(_budget_help(text, f"{name} is given twice"))
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not (value > 0 and math.isfinite(value)):
            raise UserError(_budget_help(text, f"{name} must be a positive number, not {number!r}"))
        if name != "seconds" and not value.is_integer():
            raise UserError(_budget_help(text, f"{name} must be a whole number, not {number!r}"))
        values[name] = value
    calls, tokens = values.get("calls"), values.get("tokens")
    return BudgetLimits(
        calls=None if calls is None else int(calls),
        tokens=None if tokens is None else int(tokens),
        seconds=values.get("seconds"),
    )


def _budget_help(text: str, fault: str) -> str:
    return f"The budget {text!r} cannot be read: {fault}. Write it like --budget calls=200,seconds=60,tokens=1e5."


class Budget:
    """A node in a tree of budgets. Thread-safe: one lock serves the whole tree, so every total is exact at any moment.

    `clock` gives monotonic seconds and is inherited by children.
    """

    def __init__(self, limits: BudgetLimits | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._start(limits or BudgetLimits(), clock, threading.Lock(), None)

    def _start(
        self, limits: BudgetLimits, clock: Callable[[], float], lock: threading.Lock, parent: Budget | None
    ) -> None:
        self.limits = limits
        self.parent = parent
        self._clock = clock
        self._lock = lock
        self._started = clock()
        self._calls = self._tokens = 0
        self._reserved_calls = self._reserved_tokens = 0

    def child(self, limits: BudgetLimits | None = None) -> Budget:
        """A budget under this one: what it spends, this one and all above spend too; it ends no later than they do."""
        made = object.__new__(Budget)
        made._start(limits or BudgetLimits(), self._clock, self._lock, self)
        return made

    def reserve(self, calls: int = 1, tokens: int = 0) -> Reservation:
        """Set `calls` and `tokens` aside here and in every budget above, or in none.

        Raises `LimitHit` with the kind and value of the ceiling in the way (the nearest first), and changes nothing.
        """
        if calls < 0 or tokens < 0:
            raise ValueError("a reservation cannot be negative")
        with self._lock:
            hit = self._obstacle(calls, tokens)
            if hit is not None:
                raise hit
            for budget in self._chain():
                budget._reserved_calls += calls
                budget._reserved_tokens += tokens
        return Reservation(self, calls, tokens)

    def exhausted(self) -> LimitHit | None:
        """The limit that stops another Lean call or another token here, or None while work can go on.

        Work under way counts as spent: when it is released, an exhausted budget may have room again.
        """
        with self._lock:
            for budget in self._chain():
                hit = budget._over(1, 0) or budget._over(0, 1)
                if hit is not None:
                    return hit
        return None

    def remaining(self) -> BudgetLimits:
        """What can still be reserved, the budgets above included. None is no ceiling; seconds are at least 0."""
        with self._lock:
            calls: list[int] = []
            tokens: list[int] = []
            seconds: list[float] = []
            for budget in self._chain():
                if budget.limits.calls is not None:
                    calls.append(budget.limits.calls - budget._calls - budget._reserved_calls)
                if budget.limits.tokens is not None:
                    tokens.append(budget.limits.tokens - budget._tokens - budget._reserved_tokens)
                if budget.limits.seconds is not None:
                    seconds.append(max(0.0, budget._started + budget.limits.seconds - self._clock()))
        return BudgetLimits(min(calls, default=None), min(tokens, default=None), min(seconds, default=None))

    def usage(self) -> Usage:
        with self._lock:
            return Usage(
                self._calls,
                self._tokens,
                self._clock() - self._started,
                self._reserved_calls,
                self._reserved_tokens,
            )

    def _chain(self) -> Iterator[Budget]:
        budget: Budget | None = self
        while budget is not None:
            yield budget
            budget = budget.parent

    def _obstacle(self, calls: int, tokens: int) -> LimitHit | None:
        return next((hit for budget in self._chain() if (hit := budget._over(calls, tokens)) is not None), None)

    def _over(self, calls: int, tokens: int) -> LimitHit | None:
        """The ceiling of this one budget that `calls` and `tokens` more would pass."""
        limits = self.limits
        if limits.seconds is not None and self._clock() - self._started >= limits.seconds:
            return LimitHit("seconds", limits.seconds)
        if calls and limits.calls is not None and self._calls + self._reserved_calls + calls > limits.calls:
            return LimitHit("calls", limits.calls)
        if tokens and limits.tokens is not None and self._tokens + self._reserved_tokens + tokens > limits.tokens:
            return LimitHit("tokens", limits.tokens)
        return None

    def _settle(self, reserved: tuple[int, int], spent: tuple[int, int]) -> None:
        for budget in self._chain():
            budget._reserved_calls -= reserved[0]
            budget._reserved_tokens -= reserved[1]
            budget._calls += spent[0]
            budget._tokens += spent[1]


class Reservation:
    """Calls and tokens set aside. Settle it once: `commit` what was really spent, or `release` it all.

    As a context manager it releases on exit whatever was not committed, so an exception costs nothing.
    """

    def __init__(self, budget: Budget, calls: int, tokens: int) -> None:
        self.calls, self.tokens = calls, tokens
        self._budget = budget
        self._open = True

    def commit(self, calls: int | None = None, tokens: int | None = None) -> None:
        """Spend `calls` and `tokens` (default: all that was reserved) and give the rest back.

        Raises ValueError, and changes nothing, for more than was reserved or for a reservation that is settled already.
        """
        spent = (self.calls if calls is None else calls, self.tokens if tokens is None else tokens)
        if not (0 <= spent[0] <= self.calls and 0 <= spent[1] <= self.tokens):
            raise ValueError(f"cannot commit {spent} (calls, tokens) of a reservation of {(self.calls, self.tokens)}")
        with self._budget._lock:
            if not self._open:
                raise ValueError("this reservation is settled already")
            self._open = False
            self._budget._settle((self.calls, self.tokens), spent)

    def release(self) -> None:
        """Give everything back. After `commit` or an earlier `release` this does nothing."""
        with self._budget._lock:
            if self._open:
                self._open = False
                self._budget._settle((self.calls, self.tokens), (0, 0))

    def __enter__(self) -> Reservation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
