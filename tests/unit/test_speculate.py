"""Laws and generalised goals that are tried in one call, on the texts of goals."""

from __future__ import annotations

from decompose.context import GoalContext
from decompose.reading import parse_goal
from decompose.signatures import read_function
from decompose.splitters.speculate import HEARTBEATS, generalised, speculations

LOOP = "def loop (seen : List Nat) : List Nat → List Nat\n  | [] => []\n"
LOOP += "  | x :: xs => if x ∈ seen then loop seen xs else x :: loop (x :: seen) xs"
SUM = "def sumOn (acc : Nat) : List Nat → Nat\n  | [] => acc\n  | x :: xs => sumOn (acc + x) xs"
VALUE = "def value : List Bool → Nat\n  | [] => 0\n  | b :: bs => b.toNat + 2 * value bs"
INC = "def inc : List Bool → List Bool\n  | [] => [true]\n  | false :: bs => true :: bs\n"
INC += "  | true :: bs => false :: inc bs"
OF = "def ofNat : Nat → List Bool\n  | 0 => []\n  | n + 1 => inc (ofNat n)"


def _context(goal: str, *programs: str) -> GoalContext:
    found, target = parse_goal(goal)
    functions = []
    for text in programs:
        name = text.split()[1]
        functions.append(read_function(text, name, name, text.count(f"{name} ") > 1, ()))
    names = tuple(each.name for each in functions)
    return GoalContext(
        found,
        target,
        definitions=names,
        direct=tuple(name for name in names if name in target),
        recursive=tuple(each.name for each in functions if each.recursive),
        functions=tuple(functions),
        taken=frozenset(names),
    )


def _texts(goal: str, *programs: str) -> list[str]:
    return [law.text for law in generalised(_context(goal, *programs))]


def test_an_equivalence_says_what_the_accumulator_adds_or_takes_away() -> None:
    texts = _texts("x : Nat\nxs : List Nat\n⊢ x ∈ loop [] xs ↔ x ∈ xs", LOOP)
    head = "∀ (acc : List Nat) (x : Nat) (xs : List Nat), x ∈ (loop acc xs) ↔ "
    assert f"{head}(x ∈ xs) ∨ x ∈ acc" in texts
    assert f"{head}(x ∈ xs) ∧ ¬ (x ∈ acc)" in texts
    assert f"{head}x ∈ xs" in texts


def test_an_equation_of_numbers_is_never_an_append() -> None:
    texts = _texts("xs : List Nat\n⊢ (loop [] xs).length = xs.length", LOOP)
    assert any(text.endswith("(loop acc xs).length = acc.length + xs.length") for text in texts)
    assert not any("++" in text for text in texts)


def test_a_property_is_claimed_for_all_values_and_for_those_that_have_it() -> None:
    texts = _texts("xs : List Nat\n⊢ (loop [] xs).Nodup", LOOP)
    assert any(text.endswith("(loop acc xs).Nodup") and "→" not in text for text in texts)
    assert any("acc.Nodup" in text and "→" in text for text in texts)


def test_hypotheses_about_the_variables_are_premises_but_induction_hypotheses_are_not() -> None:
    (law,) = [
        law
        for law in generalised(_context("xs : List Nat\nh : xs.Nodup\n⊢ sumOn 0 xs = xs.sum", SUM))
        if law.claim.endswith("= xs.sum")
    ][:1]
    assert [each.name for each in law.binders] == ["acc", "xs", "h"]
    goal = "xs ys : List Nat\nih : ∀ (n : Nat), sumOn n xs = n\n⊢ sumOn 0 xs = xs.sum"
    laws = list(generalised(_context(goal, SUM)))
    assert laws
    assert all([each.name for each in law.binders] == ["acc"] for law in laws)


def test_there_is_nothing_to_generalise_without_a_constant() -> None:
    assert not _texts("acc : Nat\nxs : List Nat\n⊢ sumOn acc xs = acc + xs.sum", SUM)


def test_laws_of_what_the_functions_call_come_first() -> None:
    found = list(speculations(_context("n : Nat\n⊢ value (ofNat n) = n", VALUE, OF, INC)))
    assert [split.label for split in found][:1] == ["laws"]
    tactics = found[0].tactics
    assert "value (inc xs') = value xs' + 1" in tactics
    assert tactics.index("value (inc xs') = value xs' + 1") < tactics.index("inc (inc xs)")


def test_every_law_fails_for_itself_and_the_goal_may_stay_open() -> None:
    for split in speculations(_context("n : Nat\n⊢ value (ofNat n) = n", VALUE, OF, INC)):
        *_, last = split.tactics.splitlines()
        assert last.strip().startswith("first | ") and last.endswith(" | skip")
        assert all(line.strip().startswith("try (have fact") for line in split.tactics.splitlines()[1:-1])
        assert not split.completes and not split.lemmas
        assert split.heartbeats == HEARTBEATS


def test_a_goal_with_proved_laws_gets_no_more_of_them() -> None:
    goal = "xs : List Nat\nfact1 : ∀ (n : Nat), n = n\n⊢ (loop [] xs).Nodup"
    assert [split.label for split in speculations(_context(goal, LOOP))] == ["all values"]


def test_goals_about_no_function_of_the_file_get_none() -> None:
    assert not list(speculations(_context("n : Nat\n⊢ n + 0 = n")))


def test_a_loop_in_a_hypothesis_is_generalised_under_it() -> None:
    goal = "x y : Nat\nxs ws : List Nat\nh : ws ∈ [loop [] xs]\n⊢ y ∉ ws"
    first, *_ = generalised(_context(goal, LOOP))
    assert first.claim == "(ws ∈ [(loop acc xs)]) → (y ∉ acc) → y ∉ ws"
    assert [each.name for each in first.binders] == ["acc", "y", "xs", "ws"]
    assert first.given == ("h",)
