"""Proofs as a person would leave them: of the alternatives that the search tried in one call, the one that worked.

Found proofs hold `first | a | b | c`, `exact?`, facts that were tried and turned out not to matter (`try (have ...)`),
and options that made names writable. Each is replaced where Lean accepts the shorter text in its place; nothing here
decides what is proved, and a proof that cannot be made shorter stays as it is.
"""

from __future__ import annotations

import re
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace

from decompose.spec import SORRY_MESSAGE
from decompose.text import Token, TokenKind, tokens
from lean_project.errors import LimitHit, MachineryError, RequestError
from lean_project.model import Elaboration, Limits, Snapshot
from lean_project.session import Session
from prover.attempt import Slot, judge
from prover.proposals import Proposal
from search.budget import Budget

HEARTBEATS = 200_000
ATTEMPT_SECONDS = 10.0
SECONDS = 6.0
LAYOUT_SECONDS = 2.0
"""What tidying one proof may take, and what its layout gets at least; an attempt under way may end later."""
_OPEN, _CLOSE = frozenset("([{⟨"), frozenset(")]}⟩")
_HYGIENE = "set_option tactic.hygienic false in\n"
_TRIED = re.compile(r"try (?:\((?P<bracketed>have .*)\)|(?P<plain>have .*))")
_SUGGESTION = re.compile(r"Try this:\s*(?:\[apply\]\s*)?(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spot:
    """The code points `start` to `end` of a text, and what may stand there instead, the best first."""

    start: int
    end: int
    options: tuple[str, ...]


def spots(text: str) -> list[Spot]:
    """Every `first` of the text with its alternatives, in order. A reading of text: Lean says what works."""
    found = list(tokens(text))
    result = []
    for number, token in enumerate(found[:-1]):
        if token.text == "first" and token.kind is TokenKind.WORD and found[number + 1].text == "|":
            spot = _first(text, found, number)
            if spot is not None:
                result.append(spot)
    return result


def _first(text: str, found: list[Token], number: int) -> Spot | None:
    bars, depth, end = [], 0, len(text)
    for token, before in zip(found[number + 1 :], found[number:], strict=False):
        on_new_line = "\n" in text[before.end : token.start]
        if depth == 0 and (token.text in _CLOSE or (on_new_line and token.text != "|")):
            end = before.end
            break
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text == "|":
            bars.append(token.start)
    pieces = [text[a + 1 : b].strip() for a, b in zip(bars, [*bars[1:], end], strict=True)]
    if not all(pieces):
        return None
    start = found[number].start
    around = text[:start].endswith("(") and text[end : end + 1] == ")"
    if around:
        start, end = start - 1, end + 1
    alone = not text[:start].rstrip().endswith(("<;>", "|")) and not text[end:].lstrip().startswith("<;>")
    return Spot(start, end, tuple(_placed(piece, around, alone) for piece in pieces))


def _placed(piece: str, around: bool, alone: bool) -> str:
    """An alternative where its `first` stood: in parentheses only where it is no single tactic and other tactics stand
    around it, and without the `done` that made it fail."""
    if _is_bracketed(piece):
        inner = piece[1:-1].strip().removesuffix("; done")
        return inner if alone or not _has_several(inner) else f"({inner})"
    return f"({piece})" if around and not alone and _has_several(piece) else piece


def _has_several(piece: str) -> bool:
    return any(mark in piece for mark in (";", "|", "\n"))


def _is_bracketed(piece: str) -> bool:
    depth = 0
    for token in tokens(piece):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.end < len(piece):
            return False
    return piece.startswith("(")


def tried_facts(text: str) -> list[Spot]:
    """The lines that try to state a fact, each with what may stand there instead: nothing, or the fact itself."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        inner = line.strip()
        if (fact := _TRIED.fullmatch(inner)) is not None:
            indentation = line[: len(line) - len(line.lstrip())]
            plain = fact["bracketed"] or fact["plain"]
            found.append(Spot(at, at + len(line), ("", f"{indentation}{plain}\n")))
        at += len(line)
    return found


def introductions(text: str) -> list[Spot]:
    """Every `(intros; ...)`, and the same without the `intros`, which often has nothing to introduce."""
    found = []
    for token in tokens(text):
        if token.text == "(" and text.startswith("(intros; ", token.start):
            end = _closing(text, token.start)
            if end is not None:
                inner = text[token.start + len("(intros; ") : end]
                alone = not text[: token.start].rstrip().endswith(("<;>", "|"))
                plain = f"({inner})" if _has_several(inner) and not alone else inner
                found.append(Spot(token.start, end + 1, (plain,)))
    return found


def _closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at `start` closes."""
    depth = 0
    for token in tokens(text[start:]):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0:
            return start + token.start
    return None


def as_lines(text: str) -> str | None:
    """A block on one line as one of a line for each step, None where it is one step or on several lines already."""
    if "\n" in text:
        return None
    steps = _steps(text)
    return "\n".join(steps) if len(steps) > 1 else None


def _steps(text: str) -> list[str]:
    """The steps of a one-line block, those of a proof that ends a step below it."""
    pieces, depth, at = [], 0, 0
    for token in tokens(text):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text == ";":
            pieces.append(text[at : token.start])
            at = token.end
    pieces = [piece.strip() for piece in (*pieces, text[at:])]
    lines = []
    for piece in pieces:
        step = piece[1:-1].strip() if _is_bracketed(piece) else piece
        head, by, proof = step.rpartition(":= by (")
        if by and step.startswith("have ") and _closing(step, len(head) + len(by) - 1) == len(step) - 1:
            lines += [f"{head}:= by", *(f"  {line}" for line in _steps(proof[:-1]))]
        else:
            lines.append(step)
    return lines


def without_hygiene(text: str) -> str | None:
    """The text without the option that makes names writable, None where that does not stand over all of it."""
    if not text.startswith(_HYGIENE):
        return None
    rest = text[len(_HYGIENE) :]
    if not all(line.startswith(" ") or not line for line in rest.split("\n")):
        return None
    return textwrap.dedent(rest)


@dataclass
class Tidy:
    """`session` answers; `budget` pays. `calls`: what it has cost."""

    session: Session
    budget: Budget
    clock: Callable[[], float] = time.monotonic
    calls: int = 0
    _deadline: float = field(default=0.0, repr=False)
    _stopped: bool = field(default=False, repr=False)
    _running: Future[Elaboration] | None = field(default=None, repr=False)

    def proof(self, slot: Slot, proposal: Proposal) -> Proposal:
        """The same proof for `slot`, tidied. Faults and limits leave it as it is."""
        if not any(map(_is_untidy, (proposal.tactics, *proposal.helpers))):
            return proposal
        self._deadline = self.clock() + SECONDS
        helpers: list[str] = []
        for text in proposal.helpers:
            helpers.append(self._shorten(text, lambda new: self._helper(slot, helpers, new)))
        above = "".join(f"{text}\n\n" for text in helpers)
        tactics = self._shorten(proposal.tactics, lambda new: self._target(slot, above, new))
        return replace(proposal, tactics=tactics, helpers=tuple(helpers))

    def declaration(self, snapshot: Snapshot, text: str) -> str:
        """The same for a declaration with its proof, which Lean accepts on `snapshot`."""
        if not _is_untidy(text):
            return text
        self._deadline = self.clock() + SECONDS
        return self._shorten(text, lambda new: self._declared(snapshot, new))

    def _shorten(self, text: str, attempt: Callable[[str], Elaboration | None]) -> str:
        text = self._without(text, attempt, 0)  # first, since all that follows is then quicker
        # From the right, so that what begins further left keeps its number.
        for number in reversed(range(len(spots(text)))):
            spot = spots(text)[number]
            for option in spot.options:
                new = text[: spot.start] + option + text[spot.end :]
                if attempt(new) is not None:
                    text = new
                    break
        text = self._without(text, attempt, 1)
        if text.count("exact?") == 1 and (answer := attempt(text)) is not None:
            for suggestion in _suggestions(answer):
                new = text.replace("exact?", suggestion)
                if attempt(new) is not None:
                    text = new
                    break
        for number in reversed(range(len(introductions(text)))):
            spot = introductions(text)[number]
            new = text[: spot.start] + spot.options[0] + text[spot.end :]
            if attempt(new) is not None:
                text = new
        self._deadline = max(self._deadline, self.clock() + LAYOUT_SECONDS)
        for simpler in (without_hygiene, as_lines):
            plain = simpler(text)
            if plain is not None and attempt(plain) is not None:
                text = plain
        return text

    def _without(self, text: str, attempt: Callable[[str], Elaboration | None], choice: int) -> str:
        for number in reversed(range(len(tried_facts(text)))):
            fact = tried_facts(text)[number]
            new = text[: fact.start] + fact.options[choice] + text[fact.end :]
            if attempt(new) is not None:
                text = new
        return text

    def _helper(self, slot: Slot, before: list[str], text: str) -> Elaboration | None:
        snapshot = slot.snapshot.then("".join(f"{each}\n\n" for each in before)) if before else slot.snapshot
        return self._declared(snapshot, text)

    def _declared(self, snapshot: Snapshot, text: str) -> Elaboration | None:
        answer = self._elaborate(snapshot, text)
        if answer is None or answer.has_error or answer.holes or len(answer.commands) != 1:
            return None
        return None if any(message.kind == SORRY_MESSAGE for message in answer.messages) else answer

    def _target(self, slot: Slot, above: str, tactics: str) -> Elaboration | None:
        code, edit = slot.candidate(tactics)
        answer = self._elaborate(slot.snapshot.then(above) if above else slot.snapshot, code)
        return answer if answer is not None and judge(slot, edit, answer).success else None

    def stop(self) -> None:
        """From another thread: let the proof be as it is by now, and come to an end."""
        self._stopped = True
        if self._running is not None:
            self.session.cancel(self._running)

    def _elaborate(self, snapshot: Snapshot, code: str) -> Elaboration | None:
        if self._stopped or self.clock() >= self._deadline:
            return None
        try:
            with self.budget.reserve() as reservation:
                self._running = self.session.submit_elaborate(snapshot, code, Limits(ATTEMPT_SECONDS, HEARTBEATS))
                answer = self._running.result()
                reservation.commit()
        except (LimitHit, MachineryError, RequestError, CancelledError):
            return None
        self.calls += 1
        return answer


def _is_untidy(text: str) -> bool:
    return "first" in text or "exact?" in text or "try " in text or text.startswith(_HYGIENE)


def _suggestions(answer: Elaboration) -> Iterator[str]:
    """What `exact?` said. Text of a message, so it is only a proposal."""
    for message in answer.messages:
        if (match := _SUGGESTION.match(message.text)) is not None:
            yield " ".join(match[1].split())
