"""A language of a few lines that Lean agrees on, answered in the JSON of docs/protocol.md. Standard library only.

Commands begin at column 0 with a letter or `#`. A `theorem` or `example` is in error when it names, with `exact NAME`
or `:= NAME`, something that was not declared before; every other proof passes. Each `sorry` is a hole. `evaluate`
reads `axiom NAME : Nat` and `def NAME : Nat := SUM`, a sum of numerals and names, one a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]

_COMMAND = re.compile(r"^(?=[A-Za-z#])", re.MULTILINE)
_DECLARATION = re.compile(
    r"(?:theorem|example)\s*(?P<name>\w*)\s*(?P<binders>(?:\([^)]*\)\s*)*):\s*(?P<statement>.*?)\s*:="
)
_USE = re.compile(r"(?:\bexact\s+|:=\s+)(?!by\b|sorry\b)(\w+)")
KNOWN = frozenset({"rfl", "trivial"})


def split_header(code: str) -> tuple[str, list[str]]:
    """The leading blank and `import` lines, and the modules that they name."""
    length, imports = 0, []
    for line in code.splitlines(keepends=True):
        if line.strip() and not line.startswith("import "):
            break
        length += len(line)
        imports += line.split()[1:]
    return code[:length], imports


def opened(code: str) -> Record:
    """The reply to `open`, with snapshot 0 for a header that is in order."""
    header, imports = split_header(code)
    missing = [name for name in imports if name.startswith("Missing")]
    messages = [_message("error", f"unknown module prefix '{name}'", (1, 0)) for name in missing]
    return {
        "snapshot": None if missing else 0,
        "header_end": len(header.encode()),
        "imports": imports,
        "messages": messages,
    }


def split(code: str) -> list[tuple[int, str]]:
    """The commands of the code with the character offset of each, trailing blanks left out."""
    starts = [match.start() for match in _COMMAND.finditer(code)]
    return [(start, code[start:end].rstrip()) for start, end in zip(starts, [*starts[1:], len(code)], strict=False)]


def elaborate(declared: frozenset[str], code: str, *, goals: bool) -> tuple[list[Record], frozenset[str]]:
    """The records of the commands, and what is declared after them."""
    records = []
    for start, text in split(code):
        record = _command(declared, code, start, text, goals)
        declared |= set(record["decls"])
        records.append(record)
    return records, declared


def document(declared: Iterable[str]) -> Record:
    """A term document of the declared theorems; `replay` accepts it as long as nobody edits a value."""
    names: list[Any] = [None]
    constants = []
    for name in sorted(declared):
        names.append([0, name])
        constants.append({"kind": "theorem", "name": len(names) - 1, "levels": [], "type": 0, "value": 1, "all": []})
    return {"names": names, "levels": [["0"]], "exprs": [["s", 0], ["t", "proof"]], "constants": constants}


def lookup(declared: Iterable[str], names: Iterable[str]) -> Record:
    known = frozenset(declared)
    found = document(name for name in names if name in known)
    for constant in found["constants"]:
        del constant["value"]
    return {"document": found, "missing": [name for name in names if name not in known]}


def theorems(start: int, most: int) -> Record:
    """The reply to `theorems`: a library of three modules, of which the last has none."""
    library = {
        "Mini.A": [("Mini.one", ["Nat"]), ("Mini.two", ["Nat", "Eq"])],
        "Mini.B": [("Mini.three", [])],
        "Mini.C": [],
    }
    names: list[str] = []
    rows: list[Any] = []
    modules = []
    at = start

    def index(name: str) -> int:
        if name not in names:
            names.append(name)
        return names.index(name)

    for module, found in list(library.items())[start:]:
        if len(rows) >= most:
            break
        modules.append(module)
        rows += [[index(name), len(modules) - 1, [index(each) for each in mentioned]] for name, mentioned in found]
        at += 1
    return {"modules": modules, "names": names, "theorems": rows, "next": at if at < len(library) else None}


def defined(value: Record) -> frozenset[str]:
    """The names of the document's constants."""
    return frozenset(value["names"][constant["name"]][1] for constant in value["constants"])


