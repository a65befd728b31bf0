"""A real server process: `gentzen serve` (or vLLM through it) on a free port, ended when the test is over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, *more: str, log: Path) -> Iterator[str]:
    """The `/v1` address of a server for the checkpoint, once it answers `/health`."""
    port = free_port()
    command = [sys.executable, "-m", "prover.cli", "serve", "--model", str(folder), "--port", str(port), *more]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            _wait_until_healthy(process, f"http://127.0.0.1:{port}/health", log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Ask until it answers; a process that ends before it does is a failure with its output."""
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        while True:
            try:
                process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                pass
            else:
                raise AssertionError(f"the server ended: {log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.HTTPError:
                continue


def texts(choices: Sequence[dict[str, object]]) -> list[object]:
    return [choice["text"] for choice in choices]
