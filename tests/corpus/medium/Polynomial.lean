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

theorem eval_mul (x : Int) (p q : Poly) : eval x (mul p q) = eval x p * eval x q := by
  sorry

theorem eval_append (x : Int) (p q : Poly) : eval x (p ++ q) = eval x p + x ^ p.length * eval x q := by
  sorry

theorem horner_reverse (x : Int) (p : Poly) : horner x 0 p.reverse = eval x p := by
  sorry

end Polynomial
