"""The statements of the benchmark of sketches (`benchmarks.selfplay.conjunctions`)."""

from __future__ import annotations

import re

from benchmarks.selfplay.conjunctions import LETTERS, Fact, called, drawn, facts
from benchmarks.selfplay.world import HELD_OUT
from prover.policy.sketching import LATER, opened


def test_a_fact_is_a_closed_proposition() -> None:
    append = Fact("append", 2)
    assert append.stated("g") == "∀ (xs ys zs : List Nat), g (g xs ys) zs = g xs (g ys zs)"
    assert append.names() == ["xs", "ys", "zs"]
    assert Fact("length", 0).stated("h") == "h [] = 0" and Fact("length", 0).names() == []
    proofs = list(append.proofs("g"))
    assert proofs[0] == "rfl" and "intro xs ys zs\ninduction xs <;> simp_all [g]" in proofs
    assert len(set(proofs)) == len(proofs) and not any(re.search(r"\bf\b", proof) for proof in proofs)


def test_conjunctions_are_about_three_programs_of_one_side() -> None:
    for held in (False, True):
        among = facts(held)
        assert all((fact.program in HELD_OUT) is held for fact in among)
        found = drawn(among, 20, seed=3)
        assert found == drawn(among, 20, seed=3) and len(set(found)) == 20
        for each in found:
            assert len({fact.program for fact in each.facts}) == 3
            assert all(each.text.count(f"def {letter} ") == 1 for letter in LETTERS)


def test_open_parts_of_a_sketch_are_left() -> None:
    (each,) = drawn(facts(held=False), 1, seed=1)
    text = each.sketch(["rfl", None, called("intro x\nsimp [f]", "h")])
    assert opened(text).split("\n") == ["refine ⟨?_, ?_, ?_⟩", "· rfl", LATER, "· intro x", "  simp [h]"]
