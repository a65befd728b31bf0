/-! Statements over numbers, options, bit vectors and strings for measuring the portfolio. -/

namespace Arithmetic

def double (n : Nat) : Nat := n + n

def fact : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * fact n

def pow (b : Nat) : Nat → Nat
  | 0 => 1
  | n + 1 => b * pow b n

def sumTo : Nat → Nat
  | 0 => 0
  | n + 1 => sumTo n + (n + 1)

def fib : Nat → Nat
  | 0 => 0
  | 1 => 1
  | n + 2 => fib n + fib (n + 1)

def isEven : Nat → Bool
  | 0 => true
  | n + 1 => !isEven n

def half : Nat → Nat
  | 0 => 0
  | 1 => 0
  | n + 2 => half n + 1

def clamp (lo hi x : Int) : Int := if x < lo then lo else if hi < x then hi else x

def absDiff (a b : Nat) : Nat := if a ≤ b then b - a else a - b

def gcd (a b : Nat) : Nat :=
  if h : b = 0 then a else gcd b (a % b)
termination_by b
decreasing_by exact Nat.mod_lt _ (Nat.pos_of_ne_zero h)

def safeDiv (a b : Nat) : Option Nat := if b = 0 then none else some (a / b)

def orElse : Option α → α → α
  | none, d => d
  | some a, _ => a

theorem double_eq (n : Nat) : double n = 2 * n := by sorry

theorem fact_pos (n : Nat) : 0 < fact n := by sorry

theorem pow_add (b m n : Nat) : pow b (m + n) = pow b m * pow b n := by sorry

theorem pow_one (n : Nat) : pow 1 n = 1 := by sorry

theorem sumTo_eq (n : Nat) : 2 * sumTo n = n * (n + 1) := by sorry

theorem fib_le (n : Nat) : fib n ≤ 2 ^ n := by sorry

theorem isEven_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by sorry

theorem isEven_double (n : Nat) : isEven (double n) = true := by sorry

theorem half_eq (n : Nat) : half n = n / 2 := by sorry

theorem clamp_ge (lo hi x : Int) (h : lo ≤ hi) : lo ≤ clamp lo hi x ∧ clamp lo hi x ≤ hi := by sorry

theorem clamp_id (lo hi x : Int) (h₁ : lo ≤ x) (h₂ : x ≤ hi) : clamp lo hi x = x := by sorry

theorem absDiff_comm (a b : Nat) : absDiff a b = absDiff b a := by sorry

theorem absDiff_triangle (a b c : Nat) : absDiff a c ≤ absDiff a b + absDiff b c := by sorry

theorem gcd_eq (a b : Nat) : gcd a b = Nat.gcd b a := by sorry

theorem gcd_dvd (a b : Nat) : gcd a b ∣ a ∧ gcd a b ∣ b := by sorry

theorem safeDiv_spec (a b q : Nat) : safeDiv a b = some q ↔ b ≠ 0 ∧ q = a / b := by sorry

theorem orElse_map (f : α → β) (o : Option α) (d : α) : orElse (o.map f) (f d) = f (orElse o d) := by sorry

theorem xor_self (x : BitVec 32) : x ^^^ x = 0 := by sorry

theorem and_or (x y : BitVec 8) : (x &&& y) ||| x = x := by sorry

theorem add_comm32 (x y : BitVec 32) : x + y = y + x := by sorry

theorem string_append_length (s t : String) : (s ++ t).length = s.length + t.length := by sorry

theorem exists_double (n : Nat) : ∃ m, m = 2 * n := by sorry

theorem demorgan (p q : Prop) : ¬(p ∨ q) ↔ ¬p ∧ ¬q := by sorry

theorem exists_gt (n : Nat) : ∃ m, n < m ∧ m % 2 = 0 := by sorry

theorem square_nonneg (x : Int) : 0 ≤ x * x := by sorry

theorem mod_two (n : Nat) : n % 2 = 0 ∨ n % 2 = 1 := by sorry

end Arithmetic
