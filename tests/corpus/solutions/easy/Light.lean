/-! A traffic light. -/

inductive Light where
  | red
  | redYellow
  | green
  | yellow
deriving DecidableEq

namespace Light

def next : Light → Light
  | red => redYellow
  | redYellow => green
  | green => yellow
  | yellow => red

def mayDrive (l : Light) : Bool := l == green

theorem next_four (l : Light) : l.next.next.next.next = l :=
  by cases l <;> rfl

theorem next_injective (a b : Light) (h : a.next = b.next) : a = b := by
  cases a <;> cases b <;> simp_all [next]

theorem warned_before_stop (l : Light) (h : l.mayDrive = true) : l.next = yellow := by
  cases l <;> simp_all [mayDrive, next]

end Light
