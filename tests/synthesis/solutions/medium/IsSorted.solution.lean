/-! Whether a list is sorted, in one pass. -/

namespace IsSorted

def isSorted (xs : List Nat) : Bool :=
  match xs with
  | [] => true
  | [_] => true
  | x :: y :: rest => decide (x ≤ y) && isSorted (y :: rest)

theorem isSorted_iff (xs : List Nat) : isSorted xs = true ↔ xs.Pairwise (· ≤ ·) := by
  induction xs with
  | nil => simp [isSorted]
  | cons x rest ih =>
    cases rest with
    | nil => simp [isSorted]
    | cons y rest =>
      rw [isSorted, Bool.and_eq_true, ih, List.pairwise_cons (a := x)]
      simp only [decide_eq_true_eq, List.pairwise_cons, List.mem_cons]
      grind

end IsSorted
