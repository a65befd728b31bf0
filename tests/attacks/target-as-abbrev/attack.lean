set_option warn.sorry false
abbrev target (a b : Nat) : a * b = b * a := sorryAx _ true
