/-!
# Run-length encoding

`encode` turns a list into runs `(element, how often)`; `decode` spreads them out again. Decoding what was encoded gives
the input back, and what comes out of `encode` is in normal form: no empty run, no two neighbours with one element.
-/

namespace RunLength

universe u

variable {α : Type u}

abbrev Runs (α : Type u) := List (α × Nat)

/-- Put one element in front of an encoded list. -/
def cons [DecidableEq α] (x : α) : Runs α → Runs α
  | [] => [(x, 1)]
  | (y, n) :: rs => if x = y then (y, n + 1) :: rs else (x, 1) :: (y, n) :: rs

def encode [DecidableEq α] : List α → Runs α
  | [] => []
  | x :: xs => cons x (encode xs)

/-- Runs of length zero are allowed here, and vanish. -/
def decode : Runs α → List α
  | [] => []
  | (x, n) :: rs => List.replicate n x ++ decode rs

def Positive (rs : Runs α) : Prop := ∀ r ∈ rs, 0 < r.2

/-- Neighbouring runs have different elements. -/
def Separated : Runs α → Prop
  | [] => True
  | [_] => True
  | (x, _) :: (y, n) :: rs => x ≠ y ∧ Separated ((y, n) :: rs)

def total : Runs α → Nat
  | [] => 0
  | (_, n) :: rs => n + total rs

theorem decode_append (rs ss : Runs α) : decode (rs ++ ss) = decode rs ++ decode ss := by
  induction rs <;> grind [decode]

theorem length_decode (rs : Runs α) : (decode rs).length = total rs := by
  induction rs <;> grind [decode, total]

variable [DecidableEq α]

theorem decode_cons (x : α) (rs : Runs α) : decode (cons x rs) = x :: decode rs := by
  fun_cases cons x rs <;> simp_all [decode, List.replicate_succ]

/-- Nothing is lost. -/
theorem decode_encode (xs : List α) : decode (encode xs) = xs := by
  induction xs <;> simp_all [encode, decode, decode_cons]

theorem encode_injective {xs ys : List α} (h : encode xs = encode ys) : xs = ys := by
  rw [← decode_encode xs, h, decode_encode]

theorem total_encode (xs : List α) : total (encode xs) = xs.length := by
  rw [← length_decode, decode_encode]

/-- Auxiliary: adding to a run keeps runs positive. -/
theorem positive_cons (x : α) (rs : Runs α) (h : Positive rs) : Positive (cons x rs) := by
  fun_cases cons x rs <;> simp_all [Positive] <;> grind

theorem positive_encode (xs : List α) : Positive (encode xs) := by
  induction xs with
  | nil => simp [encode, Positive]
  | cons x xs ih => exact positive_cons x _ ih

theorem separated_cons (x : α) (rs : Runs α) (h : Separated rs) : Separated (cons x rs) := by
  fun_cases cons x rs with
  | case1 => trivial
  | case2 n rs => cases rs <;> simp_all [Separated]
  | case3 y n rs hne => exact ⟨hne, h⟩

theorem separated_encode (xs : List α) : Separated (encode xs) := by
  induction xs with
  | nil => trivial
  | cons x xs ih => exact separated_cons x _ ih

/-- Auxiliary: one element makes at most one more run. -/
theorem length_cons_le (x : α) (rs : Runs α) : (cons x rs).length ≤ rs.length + 1 := by
  fun_cases cons x rs <;> simp

theorem length_encode_le (xs : List α) : (encode xs).length ≤ xs.length := by
  induction xs <;> grind [encode, length_cons_le]

/-- Auxiliary: a run in front of something that does not start with its element. -/
theorem encode_replicate_append (x : α) (n : Nat) (ys : List α) (rs : Runs α) (hy : encode ys = rs)
    (h : ∀ m ss, rs ≠ (x, m) :: ss) : encode (List.replicate (n + 1) x ++ ys) = (x, n + 1) :: rs := by
  induction n with
  | zero =>
    show cons x (encode ys) = _
    rw [hy]
    rcases rs with _ | ⟨⟨y, m⟩, rs⟩
    · rfl
    · have : x ≠ y := fun e => h m rs (by rw [e])
      simp [cons, this]
  | succ n ih =>
    rw [List.replicate_succ, List.cons_append, encode, ih]
    simp [cons]

/-- On runs in normal form, encoding is the inverse of decoding. -/
theorem encode_decode (rs : Runs α) (hp : Positive rs) (hs : Separated rs) : encode (decode rs) = rs := by
  induction rs with
  | nil => rfl
  | cons r rs ih =>
    obtain ⟨x, n⟩ := r
    have hn : 0 < n := hp (x, n) (by simp)
    have hp' : Positive rs := fun r hr => hp r (by simp [hr])
    have hs' : Separated rs := by
      rcases rs with _ | ⟨⟨y, m⟩, rs⟩
      · trivial
      · exact hs.2
    obtain ⟨n, rfl⟩ : ∃ k, n = k + 1 := ⟨n - 1, by omega⟩
    refine encode_replicate_append x n _ rs (ih hp' hs') fun m ss e => ?_
    subst e
    exact hs.1 rfl

example : encode "aaabcc".toList = [('a', 3), ('b', 1), ('c', 2)] := by
  decide

end RunLength
