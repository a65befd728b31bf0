import Lean
import Gentzen.Compat

/-!
What library constants rest on: a walk over the imported environment, as `#print axioms` does it, with an answer for every constant
that is passed. It reads terms and runs nobody's code.
-/

namespace Gentzen
open Lean

/-- Axioms below each constant that was looked at so far, sorted. Inductive types, constructors and recursors of one group share
the entry of the group's first type. -/
abbrev AxiomMemo := Std.HashMap Name (Array Name)

/-- The constant that stands for the group of `info`. Only within such groups do constants refer to one another in a circle. -/
private def representative (env : Environment) (name : Name) : Name :=
  match env.find? name with
  | some (.inductInfo v) => v.all.headD name
  | some (.ctorInfo v) => match env.find? v.induct with
    | some (.inductInfo i) => i.all.headD v.induct
    | _ => v.induct
  | some (.recInfo v) => v.all.headD name
  | _ => name

private def typeConstants (env : Environment) (name : Name) : Array Name :=
  ((env.find? name).map (·.type.getUsedConstants)).getD #[]

/-- Constants that `name` (a representative) mentions. -/
private def mentioned (env : Environment) (name : Name) : Array Name :=
  let used := match env.find? name with
    | some (.defnInfo v) => v.type.getUsedConstants ++ v.value.getUsedConstants
    | some (.thmInfo v) => v.type.getUsedConstants ++ v.value.getUsedConstants
    | some (.opaqueInfo v) => v.type.getUsedConstants ++ v.value.getUsedConstants
    | some (.inductInfo v) => v.all.toArray.flatMap fun type => typeConstants env type ++
        match env.find? type with
        | some (.inductInfo t) => t.ctors.toArray.flatMap (typeConstants env)
        | _ => #[]
    | some info => info.type.getUsedConstants
    | none => #[]
  (used.map (representative env)).filter (· != name)

private def union (xs ys : Array Name) : Array Name :=
  ys.foldl (fun xs y => if xs.contains y then xs else xs.push y) xs

/-- The axioms that `root` rests on, as far as bodies were imported, and the memo with everything that was passed on the way. -/
def axiomsOf (env : Environment) (root : Name) (memo : AxiomMemo) : Array Name × AxiomMemo := Id.run do
  let start := representative env root
  let mut memo := memo
  -- With each constant what it mentions, once that is known.
  let mut stack : Array (Name × Option (Array Name)) := #[(start, none)]
  repeat
    let some (name, below?) := stack.back? | break
    stack := stack.pop
    unless memo.contains name do
      let known := memo
      match below? with
      | none =>
        let below := mentioned env name
        stack := stack.push (name, some below) ++ (below.filter (!known.contains ·)).map (·, none)
      | some below =>
        let own := if originalKind? env name matches some .axiom then #[name] else #[]
        let all := below.foldl (fun all n => union all (known.getD n #[])) own
        memo := memo.insert name (all.qsort Name.lt)
  return (memo.getD start #[], memo)

end Gentzen
