"""Terms and definitions as the splitters read them."""

from __future__ import annotations

import pytest

from decompose.signatures import Parameter, Role, conclusion, read_function, read_variables
from decompose.splitters.terms import (
    arguments,
    atom,
    bare,
    canonical,
    conditions,
    fresh,
    occurs,
    replace,
    scrutinees,
    shape,
    substitute,
    subterms,
)


@pytest.mark.parametrize(
    ("text", "operator", "members"),
    [
        ("a = b", "=", ("a", "b")),
        ("p ∧ q ∧ r", "∧", ("p", "q", "r")),
        ("p → q → r", "→", ("p", "q → r")),
        ("p ∧ q ↔ r", "↔", ("p ∧ q", "r")),
        ("∀ x, p x ∧ q", "∀", ("x, p x ∧ q",)),
        ("∃ x, p", "∃", ("x, p",)),
        ("a = b ∧ ∃ x, p x ∨ q", "∧", ("a = b", "∃ x, p x ∨ q")),
        ("¬p", "¬", ("p",)),
        ("(a = b) = c", "=", ("(a = b)", "c")),
        ("f (a = b) ≤ c", "≤", ("f (a = b)", "c")),
        ("Sorted (f xs)", "", ("Sorted (f xs)",)),
        ("x ∈ fun y => y = 1", "∈", ("x", "fun y => y = 1")),
        ("", "", ("",)),
    ],
)
def test_shapes(text: str, operator: str, members: tuple[str, ...]) -> None:
    assert shape(text) == (operator, members)


def test_subterms() -> None:
    found = subterms("rev (app (rev xs) [x]) = x :: rev (rev xs)")
    assert found["rev xs"] == 2
    assert found["app (rev xs) [x]"] == 1
    assert found["rev (app (rev xs) [x])"] == 1
    assert found["rev (rev xs)"] == 1


def test_subterms_with_bound_variables_are_left_out_but_closed_functions_are_not() -> None:
    found = subterms("List.foldl (fun a x => a + f x) 0 xs = g ys")
    assert "List.foldl (fun a x => a + f x) 0 xs" in found
    assert "g ys" in found
    assert "f x" not in found
    assert "f y" not in subterms("∀ y, f y = 0")


def test_fields_and_projections() -> None:
    assert subterms("xs.length + ys.length = 0")["xs.length"] == 1
    assert "split xs" in subterms("(split xs).1 = ys")
    assert "f (split xs).1" in subterms("f (split xs).1 = ys")


@pytest.mark.parametrize(
    ("text", "term", "new", "expected"),
    [
        ("rev (rev xs) = xs", "rev xs", "ys", "rev ys = xs"),
        ("rev xs ++ rev xs", "rev xs", "ys", "ys ++ ys"),
        ("rev xs ys", "rev xs", "ys", "rev xs ys"),
        ("g rev xs", "rev xs", "ys", "g rev xs"),
        ("(rev xs).length", "rev xs", "ys", "ys.length"),
        ("x :: xs = ys", "xs", "rev xs", "x :: (rev xs) = ys"),
        ("f xs", "xs", "a + b", "f (a + b)"),
        ("f xs.length", "xs", "ys", "f xs.length"),
    ],
)
def test_replace(text: str, term: str, new: str, expected: str) -> None:
    assert replace(text, term, new) == expected


def test_substitute() -> None:
    assert substitute("f x (xs.length)", {"x": "y + 1", "xs": "rev ys"}) == "f (y + 1) ((rev ys).length)"
    assert substitute("a.x", {"x": "y"}) == "a.x"


def test_brackets() -> None:
    assert bare("((a + b))") == "a + b"
    assert bare("(a) + (b)") == "(a) + (b)"
    assert atom("a + b") == "(a + b)"
    assert atom("[a, b]") == "[a, b]"
    assert atom("[a] ++ [b]") == "([a] ++ [b])"
    assert atom("x") == "x"
    assert arguments("f (a b) [c, d] e") == ["f", "(a b)", "[c, d]", "e"]


def test_conditions_and_scrutinees() -> None:
    assert conditions("(if x ≤ y then a else if h : p then b else c) = 0") == ["x ≤ y", "p"]
    assert conditions("xs.map (fun x => if x = y then 1 else 0) = zs") == []
    assert scrutinees("(match f x, ys with | a, b => c) = d") == ["f x", "ys"]


