"""Moves with premises: theorems of the library and of the file that a goal may need, handed to Lean's automation.

What they are is found out only when the search comes to the move: the index is then loaded (or made, once for each set
of imports), and Lean is asked which theorems `grind` accepts, since one that it does not would spoil the call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import Any

from decompose.context import goal_context
from decompose.sketch import Split
from decompose.spec import SpecFile
from decompose.splitters.base import block, grind, listed, unfoldable
from lean_project.check.terms import DocumentError
from lean_project.errors import LimitHit, MachineryError, RequestError
from lean_project.model import Limits, Message, Snapshot
from lean_project.session import Session
from prover.later import LateMoves, NoSplit
from prover.premises import Premises, own_theorems
from search.domain import Answer, Goal, Kind, Move

LABEL = "close [premises]"
HEARTBEATS = 20_000
CANDIDATES = 24
"""Theorems that are looked at; `grind` does not accept all of them."""
GRIND, SIMP = 8, 8
COST, SUCCESS = 1.0, 0.12
_VET_LIMITS = Limits(seconds=30.0)


class LibraryMoves:
    """One file's moves with premises: `prover.later.LateMoves`, around `inner`'s where there are some.

    `folder`: where indices are kept (None: nowhere). `goal.payload` must be a `prover.engine.Site`.
    """

    def __init__(self, spec: SpecFile, session: Session, folder: Path | None, inner: LateMoves | None = None) -> None:
        self.spec, self.inner = spec, inner
        self._session, self._folder = session, folder
        self._lock = threading.Lock()
        self._premises: Premises | None = None
        self._fault = ""
        self._accepted: dict[str, bool] = {}
        holes = (each.declaration for each in spec.targets)
        self._open = frozenset(holes) | {each.declaration for each in spec.excluded}

    @property
    def slots(self) -> int:
        return 0 if self.inner is None else self.inner.slots

    def moves(self, goal: Goal, moves: Iterator[Move]) -> Iterator[Move]:
        if self.inner is not None:
            moves = self.inner.moves(goal, moves)
        own = Move(LABEL, "(theorems of the library)", Kind.COMPLETE, COST, SUCCESS, payload=_Late(self, goal), calls=2)
        return merge(moves, [own], key=lambda move: move.cost / move.success)

    def rest(self) -> None:
        if self.inner is not None:
            self.inner.rest()

    def split(self, goal: Goal) -> tuple[Split | NoSplit, int]:
        """The move for a goal, and the Lean calls that finding it took. Faults leave the search without these moves."""
        if self._fault:
            return NoSplit(self._fault), 0
        site = goal.payload
        try:
            calls, premises = self._library()
            own = own_theorems(site.definitions, self._open)
            names = premises.for_goal(site.problem.closed, site.definitions, CANDIDATES, own)
            asked, accepted = self._vetted(site.problem.base, names, {name for name, _ in own})
        except (LimitHit, MachineryError, RequestError, DocumentError) as error:
            if isinstance(error, LimitHit) and error.kind == "cancelled":
                raise CancelledError from error
            self._fault = f"the library's theorems could not be had: {str(error).partition(chr(10))[0]}"
            return NoSplit(self._fault), 1
        calls += asked
        if not names:
            return NoSplit("no theorem is about this goal"), calls
        context = goal_context(self.spec, site.target, site.text)
        known, some = listed(unfoldable(context), names[:SIMP]), accepted[:GRIND]
        grinding = grind(context, *some)
        tactics = f"(intros; first | {grinding} | (simp{known}; done) | (simp{known} <;> {grinding}))"
        uses = frozenset(name for name, _ in own) & {*names[:SIMP], *some}
        return Split(LABEL, block(context, tactics), heartbeats=HEARTBEATS, completes=True, uses=uses), calls

    def _library(self) -> tuple[int, Premises]:
        with self._lock:
            if self._premises is not None:
                return 0, self._premises
            self._premises = Premises.of(self._session, Snapshot(self.spec.snapshot.header), self._folder)
            return 1, self._premises

    def _vetted(self, base: Snapshot, names: Sequence[str], own: Set[str]) -> tuple[int, list[str]]:
        """How many Lean calls it took to know which of these `grind` takes as parameters, and those, in order. The
        library's are asked about once for the whole file, `own` ones where they stand."""
        calls = 0
        for snapshot, some in (
            (Snapshot(base.header), [name for name in names if name not in own]),
            (base, [name for name in names if name in own]),
        ):
            unknown = [name for name in some if name not in self._accepted]
            if unknown:
                calls += 1
                code = "".join(f"example : True := by grind [{name}]\n" for name in unknown)
                commands = self._session.elaborate(snapshot, code, _VET_LIMITS).commands
                answers = [not command.has_error for command in commands] if len(commands) == len(unknown) else []
                self._accepted |= dict(zip(unknown, answers or [False] * len(unknown), strict=True))
        return calls, [name for name in names if self._accepted[name]]


@dataclass(eq=False)
class _Late:
    """`prover.later.Later`: the split with a goal's premises."""

    moves: LibraryMoves
    goal: Goal
    calls: int = 0
    heartbeats: int = HEARTBEATS
    uses: frozenset[str] = frozenset()

    def settle(self, seconds: float, stop: Future[None]) -> Split | NoSplit:
        split, self.calls = self.moves.split(self.goal)
        return split

    def heard(self, split: Split, code: str, messages: tuple[Message, ...], answer: Answer) -> None:
        pass

    def over(self) -> None:
        pass

    def account(self) -> Mapping[str, Any]:
        return {}
