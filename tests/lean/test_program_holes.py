"""Program holes in the trusted check, on real Lean: every way to fill one dishonestly, beside an honest twin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from lean_project.check.gate import Reference, check_file
from lean_project.check.verdict import Code, FileVerdict, Level
from lean_project.errors import UserError
from lean_project.model import Limits
from lean_project.pool import Pool

pytestmark = pytest.mark.lean

LIMITS = Limits(seconds=120)

DOUBLE = """\
def twice (n : Nat) : Nat := n + n

def f (n : Nat) : Nat := sorry

theorem f_spec (n : Nat) : f n = twice n := sorry

example : f 3 = 6 := sorry
"""
DOUBLE_TARGETS = ("f_spec", "_gentzen_example.0")
TWICE = "def twice (n : Nat) : Nat := n + n\n\n"
PROOFS = "theorem f_spec (n : Nat) : f n = twice n := by simp [f, twice] <;> omega\n\nexample : f 3 = 6 := by decide\n"

ROOT = """\
def root (n : Nat) : Nat := sorry

theorem root_spec (n : Nat) : root (n * n) * root (n * n) = n * n := sorry
"""

PERM = """\
inductive Sorted : List Nat → Prop
  | nil : Sorted []
  | one (x) : Sorted [x]
  | cons (x y xs) : x ≤ y → Sorted (y :: xs) → Sorted (x :: y :: xs)

def least (xs : List Nat) : Option Nat := sorry

theorem least_mem (xs : List Nat) (m : Nat) : least xs = some m → m ∈ xs := sorry
"""


DECIDED = """\
def twice (n : Nat) : Nat := n + n

def fits (n r : Nat) : Bool := r == twice n

def f (n : Nat) : Nat := sorry

theorem f_spec (n : Nat) : fits n (f n) = true := sorry
"""


@dataclass(frozen=True)
class Fraud:
    """One dishonest filling of `original`. `codes`: any of them will do, for the program or the targets."""

    name: str
    original: str
    attack: str
    codes: frozenset[Code]
    targets: tuple[str, ...] = DOUBLE_TARGETS
    program: str = "f"


def fraud(name: str, body: str, *codes: Code, above: str = "", proofs: str = PROOFS, twice: str = TWICE) -> Fraud:
    return Fraud(name, DOUBLE, f"{twice}{above}{body}\n\n{proofs}", frozenset(codes))


def other(name: str, original: str, attack: str, program: str, target: str, *codes: Code) -> Fraud:
    return Fraud(name, original, attack, frozenset(codes), (target,), program)


BY_DEFINITION = "theorem f_spec (n : Nat) : f n = twice n := by rfl\n\nexample : f 3 = 6 := by rfl\n"
CHOSEN = """\
theorem f_spec (n : Nat) : f n = twice n := Classical.choose_spec (⟨twice n, rfl⟩ : ∃ m, m = twice n)

