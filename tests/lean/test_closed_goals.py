"""Goals as closed terms, definitions through the kernel, evaluation and look-up on the embedded Lean."""

from __future__ import annotations

import json
from statistics import median

import psutil
import pytest

from decompose.closed import goal_definition
from lean_project.errors import LimitHit, RequestError
from lean_project.model import ClosedGoal, Document, Elaboration, Goal, Limits, Snapshot
from lean_project.pool import Pool

pytestmark = pytest.mark.lean

LIMITS = Limits(seconds=60.0, heartbeats=10_000)
REV = "def rev : List Nat → List Nat\n  | [] => []\n  | x :: xs => rev xs ++ [x]\n"
NAME = "gentzen.goal.k1"


@pytest.fixture(scope="module")
def root(embedded: Pool) -> Snapshot:
    snapshot = embedded.open("").snapshot
    assert snapshot is not None
    return snapshot


@pytest.fixture(scope="module")
def base(embedded: Pool, root: Snapshot) -> Snapshot:
    result = embedded.elaborate(root, REV, LIMITS, keep=True)
    assert not result.messages
    return result.snapshot


def goals(result: Elaboration) -> list[Goal]:
    assert not result.has_error, result.messages
    return [goal for hole in result.holes for goal in hole.goals]


def closed(goal: Goal) -> ClosedGoal:
    assert goal.closed is not None, goal.why_open
    return goal.closed


def binders(goal: Goal) -> list[tuple[str, str]]:
    """Names, each with a letter for what it is."""
    flags = ("accessible", "is_prop", "is_instance", "is_let")
    return [
        (each.name, "".join(letter for letter, flag in zip("apil", flags, strict=True) if getattr(each, flag)))
        for each in closed(goal).binders
    ]


def shown(document: Document) -> str:
    """The closed term, bound variables by index."""
    exprs = document["exprs"]

    def name(index: int) -> str:
        return dotted(document, index)

    def term(index: int) -> str:
        row = exprs[index]
        match row[0]:
            case "a":
                return f"({term(row[1])} {term(row[2])})"
            case "c":
                return name(row[1])
            case "p":
                return f"∀ {name(row[1])} : {term(row[2])}, {term(row[3])}"
            case "e":
                return f"let {name(row[1])} : {term(row[2])} := {term(row[3])}; {term(row[4])}"
            case "b":
                return f"#{row[1]}"
            case "n":
                return str(row[1])
            case _:
                return str(row[0])

    (constant,) = document["constants"]
    return term(constant["type"])


def dotted(document: Document, index: int) -> str:
    prefix, last = document["names"][index]
    return f"{dotted(document, prefix)}.{last}" if prefix else str(last)


def pids() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_a_goal_goes_on_as_a_problem_of_its_own(embedded: Pool, base: Snapshot):
    code = (
        "theorem rev_rev (xs : List Nat) : rev (rev xs) = xs := by\n"
        "  induction xs with | nil => sorry | cons x xs ih => sorry\n"
    )
    nil, cons = goals(embedded.elaborate(base, code, LIMITS, goals=True))
    assert binders(nil) == []
    assert binders(cons) == [("x", "a"), ("xs", "a"), ("ih", "ap")]
    nat = "(List Nat)"
    left = "(rev (rev (((List.cons Nat) #2) #1)))"
    assert shown(closed(cons).document) == (
        f"∀ x : Nat, ∀ xs : {nat}, ∀ ih : (((Eq {nat}) (rev (rev #0))) #0), "
        f"(((Eq {nat}) {left}) (((List.cons Nat) #2) #1))"
    )
    defined = base.define(goal_definition(closed(cons), NAME))
    candidate = f"theorem gentzen.candidate : {NAME} := by\n  intro x xs ih\n  simp [rev]\n  all_goals sorry\n"
    (child,) = goals(embedded.elaborate(defined, candidate, LIMITS, goals=True))
    assert child.text.endswith("⊢ rev (rev xs ++ [x]) = x :: xs")
    assert binders(child) == binders(cons)
    grandchild = base.define(goal_definition(closed(child), NAME))
    again = embedded.elaborate(grandchild, candidate.replace("simp [rev]\n", "skip\n"), LIMITS, goals=True)
    assert goals(again)[0].text == child.text
    assert closed(goals(again)[0]).document == closed(child).document


