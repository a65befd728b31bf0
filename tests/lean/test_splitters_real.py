"""Splits on real theorems: Lean accepts some that leave simpler goals or none, and the ones that each theorem needs."""

from __future__ import annotations

import pytest

from benchmarks.splitters import is_simpler, justify
from decompose.context import goal_context
from decompose.sketch import Split
from decompose.spec import SpecFile, load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.pool import Pool
from prover.attempt import slot_of

pytestmark = pytest.mark.lean

FILE = """namespace S

def append {α : Type u} : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: append xs ys

def rev {α : Type u} : List α → List α
  | [] => []
  | x :: xs => append (rev xs) [x]

def revOnto {α : Type u} : List α → List α → List α
  | [], acc => acc
  | x :: xs, acc => revOnto xs (x :: acc)

def total : List Nat → Nat
  | [] => 0
  | x :: xs => x + total xs

def totalOn : List Nat → Nat → Nat
  | [], acc => acc
  | x :: xs, acc => totalOn xs (acc + x)

def insert (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: ys => if x ≤ y then x :: y :: ys else y :: insert x ys

def sort : List Nat → List Nat
  | [] => []
  | x :: xs => insert x (sort xs)

def Below (x : Nat) : List Nat → Prop
  | [] => True
  | y :: ys => x ≤ y ∧ Below x ys

def Sorted : List Nat → Prop
  | [] => True
  | x :: xs => Below x xs ∧ Sorted xs

inductive Expr where
  | num (n : Nat)
  | add (a b : Expr)

inductive Instr where
  | push (n : Nat)
  | add

def eval : Expr → Nat
  | .num n => n
  | .add a b => eval a + eval b

def run : List Instr → List Nat → List Nat
  | [], s => s
  | .push n :: is, s => run is (n :: s)
  | .add :: is, b :: a :: s => run is ((a + b) :: s)
  | .add :: is, s => run is s

def compile : Expr → List Instr
  | .num n => [.push n]
  | .add a b => compile a ++ compile b ++ [.add]

def search (f : Nat → Int) (key : Int) (lo hi : Nat) : Option Nat :=
  if lo < hi then
    let mid := lo + (hi - lo) / 2
    if f mid = key then some mid
    else if f mid < key then search f key (mid + 1) hi
    else search f key lo mid
  else none
termination_by hi - lo

def put (x : Nat) (xs : List Nat) : List Nat := insert x xs

def sumLoop (xs : Array Nat) : Nat := Id.run do
  let mut s := 0
  for x in xs do
    if x % 2 = 0 then s := s + x
  return s

@[reducible, simp]
def least_precond (a : Array Int) : Prop := a.size > 0

def least (a : Array Int) (h_precond : least_precond (a)) : Int :=
  let rec loop (i : Nat) (best : Int) : Int :=
    if i < a.size then loop (i + 1) (if a[i]! < best then a[i]! else best) else best
  termination_by a.size - i
  loop 1 a[0]!

@[reducible, simp]
def least_postcond (a : Array Int) (result : Int) (h_precond : least_precond (a)) :=
  (∀ i : Nat, i < a.size → result ≤ a[i]!) ∧ (∃ i : Nat, i < a.size ∧ result = a[i]!)

theorem rev_rev {α : Type u} (xs : List α) : rev (rev xs) = xs := by sorry
theorem rev_step {α : Type u} (x : α) (xs : List α) (ih : rev (rev xs) = xs) :
    rev (append (rev xs) [x]) = x :: xs := by sorry
theorem revOnto_nil {α : Type u} (xs : List α) : revOnto xs [] = rev xs := by sorry
theorem totalOn_eq (xs : List Nat) : totalOn xs 0 = total xs := by sorry
theorem foldl_cons (xs : List Nat) : xs.foldl (fun a x => x :: a) [] = xs.reverse := by sorry
theorem foldr_eq (xs : List Nat) : xs.foldr (fun x a => x + a) 0 = total xs := by sorry
theorem sorted_insert (x : Nat) (xs : List Nat) (h : Sorted xs) : Sorted (insert x xs) := by sorry
theorem sorted_sort (xs : List Nat) : Sorted (sort xs) := by sorry
theorem sorted_fold (xs : List Nat) : Sorted (xs.foldl (fun t x => put x t) []) := by sorry
theorem compile_correct (e : Expr) : run (compile e) [] = [eval e] := by sorry
theorem run_compile (e : Expr) (s : List Nat) : run (compile e) s = eval e :: s := by sorry
theorem search_bounds {f : Nat → Int} {key : Int} {lo hi i : Nat} (h : search f key lo hi = some i) :
    lo ≤ i ∧ i < hi := by sorry
theorem least_spec (a : Array Int) (h_precond : least_precond (a)) :
    least_postcond (a) (least (a) h_precond) h_precond := by sorry
theorem sumLoop_le (xs : Array Nat) : sumLoop xs ≤ xs.foldl (· + ·) 0 := by sorry
theorem logic (p q r : Prop) (h : p ∧ (q ∨ r)) : (p ∧ q) ∨ (p ∧ r) := by sorry

end S
"""