example : f 3 = 6 := f_spec 3
"""
SORRY_PROOFS = "theorem f_spec (n : Nat) : f n = twice n := sorry\n\nexample : f 3 = 6 := sorry\n"

FRAUDS = [
    other(
        "calls-the-reference-behind-a-bool",
        DECIDED,
        DECIDED.replace("def f (n : Nat) : Nat := sorry", "def f (n : Nat) : Nat := twice n").replace(
            "= true := sorry", "= true := by simp [fits, f]"
        ),
        "f",
        "f_spec",
        Code.SPECIFICATION_USED,
    ),
    fraud("calls-the-reference", "def f (n : Nat) : Nat := twice n", Code.SPECIFICATION_USED, proofs=BY_DEFINITION),
    fraud("is-the-reference", "def f : (n : Nat) → Nat := twice", Code.SPECIFICATION_USED, proofs=BY_DEFINITION),
    fraud(
        "calls-it-through-a-helper",
        "def f (n : Nat) : Nat := g n",
        Code.SPECIFICATION_USED,
        above="def g (n : Nat) : Nat := twice n\n\n",
        proofs=BY_DEFINITION,
    ),
    fraud(
        "calls-a-copy-of-the-reference",
        "def f (n : Nat) : Nat := g n",
        Code.SPECIFICATION_USED,
        above="def g (n : Nat) : Nat := n + n\n\n",
        proofs=BY_DEFINITION,
    ),
    fraud(
        "calls-it-in-a-condition",
        "def f (n : Nat) : Nat := if n + n = twice n then n + n else 0",
        Code.SPECIFICATION_USED,
        proofs="theorem f_spec (n : Nat) : f n = twice n := by simp [f, twice]\n\nexample : f 3 = 6 := by decide\n",
    ),
    fraud(
        "chooses",
        "noncomputable def f (n : Nat) : Nat := Classical.choose (⟨twice n, rfl⟩ : ∃ m, m = twice n)",
        Code.NONCOMPUTABLE,
        proofs=CHOSEN,
    ),
    fraud(
        "chooses-in-a-helper",
        "noncomputable def f (n : Nat) : Nat := g n",
        Code.NONCOMPUTABLE,
        above="noncomputable def g (n : Nat) : Nat := Classical.choose (⟨twice n, rfl⟩ : ∃ m, m = twice n)\n\n",
        proofs=CHOSEN,
    ),
    fraud(
        "takes-the-axiom-of-choice-itself",
        "noncomputable def f (n : Nat) : Nat := (Classical.choice (⟨⟨n + n, rfl⟩⟩ : Nonempty {m // m = n + n})).1",
        Code.NONCOMPUTABLE,
        proofs="theorem f_spec (n : Nat) : f n = twice n :=\n"
        "  (Classical.choice (⟨⟨n + n, rfl⟩⟩ : Nonempty {m // m = n + n})).2\n\nexample : f 3 = 6 := f_spec 3\n",
    ),
    fraud(
        "decides-by-excluded-middle",
        "open Classical in\nnoncomputable def f (n : Nat) : Nat := if ∃ m, m * m = n + 5 then n + n else n * 2",
        Code.NONCOMPUTABLE,
        proofs="theorem f_spec (n : Nat) : f n = twice n := by unfold f twice; split <;> omega\n\n"
        "example : f 3 = 6 := f_spec 3\n",
    ),
    fraud(
        "decidable-instance-by-choice",
        "noncomputable def f (n : Nat) : Nat := if ∀ m, m < n → m < n + 1 then n + n else n * 2",
        Code.NONCOMPUTABLE,
        above="noncomputable instance (priority := high) (p : Prop) : Decidable p := Classical.propDecidable p\n\n",
        proofs="theorem f_spec (n : Nat) : f n = twice n := by unfold f twice; split <;> omega\n\n"
        "example : f 3 = 6 := f_spec 3\n",
    ),
    fraud("open", "def f (n : Nat) : Nat := sorry", Code.SORRY, Code.NONCOMPUTABLE, proofs=SORRY_PROOFS),
    fraud(
        "open-in-a-helper",
        "def f (n : Nat) : Nat := g n",
        Code.SORRY,
        above="def g (n : Nat) : Nat := sorry\n\n",
        proofs=SORRY_PROOFS,
    ),
    fraud(
        "axiom",
        "noncomputable def f (n : Nat) : Nat := g n",
        Code.AXIOM,
        above="axiom g : Nat → Nat\n\naxiom g_spec (n : Nat) : g n = twice n\n\n",
        proofs="theorem f_spec (n : Nat) : f n = twice n := g_spec n\n\nexample : f 3 = 6 := g_spec 3\n",
    ),
    fraud(
        "opaque",
        "opaque f (n : Nat) : Nat := twice n",
        Code.KIND_CHANGED,
        proofs=SORRY_PROOFS,
    ),
    fraud("partial", "partial def f (n : Nat) : Nat := f (n + 1)", Code.KIND_CHANGED, proofs=SORRY_PROOFS),
    fraud(
        "partial-helper",
        "def f (n : Nat) : Nat := g n * 0 + (n + n)",
        Code.NONCOMPUTABLE,
        above="partial def g (n : Nat) : Nat := g (n + 1)\n\n",
    ),
    fraud("unsafe", "unsafe def f (n : Nat) : Nat := n + n", Code.UNSAFE, Code.KERNEL_REJECTED, proofs=SORRY_PROOFS),
    fraud(
        "implemented-by",
        "@[implemented_by g] def f (n : Nat) : Nat := n + n",
        Code.ATTRIBUTE,
        above="def g (_ : Nat) : Nat := 0\n\n",
    ),
    fraud("another-type", "def f (n : Int) : Int := n + n", Code.STATEMENT_CHANGED, proofs=SORRY_PROOFS),
    fraud(
        "hypothesis-added",
        "def f (n : Nat) (_ : n = 3 := by decide) : Nat := 6",
        Code.STATEMENT_CHANGED,
        proofs="theorem f_spec (n : Nat) (h : n = 3) : f n h = twice n := by subst h; rfl\n\n"
        "example : f 3 = 6 := rfl\n",
    ),
    fraud(
        "specification-changed",
        "def f (n : Nat) : Nat := 6",
        Code.STATEMENT_CHANGED,
        twice="def twice (_ : Nat) : Nat := 6\n\n",
        proofs=BY_DEFINITION,
    ),
    fraud(
        "equality-overloaded",
        "def f (_ : Nat) : Nat := 6",
        Code.STATEMENT_CHANGED,
        above="local macro_rules | `($x = $y) => `(True ∨ binrel% Eq $x $y)\n\n",
        proofs="theorem f_spec (n : Nat) : f n = twice n := Or.inl trivial\n\nexample : f 3 = 6 := Or.inl trivial\n",
    ),
    fraud(
        "instance-above-the-theorems",
        "def f (_ : Nat) : Nat := 6",
        Code.STATEMENT_CHANGED,
        above="instance (priority := high) six (n : Nat) : OfNat Nat n := ⟨6⟩\n\n",
        proofs="theorem f_spec (n : Nat) : f n = twice n := sorry\n\nexample : f 3 = 6 := by rfl\n",
    ),
    fraud(
        "another-f",
        "namespace Mine\ndef f (n : Nat) : Nat := twice n\nend Mine\nopen Mine",
        Code.MISSING,
        proofs=BY_DEFINITION,
    ),
    fraud("private", "private def f (n : Nat) : Nat := n + n", Code.MISSING),
    fraud("theorem-dropped", "def f (n : Nat) : Nat := n + n", Code.MISSING, proofs="example : f 3 = 6 := rfl\n"),
    fraud("proof-open", "def f (n : Nat) : Nat := n + n", Code.SORRY, proofs=SORRY_PROOFS),
    other(
        "chooses-a-root",
        ROOT,
        """\
