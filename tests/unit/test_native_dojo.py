"""LeanDojo's objects as our records. The stand-ins carry the attribute names of lean-dojo 4.20.0."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from lean_project.errors import UserError
from lean_project.model import Position
from lean_project.native import dojo


def pos(line: int, column: int) -> SimpleNamespace:
    return SimpleNamespace(line_nb=line, column_nb=column)


class Tactic:
    tactic = "rw [add_comm b]"
    state_before = "a b : Nat\n⊢ a + b = b + a"
    state_after = "no goals"
    start = pos(3, 3)
    end = pos(3, 18)

    def get_annotated_tactic(self) -> tuple[str, list[dict[str, Any]]]:
        provenance = {
            "full_name": "Nat.add_comm",
            "def_path": "Init/Prelude.lean",
            "def_pos": [7, 9],
            "def_end_pos": [7, 21],
        }
        return "rw [<a>add_comm</a> b]", [provenance]


class Theorem:
    file_path = Path("Demo/Basic.lean")
    start = pos(2, 1)
    end = pos(3, 18)

    def __init__(self, name: str = "Demo.comm", statement: str | None = "theorem comm : a + b = b + a := ") -> None:
        self.theorem = SimpleNamespace(full_name=name)
        self._statement = statement

    def get_theorem_statement(self) -> str:
        assert self._statement is not None, "no proof was found"
        return self._statement

    def get_tactic_proof(self) -> str | None:
        return "by\n  rw [add_comm b]"

    def get_premise_full_names(self) -> list[str]:
        return ["Nat.add_comm", "Eq", "Nat.add_comm"]

    def get_traced_tactics(self) -> list[Tactic]:
        return [Tactic()]


def test_a_theorem_becomes_a_record() -> None:
    record = dojo.convert(Theorem())
    assert record == dojo.TracedTheorem(
        file="Demo/Basic.lean",
        name="Demo.comm",
        statement="theorem comm : a + b = b + a :=",
        proof="by\n  rw [add_comm b]",
        start=Position(2, 0),
        end=Position(3, 17),
        steps=(
            dojo.TracedStep(
                tactic="rw [add_comm b]",
                before="a b : Nat\n⊢ a + b = b + a",
                after="no goals",
                start=Position(3, 2),
                end=Position(3, 17),
                premises=(dojo.Premise("Nat.add_comm", "Init/Prelude.lean", Position(7, 8)),),
            ),
        ),
        premises=("Nat.add_comm", "Eq"),
    )


def test_a_theorem_that_leandojo_cannot_describe_is_passed_over_aloud() -> None:
    file = SimpleNamespace(get_traced_theorems=lambda: [Theorem("Demo.odd", statement=None), Theorem()])
    skipped: list[tuple[str, str, str]] = []
    records = list(dojo.theorems(SimpleNamespace(traced_files=[file]), lambda *what: skipped.append(what)))
    assert [record.name for record in records] == ["Demo.comm"]
    assert [(file, name) for file, name, _ in skipped] == [("Demo/Basic.lean", "Demo.odd")]
    assert "no proof was found" in skipped[0][2]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with a git and a lake."""
    for name in ("git", "lake"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_missing_programs_are_named(programs: Path) -> None:
    (programs / "lake").unlink()
    with pytest.raises(UserError, match="needs `lake`"):
        next(dojo.trace("repo"))


def test_a_missing_extra_names_the_command(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dojo, "available", lambda: False)
    with pytest.raises(UserError, match=r"pip install 'gentzen\[lean-dojo\]'"):
        next(dojo.trace("repo"))


def test_the_import_sees_no_token_and_tracing_failures_are_explained(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str | None] = {}

    class Repo:
        @classmethod
        def from_path(cls, path: str) -> Repo:
            raise AssertionError(f"{path} does not exist")

    def load(name: str) -> ModuleType:
        seen.update({key: os.environ.get(key) for key in ("GITHUB_ACCESS_TOKEN", "DISABLE_REMOTE_CACHE")})
        module = ModuleType(name)
        module.LeanGitRepo = Repo  # type: ignore[attr-defined]
        return module

    monkeypatch.setenv("GITHUB_ACCESS_TOKEN", "token")
    monkeypatch.setattr(dojo, "available", lambda: True)
    monkeypatch.setattr("importlib.import_module", load)
    with pytest.raises(UserError, match=r"cannot trace repo: AssertionError: repo does not exist.*lake build"):
        next(dojo.trace("repo"))
    assert seen == {"GITHUB_ACCESS_TOKEN": None, "DISABLE_REMOTE_CACHE": "1"}
    assert os.environ["GITHUB_ACCESS_TOKEN"] == "token"
    assert "DISABLE_REMOTE_CACHE" not in os.environ


def test_nothing_of_leandojo_is_imported_by_the_adapter() -> None:
    assert "lean_dojo" not in sys.modules
