/-! Reading a number written in binary, most significant digit first. -/

namespace ParseBinary

def digit (c : Char) : Option Nat :=
  if c = '0' then some 0 else if c = '1' then some 1 else none

/-- Read on, after digits of the value `n`. -/
def go (n : Nat) : List Char → Option Nat
  | [] => some n
  | c :: cs => match digit c with
    | none => none
    | some d => go (2 * n + d) cs

def parse (cs : List Char) : Option Nat :=
  if cs = [] then none else go 0 cs

theorem parse_nil : parse [] = none := by
  rfl

theorem parse_zero : parse ['0'] = some 0 := by
  rfl

theorem parse_one : parse ['1'] = some 1 := by
  rfl

theorem go_append (n : Nat) (cs : List Char) (c : Char) : go n (cs ++ [c]) = (go n cs).bind fun m => (digit c).map (2 * m + ·) := by
  induction cs generalizing n with
  | nil => simp only [List.nil_append, go, Option.bind_some]; cases digit c <;> rfl
  | cons b cs ih => simp only [List.cons_append, go]; cases digit b <;> simp [ih]

theorem parse_append_zero (cs : List Char) (n : Nat) (h : parse cs = some n) : parse (cs ++ ['0']) = some (2 * n) := by
  unfold parse at *; split at h <;> simp_all [go_append, digit]

theorem parse_append_one (cs : List Char) (n : Nat) (h : parse cs = some n) :
    parse (cs ++ ['1']) = some (2 * n + 1) := by
  unfold parse at *; split at h <;> simp_all [go_append, digit]

theorem go_bad (cs : List Char) (n : Nat) (c : Char) (hc : c ∈ cs) (h₀ : c ≠ '0') (h₁ : c ≠ '1') : go n cs = none := by
  induction cs generalizing n with
  | nil => simp at hc
  | cons b cs ih =>
    simp only [go]
    rcases List.mem_cons.mp hc with rfl | hc
    · simp [digit, h₀, h₁]
    · cases digit b <;> simp [ih _ hc]

theorem parse_bad (cs : List Char) (c : Char) (hc : c ∈ cs) (h₀ : c ≠ '0') (h₁ : c ≠ '1') : parse cs = none := by
  unfold parse; split
  · rfl
  · exact go_bad cs 0 c hc h₀ h₁

example : parse ['1', '0', '1'] = some 5 := by decide

end ParseBinary