open Classical in
noncomputable def root (n : Nat) : Nat := if h : ∃ m, m * m = n then choose h else 0

theorem root_spec (n : Nat) : root (n * n) * root (n * n) = n * n := by
  have h : ∃ m, m * m = n * n := ⟨n, rfl⟩
  simp only [root, dif_pos h]
  exact Classical.choose_spec h
""",
        "root",
        "root_spec",
        Code.NONCOMPUTABLE,
    ),
    other(
        "well-founded-by-sorry",
        ROOT,
        """\
def root (n : Nat) : Nat := if n = 0 then 0 else root (n + 1)
decreasing_by all_goals sorry

theorem root_spec (n : Nat) : root (n * n) * root (n * n) = n * n := sorry
""",
        "root",
        "root_spec",
        Code.SORRY,
    ),
]

HONEST = [
    (DOUBLE, TWICE + "def f (n : Nat) : Nat := n + n\n\n" + BY_DEFINITION, "f", DOUBLE_TARGETS),
    (DOUBLE, TWICE + "def f (n : Nat) : Nat := n * 2\n\n" + PROOFS, "f", DOUBLE_TARGETS),
    (
        DOUBLE,
        TWICE
        + "def f : Nat → Nat\n  | 0 => 0\n  | n + 1 => f n + 2\n\n"
        + "theorem f_spec (n : Nat) : f n = twice n := by\n"
        + "  induction n with\n  | zero => rfl\n  | succ n ih => simp only [f, ih, twice]; omega\n\n"
        + "example : f 3 = 6 := by decide\n",
        "f",
        DOUBLE_TARGETS,
    ),
    (
        DOUBLE,
        TWICE + "theorem add_self (n : Nat) : n + n = 2 * n := by omega\n\n"
        "def f (n : Nat) : Nat := if n % 2 = 0 then 2 * n else n + n\n\n"
        "theorem f_spec (n : Nat) : f n = twice n := by unfold f twice; split <;> omega\n\n"
        "example : f 3 = 6 := by decide\n",
        "f",
        DOUBLE_TARGETS,
    ),
    (
        ROOT,
        """\
