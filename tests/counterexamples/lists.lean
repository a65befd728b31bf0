/-! Lists, arrays, options, pairs, strings. -/

variable {α : Type _} [DecidableEq α]

-- proof: simp
theorem true_reverse_reverse (xs : List α) : xs.reverse.reverse = xs := by sorry
theorem false_reverse (xs : List α) : xs.reverse = xs := by sorry -- α := Nat, xs := [0, 1]
theorem false_append_comm (xs ys : List Nat) : xs ++ ys = ys ++ xs := by sorry -- xs := [0], ys := [1]
-- proof: simp; omega
theorem true_append_length (xs ys : List α) : (xs ++ ys).length = ys.length + xs.length := by sorry
theorem false_length_pos (xs : List Nat) : 0 < xs.length := by sorry -- xs := []
theorem false_head (xs : List Nat) : xs.head? ≠ none := by sorry -- xs := []
-- proof: cases xs <;> simp_all
theorem true_head (xs : List Nat) (h : xs ≠ []) : xs.head? ≠ none := by sorry
theorem false_tail (xs : List Nat) : xs.tail.length + 1 = xs.length := by sorry -- xs := []
theorem false_member (x y : α) (xs : List α) (h : x ∈ xs) : y ∈ xs := by sorry -- α := Nat, x := 0, y := 1, xs := [0]
-- proof: simp
theorem true_member (x : α) (xs : List α) (h : x ∈ xs) : x ∈ x :: xs := by sorry
theorem false_filter (p : Nat → Bool) (xs : List Nat) : xs.filter p = xs := by sorry
-- proof: exact List.length_filter_le p xs
theorem true_filter (p : α → Bool) (xs : List α) : (xs.filter p).length ≤ xs.length := by sorry
theorem false_map (f : Nat → Nat) (xs : List Nat) : xs.map f = xs := by sorry
-- proof: simp
theorem true_map (f : Nat → Nat) (xs : List Nat) : (xs.map f).length = xs.length := by sorry
theorem false_take (n : Nat) (xs : List Nat) : (xs.take n).length = n := by sorry -- n := 1, xs := []
-- proof: simp; omega
theorem true_take (n : Nat) (xs : List Nat) (h : n ≤ xs.length) : (xs.take n).length = n := by sorry
theorem false_index (xs : List Nat) (i : Nat) (h : i < xs.length) : xs[i] = i := by sorry -- xs := [1], i := 0
-- proof: simp
theorem true_index (xs : List Nat) (i : Nat) (h : i < xs.length) : xs[i] ∈ xs := by sorry
theorem false_fin (xs : List Nat) (i : Fin xs.length) : xs.get i < 2 := by sorry -- xs := [2], i := 0
-- proof: exact List.get_mem xs i
theorem true_fin (xs : List Nat) (i : Fin xs.length) : xs.get i ∈ xs := by sorry
theorem false_all (xs : List Nat) : ∀ x ∈ xs, x < 3 := by sorry -- xs := [3], x := 3
theorem false_sum (xs : List Nat) : xs.sum ≤ xs.length := by sorry -- xs := [2]
theorem false_nodup (xs : List Nat) : xs.Nodup := by sorry -- xs := [0, 0]
theorem false_zip (xs ys : List Nat) : (xs.zip ys).length = xs.length := by sorry -- xs := [0], ys := []
-- proof: simp
theorem true_array (xs : Array Nat) (x : Nat) : (xs.push x).size = xs.size + 1 := by sorry
theorem false_array (xs : Array Nat) : xs.size < 2 := by sorry -- xs := #[0, 0]
theorem false_option (o : Option Nat) : o.isSome = true := by sorry -- o := none
theorem false_option_value (o : Option Nat) : o = none ∨ o = some 0 := by sorry -- o := some 1
-- proof: cases o <;> simp
theorem true_option (o : Option Nat) : o.isSome = !o.isNone := by sorry
theorem false_pair (p : Nat × Bool) : p.1 = 0 ∨ p.2 = true := by sorry -- p := (1, false)
-- proof: rfl
theorem true_pair (p : Nat × Bool) : (p.1, p.2) = p := by sorry
theorem false_bool (a b : Bool) : (a && b) = (a || b) := by sorry -- a := false, b := true
-- proof: cases a <;> cases b <;> rfl
theorem true_bool (a b : Bool) : (!(a && b)) = (!a || !b) := by sorry
theorem false_char (c : Char) : c = 'a' := by sorry -- c := 'b'
theorem false_string (s : String) : s = "" := by sorry -- s := "a"
theorem false_sum_type (s : Nat ⊕ Bool) : s = .inl 0 ∨ s = .inr true := by sorry
-- proof: simp_all
theorem vacuous_member (x : Nat) (xs : List Nat) (h : x ∈ xs) (k : xs = []) : x = 3 := by sorry
-- proof: exact h 3
theorem true_function (f : Nat → Nat) (h : ∀ x, f x = x) : f 3 = 3 := by sorry
theorem false_injective (f : Nat → Nat) (x y : Nat) (h : f x = f y) : x = y := by sorry
-- proof: exact h
theorem true_proposition (p q : Prop) (h : p ∧ q) : p ∧ q := by sorry
theorem false_proposition (p q : Prop) (h : p ∨ q) : p ∧ q := by sorry
theorem false_predicate (p : Nat → Prop) [DecidablePred p] (h : p 0) (n : Nat) : p n := by sorry
