/-! Numbering the pairs of natural numbers along the diagonals, and going back. -/

namespace Pairing

def triangle : Nat → Nat
  | 0 => 0
  | n + 1 => triangle n + (n + 1)

def pair (a b : Nat) : Nat := triangle (a + b) + b

/-- From each pair to the one with the next number. -/
def next : Nat × Nat → Nat × Nat
  | (0, b) => (b + 1, 0)
  | (a + 1, b) => (a, b + 1)

def unpair : Nat → Nat × Nat
  | 0 => (0, 0)
  | n + 1 => next (unpair n)

/-- Triples and longer tuples by pairs of pairs. -/
def code : List Nat → Nat
  | [] => 0
  | x :: xs => pair x (code xs) + 1

def decode : Nat → Nat → List Nat
  | 0, _ => []
  | _, 0 => []
  | fuel + 1, n + 1 => (unpair n).1 :: decode fuel (unpair n).2

/-- Auxiliary -/
theorem pair_next (p : Nat × Nat) : pair (next p).1 (next p).2 = pair p.1 p.2 + 1 := by
  obtain ⟨a, b⟩ := p
  cases a with
  | zero => simp [next, pair, triangle]; omega
  | succ a => simp only [next, pair]; rw [show a + (b + 1) = a + 1 + b by omega]; omega

theorem pair_unpair (n : Nat) : pair (unpair n).1 (unpair n).2 = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [unpair, pair_next, ih]

/-- Auxiliary -/
theorem next_surjective (a b : Nat) (h : pair a b ≠ 0) : ∃ p : Nat × Nat, next p = (a, b) := by
  cases b with
  | zero =>
    cases a with
    | zero => exact absurd rfl h
    | succ a => exact ⟨(0, a), rfl⟩
  | succ b => exact ⟨(a + 1, b), rfl⟩

theorem unpair_pair (a b : Nat) : unpair (pair a b) = (a, b) := by
  generalize hn : pair a b = n
  induction n generalizing a b with
  | zero =>
    have : a + b = 0 := by
      cases hab : a + b with
      | zero => rfl
      | succ k => simp only [pair, hab, triangle] at hn; omega
    obtain ⟨rfl, rfl⟩ : a = 0 ∧ b = 0 := by omega
    rfl
  | succ n ih =>
    obtain ⟨⟨c, d⟩, hp⟩ := next_surjective a b (by omega)
    have h := pair_next (c, d)
    rw [hp] at h
    rw [unpair, ih c d (by simp only at h; omega), hp]

/-- Auxiliary -/
theorem le_pair (a b : Nat) : b ≤ pair a b := by
  simp [pair]

theorem decode_code (xs : List Nat) : decode (code xs) (code xs) = xs := by
  suffices h : ∀ fuel, code xs ≤ fuel → decode fuel (code xs) = xs from h _ (Nat.le_refl _)
  induction xs with
  | nil => intro fuel _; cases fuel <;> rfl
  | cons x xs ih =>
    intro fuel hf
    simp only [code] at hf ⊢
    have := le_pair x (code xs)
    cases fuel with
    | zero => omega
    | succ fuel => rw [decode, unpair_pair, ih fuel (by omega)]

end Pairing
