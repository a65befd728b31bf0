/-! Splitting a list by a test, with two accumulators that come out the right way round. -/

namespace PartitionLoop

variable {α : Type}

def loop (p : α → Bool) : List α → List α → List α → List α × List α
  | [], yes, no => (yes.reverse, no.reverse)
  | x :: xs, yes, no => if p x then loop p xs (x :: yes) no else loop p xs yes (x :: no)

def partition (p : α → Bool) (xs : List α) : List α × List α := loop p xs [] []

/-- Auxiliary: what the loop computes from any accumulators. -/
theorem loop_eq (p : α → Bool) (xs yes no : List α) :
    loop p xs yes no = (yes.reverse ++ xs.filter p, no.reverse ++ xs.filter (fun x => !p x)) := by
  induction xs generalizing yes no with
  | nil => simp [loop]
  | cons x xs ih => cases h : p x <;> simp [loop, h, ih]

theorem partition_eq (p : α → Bool) (xs : List α) :
    partition p xs = (xs.filter p, xs.filter (fun x => !p x)) := by
  simp [partition, loop_eq]

theorem length_partition (p : α → Bool) (xs : List α) :
    (partition p xs).1.length + (partition p xs).2.length = xs.length := by
  rw [partition_eq]
  induction xs with
  | nil => rfl
  | cons x xs ih => cases h : p x <;> simp_all <;> omega

end PartitionLoop