@pytest.fixture(scope="module")
def spec(embedded: Pool) -> SpecFile:
    return load_spec(decode(FILE.encode()), embedded, name="Splits.lean")


def _proposed(spec: SpecFile, name: str) -> list[Split]:
    target = next(each for each in spec.targets if each.is_called(name))
    return list(splits(goal_context(spec, target)))


@pytest.mark.parametrize(
    "name",
    [
        "rev_rev",
        "revOnto_nil",
        "totalOn_eq",
        "foldl_cons",
        "foldr_eq",
        "sorted_insert",
        "sorted_sort",
        "sorted_fold",
        "compile_correct",
        "search_bounds",
        "least_spec",
        "sumLoop_le",
        "logic",
    ],
)
def test_some_split_leaves_simpler_goals_or_none(embedded: Pool, spec: SpecFile, name: str) -> None:
    target = next(each for each in spec.targets if each.is_called(name))
    slot = slot_of(spec, target)
    helped = []
    for split in _proposed(spec, name)[:12]:
        outcome = justify(embedded, slot, split, 20)
        if outcome.accepted and all(is_simpler(target.goals[0].text, child.text) for child in outcome.children):
            helped.append(split.label)
    assert helped


@pytest.mark.parametrize(
    ("name", "label", "statement"),
    [
        ("rev_rev", "induction", ""),
        ("rev_rev", "lemma: library function; rewrite", "rev xs = xs.reverse"),
        ("rev_step", "cross-fertilise and generalise", "rev (append g [x]) = x :: (rev g)"),
        ("rev_step", "lemma: antihomomorphism; rewrite", "rev (append xs' ys) = append (rev ys) (rev xs')"),
        ("revOnto_nil", "accumulator: goal for all values", "revOnto xs acc = append (rev xs) acc"),
        ("totalOn_eq", "accumulator: goal for all values", "totalOn xs acc = acc + (total xs)"),
        ("totalOn_eq", "accumulator: law; induction", "totalOn xs acc = acc + (totalOn xs 0)"),
        ("foldl_cons", "accumulator: goal for all values", "= xs.reverse ++ acc"),
        ("sorted_sort", "lemma: preserved property", "(h : Sorted xs) : Sorted (insert x xs)"),
        ("sorted_fold", "invariant of a loop", "(hacc : Sorted acc)"),
        ("sorted_fold", "fold invariant", ""),
        ("compile_correct", "accumulator: goal for all values", "run (compile e) acc = [eval e] ++ acc"),
        ("run_compile", "lemma: run of an append", "run (xs ++ xs') ys = run xs' (run xs ys)"),
        ("search_bounds", "fun_induction; cases closed", ""),
        ("least_spec", "unfold specification; and", ""),
        ("sumLoop_le", "loops to folds", ""),
    ],
)
def test_the_split_that_the_theorem_needs(
    embedded: Pool, spec: SpecFile, name: str, label: str, statement: str
) -> None:
    """It is proposed, and Lean accepts it. (That the lemma is true is not looked at here.)"""
    target = next(each for each in spec.targets if each.is_called(name))
    found = [
        split
        for split in _proposed(spec, name)
        if split.label == label and (not statement or any(statement in new.statement for new in split.lemmas))
    ]
    assert found, [(split.label, [new.statement for new in split.lemmas]) for split in _proposed(spec, name)]
    outcomes = [justify(embedded, slot_of(spec, target), split, 20) for split in found]
    assert any(outcome.accepted for outcome in outcomes), outcomes


def test_a_child_can_be_split_again(embedded: Pool, spec: SpecFile) -> None:
    """The text of a remaining goal has names that can be written, and is a context like any other."""
    target = next(each for each in spec.targets if each.is_called("rev_rev"))
    slot = slot_of(spec, target)
    start = next(split for split in _proposed(spec, "rev_rev") if split.label == "induction")
    child = justify(embedded, slot, start, 20).children[-1]
    context = goal_context(spec, target, child.text)
    assert all(each.is_accessible for each in context.locals)
    assert context.stage == ""
    labels = {split.label for split in splits(context)}
    assert "simp only [defs]" in labels


def test_names_that_a_split_introduces_can_be_written(embedded: Pool, spec: SpecFile) -> None:
    target = next(each for each in spec.targets if each.is_called("sorted_insert"))
    for split in _proposed(spec, "sorted_insert"):
        if split.label in ("induction", "cases"):
            for child in justify(embedded, slot_of(spec, target), split, 20).children:
                assert "✝" not in child.text, child.text
