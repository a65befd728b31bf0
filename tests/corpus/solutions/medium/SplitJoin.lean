/-! Splitting a text at a separator, and joining the fields again. -/

namespace SplitJoin

/-- Fields between separators; `cur` is the field that is being read, back to front. -/
def splitLoop (sep : Char) (cur : List Char) : List Char → List (List Char)
  | [] => [cur.reverse]
  | c :: cs => if c = sep then cur.reverse :: splitLoop sep [] cs else splitLoop sep (c :: cur) cs

def split (sep : Char) (cs : List Char) : List (List Char) := splitLoop sep [] cs

def join (sep : Char) : List (List Char) → List Char
  | [] => []
  | [w] => w
  | w :: ws => w ++ sep :: join sep ws

/-- Auxiliary -/
theorem splitLoop_ne_nil (sep : Char) (cur cs : List Char) : splitLoop sep cur cs ≠ [] := by
  induction cs generalizing cur with
  | nil => simp [splitLoop]
  | cons c cs ih => simp only [splitLoop]; split <;> simp [ih]

/-- Auxiliary -/
theorem join_cons (sep : Char) (w : List Char) {ws : List (List Char)} (h : ws ≠ []) :
    join sep (w :: ws) = w ++ sep :: join sep ws := by
  cases ws with
  | nil => contradiction
  | cons v ws => rfl

/-- Auxiliary -/
theorem join_splitLoop (sep : Char) (cur cs : List Char) :
    join sep (splitLoop sep cur cs) = cur.reverse ++ cs := by
  induction cs generalizing cur with
  | nil => simp [splitLoop, join]
  | cons c cs ih =>
    simp only [splitLoop]
    split
    · next h => rw [join_cons _ _ (splitLoop_ne_nil _ _ _), ih, h]; simp
    · rw [ih]; simp

theorem join_split (sep : Char) (cs : List Char) : join sep (split sep cs) = cs := by
  simp [split, join_splitLoop]

/-- No field holds a separator. -/
theorem sep_not_mem_of_mem_split (sep : Char) (cs w : List Char) (h : w ∈ split sep cs) : sep ∉ w := by
  suffices g : ∀ cur, sep ∉ cur → ∀ w ∈ splitLoop sep cur cs, sep ∉ w from g [] (by simp) w h
  clear h
  induction cs with
  | nil => simp [splitLoop]
  | cons c cs ih =>
    intro cur hc w hw
    simp only [splitLoop] at hw
    split at hw
    · rcases List.mem_cons.mp hw with rfl | hw
      · simpa using hc
      · exact ih [] (by simp) w hw
    · next hne => exact ih (c :: cur) (by simp [hc, Ne.symm hne]) w hw

/-- There is one field more than separators. -/
theorem length_split (sep : Char) (cs : List Char) : (split sep cs).length = cs.count sep + 1 := by
  suffices g : ∀ cur, (splitLoop sep cur cs).length = cs.count sep + 1 from g []
  induction cs with
  | nil => simp [splitLoop]
  | cons c cs ih =>
    intro cur
    simp only [splitLoop]
    split
    · next h => simp [ih, h]
    · next h => rw [ih, List.count_cons_of_ne (by simpa using h)]

end SplitJoin
