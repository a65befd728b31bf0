"""The scope that a command stands in, entered anew at the end of the file: namespaces, `open`, `variable`, options."""

from __future__ import annotations

from dataclasses import dataclass, field

from decompose.spec import SpecFile

_COMMAND = "Lean.Parser.Command."
_OPENING = frozenset({f"{_COMMAND}namespace", f"{_COMMAND}section"})
_END = f"{_COMMAND}end"
_INSIDE = frozenset({f"{_COMMAND}{kind}" for kind in ("open", "variable", "universe", "set_option", "include", "omit")})


@dataclass
class _Frame:
    """An open namespace or section. `name`: as `end` needs it. `inside`: `open`, `variable`, ... so far."""

    text: str
    name: str
    is_namespace: bool
    inside: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scope:
    """`enter`: commands that lead from the end of the file to the scope. `namespace`: the current one there."""

    enter: str
    namespace: str


def scope_between(spec: SpecFile, command: int) -> Scope:
    """From the end of the file to the scope of `command` (an index into `spec.commands`)."""
    here, there = _frames(spec, len(spec.commands)), _frames(spec, command)
    lines = [f"end {frame.name}".rstrip() for frame in reversed(here[1:])]
    for frame in there[1:]:
        lines += [frame.text, *frame.inside]
    # What stands outside every namespace and section is still in force; only what came later is too much.
    namespace = ".".join(frame.name for frame in there if frame.is_namespace)
    return Scope("".join(f"{line}\n" for line in lines), namespace)


def _frames(spec: SpecFile, until: int) -> list[_Frame]:
    frames = [_Frame("", "", False)]
    for number in range(until):
        command = spec.commands[number]
        if command.kind not in _OPENING | _INSIDE | {_END}:
            continue
        text = spec.command_text(number).strip()
        if command.kind in _OPENING:
            words = text.split()
            is_namespace = command.kind.endswith("namespace")
            at = words.index("namespace" if is_namespace else "section")
            frames.append(_Frame(text, words[at + 1] if at + 1 < len(words) else "", is_namespace))
        elif command.kind == _END:
            # `end A.B` closes the frames of `namespace A` and `namespace B` as well as that of `namespace A.B`.
            left = len(text.split()[1].split(".")) if len(text.split()) > 1 else 1
            while left > 0 and len(frames) > 1:
                left -= max(1, len(frames.pop().name.split(".")))
        else:
            frames[-1].inside.append(text)
    return frames
