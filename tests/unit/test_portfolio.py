"""What the portfolio reads off a goal, and what it proposes."""

from __future__ import annotations

import pytest
from toy_lean import ToyLean

from decompose.context import GoalContext, goal_context, stage_of
from decompose.reading import Application, Local, applications, components, divisions, introduce, parse_goal
from decompose.spec import Declaration, load_spec
from decompose.text import decode
from prover.families import FAMILIES, Recipe, args
from prover.portfolio import Portfolio, Price, measured_prices

GOAL = """case cons
α : Type u_1
inst✝ : DecidableEq α
xs ys : List α
t : Tree α
h : mem a xs →
  mem a ys
n✝ : Nat
⊢ app (rev xs) (app ys [a, b]) =
  t.toList ++ xs"""


def test_goals_are_read_as_lean_prints_them() -> None:
    found, target = parse_goal(GOAL)
    assert found == (
        Local("α", "Type u_1"),
        Local("inst✝", "DecidableEq α"),
        Local("xs", "List α"),
        Local("ys", "List α"),
        Local("t", "Tree α"),
        Local("h", "mem a xs → mem a ys"),
        Local("n✝", "Nat"),
    )
    assert target == "app (rev xs) (app ys [a, b]) = t.toList ++ xs"


def test_locals_are_sorted_by_what_can_be_done_with_them() -> None:
    found, target = parse_goal(GOAL)
    context = GoalContext(found, target, inductives=frozenset({"A.Tree"}))
    assert [each.name for each in context.data] == ["xs", "ys", "t"]
    assert [each.name for each in context.hypotheses] == ["h"]


@pytest.mark.parametrize(
    ("text", "function", "expected"),
    [
        ("app (rev xs) ys = zs", "app", ["app (rev xs) ys"]),
        ("app (app xs ys) zs", "app", ["app (app xs ys) zs", "app xs ys"]),
        ("t.toList.length = 0", "Tree.length", ["Tree.length t.toList"]),
        ("t.toList = []", "Tree.toList", ["Tree.toList t"]),
        ("t.toList.length x", "Tree.toList", ["Tree.toList t"]),
        ("compile e ++ (a.run s)", "run", ["run a s"]),
        ("(mirror t).toList = []", "Tree.toList", ["Tree.toList (mirror t)"]),
        ("Tree.size t ≤ 1", "Tree.size", ["Tree.size t"]),
        ("f n 3 then 1", "f", ["f n 3"]),
        ("loop xs 1 xs[0]! ≤ n", "loop", ["loop xs 1 xs[0]!"]),
        ("loop (f a)[i]? [x] = 1", "loop", ["loop (f a)[i]? [x]"]),
        ("f ⟨a, b⟩ [c] + 1", "f", ["f ⟨a, b⟩ [c]"]),
        ("g f", "f", []),
        ("f (x", "f", []),
    ],
)
def test_calls(text: str, function: str, expected: list[str]) -> None:
    assert [str(call) for call in applications(text, (function,))] == expected


@pytest.mark.parametrize(
    ("target", "names", "rest"),
    [
        ("∀ (xs ys : List (Option α)) (n : Nat), p xs n", ["xs", "ys", "n"], "p xs n"),
        ("∀ x y, ∀ (h : x = y), q", ["x", "y", "h"], "q"),
        ("∀ x ∈ xs, p x", [], "∀ x ∈ xs, p x"),
        ("∀ (x : Nat), ∀ y < x, p", ["x"], "∀ y < x, p"),
        ("∀ (x✝ : Nat), p", [], "∀ (x✝ : Nat), p"),
        ("p ∧ ∀ x, q", [], "p ∧ ∀ x, q"),
    ],
)
def test_leading_quantifiers(target: str, names: list[str], rest: str) -> None:
    found, left = introduce(target)
    assert ([each.name for each in found], left) == (names, rest)


def test_parts_of_names() -> None:
    assert components("t.toList.length + f x") >= {"t", "toList", "length", "f", "x"}


SPEC = """namespace A
def A.helper : Nat := 1
def A.f (n : Nat) : Nat := f helper
def A.other : Nat := 2
theorem A.about_f : f n = 1 := by rfl
theorem A.about_other : other = 1 := by rfl
theorem A.goal : f n = 1 := by sorry
theorem A.later : f n = 1 := by rfl
end A
"""


def test_the_file_offers_what_concerns_the_goal() -> None:
    session = ToyLean({"A.about_f": ["rfl"], "A.about_other": ["rfl"], "A.later": ["rfl"]})
    spec = load_spec(decode(SPEC.encode()), session)
    context = goal_context(spec, spec.targets[0])
    assert context.definitions == ("f", "helper")
    assert (context.direct, context.recursive) == (("f",), ("f",))
    assert context.lemmas == ("about_f",)
    assert dict(context.full_names) == {"about_f": "A.about_f"}


def context() -> GoalContext:
    return GoalContext(
        locals=(Local("xs", "List Nat"), Local("ys", "List Nat"), Local("n", "Nat"), Local("h", "p xs")),
        target="app xs ys = ys ++ xs",
        definitions=("app", "helper"),
        direct=("app",),
        recursive=("app",),
        lemmas=("app_nil",),
        full_names=(("app_nil", "A.app_nil"),),
    )


def test_recipes_are_made_for_the_goal() -> None:
    texts = {proposal.tactics: proposal for proposal in Portfolio().propose(context())}
    assert "grind [app, helper]" in texts
    assert "induction xs generalizing ys n <;> grind [app, helper]" in texts
    assert "fun_induction app xs ys <;> simp_all [app, helper]" in texts
    assert texts["grind [app, helper, app_nil]"].lemmas == {"A.app_nil"}
    assert texts["grind [app, helper]"].lemmas == frozenset()


