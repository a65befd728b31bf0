"""Goals taken apart on real Lean: invented lemmas, counterexamples, disproofs, and the way back into the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from decompose.counterexample import gate
from decompose.problem import compose
from decompose.score import LeftOpen, NothingOpen, rescore
from decompose.sketch import Lemma, Split
from decompose.spec import SpecFile, load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.check.gate import check_file
from lean_project.ledger import Ledger, Outcome
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.engine import Justified, LeanDomain
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.portfolio import Portfolio
from prover.prove import Run, prove_file
from prover.record import run_record
from prover.report import FileReport, Status
from prover.settings import ProveSettings
from prover.sketches import decompose_target
from prover.tree import Tree
from search.budget import Budget, BudgetLimits
from search.domain import Answer, Goal, Kind, Move, Verdict
from search.driver import search
from search.strategies import NAMES, strategy

pytestmark = pytest.mark.lean

REVERSE = """\
namespace Mine

def rev : List Nat → List Nat
  | [] => []
  | x :: xs => rev xs ++ [x]

def onto : List Nat → List Nat → List Nat
  | [], acc => acc
  | x :: xs, acc => onto xs (x :: acc)

theorem wrong (xs ys : List Nat) : rev (xs ++ ys) = rev xs ++ rev ys := by
  sorry

theorem same (xs : List Nat) : onto xs [] = rev xs := by
  sorry

