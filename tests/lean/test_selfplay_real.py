"""Self-play on real Lean: a small round, frauds that earn nothing, workers that die and change no rate."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from lean_project.model import Elaboration
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings, RuntimeProgram
from lean_project.worker import Worker
from prover.policy.answers import Answer, Finish
from prover.policy.requests import Complete, Conjecture, Request
from prover.policy.scripted import ScriptedPolicy
from rl.data.decontaminate import Decontaminator, Index
from rl.data.files import Journal, read_json, read_lines
from rl.data.rows import Completion, Conjectured
from rl.data.verify import verify
from rl.selfplay.config import Filters, Prove, load_config
from rl.selfplay.filters import Gate
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.opening import run_of
from rl.selfplay.players import Draw, Try
from rl.selfplay.policy_conjecturer import PolicyConjecturer
from rl.selfplay.provers import Bench, PolicyProver, PortfolioProver, SearchProver
from rl.selfplay.proving import Proving
from rl.selfplay.records import Decision, Known, Outcome, Proposal, Refusal, Seed, Statement, Trial
from rl.selfplay.round import FILTERS, PROOFS, SELECTION
from rl.selfplay.world import Patient, Proof
from tests.attacks.corpus import ROOT, frauds

pytestmark = pytest.mark.lean

THEORY = """\
def app : List Nat → List Nat → List Nat
  | [], ys => ys
  | x :: xs, ys => x :: app xs ys

def len : List Nat → Nat
  | [] => 0
  | _ :: xs => len xs + 1

theorem len_app (xs ys : List Nat) : len (app xs ys) = len xs + len ys := by
  fun_induction app xs ys <;> simp_all [len] <;> omega

theorem twice (xs : List Nat) : len (app xs xs) = 2 * len xs := by
  rw [len_app]; omega

theorem app_nil (xs : List Nat) : app xs [] = xs := by
  sorry