def down (n : Nat) : Nat → Nat
  | 0 => 0
  | m + 1 => if (m + 1) * (m + 1) ≤ n then m + 1 else down n m

def root (n : Nat) : Nat := down n n

theorem down_square (n k : Nat) (h : n ≤ k) : down (n * n) k = n := by
  induction k with
  | zero => simp [down]; omega
  | succ k ih =>
    rw [down]
    split
    · rename_i h'
      have : k + 1 ≤ n := by
        refine Decidable.byContradiction fun h'' => ?_
        have : n < k + 1 := by omega
        have := Nat.mul_lt_mul_of_lt_of_le this (Nat.le_of_lt this) (by omega)
        omega
      omega
    · rename_i h'
      by_cases e : n = k + 1
      · subst e; omega
      · exact ih (by omega)

theorem root_spec (n : Nat) : root (n * n) * root (n * n) = n * n := by
  have : n ≤ n * n := by
    cases n with
    | zero => omega
    | succ n => exact Nat.le_mul_of_pos_left _ (by omega)
  simp only [root, down_square n (n * n) this]
""",
        "root",
        ("root_spec",),
    ),
    (
        DECIDED,
        DECIDED.replace("def f (n : Nat) : Nat := sorry", "def f (n : Nat) : Nat := 2 * n").replace(
            "= true := sorry", "= true := by simp [fits, f, twice]; omega"
        ),
        "f",
        ("f_spec",),
    ),
]


@cache
def reference(pool: Pool, text: str) -> Reference:
    return Reference.read(pool, text, LIMITS)


def judge(pool: Pool, original: str, text: str, program: str, targets: tuple[str, ...]) -> FileVerdict:
    given = reference(pool, original)
    return check_file(pool, text, given, targets=targets, programs={program: ()}, limits=LIMITS, fresh=False)


@pytest.mark.parametrize("case", FRAUDS, ids=lambda case: case.name)
def test_dishonest_filling_is_refused(embedded: Pool, case: Fraud) -> None:
    verdict = judge(embedded, case.original, case.attack, case.program, case.targets)
    assert not verdict.accepted
    said = {reason.code for each in (*verdict.programs, *verdict.targets) for reason in each.reasons}
    assert said & case.codes, said
    program = verdict.programs[0]
    if program.reasons:
        assert not any(target.accepted for target in verdict.targets)


@pytest.mark.parametrize("number", range(len(HONEST)))
def test_honest_program_is_accepted(embedded: Pool, number: int) -> None:
    verdict = judge(embedded, *HONEST[number])
    assert verdict.accepted, [str(r) for each in (*verdict.programs, *verdict.targets) for r in each.reasons]
    assert {each.level for each in (*verdict.programs, *verdict.targets)} == {Level.L1}


def test_without_the_name_of_the_hole_nothing_changes(embedded: Pool) -> None:
    """A file with a program hole that nobody named is judged as before: another value is another statement."""
    original, text, _, targets = HONEST[0]
    verdict = check_file(embedded, text, reference(embedded, original), targets=targets, limits=LIMITS, fresh=False)
    assert {reason.code for each in verdict.targets for reason in each.reasons} == {Code.STATEMENT_CHANGED}


def test_specification_function_may_be_allowed(embedded: Pool) -> None:
    given = reference(embedded, DOUBLE)
    assert given.program_holes() == ("f",)
    assert given.specification_functions("f") == ("twice",)
    text = FRAUDS[1].attack
    verdict = check_file(embedded, text, given, programs={"f": ["twice"]}, limits=LIMITS, fresh=False)
    assert verdict.accepted


def test_only_a_whole_missing_value_is_a_program_hole(embedded: Pool) -> None:
    given = reference(embedded, "def g (n : Nat) : Nat := n + sorry\n\ntheorem t : g 0 = 0 := sorry\n")
    assert given.program_holes() == ()
    with pytest.raises(UserError, match="no program hole"):
        given.with_programs(["g"])