def test_matching() -> None:
    variables = frozenset({"xs", "n"})
    assert occurs("f n (g xs)", "1 + f (a + b) (g (h c)) = 0", variables)
    assert not occurs("f n (g xs)", "f a (h b) = 0", variables)
    assert canonical("f xs = n", variables) == canonical("f ys = m", frozenset({"ys", "m"}))
    assert canonical("f xs = xs", variables) != canonical("f ys = m", frozenset({"ys", "m"}))


def test_fresh_names() -> None:
    assert fresh("h", frozenset()) == "h"
    assert fresh("h", frozenset({"h", "h1"})) == "h2"


def test_equations() -> None:
    text = """def A.loop {α : Type u} [BEq α] (p : α → Bool) : List α → (acc : List α) → List α
  | [], acc => acc -- the end
  | x :: xs, acc =>
    match p x with
    | true => loop p xs (x :: acc)
    | false => loop p xs acc"""
    found = read_function(text, "A.loop", "loop", True, ())
    assert [each.binder for each in found.parameters] == [
        "{α : Type _}",
        "[BEq α]",
        "(p : α → Bool)",
        "( : List α)",
        "(acc : List α)",
    ]
    assert found.result == "List α"
    assert found.roles == (Role.FIXED, Role.STRUCTURAL, Role.VARYING)


def test_named_parameters_and_section_variables() -> None:
    variables = read_variables("variable {α : Type u} [Inhabited α] (f : α → Nat) {β : Type}")
    assert [each.kind for each in variables] == ["implicit", "instance", "explicit", "implicit"]
    text = "def total (xs : List α) (n : Nat) : Nat := match xs with | [] => n | y :: ys => total ys (n + f y)"
    found = read_function(text, "total", "total", True, variables)
    assert [each.name for each in found.explicit] == ["f", "xs", "n"]
    assert found.roles == (Role.FIXED, Role.STRUCTURAL, Role.VARYING)
    assert list(found.accumulators()) == [2]
    assert Parameter("", "Inhabited α", "instance") in found.context


def test_local_functions_take_the_variables_around_them() -> None:
    text = """def least (a : Array Int) (h : a.size > 0) : Int :=
  let rec loop (i : Nat) (best : Int) : Int :=
    if i < a.size then loop (i + 1) (min best a[i]!) else best
  termination_by a.size - i
  loop 1 h"""
    outer = read_function(text, "least", "least", False, ())
    found = read_function(text, "least.loop", "least.loop", True, outer.parameters, "least")
    assert [each.name for each in found.explicit] == ["a", "i", "best"]
    assert found.roles == (Role.FIXED, Role.VARYING, Role.VARYING)
    assert list(found.accumulators()) == [2]
    assert not found.is_structural
    assert "loop 1" not in found.body


def test_what_theorems_say() -> None:
    text = "/-- doc -/ @[simp] theorem A.rev_rev {α : Type u} (xs : List α) : rev (rev xs) = xs := by\n  simp"
    assert conclusion(text, "A.rev_rev") == "rev (rev xs) = xs"
    assert conclusion("def f := 1", "g") == ""


@pytest.mark.parametrize(
    ("equations", "roles"),
    [
        (
            "| [], s => s\n  | .push n :: is, s => run is (n :: s)\n  | .add :: is, b :: a :: s => run is (a + b :: s)",
            "sv",
        ),
        ("| [], ys => ys\n  | xs, [] => xs\n  | x :: xs, y :: ys => x :: run xs (y :: ys) ++ run (x :: xs) ys", "ss"),
        ("| 0, _ => []\n  | n + 1, q =>\n    match pop q with\n    | none => []\n    | some rest => run n rest", "ss"),
        ("| [], k => k\n  | x :: y :: rest, k => run (x :: half rest) k", "vf"),
    ],
)
def test_roles(equations: str, roles: str) -> None:
    text = f"def run : List A → List B → List B\n  {equations}"
    found = read_function(text, "run", "run", True, ())
    assert "".join(role.value[0] for role in found.roles) == roles
