/-!
# A functional queue

Two lists make a queue with constant-time `push` (amortised `pop`). The specification is a refinement:
`toList` maps a queue to the list that it stands for, and every operation does on the queue what the obvious
operation does on that list.
-/

universe u

/-- Elements leave from the front of `front` and enter at the front of `back`. -/
structure Queue (α : Type u) where
  front : List α
  back : List α

namespace Queue

variable {α : Type u}

def empty : Queue α := ⟨[], []⟩

/-- The list that a queue stands for, oldest element first. -/
def toList (q : Queue α) : List α := q.front ++ q.back.reverse

def push (q : Queue α) (x : α) : Queue α := ⟨q.front, x :: q.back⟩

def isEmpty (q : Queue α) : Bool := q.front.isEmpty && q.back.isEmpty

/-- Turn the back list over when the front one has run out. -/
def normalize (q : Queue α) : Queue α :=
  match q.front with
  | [] => ⟨q.back.reverse, []⟩
  | _ :: _ => q

def pop? (q : Queue α) : Option (α × Queue α) :=
  match q.normalize.front with
  | [] => none
  | x :: rest => some (x, ⟨rest, q.normalize.back⟩)

def size (q : Queue α) : Nat := q.front.length + q.back.length

def pushAll (q : Queue α) : List α → Queue α
  | [] => q
  | x :: xs => (q.push x).pushAll xs

/-- Pop `n` elements or as many as there are. -/
def drain : Nat → Queue α → List α
  | 0, _ => []
  | n + 1, q =>
    match q.pop? with
    | none => []
    | some (x, rest) => x :: drain n rest

@[simp] theorem toList_empty : (empty : Queue α).toList = [] := by
  rfl

@[simp] theorem toList_push (q : Queue α) (x : α) : (q.push x).toList = q.toList ++ [x] := by
  simp [toList, push]

@[simp] theorem toList_normalize (q : Queue α) : q.normalize.toList = q.toList := by
  grind [toList, normalize]

theorem isEmpty_iff (q : Queue α) : q.isEmpty = true ↔ q.toList = [] := by
  simp [isEmpty, toList]

theorem length_toList (q : Queue α) : q.toList.length = q.size := by
  simp [toList, size]

theorem pop?_eq_none_iff (q : Queue α) : q.pop? = none ↔ q.toList = [] := by
  grind [pop?, normalize, toList]

/-- `pop?` refines taking the head off a list. -/
theorem toList_of_pop? {q rest : Queue α} {x : α} (h : q.pop? = some (x, rest)) : q.toList = x :: rest.toList := by
  grind [pop?, normalize, toList]

theorem pop?_push_empty (x : α) : ((empty : Queue α).push x).pop?.map Prod.fst = some x := by
  simp [empty, push, pop?, normalize]

theorem toList_pushAll (q : Queue α) (xs : List α) : (q.pushAll xs).toList = q.toList ++ xs := by
  induction xs generalizing q <;> simp_all [pushAll]

/-- Auxiliary: as many pops as the list is long. -/
theorem drain_length (n : Nat) (q : Queue α) (h : n = q.toList.length) : drain n q = q.toList := by
  induction n generalizing q with
  | zero => grind [drain]
  | succ n ih =>
    cases hp : q.pop? with
    | none => grind [pop?_eq_none_iff]
    | some r =>
      obtain ⟨x, rest⟩ := r
      have := toList_of_pop? hp
      grind [drain]

/-- First in, first out, for a whole queue. -/
theorem drain_size (q : Queue α) : drain q.size q = q.toList := by
  exact drain_length _ q (length_toList q).symm

/-- First in, first out, from the outside: what goes into an empty queue comes out in the same order. -/
theorem drain_pushAll (xs : List α) : drain xs.length (pushAll empty xs) = xs := by
  have h : (pushAll empty xs).toList = xs := by simp [toList_pushAll]
  rw [drain_length _ _ (by rw [h]), h]

end Queue
