/-! Every amount from eight cents on can be paid with coins of three and five cents. -/

theorem payable (n : Nat) (h : 8 ≤ n) : ∃ a b, n = 3 * a + 5 * b := by
  have : n % 3 = 0 ∨ n % 3 = 1 ∨ n % 3 = 2 := by omega
  rcases this with h | h | h
  · exact ⟨n / 3, 0, by omega⟩
  · exact ⟨n / 3 - 3, 2, by omega⟩
  · exact ⟨n / 3 - 1, 1, by omega⟩

theorem seven_not_payable : ¬∃ a b, 7 = 3 * a + 5 * b := by
  rintro ⟨a, b, h⟩
  omega
