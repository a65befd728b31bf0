"""`gentzen synth --policy` as a whole, with a policy that a script answers for, and with tasks in JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from lean_project import environ
from lean_project.pool import Pool
from prover import sessions
from prover.policy import use
from prover.policy.requests import Program, Request
from prover.policy.scripted import ScriptedPolicy
from prover.settings import ProveSettings
from prover.synth.command import run
from prover.synth.loop import SynthSettings
from search.budget import BudgetLimits

pytestmark = [pytest.mark.lean, pytest.mark.timeout(900)]


class Shared:
    """The pool of all tests, which no command closes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def shared(embedded: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    home = tmp_path / "home"
    home.mkdir()
    premises = environ.home().absolute() / "premises"
    if premises.exists():  # the library's index: minutes of work, and nothing of a run
        (home / "premises").symlink_to(premises)
    monkeypatch.setenv("GENTZEN_HOME", str(home))
    monkeypatch.setattr(sessions, "program", lambda *_arguments, **_options: None)
    monkeypatch.setattr(sessions, "open_pool", lambda *_arguments: Shared(embedded))
    yield


class Synth:
    """The command, with a policy that answers with these programs by the head of the hole."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.asked: list[Program] = []
        self.mended: dict[str, Sequence[str]] = {}
        """Answers to questions that show failed programs."""

    def __call__(
        self, path: Path, programs: Mapping[str, Sequence[str]] | None, *, only: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        def script(request: Request) -> Sequence[str]:
            if not isinstance(request, Program) or programs is None:
                return ()
            self.asked.append(request)
            name = request.signature.split()[1]
            codes = programs[name] if not request.attempts else self.mended.get(name, ())
            return [f"Here it is.\n```lean\n{code}\n```" for code in codes]

        self._monkeypatch.setattr(use, "open_policy", lambda *_arguments: ScriptedPolicy(script))
        budget = BudgetLimits(calls=400, seconds=200.0)
        settings = ProveSettings(
            timeout=12.0, budget=budget, policy=None if programs is None else "scripted", policy_samples=4
        )
        code = run(path, settings, SynthSettings(), json=True, quiet=True, only=only)
        (line,) = self._capsys.readouterr().out.splitlines()
        return code, json.loads(line)


@pytest.fixture
def synth(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Synth:
    return Synth(monkeypatch, capsys)


# Enumeration has nothing for function parameters, so here a policy is all there is.
TWICE = """\
def twice (f : Nat → Nat) (x : Nat) : Nat := sorry

theorem twice_spec (f : Nat → Nat) (x : Nat) : twice f x = f (f x) := by sorry
"""
HEAD = "def twice (f : Nat → Nat) (x : Nat) : Nat :="


def test_a_right_program_is_verified_and_the_wrong_one_before_it_is_not(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "twice.lean"
    path.write_text(TWICE, encoding="utf-8")
    wrong, right, open_ = f"{HEAD} f x", f"{HEAD}\n  f (f x)", f"{HEAD} sorry"
    code, report = synth(path, {"twice": [open_, wrong, right]})
    assert synth.asked and synth.asked[0].signature == HEAD and "twice_spec" in synth.asked[0].specification
    (hole,) = report["holes"]
    assert (code, report["status"], report["level"]) == (0, "verified", "L1"), report["reason"]
    assert hole["program"].strip() == "f (f x)" and hole["origin"] == "policy"
    fates = {each["text"].strip(): each["fate"] for each in hole["candidates"]}
    assert fates["f x"] in ("refuted", "unproved", "disproved") and set(fates) == {"f x", "f (f x)"}
    written = path.with_name("twice.synth.lean").read_text(encoding="utf-8")
    assert "f (f x)" in written and "sorry" not in written
    assert path.read_text(encoding="utf-8") == TWICE


def test_wrong_programs_alone_are_not_verified(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "twice.lean"
    path.write_text(TWICE, encoding="utf-8")
    code, report = synth(path, {"twice": [f"{HEAD} f (f (f x))", f"{HEAD} f (f x) + ill", "no program"]})
    assert code == 1 and report["status"] in ("open", "unproved", "limit") and report["output"] is None
    assert not path.with_name("twice.synth.lean").exists()
    fates = {each["fate"] for each in report["holes"][0]["candidates"]}
    assert fates <= {"ill_typed", "refuted", "unproved", "disproved"}


def test_a_program_is_mended_by_what_is_wrong_with_it(synth: Synth, tmp_path: Path) -> None:
    """The second question shows the programs, the input that refutes one and what Lean says to the other; what is wrong
    again is shown again."""
    path = tmp_path / "twice.lean"
    path.write_text(TWICE.replace("twice f x = f (f x)", "f 0 = 0 → twice f x = f (f x)"), encoding="utf-8")
    synth.mended["twice"] = [f"{HEAD} f (f (f x))"]
    synth(path, {"twice": [f"{HEAD} f x + 1", f"{HEAD} f (f x) + ill"]})
    first, second, third = synth.asked
    assert not first.attempts and second.sampling.n < first.sampling.n
    wrong, ill = second.attempts
    assert wrong.code == f"{HEAD} f x + 1" and "twice_spec" in wrong.reason
    assert ill.code == f"{HEAD} f (f x) + ill" and "ill" in ill.reason
    assert [each.code for each in third.attempts[:2]] == [wrong.code, ill.code]
    assert third.attempts[2].code == f"{HEAD} f (f (f x))" and third.attempts[2].reason

    synth.mended["twice"] = [f"{HEAD} f (f x)"]
    code, report = synth(path, {"twice": [f"{HEAD} f x"]})
    assert (code, report["status"]) == (0, "verified"), report["reason"]
    assert report["holes"][0]["program"].strip() == "f (f x)"


TWO = """\
namespace Two

def again (f : Nat → Nat) (x : Nat) : Nat := sorry

theorem again_spec (f : Nat → Nat) (x : Nat) : again f x = f (f x) := by sorry

def four (f : Nat → Nat) (x : Nat) : Nat := sorry

theorem four_spec (f : Nat → Nat) (x : Nat) : four f x = f (f (f (f x))) := by sorry

end Two
"""


def test_two_programs_of_one_file(synth: Synth, tmp_path: Path) -> None:
    path = tmp_path / "two.lean"
    path.write_text(TWO, encoding="utf-8")
    head = "(f : Nat → Nat) (x : Nat) : Nat :="
    code, report = synth(
        path, {"again": [f"def again {head} f (f x)"], "four": [f"def four {head} again f (again f x)"]}
    )
    assert (code, report["status"]) == (0, "verified"), report["reason"]
    assert [hole["program"].strip() for hole in report["holes"]] == ["f (f x)", "again f (again f x)"]
    assert {each["name"]: each["status"] for each in report["theorems"]} == {
        "Two.again_spec": "proved",
        "Two.four_spec": "proved",
    }
    # The policy sees the first program when it is asked for the second.
    assert "f (f x)" in synth.asked[-1].view.preamble


def test_a_task_in_json_lines(synth: Synth, tmp_path: Path) -> None:
    helped = "def go (a b : Nat) : Nat := if a ≤ b then b else a"
    lines = [
        {"id": "made/other", "header": "def g (n : Nat) : Nat := n", "statement": "theorem t : g 0 = 1 := by sorry"},
        {
            "id": "made/larger",
            "header": f"{helped}\n\ndef larger (a b : Nat) : Nat := go a b",
            "statement": "theorem larger_spec (a b : Nat) : larger a b = max a b := by sorry",
        },
    ]
    source = tmp_path / "made.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    code, report = synth(source, None, only="larger")
    assert (code, report["status"]) == (0, "verified"), report["reason"]
    written = (tmp_path / "larger.synth.lean").read_text(encoding="utf-8")
    assert report["output"] == str(tmp_path / "larger.synth.lean") and "theorem larger_spec" in written
    assert "def go" not in written and "sorry" not in written
