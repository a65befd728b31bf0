/-! Lists of characters: case, trimming, padding. -/

namespace Words

def blanks : Nat → List Char
  | 0 => []
  | n + 1 => ' ' :: blanks n

def trimLeft : List Char → List Char
  | [] => []
  | c :: cs => if c = ' ' then trimLeft cs else c :: cs

def countChar (c : Char) : List Char → Nat
  | [] => 0
  | d :: ds => if d = c then countChar c ds + 1 else countChar c ds

def padLeft (n : Nat) (cs : List Char) : List Char := blanks (n - cs.length) ++ cs

def join (sep : List Char) : List (List Char) → List Char
  | [] => []
  | [w] => w
  | w :: ws => w ++ sep ++ join sep ws

def isPalin (cs : List Char) : Bool := cs == cs.reverse

theorem length_blanks (n : Nat) : (blanks n).length = n := by
  sorry

theorem trimLeft_blanks (n : Nat) : trimLeft (blanks n) = [] := by
  sorry

theorem trimLeft_idem (cs : List Char) : trimLeft (trimLeft cs) = trimLeft cs := by
  sorry

theorem length_padLeft (n : Nat) (cs : List Char) (h : cs.length ≤ n) : (padLeft n cs).length = n := by
  sorry

theorem countChar_blanks (n : Nat) : countChar ' ' (blanks n) = n := by
  sorry

theorem countChar_append (c : Char) (xs ys : List Char) : countChar c (xs ++ ys) = countChar c xs + countChar c ys := by
  sorry

theorem trimLeft_le (cs : List Char) : (trimLeft cs).length ≤ cs.length := by
  sorry

theorem isPalin_reverse (cs : List Char) : isPalin cs.reverse = isPalin cs := by
  sorry

theorem join_single (sep w : List Char) : join sep [w] = w := by
  sorry

theorem trim_pad (n : Nat) (cs : List Char) : trimLeft (padLeft n cs) = trimLeft cs := by
  sorry

end Words
