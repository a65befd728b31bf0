"""Attempts that failed: classes of mistakes, steps that are kept or mended, corrections without a model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_toys import VIEW, message, problem

from decompose.context import GoalContext
from decompose.sketch import Lemma, Split
from lean_project.model import Message
from prover.policy.attempts import attempt_code, failure, restart, tool_correction
from prover.policy.mistakes import Mistake, Mistakes, Way, first_mistake, mistake
from prover.policy.steps import Trouble, closer, corrected, kept, top_steps

RECORDED = [
    ("Unknown identifier `foo`", "lean.unknownIdentifier._namedError", Mistake.UNKNOWN_NAME),
    ("Unknown constant `Nat.fooo`", "lean.unknownIdentifier._namedError", Mistake.UNKNOWN_NAME),
    ("Invalid field `foo`: The environment does not", "lean.invalidField._namedError", Mistake.UNKNOWN_NAME),
    ("unknown tactic", "", Mistake.SYNTAX),
    ("unexpected token ')'; expected command", "", Mistake.SYNTAX),
    ("Type mismatch\n  Nat.zero_le n\nhas type", "", Mistake.TYPE_MISMATCH),
    ("failed to synthesize instance of type class", "lean.synthInstanceFailed._namedError", Mistake.INSTANCE),
    ("unsolved goals\ncase right\n⊢ 1 = 2", "Tactic.unsolvedGoals", Mistake.UNSOLVED_GOAL),
    ("No goals to be solved", "", Mistake.NO_GOALS),
    ("`simp` made no progress", "", Mistake.NO_PROGRESS),
    ("omega could not prove the goal:\na possible", "", Mistake.CLOSER),
    ("Tactic `rfl` failed: The left-hand side", "", Mistake.CLOSER),
    ("Tactic `decide` proved that the proposition\n  1 = 2\nis false", "", Mistake.CLOSER),
    ("`grind` failed\ncase grind", "", Mistake.CLOSER),
    ("Tactic `assumption` failed\n\nn m : Nat", "", Mistake.CLOSER),
    ("Tactic `rewrite` failed: Did not find an occurrence", "", Mistake.TACTIC),
    ("Tactic `cases` failed: major premise type", "", Mistake.TACTIC),
    ("(deterministic) timeout at `whnf`", "nested.runtime.maxHeartbeats", Mistake.TIMEOUT),
    ("refuted by a counterexample: general", "", Mistake.REFUTED),
    ("something quite new", "", Mistake.OTHER),
]


class TestMistakes:
    @pytest.mark.parametrize(("text", "kind", "expected"), RECORDED)
    def test_messages_of_real_lean_are_classed(self, text: str, kind: str, expected: Mistake) -> None:
        assert mistake(message(text, kind)) is expected

    def test_a_parse_error_comes_before_its_echo(self) -> None:
        found = [message("unsolved goals\n⊢ p", "Tactic.unsolvedGoals"), message("unknown tactic")]
        assert first_mistake(found) is Mistake.SYNTAX and first_mistake([]) is Mistake.OTHER

    @pytest.mark.parametrize(("repaired", "sampled", "worth"), [(9, 1, True), (1, 9, False), (5, 5, True)])
    def test_the_better_arm_is_picked_from_measured_rates(self, repaired: int, sampled: int, worth: bool) -> None:
        found = Mistakes(rounds=2)
        assert found.worth_repair(Mistake.SYNTAX, 1) and not found.worth_repair(Mistake.SYNTAX, 3)
        for number in range(10):
            found.record(Mistake.SYNTAX, Way.REPAIR, number < repaired)
            found.record(Mistake.OTHER, Way.RESAMPLE, number < sampled)
        assert found.worth_repair(Mistake.SYNTAX, 1) is worth
        assert found.worth_repair(Mistake.TYPE_MISMATCH, 1)  # Nothing is known of that class.
        assert ("syntax", "repair", 1, 10, repaired) in found.table()


BLOCK = """induction xs with
| nil => foo
| cons x xs ih =>
  have h : a = b := by bad
  have g : a = b := by
    worse
      [c]
  exact (by bad)
