"""What is still to be tried on each goal: a window on the domain's lazy moves, and moves that come again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from search.domain import Domain, Goal, Move

Wants = Callable[[Goal, Move], bool]


@dataclass(frozen=True, slots=True)
class Turn:
    """A move to be tried with `seconds` of wall clock. `attempt` counts from 0; more than that after a time limit."""

    move: Move
    seconds: float
    attempt: int = 0


@dataclass(slots=True)
class _Page:
    source: Iterator[Move] | None
    waiting: deque[Turn] = field(default_factory=deque)


class MoveBook:
    """Untried moves of every goal. At most `ahead` are drawn from the domain before they are needed.

    Moves that `wants` refuses are passed over. `seconds`: what a move gets the first time.
    """

    def __init__(self, domain: Domain, wants: Wants, *, seconds: float, ahead: int = 4) -> None:
        self._domain, self._wants, self._seconds, self._ahead = domain, wants, seconds, ahead
        self._pages: dict[str, _Page] = {}

    def window(self, goal: Goal) -> Sequence[Turn]:
        """The next turns, up to `ahead`, the domain's order kept; empty when nothing is left to try for now."""
        return self._page(goal, self._ahead).waiting

    def has(self, goal: Goal) -> bool:
        return bool(self._page(goal, 1).waiting)

    def first(self, goal: Goal) -> Turn | None:
        """The next turn in the domain's own order."""
        waiting = self._page(goal, 1).waiting
        return waiting[0] if waiting else None

    def take(self, goal: Goal, turn: Turn) -> None:
        self._pages[goal.key].waiting.remove(turn)

    def put_back(self, goal: Goal, turn: Turn) -> None:
        """It was taken, and then not tried after all."""
        page = self._pages[goal.key]
        if not self._closed(page):
            page.waiting.appendleft(turn)

    def again(self, goal: Goal, turn: Turn, seconds: float) -> None:
        """Try it once more with more time, after all that is waiting now."""
        page = self._pages[goal.key]
        if not self._closed(page):
            page.waiting.append(Turn(turn.move, seconds, turn.attempt + 1))

    def close(self, goal: Goal) -> None:
        """Nothing more is tried on it."""
        page = self._page(goal, 0)
        page.source = None
        page.waiting = deque(maxlen=0)

    def _closed(self, page: _Page) -> bool:
        return page.waiting.maxlen == 0

    def _page(self, goal: Goal, ahead: int) -> _Page:
        page = self._pages.get(goal.key)
        if page is None:
            page = self._pages[goal.key] = _Page(self._domain.moves(goal))
        while page.source is not None and len(page.waiting) < ahead:
            move = next(page.source, None)
            if move is None:
                page.source = None
            elif self._wants(goal, move):
                page.waiting.append(Turn(move, self._seconds))
        return page
