/-! Splitting a list by a test, with two accumulators that come out the right way round. -/

namespace PartitionLoop

variable {α : Type}

def loop (p : α → Bool) : List α → List α → List α → List α × List α
  | [], yes, no => (yes.reverse, no.reverse)
  | x :: xs, yes, no => if p x then loop p xs (x :: yes) no else loop p xs yes (x :: no)

def partition (p : α → Bool) (xs : List α) : List α × List α := loop p xs [] []

theorem partition_eq (p : α → Bool) (xs : List α) :
    partition p xs = (xs.filter p, xs.filter (fun x => !p x)) := by
  sorry

theorem length_partition (p : α → Bool) (xs : List α) :
    (partition p xs).1.length + (partition p xs).2.length = xs.length := by
  sorry

end PartitionLoop
