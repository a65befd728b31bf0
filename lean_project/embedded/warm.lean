/-! What set-up runs to warm the compiler: a little of everything that proofs about programs use. -/

namespace Warm

inductive Tree (α : Type) where
  | leaf
  | node (left : Tree α) (value : α) (right : Tree α)
deriving DecidableEq, Repr, Inhabited

structure Point where
  x : Nat
  y : Int
deriving DecidableEq, Repr

def app {α : Type} : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: app xs ys

def rev {α : Type} : List α → List α
  | [] => []
  | x :: xs => app (rev xs) [x]

def insert (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: ys => if x ≤ y then x :: y :: ys else y :: insert x ys

def gcd (a b : Nat) : Nat :=
  if h : b = 0 then a else gcd b (a % b)
termination_by b
decreasing_by exact Nat.mod_lt _ (Nat.pos_of_ne_zero h)

def Tree.size {α : Type} : Tree α → Nat
  | .leaf => 0
  | .node l _ r => l.size + 1 + r.size

def Tree.mirror {α : Type} : Tree α → Tree α
  | .leaf => .leaf
  | .node l x r => .node r.mirror x l.mirror

instance : Add Point := ⟨fun p q => ⟨p.x + q.x, p.y + q.y⟩⟩

theorem app_nil {α : Type} (xs : List α) : app xs [] = xs := by
  induction xs <;> simp_all [app]

theorem app_assoc {α : Type} (xs ys zs : List α) : app (app xs ys) zs = app xs (app ys zs) := by
  fun_induction app xs ys <;> grind [app]

theorem rev_app {α : Type} (xs ys : List α) : rev (app xs ys) = app (rev ys) (rev xs) := by
  induction xs with
  | nil => simp [app, rev, app_nil]
  | cons x xs ih => simp [app, rev, ih, app_assoc]

theorem length_insert (x : Nat) (xs : List Nat) : (insert x xs).length = xs.length + 1 := by
  fun_induction insert x xs <;> simp_all

theorem mem_insert (x y : Nat) (xs : List Nat) : y ∈ insert x xs ↔ y = x ∨ y ∈ xs := by
  fun_induction insert x xs <;> grind

theorem size_mirror {α : Type} (t : Tree α) : t.mirror.size = t.size := by
  induction t <;> grind [Tree.mirror, Tree.size]

theorem mirror_mirror {α : Type} (t : Tree α) : t.mirror.mirror = t := by
  induction t <;> simp_all [Tree.mirror]

theorem gcd_zero (a : Nat) : gcd a 0 = a := by
  unfold gcd; simp

theorem linear (a b c : Nat) (h : 2 * a + b < c) (g : c ≤ 10) (k : b % 3 = 1) : a < 5 ∧ b ≠ 0 := by
  omega

theorem integers (x y : Int) (h : x < y) (g : 0 ≤ x) : x / 2 ≤ y ∧ (x - y).toNat = 0 := by
  constructor <;> omega

theorem ring (a b : Int) : (a + b) * (a + b) = a * a + 2 * a * b + b * b := by
  grind

theorem cases (o : Option Nat) (h : o ≠ none) : ∃ n, o = some n := by
  cases o with
  | none => contradiction
  | some n => exact ⟨n, rfl⟩

theorem decided : ∀ i : Fin 12, (i.val * i.val) % 4 < 2 := by decide

theorem sets (xs ys : List Nat) (h : xs ⊆ ys) (x : Nat) (hx : x ∈ xs.filter (· > 2)) : x ∈ ys ∧ 2 < x := by
  simp at hx
  exact ⟨h hx.1, hx.2⟩

theorem maps (f g : Nat → Nat) (xs : List Nat) : (xs.map f).map g = xs.map (fun x => g (f x)) := by
  simp

theorem splits (a b : Nat) : (if a ≤ b then b else a) = (if b < a then a else b) := by
  split <;> split <;> omega

theorem bits (x y : BitVec 8) : x &&& y = y &&& x := by
  ext i; simp [Bool.and_comm]

theorem searched (a b c : Nat) (h : a ≤ b) : a * c ≤ b * c := by
  exact?

theorem arrays (xs : Array Nat) (i : Nat) (h : i < xs.size) : xs[i] ∈ xs := by
  simp

theorem points (p q : Point) : (p + q).x = (q + p).x := by
  show p.x + q.x = q.x + p.x
  ac_rfl

theorem strings (s t : String) : (s ++ t).length = s.length + t.length := by
  simp

example (p q : Prop) (hp : p) (hq : q) : q ∧ p := by
  refine ⟨?_, ?_⟩
  · exact hq
  · assumption

example (a b : Nat) (h : a = b) : b + 0 = a := by
  rw [Nat.add_zero, h]

theorem failures (a b : Nat) (h : a < b) : a ≤ b := by
  first
    | simp; done
    | decide
    | grind [app, rev, insert]
    | exact Nat.le_of_lt h

end Warm
