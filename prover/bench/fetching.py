"""Data of benchmarks, fetched over the user's own network and known by content: a commit of a repository, or a file's
SHA-256. Nothing is fetched unless the user asks for it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lean_project import environ
from lean_project.errors import UserError

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a benchmark is published. `commit`: the one that gentzen was developed against, a prefix of its name, ""
    for none. A commit's name is a hash of all that is in it, so it is the checksum."""

    url: str
    commit: str = ""


HOMES: Mapping[str, Home] = {
    "minif2f": Home("https://github.com/yangky11/miniF2F-lean4", "5746b7d6"),
    "verina": Home("https://github.com/sunblaze-ucb/verina", "d12090a8"),
    "clever": Home("https://github.com/trishullab/clever"),
    "algoveri": Home("https://github.com/haoyuzhao123/algoveri"),
    "putnam": Home("https://github.com/trishullab/PutnamBench"),
    "human-eval-lean": Home("https://github.com/leanprover/human-eval-lean"),
    "proofnet": Home("https://github.com/rahul3613/ProofNet-lean4"),
}


def kept(name: str) -> Path:
    """Where the data of a known benchmark lie once they are fetched."""
    return environ.home() / "benchmarks" / name


def is_url(name: str) -> bool:
    return urlsplit(name).scheme in ("http", "https")


def fetch(name: str, *, revision: str = "", sha256: str = "", say: Say) -> Path:
    """The data of a known benchmark, or the file at a URL, fetched unless they are here. Returns their path.

    revision: a commit, tag or branch in place of the known commit. sha256: of the file, needed for a URL. Raises
    UserError for an unknown name, a network or a disk that refuses, and for content that is not what was asked for.
    """
    if is_url(name):
        return _file(name, sha256.lower(), say)
    home = HOMES.get(name.lower())
    if home is None:
        raise UserError(
            f"There is no benchmark {name} that gentzen could fetch. Give a URL, or one of {', '.join(sorted(HOMES))}."
        )
    return repository(home.url, kept(name.lower()), revision or home.commit, say)


def repository(url: str, place: Path, revision: str, say: Say) -> Path:
    """A checkout of `revision` ("": the newest) at `place`, whole or not at all. Raises UserError."""
    if place.exists():
        if revision and not _has(place, revision):
            raise UserError(
                f"{place} is there already, at another commit than {revision}. Move it away, or leave out --fetch."
            )
        return place
    if shutil.which("git") is None:
        raise UserError(f"Fetching {url} needs git, which is not installed. Install it, or download the data yourself.")
    say(f"Fetching {url} into {place}")
    _make(place.parent)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=place.parent) as scratch:
        copy = Path(scratch) / "copy"
        _git(f"{url} cannot be fetched", "clone", "--quiet", "--no-checkout", url, str(copy))
        _git(f"{url} has no {revision}", "-C", str(copy), "checkout", "--quiet", revision or "HEAD")
        copy.replace(place)
    head = _head(place)
    say(f"{place} is at commit {head}" + ("" if revision else ", the newest one; gentzen knows of no other"))
    return place


def _has(place: Path, revision: str) -> bool:
    """Whether the checkout is at `revision`, a commit's name or whatever git makes of it."""
    head = _head(place)
    if head.startswith(revision.lower()):
        return True
    asked = ["git", "-C", str(place), "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]
    found = subprocess.run(asked, capture_output=True, text=True)
    return found.returncode == 0 and found.stdout.strip() == head


def _head(place: Path) -> str:
    return _git(f"{place} is no git checkout", "-C", str(place), "rev-parse", "HEAD").strip()


def _git(trouble: str, *arguments: str) -> str:
    made = subprocess.run(["git", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if made.returncode:
        said = made.stderr.strip().splitlines()
        raise UserError(f"{trouble}: {said[-1] if said else f'git ended with {made.returncode}'}. Check your network.")
    return made.stdout


def _file(url: str, sha256: str, say: Say) -> Path:
    import httpx

    name = Path(urlsplit(url).path).name or "data"
    if len(sha256) == 64:
        known = environ.home() / "benchmarks" / sha256[:16] / name
        if known.exists():  # it was compared when it was put there
            return known
    say(f"Fetching {url}")
    _make(environ.home() / "benchmarks")
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=environ.home() / "benchmarks") as scratch:
        copy, digest = Path(scratch) / name, hashlib.sha256()
        try:
            with httpx.stream("GET", url, follow_redirects=True, timeout=60.0) as answer, copy.open("wb") as file:
                answer.raise_for_status()
                for piece in answer.iter_bytes():
                    digest.update(piece)
                    file.write(piece)
        except (httpx.HTTPError, OSError) as error:
            raise UserError(f"{url} cannot be fetched: {error}. Check the address and your network.") from error
        found = digest.hexdigest()
        if found != sha256:
            asked = f"{sha256} was asked for" if sha256 else "no --sha256 was given to compare it with"
            raise UserError(
                f"What {url} sends has the SHA-256 {found}, but {asked}. If that is the file you mean, add "
                f"--sha256 {found}."
            )
        place = environ.home() / "benchmarks" / found[:16] / name
        _make(place.parent)
        copy.replace(place)
    return place


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error.strerror}. Give another GENTZEN_HOME.") from error
