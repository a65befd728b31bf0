/-!
# List functions

The four functions that every course starts with, written out by hand, and the laws that callers rely on.
`List.reverse` of the library is not used: `rev` is the slow version and `revOnto` the fast one.
-/

namespace ListBasics

universe u v w

def append {α : Type u} : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: append xs ys

def rev {α : Type u} : List α → List α
  | [] => []
  | x :: xs => append (rev xs) [x]

/-- Reverse `xs` in front of `acc`, in linear time. -/
def revOnto {α : Type u} : List α → List α → List α
  | [], acc => acc
  | x :: xs, acc => revOnto xs (x :: acc)

def map {α : Type u} {β : Type v} (f : α → β) : List α → List β
  | [] => []
  | x :: xs => f x :: map f xs

def filter {α : Type u} (p : α → Bool) : List α → List α
  | [] => []
  | x :: xs => if p x then x :: filter p xs else filter p xs

section Append

variable {α : Type u} (xs ys zs : List α)

theorem append_nil : append xs [] = xs := by
  sorry

theorem append_assoc : append (append xs ys) zs = append xs (append ys zs) := by
  sorry

theorem length_append : (append xs ys).length = xs.length + ys.length := by
  sorry

theorem rev_append : rev (append xs ys) = append (rev ys) (rev xs) := by
  sorry

theorem rev_rev : rev (rev xs) = xs := by
  sorry

theorem length_rev : (rev xs).length = xs.length := by
  sorry

theorem revOnto_eq : revOnto xs ys = append (rev xs) ys := by
  sorry

/-- The fast reverse computes what the slow one does. -/
theorem revOnto_nil : revOnto xs [] = rev xs := by
  sorry

end Append

section Map

variable {α : Type u} {β : Type v} {γ : Type w}

theorem map_id (xs : List α) : map id xs = xs := by
  sorry

/-- `map` sees only the values of the function. -/
theorem map_congr.{t} {α β : Type t} {f g : α → β} (xs : List α) (h : ∀ x ∈ xs, f x = g x) : map f xs = map g xs := by
  sorry

theorem map_comp (g : β → γ) (f : α → β) (xs : List α) : map (g ∘ f) xs = map g (map f xs) := by
  sorry

theorem map_append (f : α → β) (xs ys : List α) : map f (append xs ys) = append (map f xs) (map f ys) := by
  sorry

theorem map_rev (f : α → β) (xs : List α) : map f (rev xs) = rev (map f xs) := by
  sorry

end Map

theorem filter_filter {α : Type u} (p q : α → Bool) (xs : List α) :
    filter p (filter q xs) = filter (fun x => p x && q x) xs := by
  sorry

theorem length_filter_le {α : Type u} (p : α → Bool) (xs : List α) : (filter p xs).length ≤ xs.length := by
  sorry

theorem mem_filter {α : Type u} {p : α → Bool} {x : α} {xs : List α} : x ∈ filter p xs ↔ x ∈ xs ∧ p x = true := by
  sorry

/-- Filtering after mapping is mapping after filtering with the predicate pulled back. -/
theorem filter_map {α : Type u} {β : Type v} (f : α → β) (p : β → Bool) (xs : List α) :
    filter p (map f xs) = map f (filter (p ∘ f) xs) := by
  sorry

end ListBasics
