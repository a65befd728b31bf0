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
  rfl

theorem isOdd_eq_not_isEven (n : Nat) : isOdd n = !isEven n := by
  induction n <;> simp_all [isEven, isOdd]

theorem isEven_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by
  induction n with
  | zero => simp [isEven]
  | succ n ih => rw [isEven, isOdd_eq_not_isEven]; grind

theorem isEven_add (m n : Nat) : isEven (m + n) = (isEven m == isEven n) := by
  grind [isEven_iff]

theorem isEven_mul (m n : Nat) : isEven (m * n) = (isEven m || isEven n) := by
  have hm := isEven_iff m
  have hn := isEven_iff n
  have h := isEven_iff (m * n)
  rw [Nat.mul_mod] at h
  rcases Nat.mod_two_eq_zero_or_one m with h₁ | h₁ <;> rcases Nat.mod_two_eq_zero_or_one n with h₂ | h₂ <;>
    simp_all

/-- The program decides the predicate; both halves at once. -/
theorem even_iff_and_odd_iff (n : Nat) : (Even n ↔ isEven n = true) ∧ (Odd n ↔ isOdd n = true) := by
  induction n with
  | zero =>
    refine ⟨⟨fun _ => rfl, fun _ => .zero⟩, ⟨fun h => ?_, fun h => ?_⟩⟩
    · cases h
    · simp [isOdd] at h
  | succ n ih =>
    refine ⟨⟨fun h => ?_, fun h => ?_⟩, ⟨fun h => ?_, fun h => ?_⟩⟩
    · cases h with | succ h => exact ih.2.mp h
    · exact .succ (ih.2.mpr h)
    · cases h with | succ h => exact ih.1.mp h
    · exact .succ (ih.1.mpr h)

theorem Even.add {m n : Nat} (hm : Even m) (hn : Even n) : Even (m + n) := by
  have h₁ := (even_iff_and_odd_iff m).1.mp hm
  have h₂ := (even_iff_and_odd_iff n).1.mp hn
  exact (even_iff_and_odd_iff (m + n)).1.mpr (by simp [isEven_add, h₁, h₂])

theorem not_even_and_odd (n : Nat) : ¬(Even n ∧ Odd n) := by
  rw [(even_iff_and_odd_iff n).1, (even_iff_and_odd_iff n).2, isOdd_eq_not_isEven]
  simp

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
  cases t; grind [size]

theorem sizeAll_append (ts us : List (Rose α)) : sizeAll (ts ++ us) = sizeAll ts + sizeAll us := by
  induction ts <;> grind [sizeAll]

theorem length_le_sizeAll (ts : List (Rose α)) : ts.length ≤ sizeAll ts := by
  induction ts <;> grind [sizeAll, size_pos]

mutual
  theorem length_labels (t : Rose α) : (labels t).length = size t := by
    cases t with
    | node a cs => simp [labels, size, length_labelsAll, Nat.add_comm]

  theorem length_labelsAll (ts : List (Rose α)) : (labelsAll ts).length = sizeAll ts := by
    cases ts with
    | nil => rfl
    | cons t ts => simp [labelsAll, sizeAll, length_labels t, length_labelsAll ts]
end

end Parity
