/-! Maps as search trees with keys and values: the client sees `lookup`, `insert`, `erase` and nothing of the order. -/

namespace TreeMap

variable {β : Type}

inductive Tree (β : Type) where
  | leaf
  | node (l : Tree β) (k : Nat) (v : β) (r : Tree β)

open Tree

def lookup (x : Nat) : Tree β → Option β
  | leaf => none
  | node l k v r => if x < k then lookup x l else if k < x then lookup x r else some v

def insert (x : Nat) (w : β) : Tree β → Tree β
  | leaf => node leaf x w leaf
  | node l k v r =>
    if x < k then node (insert x w l) k v r
    else if k < x then node l k v (insert x w r)
    else node l x w r

/-- Take the first pair out of the tree with the parts `l`, `k`, `v`, `r`. -/
def takeFirst (l : Tree β) (k : Nat) (v : β) (r : Tree β) : Nat × β × Tree β :=
  match l with
  | leaf => (k, v, r)
  | node ll lk lv lr =>
    let (k', v', l') := takeFirst ll lk lv lr
    (k', v', node l' k v r)

def erase (x : Nat) : Tree β → Tree β
  | leaf => leaf
  | node l k v r =>
    if x < k then node (erase x l) k v r
    else if k < x then node l k v (erase x r)
    else
      match r with
      | leaf => l
      | node rl rk rv rr =>
        let (k', v', r') := takeFirst rl rk rv rr
        node l k' v' r'

inductive Op (β : Type) where
  | insert (k : Nat) (v : β)
  | erase (k : Nat)

def apply (t : Tree β) : Op β → Tree β
  | .insert k v => insert k v t
  | .erase k => erase k t

/-- What a map is. -/
def meaning (f : Nat → Option β) : Op β → Nat → Option β
  | .insert k v, x => if x = k then some v else f x
  | .erase k, x => if x = k then none else f x

theorem lookup_apply (ops : List (Op β)) (x : Nat) :
    lookup x (ops.foldl apply leaf) = ops.foldl meaning (fun _ => none) x := by
  sorry

end TreeMap
