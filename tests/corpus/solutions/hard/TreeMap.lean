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

/-- Auxiliary: all keys lie between the bounds, in order. -/
def Within (p : Nat → Prop) : Tree β → Prop
  | leaf => True
  | node l k _ r => p k ∧ Within (fun x => p x ∧ x < k) l ∧ Within (fun x => p x ∧ k < x) r

/-- Auxiliary -/
theorem Within.mono {p q : Nat → Prop} {t : Tree β} (h : Within p t) (hpq : ∀ x, p x → q x) : Within q t := by
  induction t generalizing p q with
  | leaf => trivial
  | node l k v r ihl ihr =>
    exact ⟨hpq k h.1, ihl h.2.1 (fun x hx => ⟨hpq x hx.1, hx.2⟩), ihr h.2.2 (fun x hx => ⟨hpq x hx.1, hx.2⟩)⟩

/-- Auxiliary -/
theorem Within.and {p q : Nat → Prop} {t : Tree β} (h : Within p t) (h' : Within q t) :
    Within (fun x => p x ∧ q x) t := by
  induction t generalizing p q with
  | leaf => trivial
  | node l k v r ihl ihr =>
    exact ⟨⟨h.1, h'.1⟩, (ihl h.2.1 h'.2.1).mono (fun x hx => ⟨⟨hx.1.1, hx.2.1⟩, hx.1.2⟩),
      (ihr h.2.2 h'.2.2).mono (fun x hx => ⟨⟨hx.1.1, hx.2.1⟩, hx.1.2⟩)⟩

/-- Auxiliary -/
theorem lookup_eq_none {p : Nat → Prop} {t : Tree β} (h : Within p t) {x : Nat} (hx : ¬p x) : lookup x t = none := by
  induction t generalizing p with
  | leaf => rfl
  | node l k v r ihl ihr =>
    have h1 := ihl h.2.1 (fun hx' => hx hx'.1)
    have h2 := ihr h.2.2 (fun hx' => hx hx'.1)
    have : x ≠ k := fun e => hx (e ▸ h.1)
    simp only [lookup, h1, h2]
    split
    · rfl
    · rw [if_pos (by omega)]

/-- Auxiliary -/
theorem within_insert {p : Nat → Prop} {t : Tree β} (h : Within p t) {x : Nat} (hx : p x) (w : β) :
    Within p (insert x w t) := by
  induction t generalizing p with
  | leaf => exact ⟨hx, trivial, trivial⟩
  | node l k v r ihl ihr =>
    simp only [insert]
    split
    · next hk => exact ⟨h.1, ihl h.2.1 ⟨hx, hk⟩, h.2.2⟩
    · split
      · next hk => exact ⟨h.1, h.2.1, ihr h.2.2 ⟨hx, hk⟩⟩
      · have : x = k := by omega
        exact this ▸ h

/-- Auxiliary -/
theorem lookup_insert (t : Tree β) (x y : Nat) (w : β) :
    lookup y (insert x w t) = if y = x then some w else lookup y t := by
  induction t <;> grind [lookup, insert]

/-- Auxiliary -/
theorem takeFirst_spec {p : Nat → Prop} (l : Tree β) (k : Nat) (v : β) (r : Tree β) (h : Within p (node l k v r)) :
    p (takeFirst l k v r).1 ∧ Within (fun x => p x ∧ (takeFirst l k v r).1 < x) (takeFirst l k v r).2.2 ∧
    ∀ y, lookup y (node l k v r) =
      if y = (takeFirst l k v r).1 then some (takeFirst l k v r).2.1 else lookup y (takeFirst l k v r).2.2 := by
  induction l generalizing p k v r with
  | leaf =>
    refine ⟨h.1, h.2.2, fun y => ?_⟩
    have := lookup_eq_none h.2.2 (x := y)
    simp only [takeFirst, lookup]
    by_cases h1 : y < k
    · rw [this (by omega)]; simp [h1]; omega
    · grind
  | node ll lk lv lr ihl _ =>
    obtain ⟨h1, h2, h3⟩ := ihl lk lv lr h.2.1
    simp only [takeFirst]
    refine ⟨h1.1, ⟨⟨h.1, h1.2⟩, ?_, ?_⟩, ?_⟩
    · exact h2.mono (fun x hx => ⟨⟨hx.1.1, hx.2⟩, hx.1.2⟩)
    · exact h.2.2.mono (fun x hx => ⟨⟨hx.1, Nat.lt_trans h1.2 hx.2⟩, hx.2⟩)
    · intro y
      rw [lookup, h3 y]
      have := h1.2
      simp only [lookup]
      grind

/-- Auxiliary -/
theorem erase_spec {p : Nat → Prop} (t : Tree β) (h : Within p t) (x : Nat) :
    Within p (erase x t) ∧ ∀ y, lookup y (erase x t) = if y = x then none else lookup y t := by
  induction t generalizing p with
  | leaf => exact ⟨trivial, by simp [erase, lookup]⟩
  | node l k v r ihl ihr =>
    obtain ⟨hl1, hl2⟩ := ihl h.2.1
    obtain ⟨hr1, hr2⟩ := ihr h.2.2
    simp only [erase]
    split
    · exact ⟨⟨h.1, hl1, h.2.2⟩, by grind [lookup]⟩
    · split
      · exact ⟨⟨h.1, h.2.1, hr1⟩, by grind [lookup]⟩
      · have hxk : x = k := by omega
        subst hxk
        have hln := fun y => lookup_eq_none h.2.1 (x := y)
        have hrn := fun y => lookup_eq_none h.2.2 (x := y)
        cases r with
        | leaf =>
          refine ⟨h.2.1.mono (fun _ hx => hx.1), fun y => ?_⟩
          have := hln y
          grind [lookup]
        | node rl rk rv rr =>
          obtain ⟨h1, h2, h3⟩ := takeFirst_spec rl rk rv rr h.2.2
          refine ⟨⟨h1.1, ?_, ?_⟩, fun y => ?_⟩
          · exact h.2.1.mono (fun z hz => ⟨hz.1, Nat.lt_trans hz.2 h1.2⟩)
          · exact h2.mono (fun z hz => ⟨hz.1.1, hz.2⟩)
          · have h4 := h3 y
            have h5 := hln y
            have h6 := hrn y
            have h7 := lookup_eq_none h2 (x := y)
            rw [lookup.eq_2 _ l]
            rw [lookup.eq_2 _ l]
            generalize lookup y (node rl rk rv rr) = a at *
            generalize takeFirst rl rk rv rr = q at *
            have := h1.2
            grind

theorem lookup_apply (ops : List (Op β)) (x : Nat) :
    lookup x (ops.foldl apply leaf) = ops.foldl meaning (fun _ => none) x := by
  suffices h : ∀ (t : Tree β) f, Within (fun _ => True) t → (∀ x, lookup x t = f x) →
      lookup x (ops.foldl apply t) = ops.foldl meaning f x from h leaf _ trivial (fun _ => rfl)
  induction ops with
  | nil => intro t f _ h; exact h x
  | cons op ops ih =>
    intro t f hw h
    rw [List.foldl_cons, List.foldl_cons]
    cases op with
    | insert k v => exact ih _ _ (within_insert hw trivial v) (fun y => by simp [apply, lookup_insert, meaning, h])
    | erase k => exact ih _ _ (erase_spec t hw k).1 (fun y => by simp [apply, (erase_spec t hw k).2, meaning, h])

end TreeMap
