"""The Lean side of testing: three-valued decision procedures, found by instance search.

A statement is tested by `Test`: yes with a proof, no with a proof of the negation, or unknown. So whatever Lean's
`Decidable` instances do not cover costs tests, never soundness: `∃` over an infinite type can only be confirmed, `∀`
only refuted, and what nothing is known about is unknown. `Chain` walks down the hypotheses of a statement first.

The code is elaborated where the file stands, so it uses no notation and no names that a file may have made its own.
"""

from __future__ import annotations

SKIPPED, REFUTED, UNKNOWN, PASSED, BLOCKED = range(5)
"""Codes of one test: a hypothesis is false; the target is false; nobody knows whether the target holds; it holds;
nobody knows whether some hypothesis holds."""
RADIX = 8

FUEL = 24
"""How deep recursive predicates of the file are followed."""

PRELUDE = """\
namespace gentzen.test

class Test (p : Prop) where
  run : _root_.Option (_root_.Decidable p)

class Chain (p : Prop) where
  run : _root_.Nat

class Small (α : Type _) where
  values : _root_.List α

def yes {p : Prop} (h : p) : Test p := Test.mk (_root_.Option.some (_root_.Decidable.isTrue h))

def no {p : Prop} (h : p → _root_.False) : Test p := Test.mk (_root_.Option.some (_root_.Decidable.isFalse h))

instance (priority := 1) unknown {p : Prop} : Test p := Test.mk _root_.Option.none

def cases {p : Prop} {β : Type _} (t : Test p) (y : p → β) (n : (p → _root_.False) → β) (u : β) : β :=
  _root_.Option.elim t.run u (fun d => @_root_.dite β p d y n)

def of_iff {p q : Prop} (f : p → q) (g : q → p) (t : Test q) : Test p :=
  cases t (fun h => yes (g h)) (fun h => no (fun x => h (f x))) unknown

def of_eq {p q : Prop} (e : _root_.Eq p q) (t : Test q) : Test p :=
  of_iff (fun h => _root_.Eq.mp e h) (fun h => _root_.Eq.mpr e h) t

def pack (l : _root_.List _root_.Nat) : _root_.Nat :=
  _root_.List.foldr (fun a b => _root_.Nat.add a (_root_.Nat.mul 8 b)) 1 l

def one {α : Type _} (q : α → Prop) (t : (x : α) → Test (q x)) (l : _root_.List α) : Test (_root_.Exists q) :=
  _root_.List.foldr (fun a r => cases (t a) (fun h => yes (_root_.Exists.intro a h)) (fun _ => r) r) unknown l

def all {α : Type _} (q : α → Prop) (t : (x : α) → Test (q x)) (l : _root_.List α) : Test ((x : α) → q x) :=
  _root_.List.foldr (fun a r => cases (t a) (fun _ => r) (fun h => no (fun f => h (f a))) r) unknown l

instance (priority := 900) decidable {p : Prop} [d : _root_.Decidable p] : Test p :=
  Test.mk (_root_.Option.some d)

instance (priority := 500) imp {p : Prop} {q : p → Prop} [a : Test p] [b : (x : p) → Test (q x)] :
    Test ((x : p) → q x) :=
  cases a (fun h => cases (b h) (fun k => yes (fun _ => k)) (fun k => no (fun f => k (f h))) unknown)
    (fun h => yes (fun x => _root_.False.elim (h x))) unknown

instance (priority := 510) not {p : Prop} [a : Test p] : Test (_root_.Not p) :=
  cases a (fun h => no (fun k => k h)) (fun h => yes h) unknown

instance (priority := 500) and {p q : Prop} [a : Test p] [b : Test q] : Test (_root_.And p q) :=
  cases a (fun h => cases b (fun k => yes (_root_.And.intro h k)) (fun k => no (fun x => k x.2)) unknown)
    (fun h => no (fun x => h x.1)) (cases b (fun _ => unknown) (fun k => no (fun x => k x.2)) unknown)

instance (priority := 500) or {p q : Prop} [a : Test p] [b : Test q] : Test (_root_.Or p q) :=
  cases a (fun h => yes (_root_.Or.inl h))
    (fun h => cases b (fun k => yes (_root_.Or.inr k)) (fun k => no (fun x => _root_.Or.elim x h k)) unknown)
    (cases b (fun k => yes (_root_.Or.inr k)) (fun _ => unknown) unknown)

instance (priority := 500) iff {p q : Prop} [a : Test (p → q)] [b : Test (q → p)] : Test (_root_.Iff p q) :=
  of_iff (fun h => _root_.And.intro h.1 h.2) (fun h => _root_.Iff.intro h.1 h.2) and

instance (priority := 500) eq {p q : Prop} [a : Test (_root_.Iff p q)] : Test (_root_.Eq p q) :=
  of_iff (fun h => _root_.iff_of_eq h) (fun h => _root_.propext h) a

instance (priority := 500) ite {c p q : Prop} [d : _root_.Decidable c] [a : Test p] [b : Test q] :
    Test (@_root_.ite Prop c d p q) :=
  @_root_.dite _ c d (fun h => of_eq (_root_.if_pos h) a) (fun h => of_eq (_root_.if_neg h) b)

instance (priority := 500) some {α : Type _} {q : α → Prop} [s : Small α] [t : (x : α) → Test (q x)] :
    Test (_root_.Exists q) := one q t s.values

instance (priority := 490) every {α : Type _} {q : α → Prop} [s : Small α] [t : (x : α) → Test (q x)] :
    Test ((x : α) → q x) := all q t s.values

instance (priority := 500) hypothesis {p : Prop} {q : p → Prop} [a : Test p] [b : (x : p) → Chain (q x)] :
    Chain ((x : p) → q x) :=
  Chain.mk (cases a (fun h => (b h).run) (fun _ => 0) 4)

instance (priority := 100) target {p : Prop} [a : Test p] : Chain p :=
  Chain.mk (cases a (fun _ => 3) (fun _ => 1) 2)

def each {α : Type _} {β : Type _} (l : _root_.List α) (f : α → _root_.List β) : _root_.List β :=
  _root_.List.foldr (fun a r => _root_.List.append (f a) r) _root_.List.nil l

instance : Small _root_.Nat := Small.mk (_root_.List.range 7)
instance : Small _root_.Int :=
  Small.mk (each (_root_.List.range 4) (fun n => _root_.List.cons (_root_.Int.ofNat n)
    (_root_.List.cons (_root_.Int.negSucc n) _root_.List.nil)))
instance : Small _root_.Bool :=
  Small.mk (_root_.List.cons _root_.Bool.false (_root_.List.cons _root_.Bool.true _root_.List.nil))
instance {α : Type _} [s : Small α] : Small (_root_.Option α) :=
  Small.mk (_root_.List.cons _root_.Option.none (_root_.List.map _root_.Option.some s.values))
instance {α : Type _} {β : Type _} [s : Small α] [t : Small β] : Small (_root_.Prod α β) :=
  Small.mk (each s.values (fun a => _root_.List.map (_root_.Prod.mk a) t.values))
instance {α : Type _} [s : Small α] : Small (_root_.List α) :=
  Small.mk (_root_.List.cons _root_.List.nil
    (each (_root_.List.cons _root_.List.nil (_root_.List.map (fun a => _root_.List.cons a _root_.List.nil)
      (_root_.List.take 3 s.values))) (fun l => _root_.List.map (fun a => _root_.List.cons a l) s.values)))
instance {n : _root_.Nat} : Small (_root_.Fin n) := Small.mk (_root_.List.finRange n)

end gentzen.test
"""
