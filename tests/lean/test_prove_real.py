"""Spec files, grafts, the portfolio and the prove run on the real embedded Lean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from decompose.assembly import assemble
from decompose.context import GoalContext
from decompose.spec import Exclusion, SpecError, SpecFile, TargetKind, load_spec
from decompose.text import SourceText, apply_edits, decode
from lean_project.ledger import Ledger
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.attempt import judge, slot_of
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.portfolio import Portfolio
from prover.proposals import Proposal
from prover.prove import Run, prove_file
from prover.report import FileReport
from prover.settings import PORTFOLIO, ProveSettings
from search.budget import Budget

pytestmark = pytest.mark.lean

LIMITS = Limits(seconds=60, heartbeats=100_000)

KINDS = """import Std
namespace Foo
variable (xs : List Nat)
/-- a comment that says sorry -/
theorem several (n : Nat) : n + 0 = n ∧ xs = xs := by
  constructor
  · sorry
  · have h : ∃ k, k = n := ⟨sorry, sorry⟩
    sorry
theorem term : ∃ x : Nat, x > 3 := sorry
private theorem hidden : 1 = 1 := by sorry
example : 2 = 2 := sorry
def program (n : Nat) : Nat := sorry
def subtype (n : Nat) : {m : Nat // m > n} := ⟨n + 1, sorry⟩
instance inhabited : Inhabited Nat := ⟨sorry⟩
instance : Std.Associative (α := Nat) (· + ·) where
  assoc := by sorry
def halve (n : Nat) : Nat := if h : n = 0 then 0 else halve (n / 2)
termination_by n
decreasing_by sorry
mutual
theorem left (n : Nat) : n = n := by sorry
theorem right (n : Nat) : n = n := by sorry
end
theorem outer (n : Nat) : n = n := go n
where go (k : Nat) : k = k := by sorry
theorem admitted : 1 = 2 := by admit
macro "mine" : tactic => `(tactic| sorry)
theorem by_macro : 1 = 2 := by mine
theorem fine : 1 = 1 := by first | rfl | sorry
theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  constructor <;> sorry
end Foo
"""


def load(session: Pool, text: str) -> SpecFile:
    return load_spec(SourceText(text), session, name="a.lean")


def test_every_kind_of_hole(embedded: Pool) -> None:
    spec = load(embedded, KINDS)
    kinds = {target.name: (target.kind, target.hole.syntax, len(target.goals)) for target in spec.targets}
    proof, witness = TargetKind.PROOF, TargetKind.WITNESS
    assert kinds == {
        "Foo.several#1": (proof, "tactic", 1),
        "Foo.several#2": (witness, "term", 1),
        "Foo.several#3": (proof, "term", 1),
        "Foo.several#4": (proof, "tactic", 1),
        "Foo.term": (proof, "term", 1),
        "Foo.hidden": (proof, "tactic", 1),
        "example@12": (proof, "term", 1),
        "Foo.subtype": (proof, "term", 1),
        "Foo.instAssociativeNatHAdd": (proof, "tactic", 1),
        "Foo.halve": (proof, "tactic", 1),
        "Foo.left": (proof, "tactic", 1),
        "Foo.right": (proof, "tactic", 1),
        "Foo.outer.go": (proof, "tactic", 1),
        "Foo.both": (proof, "tactic", 2),
    }
    assert [(each.name, each.exclusion) for each in spec.excluded] == [
        ("Foo.program", Exclusion.PROGRAM),
        ("Foo.inhabited", Exclusion.PROGRAM),
        ("Foo.admitted", Exclusion.HIDDEN),
        ("Foo.by_macro", Exclusion.HIDDEN),
    ]
    lines = KINDS.split("\n")
    for target in spec.targets:
        line = lines[target.position.line - 1]
        assert line[target.position.column :].startswith("sorry")


def test_a_file_in_error_gets_leans_own_messages(embedded: Pool) -> None:
    with pytest.raises(SpecError) as caught:
        load(embedded, "import Std\n\ntheorem é (n : Nat) :\n  n + (0 : String) = n := by sorry\n")
    assert str(caught.value).startswith("a.lean:4:")
    with pytest.raises(SpecError, match=r"a.lean:1:0: error: .*Nowhere"):
        load(embedded, "import Nowhere\n")


STEPS = "intro h\nhave g : n = n := by\n  rfl\nexact ⟨g, h⟩"
T = "theorem t (n : Nat) : n = 1 → n = n ∧ n = 1 := "
PAIR = "theorem t (n : Nat) : (n = 1 → n = n ∧ n = 1) ∧ True := "
CONTEXTS = {
    "alone on its line": T + "by\n  sorry\n",
    "after by": T + "by sorry\n",
    "a term": T + "sorry\n",
    "a term on the next line": T + "\n  sorry\n",
    "an argument": T + "id sorry\n",
    "an argument before others": PAIR + "⟨sorry, trivial⟩\n",
    "a have": T + "by\n  have k : n = 1 → n = n ∧ n = 1 := by sorry\n  exact k\n",
    "a bullet": PAIR + "by\n  constructor\n  · sorry\n  · trivial\n",
    "a have in a bullet": PAIR + "by\n  constructor\n  · have k : n = 1 → n = n ∧ n = 1 := by sorry\n    exact k\n"
    "  · trivial\n",
    "a case": PAIR + "by\n  cases Nat.le_total 0 n with\n  | inl _ => constructor; sorry; trivial\n  | inr _ => simp\n",
    "a case to its end": T + "by\n  cases Nat.le_total 0 n with\n  | inl _ => sorry\n  | inr _ => simp\n",
    "combined": T + "by\n  skip <;> sorry\n",
    "combined across lines": T + "by\n  skip <;>\n    sorry\n",
    "in brackets": T + "by\n  (skip; sorry)\n",
    "in a sequence": T + "by skip; sorry\n",
    "after a comment": T + "by -- by <;>\n  /- ( -/ sorry -- x\n",
    "after unicode": T.replace("(n", "(_α₁ : Nat) (n") + "by /- ∀λ→ -/ sorry\n",
    "after another command": f"namespace A {T}by\n                sorry\nend A\n",
    "in a mutual block": f"mutual\n{T}by sorry\nend\n",
    "under in": f"open Nat in\n{T}by\n  sorry\n",
}


@pytest.mark.parametrize("text", CONTEXTS.values(), ids=CONTEXTS.keys())
def test_a_proof_of_several_lines_fits_wherever_a_hole_is(embedded: Pool, text: str) -> None:
    spec = load(embedded, text)
    (target,) = spec.targets
    slot = slot_of(spec, target)
    code, edit = slot.candidate(STEPS)
    judged = judge(slot, edit, embedded.elaborate(slot.snapshot, code, LIMITS))
    assert judged.success, (code, judged)
    whole = apply_edits(spec.text, assemble(spec, {target.name: STEPS}, {}))
    elaboration = embedded.elaborate(spec.snapshot, whole, LIMITS)
    assert not elaboration.has_error and not elaboration.holes


FRAUDS = {
    "more commands": "omega\ntheorem evil : False := by sorry",
    "end of file": "omega\n#exit",
    "open comment": "omega /- ",
    "line comment": "omega --",
    "closing bracket": "omega)\n  (skip",
    "its own sorry": "sorry",
    "end of namespace": "omega\nend A\nnamespace A",
    "an axiom": "exact ax\naxiom ax : 1 + 1 = 3",
    "nothing": "",
}


@pytest.mark.parametrize("candidate", FRAUDS.values(), ids=FRAUDS.keys())
@pytest.mark.parametrize(
    "text",
    [
        "namespace A\ntheorem t : 1 + 1 = 3 := by sorry\nend A\n",
        "namespace A\ntheorem t : 1 + 1 = 3 := sorry\nend A\n",
        "theorem t : 1 + 1 = 3 ∧ 2 = 2 := by\n  constructor\n  sorry; sorry\n",
    ],
    ids=["tactic", "term", "beside another"],
)
def test_what_leaves_its_slot_or_borrows_is_no_hint(embedded: Pool, text: str, candidate: str) -> None:
    spec = load(embedded, text)
    slot = slot_of(spec, spec.targets[0])
    code, edit = slot.candidate(candidate)
    elaboration = embedded.elaborate(slot.snapshot, code, LIMITS)
    assert not judge(slot, edit, elaboration).success


@pytest.mark.parametrize("candidate", ["admit", "exact sorryAx _ false", "exact sorryAx _ true", "apply?"])
def test_a_borrowed_proof_without_the_word_is_no_hint(embedded: Pool, candidate: str) -> None:
    spec = load(embedded, "theorem t : 1 + 1 = 3 := by sorry\n")
    slot = slot_of(spec, spec.targets[0])
    code, edit = slot.candidate(candidate)
    assert not judge(slot, edit, embedded.elaborate(slot.snapshot, code, LIMITS)).success


class Fixed:
    def __init__(self, *tactics: str) -> None:
        self.tactics = tactics

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        for number, tactics in enumerate(self.tactics):
            yield Proposal(tactics, tactics, number, 40_000)


def prove(session: Pool, folder: Path, data: bytes, proposer: Fixed | Portfolio, **settings: object) -> FileReport:
    file = InputFile(folder / "a.lean", folder / "a.proved.lean")
    file.path.write_bytes(data)
    with Ledger.open(folder / "ledger.db") as ledger:
        run = Run(session, ProveSettings(strategy=PORTFOLIO, **settings), ledger, "run", Budget(), gate_for, proposer)  # type: ignore[arg-type]
        return prove_file(file, run)


def statuses(report: FileReport) -> dict[str, str]:
    return {target.name: str(target.status) for target in report.targets}


def test_only_what_the_gate_accepts_is_proved(embedded: Pool, tmp_path: Path) -> None:
    text = (
        "theorem false_lemma (n : Nat) : n = n + 1 := by sorry\n"
        "theorem uses (n : Nat) : n + 1 = n := by sorry\n"
        "theorem fine (n : Nat) : n ≤ n + 1 := by sorry\n"
        "theorem parts (n : Nat) : n = n ∧ n = n + 2 := by\n  constructor\n  · sorry\n  · sorry\n"
        "example : 2 + 2 = 4 := sorry\n"
        "example : 2 + 2 = 5 := sorry\n"
        "theorem axiomatic : 2 + 2 = 4 ∧ True := by sorry\n"
    )
    report = prove(
        embedded, tmp_path, text.encode(), Fixed("rfl", "omega", "exact (false_lemma _).symm", "native_decide")
    )
    assert statuses(report) == {
        "false_lemma": "open",
        "uses": "open",
        "fine": "proved",
        "parts#1": "open",
        "parts#2": "open",
        "example@8": "proved",
        "example@9": "open",
        "axiomatic": "open",
    }
    reasons = {target.name: target.reason for target in report.targets}
    assert reasons["uses"] == "`exact (false_lemma _).symm` proves it, but uses `false_lemma`, which is still open"
    assert reasons["parts#1"] == "`rfl` fills it, but `parts#2` is still open"
    assert report.level == "L1"
    output = Path(report.output or "").read_text(encoding="utf-8")
    assert output.count("sorry") == 6 and "n ≤ n + 1 := by omega" in output
    assert load(embedded, output).targets


def test_line_endings_mark_and_unicode_survive(embedded: Pool, tmp_path: Path) -> None:
    data = "\ufeff-- ∀ λ\r\ntheorem α₁ (x : Nat) : x ≤ x := by\r\n  sorry\nexample : True :=\r\n  sorry\r\n".encode()
    report = prove(embedded, tmp_path, data, Fixed("skip\nomega", "trivial"))
    assert report.all_proved
    expected = data.replace(b"  sorry\nexample", b"  skip\r\n  omega\nexample").replace(b"sorry", b"by trivial")
    assert (tmp_path / "a.proved.lean").read_bytes() == expected
    assert decode(expected).bom


def test_evaluation_that_cannot_run_here_does_not_stand_in_the_way(embedded: Pool, tmp_path: Path) -> None:
    text = "def f (xs : List Nat) := xs ++ xs.reverse\n#eval f [1]\ntheorem t : f [] = [] := by sorry\n#exit\n"
    report = prove(embedded, tmp_path, text.encode(), Fixed("rfl"))
    assert statuses(report) == {"t": "proved"}


def test_the_portfolio_on_a_small_file(embedded: Pool, tmp_path: Path) -> None:
    text = (
        "def len : List α → Nat\n  | [] => 0\n  | _ :: xs => len xs + 1\n"
        "def LenSpec (f : List Nat → Nat) : Prop := ∀ xs, f xs = xs.length\n"
        "theorem len_append (xs ys : List α) : len (xs ++ ys) = len xs + len ys := by sorry\n"
        "theorem len_correct : LenSpec len := by sorry\n"
    )
    report = prove(embedded, tmp_path, text.encode(), Portfolio())
    assert report.all_proved
    again = prove(embedded, tmp_path, text.encode(), Portfolio(), resume=True)
    assert again.all_proved and all(target.lean_calls == 0 for target in again.targets)
