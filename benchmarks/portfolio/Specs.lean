/-! Programs with pre- and postconditions, stated the way that synthesis benchmarks state them. -/

namespace Specs

def maxOfTwo (a b : Int) : Int := if a ≤ b then b else a

def maxOfTwoPost (a b result : Int) : Prop :=
  (result = a ∨ result = b) ∧ a ≤ result ∧ b ≤ result

theorem maxOfTwo_correct (a b : Int) : maxOfTwoPost a b (maxOfTwo a b) := by sorry

def isLeap (y : Nat) : Bool := y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)

def isLeapSpec (f : Nat → Bool) : Prop :=
  ∀ y, f y = true ↔ (4 ∣ y ∧ (¬ 100 ∣ y ∨ 400 ∣ y))

theorem isLeap_correct : isLeapSpec isLeap := by sorry

def countIf (p : α → Bool) : List α → Nat
  | [] => 0
  | x :: xs => (if p x then 1 else 0) + countIf p xs

def countIfSpec (impl : (Int → Bool) → List Int → Nat) : Prop :=
  ∀ p xs, impl p xs = (xs.filter p).length

theorem countIf_correct : countIfSpec countIf := by sorry

def allPositive (xs : List Int) : Bool := xs.all (fun x => decide (0 < x))

theorem allPositive_correct (xs : List Int) : allPositive xs = true ↔ ∀ x ∈ xs, 0 < x := by sorry

def swapFirst (xs : List α) : List α :=
  match xs with
  | x :: y :: rest => y :: x :: rest
  | other => other

theorem swapFirst_length : ∀ (xs : List α), (swapFirst xs).length = xs.length := by sorry

theorem swapFirst_involutive : ∀ (xs : List α), swapFirst (swapFirst xs) = xs := by sorry

def lookup [DecidableEq κ] (key : κ) : List (κ × ν) → Option ν
  | [] => none
  | (k, v) :: rest => if k = key then some v else lookup key rest

def update [DecidableEq κ] (key : κ) (value : ν) : List (κ × ν) → List (κ × ν)
  | [] => [(key, value)]
  | (k, v) :: rest => if k = key then (key, value) :: rest else (k, v) :: update key value rest

theorem lookup_update_same [DecidableEq κ] (key : κ) (value : ν) (entries : List (κ × ν)) :
    lookup key (update key value entries) = some value := by sorry

theorem lookup_update_other [DecidableEq κ] (key other : κ) (value : ν) (entries : List (κ × ν)) (h : key ≠ other) :
    lookup other (update key value entries) = lookup other entries := by sorry

structure Queue (α : Type) where
  front : List α
  back : List α

namespace Queue

def toList (q : Queue α) : List α := q.front ++ q.back.reverse

def push (q : Queue α) (x : α) : Queue α := ⟨q.front, x :: q.back⟩

def pop? (q : Queue α) : Option (α × Queue α) :=
  match q.front, q.back.reverse with
  | x :: front, _ => some (x, ⟨front, q.back⟩)
  | [], x :: front => some (x, ⟨front, []⟩)
  | [], [] => none

theorem toList_push (q : Queue α) (x : α) : (q.push x).toList = q.toList ++ [x] := by sorry

theorem pop?_none (q : Queue α) : q.pop? = none ↔ q.toList = [] := by sorry

theorem pop?_some (q rest : Queue α) (x : α) (h : q.pop? = some (x, rest)) : q.toList = x :: rest.toList := by sorry

end Queue

inductive Even : Nat → Prop where
  | zero : Even 0
  | step (n : Nat) : Even n → Even (n + 2)

theorem Even.double (n : Nat) : Even (n + n) := by sorry

theorem Even.add (m n : Nat) (hm : Even m) (hn : Even n) : Even (m + n) := by sorry

theorem Even.mod_two (n : Nat) (h : Even n) : n % 2 = 0 := by sorry

theorem not_even_one : ¬ Even 1 := by sorry

inductive Subseq : List α → List α → Prop where
  | nil (ys : List α) : Subseq [] ys
  | keep (x : α) (xs ys : List α) : Subseq xs ys → Subseq (x :: xs) (x :: ys)
  | skip (y : α) (xs ys : List α) : Subseq xs ys → Subseq xs (y :: ys)

