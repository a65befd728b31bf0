/-! A printer that sets brackets only where they are needed, and a parser by recursive descent that reads it back. -/

namespace Parser

inductive Expr where
  | num (n : Nat)
  | add (a b : Expr)
  | mul (a b : Expr)

inductive Token where
  | num (n : Nat)
  | plus
  | times
  | «open»
  | close
deriving DecidableEq

/-- Where an expression stands: as a sum, as a product, as a factor. -/
inductive Level where
  | sum
  | product
  | factor

def brackets (ts : List Token) : List Token := .open :: ts ++ [.close]

/-- Sums and products associate to the right. -/
def print : Level → Expr → List Token
  | _, .num n => [.num n]
  | .sum, .add a b => print .product a ++ .plus :: print .sum b
  | _, .add a b => brackets (print .product a ++ .plus :: print .sum b)
  | .factor, .mul a b => brackets (print .factor a ++ .times :: print .product b)
  | _, .mul a b => print .factor a ++ .times :: print .product b

/-- Read an expression of a level; what is left over is part of the answer. The first argument bounds the depth. -/
def parse : Nat → Level → List Token → Option (Expr × List Token)
  | 0, _, _ => none
  | fuel + 1, .sum, ts =>
    match parse fuel .product ts with
    | some (a, .plus :: ts) => (parse fuel .sum ts).map fun (b, ts) => (.add a b, ts)
    | r => r
  | fuel + 1, .product, ts =>
    match parse fuel .factor ts with
    | some (a, .times :: ts) => (parse fuel .product ts).map fun (b, ts) => (.mul a b, ts)
    | r => r
  | _ + 1, .factor, .num n :: ts => some (.num n, ts)
  | fuel + 1, .factor, .open :: ts =>
    match parse fuel .sum ts with
    | some (a, .close :: ts) => some (a, ts)
    | _ => none
  | _ + 1, .factor, _ => none

def read (ts : List Token) : Option Expr :=
  match parse (3 * ts.length + 3) .sum ts with
  | some (e, []) => some e
  | _ => none

/-- Auxiliary: nothing that the level would take in follows. -/
def Stops : Level → List Token → Prop
  | .sum, ts => (∀ us, ts ≠ .plus :: us) ∧ ∀ us, ts ≠ .times :: us
  | .product, ts => ∀ us, ts ≠ .times :: us
  | .factor, _ => True

/-- Auxiliary -/
theorem parse_product_of_factor {fuel : Nat} {ts rest : List Token} {e : Expr} (hs : Stops .product rest)
    (h : parse fuel .factor ts = some (e, rest)) : parse (fuel + 1) .product ts = some (e, rest) := by
  rw [parse, h]
  split
  · next heq => cases heq; exact absurd rfl (hs _)
  · rfl

/-- Auxiliary -/
theorem parse_sum_of_product {fuel : Nat} {ts rest : List Token} {e : Expr} (hs : ∀ us, rest ≠ .plus :: us)
    (h : parse fuel .product ts = some (e, rest)) : parse (fuel + 1) .sum ts = some (e, rest) := by
  rw [parse, h]
  split
  · next heq => cases heq; exact absurd rfl (hs _)
  · rfl

/-- Auxiliary: how deep the parser goes for an expression at a level. -/
def depth : Level → Expr → Nat
  | .sum, .num _ => 3
  | .product, .num _ => 2
  | .factor, .num _ => 1
  | .sum, .add a b => max (depth .product a) (depth .sum b) + 1
  | .product, .add a b => max (depth .product a) (depth .sum b) + 3
  | .factor, .add a b => max (depth .product a) (depth .sum b) + 2
  | .sum, .mul a b => max (depth .factor a) (depth .product b) + 2
  | .product, .mul a b => max (depth .factor a) (depth .product b) + 1
  | .factor, .mul a b => max (depth .factor a) (depth .product b) + 3

