"""The command as a user runs it, with real Lean: what it writes, prints and ends with.

What goes wrong is elsewhere: bad input in test_bad_input.py, faults in test_faults.py, limits in
test_embedded_limits.py.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lean_project.runtime import RuntimeProgram

pytestmark = pytest.mark.lean

SPEC = """\
def double : Nat → Nat
  | 0 => 0
  | n + 1 => double n + 2

theorem double_eq (n : Nat) : double n = 2 * n := by
  sorry

theorem two (a b : Nat) (h : a < b) : a + 1 ≤ b := by sorry

theorem both (p q : Prop) (hp : p) (hq : q) : q ∧ p := sorry
"""
FALSE = "\ntheorem wrong : (1 : Nat) = 2 := by sorry\n"


@pytest.fixture
def home(tmp_path: Path, embedded_program: RuntimeProgram) -> Path:
    """A home of its own (ledger, caches), with the installed runtime linked into it."""
    home = tmp_path / "home"
    installed = Path(embedded_program.argv[-1]).parent
    (home / "embedded").mkdir(parents=True)
    (home / "embedded" / installed.name).symlink_to(installed)
    return home


def gentzen(home: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "prover.cli", *map(str, arguments)],
        env={**os.environ, "GENTZEN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(home: Path, *arguments: str | Path) -> tuple[int, str, str]:
    process = gentzen(home, *arguments)
    out, err = process.communicate(timeout=280)
    return process.returncode, out, err


def test_prove_then_check(tmp_path: Path, home: Path) -> None:
    spec = tmp_path / "Spec.lean"
    spec.write_text(SPEC, encoding="utf-8")
    before = hashlib.sha256(spec.read_bytes()).hexdigest()
    code, out, err = run(home, "prove", spec, "--json", "--workers", "1", "--out", tmp_path / "out")
    assert code == 0, err
    report = json.loads(out)
    assert [target["status"] for target in report["targets"]] == ["proved"] * 3
    assert report["level"] == "L1" and report["runtime"] == "embedded"
    assert hashlib.sha256(spec.read_bytes()).hexdigest() == before
    proved = Path(report["output"])
    assert "sorry" not in proved.read_text(encoding="utf-8")
    code, out, err = run(home, "check", proved, "--against", spec)
    assert code == 0, out + err
    proved.write_text(proved.read_text(encoding="utf-8").replace("double n + 2", "double n + 2 + 0"), encoding="utf-8")
    code, out, err = run(home, "check", proved, "--against", spec)
    assert code == 1 and "STATEMENT_CHANGED" in out


def test_what_is_false_stays_open(tmp_path: Path, home: Path) -> None:
    spec = tmp_path / "Spec.lean"
    spec.write_text("theorem fine : 1 + 1 = 2 := by sorry\n" + FALSE, encoding="utf-8")
    code, out, _ = run(home, "prove", spec, "--workers", "1", "--timeout", "5")
    assert code == 1 and "⊢ 1 = 2" in out
    assert "sorry /- gentzen: open" in (tmp_path / "Spec.proved.lean").read_text(encoding="utf-8")


def test_examples_are_called_by_their_line(tmp_path: Path, home: Path) -> None:
    spec = tmp_path / "Spec.lean"
    spec.write_text(
        "namespace A\n\n/-- Not open. -/\nexample : 1 = 1 := rfl\n\nopaque secret : Nat\n\n"
        "example (n : Nat) : n + 0 = n := by\n  sorry\n\nexample : secret = 7 := by sorry\n\nend A\n",
        encoding="utf-8",
    )
    code, out, err = run(home, "prove", spec, "--json", "--workers", "1")
    assert code == 1, err
    proved = json.loads(out)
    assert [(t["name"], t["status"]) for t in proved["targets"]] == [("example@8", "proved"), ("example@11", "open")]
    code, out, err = run(home, "check", proved["output"], "--against", spec)
    assert code == 1 and "_gentzen" not in out, err
    for line in ("example@3: accepted", "example@8: accepted", "example@11: refused"):
        assert line in out
    changed = Path(proved["output"]).read_text(encoding="utf-8").replace("secret = 7", "secret = 8")
    Path(proved["output"]).write_text(changed, encoding="utf-8")
    code, out, err = run(home, "check", proved["output"], "--against", spec, "--json")
    declarations = {each["name"]: each["reasons"] for each in json.loads(out)["declarations"]}
    assert declarations["example@11"][0] == {"code": "STATEMENT_CHANGED", "detail": "example@11 is not what it was"}
