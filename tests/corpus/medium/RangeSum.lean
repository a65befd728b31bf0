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
  sorry

theorem query_table (xs : List Int) (i j : Nat) (hij : i ≤ j) (hj : j ≤ xs.length) :
    query (table 0 xs) i j = sum ((xs.drop i).take (j - i)) := by
  sorry

end RangeSum
