/-! Lists of pairs: keys, values, update. -/

namespace Pairs

def keys : List (α × β) → List α
  | [] => []
  | (a, _) :: rest => a :: keys rest

def values : List (α × β) → List β
  | [] => []
  | (_, b) :: rest => b :: values rest

def swapAll : List (α × β) → List (β × α)
  | [] => []
  | (a, b) :: rest => (b, a) :: swapAll rest

def mapValues (g : β → γ) : List (α × β) → List (α × γ)
  | [] => []
  | (a, b) :: rest => (a, g b) :: mapValues g rest

theorem keys_swapAll (ps : List (α × β)) : keys (swapAll ps) = values ps := by
  sorry

theorem swapAll_swapAll (ps : List (α × β)) : swapAll (swapAll ps) = ps := by
  sorry

theorem keys_mapValues (g : β → γ) (ps : List (α × β)) : keys (mapValues g ps) = keys ps := by
  sorry

theorem values_mapValues (g : β → γ) (ps : List (α × β)) : values (mapValues g ps) = (values ps).map g := by
  sorry

theorem length_keys (ps : List (α × β)) : (keys ps).length = ps.length := by
  sorry

theorem zip_keys_values (ps : List (α × β)) : (keys ps).zip (values ps) = ps := by
  sorry

theorem mapValues_id (ps : List (α × β)) : mapValues (fun b => b) ps = ps := by
  sorry

end Pairs
