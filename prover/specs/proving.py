"""Short proofs about a specification, by automation, accepted by the trusted check or not used at all."""

from __future__ import annotations

from collections.abc import Iterable

from decompose.spec import SpecFile
from lean_project.check.gate import check_file
from lean_project.errors import LimitHit
from lean_project.model import Limits
from lean_project.session import Session

LIMITS = Limits(seconds=15.0, heartbeats=40_000)
CHECK_LIMITS = Limits(seconds=120.0)


def prove(session: Session, spec: SpecFile, command: int, statement: str, name: str, blocks: Iterable[str]) -> str:
    """The theorem `statement` (up to `:= by`, of the name `name`) with the first of the tactic blocks that proves it
    above command `command` (the number of commands: at the end of the file), as the trusted check accepted it; "" when
    none does. Raises MachineryError, and LimitHit("cancelled")."""
    found = attempt(session, spec, command, statement, blocks)
    return found if found and is_accepted(session, spec, command, found, name) else ""


def attempt(session: Session, spec: SpecFile, command: int, statement: str, blocks: Iterable[str]) -> str:
    """The same, as a hint (L0): the trusted check has not seen it."""
    base = spec.before(command) if command < len(spec.commands) else spec.snapshot.then(_rest(spec))
    for block in blocks:
        text = statement + "".join(f"  {line}\n" for line in block.split("\n"))
        try:
            answer = session.elaborate(base, text, LIMITS)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            continue
        if not any(message.is_error or message.kind == "hasSorry" for message in answer.messages):
            return text
    return ""


def _rest(spec: SpecFile) -> str:
    return spec.slice(spec.header_end, spec.source.size)


def is_accepted(session: Session, spec: SpecFile, command: int, text: str, name: str) -> bool:
    """Whether the trusted check accepts the theorem `name`, the last command of the file up to its place."""
    end = spec.commands[command].start if command < len(spec.commands) else spec.source.size
    whole = f"{spec.slice(0, end).rstrip()}\n\n{text}"
    try:
        verdict = check_file(session, whole, limits=CHECK_LIMITS)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return False
    found = [target for target in verdict.targets if target.name == name or target.name.endswith(f".{name}")]
    return len(found) == 1 and found[0].accepted
