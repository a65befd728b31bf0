/-!
# Partial functions

Functions that may have no answer return an `Option`. Each theorem says when there is an answer, or what two such
functions give one after the other.
-/

namespace Options

universe u v w

def head? {α : Type u} : List α → Option α
  | [] => none
  | x :: _ => some x

def last? {α : Type u} : List α → Option α
  | [] => none
  | [x] => some x
  | _ :: y :: ys => last? (y :: ys)

def nth? {α : Type u} : List α → Nat → Option α
  | [], _ => none
  | x :: _, 0 => some x
  | _ :: xs, n + 1 => nth? xs n

/-- The first element with `p`, and where it stands. -/
def find? {α : Type u} (p : α → Bool) (xs : List α) : Option (α × Nat) :=
  go 0 xs
where
  go (i : Nat) : List α → Option (α × Nat)
    | [] => none
    | x :: xs => if p x then some (x, i) else go (i + 1) xs

def andThen {α : Type u} {β : Type v} (o : Option α) (f : α → Option β) : Option β :=
  match o with
  | none => none
  | some a => f a

infixl:55 " ⋗ " => andThen

/-- Both answers or none. -/
def both {α : Type u} {β : Type v} (a : Option α) (b : Option β) : Option (α × β) :=
  a ⋗ fun x => b ⋗ fun y => some (x, y)

/-- Halve an even number. -/
def half? (n : Nat) : Option Nat := if n % 2 = 0 then some (n / 2) else none

/-- All the answers, or none if one is missing. -/
def sequence {α : Type u} : List (Option α) → Option (List α)
  | [] => some []
  | o :: os => o ⋗ fun x => sequence os ⋗ fun xs => some (x :: xs)

variable {α : Type u} {β : Type v} {γ : Type w}

theorem none_andThen (f : α → Option β) : (none ⋗ f) = none :=
  rfl

theorem andThen_some (o : Option α) : o ⋗ some = o := by
  cases o <;> rfl

theorem andThen_assoc (o : Option α) (f : α → Option β) (g : β → Option γ) :
    o ⋗ f ⋗ g = o ⋗ fun x => f x ⋗ g := by
  cases o <;> rfl

theorem head?_eq_none_iff (xs : List α) : head? xs = none ↔ xs = [] := by
  cases xs <;> simp [head?]

theorem head?_append (xs ys : List α) : head? (xs ++ ys) = (head? xs).or (head? ys) := by
  cases xs <;> simp [head?]

theorem last?_isSome {xs : List α} (h : xs ≠ []) : (last? xs).isSome = true := by
  fun_induction last? xs <;> simp_all

theorem last?_concat (xs : List α) (x : α) : last? (xs ++ [x]) = some x := by
  fun_induction last? xs <;> simp_all [last?]

theorem last?_eq_head?_reverse (xs : List α) : last? xs = head? xs.reverse := by
  fun_induction last? xs with
  | case1 => rfl
  | case2 => rfl
  | case3 x y ys ih =>
    rw [ih, List.reverse_cons (a := x), head?_append]
    rw [List.reverse_cons, head?_append]
    cases head? ys.reverse <;> rfl

theorem nth?_isSome_iff (xs : List α) (n : Nat) : (nth? xs n).isSome = true ↔ n < xs.length := by
  fun_induction nth? xs n <;> simp_all

theorem nth?_zero (xs : List α) : nth? xs 0 = head? xs := by
  cases xs <;> rfl

theorem both_comm (a : Option α) (b : Option β) : (both a b).map Prod.swap = both b a := by
  cases a <;> cases b <;> rfl

theorem half?_eq_some_iff (n k : Nat) : half? n = some k ↔ n = 2 * k := by
  grind [half?]

theorem find?_none {p : α → Bool} {xs : List α} (h : find? p xs = none) : ∀ x ∈ xs, p x = false := by
  unfold find? at h
  generalize 0 = i at h
  fun_induction find?.go p i xs <;> simp_all

/-- Auxiliary: positions counted from `i`. -/
theorem go_sound {p : α → Bool} {xs : List α} {x : α} {i j : Nat} (h : find?.go p i xs = some (x, j)) :
    i ≤ j ∧ p x = true ∧ nth? xs (j - i) = some x := by
  fun_induction find?.go p i xs with
  | case1 => simp at h
  | case2 => simp_all [nth?]
  | case3 i y ys hy ih =>
    obtain ⟨h₁, h₂, h₃⟩ := ih h
    refine ⟨by omega, h₂, ?_⟩
    rw [show j - i = (j - (i + 1)) + 1 by omega]
    exact h₃

/-- What is found has the property, and stands where the answer says. -/
theorem find?_sound {p : α → Bool} {xs : List α} {x : α} {i : Nat} (h : find? p xs = some (x, i)) :
    p x = true ∧ nth? xs i = some x := by
  have := go_sound h
  simpa using this.2

theorem sequence_map_some (xs : List α) : sequence (xs.map some) = some xs := by
  induction xs <;> simp_all [sequence, andThen]

theorem sequence_eq_some_iff (os : List (Option α)) (xs : List α) : sequence os = some xs ↔ os = xs.map some := by
  constructor
  · intro h
    induction os generalizing xs with
    | nil => simp_all [sequence]
    | cons o os ih =>
      cases o <;> cases hs : sequence os <;> simp_all [sequence, andThen]
      grind
  · rintro rfl
    exact sequence_map_some xs

end Options
