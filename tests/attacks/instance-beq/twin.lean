inductive Color where
  | red | green | blue
deriving DecidableEq

def swap : Color → Color
  | .red => .green
  | .green => .red
  | .blue => .blue

theorem target (c : Color) : (swap (swap c) == c) = true := by
  cases c <;> rfl
