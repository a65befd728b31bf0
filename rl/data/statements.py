"""Statements as Lean understands them: text in, closed goal and goal keys out.

What is read here steers and filters; nothing is proved by it (level L0 of docs/soundness.md).
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from decompose.context import goal_context
from decompose.definitions import Definitions
from decompose.goalkey import goal_key
from decompose.problem import Problem, problem
from decompose.spec import SpecFile, Target, TargetKind, load_spec
from decompose.text import SourceText, decode
from lean_project.check.terms import DocumentError, Name
from lean_project.errors import LimitHit, RequestError, UserError
from lean_project.model import ClosedGoal, Limits, Snapshot
from lean_project.session import Session
from prover.policy.views import view_of
from rl.data.files import sha256
from rl.data.rows import Theorem

LIMITS = Limits(seconds=60.0)
STATEMENT_LIMITS = Limits(seconds=20.0, heartbeats=200_000)
_KEPT = 64
_EXACT = "set_option autoImplicit false in\n"
"""Else an unknown name in a statement is a new variable, and the statement says something else than it seems to."""
_UNIVERSE = re.compile(r"\b(Type|Sort) (?:u_\d+|\((?:max|imax|u_\d+)[^()]*\)|u|v|w)")


@dataclass(frozen=True)
class Environment:
    """A file without a hole, to state theorems below. `commands`: how many it has. `names`: the constants that it adds
    to its imports."""

    text: str
    snapshot: Snapshot
    definitions: Definitions
    commands: int = 0

    @cached_property
    def id(self) -> str:
        return sha256(self.text)[:16]

    @cached_property
    def names(self) -> frozenset[Name]:
        document = self.definitions.document
        return frozenset(document.name_of(constant) for constant in document.constants.values())


@dataclass(frozen=True)
class Stated:
    """A statement that Lean read: `statement` is the text from the binders to the type. `goal`: as Lean prints it."""

    environment: Environment
    name: str
    statement: str
    closed: ClosedGoal
    key: str
    strict_key: str
    goal: str

    @property
    def text(self) -> str:
        """The whole file, open."""
        return with_theorem(self.environment.text, self.name, self.statement)

    @cached_property
    def problem(self) -> Problem:
        """The goal on its own."""
        return problem(self.environment.snapshot, self.closed, self.strict_key)


@dataclass(frozen=True, slots=True)
class NotStated:
    """Why a text is no statement that could be proved."""

    reason: str


def with_theorem(environment: str, name: str, statement: str, proof: str = "by\n  sorry") -> str:
    """The text of a file with the theorem at its end."""
    above = f"{environment.rstrip()}\n\n" if environment.strip() else ""
    return f"{above}theorem {name} {statement.strip()} := {proof}\n"


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Latest(Generic[_Key, _Value]):
    """The `most` values that were used last. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most, self._values, self._lock = most, OrderedDict[_Key, _Value](), threading.Lock()

    def get(self, key: _Key) -> _Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: _Key, value: _Value) -> _Value:
        """The value, for the caller's convenience."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class Reader:
    """Thread-safe. States theorems in environments over one session. Environments are elaborated once and kept, the
    latest 64."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._environments = Latest[str, Environment](_KEPT)

    def environment(self, text: str) -> Environment:
        """Raises UserError when `text` has errors; LimitHit and MachineryError."""
        return self._environments.get(text) or self._environments.put(text, self._elaborated(text))

    def _elaborated(self, text: str) -> Environment:
        opened = self.session.open(text, LIMITS)
        if opened.snapshot is None:
            raise UserError(f"The file's header is in error: {_first(opened.messages)}. Mend it first.")
        rest = text.encode()[opened.header_end :].decode().rstrip()
        rest = f"{rest}\n\n" if rest else ""
        snapshot, commands = opened.snapshot, 0
        if rest:
            elaboration = self.session.elaborate(snapshot, rest, LIMITS, keep=True)
            errors = [message for message in elaboration.messages if message.is_error]
            if errors:
                raise UserError(f"The file does not elaborate: {_first(errors)}. Mend it first.")
            snapshot, commands = elaboration.snapshot, len(elaboration.commands)
        return Environment(text, snapshot, Definitions(self.session.export(snapshot, LIMITS)), commands)

    def state(self, environment: Environment, name: str, statement: str) -> Stated | NotStated:
        """Let Lean read a statement. Raises MachineryError, and LimitHit("cancelled"); any other limit is a refusal."""
        text = " ".join(statement.split()) if "--" not in statement else statement.strip()
        code = f"{_EXACT}theorem {name} {text} := by\n  sorry\n"
        try:
            answer = self.session.elaborate(environment.snapshot, code, STATEMENT_LIMITS, goals=True)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return NotStated(str(hit))
        except RequestError as error:
            return NotStated(str(error).partition("\n")[0])
        errors = [message for message in answer.messages if message.is_error]
        if errors:
            return NotStated(_first(errors))
        if len(answer.commands) != 1 or len(answer.holes) != 1 or answer.commands[0].end < len(code.rstrip().encode()):
            return NotStated("it does not stay inside its slot: Lean reads other commands than were written")
        goals = answer.holes[0].goals
        if len(goals) != 1 or not goals[0].is_prop or goals[0].closed is None:
            return NotStated(goals[0].why_open if goals and goals[0].why_open else "it is no proposition")
        try:
            keys = [goal_key(goals[0].closed, environment.definitions, strict=strict) for strict in (False, True)]
        except DocumentError as error:
            return NotStated(f"its goal cannot be read: {error}")
        return Stated(environment, name, text, goals[0].closed, keys[0], keys[1], goals[0].text)


def spec_of(session: Session, text: str, name: str = "the statement") -> SpecFile:
    """The file `text` as a spec. Raises UserError (SpecError), LimitHit, MachineryError."""
    return load_spec(_source(text), session, LIMITS, name=name)


def _source(text: str) -> SourceText:
    return decode(text.encode())


def theorem_of(spec: SpecFile, target: Target, definitions: Definitions, preamble: str | None = None) -> Theorem | str:
    """The row value for a target of a file, or why it has none. `preamble`: what stands above it, by default the file's
    own text."""
    if target.kind is not TargetKind.PROOF or len(target.goals) != 1:
        return "its hole is no single proof"
    goal = target.goals[0]
    if goal.closed is None:
        return f"its goal cannot stand alone: {goal.why_open}"
    command = spec.commands[target.command]
    if len(command.holes) != 1:
        return "its declaration has other holes"
    try:
        key = goal_key(goal.closed, definitions)
        strict = goal_key(goal.closed, definitions, strict=True)
    except DocumentError as error:
        return f"its goal cannot be read: {error}"
    view = view_of(spec, target, goal.text, goal_context(spec, target))
    above = spec.slice(0, command.start) if preamble is None else preamble
    return Theorem(
        preamble=above,
        command=spec.command_text(target.command),
        name=target.name,
        binders=view.binders,
        target=view.target,
        goal=view.goal,
        stated=view.stated,
        key=key,
        strict_key=strict,
    )


def readable(statement: str) -> str:
    """A statement as Lean prints it, with universes that a theorem may leave to Lean."""
    return _UNIVERSE.sub(r"\1 _", statement)


def _first(messages: object) -> str:
    assert isinstance(messages, list | tuple)
    return " ".join(str(messages[0].text).split())[:200] if messages else "no message"