def test_a_defined_goal_can_be_unfolded_in_every_way(embedded: Pool, root: Snapshot):
    (goal,) = goals(embedded.elaborate(root, "theorem t : 1 + 1 = 2 := sorry\n", LIMITS, goals=True))
    defined = root.define(goal_definition(closed(goal), NAME))
    for block in (f"delta {NAME}; decide", f"unfold {NAME}; rfl", f"rw [{NAME}]", f"simp [{NAME}]", "exact rfl"):
        assert not embedded.elaborate(defined, f"theorem c : {NAME} := by {block}\n", LIMITS).messages, block


def test_the_context_is_closed_over_in_order(embedded: Pool, root: Snapshot):
    code = (
        "theorem t.{u} {α : Type u} [DecidableEq α] (a b : α) (h : a = b) : ∀ a : Nat, b = b ∧ a = a := by\n"
        "  intro a\n"
        "  let z := a + 1\n"
        "  have w : z = 1 + a := Nat.add_comm ..\n"
        "  refine ⟨?_, ?_⟩ <;> sorry\n"
    )
    left, right = goals(embedded.elaborate(root, code, LIMITS, goals=True))
    expected = [("α", "a"), ("inst", "i"), ("a", ""), ("b", "a"), ("h", "ap"), ("a", "a"), ("z", "al"), ("w", "ap")]
    assert binders(left) == binders(right) == expected
    assert "let z : Nat := " in shown(closed(left).document)
    (constant,) = closed(left).document["constants"]
    assert [closed(left).document["names"][level] for level in constant["levels"]] == [[0, "u"]]
    defined = root.define(goal_definition(closed(left), NAME))
    candidate = f"theorem c : {NAME} := by\n  delta {NAME}\n  intro α _ a b h a z w\n  sorry\n"
    (again,) = goals(embedded.elaborate(defined, candidate, LIMITS, goals=True))
    assert again.text.split("⊢")[1] == left.text.split("⊢")[1]
    assert [name for name, _ in binders(again)[2:]] == [name for name, _ in expected[2:]]
    assert not embedded.elaborate(defined, candidate.replace("sorry", "rfl"), LIMITS).messages


def test_a_let_in_front_survives_delta(embedded: Pool, root: Snapshot):
    code = "theorem t : let x := 5; x + 1 = 6 := by\n  intro x\n  sorry\n"
    (goal,) = goals(embedded.elaborate(root, code, LIMITS, goals=True))
    assert binders(goal) == [("x", "al")]
    defined = root.define(goal_definition(closed(goal), NAME))
    candidate = f"theorem c : {NAME} := by\n  delta {NAME}\n  intro x\n  sorry\n"
    (again,) = goals(embedded.elaborate(defined, candidate, LIMITS, goals=True))
    assert closed(again) == closed(goal)


def test_a_hole_that_is_met_several_times_has_all_its_goals(embedded: Pool, root: Snapshot):
    code = "theorem t (a : Nat) : a = a ∧ a = a ∧ a = 1 := by\n  refine ⟨?_, ?_, ?_⟩\n  all_goals sorry\n"
    found = goals(embedded.elaborate(root, code, LIMITS, goals=True))
    assert [goal.text.split("⊢ ")[1] for goal in found] == ["a = a", "a = a", "a = 1"]
    assert closed(found[0]) == closed(found[1])