"""
ROUND = """\
out: out
files: [lists.lean]
seed: 3
seeds: {trivial: 0.0, lemma_share: 1.0}
conjectures: {per_seed: 3, at_most: 3}
filters: {tactics: [rfl, decide, omega, simp]}
prove: {samples: 5, seconds: 20, heartbeats: 20000}
select: {high: 0.99, inelegant: 0.0}
prover_rows: {rate: 1.0}
workers: 1
"""


def world_of(session: Pool, folder: Path, text: str) -> LeanWorld:
    path = folder / "theory.lean"
    path.write_text(text)
    return LeanWorld(session, [path], filters=Filters(tactics=("rfl", "decide", "omega", "simp")))


def test_a_round_of_rules(embedded: Pool, tmp_path: Path) -> None:
    (tmp_path / "lists.lean").write_text(THEORY)
    (tmp_path / "run.yaml").write_text(ROUND)
    config = load_config(tmp_path / "run.yaml")
    summary = run_of(config, embedded, lambda text: None).run()
    (gauges,) = summary.rounds
    folder = config.out / "round-000"
    known = {k.statement.name: k for k in read_lines(config.out / "theory" / "known.jsonl", Known)}
    assert "len_app" in known["twice"].uses, "what the checked term rests on"
    assert known["app_nil"].rate is None and known["len_app"].rate == 1.0
    decisions = read_lines(folder / FILTERS / "decisions.jsonl", Decision)
    assert gauges.seeds >= 1 and len(decisions) >= 2 and gauges.kept >= 1
    trials = read_lines(folder / PROOFS / "trials.jsonl", Trial)
    rows = read_lines(folder / SELECTION / "prover.jsonl", Completion)
    assert {row.theorem.strict_key for row in rows} == {trial.strict_key for trial in trials if trial.proofs}
    assert rows, "the portfolio proves something here"
    verified = verify(rows[:1], embedded)
    assert [row.level for row in verified.kept] == ["L1"] and not verified.dropped
    read_lines(folder / SELECTION / "conjecturer.jsonl", Conjectured)
    tables = read_json(folder / "6-training" / "tables.json")
    assert sum(count["tries"] for count in tables["labels"].values()) == sum(len(t.attempts) for t in trials)
    again = run_of(config, embedded, lambda text: None).run()
    assert again == summary, "what is done is not done again"


def test_a_prover_that_searches(embedded: Pool, tmp_path: Path) -> None:
    """A tree search proves what no finishing move alone does, and the trusted check accepts it."""
    world = world_of(embedded, tmp_path, THEORY)
    statement = next(each for each in world.theory().dataset if each.name == "app_nil")
    prover = SearchProver(Bench(world, embedded, Prove()), calls=20)
    (attempt,) = Proving(world, prover, 1, 0, samples=1, retries=0).trial(statement).attempts
    assert (attempt.outcome, attempt.level, attempt.label) == (Outcome.PROVED, "L1", "search"), attempt


def test_players_that_are_policies(embedded: Pool, tmp_path: Path) -> None:
    """Conjectures and proofs out of a policy's answers; one that fails, one that is cut off, one that is withheld."""
    asked: list[Request] = []

    def script(request: Request) -> list[str | Answer]:
        asked.append(request)
        if isinstance(request, Conjecture):
            lemmas = ("(xs ys : List Nat) : len (app xs ys) = len (app ys xs)", "(n : Nat) : n = n")
            body = "\n\n".join(f"theorem c{i} {text} := by sorry" for i, text in enumerate(lemmas))
            return [f"Here they are.\n```lean4\n{body}\n```"]
        proofs = ("simp [len_app]; omega", "simp", "sorry", "omega")
        answers: list[str | Answer] = [f"```lean4\n{request.view.statement} := by\n  {each}\n```" for each in proofs]
        return [*answers, Answer("", Finish.FILTERED, "m")]

    policy = ScriptedPolicy(script)
    world = world_of(embedded, tmp_path, THEORY)
    theory = world.theory()
    given = next(each for each in theory.given if each.name == "twice")
    end = next(each.id for each in theory.environments if each.end)
    lemma = world.lemma_statement(end, "len_app")
    seed = Seed(
        lemma="len_app",
        lemma_statement=lemma,
        theorem=given.strict_key,
        statement=given.statement,
        proof=given.proof,
        environment=end,
    )
    found = PolicyConjecturer(world, policy, Prove()).conjecture([seed], 2, Draw(0, 7))
    assert [each.operator for each in found] == ["policy"] * 2 and found[0].prompt == "scripted"
    question = asked[0]
    assert isinstance(question, Conjecture)
    assert question.proof == given.proof and question.lemma.startswith("theorem len_app : ∀ (xs ys : List Nat)")
    statement = world.state(end, found[0].statement, "conjecture_1")
    assert isinstance(statement, Statement)
    proving = Proving(world, PolicyProver(Bench(world, embedded, Prove()), policy), 0, 0, samples=6, retries=0)
    trial = proving.trial(statement)
    assert [each.success for each in trial.attempts] == [True, False, False, False, None, None]
    assert trial.rate == 0.25 and "len_app" in trial.attempts[0].uses
    (complete,) = (each for each in asked if isinstance(each, Complete))
    assert complete.sampling.n == 6 and complete.sampling.temperature == 1.0


# ---- Reward integrity ------------------------------------------------------------------------------------------------

SAMPLE = ("slot-native-decide", "slot-sorry", "slot-set-option-in", "slot-declares-axiom", "slot-exit")
FRAUDS = [fraud for fraud in frauds() if fraud.name in SAMPLE]


class Fraudster:
    """Claims to have proved whatever it is asked."""

    name = "fraudster"

    def __init__(self, text: str) -> None:
        self._text = text

    def tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        return [Try(draw, Outcome.PROVED, self._text, label="fraud") for draw in draws]


@pytest.mark.parametrize("fraud", FRAUDS, ids=lambda fraud: fraud.name)
def test_a_fraudulent_proof_earns_nothing(embedded: Pool, tmp_path: Path, fraud: Any) -> None:
    world = world_of(embedded, tmp_path, (ROOT / fraud.name / "original.lean").read_text())
    statement = next(each for each in world.theory().dataset if each.name == "first")
    proving = Proving(world, Fraudster(fraud.attack), 0, 0, samples=2, retries=1)
    (trial,) = proving.trials([statement], Journal(tmp_path / ".journal"))
    assert trial.rate == 0 and not trial.proofs and trial.answered == 2, trial
    assert world.check(statement, Proof(fraud.twin)).accepted, "the honest twin is a proof"


