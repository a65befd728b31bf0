/-!
# Matrices as functions of two indices

`Matrix m n` holds integers. Sums run over `Fin n` by a fold that is written out here, so everything about them is
proved from two equations.
-/

abbrev Matrix (m n : Nat) := Fin m → Fin n → Int

namespace Matrix

variable {l m n : Nat}

/-- `f 0 + f 1 + ⋯ + f (n - 1)` -/
def sum : {n : Nat} → (Fin n → Int) → Int
  | 0, _ => 0
  | _ + 1, f => f 0 + sum (fun i => f i.succ)

def zero : Matrix m n := fun _ _ => 0

def one : Matrix n n := fun i j => if i = j then 1 else 0

def add (A B : Matrix m n) : Matrix m n := fun i j => A i j + B i j

def scale (c : Int) (A : Matrix m n) : Matrix m n := fun i j => c * A i j

def transpose (A : Matrix m n) : Matrix n m := fun j i => A i j

def mul (A : Matrix l m) (B : Matrix m n) : Matrix l n := fun i k => sum fun j => A i j * B j k

def trace (A : Matrix n n) : Int := sum fun i => A i i

infixl:65 " ⊞ " => add
infixl:70 " ⬝ " => mul
postfix:max "ᵀ" => transpose

/-! ## Entry by entry -/

theorem add_comm (A B : Matrix m n) : A ⊞ B = B ⊞ A := by
  sorry

theorem add_assoc (A B C : Matrix m n) : A ⊞ B ⊞ C = A ⊞ (B ⊞ C) := by
  sorry

theorem add_zero (A : Matrix m n) : A ⊞ zero = A := by
  sorry

theorem transpose_transpose (A : Matrix m n) : Aᵀᵀ = A := by
  sorry

theorem transpose_add (A B : Matrix m n) : (A ⊞ B)ᵀ = Aᵀ ⊞ Bᵀ := by
  sorry

theorem scale_add (c : Int) (A B : Matrix m n) : scale c (A ⊞ B) = scale c A ⊞ scale c B := by
  sorry

theorem scale_scale (c d : Int) (A : Matrix m n) : scale c (scale d A) = scale (c * d) A := by
  sorry

/-! ## Sums -/

theorem sum_zero : (sum fun _ : Fin n => 0) = 0 := by
  sorry

theorem sum_add (f g : Fin n → Int) : (sum fun i => f i + g i) = sum f + sum g := by
  sorry

theorem mul_sum (c : Int) (f : Fin n → Int) : c * sum f = sum fun i => c * f i := by
  sorry

theorem sum_comm (f : Fin m → Fin n → Int) : (sum fun i => sum fun j => f i j) = sum fun j => sum fun i => f i j := by
  sorry

/-! ## Products -/

theorem mul_add (A : Matrix l m) (B C : Matrix m n) : A ⬝ (B ⊞ C) = A ⬝ B ⊞ A ⬝ C := by
  sorry

theorem mul_zero (A : Matrix l m) : A ⬝ (zero : Matrix m n) = zero := by
  sorry

theorem transpose_mul (A : Matrix l m) (B : Matrix m n) : (A ⬝ B)ᵀ = Bᵀ ⬝ Aᵀ := by
  sorry

theorem mul_one (A : Matrix m n) : A ⬝ one = A := by
  sorry

theorem mul_assoc {k : Nat} (A : Matrix k l) (B : Matrix l m) (C : Matrix m n) : A ⬝ B ⬝ C = A ⬝ (B ⬝ C) := by
  sorry

theorem trace_transpose (A : Matrix n n) : trace Aᵀ = trace A := by
  sorry

theorem trace_mul_comm (A : Matrix m n) (B : Matrix n m) : trace (A ⬝ B) = trace (B ⬝ A) := by
  sorry

end Matrix