simp
  <;> omega"""


class TestSteps:
    def test_steps_at_the_margin(self) -> None:
        assert top_steps(BLOCK) == [(0, 8), (8, 10)]
        assert kept(BLOCK, 9).endswith("exact (by bad)") and kept(BLOCK, 3) == ""

    def test_failing_steps_are_replaced_and_statements_stay(self) -> None:
        places = [Trouble(1, 9), Trouble(3, 23), Trouble(5, 4), Trouble(7, 12)]
        assert corrected(BLOCK, places, "CLOSE") == (
            "induction xs with\n| nil => CLOSE\n| cons x xs ih =>\n  have h : a = b := by CLOSE\n"
            "  have g : a = b := by\n    CLOSE\n  CLOSE\nsimp\n  <;> omega"
        )

    def test_sub_proofs_that_leave_goals_get_an_end(self) -> None:
        block = "constructor\n· simp\n· skip\n  foo"
        places = [Trouble(1, 0, unsolved=True), Trouble(2, 0, unsolved=True), Trouble(-1, 0, unsolved=True)]
        assert corrected(block, places, "C") == "constructor\n· simp <;> C\n· skip\n  foo\n  all_goals C\nall_goals C"

    def test_nothing_to_correct(self) -> None:
        assert corrected("simp", [Trouble(-1, 0)], "C") is None and corrected("simp", [], "C") is None
        assert corrected("simp", [Trouble(7, 0)], "C") is None
        assert closer(("x", "rfl")).startswith("(first | (x) | (rfl) | (assumption)")

    @given(
        st.lists(
            st.sampled_from(["simp", "  rfl", "| a => b", "· x", "  <;> y", "", "have h : p := by z"]), min_size=1
        ),
        st.lists(st.builds(Trouble, st.integers(-2, 8), st.integers(-3, 12), unsolved=st.booleans()), max_size=6),
    )
    def test_any_place_in_any_block_is_survived(self, lines: list[str], places: list[Trouble]) -> None:
        block = "\n".join(lines)
        made = corrected(block, places, "CLOSE")
        assert made is None or "CLOSE" in made
        for line in range(len(lines)):
            assert block.startswith(kept(block, line))


class TestAttempts:
    split = Split("policy complete", "intro x\nexact foo\nrfl", (Lemma("a", ": p"),), completes=True)

    def failed(self, text: str = "exact foo", *messages: Message, reason: str = "no") -> Any:
        code = problem().candidate(self.split)
        line = next(number for number, each in enumerate(code.split("\n"), 1) if text in each)
        found = messages or (message("Unknown identifier `foo`", line=line, column=8, end=(line, 11)),)
        return failure(problem(), VIEW, self.split, code, found, reason)

    def test_places_in_leans_code_become_places_in_the_attempt_and_in_the_tactics(self) -> None:
        made = self.failed()
        (fault,) = made.faults
        lines = made.attempt.split("\n")
        assert lines[fault.line - 1][fault.column : fault.end_column] == "foo"
        assert made.attempt == attempt_code(VIEW, self.split) and made.kind is Mistake.UNKNOWN_NAME
        assert made.troubles == (Trouble(1, 6),) and made.kept == "intro x"

    def test_a_lemma_that_is_false_is_told_with_its_reason(self) -> None:
        code = problem().candidate(self.split)
        made = failure(problem(), VIEW, self.split, code, (), "refuted by a counterexample: a")
        assert made.kind is Mistake.REFUTED and made.faults[0].text.endswith("counterexample: a")
        assert tool_correction(made, GoalContext((), "p")) is None and restart(made) is None

    def test_corrections_without_a_model(self) -> None:
        made = self.failed()
        patched = tool_correction(made, GoalContext((), "p"))
        assert patched is not None and patched.lemmas == self.split.lemmas and patched.completes
        assert patched.tactics.split("\n")[0] == "intro x" and "(omega)" in patched.tactics
        again = restart(made)
        assert again is not None and again.tactics == "intro x" and not again.completes
