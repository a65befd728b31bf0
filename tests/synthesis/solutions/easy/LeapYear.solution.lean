/-! The Gregorian calendar's rule for leap years. -/

namespace LeapYear

def isLeap (year : Nat) : Bool :=
  year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)

theorem common_years (year : Nat) (h : year % 4 ≠ 0) : isLeap year = false := by
  have : year % 400 ≠ 0 := by omega
  simp [isLeap, h, this]

theorem leap_years (year : Nat) (h₁ : year % 4 = 0) (h₂ : year % 100 ≠ 0) : isLeap year = true := by
  simp [isLeap, h₁, h₂]

theorem full_centuries (year : Nat) (h : year % 400 = 0) : isLeap year = true := by
  simp [isLeap, h]

theorem other_centuries (year : Nat) (h₁ : year % 100 = 0) (h₂ : year % 400 ≠ 0) : isLeap year = false := by
  simp [isLeap, h₁, h₂]

example : isLeap 1900 = false := by decide

example : isLeap 2000 = true := by decide

example : isLeap 2024 = true := by decide

end LeapYear
