"""The JSON of docs/protocol.md as values of `lean_project.model`, and back where the cache stores it.

The decoders raise KeyError, TypeError or ValueError on JSON of another shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lean_project.model import (
    Command,
    Goal,
    Hole,
    LibraryConstant,
    Message,
    Opened,
    Position,
    Replay,
    RuntimeInfo,
    Severity,
    Snapshot,
)

Json = Mapping[str, Any]


def runtime_info(reply: Json) -> RuntimeInfo:
    return RuntimeInfo(str(reply["runtime"]), str(reply["lean_version"]), str(reply.get("lean_commit") or ""))


def opened(reply: Json, code: str) -> Opened:
    """The answer to `open` on `code`; its snapshot is the header's text as a recipe."""
    end = int(reply["header_end"])
    header = code.encode()[:end].decode()
    return Opened(
        None if reply["snapshot"] is None else Snapshot(header),
        end,
        tuple(reply["imports"]),
        tuple(message(item) for item in reply["messages"]),
    )


def commands(items: Iterable[Json]) -> tuple[Command, ...]:
    return tuple(
        Command(
            item["kind"],
            item["start"],
            item["end"],
            tuple(message(each) for each in item["messages"]),
            tuple(hole(each) for each in item["holes"]),
            tuple(item["decls"]),
        )
        for item in items
    )


def message(item: Json) -> Message:
    end = None if item.get("end_line") is None else Position(item["end_line"], item["end_column"])
    start = Position(item["line"], item["column"])
    return Message(Severity(item["severity"]), item["text"], start, end, item["kind"])


def hole(item: Json) -> Hole:
    goals = tuple(Goal(goal["text"], bool(goal["prop"])) for goal in item["goals"])
    position = Position(item["line"], item["column"])
    return Hole(item["start"], item["end"], position, item["syntax"], item["decl"], goals)


def replay(reply: Json) -> Replay:
    error = reply["error"] or {}
    library = {
        name: LibraryConstant(name, item["kind"], tuple(item["axioms"])) for name, item in reply["library"].items()
    }
    accepted = reply["accepted"]
    if not isinstance(accepted, bool):
        raise ValueError("`accepted` is neither true nor false")
    return Replay(accepted, str(error.get("constant") or ""), str(error.get("message") or ""), library)


def from_commands(values: tuple[Command, ...]) -> list[dict[str, Any]]:
    """What `commands` reads back to equal values."""
    return [
        {
            "kind": value.kind,
            "start": value.start,
            "end": value.end,
            "messages": [_from_message(each) for each in value.messages],
            "holes": [_from_hole(each) for each in value.holes],
            "decls": list(value.declarations),
        }
        for value in values
    ]


def _from_message(value: Message) -> dict[str, Any]:
    end = value.end
    return {
        "severity": value.severity.value,
        "text": value.text,
        "line": value.start.line,
        "column": value.start.column,
        "end_line": end.line if end else None,
        "end_column": end.column if end else None,
        "kind": value.kind,
    }


def _from_hole(value: Hole) -> dict[str, Any]:
    return {
        "start": value.start,
        "end": value.end,
        "line": value.position.line,
        "column": value.position.column,
        "syntax": value.syntax,
        "decl": value.declaration,
        "goals": [{"text": goal.text, "prop": goal.is_prop} for goal in value.goals],
    }
