/-! The largest element of a list, if there is one. -/

namespace Maximum

def maximum (xs : List Nat) : Option Nat :=
  match xs with
  | [] => none
  | x :: ys =>
    match maximum ys with
    | none => some x
    | some m => if m ≤ x then some x else some m

theorem maximum_eq_none (xs : List Nat) : maximum xs = none ↔ xs = [] := by
  cases xs with
  | nil => simp [maximum]
  | cons x ys => simp only [maximum]; split <;> (try split) <;> simp

theorem maximum_mem (xs : List Nat) (m : Nat) (h : maximum xs = some m) : m ∈ xs := by
  induction xs generalizing m with
  | nil => simp [maximum] at h
  | cons x ys ih => simp only [maximum] at h; grind

theorem le_maximum (xs : List Nat) (m x : Nat) (h : maximum xs = some m) (hx : x ∈ xs) : x ≤ m := by
  induction xs generalizing m with
  | nil => simp at hx
  | cons y ys ih =>
    simp only [maximum] at h
    cases hy : maximum ys with
    | none =>
      have : ys = [] := by
        cases ys with
        | nil => rfl
        | cons z zs => simp only [maximum] at hy; split at hy <;> (try split at hy) <;> simp at hy
      grind
    | some k => have := ih k hy; grind

end Maximum
