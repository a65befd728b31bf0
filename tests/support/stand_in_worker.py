"""A worker program without Lean: speaks docs/protocol.md over `mini_lean`, and misbehaves when the code says so.

A command `#misbehave WHAT ARGUMENT` anywhere in the code of an `elab` makes this process go wrong (see
`Misbehaviour`). The options below make it go wrong at its start. With `--log FILE` every request is noted as a line
`PID OP`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import mini_lean

Record = dict[str, Any]

OPTIONS = {"--log": 1, "--die-at-start": 0, "--die-at-first-starts": 2, "--silent": 0, "--wrong-nonce": 0}
"""With how many words after each: a file, -, a file and a number, -, -."""


class Lines:
    """Lines of stdin, with a bound on the wait."""

    def __init__(self) -> None:
        self._data = b""

    def next(self, seconds: float | None = None) -> Record | None:
        """The next object; None when none came in time. Ends the process when stdin ends."""
        until = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._data:
            wait = None if until is None else max(0.0, until - time.monotonic())
            if not select.select([0], [], [], wait)[0]:
                return None
            chunk = os.read(0, 1 << 20)
            if not chunk:
                sys.exit(0)
            self._data += chunk
        line, _, self._data = self._data.partition(b"\n")
        value: Record = json.loads(line)
        return value


class StandIn:
    def __init__(self, options: dict[str, list[str]]) -> None:
        self.options = options
        self.lines = Lines()
        self.nonce = ""
        self.snapshots: dict[int, tuple[bool, frozenset[str]]] = {}
        self.made = 0
        self.served = 0

    def run(self) -> NoReturn:
        self._fail_at_start()
        hello = self.lines.next()
        assert hello is not None
        self.nonce = hello["hello"] if "--wrong-nonce" not in self.options else "0" * 32
        info = {"lean_version": "4.0.0-stand-in", "lean_commit": "0", "runtime": "embedded", "pid": os.getpid()}
        self.write({"id": 0, "ok": True, **info})
        while True:
            request = self.lines.next()
            assert request is not None
            if request["op"] == "cancel":
                continue
            self.served += 1
            if "--log" in self.options:
                with Path(*self.options["--log"]).open("a") as log:
                    log.write(f"{os.getpid()} {request['op']}\n")
            reply = self.answer(request)
            if reply is not None:
                self.write({"id": request["id"], "ok": True, **reply} if "ok" not in reply else reply)

    def write(self, value: Record) -> None:
        self.put(f"{self.nonce} {json.dumps(value, ensure_ascii=False)}\n".encode())

    def put(self, data: bytes) -> None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def answer(self, request: Record) -> Record | None:
        if request["op"] == "open":
            reply = mini_lean.opened(request["code"])
            if reply["snapshot"] is not None:
                reply["snapshot"] = self.keep(request["audit"], frozenset())
            return reply
        if request["op"] == "release":
            for number in request["snapshots"]:
                del self.snapshots[number]
            return {}
        if request["op"] == "stats":
            return {"rss": 0, "heap": 0, "snapshots": len(self.snapshots), "requests": self.served}
        if request["snapshot"] not in self.snapshots:
            return refusal(request, "request", "field", f"unknown snapshot {request['snapshot']}")
        audit, declared = self.snapshots[request["snapshot"]]
        if request["op"] == "export":
            return {"document": mini_lean.document(declared)}
        if request["op"] == "replay":
            assert audit, "only an auditor replays"
            return mini_lean.replay(request["document"])
        if request["op"] == "lookup":
            return mini_lean.lookup(declared, request["names"])
        if request["op"] == "theorems":
            return mini_lean.theorems(request["from"], request["most"])
        assert not audit, "an auditor elaborates nothing"
        if request["op"] == "define":
            return self.define(request, declared)
        wrong = re.search(r"^#misbehave (\S+) ?(.*)$", request["code"], re.MULTILINE)
        if wrong is None:
            return self.proper(request, declared)
        return getattr(Misbehaviour(self, request, declared), wrong[1].replace("-", "_"))(wrong[2])

    def proper(self, request: Record, declared: frozenset[str]) -> Record:
        if request["op"] == "elab":
            return self.elab(request, declared)
        reply = mini_lean.evaluate(declared, request["code"], request["name"])
        return reply or refusal(request, "request", "field", f"the code declares no definition {request['name']}")

    def define(self, request: Record, declared: frozenset[str]) -> Record:
        if error := mini_lean.refusal(request["document"]):
            return {"snapshot": None, "accepted": False, "error": error}
        number = self.keep(False, declared | mini_lean.defined(request["document"]))
        return {"snapshot": number, "accepted": True, "error": None}

    def elab(self, request: Record, declared: frozenset[str]) -> Record:
        commands, after = mini_lean.elaborate(declared, request["code"], goals=request["goals"])
        if request["keep"]:
            state = declared
            for record in commands:
                state |= set(record["decls"])
                record["snapshot"] = self.keep(False, state)
        return {"commands": commands, "snapshot": self.keep(False, after), "lean_seconds": 0.001, "timed_out": None}

    def keep(self, audit: bool, declared: frozenset[str]) -> int:
        self.made += 1
        self.snapshots[self.made] = (audit, declared)
        return self.made

    def _fail_at_start(self) -> None:
        if "--die-at-start" in self.options:
            sys.exit("no Lean in here")
        if "--die-at-first-starts" in self.options:
            path, times = self.options["--die-at-first-starts"]
            with Path(path).open("a") as starts:
                starts.write("x")
            if len(Path(path).read_text()) <= int(times):
                sys.exit("not yet")
        if "--silent" in self.options:
            signal.pause()


class Misbehaviour:
    """What `#misbehave` can name. Each gets the rest of the line, and returns the reply or never does."""

    def __init__(self, stand_in: StandIn, request: Record, declared: frozenset[str]) -> None:
        self.stand_in, self.request, self.declared = stand_in, request, declared

    def proper(self) -> Record:
        return self.stand_in.proper(self.request, self.declared)

    def die(self, code: str) -> NoReturn:
        print("dying as told", file=sys.stderr, flush=True)
        os._exit(int(code or 7))

    def die_once(self, path: str) -> Record:
        with contextlib.suppress(FileExistsError):
            Path(path).touch(exist_ok=False)
            self.die("")
        return self.proper()

    def die_and_leave_a_child(self, path: str) -> NoReturn:
        """The child keeps our stdout and stderr open."""
        Path(path).write_text(str(spawn_child()))
        self.die("")

    def hang(self, path: str) -> Record:
        """Like a long computation of Lean: ends with the request's seconds or a cancel. Makes the file, if any."""
        if path:
            Path(path).touch()
        note = self.stand_in.lines.next(self.request["seconds"])
        if note is None:
            return {"commands": [], "snapshot": None, "lean_seconds": self.request["seconds"], "timed_out": "seconds"}
        assert note["op"] == "cancel" and note["target"] == self.request["id"]
        return refusal(self.request, "limit", "cancelled", "interrupted")

    def hang_hard(self, path: str) -> NoReturn:
        """Deaf to everything, in a process whose id is in the file; holds a child that is as deaf."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = spawn_child()
        if path:
            replace(Path(path), f"{os.getpid()} {child}")
        while True:
            signal.pause()

    def wait_for(self, path: str) -> Record:
        """Blocks until somebody writes to the named pipe."""
        Path(path).read_bytes()
        return self.proper()

    def eat(self, size: str) -> NoReturn:
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(1 << 12) * (int(size) >> 12)))
            time.sleep(0.01)

    def garbage(self, _: str) -> Record:
        self.stand_in.put(b'\xff\xfe\x00 not a line of ours\n{"id": 1, "ok": true}\n\n' * 1000)
        return self.proper()

    def unended_noise(self, _: str) -> Record:
        self.stand_in.put("printed by the code under check, without an end ⊢".encode())
        return self.proper()

    def half_a_line(self, _: str) -> NoReturn:
        self.stand_in.put(f'{self.stand_in.nonce} {{"id": {self.request["id"]}, "ok": tr'.encode())
        self.die("")

    def no_json(self, _: str) -> None:
        self.stand_in.put(f"{self.stand_in.nonce} {{not json}}\n".encode())

    def no_object(self, _: str) -> None:
        self.stand_in.put(f"{self.stand_in.nonce} [1]\n".encode())

    def no_commands(self, _: str) -> Record:
        return {"snapshot": 1}

    def wrong_id(self, _: str) -> None:
        self.stand_in.write({"id": self.request["id"] + 1, "ok": True, **self.proper()})

    def flood_stderr(self, size: str) -> Record:
        sys.stderr.buffer.write(b"chatter\n" * (int(size) // 8) + b"the last words\n")
        sys.stderr.buffer.flush()
        return self.proper()

    def big(self, size: str) -> Record:
        reply = self.proper()
        reply["commands"][0]["messages"] = [mini_lean._message("information", "⊢" + "x" * int(size), (1, 0))]
        return reply

    def refuse(self, kind_and_what: str) -> Record:
        kind, what = kind_and_what.split()
        return refusal(self.request, kind, what, "as told")

    def pid(self, _: str) -> Record:
        """A proper answer whose first message is this process's id."""
        reply = self.proper()
        reply["commands"][0]["messages"] = [mini_lean._message("information", str(os.getpid()), (1, 0))]
        return reply


def refusal(request: Record, kind: str, what: str, message: str) -> Record:
    return {"id": request["id"], "ok": False, "error": {"kind": kind, "what": what, "message": message}}


def replace(path: Path, text: str) -> None:
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def spawn_child() -> int:
    return os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "600")


def main() -> None:
    options: dict[str, list[str]] = {}
    words = iter(sys.argv[1:])
    for word in words:
        options[word] = [next(words) for _ in range(OPTIONS[word])]
    StandIn(options).run()


if __name__ == "__main__":
    main()
