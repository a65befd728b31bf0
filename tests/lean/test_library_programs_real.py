"""Programs that are one call of the library, and sorts: finishing moves that prove what is said about them."""

from __future__ import annotations

import pytest

from benchmarks.splitters import justify
from decompose.context import goal_context
from decompose.spec import SpecFile, load_spec
from decompose.text import decode
from lean_project.pool import Pool
from prover.attempt import slot_of
from prover.closers import closers

pytestmark = pytest.mark.lean

FILE = """
namespace Programs

def distinct (xs : List Nat) : List Nat := xs.eraseDups
theorem mem_distinct (xs : List Nat) (a : Nat) : a ∈ distinct xs ↔ a ∈ xs := by sorry
theorem distinct_nodup (xs : List Nat) : (distinct xs).Nodup := by sorry

def place (c : Char) (cs : List Char) : Option Nat := cs.idxOf? c
theorem lt_of_place (c : Char) (cs : List Char) (i : Nat) (h : place c cs = some i) : i < cs.length := by sorry

def meeting (m n : Nat) : Nat := Nat.lcm m n
theorem meeting_le (m n k : Nat) (hk : 0 < k) (hm : k % m = 0) (hn : k % n = 0) : meeting m n ≤ k := by sorry

def apart (xs : List Int) : List Int × List Int := xs.partition (· < 0)
theorem apart_perm (xs : List Int) : ((apart xs).1 ++ (apart xs).2).Perm xs := by sorry

def together (xs ys : List Int) : List Int := (xs ++ ys).mergeSort
theorem together_ordered (xs ys : List Int) : (together xs ys).Pairwise (· ≤ ·) := by sorry

def place_in (x : Int) : List Int → List Int
  | [] => [x]
  | y :: ys => if y ≤ x then x :: y :: ys else y :: place_in x ys
def descending (xs : List Int) : List Int := match xs with
  | [] => []
  | x :: rest => place_in x (descending rest)
theorem descending_perm (xs : List Int) : (descending xs).Perm xs := by sorry
theorem descending_isPerm (xs : List Int) : (descending xs).isPerm xs = true := by sorry
theorem descending_ordered (xs : List Int) : (descending xs).Pairwise (· ≥ ·) := by sorry

theorem rotated {α : Type} (xs ys : List α) : (xs ++ ys).Perm (ys ++ xs) := by sorry

end Programs
"""


@pytest.fixture(scope="module")
def spec(embedded: Pool) -> SpecFile:
    return load_spec(decode(FILE.encode()), embedded, name="Programs.lean")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("mem_distinct", "strong induction; close"),
        ("distinct_nodup", "strong induction; close [lemmas]"),
        ("lt_of_place", "close [library]"),
        ("meeting_le", "close [library]"),
        ("apart_perm", "induction; by counting"),
        ("together_ordered", "close [library]"),
        ("descending_perm", "fun_induction; by counting"),
        ("descending_isPerm", "fun_induction; by counting"),
        ("descending_ordered", "facts about helpers; induction"),
        ("rotated", "induction; by counting"),
    ],
)
def test_one_move_proves_it(embedded: Pool, spec: SpecFile, name: str, label: str) -> None:
    target = next(each for each in spec.targets if each.is_called(name))
    moves = [split for split in closers(goal_context(spec, target)) if split.label == label]
    outcomes = [justify(embedded, slot_of(spec, target), split, 60) for split in moves]
    assert any(each.accepted for each in outcomes), [each.said for each in outcomes]
