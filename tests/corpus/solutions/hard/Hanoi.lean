/-! The towers of Hanoi: the moves, a board that refuses illegal ones, and that the plan works. -/

namespace Hanoi

inductive Peg where
  | left
  | middle
  | right
deriving DecidableEq

/-- Discs on each peg, the top one first. -/
abbrev Board := Peg → List Nat

structure Move where
  source : Peg
  target : Peg

def put (b : Board) (p : Peg) (ds : List Nat) : Board := fun q => if q = p then ds else b q

/-- `none` when there is no disc to move, or a smaller one in the way. -/
def play (b : Board) (m : Move) : Option Board :=
  match b m.source with
  | [] => none
  | d :: ds =>
    if m.source = m.target then none
    else
      match b m.target with
      | [] => some (put (put b m.source ds) m.target [d])
      | e :: es => if d < e then some (put (put b m.source ds) m.target (d :: e :: es)) else none

def playAll (b : Board) : List Move → Option Board
  | [] => some b
  | m :: ms => (play b m).bind (playAll · ms)

def plan : Nat → Peg → Peg → Peg → List Move
  | 0, _, _, _ => []
  | n + 1, a, b, c => plan n a c b ++ ⟨a, b⟩ :: plan n c b a

/-- Discs `0`, …, `n - 1`, the smallest first. -/
def tower (n : Nat) : List Nat := List.range n

def start (n : Nat) : Board := put (fun _ => []) .left (tower n)

/-- Auxiliary -/
theorem playAll_append (b : Board) (ms ns : List Move) :
    playAll b (ms ++ ns) = (playAll b ms).bind (playAll · ns) := by
  induction ms generalizing b with
  | nil => rfl
  | cons m ms ih =>
    simp only [List.cons_append, playAll]
    cases play b m with
    | none => rfl
    | some b' => simp [ih]

/-- Auxiliary: with only larger discs underneath, a tower goes from `p` to `q`. -/
theorem playAll_plan (n : Nat) (p q r : Peg) (b : Board) (dp dq : List Nat) (hpq : p ≠ q) (hpr : p ≠ r) (hqr : q ≠ r)
    (hp : b p = tower n ++ dp) (hq : b q = dq) (h : ∀ x, (∀ d ∈ b x, x = p ∨ n ≤ d)) (hdp : ∀ d ∈ dp, n ≤ d) :
    playAll b (plan n p q r) = some (put (put b p dp) q (tower n ++ dq)) := by
  induction n generalizing p q r b dp dq with
  | zero =>
    simp only [plan, playAll, Option.some.injEq]
    funext x
    simp only [put, tower, List.range_zero, List.nil_append] at *
    grind
  | succ n ih =>
    have ht : tower (n + 1) = tower n ++ [n] := by simp [tower, List.range_succ]
    have hlt : ∀ d ∈ tower n, d < n := by simp [tower]
    rw [plan, playAll_append]
    rw [ih p r q b (n :: dp) (b r) hpr hpq (Ne.symm hqr) (by simp [hp, ht]) rfl
      (fun x d hd => (h x d hd).imp id (fun hd => by omega)) (fun d hd => by
        rcases List.mem_cons.mp hd with rfl | hd
        · exact Nat.le_refl _
        · have := hdp d hd; omega)]
    simp only [Option.bind_some, playAll]
    have e1 : play (put (put b p (n :: dp)) r (tower n ++ b r)) ⟨p, q⟩ =
        some (put (put (put (put b p (n :: dp)) r (tower n ++ b r)) p dp) q (n :: dq)) := by
      simp only [play, put, hpq, hpr, hqr, if_true, if_false, Ne.symm hpq, hq]
      cases hdq : dq with
      | nil => rfl
      | cons e es =>
        have := h q e (by rw [hq, hdq]; simp)
        simp only
        rw [if_pos (by rcases this with h | h; exact absurd h.symm hpq; omega)]
    rw [e1]
    simp only [Option.bind_some]
    rw [ih r q p _ (b r) (n :: dq) (Ne.symm hqr) (Ne.symm hpr) (Ne.symm hpq) (by simp [put, Ne.symm hqr, Ne.symm hpr])
      (by simp [put]) ?_ ?_]
    · simp only [Option.some.injEq]
      funext x
      simp only [put, ht, List.append_assoc, List.singleton_append]
      grind
    · intro x d hd
      have h1 := h x d
      have h2 := h q d
      simp only [put] at hd
      grind
    · intro d hd
      have := h r d hd
      rcases this with h | h
      · exact absurd h.symm hpr
      · omega

/-- Every move is legal, and the tower ends on the right. -/
theorem playAll_start (n : Nat) :
    playAll (start n) (plan n .left .right .middle) = some (put (fun _ => []) .right (tower n)) := by
  rw [playAll_plan n .left .right .middle (start n) [] [] (by decide) (by decide) (by decide)
    (by simp [start, put]) (by simp [start, put]) (by intro x d; simp only [start, put]; grind) (by simp)]
  simp only [Option.some.injEq]
  funext x
  simp only [put, start]
  grind

theorem length_plan (n : Nat) (p q r : Peg) : (plan n p q r).length = 2 ^ n - 1 := by
  induction n generalizing p q r with
  | zero => rfl
  | succ n ih =>
    have := Nat.pow_pos (n := n) (show 0 < 2 by omega)
    simp only [plan, List.length_append, List.length_cons, ih, Nat.pow_succ]
    omega

end Hanoi
