/-! A ring buffer of size `n`: the next slot, and the slot `k` steps on.
`Slot.next` is a program with a proof inside. -/

def nextSlot (n i : Nat) : Nat := if i + 1 = n then 0 else i + 1

def advance (n : Nat) : Nat → Nat → Nat
  | 0, i => i
  | k + 1, i => advance n k (nextSlot n i)

theorem nextSlot_lt {n i : Nat} (h : i < n) : nextSlot n i < n := by
  grind [nextSlot]

def Slot.next {n : Nat} (i : Fin n) : Fin n := ⟨nextSlot n i, by exact nextSlot_lt i.isLt⟩

theorem advance_lt {n i : Nat} (k : Nat) (h : i < n) : advance n k i < n := by
  induction k generalizing i <;> grind [advance, nextSlot_lt]

theorem advance_eq {n i : Nat} (k : Nat) (h : i < n) : advance n k i = (i + k) % n := by
  induction k generalizing i with
  | zero => simp [advance, Nat.mod_eq_of_lt h]
  | succ k ih =>
    rw [advance, ih (nextSlot_lt h), nextSlot]
    split
    · subst n; rw [show i + (k + 1) = k + (i + 1) by omega]; simp
    · congr 1; omega
