open Lean in
macro_rules
  | `(command| theorem target : 2 ^ 10 = 1024 := $_) => do
    let name := mkIdent `target
    `(command| theorem $name:ident : True := trivial)
theorem target : 2 ^ 10 = 1024 := by
  decide
