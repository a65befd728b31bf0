/-! Polynomials as lists of coefficients, the constant one first. -/

namespace Polynomial

abbrev Poly := List Int

def eval (x : Int) : Poly → Int
  | [] => 0
  | a :: p => a + x * eval x p

def add : Poly → Poly → Poly
  | [], q => q
  | p, [] => p
  | a :: p, b :: q => (a + b) :: add p q

def scale (c : Int) (p : Poly) : Poly := p.map (c * ·)

def mul : Poly → Poly → Poly
  | [], _ => []
  | a :: p, q => add (scale a q) (0 :: mul p q)

/-- Horner's scheme as a loop over the coefficients, the leading one first. -/
def horner (x acc : Int) : Poly → Int
  | [] => acc
  | a :: p => horner x (acc * x + a) p

/-- Auxiliary -/
theorem eval_add (x : Int) (p q : Poly) : eval x (add p q) = eval x p + eval x q := by
  fun_induction add p q <;> grind [eval]

/-- Auxiliary -/
theorem eval_scale (x c : Int) (p : Poly) : eval x (scale c p) = c * eval x p := by
  induction p with
  | nil => simp [scale, eval]
  | cons a p ih => simp only [scale, List.map_cons, eval] at ih ⊢; grind

theorem eval_mul (x : Int) (p q : Poly) : eval x (mul p q) = eval x p * eval x q := by
  induction p with
  | nil => simp [mul, eval]
  | cons a p ih => simp only [mul, eval_add, eval_scale, eval, ih]; grind

theorem eval_append (x : Int) (p q : Poly) : eval x (p ++ q) = eval x p + x ^ p.length * eval x q := by
  induction p with
  | nil => simp [eval]
  | cons a p ih => simp only [List.cons_append, eval, ih, List.length_cons]; grind

theorem horner_reverse (x : Int) (p : Poly) : horner x 0 p.reverse = eval x p := by
  have h : ∀ q acc, horner x acc q = q.foldl (fun acc a => acc * x + a) acc := by
    intro q
    induction q with
    | nil => intro acc; rfl
    | cons a q ih => intro acc; simp [horner, ih]
  rw [h, List.foldl_reverse]
  induction p with
  | nil => rfl
  | cons a p ih => rw [List.foldr_cons, ih, eval]; grind

end Polynomial
