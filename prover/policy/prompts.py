"""From a request to the text that a model gets: the family's template for the role, filled in.

Templates are package data (`templates/FAMILY/ROLE.j2`, Jinja). A line `<<system>>`, `<<user>>` or `<<text>>` begins a
message; templates are cut at these lines before they are filled in, so nothing in a Lean file can begin one.
A prompt's version is its family, its role and a hash of its sources: it changes when and only when they do.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from prover.policy.extract import without_thoughts
from prover.policy.families import Family
from prover.policy.requests import Fault, Repair, Request, Role

if TYPE_CHECKING:
    import jinja2

LEAN = "4"
_MARKER = re.compile(r"^<<(system|user|text)>>\n", re.MULTILINE)
_INCLUDE = re.compile(r"""{%\s*include\s+["']([^"']+)["']\s*%}""")
_BEFORE = 4
_AFTER = 1
_MOST_FAULTS = 8
_LONGEST_FAULT = 2_000
_LONGEST_MARK = 6


@dataclass(frozen=True, slots=True)
class Message:
    """`role`: `system`, `user` or `assistant`; `text` for a prompt that is to be continued."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent. `chat`: `messages` go through the model's chat template; otherwise there is one, of role `text`."""

    messages: tuple[Message, ...]
    chat: bool
    stop: tuple[str, ...]
    version: str

    @property
    def text(self) -> str:
        """The prompt of a completion. Raises ValueError for a chat."""
        if self.chat:
            raise ValueError("a chat has no text without the model's template")
        return self.messages[0].content


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault with the lines around it: `marked` by `<error>` and `</error>`, `numbered` with the line pointed at."""

    text: str
    line: int
    column: int
    marked: str
    numbered: str


def render(request: Request, family: Family) -> Prompt:
    """The prompt for a request. Deterministic: equal requests give equal prompts."""
    messages, version = _sections(request, family, request.role)
    if isinstance(request, Repair) and family.chat:
        # A repair is another turn of the conversation in which the answer was given.
        first, _ = _sections(request, family, Role.DECOMPOSE if request.sketch else Role.COMPLETE)
        answer = without_thoughts(request.answer).strip() or f"```lean4\n{request.attempt}\n```"
        messages = (*first, Message("assistant", answer), *messages)
    return Prompt(messages, family.chat, (*family.stop, *request.sampling.stop), version)


def _sections(request: Request, family: Family, role: Role) -> tuple[tuple[Message, ...], str]:
    name = f"{family.name}/{role}.j2"
    name = name if _source(name) is not None else f"{family.fallback}/{role}.j2"
    faults = [shown(fault, request.attempt) for fault in request.faults] if isinstance(request, Repair) else []
    values = {"view": request.view, "request": request, "faults": faults[:_MOST_FAULTS], "lean": LEAN}
    messages = tuple(Message(kind, template.render(values).strip("\n")) for kind, template in _templates(name))
    return messages, f"{name.removesuffix('.j2')}@{_digest(name)}"


def shown(fault: Fault, code: str) -> ShownFault:
    """The fault with the lines of `code` around it. A place outside the code is moved to its nearest line."""
    lines = code.split("\n")
    row = min(max(fault.line, 1), len(lines)) - 1
    end_row = min(max(fault.end_line or fault.line, row + 1), len(lines)) - 1
    text = fault.text.strip()
    if len(text) > _LONGEST_FAULT:
        text = text[:_LONGEST_FAULT] + " ..."
    before, after = lines[max(0, row - _BEFORE) : row], lines[end_row + 1 : end_row + 1 + _AFTER]
    region = lines[row : end_row + 1]
    column = min(max(fault.column, 0), len(region[0]))
    end_column = len(region[-1]) if fault.end_column is None else min(max(fault.end_column, 0), len(region[-1]))
    if len(region) == 1:
        end_column = max(end_column, column)
        only = region[0]
        marked = [f"{only[:column]}<error>{only[column:end_column]}</error>{only[end_column:]}"]
    else:
        first, last = region[0], region[-1]
        inner = region[1:-1]
        if len(inner) > _LONGEST_MARK:
            inner = [*inner[:_LONGEST_MARK], "... --[Truncated]-- ..."]
        marked = [f"{first[:column]}<error>{first[column:]}", *inner, f"{last[:end_column]}</error>{last[end_column:]}"]
    around = range(max(0, row - 2), min(len(lines), row + 3))
    numbered = [f"{number + 1:03d}{' >' if number == row else '  '}| {lines[number]}" for number in around]
    return ShownFault(text, row + 1, column, "\n".join((*before, *marked, *after)), "\n".join(numbered))


def _source(name: str) -> str | None:
    path = resources.files("prover.policy").joinpath("templates", *name.split("/"))
    return path.read_text(encoding="utf-8") if path.is_file() else None


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=64)
def _templates(name: str) -> tuple[tuple[str, Any], ...]:
    pieces = _MARKER.split(_source(name) or "")[1:]
    environment = _environment()
    return tuple((kind, environment.from_string(body)) for kind, body in zip(pieces[::2], pieces[1::2], strict=True))


@lru_cache(maxsize=64)
def _digest(name: str) -> str:
    source = _source(name) or ""
    parts = [source, *(_source(included) or "" for included in _INCLUDE.findall(source))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
