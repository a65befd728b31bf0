/-! Lists of one element, built by hand. -/

def copies {α : Type} (n : Nat) (x : α) : List α :=
  match n with
  | 0 => []
  | n + 1 => x :: copies n x

theorem length_copies {α : Type} (n : Nat) (x : α) : (copies n x).length = n := by
  induction n <;> simp_all [copies]

theorem mem_copies {α : Type} {n : Nat} {x y : α} (h : y ∈ copies n x) : y = x := by
  induction n <;> simp_all [copies] <;> grind

theorem copies_append {α : Type} (m n : Nat) (x : α) : copies m x ++ copies n x = copies (m + n) x := by
  induction m <;> grind [copies]
