/-! Requests to a worker in this very process, one after the other; each reply on a line of its own. -/

open Lean Gentzen

private def serveOne (worker : Worker) (body : Json) : IO Json := do
  let .ok request := Request.ofJson body | throw (IO.userError s!"not a request: {body.compress}")
  let interrupt ← Interrupt.new
  if let .ok reason := body.getObjValAs? String "interrupted" then
    interrupt.set reason
    interrupt.set "a later reason"
  worker.answer request interrupt

def serveAll (options : List (String × String)) (requests : String) : IO Unit := do
  let options := options.foldl (fun all (name, value) => setUnparsedOption all name.toName value) {}
  let worker ← Worker.new (pure ()) options
  let .ok (.arr bodies) := Json.parse requests | throw (IO.userError "not a list of requests")
  for body in bodies do
    IO.println s!"REPLY {(← serveOne worker body).compress}"