@pytest.mark.parametrize(
    ("code", "number", "why"),
    [
        (
            "theorem t : ∃ n : Nat, n = 3 := by\n  refine ⟨?_, ?_⟩\n  rotate_left\n  all_goals sorry\n",
            0,
            "metavariable",
        ),
        ("theorem t : ∃ n : Nat, n = 3 := by\n  refine ⟨?_, ?_⟩\n  all_goals sorry\n", 1, "another hole"),
        ("def f (n : Nat) : Nat := match n with | 0 => 1 | k + 1 => (have : f k = f k := sorry; 1)\n", 0, "elaborated"),
        ("theorem t : (match (3 : Nat) with | 0 => 1 | k => k) = 3 := by sorry\n", 0, "t.match_1"),
    ],
)
def test_what_cannot_be_closed_says_why(embedded: Pool, root: Snapshot, code: str, number: int, why: str):
    goal = [goal for hole in embedded.elaborate(root, code, LIMITS, goals=True).holes for goal in hole.goals][number]
    assert goal.closed is None and why in goal.why_open


def test_goals_may_mention_what_commands_before_theirs_declared(embedded: Pool, root: Snapshot):
    code = REV + "theorem t (xs : List Nat) : rev xs = xs := by sorry\n"
    result = embedded.elaborate(root, code, LIMITS, goals=True)
    assert "(rev #0)" in shown(closed(goals(result)[0]).document)


def test_definitions_that_the_kernel_refuses(embedded: Pool, base: Snapshot):
    code = "def f (n : Nat) : Nat := by\n  sorry\n"
    (number,) = goals(embedded.elaborate(base, code, LIMITS, goals=True))
    with pytest.raises(RequestError, match=f"the kernel refused {NAME}: .*type mismatch"):
        embedded.elaborate(base.define(goal_definition(closed(number), NAME)), "example : True := trivial\n", LIMITS)
    (goal,) = goals(embedded.elaborate(base, "theorem t : rev [] = [] := by sorry\n", LIMITS, goals=True))
    good = goal_definition(closed(goal), NAME)
    with pytest.raises(RequestError, match="already been declared"):
        embedded.elaborate(base.define(good).define(good), "example : True := trivial\n", LIMITS)
    wrong = json.loads(json.dumps(good))
    wrong["constants"][0]["value"] = 10**6
    for bad in (wrong, {**good, "constants": [{**good["constants"][0], "safety": "unsafe"}]}, {**good, "names": 3}):
        with pytest.raises(RequestError, match="the kernel refused"):
            embedded.elaborate(base.define(bad), "example : True := trivial\n", LIMITS)
    assert not embedded.elaborate(base.define(good), f"theorem c : {NAME} := rfl\n", LIMITS).messages


def test_goals_already_solved_are_none(embedded: Pool, root: Snapshot):
    code = "theorem t (n : Nat) : ∃ m, m = n := by\n  refine ⟨?_, ?_⟩\n  rotate_left\n  · rfl\n  all_goals sorry\n"
    assert goals(embedded.elaborate(root, code, LIMITS, goals=True)) == []


PROGRAMS = """\
def collatz (fuel n : Nat) : Nat :=
  if n ≤ 1 then 0 else match fuel with
    | 0 => 0
    | f + 1 => 1 + collatz f (if n % 2 = 0 then n / 2 else 3 * n + 1)

def halvings (n : Nat) : Nat := if n ≤ 1 then 0 else 1 + halvings (n / 2)
termination_by n

def gcd' (a b : Nat) : Nat := if h : b = 0 then a else gcd' b (a % b)
termination_by b
decreasing_by exact Nat.mod_lt _ (Nat.pos_of_ne_zero h)

inductive Tree
  | leaf
  | node (l : Tree) (v : Nat) (r : Tree)

def Tree.sum : Tree → Nat
  | leaf => 0
  | node l v r => l.sum + v + r.sum

def sorted : List Nat → Prop
  | [] => True
  | [_] => True
  | x :: y :: r => x ≤ y ∧ sorted (y :: r)

instance : DecidablePred sorted := fun l => by
  induction l with
  | nil => exact isTrue trivial
  | cons x r ih =>
    cases r with
    | nil => exact isTrue trivial
    | cons y r => unfold sorted; exact inferInstance

axiom secret : Nat
"""


