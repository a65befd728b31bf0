"""On real Lean: the number that ranked a sketch is the number that rewards it, and frauds earn nothing."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from decompose.counterexample import gate
from decompose.score import LeftOpen
from decompose.sketch import Split
from decompose.spec import load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.ledger import Ledger, Outcome
from lean_project.pool import Pool
from prover.engine import LeanDomain
from prover.gate import gate_for
from prover.policy.requests import Role
from prover.portfolio import Portfolio
from rl.judge import Item, LeanJudge, RewardFunction, Task
from rl.reward import Tier, of_answer, of_attempt
from search.domain import Goal, Kind, Move

pytestmark = pytest.mark.lean

TEXT = """\
def rev : List Nat → List Nat
  | [] => []
  | x :: xs => rev xs ++ [x]

def onto : List Nat → List Nat → List Nat
  | [], acc => acc
  | x :: xs, acc => onto xs (x :: acc)

theorem same (xs : List Nat) : onto xs [] = rev xs ∧ (xs ++ xs).length = 2 * xs.length := by
  sorry
"""
HEAD = "theorem same (xs : List Nat) : onto xs [] = rev xs ∧ (xs ++ xs).length = 2 * xs.length := by\n  "


def sketch(lemma: str, proof: str) -> str:
    return f"```lean4\n{lemma} := by\n  sorry\n\n{HEAD}{proof}\n```"


GENERAL = sketch(
    "theorem general (xs acc : List Nat) : onto xs acc = rev xs ++ acc",
    "exact ⟨by simpa using general xs [], by simp [Nat.two_mul]⟩",
)
FALSE = sketch("theorem wrong (xs acc : List Nat) : onto xs acc = rev xs", "exact ⟨wrong xs [], by simp [Nat.two_mul]⟩")
SELF = sketch(HEAD.replace("same", "again").removesuffix(" := by\n  "), "exact again xs")
REFUSED = sketch("theorem general (xs acc : List Nat) : onto xs acc = rev xs ++ acc", "constructor <;> rfl")
WHOLE = (
    "```lean4\nhave general : ∀ (ys acc : List Nat), onto ys acc = rev ys ++ acc := by\n"
    "  intro ys\n  induction ys with\n  | nil => intro acc; simp [onto, rev]\n"
    "  | cons y ys ih => intro acc; simp [onto, rev, ih]\n"
    "exact ⟨by simpa using general xs [], by simp [Nat.two_mul]⟩\n```"
)
FRAUDS = [
    f"```lean4\naxiom cheat : ∀ xs, onto xs [] = rev xs\n\n{HEAD}exact cheat xs\n```",
    "```lean4\nexact (sorryAx _ false)\n```",
    "```lean4\nexact (Lean.ofReduceBool _ _ rfl).elim\n```",
    f"```lean4\nmacro_rules | `(tactic| rfl) => `(tactic| sorry)\n{HEAD}rfl\n```",
    "```lean4\nstop\nrfl\n```",
    "```lean4\nexact test_sorry\nend\ntheorem other : True := trivial\n```",
]


def test_parity_and_integrity(embedded: Pool, tmp_path: Path) -> None:
    spec = load_spec(decode(TEXT.encode()), embedded)
    with (
        Ledger.open(tmp_path / "ledger.db") as ledger,
        LeanDomain(
            spec, embedded, proposer=Portfolio(), splitter=splits, tester=gate.test_goal, ledger=ledger
        ) as domain,
    ):
        root = domain.root(spec.targets[0])
        assert isinstance(root, Goal)
        judge = LeanJudge({"same": Task(domain, spec.targets[0], root, gate_for(spec, embedded))})

        # The search tries a sketch of its own; what training says of the same one has the same bits.
        texts = [GENERAL, FALSE, SELF, REFUSED]
        function = RewardFunction(judge)
        rewards = function(prompts=[""] * 4, completions=texts, task=["same"] * 4, role=["decompose"] * 4)
        rows = ledger.attempts_for(root.key)
        assert rewards[1:] == [0.0, 0.0, 0.0], [each.reason for each in function.graded]
        told = {row.proposal: of_attempt(row) for row in rows}
        graded = function.graded[0]
        assert isinstance(graded.score, LeftOpen) and graded.tier is Tier.ELABORATES and 0 < (rewards[0] or 0) < 1
        made = judge._written(Item("same", Role.DECOMPOSE, GENERAL))
        split: Split = made.split  # type: ignore[union-attr]
        answer = domain.submit(root, Move("search", split.tactics, Kind.SKETCH, 1.0, 0.5, split), 30.0).result()
        ranked = of_answer(answer)
        assert ranked is not None and rewards[0] is not None
        assert struct.pack("d", answer.score) == struct.pack("d", ranked) == struct.pack("d", rewards[0])
        assert told[split.tactics] == ranked and Outcome.JUSTIFIED in [row.outcome for row in rows]

        (whole,) = judge.grade([Item("same", Role.COMPLETE, WHOLE)])
        assert (whole.reward, whole.tier) == (1.0, Tier.ACCEPTED), whole.reason
        judge.steps = True
        failing = WHOLE.replace("exact ⟨by", "exact ⟨by rfl; by")
        one, two = judge.grade([Item("same", Role.COMPLETE, text) for text in (WHOLE, failing)])
        assert [step.goal == root.key for step in one.steps] == [True, False]
        assert WHOLE[one.steps[1].start :].startswith("exact ⟨by") and WHOLE[one.steps[0].start :].startswith("have")
        assert two.reward == 0.0 and [step.goal for step in two.steps] == [step.goal for step in one.steps]
        assert two.kept == failing[: failing.index("exact ⟨by")] and not one.kept
        judge.steps = False

        closing = LeanJudge(judge.tasks, closing=8)
        halfway = "```lean4\nrefine and_comm.mp ⟨?_, ?_⟩\nsimp [Nat.two_mul]\nrfl\n```"
        open_, half, done = closing.grade(
            [Item("same", Role.DECOMPOSE, text) for text in (GENERAL,)]
            + [Item("same", Role.COMPLETE, text) for text in (halfway, WHOLE)]
        )
        assert list(open_.closed.values()) == [True], "a finishing move proves the lemma"
        assert half.reward == 0.0 and sorted(half.closed.values()) == [False, True]
        assert done.reward == 1.0 and all(done.closed.values())

        # Open bullets and cases are goals that are left; what becomes of them is the other reward.
        left = "```lean4\nconstructor\n{}\n{}\n```"
        length = "· simp [Nat.two_mul]"
        cases = "```lean4\ncases xs with\n| nil => sorry\n| cons x xs => sorry\n```"
        texts = [left.format("· sorry", length), left.format("· sorry", "· sorry"), cases, left.format("· rfl", length)]
        bullets = [Item("same", Role.DECOMPOSE, text) for text in texts]
        scored = judge.grade(bullets)
        assert [each.tier for each in scored] == [Tier.ELABORATES] * 3 + [Tier.PARSES], [one.reason for one in scored]
        assert (scored[0].reward or 0) > (scored[1].reward or 0), "less is left open"
        finishing = LeanJudge(judge.tasks, outcome=8)
        assert [each.reward for each in finishing.grade(bullets)] == [0.0] * 4, "the first half needs a lemma"
        whole_and_open = [WHOLE, left.format(f"· exact (by\n{_block(WHOLE)})", "· sorry"), GENERAL]
        earned = finishing.grade([Item("same", Role.DECOMPOSE, text) for text in whole_and_open])
        assert [(each.reward, each.tier) for each in earned] == [(1.0, Tier.ACCEPTED)] * 3, [e.reason for e in earned]

        for role in (Role.COMPLETE, Role.DECOMPOSE):
            earned = judge.grade([Item("same", role, text) for text in FRAUDS])
            assert [each.reward for each in earned] == [0.0] * len(FRAUDS), [each.reason for each in earned]
        earned = finishing.grade([Item("same", Role.DECOMPOSE, text) for text in FRAUDS])
        assert [each.reward for each in earned] == [0.0] * len(FRAUDS), [each.reason for each in earned]


def _block(answer: str) -> str:
    """The answer's proof of the first half, indented."""
    lines = answer.removeprefix("```lean4\n").removesuffix("\n```").split("\n")[:-1]
    return "\n".join(f"      {line}" for line in (*lines, "simpa using general xs []"))
