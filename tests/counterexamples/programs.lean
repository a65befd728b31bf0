/-! The file's own programs, types and predicates. -/

namespace Programs

inductive Tree where
  | leaf
  | node (left : Tree) (value : Nat) (right : Tree)
  deriving DecidableEq

namespace Tree

def mirror : Tree → Tree
  | leaf => leaf
  | node l v r => node r.mirror v l.mirror

def size : Tree → Nat
  | leaf => 0
  | node l _ r => l.size + 1 + r.size

def toList : Tree → List Nat
  | leaf => []
  | node l v r => l.toList ++ [v] ++ r.toList

-- proof: induction t <;> simp_all [mirror]
theorem true_mirror (t : Tree) : t.mirror.mirror = t := by sorry
theorem false_mirror (t : Tree) : t.mirror = t := by sorry
theorem false_size (t : Tree) : t.size ≤ 1 := by sorry -- t := .node (.node .leaf 0 .leaf) 0 .leaf
-- proof: induction t <;> simp_all [size, toList]; omega
theorem true_toList (t : Tree) : t.toList.length = t.size := by sorry

end Tree

inductive Colour where
  | red | green | blue
  deriving DecidableEq, Repr

structure Point where
  x : Int
  y : Int
  deriving DecidableEq

def Colour.next : Colour → Colour
  | red => green
  | green => blue
  | blue => red

theorem false_colour (c : Colour) : c.next.next = c := by sorry -- c := .red
-- proof: cases c <;> rfl
theorem true_colour (c : Colour) : c.next.next.next = c := by sorry
theorem false_point (p : Point) : p.x = p.y := by sorry
-- proof: rfl
theorem true_point (p : Point) : (⟨p.x, p.y⟩ : Point) = p := by sorry

def insert (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: ys => if x ≤ y then x :: y :: ys else y :: insert x ys

def sort : List Nat → List Nat
  | [] => []
  | x :: xs => insert x (sort xs)

/-- It forgets equal elements. -/
def badInsert (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: ys => if x < y then x :: y :: ys else if x = y then y :: ys else y :: badInsert x ys

def Sorted : List Nat → Prop
  | [] => True
  | [_] => True
  | x :: y :: rest => x ≤ y ∧ Sorted (y :: rest)

def Permutes (xs ys : List Nat) : Prop := ∀ x ∈ xs ++ ys, xs.count x = ys.count x

def post (xs ys : List Nat) : Prop := Sorted ys ∧ Permutes xs ys

-- proof: exact trivial
theorem true_sorted_nil : Sorted [] := by sorry
theorem false_sorted (xs : List Nat) : Sorted xs := by sorry -- xs := [1, 0]
theorem false_sorted_reverse (xs : List Nat) (h : Sorted xs) : Sorted xs.reverse := by sorry -- xs := [0, 1]
-- proof: cases xs with | nil => exact trivial | cons x xs => cases xs with | nil => exact trivial | cons => exact h.2
theorem true_sorted_tail (xs : List Nat) (h : Sorted xs) : Sorted xs.tail := by sorry
theorem false_insert (x : Nat) (xs : List Nat) : Sorted (insert x xs) := by sorry -- x := 0, xs := [1, 0]
theorem false_bad_insert (x : Nat) (xs : List Nat) : (badInsert x xs).length = xs.length + 1 := by sorry -- x := 0, xs := [0]
theorem false_post (xs : List Nat) : post xs (sort xs.tail) := by sorry -- xs := [0]
theorem false_post_reverse (xs : List Nat) : post xs xs.reverse := by sorry -- xs := [0, 1]
-- proof: induction xs <;> simp_all [sort]
theorem true_sort_nil (xs : List Nat) (h : xs = []) : sort xs = [] := by sorry

def Inhabits (f : Nat → Nat) : Prop := ∀ x y, f x = f y → x = y
theorem false_double_injective : Inhabits (fun x => x / 2) := by sorry
-- proof: intro x y h; simp at h; omega
theorem true_double_injective : Inhabits (fun x => x + x) := by sorry

abbrev Key := Nat
def Score := Nat
def Table := List (Key × Nat)

def lookup (k : Key) : List (Key × Nat) → Option Nat
  | [] => none
  | (k', v) :: rest => if k = k' then some v else lookup k rest

-- proof: simp [lookup]
theorem true_lookup (k : Key) (v : Nat) (t : List (Key × Nat)) : lookup k ((k, v) :: t) = some v := by sorry
theorem false_lookup (k j : Key) (v : Nat) (t : List (Key × Nat)) : lookup k ((j, v) :: t) = lookup k t := by sorry

/-- Well-founded recursion. -/
def digits (n : Nat) : List Nat :=
  if n < 10 then [n] else digits (n / 10) ++ [n % 10]
termination_by n

theorem false_digits (n : Nat) : (digits n).length = 1 := by sorry -- n := 10

def IsEven : Nat → Prop
  | 0 => True
  | 1 => False
  | n + 2 => IsEven n

theorem false_even (n : Nat) (h : IsEven n) : n < 4 := by sorry -- n := 4
-- proof: induction n using IsEven.induct <;> simp_all [IsEven] <;> omega
theorem true_even (n : Nat) (h : IsEven n) : n % 2 = 0 := by sorry

inductive Even : Nat → Prop
  | zero : Even 0
  | step (n : Nat) (h : Even n) : Even (n + 2)

-- proof: induction h <;> omega
theorem true_inductive_even (n : Nat) (h : Even n) : n % 2 = 0 := by sorry
theorem false_inductive_even (n : Nat) : Even n := by sorry

def found (o : Option Nat) : Prop :=
  match o with
  | none => False
  | some n => 0 < n

theorem false_found (o : Option Nat) (h : found o) : o = some 1 := by sorry -- o := some 2
-- proof: cases o <;> simp_all [found]
theorem true_found (o : Option Nat) (h : found o) : o.isSome = true := by sorry

end Programs
