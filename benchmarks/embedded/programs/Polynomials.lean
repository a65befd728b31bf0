/-! Coefficients, least degree first. -/

namespace Polynomials

def evalPoly (x : Int) : List Int → Int
  | [] => 0
  | c :: cs => c + x * evalPoly x cs

def addPoly : List Int → List Int → List Int
  | [], q => q
  | p, [] => p
  | a :: p, b :: q => (a + b) :: addPoly p q

def scale (k : Int) : List Int → List Int
  | [] => []
  | c :: cs => k * c :: scale k cs

def shift (p : List Int) : List Int := 0 :: p

def degree (p : List Int) : Nat := p.length - 1

theorem evalPoly_scale (x k : Int) (p : List Int) : evalPoly x (scale k p) = k * evalPoly x p := by
  sorry

theorem evalPoly_add (x : Int) (p q : List Int) : evalPoly x (addPoly p q) = evalPoly x p + evalPoly x q := by
  sorry

theorem evalPoly_shift (x : Int) (p : List Int) : evalPoly x (shift p) = x * evalPoly x p := by
  sorry

theorem addPoly_comm (p q : List Int) : addPoly p q = addPoly q p := by
  sorry

theorem length_scale (k : Int) (p : List Int) : (scale k p).length = p.length := by
  sorry

theorem scale_one (p : List Int) : scale 1 p = p := by
  sorry

theorem length_addPoly (p q : List Int) : (addPoly p q).length = max p.length q.length := by
  sorry

theorem evalPoly_zero (p : List Int) : evalPoly 0 p = p.headD 0 := by
  sorry

theorem scale_scale (j k : Int) (p : List Int) : scale j (scale k p) = scale (j * k) p := by
  sorry

end Polynomials
