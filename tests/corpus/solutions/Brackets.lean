/-!
# Balanced brackets

A recogniser that counts, a grammar that says what it should recognise, and a printer for trees whose output the
recogniser must accept.
-/

namespace Brackets

inductive Token where
  | «open»
  | close
deriving DecidableEq

open Token

/-- Read the tokens with `n` brackets open; the answer is how many are open at the end. -/
def scan : Nat → List Token → Option Nat
  | n, [] => some n
  | n, «open» :: ts => scan (n + 1) ts
  | 0, close :: _ => none
  | n + 1, close :: ts => scan n ts

def balanced (ts : List Token) : Bool := scan 0 ts == some 0

/-- The grammar: empty, one word after another, a word in brackets. -/
inductive Word : List Token → Prop where
  | empty : Word []
  | append {s t : List Token} : Word s → Word t → Word (s ++ t)
  | wrap {s : List Token} : Word s → Word («open» :: (s ++ [close]))

inductive Tree where
  | nil
  /-- A bracketed tree, and what stands after it. -/
  | node (inside after : Tree)

def print : Tree → List Token
  | .nil => []
  | .node a b => «open» :: (print a ++ close :: print b)

def pairs : Tree → Nat
  | .nil => 0
  | .node a b => pairs a + 1 + pairs b

/-- Turn every bracket round and the text back to front. -/
def flip : Token → Token
  | «open» => close
  | close => «open»

def mirror (ts : List Token) : List Token := (ts.map flip).reverse

theorem flip_flip (t : Token) : flip (flip t) = t := by
  cases t <;> rfl

theorem mirror_mirror (ts : List Token) : mirror (mirror ts) = ts := by
  induction ts <;> simp_all [mirror, flip_flip]

/-- Scanning goes through a text piece by piece. -/
theorem scan_append (n : Nat) (s t : List Token) : scan n (s ++ t) = (scan n s).bind (fun m => scan m t) := by
  fun_induction scan n s <;> simp_all [scan]

theorem scan_mono (n m k : Nat) (ts : List Token) (h : scan n ts = some m) : scan (n + k) ts = some (m + k) := by
  fun_induction scan n ts <;> grind [scan]

theorem length_print (t : Tree) : (print t).length = 2 * pairs t := by
  induction t <;> grind [print, pairs]

theorem scan_print_append (n : Nat) (t : Tree) (ts : List Token) : scan n (print t ++ ts) = scan n ts := by
  induction t generalizing n ts <;> simp_all [print, scan]

/-- The recogniser accepts all that the printer writes. -/
theorem balanced_print (t : Tree) : balanced (print t) = true := by
  have := scan_print_append 0 t []
  simp_all [balanced, scan]

/-- The recogniser accepts all that the grammar allows. -/
theorem balanced_of_word {ts : List Token} (h : Word ts) : balanced ts = true := by
  have key : ∀ n, scan n ts = some n := by
    induction h with
    | empty => simp [scan]
    | append _ _ ih₁ ih₂ => simp [scan_append, ih₁, ih₂]
    | wrap _ ih => simp [scan, scan_append, ih]
  simp [balanced, key]

theorem word_print (t : Tree) : Word (print t) := by
  induction t with
  | nil => exact .empty
  | node a b iha ihb =>
    have := Word.append (Word.wrap iha) ihb
    simpa [print] using this

/-- Equal numbers of both brackets are necessary … -/
theorem count_of_balanced {ts : List Token} (h : balanced ts = true) : ts.count «open» = ts.count close := by
  have key : ∀ n m, scan n ts = some m → n + ts.count «open» = m + ts.count close := by
    clear h
    intro n m h
    fun_induction scan n ts <;> simp_all <;> omega
  have := key 0 0 (by simpa [balanced] using h)
  omega

/-- … but not sufficient. -/
example : ∃ ts : List Token, ts.count «open» = ts.count close ∧ balanced ts = false := by
  exact ⟨[close, «open»], by decide⟩

theorem balanced_append {s t : List Token} (hs : balanced s = true) (ht : balanced t = true) :
    balanced (s ++ t) = true := by
  simp_all [balanced, scan_append]

/-- Auxiliary: with `n + 1` open brackets that are all closed, the first of them to be closed splits the text. -/
theorem split_of_scan : ∀ (k : Nat) (ts : List Token) (n : Nat), ts.length = k → scan (n + 1) ts = some 0 →
    ∃ s t, Word s ∧ ts = s ++ close :: t ∧ scan n t = some 0 := by
  intro k
  induction k using Nat.strongRecOn with
  | _ k ih =>
    intro ts n hk h
    match ts with
    | [] => simp [scan] at h
    | close :: ts => exact ⟨[], ts, .empty, rfl, by simpa [scan] using h⟩
    | «open» :: ts =>
      obtain ⟨s, t, hs, rfl, ht⟩ := ih ts.length (by simp at hk; omega) ts (n + 1) rfl (by simpa [scan] using h)
      obtain ⟨s', t', hs', rfl, ht'⟩ := ih t.length (by simp at hk; omega) t n rfl ht
      refine ⟨«open» :: (s ++ [close]) ++ s', t', .append (.wrap hs) hs', by simp, ht'⟩

/-- The recogniser accepts nothing else. -/
theorem word_of_balanced {ts : List Token} (h : balanced ts = true) : Word ts := by
  suffices key : ∀ (k : Nat) (ts : List Token), ts.length = k → scan 0 ts = some 0 → Word ts from
    key _ ts rfl (by simpa [balanced] using h)
  intro k
  induction k using Nat.strongRecOn with
  | _ k ih =>
    intro ts hk h
    match ts with
    | [] => exact .empty
    | close :: ts => simp [scan] at h
    | «open» :: ts =>
      obtain ⟨s, t, hs, rfl, ht⟩ := split_of_scan _ ts 0 rfl (by simpa [scan] using h)
      have := Word.append (.wrap hs) (ih t.length (by simp at hk; omega) t rfl ht)
      simpa using this

end Brackets
