/-! A turnstile: a coin unlocks it, a push locks it again and lets one person through. -/

namespace Turnstile

inductive Event where
  | coin
  | push
  deriving DecidableEq

/-- Whether it is unlocked, how many people went through, and how many coins are in the box. -/
structure State where
  unlocked : Bool
  visitors : Nat
  coins : Nat
  deriving DecidableEq

def step (s : State) (e : Event) : State := sorry

theorem coin_unlocks (s : State) : (step s .coin).unlocked = true := by
  sorry

theorem coin_is_kept (s : State) : (step s .coin).coins = s.coins + 1 ∧ (step s .coin).visitors = s.visitors := by
  sorry

theorem push_locks (s : State) : (step s .push).unlocked = false ∧ (step s .push).coins = s.coins := by
  sorry

theorem push_unlocked (s : State) (h : s.unlocked = true) : (step s .push).visitors = s.visitors + 1 := by
  sorry

theorem push_locked (s : State) (h : s.unlocked = false) : step s .push = s := by
  sorry

end Turnstile
