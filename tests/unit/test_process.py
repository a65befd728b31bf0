"""One child process: framing, deadlines, faults, and an end that leaves nothing behind."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
from stand_in import PATIENCE, children, eventually, gone

from lean_project.errors import MachineryError, RequestError, UserError
from lean_project.process import LineProcess, descendants

PRELUDE = "import json, os, subprocess, sys, time; nonce = json.loads(sys.stdin.readline())['hello']\n"


def child(code: str) -> LineProcess:
    """A Python program that has read its nonce."""
    process = LineProcess([sys.executable, "-S", "-E", "-c", PRELUDE + textwrap.dedent(code)], name="child")
    process.send({"hello": process.nonce}, soon())
    return process


def soon() -> float:
    return time.monotonic() + PATIENCE


def test_a_line_goes_there_and_back_with_all_of_unicode():
    process = child("print(nonce, sys.stdin.readline(), end='', flush=True)")
    value = {"text": '∀ x, x ⊢ 𝔸\n\t"\\ ', "numbers": [1, -2.5, None, True]}
    process.send(value, soon())
    assert process.receive(soon()) == value
    process.close()


def test_lines_without_the_nonce_are_dropped_and_counted():
    process = child(
        r"""
        print('noise')
        print('{"id": 1}')
        print(nonce[:-1], '{"id": 2}')
        print()
        print('not ended', end='')
        print(nonce, '{"id": 3}', flush=True)
        """
    )
    assert process.receive(soon()) == {"id": 3}
    assert process.noise == 4
    process.close()


def test_no_answer_by_the_deadline_is_none_and_the_process_lives_on():
    process = child("sys.stdin.readline(); print(nonce, '{}', flush=True)")
    assert process.receive(time.monotonic()) is None
    process.send({}, soon())
    assert process.receive(soon()) == {}
    process.close()


def test_ten_megabytes_go_both_ways_while_both_write():
    """The child writes more than a pipe holds before it reads: whoever only wrote would wait for ever."""
    process = child(
        """
        print('x' * 5_000_000, flush=True)
        sys.stderr.write('y' * 5_000_000); sys.stderr.flush()
        print(nonce, sys.stdin.readline(), end='', flush=True)
        """
    )
    process.send({"text": "z" * 10_000_000}, soon())
    answer = process.receive(soon())
    assert answer is not None and len(answer["text"]) == 10_000_000
    process.close()


def test_time_to_read_a_line_is_linear_in_its_length():
    """pexpect's own search is quadratic. Counted in bytes copied, not in seconds: chunks are joined once."""
    process = child("print(nonce, json.dumps('⊢' * int(sys.stdin.readline())).join(['{\"t\":', '}']), flush=True)")
    joined = 0

    class Chunks(list):
        def append(self, data: bytes) -> None:
            nonlocal joined
            joined += len(data)
            super().append(data)

    process._partial = Chunks()
    os.write(process._input, b"3000000\n")
    answer = process.receive(soon())
    assert answer is not None and len(answer["t"]) == 3_000_000
    assert joined <= len(json.dumps(answer)) + len(process.nonce) + 2
    process.close()


def test_half_a_line_then_death():
    process = child("sys.stdout.write(nonce + ' {\"id\": 1, '); sys.stdout.flush(); os._exit(9)")
    with pytest.raises(MachineryError, match="middle of a line and ended with exit code 9"):
        process.receive(soon())
    assert not process.alive


def test_death_tells_the_exit_code_and_the_end_of_stderr():
    process = child("sys.stderr.write('chatter\\n' * 100_000 + 'the last words'); sys.exit(3)")
    with pytest.raises(MachineryError, match="exit code 3") as caught:
        process.receive(soon())
    assert caught.value.stderr_tail.endswith("the last words")
    assert len(caught.value.stderr_tail) <= 1 << 14
    with pytest.raises(MachineryError, match="already dead and ended with exit code 3"):
        process.send({}, soon())


def test_death_by_a_signal_is_named():
    process = child("os.kill(os.getpid(), 11)")
    with pytest.raises(MachineryError, match="SIGSEGV"):
        process.receive(soon())


@pytest.mark.parametrize("line", ["{half", "[1]", "", "[" * 100_000])
def test_a_protocol_line_that_is_no_object_ends_the_process(line: str):
    process = child(f"print(nonce, {line!r}, flush=True); sys.stdin.read()")
    with pytest.raises(MachineryError, match="not"):
        process.receive(soon())
    assert gone(process.pid)


def test_closing_its_output_is_a_death():
    process = child("os.close(1); sys.stdin.read()")
    with pytest.raises(MachineryError, match="closed its output and was killed"):
        process.receive(soon())
    assert gone(process.pid)


