import Lean
import Gentzen.Compat
import Gentzen.Interrupt
import Gentzen.Replay

/-!
Adding the constants of a term document to an environment that the elaborator goes on with.
-/

namespace Gentzen
open Lean

namespace Replay

/-- The pieces of a document that may be defined: no types, nothing unsafe. -/
private def definable (document : Json) : ReplayM (Array Piece) := do
  let (_, _, all, pieces) ← read document
  for claim in all do
    if !["def", "theorem", "axiom", "opaque"].contains claim.kind || (← claim.isUnsafe) then
      throw {
        constant := claim.name
        message := "only safe definitions, theorems, axioms and opaque constants can be defined" }
  return pieces

end Replay

open Replay

/-- `env` with the constants of `document`, or what was refused. None: interrupted. `options`: those under which Lean derives
equations and the like from the constants later. -/
def define (env : Environment) (options : Options) (document : Json) (interrupt : Interrupt) :
    IO (Option (Except Refused Environment)) := do
  let pieces ← match definable document with
    | .ok pieces => pure pieces
    | .error refused => return some (.error refused)
  let mut env := env
  for piece in pieces do
    -- Tells the kernel and the elaborator's own table of constants.
    match env.addDeclCore 0 piece.declaration (some interrupt.token) with
    | .ok next => env ← enableRealizations next options piece.name
    | .error error =>
      if ← interrupt.token.isSet then
        return none
      return some (.error { constant := piece.name, message := ← (error.toMessageData {}).toString })
    if ← interrupt.token.isSet then
      return none
  return some (.ok env)

end Gentzen
