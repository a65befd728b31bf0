"""What kind of mistake Lean's messages speak of, and which kinds are worth mending (How Many Tries, and Lyra's log).

The class of an error steers what is asked next and is counted. It decides nothing about what is proved.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lean_project.model import Message


class Mistake(StrEnum):
    SYNTAX = "syntax"
    UNKNOWN_NAME = "unknown name"
    TYPE_MISMATCH = "type mismatch"
    INSTANCE = "no instance"
    UNSOLVED_GOAL = "unsolved goal"
    NO_GOALS = "no goals left"
    NO_PROGRESS = "no progress"
    CLOSER = "closer failed"
    """A procedure that proves goals whole (`omega`, `decide`, `grind`, ...) did not."""
    TACTIC = "tactic failed"
    TIMEOUT = "timeout"
    REFUTED = "refuted"
    """A lemma or goal that the answer leaves is false."""
    OTHER = "other"


_BY_KIND = (
    ("runtime.maxHeartbeats", Mistake.TIMEOUT),
    ("runtime.maxRecDepth", Mistake.TIMEOUT),
    ("lean.unknownIdentifier", Mistake.UNKNOWN_NAME),
    ("lean.invalidField", Mistake.UNKNOWN_NAME),
    ("lean.synthInstanceFailed", Mistake.INSTANCE),
    ("Tactic.unsolvedGoals", Mistake.UNSOLVED_GOAL),
)
_BY_TEXT = (
    (r"unexpected |expected .*(?:token|identifier|command|term)|unknown tactic|unterminated", Mistake.SYNTAX),
    (r"[Uu]nknown (?:identifier|constant|namespace|free variable|variable)|Invalid field", Mistake.UNKNOWN_NAME),
    (r"[Tt]ype mismatch|[Aa]pplication type mismatch|Function expected", Mistake.TYPE_MISMATCH),
    (r"failed to synthesize", Mistake.INSTANCE),
    (r"unsolved goals", Mistake.UNSOLVED_GOAL),
    (r"[Nn]o goals", Mistake.NO_GOALS),
    (r".*made no progress", Mistake.NO_PROGRESS),
    (r".*\b(?:omega|decide|grind|rfl|assumption|aesop|linarith|nlinarith|positivity|simp_all)\b.*"
     r"(?:failed|could not|proved that|did not)", Mistake.CLOSER),
    (r"\(deterministic\) timeout|maximum recursion", Mistake.TIMEOUT),
    (r"refuted by a counterexample", Mistake.REFUTED),
    (r"[Tt]actic .* failed|failed to|could not", Mistake.TACTIC),
)  # fmt: skip


def mistake(message: Message) -> Mistake:
    """The class of one of Lean's errors: by its tag where Lean gives one, else by its first line."""
    for tag, found in _BY_KIND:
        if tag in message.kind:
            return found
    return mistake_of_text(message.text)


def mistake_of_text(text: str) -> Mistake:
    first = text.strip().partition("\n")[0]
    return next((found for pattern, found in _BY_TEXT if re.match(pattern, first)), Mistake.OTHER)


def first_mistake(messages: Sequence[Message]) -> Mistake:
    """The class of the first error that is not just the echo of another one: a parse error, which makes Lean report
    the goals that the unread rest would have proved, comes before those."""
    found = [mistake(message) for message in messages if message.is_error]
    if Mistake.SYNTAX in found:
        return Mistake.SYNTAX
    return found[0] if found else Mistake.OTHER


class Way(StrEnum):
    """How a failed answer can be followed up."""

    RESAMPLE = "resample"
    TOOL = "tool correction"
    RESTART = "restart"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class Rate:
    tries: int
    successes: int

    @property
    def expected(self) -> float:
        """Laplace's rule of succession."""
        return (self.successes + 1) / (self.tries + 2)


class Mistakes:
    """How often each way of following up helped, by class of mistake and round. Thread-safe.

    `rounds`: repairs beyond that many in a row are never worth it (most of the gain is in the first two).
    """

    def __init__(self, rounds: int = 2) -> None:
        self.rounds = rounds
        self._tries: Counter[tuple[Mistake, Way, int]] = Counter()
        self._successes: Counter[tuple[Mistake, Way, int]] = Counter()
        self._seen: Counter[Mistake] = Counter()
        self._lock = threading.Lock()

    def saw(self, kind: Mistake) -> None:
        """An answer failed in this way."""
        with self._lock:
            self._seen[kind] += 1

    def record(self, kind: Mistake, way: Way, success: bool, round: int = 1) -> None:
        """A follow-up of a mistake of this class came to an end. For `Way.RESAMPLE` any class counts the same."""
        key = (Mistake.OTHER if way is Way.RESAMPLE else kind, way, round)
        with self._lock:
            self._tries[key] += 1
            self._successes[key] += success

    def rate(self, kind: Mistake, way: Way, round: int = 1) -> Rate:
        key = (Mistake.OTHER if way is Way.RESAMPLE else kind, way, round)
        with self._lock:
            return Rate(self._tries[key], self._successes[key])

    def worth_repair(self, kind: Mistake, round: int) -> bool:
        """Whether a repair in `round` (from 1) is expected to do at least as well as another sample: by the measured
        rates, once both have been tried four times; before that within `rounds`."""
        if round > self.rounds:
            return False
        repair, sample = self.rate(kind, Way.REPAIR, round), self.rate(kind, Way.RESAMPLE)
        if repair.tries < 4 or sample.tries < 4:
            return True
        return repair.expected >= sample.expected

    def table(self) -> list[tuple[str, str, int, int, int]]:
        """Rows (class, way, round, tries, successes) of all follow-ups, and (class, "seen", 0, n, 0)."""
        with self._lock:
            rows = [(str(kind), "seen", 0, count, 0) for kind, count in self._seen.items()]
            rows += [
                (str(kind), str(way), round, tries, self._successes[kind, way, round])
                for (kind, way, round), tries in self._tries.items()
            ]
        return sorted(rows)


def worst_first(kinds: Iterable[Mistake]) -> list[Mistake]:
    """Classes in the order in which a repair seldom helps to where it often does, for choosing what to mend: mistakes
    of form (a name, a type) are mended more often than those of substance (How Many Tries)."""
    order = [
        *(Mistake.REFUTED, Mistake.TIMEOUT, Mistake.OTHER, Mistake.UNSOLVED_GOAL, Mistake.CLOSER, Mistake.TACTIC),
        *(Mistake.NO_PROGRESS, Mistake.INSTANCE, Mistake.TYPE_MISMATCH, Mistake.NO_GOALS, Mistake.SYNTAX),
        Mistake.UNKNOWN_NAME,
    ]
    return sorted(kinds, key=order.index)
