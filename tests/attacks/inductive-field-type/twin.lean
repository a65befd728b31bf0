structure Point where
  x : Int
  y : Int

theorem target (p : Point) (h : p.x ≥ 0) : p.x + p.x ≥ 0 := by
  omega
