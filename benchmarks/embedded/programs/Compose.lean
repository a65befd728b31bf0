/-! Permutations of three and function composition. -/

namespace Compose

inductive Color
  | red
  | green
  | blue
deriving DecidableEq

def rot : Color → Color
  | .red => .green
  | .green => .blue
  | .blue => .red

def swapRG : Color → Color
  | .red => .green
  | .green => .red
  | .blue => .blue

def power (g : α → α) : Nat → α → α
  | 0, a => a
  | n + 1, a => power g n (g a)

def recolor (g : Color → Color) : List Color → List Color
  | [] => []
  | c :: cs => g c :: recolor g cs

theorem rot_rot_rot (c : Color) : rot (rot (rot c)) = c := by
  sorry

theorem swap_swap (c : Color) : swapRG (swapRG c) = c := by
  sorry

theorem swap_rot_swap (c : Color) : swapRG (rot (swapRG c)) = rot (rot c) := by
  sorry

theorem power_add (g : α → α) (m n : Nat) (a : α) : power g (m + n) a = power g n (power g m a) := by
  sorry

theorem power_comm (g : α → α) (n : Nat) (a : α) : power g n (g a) = g (power g n a) := by
  sorry

theorem power_rot (n : Nat) (c : Color) : power rot (3 * n) c = c := by
  sorry

theorem recolor_recolor (g h : Color → Color) (cs : List Color) : recolor g (recolor h cs) = recolor (fun c => g (h c)) cs := by
  sorry

theorem length_recolor (g : Color → Color) (cs : List Color) : (recolor g cs).length = cs.length := by
  sorry

theorem recolor_append (g : Color → Color) (xs ys : List Color) : recolor g (xs ++ ys) = recolor g xs ++ recolor g ys := by
  sorry

theorem rot_ne (c : Color) : rot c ≠ c := by
  sorry

end Compose
