import Lean

/-!
The few places where the supported toolchains name or shape the same thing differently. Each definition tries the current form
first; `by first` picks the one that elaborates.
-/

namespace Gentzen
open Lean

/-- `opts` with the option `name` set to an unparsed `value`, as `lean -Dname=value` does before it has read the imports. -/
def setUnparsedOption (opts : Options) (name : Name) (value : String) : Options := by
  first
  | exact Options.set opts name value
  | exact KVMap.setString opts name value

/-- End this process at once, whatever its other threads are doing. -/
def exitNow (code : UInt8) : IO Unit := by
  first
  | exact IO.Process.forceExit code
  | exact IO.Process.exit code

/-- The kind that a library constant had in its own module. Where only the public part of a module was imported, theorems look like
axioms in `env.find?`. -/
def originalKind? (env : Environment) (name : Name) : Option ConstantKind := by
  first
  | exact getOriginalConstKind? env name
  | exact (env.find? name).map ConstantKind.ofConstantInfo

/-- Let Lean derive equations and the like from a constant when a tactic asks for them, under these options. -/
def enableRealizations (env : Environment) (options : Options) (name : Name) : BaseIO Environment := by
  first
  | exact env.enableRealizationsForConst options name
  | exact env.enableRealizationsForConst name
  | exact pure env

/-- The information trees of a command, the parts that were elaborated by other tasks included. -/
def completeInfoTrees (state : Elab.InfoState) : Array Elab.InfoTree := by
  first
  | exact state.substituteLazy.get.trees.toArray
  | exact (state.trees.map (·.substitute state.assignment)).toArray

end Gentzen
