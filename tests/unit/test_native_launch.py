"""From a located project to a worker process: what Lake says, compiling the worker, arguments, environment,
confinement.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from native_toolchain import install_program, install_toolchain, lean_path, library_folder, make_project

from lean_project.errors import UserError
from lean_project.native import build, lake, sandbox
from lean_project.native.launch import Sandboxing, program
from lean_project.native.locate import NativeProject, find_project
from lean_project.process import LineProcess
from lean_project.runtime import GIBIBYTE


class Machine:
    """A machine with a toolchain of shell scripts, elan's way, and an empty cache."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder / "demo"
        self.elan = folder / "elan"
        self.cache = folder / "cache"
        monkeypatch.setenv("ELAN_HOME", str(self.elan))
        monkeypatch.setenv("GENTZEN_HOME", str(self.cache))
        monkeypatch.setenv("PATH", "/usr/bin:/bin")
        monkeypatch.setenv("A_SECRET_TOKEN", "secret")

    def project(
        self, *, lakefile: str = "lakefile.toml", packages: tuple[str, ...] = (), built: bool = True, broken: str = ""
    ) -> NativeProject:
        install_toolchain(self.elan, lean_path=lean_path(self.root, *packages), broken=broken)
        make_project(self.root, lakefile=lakefile, packages=packages, built=built)
        found = find_project(self.root)
        assert found is not None
        return found


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_the_program_starts_lean_itself_with_the_projects_path(machine: Machine) -> None:
    project = machine.project(packages=("batteries", "mathlib"))
    (project.root / "lakefile.toml").write_text('name = "demo"\n[leanOptions]\nautoImplicit = false\n')
    runtime = program(project, Sandboxing.OFF)
    assert runtime.name == "native"
    lean, stack, run, main, sysroot, path, *options = runtime.argv
    assert lean == str(project.lean)
    assert stack.startswith("--tstack=")
    assert run == "--run"
    assert Path(main).is_file()
    assert sysroot == str(project.sysroot)
    assert path == lean_path(project.root, "batteries", "mathlib")
    assert options == ["autoImplicit=false"]
    assert runtime.cwd == project.root
    assert runtime.memory == 4 * GIBIBYTE


def test_workers_get_no_secrets_and_find_only_their_own_modules(machine: Machine) -> None:
    runtime = program(machine.project(), Sandboxing.OFF)
    assert runtime.env is not None
    assert "A_SECRET_TOKEN" not in runtime.env
    assert Path(runtime.env["LEAN_PATH"]) == Path(runtime.argv[3]).parent
    assert runtime.memory == GIBIBYTE


def test_the_started_process_speaks_the_protocol(machine: Machine) -> None:
    runtime = program(machine.project(), Sandboxing.OFF)
    process = LineProcess(runtime.argv, name=runtime.name, cwd=runtime.cwd, env=runtime.env)
    try:
        deadline = time.monotonic() + 60
        process.send({"hello": process.nonce}, deadline)
        greeting = process.receive(deadline)
        assert greeting is not None
        assert greeting["pid"] == process.pid
        assert greeting["lean_path"] == (runtime.env or {})["LEAN_PATH"]
    finally:
        process.kill()


def test_a_lakefile_in_lean_is_translated_for_its_options(machine: Machine) -> None:
    environment = lake.read(machine.project(lakefile="lakefile.lean"))
    assert environment.options == (("autoImplicit", "false"), ("pp.unicode.fun", "true"))


def test_options_of_every_kind_are_flattened(tmp_path: Path) -> None:
    file = tmp_path / "lakefile.toml"
    file.write_text('[leanOptions]\nmaxSynthPendingDepth = 3\nweak.linter.mathlibStandardSet = true\npp.x = "a b"\n')
    assert lake.lean_options(file) == (
        ("maxSynthPendingDepth", "3"),
        ("weak.linter.mathlibStandardSet", "true"),
        ("pp.x", "a b"),
    )
    file.write_text("not toml [")
    with pytest.raises(UserError, match="cannot be read"):
        lake.lean_options(file)


def test_a_dependency_that_is_not_there_is_reported_before_lake_would_download_it(machine: Machine) -> None:
    project = machine.project(packages=("mathlib",))
    shutil.rmtree(project.root / ".lake")
    install_program(project.lake, "#!/bin/sh\necho must not run >&2\nexit 1\n")
    with pytest.raises(UserError, match=r"depends on mathlib, which is not there.*lake exe cache get"):
        lake.read(project)


def test_a_dependency_that_is_not_built_names_the_command(machine: Machine) -> None:
    with pytest.raises(UserError, match=r"depends on batteries, which is not built.*`lake build`"):
        lake.read(machine.project(packages=("batteries",), built=False))


