/-! Sums of consecutive squares and cubes. -/

def squares : Nat → Nat
  | 0 => 0
  | n + 1 => squares n + (n + 1) ^ 2

def cubes : Nat → Nat
  | 0 => 0
  | n + 1 => cubes n + (n + 1) ^ 3

theorem six_mul_squares (n : Nat) : 6 * squares n = n * (n + 1) * (2 * n + 1) := by
  induction n <;> grind [squares]

theorem four_mul_cubes (n : Nat) : 4 * cubes n = (n * (n + 1)) ^ 2 := by
  induction n <;> grind [cubes]
