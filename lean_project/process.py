"""One child process that talks in lines: framing, deadlines, a bounded stderr tail, an end that leaves nothing behind.

Output is read through pexpect (`fdpexpect`, on pipes: a pty would cut long lines). pexpect's pattern search is not
used: it re-reads a growing buffer, which is quadratic in the length of a line; lines are split here as the chunks
arrive.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import select
import signal
import subprocess
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import psutil
from pexpect import EOF, TIMEOUT
from pexpect.fdpexpect import fdspawn

from lean_project.errors import MachineryError, RequestError, UserError
from lean_project.guardian import guardian, kill_group

CHUNK = 1 << 18
PIPE_BYTES = 1 << 20
LONGEST_LINE = 1 << 29
STDERR_TAIL = 1 << 14


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """Kill the whole group and reap its leader, in this order: until then the group's id cannot be anybody else's."""
    if process.returncode is None and owner == os.getpid():
        kill_group(process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):  # it may sit in an uninterruptible system call
            process.wait(timeout=10)
        guardian.forget(process.pid)


def descendants(pid: int) -> list[int]:
    """Process ids of a process' children, theirs and so on; none for one that has ended.

    Where Linux names a thread's children itself, that is asked: psutil reads every process of the machine, and this
    is asked twice a second for each worker."""
    if not Path(f"/proc/{pid}/task/{pid}/children").exists():
        try:
            return [child.pid for child in psutil.Process(pid).children(recursive=True)]
        except psutil.Error:
            return []
    found, to_ask = [pid], [pid]
    while to_ask:
        for path in Path(f"/proc/{to_ask.pop()}/task").glob("*/children"):
            with contextlib.suppress(OSError):  # the thread, or the process, has ended
                children = [int(each) for each in path.read_text().split()]
                found += children
                to_ask += children
    return found[1:]


class LineProcess:
    """A child in its own process group. Protocol lines are `nonce`, a space, a JSON object; other output is dropped.

    Owned by one thread at a time. Whatever goes wrong (the program ends, writes half a line, writes no JSON) raises
    `MachineryError` with the exit status and the end of its stderr, and the process is then dead and reaped.
    Raises `UserError` when the program cannot be started at all.
    """

    def __init__(
        self, argv: Sequence[str], *, name: str = "", cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name or Path(argv[0]).name
        self.nonce = secrets.token_hex(16)
        self.noise = 0
        """Lines that were dropped because they did not carry the nonce."""
        self._prefix = f"{self.nonce} ".encode()
        self._lines: deque[bytes] = deque()
        self._partial: list[bytes] = []
        self._partial_bytes = 0
        self._stderr = bytearray()
        self._status = ""
        try:
            process = guardian.start(argv, cwd=cwd, env=env)
        except OSError as error:
            raise UserError(
                f"The program of the runtime {self.name} cannot be started ({argv[0]}: {error.strerror}). "
                "Run `gentzen doctor` to see what is missing."
            ) from error
        self._process = process
        self._finalizer = weakref.finalize(self, _end, process, os.getpid())
        self._finalizer.atexit = False  # the guardian has the exit hook
        assert process.stdin and process.stdout and process.stderr
        self._input = process.stdin.fileno()
        self._sources: dict[int, fdspawn[bytes]] = {}
        self._poller = select.poll()
        for pipe in (process.stdout, process.stderr):
            self._sources[pipe.fileno()] = fdspawn(pipe.fileno(), maxread=CHUNK, use_poll=True)
            self._poller.register(pipe.fileno(), select.POLLIN)
        self._output = process.stdout.fileno()
        os.set_blocking(self._input, False)
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # above what this user may have
                    fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        """False once it was killed, closed, or seen to have ended."""
        return self._process.returncode is None

    @property
    def stderr_tail(self) -> str:
        return self._stderr[-STDERR_TAIL:].decode(errors="replace").strip()

    def send(self, value: Mapping[str, Any], deadline: float) -> None:
        """Write one line. `deadline` (on `time.monotonic`): raises `MachineryError` when it is not taken by then.

        Raises `RequestError` when the value is not JSON or its text is not Unicode; nothing is sent then.
        """
        try:
            data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        except (UnicodeEncodeError, TypeError, ValueError) as error:
            raise RequestError(f"the request cannot be written as JSON: {error}") from error
        if not self.alive:
            self._fail("was already dead")
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._input, rest) :]
            except BlockingIOError:
                # It may be blocked on output of its own: keep reading while we wait to write.
                if not self._pump(deadline, writing=True) and time.monotonic() >= deadline:
                    self._fail("did not read its request")
            except OSError:
                self._fail()

    def receive(self, deadline: float) -> dict[str, Any] | None:
        """The next protocol line's object, or None when there is none by `deadline` (on `time.monotonic`)."""
        while not self._lines:
            if not self.alive:
                self._fail("was already dead")
            if self._output not in self._sources:
                self._fail()
            if not self._pump(deadline):
                if self._has_exited():  # a child of its own may hold the pipe open for ever
                    self._drain()
                    if not self._lines:
                        self._fail()
                    break
                return None
        line = self._lines.popleft()
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            self._fail(f"wrote a line that is not JSON ({error})")
        if not isinstance(value, dict):
            self._fail("wrote a line that is not a JSON object")
        return value

    def rss(self, *, tree: bool = False) -> int:
        """Resident bytes of the process, with `tree` those of its descendants as well; 0 when it has ended."""
        total = 0
        try:
            total = psutil.Process(self.pid).memory_info().rss
            for child in descendants(self.pid) if tree else ():
                with contextlib.suppress(psutil.Error):
                    total += psutil.Process(child).memory_info().rss
        except psutil.Error:
            pass
        return total

    def kill(self) -> None:
        """SIGKILL to the whole group and to descendants that left it; reap. Does nothing the second time."""
        if self.alive:
            # As objects, which know when they began: a pid may be somebody else's by the time that it is killed.
            strays: list[psutil.Process] = []
            for child in descendants(self.pid):
                with contextlib.suppress(psutil.Error):
                    strays.append(psutil.Process(child))
            self._finalizer()
            for stray in strays:
                with contextlib.suppress(psutil.Error):
                    stray.kill()
            self._drain()
        self._sources.clear()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def close(self, grace: float = 2.0) -> None:
        """Close its stdin, give it `grace` seconds to end by itself, then `kill`."""
        if self.alive and self._process.stdin is not None:
            self._process.stdin.close()
            deadline = time.monotonic() + grace
            with contextlib.suppress(MachineryError):
                while not self._has_exited() and (now := time.monotonic()) < deadline:
                    if self._sources:
                        self._pump(min(deadline, now + 0.02))
                    else:
                        time.sleep(0.002)
        self.kill()

    def _pump(self, deadline: float, *, writing: bool = False) -> bool:
        """Wait until something can be read (or, with `writing`, written) and read it. False: nothing by `deadline`."""
        if writing:
            self._poller.register(self._input, select.POLLOUT)
        try:
            ready = self._poller.poll(max(0.0, deadline - time.monotonic()) * 1000)
        finally:
            if writing:
                self._poller.unregister(self._input)
        for descriptor, _ in ready:
            source = self._sources.get(descriptor)
            if source is not None:
                self._read(descriptor, source)
        return bool(ready)

    def _read(self, descriptor: int, source: fdspawn[bytes]) -> bool:
        try:
            data = source.read_nonblocking(CHUNK, 0)
        except TIMEOUT:
            return False
        except (EOF, OSError):
            self._poller.unregister(descriptor)
            del self._sources[descriptor]
            return False
        if descriptor == self._output:
            self._feed(data)
        else:
            self._stderr += data
            if len(self._stderr) > 8 * STDERR_TAIL:
                del self._stderr[:-STDERR_TAIL]
        return True

    def _feed(self, data: bytes) -> None:
        *ended, rest = data.split(b"\n")
        for piece in ended:
            if self._partial:
                piece = b"".join((*self._partial, piece))
                self._partial, self._partial_bytes = [], 0
            # Code under check may print without a newline, so the nonce may stand inside a line.
            start = piece.find(self._prefix)
            self.noise += start != 0 and bool(piece)
            if start >= 0:
                self._lines.append(piece[start + len(self._prefix) :])
        if rest:
            self._partial.append(rest)
            self._partial_bytes += len(rest)
            if self._partial_bytes > LONGEST_LINE:
                self._partial, self._partial_bytes = [], 0
                self._fail(f"wrote a line of more than {LONGEST_LINE} bytes")

    def _drain(self) -> None:
        """Read what is left in the pipes without waiting, a bounded amount (a stray may go on writing)."""
        for descriptor, source in list(self._sources.items()):
            for _ in range(4 * PIPE_BYTES // CHUNK):
                if not self._read(descriptor, source):
                    break

    def _has_exited(self) -> bool:
        if not self.alive:
            return True
        # Not `Popen.poll`: reaping the leader here would free the group's id before the group is killed.
        try:
            if hasattr(os, "waitid"):
                return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE)
        except (ChildProcessError, psutil.NoSuchProcess):  # somebody else in this process has reaped it
            return True

    def _fail(self, what: str = "") -> NoReturn:
        if self.alive:
            patience = time.monotonic() + (0.0 if what else 0.5)  # its pipe closes a little before it has ended
            while not (exited := self._has_exited()) and time.monotonic() < patience:
                time.sleep(0.002)
            self.kill()
            self._status = _describe(self._process.returncode) if exited else "was killed by us"
            if not what and not exited:
                what = "closed its output"
            elif self._partial and not what:
                what = "stopped in the middle of a line"
        pieces = [piece for piece in (what, self._status) if piece]
        raise MachineryError(
            f"the worker process {self.name} (pid {self.pid}) {' and '.join(pieces)}", stderr_tail=self.stderr_tail
        )


def _describe(code: int | None) -> str:
    if code is None:
        return "cannot be ended"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    hint = ", perhaps by the system for want of memory" if -code == signal.SIGKILL else ""
    return f"was ended by signal {name}{hint}"
