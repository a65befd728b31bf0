/-! Folds by hand. -/

namespace Folds

def foldRight (g : α → β → β) (b : β) : List α → β
  | [] => b
  | x :: xs => g x (foldRight g b xs)

def foldLeft (g : β → α → β) (b : β) : List α → β
  | [] => b
  | x :: xs => foldLeft g (g b x) xs

def total (xs : List Nat) : Nat := foldRight (· + ·) 0 xs

def totalLeft (xs : List Nat) : Nat := foldLeft (· + ·) 0 xs

def rebuild (xs : List α) : List α := foldRight List.cons [] xs

theorem foldRight_append (g : α → β → β) (b : β) (xs ys : List α) : foldRight g b (xs ++ ys) = foldRight g (foldRight g b ys) xs := by
  sorry

theorem foldLeft_append (g : β → α → β) (b : β) (xs ys : List α) : foldLeft g b (xs ++ ys) = foldLeft g (foldLeft g b xs) ys := by
  sorry

theorem rebuild_eq (xs : List α) : rebuild xs = xs := by
  sorry

theorem total_append (xs ys : List Nat) : total (xs ++ ys) = total xs + total ys := by
  sorry

theorem foldLeft_start (b : Nat) (xs : List Nat) : foldLeft (· + ·) b xs = b + foldLeft (· + ·) 0 xs := by
  sorry

theorem totalLeft_eq (xs : List Nat) : totalLeft xs = total xs := by
  sorry

theorem total_eq_sum (xs : List Nat) : total xs = xs.sum := by
  sorry

theorem foldRight_map (g : β → γ → γ) (c : γ) (h : α → β) (xs : List α) : foldRight g c (xs.map h) = foldRight (fun a => g (h a)) c xs := by
  sorry

end Folds
