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
  sorry

theorem mirror_mirror (ts : List Token) : mirror (mirror ts) = ts := by
  sorry

/-- Scanning goes through a text piece by piece. -/
theorem scan_append (n : Nat) (s t : List Token) : scan n (s ++ t) = (scan n s).bind (fun m => scan m t) := by
  sorry

theorem scan_mono (n m k : Nat) (ts : List Token) (h : scan n ts = some m) : scan (n + k) ts = some (m + k) := by
  sorry

theorem length_print (t : Tree) : (print t).length = 2 * pairs t := by
  sorry

theorem scan_print_append (n : Nat) (t : Tree) (ts : List Token) : scan n (print t ++ ts) = scan n ts := by
  sorry

/-- The recogniser accepts all that the printer writes. -/
theorem balanced_print (t : Tree) : balanced (print t) = true := by
  sorry

/-- The recogniser accepts all that the grammar allows. -/
theorem balanced_of_word {ts : List Token} (h : Word ts) : balanced ts = true := by
  sorry

theorem word_print (t : Tree) : Word (print t) := by
  sorry

/-- Equal numbers of both brackets are necessary … -/
theorem count_of_balanced {ts : List Token} (h : balanced ts = true) : ts.count «open» = ts.count close := by
  sorry

/-- … but not sufficient. -/
example : ∃ ts : List Token, ts.count «open» = ts.count close ∧ balanced ts = false := by
  sorry

theorem balanced_append {s t : List Token} (hs : balanced s = true) (ht : balanced t = true) :
    balanced (s ++ t) = true := by
  sorry

/-- The recogniser accepts nothing else. -/
theorem word_of_balanced {ts : List Token} (h : balanced ts = true) : Word ts := by
  sorry

end Brackets
