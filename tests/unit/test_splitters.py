"""What each subject of the splitters proposes, on the texts of goals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from decompose.context import GoalContext
from decompose.reading import parse_goal
from decompose.signatures import Function, read_function
from decompose.sketch import Split
from decompose.splitters import SPLITTERS, splits
from decompose.splitters.base import lemma, statement
from decompose.splitters.explore import conjectures
from decompose.splitters.explore import lemmas as explored
from decompose.splitters.generalise import common_terms, cross_fertilised
from decompose.splitters.induct import functional_inductions, generalisations, inductions
from decompose.splitters.logic import connectives, hypotheses
from decompose.splitters.merge import LIMIT
from decompose.splitters.rewriting import chains, equations, loops, specifications
from decompose.splitters.strengthen import accumulators, found_loops, invariants

APPEND = "def append {α : Type u} : List α → List α → List α\n  | [], ys => ys\n  | x :: xs, ys => x :: append xs ys"
REV = "def rev {α : Type u} : List α → List α\n  | [] => []\n  | x :: xs => append (rev xs) [x]"
SUM = "def sumOn : List Nat → Nat → Nat\n  | [], acc => acc\n  | x :: xs, acc => sumOn xs (acc + x)"
SORTED = "def Sorted : List Nat → Prop\n  | [] => True\n  | x :: xs => Below x xs ∧ Sorted xs"
SORT = "def sort : List Nat → List Nat\n  | [] => []\n  | x :: xs => insert x (sort xs)"
INSERT = "def insert (x : Nat) : List Nat → List Nat\n  | [] => [x]\n"
INSERT += "  | y :: ys => if x ≤ y then x :: y :: ys else y :: insert x ys"


def _function(text: str) -> Function:
    name = text.split()[1]
    return read_function(text, name, name, text.count(f" {name} ") > 1 or f"({name} " in text, ())


def _context(goal: str, *programs: str) -> GoalContext:
    found, target = parse_goal(goal)
    functions = tuple(_function(text) for text in programs)
    names = tuple(each.name for each in functions)
    return GoalContext(
        found,
        target,
        definitions=names,
        direct=tuple(name for name in names if name in goal),
        recursive=tuple(each.name for each in functions if each.recursive),
        functions=functions,
        taken=frozenset(names),
    )


def _texts(found: object) -> list[str]:
    return [split.tactics for split in found if isinstance(split, Split)]  # type: ignore[attr-defined]


def _statements(found: object) -> list[str]:
    return [new.statement for split in found for new in split.lemmas]  # type: ignore[attr-defined]


REVERSED = _context("α : Type u\nxs : List α\n⊢ rev (rev xs) = xs", APPEND, REV)
STEP = _context(
    "α : Type u\nx : α\nxs : List α\nih : rev (rev xs) = xs\n⊢ rev (append (rev xs) [x]) = x :: xs", APPEND, REV
)


def test_conjunctions_and_equivalences() -> None:
    assert "refine ⟨?_, ?_, ?_⟩" in _texts(connectives(_context("⊢ p ∧ q ∧ r")))
    assert any("constructor" in text for text in _texts(connectives(_context("⊢ p ↔ q"))))
    assert {"left", "right"} <= set(_texts(connectives(_context("⊢ p ∨ q"))))


def test_witnesses_are_of_the_bound_type() -> None:
    goal = "n : Nat\nxs : List Nat\n⊢ ∃ k : Nat, k = n"
    texts = _texts(connectives(_context(goal)))
    assert "refine ⟨n, ?_⟩" in texts
    assert "refine ⟨xs, ?_⟩" not in texts


def test_hypotheses_are_taken_apart() -> None:
    goal = "h : p ∧ q\ng : r ∨ s\ne : ∃ x, t x\nn m : Nat\neq : n = m + 1\nloop : n = n + 0\n⊢ u"
    texts = _texts(hypotheses(_context(goal)))
    assert "obtain ⟨h1, h2⟩ := h" in texts
    assert "rcases g with g | g" in texts
    assert any("cases e" in text for text in texts)
    assert "subst eq" in texts
    assert "subst loop" not in texts


def test_the_accumulator_is_generalised_first() -> None:
    context = _context("xs : List Nat\nacc k : Nat\n⊢ sumOn xs acc = sumOn xs 0 + acc", SUM)
    variable = next(each for each in context.data if each.name == "xs")
    assert generalisations(context, variable)[0] == ("acc",)
    first = max(inductions(context), key=lambda split: split.success / split.cost)
    assert "induction xs generalizing acc" in first.tactics
    assert first.label == "induction generalizing; cases closed"


def test_functional_induction_follows_the_call() -> None:
    texts = _texts(functional_inductions(REVERSED))
    assert any(text.endswith("fun_induction rev xs") for text in texts)
    assert any("try (first | (simp_all [append, rev]; done) | grind [append, rev])" in text for text in texts)


def test_introductions_come_first() -> None:
    context = replace(REVERSED, intro=("xs",), stage="unfold Spec")
    text = next(split.tactics for split in functional_inductions(context))
    assert text.startswith("unfold Spec\nintro xs\n")


def test_common_terms_and_cross_fertilisation() -> None:
    goal = _context("xs ys : List Nat\n⊢ append (rev xs) ys = append (rev xs) (rev ys)", APPEND, REV)
    assert next(common_terms(goal)) == "rev xs"
    assert any("rev (append g [x]) = x :: (rev g)" in text for text in _statements(cross_fertilised(STEP)))


def test_accumulators_become_variables() -> None:
    context = _context("xs : List Nat\n⊢ sumOn xs 0 = total xs", SUM)
    assert [loop.value for loop in found_loops(context)] == ["0"]
    found = list(accumulators(context))
    assert "(xs : List Nat) (acc : Nat) : sumOn xs acc = acc + (total xs)" in _statements(found)
    assert all(split.lemmas for split in found)


def test_folds_are_loops() -> None:
    context = _context("xs : List Nat\n⊢ List.foldl (fun a x => x :: a) [] xs = xs.reverse")
    assert any(
        "List.foldl (fun a x => x :: a) acc xs = xs.reverse ++ acc" in text
        for text in _statements(accumulators(context))
    )


def test_invariants_of_loops() -> None:
    context = _context("xs : List Nat\n⊢ Ordered (List.foldl (fun t x => put x t) leaf xs)")
    text = _statements(invariants(context))[0]
    assert "(hacc : Ordered acc) : Ordered (List.foldl (fun t x => put x t) acc xs)" in text


def test_specifications_are_unfolded() -> None:
    post = "def post (x : Nat) (r : Nat) : Prop := r = x + 1"
    program = "def prog (x : Nat) : Nat := x + 1"
    context = _context("x : Nat\n⊢ post x (prog x)", post, program)
    assert "unfold post" in _texts(specifications(context))
    assert any("unfold post prog" in text for text in _texts(specifications(context)))


def test_equations_are_used_where_they_apply() -> None:
    context = _context("xs : List Nat\nih : rev xs = f xs\nno : g xs = rev xs\n⊢ rev xs = xs", APPEND, REV)
    texts = _texts(equations(context))
    assert "rw [ih]" in texts
    assert "rw [← no]" in texts
    assert "rw [no]" not in texts


def test_chains() -> None:
    context = _context("a b c : Nat\nh : a + 1 ≤ f b\n⊢ a + 1 ≤ g c")
    assert any(text.startswith("refine calc a + 1 ≤ f b := h") for text in _texts(chains(context)))


def test_loops_become_folds() -> None:
    program = (
        "def total (xs : List Nat) : Nat := Id.run do\n  let mut s := 0\n  for x in xs do\n    s := s + x\n  return s"
    )
    assert any("← apply_ite" in text for text in _texts(loops(_context("xs : List Nat\n⊢ total xs = 0", program))))
    assert not list(loops(REVERSED))


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("involution", "rev (rev xs) = xs"),
        ("length", "(rev xs).length = xs.length"),
        ("membership", "e ∈ rev xs ↔ e ∈ xs"),
        ("associativity", "append (append xs ys) z = append xs (append ys z)"),
        ("right identity", "append xs [] = xs"),
        ("library function", "rev xs = xs.reverse"),
        ("library function", "append xs ys = xs ++ ys"),
        ("antihomomorphism", "rev (append xs' ys) = append (rev ys) (rev xs')"),
    ],
)
def test_conjectures_about_lists(kind: str, claim: str) -> None:
    assert (kind, claim) in {(guess.kind, guess.claim) for guess in conjectures(STEP)}


def test_conjectures_about_sorting() -> None:
    context = _context("xs : List Nat\n⊢ Sorted (sort xs)", SORTED, SORT, INSERT)
    found = {(guess.kind, guess.claim, guess.binders[-1].binder) for guess in conjectures(context)}
    assert ("preserved property", "Sorted (insert x xs)", "(h : Sorted xs)") in {
        (kind, claim.replace("xs'", "xs"), last.replace("xs'", "xs")) for kind, claim, last in found
    }
    assert all(
        "Sorted (sort" not in new.statement or "(h :" in new.statement or "↔" in new.statement
        for split in explored(context)
        for new in split.lemmas
    )


def test_a_conjecture_is_never_the_goal() -> None:
    assert not any(text.endswith(": rev (rev xs) = xs") for text in _statements(explored(REVERSED)))


def test_statements_bind_what_they_mention() -> None:
    goal = "α : Type u_1\ninst✝ : DecidableEq α\nβ : Type u_2\nx✝ : α\nxs : List α\nn : Nat\nh : n = 1\n⊢ f x✝ xs"
    text, explicit = statement(_context(goal), "f x✝ xs = g")
    assert text == "{α : Type _} [DecidableEq α] (x : α) (xs : List α) : f x xs = g"
    assert explicit == ("x✝", "xs")


def test_lemma_names_follow_from_the_statement_and_are_unused() -> None:
    first = lemma(REVERSED, "length", "(xs : List Nat) :  f xs = 0")
    assert first == lemma(STEP, "length", "(xs : List Nat) : f xs = 0")
    taken = replace(REVERSED, taken=frozenset({first.name}))
    assert lemma(taken, "length", first.statement).name != first.name


@pytest.mark.parametrize(
    "context", [REVERSED, STEP, _context("xs : List Nat\n⊢ Sorted (sort xs)", SORTED, SORT, INSERT)]
)
def test_splits_are_bounded_deterministic_and_each_once(context: GoalContext) -> None:
    found = list(splits(context))
    assert 10 < len(found) <= LIMIT
    assert found == list(splits(context))
    assert len({(split.tactics, split.lemmas) for split in found}) == len(found)
    prices = [split.cost / split.success for split in found]
    assert prices == sorted(prices)
    assert all(0 < split.success < 1 and split.cost > 0 and split.tactics for split in found)


def test_every_splitter_bears_any_goal() -> None:
    for text in ("⊢ True", "", "⊢ ∀ x, p", "x✝ : Nat\n⊢ x✝ = (", "h : \n⊢ if then else", "⊢ match with", "⊢ ∃"):
        for splitter in SPLITTERS:
            list(splitter(_context(text, APPEND, REV)))


def test_labels_say_nothing_about_the_goal() -> None:
    for split in splits(STEP):
        assert not {"xs", "rev", "ih"} & set(split.label.replace(";", " ").split())