def test_lakes_own_failure_is_shown(machine: Machine) -> None:
    project = machine.project()
    install_program(project.lake, "#!/bin/sh\necho 'error: configuration file failed' >&2\nexit 1\n")
    with pytest.raises(UserError, match=r"`lake env` fails .*configuration file failed"):
        lake.read(project)


def test_a_damaged_manifest_is_the_users_to_mend(machine: Machine) -> None:
    project = machine.project()
    for text in ("{", "[]", '{"packages": [{}]}'):
        (project.root / "lake-manifest.json").write_text(text)
        with pytest.raises(UserError, match="lake update"):
            lake.read(project)


def test_the_identity_follows_the_projects_modules_options_and_dependencies(machine: Machine) -> None:
    project = machine.project(packages=("batteries",))
    seen = {lake.read(project).identity}
    assert lake.read(project).identity in seen
    own = project.root / ".lake" / "build" / "lib" / "lean"
    own.mkdir(parents=True)
    install_toolchain(machine.elan, lean_path=f"{lean_path(project.root, 'batteries')}:{own}")
    (own / "Demo.olean").write_bytes(b"one")
    seen.add(lake.read(project).identity)
    (own / "Demo.olean").write_bytes(b"other")
    seen.add(lake.read(project).identity)
    (project.root / "lakefile.toml").write_text('name = "demo"\nleanOptions = {autoImplicit = true}\n')
    seen.add(lake.read(project).identity)
    manifest = project.root / "lake-manifest.json"
    manifest.write_text(manifest.read_text().replace("git", "git "))
    seen.add(lake.read(project).identity)
    assert len(seen) == 5
    assert library_folder(project.root, "batteries").is_dir()


def test_the_worker_is_compiled_once_in_the_order_of_its_imports(machine: Machine) -> None:
    project = machine.project()
    folder = build.worker(project)
    assert folder.is_relative_to(machine.cache)
    for module in build.MODULES:
        assert (folder / "Gentzen" / f"{module}.olean").is_file()
    assert build.worker(project) == folder
    compiled = (project.sysroot / "compiled").read_text().splitlines()
    assert [Path(line.split()[-1]).stem for line in compiled] == list(build.MODULES)


def test_the_module_order_is_the_one_of_the_imports() -> None:
    available: set[str] = set()
    for module in (*build.MODULES, "Main"):
        lines = build.source(module).read_text().splitlines()
        imports = {line.split(".")[1] for line in lines if line.startswith("import Gentzen.")}
        assert imports <= available, module
        available.add(module)
    assert available == {file.stem for file in (build.SOURCES / build.PACKAGE).glob("*.lean")}


def test_a_toolchain_that_refuses_the_worker_leaves_nothing_behind(machine: Machine) -> None:
    project = machine.project(broken="unknown constant Lean.Something")
    with pytest.raises(UserError, match=r"Lean 4\.28\.0 does not compile .*Compat\.lean.*unknown constant"):
        build.worker(project)
    assert [entry.suffix for entry in (machine.cache / "native").iterdir()] == [".lock"]


def test_a_cache_that_cannot_be_written_is_reported(machine: Machine) -> None:
    machine.cache.parent.mkdir(exist_ok=True)
    machine.cache.write_text("a file where the folder should be")
    with pytest.raises(UserError, match="GENTZEN_HOME"):
        build.worker(machine.project())


def test_without_bubblewrap_a_required_sandbox_fails_closed(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = machine.project()
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "env", "sed", "dirname"):
        (tools / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tools))
    with pytest.raises(UserError, match=r"not confined: bubblewrap .* is not installed"):
        program(project, Sandboxing.REQUIRE)
    assert program(project, Sandboxing.AUTO).argv[0] == str(project.lean)


def test_a_sandbox_that_confines_nothing_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bypass = '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done\nshift\nexec "$@"\n'
    install_program(tmp_path / "tools" / "bwrap", bypass)
    monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}:/usr/bin:/bin")
    confinement = sandbox.probe([tmp_path], tmp_path)
    assert not confinement.works
    assert "does not work here" in confinement.description


def test_what_the_probe_believes_in_holds(tmp_path: Path) -> None:
    readable, hidden = tmp_path / "readable", tmp_path / "hidden"
    for folder in (readable, hidden):
        folder.mkdir()
        (folder / "file").write_text("text")
    confinement = sandbox.probe([readable], readable)
    script = f"cat {readable}/file; cat {hidden}/file; echo no > {readable}/new; wc -l < /proc/net/dev"
    done = subprocess.run([*confinement.prefix, "/bin/sh", "-c", script], capture_output=True, text=True, check=False)
    # Where no sandbox works the description must say so, and nothing is promised.
    assert confinement.works == (confinement.description.startswith("confined"))
    assert confinement.works != (readable / "new").exists()
    assert confinement.works != ("texttext" in done.stdout)
