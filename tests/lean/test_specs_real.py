"""Specifications on the real Lean: loops, sorts and strings that one finishing move proves once they are unfolded."""

from __future__ import annotations

from dataclasses import replace as replaced_fields

import pytest

from benchmarks.splitters import justify
from decompose.context import goal_context
from decompose.library import BY_INDEX, BY_LENGTH, RENAMED, TABLE
from decompose.spec import SpecFile, load_spec
from decompose.splitters import orders, specs
from decompose.text import decode
from lean_project.pool import Pool
from prover.attempt import slot_of

pytestmark = pytest.mark.lean

FILE = """
@[reducible] def firstBig_post (a : Array Nat) (bound : Nat) (r : Nat) : Prop :=
  r ≤ a.size ∧ (∀ k, k < r → a[k]! ≤ bound) ∧ (r < a.size → bound < a[r]!)
def firstBig (a : Array Nat) (bound : Nat) : Nat :=
  let rec seek (i : Nat) : Nat := if i < a.size then (if bound < a[i]! then i else seek (i + 1)) else a.size
  seek 0
theorem firstBig_spec (a : Array Nat) (bound : Nat) : firstBig_post a bound (firstBig a bound) := by sorry

@[reducible] def halfRoot_post (n r : Nat) : Prop := 2 * (r * r) ≤ n ∧ n < 2 * ((r + 1) * (r + 1))
def halfRoot (n : Nat) : Nat :=
  let rec climb : Nat → Nat → Nat
    | 0, r => r
    | fuel + 1, r => if 2 * ((r + 1) * (r + 1)) ≤ n then climb fuel (r + 1) else r
  climb (n + 1) 0
theorem halfRoot_spec (n : Nat) : halfRoot_post n (halfRoot n) := by sorry

@[reducible] def commonStart_post (xs ys r : List Nat) : Prop :=
  r = xs.take r.length ∧ r = ys.take r.length
def commonStart (xs ys : List Nat) : List Nat :=
  let rec share (i : Nat) (acc : List Nat) : List Nat :=
    if i < xs.length then
      match xs[i]?, ys[i]? with
      | some x, some y => if x = y then share (i + 1) (acc ++ [x]) else acc
      | _, _ => acc
    else acc
  share 0 []
theorem commonStart_spec (xs ys : List Nat) : commonStart_post xs ys (commonStart xs ys) := by sorry

@[reducible] def addAll_post (a b r : Array Int) : Prop :=
  r.size = a.size ∧ ∀ i, i < a.size → r[i]! = a[i]! + b[i]!
def addAll (a b : Array Int) : Array Int :=
  let rec fill (i : Nat) (c : Array Int) : Array Int :=
    if i < a.size then fill (i + 1) (c.set! i (a[i]! + b[i]!)) else c
  fill 0 (Array.replicate a.size 0)
theorem addAll_spec (a b : Array Int) (h : a.size = b.size) : addAll_post a b (addAll a b) := by sorry

@[reducible] def descending_post (xs r : List Nat) : Prop := List.Pairwise (· ≥ ·) r ∧ List.isPerm xs r
def descending (xs : List Nat) : List Nat :=
  let rec place (x : Nat) (ys : List Nat) : List Nat :=
    match ys with
    | [] => [x]
    | y :: ys' => if y ≤ x then x :: y :: ys' else y :: place x ys'
  let rec order (ys : List Nat) : List Nat :=
    match ys with
    | [] => []
    | y :: ys' => place y (order ys')
  order xs
theorem descending_spec (xs : List Nat) : descending_post xs (descending xs) := by sorry

@[reducible] def least_post (xs : List Nat) (r : Option Nat) : Prop :=
  match r with
  | none => xs = []
  | some a => a ∈ xs ∧ ∀ b ∈ xs, a ≤ b
def least (xs : List Nat) : Option Nat := xs.min?
theorem least_spec (xs : List Nat) : least_post xs (least xs) := by sorry

@[reducible] def masked_post (s r : String) : Prop :=
  r.length = s.length ∧ ∀ i, i < s.length → s.toList[i]! = ' ' → r.toList[i]! = '_'
def masked (s : String) : String := String.mk (s.toList.map fun c => if c = ' ' then '_' else c)
theorem masked_spec (s : String) : masked_post s (masked s) := by sorry
"""


@pytest.fixture(scope="module")
def spec(embedded: Pool) -> SpecFile:
    return load_spec(decode(FILE.encode()), embedded, name="Specs.lean")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("firstBig_spec", "loop invariant: counter, range"),
        ("halfRoot_spec", "loop invariant: accumulator"),
        ("commonStart_spec", "loop invariant: accumulator"),
        ("addAll_spec", "loop invariant: so far"),
        ("descending_spec", "facts about helpers; induction"),
        ("least_spec", "specification: all; and; close"),
        ("masked_spec", "specification: all; split; close"),
    ],
)
def test_one_move_after_unfolding(embedded: Pool, spec: SpecFile, name: str, label: str) -> None:
    target = next(each for each in spec.targets if each.is_called(name))
    slot, context = slot_of(spec, target), goal_context(spec, target)
    start = next(split for split in specs.specifications(context) if split.label == "specification: all")
    child = justify(embedded, slot, start, 20).children
    contexts = [("", context), *((start.tactics, goal_context(spec, target, each.text)) for each in child)]
    tried = {}
    for before, each in contexts:
        for split in (found for find in (*specs.FINISHING, *orders.FINISHING) for found in find(each)):
            if split.label == label and (before or split.label.startswith("specification")):
                text = "\n".join(part for part in (before, split.tactics) if part)
                outcome = justify(embedded, slot, replaced_fields(split, tactics=text), 30)
                tried[split.label, before] = outcome.said
                if outcome.accepted:
                    return
    pytest.fail(str(tried))


def test_every_lemma_of_the_table_exists(embedded: Pool) -> None:
    opened = embedded.open("import Std\n")
    assert opened.snapshot is not None
    lemmas = {lemma for each in TABLE for lemma in (*each.rewrites, *each.facts, *each.backward, *each.normal)}
    lemmas = {lemma.removeprefix("← ") for lemma in lemmas} | set(BY_INDEX.values()) | set(BY_LENGTH.values())
    checks = [f"#check @{lemma}" for lemma in sorted(lemmas)] + [f"#check ({text})" for text in RENAMED.values()]
    found = embedded.elaborate(opened.snapshot, "\n".join(checks))
    assert [message.text for message in found.messages if message.is_error] == []
