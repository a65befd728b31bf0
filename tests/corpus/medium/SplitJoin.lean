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

theorem join_split (sep : Char) (cs : List Char) : join sep (split sep cs) = cs := by
  sorry

/-- No field holds a separator. -/
theorem sep_not_mem_of_mem_split (sep : Char) (cs w : List Char) (h : w ∈ split sep cs) : sep ∉ w := by
  sorry

/-- There is one field more than separators. -/
theorem length_split (sep : Char) (cs : List Char) : (split sep cs).length = cs.count sep + 1 := by
  sorry

end SplitJoin
