import Lean
import Gentzen.Compat
import Gentzen.Protocol
import Gentzen.Interrupt

/-!
The theorems that an import brings, with the constants that their statements mention (docs/protocol.md, `theorems`).
-/

namespace Gentzen
open Lean

/-- A page of library theorems: names once, theorems as indices. `next?`: the module to go on with. -/
structure TheoremPage where
  modules : Array String := #[]
  names : Array String := #[]
  index : Std.HashMap Name Nat := {}
  theorems : Array Json := #[]
  next? : Option Nat := none

namespace TheoremPage

private def name (page : TheoremPage) (n : Name) : Nat × TheoremPage :=
  match page.index[n]? with
  | some i => (i, page)
  | none =>
    let i := page.names.size
    (i, { page with names := page.names.push n.toString, index := page.index.insert n i })

private def add (page : TheoremPage) (info : ConstantInfo) : TheoremPage := Id.run do
  let (own, page) := page.name info.name
  let mut page := page
  let mut mentioned := #[]
  for constant in info.type.getUsedConstants do
    let (i, more) := page.name constant
    page := more
    mentioned := mentioned.push i
  let row := .arr #[toJson own, toJson (page.modules.size - 1), toJson mentioned]
  return { page with theorems := page.theorems.push row }

def fields (page : TheoremPage) : List (String × Json) :=
  [("modules", toJson page.modules), ("names", toJson page.names), ("theorems", .arr page.theorems),
    ("next", toJson page.next?)]

end TheoremPage

/-- Whether Lean made the name up: a part begins with an underscore or is a number. -/
private def isMadeUp : Name → Bool
  | .anonymous => false
  | .num .. => true
  | .str pre s => s.startsWith "_" || isMadeUp pre

private def isTheorem (env : Environment) (info : ConstantInfo) : Bool :=
  match info with
  | .thmInfo _ => true
  | .axiomInfo _ => originalKind? env info.name == some .thm
  | _ => false

/-- The theorems of the imported modules from number `start` on, `most` of them or a module more; none when interrupted. -/
def libraryTheorems (env : Environment) (start most : Nat) (interrupt : Interrupt) : IO (Option TheoremPage) := do
  let names := env.header.moduleNames
  let data := env.header.moduleData
  let mut page : TheoremPage := {}
  for i in [start:data.size] do
    if page.theorems.size ≥ most then
      return some { page with next? := some i }
    if ← interrupt.token.isSet then
      return none
    page := { page with modules := page.modules.push (toString names[i]!) }
    for info in data[i]!.constants do
      if !isMadeUp info.name && isTheorem env info then
        page := page.add info
  return some page

end Gentzen