theorem Subseq.refl (xs : List α) : Subseq xs xs := by sorry

theorem Subseq.length_le (xs ys : List α) (h : Subseq xs ys) : xs.length ≤ ys.length := by sorry

theorem Subseq.filter (p : α → Bool) (xs : List α) : Subseq (xs.filter p) xs := by sorry

inductive Color where
  | red | green | blue
  deriving DecidableEq

def Color.next : Color → Color
  | red => green
  | green => blue
  | blue => red

theorem Color.next_three (c : Color) : c.next.next.next = c := by sorry

theorem Color.next_ne : ∀ c : Color, c.next ≠ c := by sorry

def flatten : List (List α) → List α
  | [] => []
  | xs :: rest => xs ++ flatten rest

theorem mem_flatten (x : α) (xss : List (List α)) : x ∈ flatten xss ↔ ∃ xs, xs ∈ xss ∧ x ∈ xs := by sorry

theorem flatten_append (xss yss : List (List α)) : flatten (xss ++ yss) = flatten xss ++ flatten yss := by sorry

def sumDown (n : Nat) : Nat := go n 0
where
  go : Nat → Nat → Nat
    | 0, acc => acc
    | n + 1, acc => go n (acc + (n + 1))

theorem sumDown_go (n acc : Nat) : sumDown.go n acc = acc + sumDown.go n 0 := by sorry

theorem sumDown_eq (n : Nat) : 2 * sumDown n = n * (n + 1) := by sorry

def withinBounds (lo hi : Int) (xs : List Int) : Prop := ∀ x, x ∈ xs → lo ≤ x ∧ x ≤ hi

theorem withinBounds_map_neg (lo hi : Int) (xs : List Int) (h : withinBounds lo hi xs) :
    withinBounds (-hi) (-lo) (xs.map (fun x => -x)) := by sorry

theorem exists_large : ∃ n : Nat, n > 3 := by sorry

theorem exists_pair (n : Nat) : ∃ a b, a + b = n ∧ a ≤ b := by sorry

def toggle (flags : BitVec 8) (mask : BitVec 8) : BitVec 8 := flags ^^^ mask

theorem toggle_twice (flags mask : BitVec 8) : toggle (toggle flags mask) mask = flags := by sorry

@[reducible]
def firstZeroPost (a : Array Int) (r : Nat) : Prop :=
  r ≤ a.size ∧ (∀ k, k < r → a[k]! ≠ 0) ∧ (r < a.size → a[r]! = 0)

def firstZero (a : Array Int) : Nat :=
  let rec scan (i : Nat) : Nat :=
    if i < a.size then
      if a[i]! = 0 then i else scan (i + 1)
    else a.size
  scan 0

theorem firstZero_correct (a : Array Int) : firstZeroPost a (firstZero a) := by sorry

@[reducible]
def thirdRootPost (n r : Nat) : Prop := 3 * (r * r) ≤ n ∧ n < 3 * ((r + 1) * (r + 1))

def thirdRoot (n : Nat) : Nat :=
  let rec climb : Nat → Nat → Nat
    | 0, r => r
    | fuel + 1, r => if 3 * ((r + 1) * (r + 1)) ≤ n then climb fuel (r + 1) else r
  climb (n + 1) 0

theorem thirdRoot_correct (n : Nat) : thirdRootPost n (thirdRoot n) := by sorry

@[reducible]
def downwardPost (xs r : List Nat) : Prop := List.Pairwise (· ≥ ·) r ∧ List.isPerm xs r

def downward (xs : List Nat) : List Nat :=
  let rec put (x : Nat) (ys : List Nat) : List Nat :=
    match ys with
    | [] => [x]
    | y :: rest => if y ≤ x then x :: y :: rest else y :: put x rest
  let rec all (ys : List Nat) : List Nat :=
    match ys with
    | [] => []
    | y :: rest => put y (all rest)
  all xs

theorem downward_correct (xs : List Nat) : downwardPost xs (downward xs) := by sorry

end Specs