def test_a_lemma_that_is_an_axiom_earns_nothing(embedded: Pool, tmp_path: Path) -> None:
    world = world_of(embedded, tmp_path, "theorem hard (a b : Nat) : a + b = b + a := by\n  sorry\n")
    (statement,) = world.theory().dataset
    honest = "theorem aux (a b : Nat) : a + b = b + a := by\n  omega"
    assert world.check(statement, Proof("exact aux a b", (honest,))).accepted
    for lemma in ("axiom aux (a b : Nat) : a + b = b + a", f"{honest}\n\naxiom more : False", "axiom unused : False"):
        tactics = "omega" if "unused" in lemma else "exact aux a b"
        assert not world.check(statement, Proof(tactics, (lemma,))).accepted, lemma


def test_a_fraudulent_conjecture_is_not_kept(embedded: Pool, tmp_path: Path) -> None:
    world = world_of(embedded, tmp_path, THEORY)
    theory = world.theory()
    seed = Seed(
        lemma="",
        theorem=theory.given[0].strict_key,
        statement=theory.given[0].statement,
        proof=theory.given[0].proof,
        environment=next(each.id for each in theory.environments if each.end),
    )
    known = {key for each in (*theory.dataset, *theory.given) for key in (each.key, each.strict_key)}
    gate = Gate(world, world.filters, Decontaminator(Index()), {seed.id: seed}, known)
    expected = {
        "(n : Nat) : True := trivial\n\naxiom bad : False\n\ntheorem more : False": Refusal.NOT_STATED,
        "(n : Nat) : unknown n = n": Refusal.NOT_STATED,
        "(n : Nat) : n": Refusal.NOT_STATED,
        "(as bs : List Nat) : len (app as bs) = len as + len bs": Refusal.DUPLICATE,
        "(ys xs : List Nat) : len (app ys xs) = len ys + len xs": Refusal.REPEATED,
        "(bs as cs : List Nat) : len (app as bs) = len as + len bs": Refusal.DUPLICATE,
        "(xs : List Nat) : app xs [] = []": Refusal.REFUTED,
        "(xs : List Nat) (h : len xs < 0) : app xs xs = []": Refusal.VACUOUS,
        "(n m : Nat) : n + m = m + n": Refusal.LIBRARY,
        "(n m : Nat) (h : n < m) : n + 1 ≤ m + len []": Refusal.AUTOMATION,
    }
    found = [
        gate.decide(Proposal(seed=seed.id, index=i, statement=text, operator="fraud"))
        for i, text in enumerate(expected)
    ]
    assert [each.refusal for each in found] == list(expected.values()), [(e.refusal, e.detail) for e in found]
    kept = gate.decide(
        Proposal(
            seed=seed.id, index=9, statement="(xs ys : List Nat) : len (app xs ys) = len (app ys xs)", operator="ok"
        )
    )
    assert kept.statement is not None, kept


# ---- Faults ----------------------------------------------------------------------------------------------------------


def test_worker_deaths_change_no_rate(
    embedded: Pool, embedded_program: RuntimeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fifth of all elaborations find their process killed just before they begin."""
    settings = Prove(seconds=60, heartbeats=20_000)

    def trial(session: Pool) -> Trial:
        world = world_of(session, tmp_path, THEORY)
        statement = Patient(world, 9).theory().dataset[0]
        prover = PortfolioProver(Bench(world, session, settings))
        return Proving(world, prover, 5, 0, samples=8, retries=6).trial(statement)

    clean = trial(embedded)
    assert clean.rate is not None and 0 < clean.rate < 1, "some of each, or the test says nothing"
    chance, lock, deaths = random.Random(4), threading.Lock(), list[int]()
    elaborate = Worker.elaborate

    def deadly(worker: Worker, *values: Any, **options: Any) -> Elaboration:
        with lock:
            dies = chance.random() < 0.2
        if dies:
            deaths.append(worker.pid)
            psutil.Process(worker.pid).kill()
        return elaborate(worker, *values, **options)

    with Pool(embedded_program, PoolSettings(workers=1)) as pool:
        monkeypatch.setattr(Worker, "elaborate", deadly)
        troubled = trial(pool)
    assert len(deaths) >= 2
    assert troubled.rate == clean.rate
    assert [a.success for a in troubled.attempts] == [a.success for a in clean.attempts]
