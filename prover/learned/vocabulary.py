"""The words that features count: symbols, names of the library by their last component, words of labels."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TARGET = _words(
    """
= ≠ < ≤ > ≥ ∈ ∉ ∧ ∨ ¬ ↔ → ∣ ⊆ == != ∀ ∃ && || ! + - * / % ^ ++ :: ( [ ⟨ | if match fun let true false some
none length size reverse map filter foldl foldr sum range take drop getElem get count contains append zip Perm
Pairwise Nodup max min toNat toList push flatten replicate any all isEmpty head tail Option String Char Array
BitVec
"""
)
"""Counted in the target."""

HYPOTHESES = _words(
    """
= ≠ < ≤ ∈ ∧ ∨ ¬ ↔ → ∣ ∀ ∃ some true Pairwise Nodup length
"""
)
"""Counted in the types of hypotheses."""

BODIES = _words(
    """
if match fun let for while return mut + - * / % ^ ++ :: < ≤ = && ! foldl foldr map filter reverse length size
getElem push some decide ∧ ∀ ∃ max min Id Array String List
"""
)
"""Counted in the bodies of the file's definitions that the goal mentions."""

KINDS = _words(
    """
Nat Int List Array String Option Bool Prod Char Fin own function sort other
"""
)
"""Sorts of locals, by their type."""

RELATIONS = _words(
    """
= ≤ < ↔ ∧ ∨ ∃ ∈ ≠ ¬ → Perm Pairwise
"""
)
"""Outermost connectives and relations of a target."""

LABELS = _words(
    """
close induction fun_induction generalizing cases fun_cases split grind simp simp_all omega decide rfl first
exact? lemma lemmas library defs unfold constructor exists funext ext residues intros apply have exact h mod
divisions only all specification outer and loop invariant facts helpers contradiction ac_rfl intro kernel
bv_decide bv_omega accumulator law laws values plain strong on two local constant counter prefix so far fuel
range known policy term generalised suffices
"""
)
"""Words of labels. A label's other words count together."""

CONSTANTS = _words(
    """
Eq Ne LE.le LT.lt Iff And Or Not Exists Membership.mem Dvd.dvd HAdd.hAdd HSub.hSub HMul.hMul HDiv.hDiv
HMod.hMod HPow.hPow HAppend.hAppend Nat Int List Array Option Bool String Char Prod Fin BitVec List.cons
List.nil List.length List.map List.filter List.foldl List.foldr List.reverse List.Perm List.Pairwise
List.Nodup List.sum List.count List.take List.drop List.range List.all List.any Array.size GetElem.getElem
GetElem?.getElem? Option.some Option.none Bool.true Bool.false Min.min Max.max Neg.neg Int.toNat Nat.succ
OfNat.ofNat ite dite Decidable.decide BEq.beq bne and or not WellFounded.fix Nat.rec List.rec forIn
ForIn.forIn Id Id.run String.length Nat.cast
"""
)
"""Library constants of a goal's terms."""

HEADS = _words(
    """
Eq LE.le LT.lt Iff And Or Not Exists Membership.mem Ne List.Perm List.Pairwise
"""
)
"""Head constants of conclusions; others count together."""
