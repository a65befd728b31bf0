/-! Whether brackets are balanced. -/

namespace Brackets

inductive Bracket where
  | opening
  | closing
  deriving DecidableEq

/-- Whether they are balanced after `depth` more opening ones. -/
def balancedFrom (depth : Nat) : List Bracket → Bool
  | [] => depth == 0
  | .opening :: rest => balancedFrom (depth + 1) rest
  | .closing :: rest => match depth with
    | 0 => false
    | d + 1 => balancedFrom d rest

def balanced (s : List Bracket) : Bool :=
  balancedFrom 0 s

theorem from_equal (s : List Bracket) (d : Nat) (h : balancedFrom d s = true) :
    d + s.count .opening = s.count .closing := by
  induction s generalizing d with
  | nil => simpa [balancedFrom] using h
  | cons b rest ih =>
    cases b with
    | opening => have := ih (d + 1) h; simp; omega
    | closing =>
      cases d with
      | zero => simp [balancedFrom] at h
      | succ d => have := ih d h; simp; omega

theorem from_prefix (s : List Bracket) (d k : Nat) (h : balancedFrom d s = true) :
    (s.take k).count .closing ≤ d + (s.take k).count .opening := by
  induction s generalizing d k with
  | nil => simp
  | cons b rest ih =>
    cases k with
    | zero => simp
    | succ k =>
      cases b with
      | opening => have := ih (d + 1) k h; simp; omega
      | closing =>
        cases d with
        | zero => simp [balancedFrom] at h
        | succ d => have := ih d k h; simp; omega

theorem from_complete (s : List Bracket) (d : Nat) (h : d + s.count .opening = s.count .closing)
    (hk : ∀ k, (s.take k).count .closing ≤ d + (s.take k).count .opening) : balancedFrom d s = true := by
  induction s generalizing d with
  | nil => simpa [balancedFrom] using h
  | cons b rest ih =>
    cases b with
    | opening =>
      refine ih (d + 1) (by simp at h; omega) fun k => ?_
      have := hk (k + 1); simp at this; omega
    | closing =>
      cases d with
      | zero => have := hk 1; simp at this
      | succ d =>
        refine ih d (by simp at h; omega) fun k => ?_
        have := hk (k + 1); simp at this; omega

/-- As many are closed as are opened. -/
theorem count_of_balanced (s : List Bracket) (h : balanced s = true) : s.count .opening = s.count .closing := by
  have := from_equal s 0 h; omega

/-- None is closed before it is opened. -/
theorem prefix_of_balanced (s : List Bracket) (k : Nat) (h : balanced s = true) :
    (s.take k).count .closing ≤ (s.take k).count .opening := by
  have := from_prefix s 0 k h; omega

/-- That is all that it takes. -/
theorem balanced_of_counts (s : List Bracket) (h : s.count .opening = s.count .closing)
    (hk : ∀ k ∈ List.range (s.length + 1), (s.take k).count .closing ≤ (s.take k).count .opening) :
    balanced s = true := by
  refine from_complete s 0 (by omega) fun k => ?_
  by_cases hl : k < s.length + 1
  · have := hk k (List.mem_range.mpr hl); omega
  · rw [List.take_of_length_le (by omega)]; omega

example : balanced [.opening, .closing, .closing, .opening] = false := by decide

end Brackets