/-- Auxiliary -/
theorem parse_print (e : Expr) (l : Level) (fuel : Nat) (rest : List Token) (hs : Stops l rest)
    (hf : depth l e ≤ fuel) : parse fuel l (print l e ++ rest) = some (e, rest) := by
  induction e generalizing l fuel rest with
  | num n =>
    have h1 (f : Nat) : parse (f + 1) .factor (.num n :: rest) = some (.num n, rest) := by rw [parse]
    cases l with
    | factor =>
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 1 := ⟨fuel - 1, by simp [depth] at hf; omega⟩
      exact h1 f
    | product =>
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 2 := ⟨fuel - 2, by simp [depth] at hf; omega⟩
      exact parse_product_of_factor hs (h1 f)
    | sum =>
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 3 := ⟨fuel - 3, by simp [depth] at hf; omega⟩
      exact parse_sum_of_product hs.1 (parse_product_of_factor hs.2 (h1 f))
  | add a b iha ihb =>
    have core (f : Nat) (rest : List Token) (hs : Stops .sum rest)
        (hf : max (depth .product a) (depth .sum b) ≤ f) :
        parse (f + 1) .sum (print .product a ++ .plus :: (print .sum b ++ rest)) = some (.add a b, rest) := by
      rw [parse, iha .product f _ (by intro us h; cases h) (by omega)]
      dsimp only
      rw [ihb .sum f rest hs (by omega)]
      rfl
    have wrapped (f : Nat) (rest : List Token) (hf : max (depth .product a) (depth .sum b) ≤ f) :
        parse (f + 2) .factor (brackets (print .product a ++ .plus :: print .sum b) ++ rest) =
          some (.add a b, rest) := by
      have := core f (.close :: rest) ⟨by simp, by simp⟩ hf
      simp only [brackets, List.cons_append, List.append_assoc, List.nil_append]
      rw [parse, this]
    cases l with
    | factor =>
      simp only [depth] at hf
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 2 := ⟨fuel - 2, by omega⟩
      exact wrapped f rest (by omega)
    | product =>
      simp only [depth] at hf
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 3 := ⟨fuel - 3, by omega⟩
      exact parse_product_of_factor hs (wrapped f rest (by omega))
    | sum =>
      simp only [depth] at hf
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 1 := ⟨fuel - 1, by omega⟩
      simpa [print] using core f rest hs (by omega)
  | mul a b iha ihb =>
    have core (f : Nat) (rest : List Token) (hs : Stops .product rest)
        (hf : max (depth .factor a) (depth .product b) ≤ f) :
        parse (f + 1) .product (print .factor a ++ .times :: (print .product b ++ rest)) = some (.mul a b, rest) := by
      rw [parse, iha .factor f _ trivial (by omega)]
      dsimp only
      rw [ihb .product f rest hs (by omega)]
      rfl
    cases l with
    | factor =>
      simp only [depth] at hf
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 3 := ⟨fuel - 3, by omega⟩
      have h1 := core f (.close :: rest) (by simp [Stops]) (by omega)
      have h2 := parse_sum_of_product (by simp) h1
      simp only [print, brackets, List.cons_append, List.append_assoc, List.nil_append]
      rw [parse, h2]
    | product =>
      simp only [depth] at hf
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 1 := ⟨fuel - 1, by omega⟩
      simpa [print] using core f rest hs (by omega)
    | sum =>
      simp only [depth] at hf
      obtain ⟨f, rfl⟩ : ∃ f, fuel = f + 2 := ⟨fuel - 2, by omega⟩
      have := parse_sum_of_product hs.1 (core f rest hs.2 (by omega))
      simpa [print] using this

/-- Auxiliary -/
theorem depth_le (l : Level) (e : Expr) : depth l e ≤ 3 * (print l e).length + 3 := by
  induction e generalizing l with
  | num n => cases l <;> simp [depth, print]
  | add a b iha ihb =>
    have h1 := iha .product
    have h2 := ihb .sum
    cases l <;> simp [depth, print, brackets] <;> omega
  | mul a b iha ihb =>
    have h1 := iha .factor
    have h2 := ihb .product
    cases l <;> simp [depth, print, brackets] <;> omega

theorem read_print (e : Expr) : read (print .sum e) = some e := by
  have := parse_print e .sum (3 * (print .sum e).length + 3) [] ⟨by simp, by simp⟩ (depth_le .sum e)
  rw [List.append_nil] at this
  rw [read, this]

end Parser
