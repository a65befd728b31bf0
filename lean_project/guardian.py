"""Nothing outlives us: every process group that we start is killed when this process ends, however it ends.

An ordinary exit (an exception, Ctrl-C) runs the exit hook. For the ends that run no hook (SIGKILL, SIGTERM, a crash) a
small shell waits on a pipe that only we hold; when the pipe closes, it kills the groups that are still on its list. The
kernel's parent-death signal would not do: it is tied to the starting *thread*, reaches the direct child only, and is
found on Linux only. The shell lives only while there is a group to watch over.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from lean_project.errors import MachineryError

_WATCH = """
trap '' INT TERM HUP QUIT PIPE
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
"""


def kill_group(group: int) -> None:
    """SIGKILL to every process of the group; nothing happens when there is none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: EPERM when only zombies are left
        os.killpg(group, signal.SIGKILL)


class Guardian:
    """The process groups that this process has started and not yet ended. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a finalizer may run inside any of our own calls
        self._owner = 0
        self._groups: set[int] = set()
        self._shell: subprocess.Popen[bytes] | None = None
        self._ending = False

    def start(self, argv: Sequence[str], *, cwd: Path | None, env: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
        """Start a program as the leader of its own session and group, with three unbuffered pipes.

        Raises OSError when it cannot be started, MachineryError when this process is already ending.
        """
        with self._lock:
            self._adopt()
            if self._ending:
                raise MachineryError("this process is ending and starts no more workers")
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
            self._groups.add(process.pid)
            self._tell(f"+ {process.pid}\n")
            return process

    def forget(self, group: int) -> None:
        """The group has ended (call it before or right after its leader was reaped)."""
        with self._lock:
            if self._owner != os.getpid() or group not in self._groups:
                return
            self._groups.remove(group)
            self._tell(f"- {group}\n")
            if not self._groups:
                self._dismiss()

    def _adopt(self) -> None:
        """After a fork the groups are still our parent's; start with an empty list. Installs the exit hook."""
        if self._owner == os.getpid():
            return
        if self._shell is not None and self._shell.stdin is not None:
            self._shell.stdin.close()
            self._shell.returncode = 0  # not our child: never wait for it
        self._groups, self._shell = set(), None
        if self._owner == 0:
            atexit.register(self._end)
        self._owner = os.getpid()

    def _tell(self, line: str) -> None:
        if self._shell is None and self._groups:
            line = "".join(f"+ {group}\n" for group in self._groups)
            self._shell = self._start_shell()
        if self._shell is not None and self._shell.stdin is not None:
            try:
                self._shell.stdin.write(line.encode())
            except OSError:  # somebody killed the shell; the next line brings another, told of every group
                self._dismiss()

    def _start_shell(self) -> subprocess.Popen[bytes] | None:
        try:
            return subprocess.Popen(
                ["/bin/sh", "-c", _WATCH],
                cwd="/",
                env={},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        except OSError:  # without a shell the exit hook is all there is
            return None

    def _dismiss(self) -> None:
        shell, self._shell = self._shell, None
        if shell is not None and shell.stdin is not None:
            shell.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                shell.wait(timeout=5)

    def _end(self) -> None:
        with self._lock:
            if self._owner != os.getpid():
                return
            self._ending = True
            for group in self._groups:
                kill_group(group)
            self._groups.clear()
            self._dismiss()


guardian = Guardian()
