/-! Programs on characters and words, with conditions. -/

namespace PostStrings

def isVowel (c : Char) : Bool := c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'

def spread : List Char → List Char
  | [] => []
  | c :: cs => c :: ' ' :: spread cs

def isDigit_precond (c : Char) : Prop :=
  True

def isDigit (c : Char) (h_precond : isDigit_precond c) : Bool :=
  decide (48 ≤ c.toNat) && decide (c.toNat ≤ 57)

def isDigit_postcond (c : Char) (result : Bool) (h_precond : isDigit_precond c) : Prop :=
  result = true ↔ 48 ≤ c.toNat ∧ c.toNat ≤ 57

theorem isDigit_spec (c : Char) (h_precond : isDigit_precond c) :
    isDigit_postcond c (isDigit c h_precond) h_precond := by
  sorry

def vowels_precond (cs : List Char) : Prop :=
  True

def vowels (cs : List Char) (h_precond : vowels_precond cs) : Nat :=
  (cs.filter isVowel).length

def vowels_postcond (cs : List Char) (result : Nat) (h_precond : vowels_precond cs) : Prop :=
  result ≤ cs.length ∧ result = cs.countP isVowel

theorem vowels_spec (cs : List Char) (h_precond : vowels_precond cs) :
    vowels_postcond cs (vowels cs h_precond) h_precond := by
  sorry

def sameLength_precond (xs : List Char) (ys : List Char) : Prop :=
  True

def sameLength (xs : List Char) (ys : List Char) (h_precond : sameLength_precond xs ys) : Bool :=
  xs.length == ys.length

def sameLength_postcond (xs : List Char) (ys : List Char) (result : Bool) (h_precond : sameLength_precond xs ys) : Prop :=
  result = true ↔ xs.length = ys.length

theorem sameLength_spec (xs : List Char) (ys : List Char) (h_precond : sameLength_precond xs ys) :
    sameLength_postcond xs ys (sameLength xs ys h_precond) h_precond := by
  sorry

def spaced_precond (cs : List Char) : Prop :=
  True

def spaced (cs : List Char) (h_precond : spaced_precond cs) : List Char :=
  spread cs

def spaced_postcond (cs : List Char) (result : List Char) (h_precond : spaced_precond cs) : Prop :=
  result.length = 2 * cs.length

theorem spaced_spec (cs : List Char) (h_precond : spaced_precond cs) :
    spaced_postcond cs (spaced cs h_precond) h_precond := by
  sorry

def noSpaces_precond (cs : List Char) : Prop :=
  True

def noSpaces (cs : List Char) (h_precond : noSpaces_precond cs) : List Char :=
  cs.filter (· ≠ ' ')

def noSpaces_postcond (cs : List Char) (result : List Char) (h_precond : noSpaces_precond cs) : Prop :=
  ' ' ∉ result ∧ ∀ c ∈ cs, c ≠ ' ' → c ∈ result

theorem noSpaces_spec (cs : List Char) (h_precond : noSpaces_precond cs) :
    noSpaces_postcond cs (noSpaces cs h_precond) h_precond := by
  sorry

def repeated_precond (c : Char) (n : Nat) : Prop :=
  True

def repeated (c : Char) (n : Nat) (h_precond : repeated_precond c n) : List Char :=
  List.replicate n c

def repeated_postcond (c : Char) (n : Nat) (result : List Char) (h_precond : repeated_precond c n) : Prop :=
  result.length = n ∧ ∀ d ∈ result, d = c

theorem repeated_spec (c : Char) (n : Nat) (h_precond : repeated_precond c n) :
    repeated_postcond c n (repeated c n h_precond) h_precond := by
  sorry

end PostStrings
