"""Finding the user's project and toolchain, on folder trees and programs that stand in for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from native_toolchain import TOOLCHAIN, install_program, install_toolchain, make_project

from lean_project.errors import UserError
from lean_project.native.locate import find_project, find_root, toolchain_folder


@pytest.fixture
def elan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ELAN_HOME, and a PATH without any Lean."""
    home = tmp_path / "elan"
    monkeypatch.setenv("ELAN_HOME", str(home))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return home


def test_a_project_is_found_upward_from_a_file(tmp_path: Path, elan: Path) -> None:
    sysroot = install_toolchain(elan)
    root = make_project(tmp_path / "demo")
    file = root / "Demo" / "Deep" / "File.lean"
    file.parent.mkdir(parents=True)
    file.touch()
    project = find_project(file)
    assert project is not None
    assert project.root == root
    assert project.configuration == root / "lakefile.toml"
    assert project.toolchain == TOOLCHAIN
    assert project.sysroot == sysroot
    assert project.version == (4, 28, 0)
    assert project.commit.startswith("0123456789")
    assert project.lean.is_file()
    assert project.lake.is_file()
    assert project.leanchecker is None


def test_the_nearest_lakefile_wins_over_a_nearer_lean_toolchain(tmp_path: Path) -> None:
    root = make_project(tmp_path / "demo")
    inner = root / "inner"
    inner.mkdir()
    (inner / "lean-toolchain").write_text(TOOLCHAIN)
    assert find_root(inner) == root
    nested = make_project(root / "nested", lakefile="lakefile.lean")
    assert find_root(nested / "File.lean") == nested


def test_a_lean_toolchain_alone_makes_a_project_without_lake(tmp_path: Path, elan: Path) -> None:
    install_toolchain(elan)
    (tmp_path / "lean-toolchain").write_text(TOOLCHAIN)
    project = find_project(tmp_path / "File.lean")
    assert project is not None
    assert project.configuration is None


def test_no_project_above_is_no_error(tmp_path: Path, elan: Path) -> None:
    assert find_project(tmp_path / "File.lean") is None


def test_an_explicit_folder_must_be_a_project(tmp_path: Path, elan: Path) -> None:
    with pytest.raises(UserError, match="is no Lean project"):
        find_project(tmp_path, tmp_path)
    with pytest.raises(UserError, match="does not exist"):
        find_project(tmp_path, tmp_path / "nowhere")


def test_a_missing_toolchain_names_the_command_that_installs_it(tmp_path: Path, elan: Path) -> None:
    (elan / "toolchains").mkdir(parents=True)
    with pytest.raises(UserError, match=f"elan toolchain install {TOOLCHAIN}"):
        find_project(make_project(tmp_path / "demo"))


def test_no_lean_at_all_says_how_to_get_it(tmp_path: Path, elan: Path) -> None:
    with pytest.raises(UserError, match=r"neither elan nor `lean` was found.*--runtime embedded"):
        find_project(make_project(tmp_path / "demo"))


def test_a_lean_on_the_path_serves_where_elan_is_not_used(
    tmp_path: Path, elan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sysroot = install_toolchain(tmp_path / "elsewhere")
    monkeypatch.setenv("PATH", f"{sysroot / 'bin'}:/usr/bin:/bin")
    project = find_project(make_project(tmp_path / "demo"))
    assert project is not None
    assert project.sysroot == sysroot


def test_a_toolchain_below_the_floor_is_refused(tmp_path: Path, elan: Path) -> None:
    install_toolchain(elan, version="4.9.1")
    with pytest.raises(UserError, match=r"uses Lean 4\.9\.1; the native runtime needs 4\.22\.0 or newer"):
        find_project(make_project(tmp_path / "demo"))


def test_a_release_candidate_keeps_its_suffix(tmp_path: Path, elan: Path) -> None:
    install_toolchain(elan, version="4.29.0-rc2")
    project = find_project(make_project(tmp_path / "demo"))
    assert project is not None
    assert (project.version, project.release) == ((4, 29, 0), "4.29.0-rc2")


def test_a_toolchain_that_fails_is_the_users_to_repair(tmp_path: Path, elan: Path) -> None:
    sysroot = install_toolchain(elan)
    install_program(sysroot / "bin" / "lean", "#!/bin/sh\necho 'cannot load libleanshared' >&2\nexit 127\n")
    with pytest.raises(UserError, match="cannot load libleanshared"):
        find_project(make_project(tmp_path / "demo"))


def test_a_toolchain_file_that_is_no_text_is_reported(tmp_path: Path, elan: Path) -> None:
    root = make_project(tmp_path / "demo")
    (root / "lean-toolchain").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="must name a toolchain"):
        find_project(root)


@pytest.mark.parametrize(
    ("toolchain", "folder"),
    [
        ("leanprover/lean4:v4.28.0", "leanprover--lean4---v4.28.0"),
        ("leanprover/lean4:4.28.0", "leanprover--lean4---v4.28.0"),
        ("v4.28.0", "leanprover--lean4---v4.28.0"),
        ("4.28.0", "leanprover--lean4---v4.28.0"),
        ("leanprover/lean4:nightly-2025-11-20", "leanprover--lean4---nightly-2025-11-20"),
        ("leanprover/lean4-pr-releases:pr-release-1", "leanprover--lean4-pr-releases---pr-release-1"),
        ("my-own-build", "my-own-build"),
        ("leanprover/lean4:stable", None),
        ("stable", None),
        ("", None),
    ],
)
def test_elan_folder_names(toolchain: str, folder: str | None) -> None:
    assert toolchain_folder(toolchain) == folder
