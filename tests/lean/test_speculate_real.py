"""Theory exploration on real Lean: theorems that one call of it proves, and one that goes on with what it proved."""

from __future__ import annotations

import pytest

from decompose.context import goal_context
from decompose.spec import SpecFile, load_spec
from decompose.splitters.speculate import speculations
from decompose.text import decode
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.engine import LeanDomain
from prover.moves import _move
from prover.portfolio import Portfolio
from search.domain import Verdict

pytestmark = pytest.mark.lean

FILE = """\
namespace Mine

variable {α : Type} [DecidableEq α]

def loop (seen : List α) : List α → List α
  | [] => []
  | x :: xs => if x ∈ seen then loop seen xs else x :: loop (x :: seen) xs

inductive Tree where
  | leaf
  | node (left : Tree) (label : Nat) (right : Tree)

def Tree.push : Tree → List Nat → List Nat
  | leaf, acc => acc
  | node l x r, acc => push l (x :: push r acc)

def Tree.toList : Tree → List Nat
  | leaf => []
  | node l x r => toList l ++ x :: toList r

abbrev Bits := List Bool

def value : Bits → Nat
  | [] => 0
  | b :: bs => b.toNat + 2 * value bs

def inc : Bits → Bits
  | [] => [true]
  | false :: bs => true :: bs
  | true :: bs => false :: inc bs

def ofNat : Nat → Bits
  | 0 => []
  | n + 1 => inc (ofNat n)

theorem mem_loop (x : α) (xs : List α) : x ∈ loop [] xs ↔ x ∈ xs := by
  sorry

theorem nodup_loop (xs : List α) : (loop [] xs).Nodup := by
  sorry

theorem push_nil (t : Tree) : t.push [] = t.toList := by
  sorry

theorem value_ofNat (n : Nat) : value (ofNat n) = n := by
  sorry

end Mine
"""


@pytest.fixture(scope="module")
def spec(embedded: Pool) -> SpecFile:
    return load_spec(decode(FILE.encode()), embedded, Limits(seconds=120.0), name="mine")


@pytest.mark.parametrize(
    ("name", "label", "fact"),
    [
        ("mem_loop", "all values", ""),
        ("nodup_loop", "laws", "∈ seen"),
        ("push_nil", "all values", ""),
        ("value_ofNat", "laws", "value (inc"),
    ],
)
def test_what_one_call_of_exploration_comes_to(
    embedded: Pool, spec: SpecFile, name: str, label: str, fact: str
) -> None:
    """The goal is proved, or it goes on with the law that it needs."""
    target = next(each for each in spec.targets if each.is_called(name))
    with LeanDomain(spec, embedded, proposer=Portfolio(), splitter=speculations) as domain:
        root = domain.root(target)
        assert not isinstance(root, str)
        context = goal_context(spec, target, root.payload.text)
        answers = [
            domain.submit(root, _move(split), 60.0).result() for split in speculations(context) if split.label == label
        ]
    accepted = [answer for answer in answers if answer.verdict is Verdict.JUSTIFIED]
    assert accepted, [answer.reason for answer in answers]
    proved = [answer for answer in accepted if not answer.children]
    assert proved or (fact and any(fact in child.text for answer in accepted for child in answer.children))
