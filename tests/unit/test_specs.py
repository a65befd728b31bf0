"""Specifications: what is read off a postcondition and a loop, and which lemmas of the library a goal gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from decompose.context import GoalContext
from decompose.library import BY_INDEX, RENAMED, TABLE, hints
from decompose.reading import parse_goal
from decompose.signatures import read_function
from decompose.sketch import Split
from decompose.splitters import orders, specs
from prover.closers import closers
from prover.families import specifications as family

SCAN = "def scan (p : Nat → Bool) (n i : Nat) : Nat := if i < n then if p i then i else scan p n (i + 1) else n"
ROOT = "def root (n : Nat) : Nat → Nat → Nat\n  | 0, r => r\n"
ROOT += "  | k + 1, r => if (r + 1) * (r + 1) ≤ n then root n k (r + 1) else r"
COLLECT = "def collect (xs : List Nat) (i : Nat) (acc : List Nat) : List Nat :=\n"
COLLECT += "  if i < xs.length then collect xs (i + 1) (acc ++ [xs[i]!]) else acc"
INSERT = "def insert (x : Nat) : List Nat → List Nat\n  | [] => [x]\n"
INSERT += "  | y :: ys => if x ≤ y then x :: y :: ys else y :: insert x ys"
SORT = "def sort : List Nat → List Nat\n  | [] => []\n  | x :: xs => insert x (sort xs)"
POST = "@[reducible]\ndef post (n r : Nat) : Prop := r ≤ n"
PROGRAM = "def prog (n : Nat) : Nat := root n (n + 1) 0"


def _context(goal: str, *programs: str) -> GoalContext:
    found, target = parse_goal(goal)
    named = [(text, text.split("def ")[1].split()[0]) for text in programs]
    functions = tuple(read_function(text, name, name, text.count(f"{name} ") > 1, ()) for text, name in named)
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


def _by_label(context: GoalContext) -> dict[str, Split]:
    return {split.label: split for find in (*specs.FINISHING, *orders.FINISHING) for split in find(context)}


def test_a_bounded_claim_becomes_one_about_the_part_that_was_looked_at() -> None:
    goal = "p : Nat → Bool\nn : Nat\n⊢ ∀ (k : Nat), k < scan p n 0 → p k = false"
    context = _context(goal, SCAN)
    found = _by_label(context)["loop invariant: counter"].tactics
    assert "∀ (i : Nat), (∀ (k : Nat), k < i → p k = false) → (∀ (k : Nat), k < (scan p n i) → p k = false)" in found
    assert "refine hloop 0 ?_" in found
    assert "fun_induction scan p n i" in found


def test_bounded_claims_keep_their_other_premises() -> None:
    assert list(specs.bounded("q ∧ (∀ (k : Nat), a ≤ k → k < f 0 → p k) ∧ r")) == [("k", "a ≤ k → p k")]


def test_claims_about_the_result_are_said_of_the_accumulator_so_far() -> None:
    goal = "xs : List Nat\n⊢ ∀ (k : Nat), k < xs.length → (collect xs 0 [])[k]! = xs[k]!"
    context = _context(goal, COLLECT)
    state = next(specs.states(context))
    assert specs.prefixes(context, state) == []
    assert specs.so_far(context, state) == ["∀ (k : Nat), k < i → acc[k]! = xs[k]!"]
    assert "loop invariant: so far" in _by_label(context)


def test_fuel_and_counter_have_a_constant_sum_and_upper_bounds_are_kept() -> None:
    goal = "n : Nat\n⊢ root n (n + 1) 0 * root n (n + 1) 0 ≤ n ∧ n < (root n (n + 1) 0 + 1) * (root n (n + 1) 0 + 1)"
    context = _context(goal, ROOT)
    state = next(specs.states(context))
    assert specs.fuel(state) == [f"{state.names[0]} + {state.names[1]} = n + 1 + 0"]
    accumulator = state.names[1]
    assert specs.inherited(context, state, simple=True) == [f"{accumulator} * {accumulator} ≤ n"]
    assert len(specs.inherited(context, state, simple=False)) == 2


def test_counters_count_what_was_collected_and_stay_in_range() -> None:
    context = _context("xs : List Nat\n⊢ collect xs 0 [] = xs", COLLECT)
    state = next(specs.states(context))
    assert specs.lengths(state) == ["acc.length = i"]
    assert specs.ranges(context, state) == ["i ≤ xs.length"]
    assert specs.inherited(context, state, simple=True) == ["acc = xs"]


def test_variables_are_no_states() -> None:
    assert not list(specs.states(_context("n k r : Nat\n⊢ root n k r ≤ n", ROOT)))


def test_sorting_gets_facts_about_its_helpers_first() -> None:
    goal = "xs : List Nat\n⊢ List.Pairwise (fun x1 x2 => x1 ≤ x2) (sort xs) ∧ (sort xs).Perm xs"
    found = _by_label(_context(goal, SORT, INSERT))["facts about helpers; induction"].tactics
    assert found.index("(insert x xs).Perm ([x] ++ xs)") < found.index("(sort xs).Perm (xs)")
    order = "List.Pairwise (fun x1 x2 => x1 ≤ x2)"
    assert f"∀ (x : Nat) (xs : List Nat), {order} xs → {order} (insert x xs)" in found
    assert not list(orders.facts(_context("xs : List Nat\n⊢ (sort xs).length = xs.length", SORT, INSERT)))


def test_order_alone_needs_the_elements_of_the_helpers_and_no_permutation() -> None:
    goal = "xs : List Nat\n⊢ List.Pairwise (fun x1 x2 => x1 ≤ x2) (sort xs)"
    found = _by_label(_context(goal, SORT, INSERT))["facts about helpers; induction"].tactics
    assert "∀ a, a ∈ insert x xs ↔ a ∈ [x] ++ xs" in found
    assert "Perm" not in found


def test_permutations_are_counted_with_the_counts_of_the_helpers() -> None:
    found = _by_label(_context("xs : List Nat\n⊢ (sort xs).Perm xs", SORT, INSERT))
    counting = found["fun_induction; by counting"].tactics
    assert counting.index("List.count a (insert x xs) = List.count a ([x] ++ xs)") < counting.index("perm_iff_count")
    assert counting.endswith("fun_induction sort xs <;> grind [sort, insert]")
    assert "classical" not in counting
    for other in ("(sort xs).length = xs.length", "(sort xs).Perm xs ∧ List.Pairwise r (sort xs)"):
        assert not list(orders.counted(_context(f"xs : List Nat\n⊢ {other}", SORT, INSERT)))
    some_type = _context("α : Type\nxs ys : List α\n⊢ (xs ++ ys).Perm (ys ++ xs)")
    assert "classical" in _by_label(some_type)["induction; by counting"].tactics


UNIQUE = "def unique (xs : List Nat) : List Nat := xs.eraseDups"
PLACE = "def place (xs : List Nat) (x : Nat) : Option Nat := xs.idxOf? x"


def test_functions_that_the_library_has_no_lemmas_about_are_rewritten_with_the_program() -> None:
    context = _context("xs : List Nat\nx i : Nat\nh : place xs x = some i\n⊢ i < xs.length", PLACE)
    found = {split.label: split.tactics for split in closers(context)}["close [library]"]
    assert found.startswith("(simp only [place, List.idxOf?] at *; ")
    assert "List.findIdx?_eq_some_iff_getElem" in found


def test_what_calls_itself_on_shorter_lists_gets_an_induction_on_the_length() -> None:
    goal = _context("xs : List Nat\n⊢ (unique xs).Nodup", UNIQUE)
    found = {split.label: split for split in closers(goal)}
    assert "induction len using Nat.strongRecOn generalizing xs" in found["strong induction; close"].tactics
    assert "List.eraseDups_cons" in found["strong induction; close"].tactics
    assert not found["strong induction; close"].uses and "strong induction; close [lemmas]" not in found
    plain = closers(_context("xs : List Nat\n⊢ (sort xs).Nodup", SORT, INSERT))
    assert not [split for split in plain if split.label.startswith("strong")]


def test_earlier_theorems_are_unfolded_with_the_program() -> None:
    context = replace(
        _context("xs : List Nat\n⊢ (unique xs).Nodup", UNIQUE),
        lemmas=("mem_unique",),
        full_names=(("mem_unique", "A.mem_unique"),),
    )
    found = {split.label: split for split in closers(context)}
    for label in ("unfold; close [lemmas]", "strong induction; close [lemmas]"):
        assert found[label].uses == {"A.mem_unique"}
        stated, unfolded = (found[label].tactics.index(text) for text in (":= @mem_unique", "simp only [unique] at *"))
        assert stated < unfolded


def test_specification_and_program_are_unfolded_together() -> None:
    context = _context("n : Nat\n⊢ post n (prog n)", POST, PROGRAM, ROOT)
    texts = {split.label: split.tactics for split in specs.specifications(context)}
    assert texts["specification: all"].startswith("simp only [post, prog] at *; (try ")
    assert [split.label for split in closers(context)][:2] == [
        "specification: all; and; close",
        "specification: all; split; close",
    ]
    ahead = replace(context, stage="unfold post")
    assert all(not recipe.tactics.startswith("unfold") for recipe in family(ahead))


def test_finishing_moves_come_in_order_of_price() -> None:
    goal = "n : Nat\n⊢ root n (n + 1) 0 ≤ n"
    prices = [split.cost / split.success for split in closers(_context(goal, ROOT))]
    assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("goal", "lemma"),
    [
        ("⊢ xs.min? = some a", "List.min?_eq_some_iff"),
        ("⊢ List.Pairwise r (x :: xs)", "List.pairwise_cons"),
        ("⊢ xs.isPerm ys = true", "List.isPerm_iff"),
        ("a : Array Nat\n⊢ a.all p = true", "Array.all_eq_true"),
        ("⊢ Nat.gcd a b = 1", "Nat.gcd_rec"),
        ("⊢ 2 ^ n = m", "Nat.pow_succ"),
    ],
)
def test_the_goal_chooses_lemmas(goal: str, lemma: str) -> None:
    assert lemma in hints(_context(goal)).everything


def test_what_is_chained_backwards_is_for_grind_too() -> None:
    found = hints(_context("⊢ Nat.lcm a b ≤ m"))
    assert "Nat.lcm_dvd" in found.backward and set(found.backward) <= set(found.everything)
    assert not found.renamed
    assert hints(_context("h : m % a = 0\n⊢ Nat.lcm a b ≤ m")).renamed == ("← Nat.dvd_iff_mod_eq_zero",)


def test_lemmas_need_their_words() -> None:
    assert not hints(_context("xs : List Nat\n⊢ xs = ys"))
    assert "Array.all_eq_true" not in hints(_context("⊢ xs.all p = true")).everything


def test_goals_about_indices_get_lemmas_about_indices_first() -> None:
    goal = _context("⊢ List.Pairwise r xs ∧ xs[0]! = 1")
    assert hints(goal).choices[0] == (BY_INDEX["Pairwise"],)
    assert len(hints(_context("⊢ List.Pairwise r xs")).choices) == 1


def test_old_names_are_rewritten() -> None:
    assert hints(_context("⊢ String.mk cs = s")).renamed == (RENAMED["String.mk"],)


def test_the_table_says_each_thing_once() -> None:
    assert all(each.rewrites or each.facts or each.normal or each.backward for each in TABLE)
    assert all(not set(each.rewrites) & {*each.facts, *each.backward} for each in TABLE)
