/-! Statements over lists for measuring the portfolio. -/

namespace Lists

def app : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: app xs ys

def rev : List α → List α
  | [] => []
  | x :: xs => app (rev xs) [x]

def revAcc : List α → List α → List α
  | [], acc => acc
  | x :: xs, acc => revAcc xs (x :: acc)

def len : List α → Nat
  | [] => 0
  | _ :: xs => len xs + 1

def sum : List Nat → Nat
  | [] => 0
  | x :: xs => x + sum xs

def sumAcc (acc : Nat) : List Nat → Nat
  | [] => acc
  | x :: xs => sumAcc (acc + x) xs

def count (a : Nat) : List Nat → Nat
  | [] => 0
  | x :: xs => if x = a then count a xs + 1 else count a xs

def zip : List α → List β → List (α × β)
  | x :: xs, y :: ys => (x, y) :: zip xs ys
  | _, _ => []

def take : Nat → List α → List α
  | 0, _ => []
  | _, [] => []
  | n + 1, x :: xs => x :: take n xs

def drop : Nat → List α → List α
  | 0, xs => xs
  | _, [] => []
  | n + 1, _ :: xs => drop n xs

def removeAll (a : Nat) (xs : List Nat) : List Nat := xs.filter (· != a)

def evens : List α → List α
  | [] => []
  | [x] => [x]
  | x :: _ :: xs => x :: evens xs

def maximum : List Nat → Nat
  | [] => 0
  | x :: xs => max x (maximum xs)

theorem app_nil (xs : List α) : app xs [] = xs := by sorry

theorem app_assoc (xs ys zs : List α) : app (app xs ys) zs = app xs (app ys zs) := by sorry

theorem rev_app (xs ys : List α) : rev (app xs ys) = app (rev ys) (rev xs) := by sorry

theorem rev_rev (xs : List α) : rev (rev xs) = xs := by sorry

theorem revAcc_eq (xs acc : List α) : revAcc xs acc = app (rev xs) acc := by sorry

theorem len_app (xs ys : List α) : len (app xs ys) = len xs + len ys := by sorry

theorem len_rev (xs : List α) : len (rev xs) = len xs := by sorry

theorem app_eq_append (xs ys : List α) : app xs ys = xs ++ ys := by sorry

theorem sumAcc_eq (xs : List Nat) (acc : Nat) : sumAcc acc xs = acc + sum xs := by sorry

theorem sum_append (xs ys : List Nat) : sum (xs ++ ys) = sum xs + sum ys := by sorry

theorem sum_eq_foldl (xs : List Nat) : sum xs = xs.foldl (· + ·) 0 := by sorry

theorem count_append (a : Nat) (xs ys : List Nat) : count a (xs ++ ys) = count a xs + count a ys := by sorry

theorem count_le_length (a : Nat) (xs : List Nat) : count a xs ≤ xs.length := by sorry

theorem count_pos_iff (a : Nat) (xs : List Nat) : 0 < count a xs ↔ a ∈ xs := by sorry

theorem zip_length (xs : List α) (ys : List β) : (zip xs ys).length = min xs.length ys.length := by sorry

theorem take_drop (n : Nat) (xs : List α) : take n xs ++ drop n xs = xs := by sorry

theorem take_length (n : Nat) (xs : List α) : (take n xs).length = min n xs.length := by sorry

theorem not_mem_removeAll (a : Nat) (xs : List Nat) : a ∉ removeAll a xs := by sorry

theorem removeAll_idem (a : Nat) (xs : List Nat) : removeAll a (removeAll a xs) = removeAll a xs := by sorry

theorem evens_length (xs : List α) : (evens xs).length = (xs.length + 1) / 2 := by sorry

theorem le_maximum (xs : List Nat) (x : Nat) (h : x ∈ xs) : x ≤ maximum xs := by sorry

theorem maximum_mem (xs : List Nat) (h : xs ≠ []) : maximum xs ∈ xs := by sorry

end Lists
