/-! Counting votes in an association list. -/

namespace Tally

variable {α : Type} [DecidableEq α]

/-- One vote more for `x`. -/
def bump (x : α) : List (α × Nat) → List (α × Nat)
  | [] => [(x, 1)]
  | (y, n) :: t => if x = y then (y, n + 1) :: t else (y, n) :: bump x t

def tally (xs : List α) : List (α × Nat) := xs.foldl (fun t x => bump x t) []

def votes (x : α) : List (α × Nat) → Nat
  | [] => 0
  | (y, n) :: t => if x = y then n else votes x t

def total (t : List (α × Nat)) : Nat := (t.map Prod.snd).sum

/-- Auxiliary -/
theorem votes_bump (x y : α) (t : List (α × Nat)) :
    votes x (bump y t) = votes x t + if x = y then 1 else 0 := by
  induction t with
  | nil => simp [bump, votes]
  | cons p t ih => grind [bump, votes]

theorem votes_tally (x : α) (xs : List α) : votes x (tally xs) = xs.count x := by
  suffices h : ∀ t, votes x (xs.foldl (fun t x => bump x t) t) = votes x t + xs.count x by
    simpa [votes] using h []
  induction xs with
  | nil => simp
  | cons y ys ih =>
    intro t
    rw [List.foldl_cons, ih, votes_bump]
    grind

theorem total_tally (xs : List α) : total (tally xs) = xs.length := by
  have hb (x : α) (t : List (α × Nat)) : total (bump x t) = total t + 1 := by
    induction t with
    | nil => rfl
    | cons p t ih => simp [total] at ih; grind [bump, total]
  suffices h : ∀ t, total (xs.foldl (fun t x => bump x t) t) = total t + xs.length by
    simpa [total] using h []
  induction xs with
  | nil => simp
  | cons y ys ih => intro t; rw [List.foldl_cons, ih, hb]; grind

end Tally