@pytest.fixture(scope="module")
def programs(embedded: Pool, base: Snapshot) -> Snapshot:
    result = embedded.elaborate(base, PROGRAMS, LIMITS, keep=True)
    assert not result.has_error, result.messages
    return result.snapshot


@pytest.mark.parametrize(
    ("expression", "value", "stuck"),
    [
        ("collatz 1000 27", 111, ""),
        ("halvings 100000", 16, ""),
        ("gcd' 1071 462", 21, ""),
        ("(Tree.node .leaf 3 (.node .leaf 4 .leaf)).sum", 7, ""),
        ("[[1, 2], [2, 1], [3]].foldl (fun a l => a * 2 + if decide (sorted l) then 1 else 0) 0", 5, ""),
        ("((List.range 50).map fun n => if n * n < 1000 then 1 else 0).foldl (· + ·) 0", 32, ""),
        ("(rev [1, 2, 3]).foldl (fun a d => 10 * a + d) 0", 321, ""),
        ("Nat.succ (Nat.succ ([3, 1].length.succ))", 5, ""),
        ("Nat.zero", 0, ""),
        ("2 ^ 10000", 2**10000, ""),
        ("(\"ab\" ++ \"c\").length + if 'a' < 'b' then 1 else 0", 4, ""),
        ("secret", None, "secret"),
        ("secret + 1", None, "secret"),
    ],
)
def test_the_kernel_computes(embedded: Pool, programs: Snapshot, expression: str, value: int | None, stuck: str):
    answer = embedded.evaluate(programs, f"def v : Nat := {expression}\n", "v", LIMITS)
    assert (answer.value, answer.stuck, answer.messages) == (value, stuck, ())


def test_an_endless_computation_is_stopped_and_the_worker_lives(embedded: Pool, root: Snapshot):
    code = "def v : Nat := (List.range 1000000).foldl (fun a b => (3 * a + b) % 1000007) 0\n"
    before = pids()
    with pytest.raises(LimitHit, match="limit of 1 seconds"):
        embedded.evaluate(root, code, "v", Limits(seconds=1.0))
    bounded = embedded.evaluate(root, code, "v", Limits(seconds=60.0, heartbeats=200))
    assert bounded.value is None and bounded.messages[0].text == "(kernel) deterministic timeout"
    future = embedded.submit_evaluate(root, code, "v", Limits(seconds=60.0))
    embedded.cancel(future)
    with pytest.raises(LimitHit, match="cancelled"):
        future.result()
    assert embedded.evaluate(root, "def v : Nat := 7\n", "v", LIMITS).value == 7
    assert pids() == before


def test_constants_are_looked_up_with_what_the_import_has(embedded: Pool, base: Snapshot):
    names = ["rev", "List.append", "List.append_assoc", "List.mergeSort", "Nat", "Nat.rec", "no.such", "rev"]
    document = embedded.lookup(base, names, LIMITS)
    rows = {dotted(document, row["name"]): row for row in document["constants"]}
    kinds = {name: (row["kind"], "value" in row) for name, row in rows.items()}
    assert kinds == {
        "rev": ("def", True),
        "List.append": ("def", True),
        "List.append_assoc": ("theorem", False),
        "List.mergeSort": ("def", False),
        "Nat": ("inductive", False),
        "Nat.rec": ("rec", False),
    }
    assert len(document["constants"]) == 6


def test_what_closing_goals_costs(embedded: Pool, base: Snapshot):
    """Prints it (pytest -s); machines differ too much for a bound."""
    statement = "(xs ys : List Nat) (h : ∀ x ∈ xs, x < 3) : rev (xs ++ ys) = rev ys ++ rev xs := by\n"
    times: dict[bool, list[float]] = {False: [], True: []}
    for number in range(20):
        for asked in (False, True):
            code = f"theorem t{number} {statement}  induction xs <;> sorry\n"
            times[asked].append(embedded.elaborate(base, code, LIMITS, goals=asked).lean_seconds)
    print(f"\nmedian of 20: {1e3 * median(times[False]):.1f} ms, with goals {1e3 * median(times[True]):.1f} ms")
