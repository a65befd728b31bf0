/-!
# Mutual recursion

Even and odd numbers defined through each other, as programs and as predicates, and trees whose nodes have lists of
children, with functions on both at once.
-/

namespace Parity

/-! ## Even and odd -/

mutual
  def isEven : Nat → Bool
    | 0 => true
    | n + 1 => isOdd n

  def isOdd : Nat → Bool
    | 0 => false
    | n + 1 => isEven n
end

mutual
  inductive Even : Nat → Prop where
    | zero : Even 0
    | succ {n : Nat} : Odd n → Even (n + 1)

  inductive Odd : Nat → Prop where
    | succ {n : Nat} : Even n → Odd (n + 1)
end

theorem isEven_add_two (n : Nat) : isEven (n + 2) = isEven n := by
  sorry

theorem isOdd_eq_not_isEven (n : Nat) : isOdd n = !isEven n := by
  sorry

theorem isEven_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by
  sorry

theorem isEven_add (m n : Nat) : isEven (m + n) = (isEven m == isEven n) := by
  sorry

theorem isEven_mul (m n : Nat) : isEven (m * n) = (isEven m || isEven n) := by
  sorry

/-- The program decides the predicate; both halves at once. -/
theorem even_iff_and_odd_iff (n : Nat) : (Even n ↔ isEven n = true) ∧ (Odd n ↔ isOdd n = true) := by
  sorry

theorem Even.add {m n : Nat} (hm : Even m) (hn : Even n) : Even (m + n) := by
  sorry

theorem not_even_and_odd (n : Nat) : ¬(Even n ∧ Odd n) := by
  sorry

/-! ## Trees with any number of children -/

universe u

inductive Rose (α : Type u) where
  | node (label : α) (children : List (Rose α))

variable {α : Type u} {β : Type u}

mutual
  def size : Rose α → Nat
    | .node _ cs => 1 + sizeAll cs

  def sizeAll : List (Rose α) → Nat
    | [] => 0
    | t :: ts => size t + sizeAll ts
end

mutual
  def labels : Rose α → List α
    | .node a cs => a :: labelsAll cs

  def labelsAll : List (Rose α) → List α
    | [] => []
    | t :: ts => labels t ++ labelsAll ts
end

mutual
  def map (f : α → β) : Rose α → Rose β
    | .node a cs => .node (f a) (mapAll f cs)

  def mapAll (f : α → β) : List (Rose α) → List (Rose β)
    | [] => []
    | t :: ts => map f t :: mapAll f ts
end

theorem size_pos (t : Rose α) : 0 < size t := by
  sorry

theorem sizeAll_append (ts us : List (Rose α)) : sizeAll (ts ++ us) = sizeAll ts + sizeAll us := by
  sorry

theorem length_le_sizeAll (ts : List (Rose α)) : ts.length ≤ sizeAll ts := by
  sorry

mutual
  theorem length_labels (t : Rose α) : (labels t).length = size t := by
    cases t with
    | node a cs => sorry

  theorem length_labelsAll (ts : List (Rose α)) : (labelsAll ts).length = sizeAll ts := by
    cases ts with
    | nil => sorry
    | cons t ts => sorry
end

end Parity
