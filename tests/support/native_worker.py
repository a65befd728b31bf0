"""The native worker inside the embedded Lean: its sources elaborated there, and requests to it run there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lean_project.errors import LimitHit
from lean_project.model import Elaboration, Limits, Snapshot
from lean_project.native import build
from lean_project.pool import Pool

HERE = Path(__file__).resolve().parents[1] / "lean"
LIMITS = Limits(seconds=240)
HEADER = "import Init\n"
Json = dict[str, Any]
OPEN: Json = {"op": "open", "code": HEADER}
AUDIT: Json = {"op": "open", "code": HEADER, "audit": True}

Ask = Callable[..., list[Json]]
"""Send requests to a fresh native worker; its replies. Snapshots are numbered from 1."""


def lean_name(name: str) -> str:
    """A Lean term that builds the name; its components may be numbers."""
    term = ".anonymous"
    for part in re.findall(r"«[^»]*»|[^.]+", name):
        part = part.strip("«»")
        term = f"(.num {term} {part})" if part.isdigit() else f"(.str {term} {json.dumps(part, ensure_ascii=False)})"
    return term


def errors(result: Elaboration) -> list[str]:
    return [f"{message.start}: {message.text}" for message in result.messages if message.is_error]


def elaborate_sources(embedded: Pool) -> Snapshot:
    """The state in which every source of the worker was elaborated, and can be run."""
    snapshot = embedded.open("import Lean\n", LIMITS).snapshot
    assert snapshot is not None
    shims = json.loads((HERE / "native_shims.json").read_text(encoding="utf-8"))
    harness = (HERE / "native_harness.lean").read_text(encoding="utf-8")
    for number, (name, arity) in enumerate(shims.items()):
        harness += f"theorem shim_{number} : True := by\n  run_tac declare {lean_name(name)} {arity}\n  trivial\n"
    pieces = {"harness": harness}
    for module in (*build.MODULES, "Main"):
        # The modules before are in the snapshot, so their imports go; line numbers stay.
        text = build.source(module).read_text(encoding="utf-8")
        pieces[module] = re.sub(r"^import .*$", "", text, flags=re.MULTILINE)
    pieces["questions"] = (HERE / "native_questions.lean").read_text(encoding="utf-8")
    for name, code in pieces.items():
        result = embedded.elaborate(snapshot, code, LIMITS, keep=True)
        assert not errors(result), f"{name}: {errors(result)}"
        assert not any(hole.declaration for hole in result.holes), name
        snapshot = result.snapshot
    return snapshot


def asking(embedded: Pool, worker_code: Snapshot) -> Ask:
    def send(*requests: Json, options: dict[str, str] | None = None) -> list[Json]:
        bodies = json.dumps([{"id": number, **request} for number, request in enumerate(requests)], ensure_ascii=False)
        pairs = ", ".join(f"({json.dumps(name)}, {json.dumps(value)})" for name, value in (options or {}).items())
        code = f"#eval serveAll [{pairs}] {lean_string(bodies)}\n"
        try:
            result = embedded.elaborate(worker_code, code, LIMITS)
        except LimitHit:
            # What is imported is never freed, and each of our workers imports anew: this process was full.
            result = embedded.elaborate(worker_code, code, LIMITS)
        assert not errors(result), errors(result)
        lines = "\n".join(message.text for message in result.messages).splitlines()
        replies = [json.loads(line.removeprefix("REPLY ")) for line in lines if line.startswith("REPLY ")]
        assert len(replies) == len(requests), f"the worker did not run: {why_not(embedded, worker_code, 'serveAll')}"
        return replies

    return send


def why_not(embedded: Pool, worker_code: Snapshot, name: str) -> str:
    """Why a definition has no code; a library function that it names belongs into native_shims.json."""
    said = ""
    for _ in range(50):
        code = f"theorem again : True := by\n  run_tac recompile {lean_name(name)}\n  trivial\n"
        result = embedded.elaborate(worker_code, code, LIMITS)
        said = "; ".join(errors(result))
        blamed = re.search(r"depends on declaration '([^']+)'", said)
        if blamed is None or blamed[1] == name:
            break
        name = blamed[1]
    return f"{name}: {said or 'it compiles'}"


def lean_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def elab(snapshot: int, code: str, **more: Any) -> Json:
    return {"op": "elab", "snapshot": snapshot, "code": code, **more}


def public(name: str) -> str:
    """A name without the prefix of private ones: this build imports only public parts, where ours are private."""
    return re.sub(r"^_private\.\w+\.0\.", "", name)
