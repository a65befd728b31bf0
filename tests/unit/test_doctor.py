"""`gentzen doctor` says what is there, and for what is missing the command that mends it. It changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from privileges import without_privileges
from typer.testing import CliRunner

from prover import doctor
from prover.cli import app
from prover.doctor import Finding, State, can_prove

runner = CliRunner()
LEAN = Finding("lean", "embedded", "installed")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def found(name: str) -> Finding:
    return next(each for each in doctor.examine() if each.name == name)


class TestCanProve:
    @pytest.mark.parametrize(
        ("findings", "able"),
        [
            ([LEAN], True),
            ([LEAN, Finding("lean", "native", "", State.MISSING, "x")], True),
            ([LEAN, Finding("extras", "train", "", State.OPTIONAL, "x")], True),
            ([LEAN, Finding("storage", "home", "", State.BROKEN, "x")], False),
            ([LEAN, Finding("versions", "gentzen", "", State.BROKEN, "x")], False),
            ([Finding("lean", "embedded", "", State.MISSING, "x")], False),
            ([Finding("lean", "native", "", State.OPTIONAL)], False),
            ([], False),
        ],
    )
    def test_needs_one_lean_and_a_place_to_write(self, findings: list[Finding], able: bool) -> None:
        assert can_prove(findings) is able


class TestFindings:
    def test_everything_that_is_missing_comes_with_what_mends_it(self) -> None:
        for each in doctor.examine():
            assert (each.state in (State.MISSING, State.BROKEN)) <= bool(each.mend), each

    def test_without_a_home_nothing_is_made(self, home: Path) -> None:
        assert "made when needed" in found("home").value
        assert not home.exists()

    def test_sizes_of_what_lies_in_the_home(self, home: Path) -> None:
        (home / "embedded" / "lib").mkdir(parents=True)
        (home / "embedded" / "lib" / "a").write_bytes(b"x" * 1500)
        (home / "ledger.db").write_bytes(b"x" * 12)
        assert found("ledger.db").value == "12 bytes"
        assert any(each.section == "storage" and each.value == "1.5 kB" for each in doctor.examine())

    def test_a_home_that_cannot_be_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with without_privileges() as folder:
            folder.chmod(0o555)
            for place in (folder, folder / "deeper" / "home"):
                monkeypatch.setenv("GENTZEN_HOME", str(place))
                (finding,) = doctor._storage(place)
                assert finding.state is State.BROKEN and "GENTZEN_HOME" in finding.mend
            folder.chmod(0o755)

    def test_extras_are_named_with_their_versions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "_installed", lambda name: {"torch": "2.13.0", "ray": "2.60"}.get(name))
        extras = {each.name: each for each in doctor._extras()}
        assert extras["cluster"] == Finding("extras", "cluster", "ray 2.60")
        assert extras["train"].value.startswith("torch 2.13.0; no transformers")
        assert (extras["train"].state, extras["vllm"].state) == (State.OPTIONAL, State.OPTIONAL)
        assert "pip install '.[vllm]'" in extras["vllm"].mend

    def test_gpus_are_what_the_driver_says(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tool = tmp_path / "nvidia-smi"
        tool.write_text("#!/bin/sh\necho 'NVIDIA H200, 143771 MiB'\necho 'NVIDIA H200, 143771 MiB'\n")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        assert found("GPU").value == "NVIDIA H200, 143771 MiB, NVIDIA H200, 143771 MiB"
        tool.write_text("#!/bin/sh\nexit 9\n")
        assert found("GPU").state is State.OPTIONAL


class TestCommand:
    def test_people_see_the_command_under_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        findings = [LEAN, Finding("storage", "home", "read-only", State.BROKEN, "export GENTZEN_HOME=DIR")]
        monkeypatch.setattr(doctor, "examine", lambda: findings)
        done = runner.invoke(app, ["doctor"])
        assert done.exit_code == 2
        assert "  home      read-only\n            export GENTZEN_HOME=DIR\n" in done.stdout
        assert "cannot run yet" in done.stdout

    def test_json_holds_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "examine", lambda: [LEAN])
        done = runner.invoke(app, ["doctor", "--json"])
        assert done.exit_code == 0
        printed = json.loads(done.stdout)
        lean = {"section": "lean", "name": "embedded", "value": "installed", "state": "ok", "mend": ""}
        assert printed == {"can_prove": True, "findings": [lean]}