def refusal(value: Record) -> Record | None:
    """The `error` of a document that somebody edited."""
    for constant in value["constants"]:
        if value["exprs"][constant["value"]] != ["t", "proof"]:
            return {"constant": value["names"][constant["name"]][1], "message": "declaration type mismatch"}
    return None


def evaluate(declared: frozenset[str], code: str, name: str) -> Record | None:
    """The reply to `eval`; None when nothing of that name is defined."""
    values: dict[str, int | str] = {each: each for each in declared}
    messages: list[Record] = []
    defined = False
    for found in re.finditer(r"^(axiom|def) (\w+) : Nat(?: := (.*))?$", code, re.MULTILINE):
        defined = defined or (found[1] == "def" and found[2] == name)
        total: int | str = found[2] if found[1] == "axiom" else 0
        for term in (found[3] or "").split(" + ") if found[1] == "def" else ():
            if not term.isdigit() and term not in values:
                at = _position(code, found.start(3) + found[3].index(term))
                messages.append(_message("error", f"Unknown identifier `{term}`", at, "lean.unknownIdentifier"))
            value = int(term) if term.isdigit() else values.get(term, 0)
            total = value if isinstance(value, str) else total if isinstance(total, str) else total + value
        values[found[2]] = total
    if not defined:
        return None
    result = values[name]
    stuck = result if isinstance(result, str) and not messages else ""
    digits = str(result) if isinstance(result, int) and not messages else None
    return {"value": digits, "stuck": stuck, "messages": messages, "lean_seconds": 0.001, "timed_out": None}


def replay(value: Record) -> Record:
    if refused := refusal(value):
        return {"accepted": False, "error": refused, "library": {}}
    return {"accepted": True, "error": None, "library": {"Eq": {"kind": "inductive", "axioms": []}}}


def _command(declared: frozenset[str], code: str, start: int, text: str, goals: bool) -> Record:
    match = _DECLARATION.match(text)
    name = match["name"] if match else ""
    messages, holes = [], []
    for used in _USE.finditer(text):
        if used[1] not in declared | KNOWN:
            position = _position(code, start + used.start(1))
            messages.append(_message("error", f"Unknown identifier `{used[1]}`", position, "lean.unknownIdentifier"))
    for found in re.finditer(r"\bsorry\b", text):
        at = start + found.start()
        line, column = _position(code, at)
        tactic = " by" in text[: found.start()]
        shown = "".join(f"{binder}\n" for binder in re.findall(r"\(([^)]*)\)", match["binders"])) if match else ""
        goal = {
            "text": f"{shown}⊢ {match['statement']}" if match else "⊢ Nat",
            "prop": match is not None,
            "closed": None,
            "why": "there are no terms here",
        }
        holes.append(
            {
                "start": len(code[:at].encode()),
                "end": len(code[:at].encode()) + 5,
                "line": line,
                "column": column,
                "syntax": "tactic" if tactic else "term",
                "decl": name,
                "goals": [goal] if goals else [],
            }
        )
    if holes:
        messages.append(_message("warning", "declaration uses `sorry`", _position(code, start), "hasSorry"))
    return {
        "kind": "Lean.Parser.Command.declaration" if match else "Toy.command",
        "start": len(code[:start].encode()),
        "end": len(code[:start].encode()) + len(text.encode()),
        "messages": messages,
        "holes": holes,
        "decls": [name] if name else [],
        "snapshot": None,
    }


def _position(code: str, at: int) -> tuple[int, int]:
    return code.count("\n", 0, at) + 1, at - (code.rfind("\n", 0, at) + 1)


def _message(severity: str, text: str, at: tuple[int, int], kind: str = "") -> Record:
    ends = {"end_line": None, "end_column": None}
    return {"severity": severity, "text": text, "line": at[0], "column": at[1], **ends, "kind": kind}