end Mine
"""


def load(pool: Pool, text: str = REVERSE) -> SpecFile:
    return load_spec(decode(text.encode()), pool)


def domain(pool: Pool, spec: SpecFile) -> LeanDomain:
    return LeanDomain(spec, pool, proposer=Portfolio(), splitter=splits, tester=gate.test_goal)


def root_of(leans: LeanDomain, number: int = -1) -> Goal:
    root = leans.root(leans.spec.targets[number])
    assert isinstance(root, Goal), root
    return root


def tried(leans: LeanDomain, goal: Goal, split: Split) -> Answer:
    kind = Kind.COMPLETE if split.completes else Kind.SPLIT
    return leans.submit(goal, Move("test", split.tactics, kind, 1.0, 0.5, split), 30.0).result()


GENERAL = Lemma("general_1", "(xs acc : List Nat) : onto xs acc = rev xs ++ acc")


def test_what_a_split_leaves_becomes_goals_with_scores(embedded: Pool) -> None:
    with domain(embedded, load(embedded)) as leans:
        goal = root_of(leans)
        answer = tried(leans, goal, Split("induction", "induction xs"))
        assert answer.verdict is Verdict.JUSTIFIED and len(answer.children) == 2
        made = answer.record
        assert isinstance(made, Justified) and isinstance(made.score, LeftOpen)
        assert rescore(made.score.provenance) == made.score and answer.score == made.score.value
        step = answer.children[1].payload
        assert step.problem.intro[-1].startswith("tail_ih") and "✝" not in step.text
        done = tried(leans, answer.children[0], Split("simp", "simp [onto, rev]", completes=True))
        assert (done.verdict, done.children, done.score) == (Verdict.JUSTIFIED, (), 1.0)
        assert isinstance(done.record, Justified) and isinstance(done.record.score, NothingOpen)


def test_lemmas_are_goals_of_their_own_and_stand_above_the_proof(embedded: Pool) -> None:
    spec = load(embedded)
    with domain(embedded, spec) as leans:
        goal = root_of(leans)
        sketch = Split("sketch", "simpa using general_1 xs []", (GENERAL,), completes=True)
        answer = tried(leans, goal, sketch)
        assert answer.verdict is Verdict.JUSTIFIED and [each.text for each in answer.children] == [
            "xs acc : List Nat\n⊢ onto xs acc = rev xs ++ acc"
        ]
        lemma = answer.children[0]
        closing = Split("close", "induction xs generalizing acc <;> simp_all [onto, rev]", completes=True)
        assert tried(leans, lemma, closing).verdict is Verdict.JUSTIFIED
    script = compose(sketch, [(GENERAL, compose(closing, [], []))], [])
    text = REVERSE.replace("theorem same", script.lemmas[0] + "\n\ntheorem same").replace(
        "= rev xs := by\n  sorry", "= rev xs := by\n  " + script.tactics
    )
    assert check_file(embedded, text, REVERSE, targets=["Mine.same"]).target("Mine.same").accepted


@pytest.mark.parametrize(
    ("split", "why"),
    [
        (
            Split("false lemma", "exact absurd (bad_1 0) (by simp)", (Lemma("bad_1", "(n : Nat) : n = n + 1"),)),
            "refuted",
        ),
        (Split("generalised", "generalize rev xs = ys"), ""),
        (Split("goal again", "have := xs.length; clear this"), "again"),
        (Split("own sorry", "have h : 1 = 2 := by sorry\nskip"), "sorry"),
        (Split("hidden sorry", "exact sorryAx _ false", completes=True), "sorry"),
        (Split("escape", "sorry\n\naxiom cheat : False\ntheorem more : 1 = 1 := by\n  skip"), ""),
        (Split("nonsense", "induction induction"), ""),
        (Split("metavariable", "refine Eq.trans ?_ ?_"), ""),
        (Split("leaves some", "induction xs", completes=True), ""),
    ],
    ids=lambda value: value.label if isinstance(value, Split) else "",
)
def test_what_is_no_step_is_refused(embedded: Pool, split: Split, why: str) -> None:
    with domain(embedded, load(embedded)) as leans:
        answer = tried(leans, root_of(leans), split)
    if split.label == "generalised":  # Lean accepts it; the gate sees that it is false.
        assert answer.verdict is Verdict.JUSTIFIED or "refuted" in answer.reason
    else:
        assert answer.verdict is Verdict.REFUSED and why in answer.reason, answer


def prove(pool: Pool, folder: Path, text: str, **settings: object) -> tuple[FileReport, str, Tree | None]:
    path = folder / "Spec.lean"
    path.write_text(text, encoding="utf-8")
    trees: list[Tree | None] = []
    with Ledger.open(folder / "ledger.db") as ledger:
        chosen = ProveSettings(**{"timeout": 120.0, **settings})  # type: ignore[arg-type]
        run = Run(
            session=pool,
            settings=chosen,
            ledger=ledger,
            run_id=ledger.start_run("test", {}, {}),
            budget=Budget(chosen.budget),
            make_check=gate_for,
            keep_record=lambda _report, tree: trees.append(tree),
        )
        report = prove_file(InputFile(path, folder / "Spec.proved.lean"), run)
    return report, (folder / "Spec.proved.lean").read_text(encoding="utf-8"), trees[0]


def test_a_file_with_a_lemma_to_invent_and_a_false_theorem(embedded: Pool, tmp_path: Path) -> None:
    report, output, tree = prove(embedded, tmp_path, REVERSE)
    wrong, same = report.targets
    assert (wrong.status, same.status) == (Status.DISPROVED, Status.PROVED), report
    assert wrong.counterexample and wrong.disproof and wrong.disproof.strip() in output
    assert all(lemma in output for lemma in same.lemmas)
    assert same.lemmas or "have hall :" in output  # a lemma above the theorem, or one inside its proof
    verdict = check_file(
        embedded, output, REVERSE, targets=["Mine.same"], disproofs={"Mine.wrong": "Mine.wrong_is_false"}
    )
    assert verdict.target("Mine.same").accepted and verdict.disproofs[0].accepted
    assert not verdict.reasons
    record = run_record(report, tree, "run", embedded.info, 0.0)
    root = record.goals[record.targets[1].goal or ""]
    assert root.state == "proved" and root.moves[0].chosen
    assert record.targets[0].counterexample == wrong.counterexample

    again, same_output, _ = prove(embedded, tmp_path, REVERSE, resume=True)
    assert again.targets[1].status is Status.PROVED and again.targets[1].lemmas == same.lemmas
    assert again.targets[1].lean_calls == 0 and same_output == output


def test_true_and_false_is_never_proved(embedded: Pool, tmp_path: Path) -> None:
    text = "theorem both (n : Nat) : n = n ∧ n < n := by\n  sorry\n\ntheorem after : 1 = 2 := by\n  sorry\n"
    report, _, _ = prove(embedded, tmp_path, text, timeout=10.0)
    assert {target.status for target in report.targets} == {Status.DISPROVED}


def test_a_proof_may_not_rest_on_a_theorem_that_is_open(embedded: Pool, tmp_path: Path) -> None:
    hard = "theorem hard (f : Nat → Nat) (h : ∀ n, f (f n) = n + 1) : f 0 = 7 := by\n  sorry\n\n"
    easy = "theorem easy (f : Nat → Nat) (h : ∀ n, f (f n) = n + 1) : f 0 = 3 + 4 := by\n  sorry\n"
    report, output, _ = prove(embedded, tmp_path, hard + easy, timeout=8.0)
    assert not [target for target in report.targets if target.status is Status.PROVED]
    assert output.count("sorry") >= 2


@pytest.mark.parametrize("name", NAMES)
def test_every_strategy_proves_what_is_easy_within_its_budget(embedded: Pool, name: str) -> None:
    spec = load(embedded, "theorem t (a b : Nat) (h : a < b) : a + 1 ≤ b ∧ a ≠ b := by\n  sorry\n")
    with domain(embedded, spec) as leans:
        root = root_of(leans)
        budget = Budget(BudgetLimits(calls=80))
        outcome = search(leans, [root], strategy(name), budget)
        assert outcome.proved and outcome.usage.calls <= 80
        assert leans.script(outcome.proofs[root.key]).tactics


def attempts(folder: Path) -> list[tuple[str, Outcome]]:
    with closing(sqlite3.connect(folder / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT key, outcome FROM attempts WHERE kind = 'tree'").fetchall()
    return [(key, Outcome(outcome)) for key, outcome in rows]


def test_attempts_of_a_tree_are_in_the_ledger_and_are_not_made_twice(embedded: Pool, tmp_path: Path) -> None:
    text = "theorem hard (f : Nat → Nat) (h : ∀ n, f (f n) = n + 1) : f 0 = 7 := by\n  sorry\n"
    prove(embedded, tmp_path, text, timeout=12.0)
    before = attempts(tmp_path)
    assert before and Outcome.PROVED_HINT not in {outcome for _, outcome in before}
    prove(embedded, tmp_path, text, timeout=12.0, resume=True)
    failed = [key for key, outcome in attempts(tmp_path) if outcome is Outcome.FAILED]
    assert len(failed) == len(set(failed))


def test_decompose_ranks_by_score_and_says_what_was_refused(embedded: Pool) -> None:
    spec = load(embedded)
    with domain(embedded, spec) as leans:
        budget = Budget(BudgetLimits(calls=30))
        found = decompose_target(leans, spec.targets[1], budget, keep=4, on_try=lambda _label: None)
    assert found.sketches and found.difficulty > 0 and found.accepted <= found.tried
    assert [each.score for each in found.sketches] == sorted((each.score for each in found.sketches), reverse=True)
    assert sum(found.refused.values()) == found.tried - found.accepted


PADDING = "a" * 100_000
AWKWARD = {
    "universes": "{α : Type u} {β : Type v} (f : α → β) (xs : List α) : (xs.map f).length = xs.length := by\n  sorry",
    "instances": "{α : Type} [DecidableEq α] (a : α) (xs : List α) : a ∈ a :: xs := by\n  sorry",
    "let": "(n : Nat) : let m := n + 1; n < m := by\n  sorry",
    "let hypothesis": "(n : Nat) : n < n + 1 := by\n  let m := n + 1\n  have h : m = n + 1 := rfl\n  sorry",
    "autobound": "(xs : List α) : xs ++ [] = xs := by\n  sorry",
    "inaccessible": """: ∀ n : Nat, n = 0 ∨ 0 < n := by
  intro n
  cases n
  · simp
  · sorry""",
    "shadowed": "(n : Nat) (h : n = 1) : ∀ n : Nat, n = n := by\n  intro n\n  sorry",
    "many hypotheses": " ".join(f"(a{i} : Nat) (h{i} : a{i} < {i + 5})" for i in range(150))
    + " : a7 < 12 := by\n  sorry",
    "large goal": f'(s : String) (h : s = "{PADDING}") : "{PADDING}" = s := by\n  sorry',
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_goals_stand_alone_or_say_why_not(embedded: Pool, name: str) -> None:
    spec = load_spec(decode(f"theorem t {AWKWARD[name]}\n".encode()), embedded, Limits(seconds=200.0))
    with domain(embedded, spec) as leans:
        root = leans.root(spec.targets[0])
        if isinstance(root, str):
            assert root.startswith("its goal cannot stand alone: "), root
            return
        answer = tried(
            leans,
            root,
            Split("sure", "first | (simp; done) | omega | assumption | simp_all", completes=True, heartbeats=0),
        )
        assert answer.verdict in (Verdict.JUSTIFIED, Verdict.LIMIT), answer


def test_a_goal_with_metavariables_is_refused_with_the_reason(embedded: Pool) -> None:
    spec = load(embedded, "theorem t : ∃ n : Nat, n * n = 49 := by\n  refine ⟨?_, ?_⟩\n  · sorry\n  · sorry\n")
    with domain(embedded, spec) as leans:
        reasons = [leans.root(target) for target in spec.targets]
    assert all(isinstance(reason, (str, Goal)) for reason in reasons)
    assert any(isinstance(reason, str) and "cannot stand alone" in reason for reason in reasons)
