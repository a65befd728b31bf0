"""An OpenAI-compatible server on 127.0.0.1 that does as a script says: slow, broken, cut off, or another than it says.

It runs in this process, in a thread of its own, and never waits for time to pass: what it holds back, a test releases.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MODEL = "tiny-prover"


@dataclass(frozen=True)
class Act:
    """What comes back. `cut`: only so many bytes of the body, then the connection is closed. `reset`: the connection
    breaks without any answer. `hold`: nothing before `HostileServer.release`."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    reset: bool = False
    hold: bool = False


@dataclass(frozen=True)
class Asked:
    """A request: `number` counts those to completions from 1."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    number: int

    @property
    def chat(self) -> bool:
        return self.path.endswith("/chat/completions")


Script = Callable[[Asked], Act]


def reply(
    asked: Asked,
    *texts: str,
    model: str = MODEL,
    finish: str | None = "stop",
    logprobs: bool | None = None,
    usage: tuple[int, int] | None = (10, 5),
) -> Act:
    """A sound answer with these texts, one for each sample that was asked for when only one is given. `usage`: prompt
    tokens, and completion tokens of each text."""
    found = list(texts) if len(texts) != 1 else list(texts) * int(asked.body.get("n", 1))
    wanted = bool(asked.body.get("logprobs")) if logprobs is None else logprobs
    choices = []
    for index, text in enumerate(found):
        words = text.split() or [""]
        choice: dict[str, Any] = {"index": index, "finish_reason": finish}
        if asked.chat:
            choice["message"] = {"role": "assistant", "content": text}
            tokens = [{"token": word, "logprob": -0.5} for word in words]
            choice["logprobs"] = {"content": tokens} if wanted else None
        else:
            choice["text"] = text
            choice["logprobs"] = {"tokens": words, "token_logprobs": [-0.5] * len(words)} if wanted else None
        choices.append(choice)
    content: dict[str, Any] = {"model": model, "choices": choices}
    if usage is not None:
        content["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1] * len(found)}
    return Act(body=json.dumps(content).encode())


def error(status: int, message: str = "no", **headers: str) -> Act:
    body = json.dumps({"error": {"message": message}}).encode()
    return Act(status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


class HostileServer:
    """Use as a context manager. `url` ends in /v1. `asked`: the requests to completions so far; `most`: the most that
    were under way at once. `models`: the answer to /v1/models."""

    def __init__(self, script: Script, *, models: Act | None = None, keep: bool = True) -> None:
        entry = {"id": MODEL, "object": "model", "owned_by": "hostile"}
        self.script = script
        self.models = models or Act(body=json.dumps({"data": [entry]}).encode())
        self.asked: list[Asked] = []
        self.count = self.under_way = self.most = 0
        self._keep = keep
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hostile-server", daemon=True)

    def __enter__(self) -> HostileServer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def release(self) -> None:
        """Let go of everything that is held, and hold nothing from now on."""
        self._loop.call_soon_threadsafe(self._go.set)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._go, self._stop = asyncio.Event(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        self._go.set()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        data = await reader.readexactly(int(headers.get("content-length", 0)))
        if path.endswith("/models"):
            await self._send(writer, self.models)
            return True
        self.count += 1
        asked = Asked(method, path, headers, json.loads(data), self.count)
        if self._keep:
            self.asked.append(asked)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            act = self.script(asked)
            if act.hold:
                await self._go.wait()
            if act.reset:
                writer.transport.abort()
                return False
            await self._send(writer, act)
            return act.cut is None
        finally:
            self.under_way -= 1

    async def _send(self, writer: asyncio.StreamWriter, act: Act) -> None:
        lines = [f"HTTP/1.1 {act.status} X", "Content-Type: application/json", f"Content-Length: {len(act.body)}"]
        lines += [f"{name}: {value}" for name, value in act.headers.items()]
        body = act.body if act.cut is None else act.body[: act.cut]
        writer.write("\r\n".join((*lines, "", "")).encode() + body)
        await writer.drain()
