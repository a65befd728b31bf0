/-! Boolean formulas. -/

namespace Logic

inductive Form
  | var (n : Nat)
  | neg (a : Form)
  | conj (a b : Form)
  | disj (a b : Form)

def holds (v : Nat → Bool) : Form → Bool
  | .var n => v n
  | .neg a => !holds v a
  | .conj a b => holds v a && holds v b
  | .disj a b => holds v a || holds v b

def dual : Form → Form
  | .var n => .neg (.var n)
  | .neg a => .neg (dual a)
  | .conj a b => .disj (dual a) (dual b)
  | .disj a b => .conj (dual a) (dual b)

def depth : Form → Nat
  | .var _ => 0
  | .neg a => depth a + 1
  | .conj a b => max (depth a) (depth b) + 1
  | .disj a b => max (depth a) (depth b) + 1

def rename (g : Nat → Nat) : Form → Form
  | .var n => .var (g n)
  | .neg a => .neg (rename g a)
  | .conj a b => .conj (rename g a) (rename g b)
  | .disj a b => .disj (rename g a) (rename g b)

theorem holds_dual (v : Nat → Bool) (a : Form) : holds v (dual a) = !holds v a := by
  sorry

theorem depth_rename (g : Nat → Nat) (a : Form) : depth (rename g a) = depth a := by
  sorry

theorem holds_rename (v : Nat → Bool) (g : Nat → Nat) (a : Form) : holds v (rename g a) = holds (fun n => v (g n)) a := by
  sorry

theorem rename_id (a : Form) : rename (fun n => n) a = a := by
  sorry

theorem rename_rename (g h : Nat → Nat) (a : Form) : rename g (rename h a) = rename (fun n => g (h n)) a := by
  sorry

theorem de_morgan (v : Nat → Bool) (a b : Form) : holds v (.neg (.conj a b)) = holds v (.disj (.neg a) (.neg b)) := by
  sorry

theorem excluded_middle (v : Nat → Bool) (a : Form) : holds v (.disj a (.neg a)) = true := by
  sorry

theorem depth_dual (a : Form) : depth a ≤ depth (dual a) := by
  sorry

end Logic
