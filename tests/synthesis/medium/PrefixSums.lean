/-! The sums of all prefixes of a list, the empty one left out. -/

namespace PrefixSums

def prefixSums (xs : List Int) : List Int := sorry

theorem length_prefixSums (xs : List Int) : (prefixSums xs).length = xs.length := by
  sorry

theorem getElem_prefixSums (xs : List Int) (i : Nat) (h : i < xs.length) :
    (prefixSums xs)[i]? = some (xs.take (i + 1)).sum := by
  sorry

end PrefixSums
