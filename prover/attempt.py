"""One attempt: a proposal grafted into its hole, elaborated on the state before its command, and judged.

A success here is a hint (level L0 of docs/soundness.md): it steers the run and is never reported as a proof.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

from decompose.graft import escape, graft, moved
from decompose.spec import SORRY_MESSAGE, SpecFile, Target
from decompose.text import Edit, apply_edits
from lean_project.model import Command, Elaboration, Hole, Limits, RuntimeInfo, Snapshot

HEARTBEATS_MESSAGE = "runtime.maxHeartbeats"
"""The tag of Lean's error that `maxHeartbeats` has been reached (also `nested.`, inside another error)."""


@dataclass(frozen=True)
class Slot:
    """Where a target's candidates go: its command alone, on the state before it.

    `code` is the command's text at its own column, so that Lean's layout rules see what they see in the file.
    `hole` and `command` have offsets in `code`.
    """

    snapshot: Snapshot
    code: str
    command: Command
    hole: Hole

    def candidate(self, tactics: str) -> tuple[str, Edit]:
        """The code with `tactics` in the hole, and the edit that did it."""
        edit = graft(self.code, self.hole, tactics)
        return apply_edits(self.code, [edit]), edit

    @cached_property
    def warnings(self) -> int:
        """How many declarations of the command rest on `sorry` as it stands."""
        return _sorry_warnings(self.command)


@dataclass(frozen=True, slots=True)
class Judged:
    """`success` is a hint. `error_class`: a short tag for the ledger. `said`: Lean's first error, or our reason.
    `out_of_heartbeats`: Lean gave up for want of them, so more of them may help."""

    success: bool
    error_class: str = ""
    said: str = ""
    out_of_heartbeats: bool = False


def slot_of(spec: SpecFile, target: Target) -> Slot:
    command = spec.commands[target.command]
    code, shift = spec.alone(target.command)
    alone = replace(
        command,
        start=command.start - shift,
        end=command.end - shift,
        holes=tuple(moved(hole, -shift) for hole in command.holes),
    )
    return Slot(spec.before(target.command), code, alone, moved(target.hole, -shift))


def judge(slot: Slot, edit: Edit, elaboration: Elaboration) -> Judged:
    """Whether the elaboration of a candidate shows a proof: no error, the slot respected, and one hole fewer."""
    escaped = escape([slot.command], elaboration.commands, [edit], [slot.hole])
    errors = [message for message in elaboration.messages if message.is_error]
    if errors:
        gave_up = any(message.kind.endswith(HEARTBEATS_MESSAGE) for message in errors)
        return Judged(False, errors[0].kind or "error", errors[0].text.strip().partition("\n")[0][:200], gave_up)
    if escaped:
        return Judged(False, "escape", escaped)
    left = sum(_sorry_warnings(command) for command in elaboration.commands)
    if left > slot.warnings or (left and not elaboration.holes):
        return Judged(False, "hidden_sorry", "the candidate rests on `sorry` without writing it")
    return Judged(True)


def _sorry_warnings(command: Command) -> int:
    return sum(message.kind == SORRY_MESSAGE for message in command.messages)


def target_key(info: RuntimeInfo, slot: Slot) -> str:
    """The same for the same hole in the same command on the same state of the same Lean. sha256, 64 hex digits."""
    digest = hashlib.sha256()
    for text in (
        info.lean_version,
        info.lean_commit,
        slot.snapshot.key,
        slot.code,
        f"{slot.hole.start}:{slot.hole.end}",
    ):
        data = text.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def limits_for(heartbeats: int, seconds_left: float, cap: float) -> Limits:
    """Bounds of one attempt: heartbeats first, wall clock from outside, never past the target's time-box."""
    return Limits(seconds=cap if seconds_left >= cap else max(seconds_left, 0.1), heartbeats=heartbeats)