def test_order_is_by_cost_and_repeatable() -> None:
    first, second = list(Portfolio().propose(context())), list(Portfolio().propose(context()))
    assert first == second
    assert [proposal.cost for proposal in first] == sorted(proposal.cost for proposal in first)
    assert len({proposal.tactics for proposal in first}) == len(first)


def test_unmeasured_recipes_come_after_good_ones_and_before_bad_ones() -> None:
    def family(_: GoalContext) -> list[Recipe]:
        return [Recipe("bad", "a"), Recipe("new", "b"), Recipe("good", "c")]

    portfolio = Portfolio([family], {"bad": Price(0.0001, 1.0), "good": Price(0.5, 0.1)})  # type: ignore[list-item]
    assert [proposal.tactics for proposal in portfolio.propose(context())] == ["c", "b", "a"]


def test_quantified_variables_are_introduced_before_they_are_named() -> None:
    quantified = GoalContext((Local("n", "Nat"),), "f n = 1", intro=("n",))
    texts = {proposal.tactics for proposal in Portfolio().propose(quantified)}
    assert "intro n; induction n <;> grind" in texts and "grind" in texts


def test_a_named_specification_is_looked_into() -> None:
    named = GoalContext((), "Spec f", definitions=("Spec", "f"), direct=("Spec", "f"), recursive=("f",))
    assert stage_of(named) == "unfold Spec"
    assert stage_of(GoalContext((), "Spec f", direct=("Spec",), intro=("n",))) == "intro n; unfold Spec"
    assert stage_of(GoalContext((), "f n = 1", direct=("f",), recursive=("f",))) == ""
    assert stage_of(GoalContext((), "f n = 1", direct=("f",))) == ""
    assert stage_of(GoalContext((), "p (f n ∧ q)", direct=("p",))) == "unfold p"
    ahead = GoalContext((Local("n", "Nat"),), "f n = 1", intro=("n",), stage="unfold Spec")
    texts = {proposal.tactics for proposal in Portfolio().propose(ahead)}
    assert {"unfold Spec; grind", "unfold Spec; intro n; induction n <;> grind"} <= texts


def test_inductive_propositions_go_to_grind_only() -> None:
    even = GoalContext((), "Even (double n)", definitions=("double",), predicates=("Even",))
    texts = {proposal.tactics for proposal in Portfolio().propose(even)}
    assert "grind [double, Even]" in texts and "simp [double]" in texts


def test_every_residue_is_tried_on_lines_of_their_own() -> None:
    goal = GoalContext((Local("n", "Nat"),), "n * n % 3 ≠ 2", intro=("n",))
    texts = {proposal.label: proposal.tactics for proposal in Portfolio().propose(goal)}
    assert texts["residues; simp"].split("\n")[:2] == [
        "intro n",
        "have hmod : n % 3 = 0 ∨ n % 3 = 1 ∨ n % 3 = 2 := by omega",
    ]


def test_quotients_and_remainders_are_explained() -> None:
    assert divisions("a ≤ (a + n - 1) / n * n + b % 2 - f x / (g y)") == [("(a + n - 1)", "n"), ("x", "(g y)")]
    goal = GoalContext((Local("a", "Nat"), Local("n", "Nat")), "a % n < n")
    texts = {proposal.label: proposal.tactics for proposal in Portfolio().propose(goal)}
    assert "have := Nat.mod_lt a (y := n) (by omega); omega" in texts["divisions; omega"]


def test_small_domains_are_searched_and_large_ones_are_not() -> None:
    def labels(*types: str) -> set[str]:
        found = tuple(Local(f"x{n}", text) for n, text in enumerate(types))
        return {proposal.label for proposal in Portfolio().propose(GoalContext(found, "p x0"))}

    assert "decide +kernel" in labels("BitVec 8", "Bool", "Fin 5", "Nat")
    assert "decide +kernel" not in labels("BitVec 8", "BitVec 8")
    assert "decide +kernel" not in labels("BitVec 100000", "BitVec w")


def test_several_goals_are_all_closed() -> None:
    texts = {proposal.tactics for proposal in Portfolio().propose(GoalContext((), "p", goals=2))}
    assert "all_goals (omega)" in texts and "omega" not in texts


def test_the_shipped_table_prices_only_recipes_that_exist() -> None:
    variants = [
        context(),
        GoalContext(
            locals=(Local("x", "BitVec 8"), Local("n", "Nat"), Local("m", "Nat"), Local("h", "q")),
            target="∃ y z, f n = y ∧ (x ↔ p m) ∧ n % 3 < 2 ^ (n / m)",
            recursive=("f",),
        ),
    ]
    labels = {recipe.label for family in FAMILIES for each in variants for recipe in family(each)}
    prices = measured_prices()
    assert prices.keys() <= labels
    assert all(price.success > 0 and price.seconds > 0 for price in prices.values())


def test_argument_lists_name_everything_once() -> None:
    assert args(["f", "g"], ["g", "h"]) == " [f, g, h]" and args([]) == ""


def test_nothing_is_read_from_the_goal_that_is_not_there() -> None:
    empty = GoalContext((), "True")
    assert empty.data == () and empty.applications == () and list(Portfolio().propose(empty))
    assert str(Application("f", ("a", "(g b)"))) == "f a (g b)"
    assert Declaration("a", "lemma", 0, False, frozenset()).is_proof
