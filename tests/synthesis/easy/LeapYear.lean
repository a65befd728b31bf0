/-! The Gregorian calendar's rule for leap years. -/

namespace LeapYear

def isLeap (year : Nat) : Bool := sorry

theorem common_years (year : Nat) (h : year % 4 ≠ 0) : isLeap year = false := by
  sorry

theorem leap_years (year : Nat) (h₁ : year % 4 = 0) (h₂ : year % 100 ≠ 0) : isLeap year = true := by
  sorry

theorem full_centuries (year : Nat) (h : year % 400 = 0) : isLeap year = true := by
  sorry

theorem other_centuries (year : Nat) (h₁ : year % 100 = 0) (h₂ : year % 400 ≠ 0) : isLeap year = false := by
  sorry

example : isLeap 1900 = false := by sorry

example : isLeap 2000 = true := by sorry

example : isLeap 2024 = true := by sorry

end LeapYear
