/-! Sums of ranges by a table of prefix sums. -/

namespace RangeSum

def sum : List Int → Int
  | [] => 0
  | x :: xs => x + sum xs

/-- `acc`, `acc + x₀`, `acc + x₀ + x₁`, … -/
def table (acc : Int) : List Int → List Int
  | [] => [acc]
  | x :: xs => acc :: table (acc + x) xs

/-- The sum of the entries from index `i` up to, not including, `j`. -/
def query (t : List Int) (i j : Nat) : Int := t[j]?.getD 0 - t[i]?.getD 0

theorem length_table (xs : List Int) : (table 0 xs).length = xs.length + 1 := by
  suffices h : ∀ acc, (table acc xs).length = xs.length + 1 from h 0
  induction xs with
  | nil => simp [table]
  | cons x xs ih => simp [table, ih]

/-- Auxiliary -/
theorem getElem?_table (acc : Int) (xs : List Int) (i : Nat) (h : i ≤ xs.length) :
    (table acc xs)[i]? = some (acc + sum (xs.take i)) := by
  induction xs generalizing acc i with
  | nil => simp_all [table, sum]
  | cons x xs ih =>
    cases i with
    | zero => simp [table, sum]
    | succ i =>
      simp only [table, List.getElem?_cons_succ, List.take_succ_cons, sum]
      rw [ih _ _ (by simpa using h), Int.add_assoc]

/-- Auxiliary -/
theorem sum_append (xs ys : List Int) : sum (xs ++ ys) = sum xs + sum ys := by
  induction xs with
  | nil => simp [sum]
  | cons x xs ih => simp [sum, ih, Int.add_assoc]

theorem query_table (xs : List Int) (i j : Nat) (hij : i ≤ j) (hj : j ≤ xs.length) :
    query (table 0 xs) i j = sum ((xs.drop i).take (j - i)) := by
  have h : xs.take j = xs.take i ++ (xs.drop i).take (j - i) := by
    rw [← List.take_add]; congr 1; omega
  simp only [query, getElem?_table 0 xs i (by omega), getElem?_table 0 xs j hj, Option.getD_some]
  rw [h, sum_append]
  omega

end RangeSum
