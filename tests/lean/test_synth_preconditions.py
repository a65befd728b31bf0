"""Programs with proofs of preconditions as parameters, as in Verina's tasks: signature, examples, a whole run."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthesising import Bench

from decompose.spec import load_spec
from decompose.text import decode
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.synth.oracle import Oracle
from prover.synth.properties import read_properties
from prover.synth.report import SynthStatus
from prover.synth.signature import Signature, read_signature

pytestmark = [pytest.mark.lean, pytest.mark.timeout(600)]

FILE = """\
@[reducible, simp]
def f_precond (a : Array Int) (n : Nat) : Prop := 0 < n ∧ a.size > 0

inductive Odd : Nat → Prop
  | one : Odd 1

def f (a : Array Int) (n : Nat) (h : f_precond a n) (small : ∀ x, x ∈ a.toList → x < 9) (o : Odd 1) : Nat := sorry

@[reducible, simp]
def f_postcond (a : Array Int) (n : Nat) (result : Nat) (h : f_precond a n) :=
  result = a.size + n

theorem f_spec (a : Array Int) (n : Nat) (h : f_precond a n) (small : ∀ x, x ∈ a.toList → x < 9) (o : Odd 1) :
    f_postcond a n (f a n h small o) h := by sorry

def g (p : Nat → Bool) (n : Nat) : Nat := sorry
"""
TASK = """\
@[reducible, simp]
def cost_precond (size : Nat) : Prop := 0 < size

def cost (size : Nat) (h : cost_precond size) : Nat := sorry

@[reducible, simp]
def cost_postcond (size : Nat) (result : Nat) (h : cost_precond size) := result - 3 * size = 0 ∧ 3 * size - result = 0

theorem cost_spec (size : Nat) (h : cost_precond size) : cost_postcond size (cost size h) h := by sorry
"""


def test_proofs_are_no_data(embedded: Pool) -> None:
    spec = load_spec(decode(FILE.encode(), "Pre.lean"), embedded, Limits(60), name="Pre.lean")
    properties = read_properties(embedded, spec, "f")
    signature = read_signature(properties, "f", proofs=True)
    assert isinstance(signature, Signature)
    assert (signature.names, signature.proofs) == (("a", "n"), frozenset({2, 3, 4}))
    assert isinstance(read_signature(properties, "f"), str)
    assert isinstance(read_signature(properties, "g", proofs=True), str)


def test_a_program_with_a_precondition(embedded: Pool, tmp_path: Path) -> None:
    spec = load_spec(decode(TASK.encode(), "Cost.lean"), embedded, Limits(60), name="Cost.lean")
    properties = read_properties(embedded, spec, "cost")
    signature = read_signature(properties, "cost", proofs=True)
    assert isinstance(signature, Signature)
    right = Oracle(embedded, properties, signature).right([(0,), (1,), (2,)])
    assert right == {(1,): frozenset([3]), (2,): frozenset([6])}  # nothing is said of 0
    report = Bench(embedded, tmp_path, TASK).run()
    assert report.status is SynthStatus.VERIFIED and report.level == "L1"
    assert report.holes[0].program is not None and "cost" not in report.holes[0].program
