"""Training data on real Lean: rows from a ledger, from the library, from LeanDojo's classes; decontamination by goal
key."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from decompose.counterexample.gate import test_goal as gate
from decompose.sketch import Lemma, Split
from lean_project.ledger import Ledger, Proof
from lean_project.pool import Pool
from prover.attempt import slot_of, target_key
from prover.engine import LeanDomain
from prover.portfolio import Portfolio
from rl.data.dataset import deduplicated, read_dataset, write_dataset
from rl.data.decontaminate import Decontaminator, Why, build_index
from rl.data.leandojo import from_theorems, traced_rows
from rl.data.ledger import LedgerSettings, ledger_rows
from rl.data.library import library_rows
from rl.data.rows import Completion, HardNegative, Preference, Repair, Row, Sketch, of_kind
from rl.data.statements import NotStated, Reader, spec_of
from rl.data.verify import verify
from search.domain import Answer, Goal, Kind, Move, Verdict

pytestmark = pytest.mark.lean

FILE = """\
def app : List Nat → List Nat → List Nat
  | [], ys => ys
  | x :: xs, ys => x :: app xs ys

def rev : List Nat → List Nat
  | [] => []
  | x :: xs => app (rev xs) [x]

theorem app_nil (xs : List Nat) : app xs [] = xs := by
  sorry

theorem rev_app (xs ys : List Nat) : rev (app xs ys) = app (rev ys) (rev xs) := by
  sorry
