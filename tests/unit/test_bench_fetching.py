"""Fetching data: by commit from a real git repository, and by checksum from a real HTTP server."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lean_project.errors import UserError
from prover.bench import fetching, loading
from prover.bench.fetching import Home, fetch, repository
from prover.bench.problems import git_source

LINE = b'{"id": "one", "statement": "theorem one : 1 = 1 := by sorry"}\n'


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def upstream(tmp_path: Path) -> tuple[Path, str, str]:
    """A repository with two commits, and their names."""
    folder = tmp_path / "upstream"
    folder.mkdir()
    git(folder, "init", "--quiet")
    names = []
    for number in (1, 2):
        (folder / "data.jsonl").write_bytes(LINE * number)
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", f"commit {number}")
        names.append(git(folder, "rev-parse", "HEAD"))
    return folder, names[0], names[1]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "set.jsonl").write_bytes(LINE)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "served")))
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    thread.join()
    http.server_close()


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "benchmarks").rglob("*") if ".git" not in path.parts)


def test_a_known_name_is_checked_out_at_its_commit(
    upstream: tuple[Path, str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, first, _ = upstream
    monkeypatch.setattr(fetching, "HOMES", {"minif2f": Home(str(folder), first[:8])})
    said: list[str] = []
    place = fetch("miniF2F", say=said.append)
    assert place == home / "benchmarks" / "minif2f" == loading.locate("miniF2F")
    assert (place / "data.jsonl").read_bytes() == LINE and first in said[-1]
    assert git_source(place).commit == first and len(loading.load(place)) == 1
    said.clear()
    assert fetch("minif2f", say=said.append) == place and said == []  # it is here
    with pytest.raises(UserError, match="at another commit"):
        fetch("minif2f", revision=upstream[2], say=said.append)


def test_a_revision_stands_in_for_the_known_commit(upstream: tuple[Path, str, str], tmp_path: Path) -> None:
    said: list[str] = []
    newest = repository(str(upstream[0]), tmp_path / "a", "", said.append)
    assert (newest / "data.jsonl").read_bytes() == LINE * 2 and "the newest" in said[-1]
    older = repository(str(upstream[0]), tmp_path / "b", "HEAD~1", said.append)
    assert (older / "data.jsonl").read_bytes() == LINE


def test_a_fetch_that_fails_leaves_nothing(upstream: tuple[Path, str, str], tmp_path: Path) -> None:
    place = tmp_path / "kept" / "set"
    with pytest.raises(UserError, match="has no 0123abcd"):
        repository(str(upstream[0]), place, "0123abcd", lambda _: None)
    with pytest.raises(UserError, match="cannot be fetched"):
        repository(str(tmp_path / "nowhere"), place, "", lambda _: None)
    assert list(place.parent.iterdir()) == []


def test_a_file_needs_the_checksum_that_it_has(server: str, home: Path) -> None:
    url, right = f"{server}/set.jsonl", hashlib.sha256(LINE).hexdigest()
    with pytest.raises(UserError, match=f"no --sha256 was given.*--sha256 {right}"):
        fetch(url, say=lambda _: None)
    with pytest.raises(UserError, match=f"0000 was asked for.*--sha256 {right}"):
        fetch(url, sha256="0000", say=lambda _: None)
    assert left(home) == []
    path = fetch(url, sha256=right.upper(), say=lambda _: None)
    assert path.read_bytes() == LINE and path.is_relative_to(home)
    assert [problem.id for problem in loading.load(path)] == ["one"]
    assert fetch("http://127.0.0.1:1/set.jsonl", sha256=right, say=lambda _: None) == path  # known by content
    with pytest.raises(UserError, match="cannot be fetched"):
        fetch(f"{server}/missing.jsonl", sha256=right[::-1], say=lambda _: None)


def test_nothing_is_fetched_unasked(home: Path) -> None:
    with pytest.raises(UserError, match="Add --fetch"):
        loading.locate("https://example.org/set.jsonl")
    with pytest.raises(UserError, match="no benchmark nothing-like-it"):
        fetch("nothing-like-it", say=lambda _: None)
