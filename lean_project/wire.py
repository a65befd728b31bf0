"""The JSON of docs/protocol.md as values of `lean_project.model`, and back where the cache stores it.

The decoders raise KeyError, TypeError or ValueError on JSON of another shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lean_project.model import (
    Binder,
    ClosedGoal,
    Command,
    Document,
    Evaluation,
    Goal,
    Hole,
    LibraryConstant,
    LibraryTheorem,
    Message,
    Opened,
    Position,
    Replay,
    RuntimeInfo,
    Severity,
    Snapshot,
)

Json = Mapping[str, Any]

_TABLES = ("names", "levels", "exprs", "constants")
_CHUNK = 4000
_BASE = 10**_CHUNK


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
    goals = tuple(goal(each) for each in item["goals"])
    position = Position(item["line"], item["column"])
    return Hole(item["start"], item["end"], position, item["syntax"], item["decl"], goals)


def goal(item: Json) -> Goal:
    """`closed` and `why` may be missing: not every worker can close goals."""
    return Goal(item["text"], bool(item["prop"]), _closed(item.get("closed")), str(item.get("why") or ""))


def evaluation(reply: Json) -> Evaluation:
    value = reply["value"]
    if value is not None and not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise ValueError("`value` is no numeral")
    return Evaluation(
        None if value is None else _integer(value),
        tuple(message(item) for item in reply["messages"]),
        str(reply["stuck"]),
        float(reply["lean_seconds"]),
    )


def document(value: Any) -> Document:
    """A term document, by its outer shape alone; nothing is believed of what is in it."""
    if not isinstance(value, dict) or not all(isinstance(value[table], list) for table in _TABLES):
        raise ValueError("a term document was expected")
    return value


def defined(reply: Json) -> str:
    """The answer to `define`: why the kernel refused, "" when it did not."""
    if reply["accepted"] is True:
        if not isinstance(reply["snapshot"], int):
            raise ValueError("no snapshot with the definitions")
        return ""
    error = reply["error"]
    return f"the kernel refused {error['constant'] or 'the definitions'}: {error['message']}"


def replay(reply: Json) -> Replay:
    error = reply["error"] or {}
    library = {
        name: LibraryConstant(name, item["kind"], tuple(item["axioms"]), item.get("noncomputable", True) is True)
        for name, item in reply["library"].items()
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


def from_evaluation(value: Evaluation) -> dict[str, Any]:
    """What `evaluation` reads back to an equal value."""
    return {
        "value": None if value.value is None else _digits(value.value),
        "stuck": value.stuck,
        "messages": [_from_message(each) for each in value.messages],
        "lean_seconds": value.lean_seconds,
    }


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
        "goals": [_from_goal(each) for each in value.goals],
    }


def _from_goal(value: Goal) -> dict[str, Any]:
    item: dict[str, Any] = {"text": value.text, "prop": value.is_prop, "closed": None, "why": value.why_open}
    if (closed := value.closed) is not None:
        binders = [
            {
                "name": each.name,
                "accessible": each.accessible,
                "prop": each.is_prop,
                "instance": each.is_instance,
                "let": each.is_let,
            }
            for each in closed.binders
        ]
        item["closed"] = {"document": closed.document, "binders": binders}
    return item


def _closed(item: Json | None) -> ClosedGoal | None:
    if item is None:
        return None
    binders = tuple(
        Binder(
            str(each["name"]), bool(each["accessible"]), bool(each["prop"]), bool(each["instance"]), bool(each["let"])
        )
        for each in item["binders"]
    )
    return ClosedGoal(document(item["document"]), binders)


def theorems(reply: Json) -> tuple[list[LibraryTheorem], int | None]:
    """A page of library theorems, and the module that the next one begins with."""
    names, modules = [str(each) for each in reply["names"]], [str(each) for each in reply["modules"]]
    found = [
        LibraryTheorem(names[name], modules[module], tuple(names[each] for each in constants))
        for name, module, constants in reply["theorems"]
    ]
    after = reply["next"]
    return found, None if after is None else int(after)


def _integer(digits: str) -> int:
    """Python refuses to read longer numerals at once."""
    value = 0
    for start in range(0, len(digits), _CHUNK):
        piece = digits[start : start + _CHUNK]
        value = value * 10 ** len(piece) + int(piece)
    return value


def _digits(value: int) -> str:
    pieces = []
    while value >= _BASE:
        value, rest = divmod(value, _BASE)
        pieces.append(f"{rest:0{_CHUNK}d}")
    return "".join([str(value), *reversed(pieces)])
