/-! Statements that one call of the right decision procedure proves, for measuring the portfolio. -/

namespace Closers

theorem add_zero (n : Nat) : n + 0 = n := by sorry

theorem append_nil (xs : List α) : xs ++ [] = xs := by sorry

theorem map_id (xs : List α) : xs.map (fun x => x) = xs := by sorry

theorem length_map (f : α → β) (xs : List α) : (xs.map f).length = xs.length := by sorry

theorem reverse_reverse (xs ys : List α) (h : xs.reverse = ys) : xs = ys.reverse := by sorry

theorem linear (a b c : Int) (h₁ : a < b) (h₂ : b < c + 1) : a < c := by sorry

theorem linear_nat : ∀ a b : Nat, a ≤ b → ∃ c, b = a + c := by sorry

theorem scaled (x y : Int) (h₁ : 2 * x + 3 * y = 12) (h₂ : x - y = 1) : x = 3 ∧ y = 2 := by sorry

theorem division (n : Nat) (h : n % 6 = 3) : n % 3 = 0 := by sorry

theorem divides (a b : Nat) (h : 4 ∣ a) (g : 6 ∣ b) : 2 ∣ a + b := by sorry

theorem ring_identity (a b : Int) : (a + b) * (a + b) = a * a + 2 * a * b + b * b := by sorry

theorem ring_hypothesis (x y : Int) (h : x * y = 1) : x * x * y = x := by sorry

theorem substitution (f : Nat → Nat) (a b : Nat) (h : a = b) (g : f b = 3) : f a = 3 := by sorry

theorem chain (f : Nat → Nat) (h : ∀ x, f (f x) = x) (a b : Nat) (g : f a = b) : f b = a := by sorry

theorem propositional (p q r : Prop) (h : p → q ∨ r) (hq : q → r) (hp : p) : r := by sorry

theorem quantified (p q : Nat → Prop) (h : ∀ x, p x → q x) (g : ∃ x, p x) : ∃ x, q x := by sorry

theorem computed : (List.range 10).filter (fun n => n % 3 == 0) = [0, 3, 6, 9] := by sorry

theorem small_search : ∀ a b : Fin 5, a + b = b + a := by sorry

theorem not_prime : ¬ ∀ d ∈ [2, 3, 5, 7], 91 % d ≠ 0 := by sorry

theorem boolean (a b c : Bool) : (a && (b || c)) = ((a && b) || (a && c)) := by sorry

theorem if_same (c : Prop) [Decidable c] (a : Nat) : (if c then a else a) = a := by sorry

theorem if_bounds (a b : Nat) : (if a ≤ b then a else b) ≤ a := by sorry

theorem option_cases (o : Option Nat) : o.isSome = true ↔ ∃ a, o = some a := by sorry

theorem option_bind (o : Option Nat) (h : o.getD 3 = 4) : o = some 4 := by sorry

theorem pair_eta (p : Nat × Nat) : (p.1, p.2) = p := by sorry

theorem mem_append (x : Nat) (xs ys : List Nat) (h : x ∈ xs) : x ∈ ys ++ xs := by sorry

theorem filter_length (p : Nat → Bool) (xs : List Nat) : (xs.filter p).length ≤ xs.length := by sorry

theorem subset_all (xs ys : List Nat) (h : ∀ x ∈ xs, x ∈ ys) (g : ∀ y ∈ ys, y < 10) : ∀ x ∈ xs, x < 10 := by sorry

theorem contradiction_case (n : Nat) (h : n < 0) : n = 17 := by sorry

theorem injective (a b : Nat) (h : some (a + 1) = some (b + 1)) : a = b := by sorry

theorem array_size (a : Array Nat) (x : Nat) : (a.push x).size = a.size + 1 := by sorry

theorem array_get (a : Array Nat) (i : Nat) (h : i < a.size) : a[i] ∈ a := by sorry

theorem power : (2 : Nat) ^ 10 = 1024 := by sorry

theorem power_succ (n : Nat) : 2 ^ (n + 1) = 2 * 2 ^ n := by sorry

theorem max_assoc (a b c : Nat) : max a (max b c) = max (max a b) c := by sorry

theorem char_digit : '7'.toNat - '0'.toNat = 7 := by sorry

theorem string_length (s : String) : (s ++ "").length = s.length := by sorry

theorem square_even (n : Nat) (h : n % 2 = 1) : n * n % 2 = 1 := by sorry

theorem commute (a b c d : Nat) : a + b + (c + d) = d + c + (b + a) := by sorry

end Closers
