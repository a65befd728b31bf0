/-! Can an amount be paid exactly with some of the coins? By search, with the proof that the search is right. -/

namespace SubsetSum

def payable : List Nat → Nat → Bool
  | [], n => n == 0
  | c :: cs, n => payable cs n || (decide (c ≤ n) && payable cs (n - c))

/-- The coins to pay with, the largest number of early coins first. -/
def pay : List Nat → Nat → Option (List Nat)
  | [], n => if n = 0 then some [] else none
  | c :: cs, n =>
    match if c ≤ n then pay cs (n - c) else none with
    | some ds => some (c :: ds)
    | none => pay cs n

theorem payable_iff (cs : List Nat) (n : Nat) : payable cs n = true ↔ ∃ ds : List Nat, ds.Sublist cs ∧ ds.sum = n := by
  induction cs generalizing n with
  | nil =>
    simp only [payable, beq_iff_eq]
    constructor
    · rintro rfl
      exact ⟨[], .slnil, rfl⟩
    · rintro ⟨_, ⟨⟩, rfl⟩
      rfl
  | cons c cs ih =>
    simp only [payable, Bool.or_eq_true, Bool.and_eq_true, decide_eq_true_eq, ih]
    constructor
    · rintro (⟨ds, h, rfl⟩ | ⟨hc, ds, h, hs⟩)
      · exact ⟨ds, h.cons c, rfl⟩
      · exact ⟨c :: ds, h.cons₂ c, by simp; omega⟩
    · rintro ⟨ds, h, rfl⟩
      cases h with
      | cons _ h => exact .inl ⟨ds, h, rfl⟩
      | cons₂ _ h => exact .inr ⟨by simp, _, h, by simp⟩

theorem pay_sound (cs ds : List Nat) (n : Nat) (h : pay cs n = some ds) : ds.Sublist cs ∧ ds.sum = n := by
  induction cs generalizing n ds with
  | nil => grind [pay, List.Sublist]
  | cons c cs ih =>
    simp only [pay] at h
    split at h
    · next es he =>
      split at he
      · have := ih _ _ he
        cases h
        exact ⟨this.1.cons₂ c, by simp; omega⟩
      · contradiction
    · have := ih _ _ h
      exact ⟨this.1.cons c, this.2⟩

theorem isSome_pay (cs : List Nat) (n : Nat) : (pay cs n).isSome = payable cs n := by
  induction cs generalizing n with
  | nil => simp only [pay, payable]; split <;> simp_all
  | cons c cs ih =>
    have h1 := ih n
    have h2 := ih (n - c)
    grind [pay, payable]

end SubsetSum