def test_a_grandchild_that_holds_the_pipe_does_not_hide_the_death():
    process = child("subprocess.Popen(['sleep', '600']); os._exit(5)")
    with pytest.raises(MachineryError, match="exit code 5"):
        while process.receive(time.monotonic() + 0.02) is None:
            pass
    assert eventually(lambda: not children())


def test_kill_reaches_the_whole_group_and_who_left_it():
    process = child(
        """
        one = subprocess.Popen(['sleep', '600'])
        two = subprocess.Popen(['sleep', '600'], start_new_session=True)
        print(nonce, json.dumps({"pids": [one.pid, two.pid]}), flush=True)
        sys.stdin.read()
        """
    )
    answer = process.receive(soon())
    assert answer is not None
    process.kill()
    assert all(eventually(lambda pid=pid: gone(pid)) for pid in (process.pid, *answer["pids"]))
    process.kill()


def test_descendants_are_those_that_psutil_finds():
    process = child(
        """
        two = subprocess.Popen([sys.executable, '-c', 'import subprocess; subprocess.run(["sleep", "600"])'])
        print(nonce, '{}', flush=True)
        sys.stdin.read()
        """
    )
    process.receive(soon())

    def found() -> list[int]:
        return sorted(each.pid for each in psutil.Process(process.pid).children(recursive=True))

    assert eventually(lambda: len(found()) == 2)
    assert sorted(descendants(process.pid)) == found()
    process.kill()
    assert descendants(process.pid) == []


def test_memory_of_descendants_counts():
    process = child("subprocess.Popen(['sleep', '600']); print(nonce, '{}', flush=True); sys.stdin.read()")
    process.receive(soon())
    assert eventually(lambda: process.rss(tree=True) > process.rss() > 0)
    process.kill()
    assert process.rss(tree=True) == 0


def test_close_lets_the_program_end_by_itself(tmp_path: Path):
    done = tmp_path / "done"
    process = child(f"sys.stdin.read(); open({str(done)!r}, 'w').write('x')")
    process.close(grace=PATIENCE)
    assert done.exists() and gone(process.pid)


def test_close_kills_who_does_not_end():
    process = child("print(nonce, '{}', flush=True); time.sleep(600)")
    process.receive(soon())
    process.close(grace=0.05)
    assert gone(process.pid)


def test_a_request_that_nobody_reads_meets_its_deadline():
    process = child("time.sleep(600)")
    with pytest.raises(MachineryError, match="did not read"):
        process.send({"text": "x" * 5_000_000}, time.monotonic() + 0.1)
    assert gone(process.pid)


def test_what_is_no_unicode_is_refused_and_nothing_is_sent():
    process = child("print(nonce, sys.stdin.readline(), end='', flush=True)")
    with pytest.raises(RequestError):
        process.send({"text": "\ud800"}, soon())
    process.send({"fine": 1}, soon())
    assert process.receive(soon()) == {"fine": 1}
    process.close()


def test_a_program_that_is_not_there():
    with pytest.raises(UserError, match="gentzen doctor"):
        LineProcess(["/nowhere/lean"])


def test_a_forgotten_process_is_ended_by_the_garbage_collector():
    process = child("time.sleep(600)")
    pid = process.pid
    del process
    gc.collect()
    assert gone(pid)


def test_nothing_is_left_of_the_guardian_either():
    child("sys.stdin.read()").close()
    assert eventually(lambda: not children())


PARENT = """
import os, signal, sys, time
from lean_project.process import LineProcess
child = LineProcess(["sh", "-c", "sleep 600 & echo $! >&2; while :; do sleep 600; done"])
while not child.stderr_tail: child._pump(time.monotonic() + 1)
print(child.pid, child.stderr_tail, flush=True)
"""


@pytest.mark.parametrize(
    ("ending", "sent"),
    [
        ("pass", None),
        ("raise RuntimeError", None),
        ("time.sleep(600)", signal.SIGINT),
        ("time.sleep(600)", signal.SIGTERM),
        ("time.sleep(600)", signal.SIGKILL),
        ("os.abort()", None),
    ],
)
def test_nothing_outlives_us_however_we_end(ending: str, sent: signal.Signals | None):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT + ending], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        leader, other = map(int, parent.stdout.readline().split())
        if sent is not None:
            parent.send_signal(sent)
    assert eventually(lambda: gone(leader) and gone(other))


def test_a_forked_process_does_not_end_what_its_parent_started():
    fork = "\nif os.fork() == 0: sys.exit()\nos.wait(); print(child._has_exited())"
    parent = subprocess.run([sys.executable, "-c", PARENT + fork], capture_output=True, text=True)
    assert parent.stdout.split()[-1] == "False"
