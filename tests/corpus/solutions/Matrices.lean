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
  funext i j; simp [add, Int.add_comm]

theorem add_assoc (A B C : Matrix m n) : A ⊞ B ⊞ C = A ⊞ (B ⊞ C) := by
  funext i j; simp [add, Int.add_assoc]

theorem add_zero (A : Matrix m n) : A ⊞ zero = A := by
  funext i j; simp [add, zero]

theorem transpose_transpose (A : Matrix m n) : Aᵀᵀ = A := by
  rfl

theorem transpose_add (A B : Matrix m n) : (A ⊞ B)ᵀ = Aᵀ ⊞ Bᵀ := by
  rfl

theorem scale_add (c : Int) (A B : Matrix m n) : scale c (A ⊞ B) = scale c A ⊞ scale c B := by
  funext i j; simp [scale, add, Int.mul_add]

theorem scale_scale (c d : Int) (A : Matrix m n) : scale c (scale d A) = scale (c * d) A := by
  funext i j; simp [scale, Int.mul_assoc]

/-! ## Sums -/

theorem sum_zero : (sum fun _ : Fin n => 0) = 0 := by
  induction n <;> simp_all [sum]

theorem sum_add (f g : Fin n → Int) : (sum fun i => f i + g i) = sum f + sum g := by
  induction n <;> grind [sum]

theorem mul_sum (c : Int) (f : Fin n → Int) : c * sum f = sum fun i => c * f i := by
  induction n <;> grind [sum]

theorem sum_comm (f : Fin m → Fin n → Int) : (sum fun i => sum fun j => f i j) = sum fun j => sum fun i => f i j := by
  induction m with
  | zero => simp [sum, sum_zero]
  | succ m ih => simp only [sum, sum_add, ih]

/-! ## Products -/

theorem mul_add (A : Matrix l m) (B C : Matrix m n) : A ⬝ (B ⊞ C) = A ⬝ B ⊞ A ⬝ C := by
  funext i j; simp [mul, add, Int.mul_add, sum_add]

theorem mul_zero (A : Matrix l m) : A ⬝ (zero : Matrix m n) = zero := by
  funext i j; simp [mul, zero, sum_zero]

theorem transpose_mul (A : Matrix l m) (B : Matrix m n) : (A ⬝ B)ᵀ = Bᵀ ⬝ Aᵀ := by
  funext i j; simp [mul, transpose, Int.mul_comm]

/-- Auxiliary: a sum with one entry that counts. -/
theorem sum_ite (f : Fin n → Int) (k : Fin n) : (sum fun i => if i = k then f i else 0) = f k := by
  induction n with
  | zero => exact k.elim0
  | succ n ih =>
    rw [sum]
    refine Fin.cases ?_ (fun k => ?_) k
    · have : (fun i : Fin n => if i.succ = 0 then f i.succ else 0) = fun _ => 0 := by
        funext i; simp [Fin.succ_ne_zero]
      simp [this, sum_zero]
    · simp only [Fin.succ_inj]
      rw [ih (fun i => f i.succ) k]
      simp [(Fin.succ_ne_zero k).symm]

theorem mul_one (A : Matrix m n) : A ⬝ one = A := by
  funext i j
  have h := sum_ite (A i) j
  simp only [mul, one]
  rw [← h]
  congr; funext k
  split <;> simp

theorem mul_assoc {k : Nat} (A : Matrix k l) (B : Matrix l m) (C : Matrix m n) : A ⬝ B ⬝ C = A ⬝ (B ⬝ C) := by
  funext i j
  simp only [mul, mul_sum]
  rw [sum_comm]
  congr; funext a
  rw [Int.mul_comm, mul_sum]
  congr; funext b
  grind

theorem trace_transpose (A : Matrix n n) : trace Aᵀ = trace A := by
  rfl

theorem trace_mul_comm (A : Matrix m n) (B : Matrix n m) : trace (A ⬝ B) = trace (B ⬝ A) := by
  simp only [trace, mul]
  rw [sum_comm]
  simp [Int.mul_comm]

end Matrix