"""
APP_NIL = "induction xs with\n| nil => rfl\n| cons x xs ih => simp [app, ih]"
BROKEN = "induction xs with\n| nil => rfl\n| cons x xs ih => simp [app]"
HELPER = Lemma("app_assoc", "(xs ys zs : List Nat) : app (app xs ys) zs = app xs (app ys zs)")
FALSE = Lemma("app_comm", "(xs ys : List Nat) : app xs ys = app ys xs")
BY_HELPER = "induction xs with\n| nil => simp [app, rev, app_nil]\n| cons x xs ih => simp [app, rev, ih, app_assoc]"


@dataclass
class Played:
    """A file whose goals were worked on by hand, with everything in the ledger."""

    ledger: Ledger
    domain: LeanDomain

    def move(self, goal: Goal, split: Split) -> Answer:
        kind = Kind.COMPLETE if split.completes else Kind.SKETCH if split.lemmas else Kind.SPLIT
        move = Move(split.label, split.tactics, kind, 1.0, 0.5, split)
        return self.domain.submit(goal, move, 60.0).result()


@pytest.fixture(scope="module")
def ledger(embedded: Pool, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = Ledger.open(tmp_path_factory.mktemp("ledger") / "ledger.db")
    run = ledger.start_run("prove")
    spec = spec_of(embedded, FILE, "Lists.lean")
    with LeanDomain(
        spec, embedded, proposer=Portfolio(()), splitter=lambda c: iter(()), tester=gate, ledger=ledger, run_id=run
    ) as domain:
        played = Played(ledger, domain)
        nil, rev = (domain.root(target) for target in spec.targets)
        assert isinstance(nil, Goal) and isinstance(rev, Goal)
        wide = 100_000
        assert played.move(nil, Split("broken", BROKEN, completes=True, heartbeats=wide)).verdict is Verdict.REFUSED
        assert played.move(nil, Split("good", APP_NIL, completes=True, heartbeats=wide)).verdict is Verdict.JUSTIFIED
        answer = played.move(rev, Split("sketch", BY_HELPER, (HELPER,), completes=True, heartbeats=wide))
        assert answer.verdict is Verdict.JUSTIFIED and len(answer.children) == 1, answer.reason
        false = Split("false", f"exact absurd {FALSE.name} (by sorry)", (FALSE,), heartbeats=wide)
        assert played.move(rev, false).verdict is Verdict.REFUSED
        false = Split("false", "have := app_comm\nall_goals skip", (FALSE,), heartbeats=wide)
        assert "refuted" in played.move(rev, false).reason
        assert played.move(rev, Split("induction", "induction xs", heartbeats=wide)).verdict is Verdict.JUSTIFIED
        helper = answer.children[0]
        proof = APP_NIL.replace("simp [app, ih]", "simp [app, ih]")
        assert played.move(helper, Split("leaf", proof, completes=True, heartbeats=wide)).verdict is Verdict.JUSTIFIED
        key = target_key(embedded.info, slot_of(spec, spec.targets[0]))
        ledger.append_proof(Proof(key, APP_NIL, "L1", run_id=run, lean_version=embedded.info.lean_version))
    return ledger


@pytest.fixture(scope="module")
def rows(embedded: Pool, ledger: Ledger) -> list[Row]:
    built = ledger_rows(ledger, {"Lists.lean": FILE}, embedded, LedgerSettings(similarity=0.4), license="MIT")
    assert not built.refused, built.refused
    found, _ = deduplicated(built.rows)
    return found


def test_rows_of_every_kind(rows: list[Row]) -> None:
    completions = list(of_kind(rows, Completion))
    assert {row.theorem.view().statement.split()[1] for row in completions} >= {"app_nil"}
    assert sorted(str(row.level) for row in completions) == ["L0", "L1"], "the leaf is a hint, the target was checked"
    leaf = next(row for row in completions if row.level == "L0")
    assert "app (app xs ys) zs" in leaf.theorem.command
    assert "app_nil (xs : List Nat) : app xs [] = xs := by\n  induction" in leaf.theorem.preamble, (
        "with what was proved"
    )
    sketches = {row.label: row for row in of_kind(rows, Sketch)}
    assert sketches.keys() == {"sketch", "induction"} and len(sketches["sketch"].children) == 1
    assert sketches["sketch"].children == (leaf.theorem.strict_key,)
    (negative,) = of_kind(rows, HardNegative)
    assert "app_comm" in negative.lemma
    pairs = {(row.chosen.label, row.rejected.label) for row in of_kind(rows, Preference)}
    assert ("sketch", "false") in pairs and all(row.margin >= 0.05 for row in of_kind(rows, Preference))
    assert any(row.attempt == BROKEN and row.proof == APP_NIL for row in of_kind(rows, Repair))
    assert {row.provenance.license for row in rows} == {"MIT"} and len(
        {row.provenance.file_sha256 for row in rows}
    ) == 1


def test_every_positive_row_is_verified_again(embedded: Pool, rows: list[Row], tmp_path: Path) -> None:
    verified = verify(rows, embedded)
    assert not verified.dropped and not verified.lost
    repair = next(of_kind(list(verified.kept), Repair))
    assert repair.messages[0].text.startswith("unsolved goals") and repair.messages[0].line >= 1
    assert {row.level for row in of_kind(list(verified.kept), Completion)} == {"L1"}
    write_dataset(tmp_path, verified.kept)
    assert len(read_dataset(tmp_path)) == len(verified.kept)


def test_rows_that_do_not_hold_are_dropped(embedded: Pool, rows: list[Row]) -> None:
    completion = next(row for row in of_kind(rows, Completion) if row.level == "L1")
    sketch = next(row for row in of_kind(rows, Sketch) if row.label == "induction")
    repair = next(of_kind(rows, Repair))
    bad: list[Row] = [
        completion.model_copy(update={"proof": "exact sorryAx _ true"}),
        completion.model_copy(update={"proof": "exact more xs", "lemmas": ("axiom more (xs) : app xs [] = xs",)}),
        sketch.model_copy(update={"score": {**sketch.score, "S": 1.0, "r": 1.0}}),
        sketch.model_copy(update={"tactics": "omega"}),
        repair.model_copy(update={"attempt": APP_NIL}),
    ]
    verified = verify(bad, embedded)
    assert not verified.kept and [each.id for each in verified.dropped] == [row.id for row in bad]
    reasons = [each.reason for each in verified.dropped]
    assert "score" in reasons[2] and "does not fail" in reasons[4], reasons


def test_a_renamed_benchmark_theorem_is_refused_by_its_goal(embedded: Pool, tmp_path: Path) -> None:
    above, _, theorem = FILE.partition("theorem rev_app")
    header = above.partition("theorem app_nil")[0]
    path = tmp_path / "made_up.jsonl"
    path.write_text(json.dumps({"id": "made_up/1", "header": header, "statement": f"theorem rev_app{theorem}"}) + "\n")
    against = Decontaminator(build_index([path], embedded))
    (entry,) = against.index.entries
    assert entry.keys and not entry.unread
    reader = Reader(embedded)
    renamed = header.replace("app", "join").replace("rev", "mirror").replace("xs", "rest")
    environment = reader.environment(renamed)
    cases = {
        "(b a : List Nat) : mirror (join b a) = join (mirror a) (mirror b)": True,
        ": ∀ (a b : List Nat), mirror (join a b) = join (mirror b) (mirror a)": True,
        "(a b c : List Nat) (h : c = c) : mirror (join a b) = join (mirror b) (mirror a)": True,
        "(a b : List Nat) : mirror (join a b) = join (mirror a) (mirror b)": False,
        "(a : List Nat) : mirror (mirror a) = a": False,
    }
    for text, refused in cases.items():
        stated = reader.state(environment, "mine", text)
        assert not isinstance(stated, NotStated), stated
        hit = against.by_key(stated.strict_key, stated.key)
        assert (hit is not None) is refused, text
        assert hit is None or hit.why is Why.GOAL
    other = reader.environment(renamed.replace("x :: join", "x :: x :: join"))
    stated = reader.state(other, "mine", next(iter(cases)))
    assert not isinstance(stated, NotStated)
    assert against.by_key(stated.strict_key, stated.key) is None, "the same words about other programs"


def test_theorems_of_the_library(embedded: Pool) -> None:
    built = library_rows(embedded, modules=("Init.Data.List",), at_most=4, seed=2)
    assert len(built.rows) == 4
    verified = verify(built.rows[:1], embedded)
    assert [row.level for row in verified.kept] == ["L1"], verified.dropped


def test_traced_theorems_of_lean_dojo(embedded: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LeanDojo's own classes over a local repository; what tracing would have found is written down by hand."""
    monkeypatch.delenv("GITHUB_ACCESS_TOKEN", raising=False)
    monkeypatch.setenv("DISABLE_REMOTE_CACHE", "1")
    pytest.importorskip("lean_dojo")
    from lean_dojo.data_extraction import ast
    from lean_dojo.data_extraction.lean import LeanFile, LeanGitRepo, Pos, Theorem
    from lean_dojo.data_extraction.traced_data import TracedFile

    first = "theorem first (n : Nat) : n + 0 = n := by\n  simp\n\n"
    text = f"{first}theorem second (a b : Nat) : a + b = b + a := by\n  omega\n"
    (tmp_path / "A.lean").write_text(text)
    (tmp_path / "lean-toolchain").write_text("leanprover/lean4:v4.28.0\n")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    repo, file = LeanGitRepo.from_path(tmp_path), LeanFile(tmp_path, Path("A.lean"))

    def node(name: str, line: int, proof: str) -> Any:
        begin, end = Pos(line, 1), Pos(line + 1, len(proof) + 3)
        column = text.splitlines()[line - 1].index("by") + 1
        by = ast.TermBytacticNode(file, Pos(line, column), end, [])
        value = ast.CommandDeclvalsimpleNode(
            file, Pos(line, column - 3), end, [ast.AtomNode(file, None, None, [], "", "", ":="), by]
        )
        return ast.CommandTheoremNode(file, begin, end, [by, by, by, value], name, name)

    nodes = [node("first", 1, "simp"), node("second", 4, "omega")]
    traced = TracedFile(tmp_path, repo, file, ast.FileNode(file, Pos(1, 1), Pos(5, 8), nodes), [])
    theorems = [
        __import__("lean_dojo").TracedTheorem(tmp_path, Theorem(repo, Path("A.lean"), each.name), each, [], traced)
        for each in nodes
    ]
    found = list(from_theorems(theorems))
    assert [(each.name, each.start, each.end) for each in found] == [
        ("first", (1, 1), (2, 7)),
        ("second", (4, 1), (5, 8)),
    ]
    built = traced_rows(found, tmp_path, embedded, license="MIT")
    assert not built.refused, built.refused
    assert [getattr(row, "proof", "") for row in built.rows] == ["simp", "omega"]
    assert not verify(built.rows[1:], embedded).dropped
