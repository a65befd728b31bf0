"""Closed goals, `define`, `eval` and `lookup` of the native worker, against what the embedded driver answers.

Both run the same questions; documents are compared up to the order of their tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from native_worker import LIMITS, OPEN, Ask, Json, elab

from decompose.closed import goal_definition
from decompose.definitions import Definitions
from decompose.footprint import Variant, footprint
from decompose.goalkey import goal_key
from lean_project import wire
from lean_project.errors import RequestError
from lean_project.model import ClosedGoal, Command, Document, Goal, Limits, Snapshot
from lean_project.pool import Pool

pytestmark = pytest.mark.lean

# The worker runs inside the embedded Lean, which cannot compile most functions: none is compiled here. That Lean's own
# function for headers makes every file a `module` there, where names are private unless told otherwise.
EVERYTHING = "@[expose] public "
PROGRAM = """\
noncomputable section
def rev : List Nat → List Nat
  | [] => []
  | x :: xs => rev xs ++ [x]
structure S where
  «the number» : Nat
  text : String
"""
REV_REV = (
    "theorem rev_rev (xs : List Nat) : rev (rev xs) = xs := by\n"
    "  induction xs with | nil => sorry | cons x xs ih => sorry\n"
)
NAME = "gentzen.goal.k1"


@dataclass(frozen=True)
class Both:
    """The program in both runtimes. In the native worker it is snapshot 2 of every conversation."""

    ask: Ask
    embedded: Pool
    base: Snapshot

    def native(self, *requests: Json) -> list[Json]:
        return self.ask(OPEN, elab(1, EVERYTHING + PROGRAM), *requests)[2:]

    def goals(self, codes: Iterable[str]) -> list[tuple[list[Goal], list[Goal]]]:
        """The goals of all holes in each code, right after the program: native, embedded."""
        answers, codes = [], list(codes)
        replies = self.native(*(elab(2, code, goals=True) for code in codes))
        for code, reply in zip(codes, replies, strict=True):
            mine = wire.commands(reply["commands"])
            theirs = self.embedded.elaborate(self.base, code, LIMITS, goals=True).commands
            assert [texts(command) for command in mine] == [texts(command) for command in theirs], code
            answers.append((holes(mine), holes(theirs)))
        return answers


def texts(command: Command) -> list[str]:
    return [message.text for message in command.messages]


def holes(commands: Iterable[Command]) -> list[Goal]:
    return [goal for command in commands for hole in command.holes for goal in hole.goals]


def closed(goal: Goal) -> ClosedGoal:
    assert goal.closed is not None, goal.why_open
    return goal.closed


def content(document: Document) -> dict[str, Json]:
    """The constants of a document by name, every index replaced by what it stands for (of a term: its hash).

    Names that macros made tell the module in which they did, which is not the same in both runtimes: left out.
    """
    names = [""]
    for prefix, last in document["names"][1:]:
        names.append(f"{names[prefix]}/{last}" if isinstance(last, str) else f"{names[prefix]}#{last}")
    names = [name.split("/_@")[0] + "/_@" * ("/_@" in name) for name in names]
    levels: list[Any] = []
    for tag, *parts in document["levels"]:
        levels.append([tag, names[parts[0]]] if tag == "p" else [tag, *(levels[part] for part in parts)])
    terms: list[str] = []
    for tag, *parts in document["exprs"]:
        match tag:
            case "s":
                parts = [levels[parts[0]]]
            case "c":
                parts = [names[parts[0]], [levels[level] for level in parts[1]]]
            case "a":
                parts = [terms[part] for part in parts]
            case "l" | "p" | "e":
                parts = [names[parts[0]], *(terms[part] for part in parts[1:-1]), parts[-1]]
            case "j":
                parts = [names[parts[0]], parts[1], terms[parts[2]]]
        terms.append(sha256(json.dumps([tag, *parts]).encode()).hexdigest())
    rows = {}
    for row in document["constants"]:
        row = {key: terms[value] if key in ("type", "value") else value for key, value in row.items()}
        for key in {"name", "induct"} & row.keys():
            row[key] = names[row[key]]
        for key in {"levels", "all", "ctors"} & row.keys():
            row[key] = [names[name] for name in row[key]]
        rows[row["name"]] = row
    return rows


@pytest.fixture(scope="module")
def both(ask: Ask, embedded: Pool) -> Both:
    root = embedded.open("import Init\n", LIMITS).snapshot
    assert root is not None
    result = embedded.elaborate(root, PROGRAM, LIMITS, keep=True)
    assert not result.messages
    return Both(ask, embedded, result.snapshot)


CODE = {
    "induction": REV_REV,
    "closed": "theorem t : rev [] = [] := by sorry\ndef f (n : Nat) : Nat := by\n  sorry\n",
    "all at once": "theorem t (xs ys : List Nat) (h : ∀ x ∈ xs, x < 3) : rev (xs ++ ys) = rev ys := by\n"
    "  induction xs <;> sorry\n",
    "context": "theorem t.{u} {α : Type u} [DecidableEq α] (a b : α) (h : a = b) : ∀ a : Nat, b = b ∧ a = a := by\n"
    "  intro a\n  let z := a + 1\n  have w : z = 1 + a := Nat.add_comm ..\n  refine ⟨?_, ?_⟩ <;> sorry\n",
    "let": "theorem t : let x := 5; x + 1 = 6 := by\n  intro x\n  sorry\n",
    "inaccessible": "theorem t : ∀ n m : Nat, n = m → ∃ k, k + n = m + k := by\n  intros\n  cases ‹_ = _›\n  sorry\n",
    "several times": "theorem t (a : Nat) : a = a ∧ a = a ∧ a = 1 := by\n  refine ⟨?_, ?_, ?_⟩\n  all_goals sorry\n",
    "tried twice": "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n"
    "  constructor <;> first | (have := hp; exact this) | sorry\n",
    "solved": "theorem t (n : Nat) : ∃ m, m = n := by\n  refine ⟨?_, ?_⟩\n  rotate_left\n  · rfl\n  all_goals sorry\n",
    "terms": 'theorem t (s : S) : s.1 = 3 ∧ s.text = "é" := ⟨sorry, (sorry : _ = _)⟩\n'
    "def f (n : Nat) : { m : Nat // n < m } := ⟨sorry, by sorry⟩\n",
    "metavariable": "theorem t : ∃ n : Nat, n = 3 := by\n  refine ⟨?_, ?_⟩\n  rotate_left\n  all_goals sorry\n",
    "another hole": "theorem t : ∃ n : Nat, n = 3 := by\n  refine ⟨?_, ?_⟩\n  all_goals sorry\n",
    "itself": "def f (n : Nat) : Nat := match n with | 0 => 1 | k + 1 => (have : f k = f k := sorry; 1)\n",
    "matcher": "theorem t : (match (3 : Nat) with | 0 => 1 | k => k) = 3 := by sorry\n",
    "commands before": "def two (n : Nat) := 2 * n\ninductive T | a | b (t : T)\n"
    "theorem t (x : T) (h : ∃ s : S, s.«the number» = two 3) : x = .a := by\n  cases x\n  · sorry\n  · sorry\n",
    "variables": "universe v\nvariable {β : Type v} (r : β → β → Prop) [Nonempty β]\n"
    "theorem t (x : β) (h : r x x) : ∃ y, r y x := by\n  obtain ⟨z⟩ := ‹Nonempty β›\n  sorry\n",
    "calc and conv": "theorem t (a b : Nat) (h : a = b) : a + 0 = b := by\n"
    "  calc a + 0 = a := by sorry\n    _ = b := by\n"
    "      conv => lhs; rw [← Nat.add_zero a]\n      show_term sorry\n",
    "term mode binders": "theorem t : ∀ n : Nat, 0 ≤ n :=\n"
    "  fun n => have h : n = n := rfl; let m := n; (sorry : 0 ≤ m)\n",
}


Answers = dict[str, tuple[list[Goal], list[Goal]]]


@pytest.fixture(scope="module")
def answers(both: Both) -> Answers:
    return dict(zip(CODE, both.goals(CODE.values()), strict=True))


@pytest.mark.parametrize("which", CODE)
def test_goals_are_closed_alike(answers: Answers, which: str) -> None:
    mine, theirs = answers[which]
    assert [(goal.text, goal.is_prop, goal.why_open) for goal in mine] == [
        (goal.text, goal.is_prop, goal.why_open) for goal in theirs
    ]
    for one, other in zip(mine, theirs, strict=True):
        assert (one.closed is None) == (other.closed is None)
        if one.closed is not None and other.closed is not None:
            assert one.closed.binders == other.closed.binders
            assert content(one.closed.document) == content(other.closed.document)
    assert bool(mine) == (which != "solved")


def test_keys_and_footprints_are_equal(both: Both, answers: Answers) -> None:
    (exported,) = both.native({"op": "export", "snapshot": 2})
    files = Definitions(exported["document"]), Definitions(both.embedded.export(both.base, LIMITS))
    found = [
        [
            (
                goal_key(closed(goal), file),
                goal_key(closed(goal), file, strict=True),
                *(footprint(closed(goal), file, variant).value for variant in (Variant.SURFACE, Variant.SPEC)),
            )
            for goal in goals
        ]
        for goals, file in zip(answers["induction"], files, strict=True)
    ]
    assert len(found[0]) == 2
    assert found[0] == found[1]
    assert content(exported["document"]) == content(both.embedded.export(both.base, LIMITS))


def test_a_goal_goes_on_as_a_problem_of_its_own(both: Both, answers: Answers) -> None:
    (_, cons), (_, theirs) = answers["induction"]
    document = goal_definition(closed(cons), NAME)
    candidate = f"theorem gentzen.candidate : {NAME} := by\n  intro x xs ih\n  simp [rev]\n  all_goals sorry\n"
    again = candidate.replace("simp [rev]\n", "skip\n")
    unfolded = [
        f"theorem c : {NAME} := by {block}\n"
        for block in (f"delta {NAME}; intros; sorry", f"unfold {NAME}; intros; sorry", f"simp [{NAME}]; intros; sorry")
    ]
    defined, child, same, *uses, outside = both.native(
        {"op": "define", "snapshot": 2, "document": document},
        elab(3, candidate, goals=True),
        elab(3, again, goals=True),
        *(elab(3, code, goals=True) for code in unfolded),
        elab(2, f"#check {NAME}\n"),
    )
    assert (defined["accepted"], defined["error"], defined["snapshot"]) == (True, None, 3)
    for reply, code in zip((child, same, *uses), (candidate, again, *unfolded), strict=True):
        snapshot = both.base.define(goal_definition(closed(theirs), NAME))
        reference = both.embedded.elaborate(snapshot, code, LIMITS, goals=True)
        mine = wire.commands(reply["commands"])
        assert [texts(command) for command in mine] == [texts(command) for command in reference.commands]
        (goal,), (other,) = holes(mine), holes(reference.commands)
        assert goal.text == other.text
        assert content(closed(goal).document) == content(closed(other).document)
    assert outside["commands"][0]["messages"][0]["severity"] == "error"


def test_scopes_stay_as_they_are_where_something_is_defined(both: Both, answers: Answers) -> None:
    goal = answers["closed"][0][0]
    scoped = "namespace A\nopen List in\nset_option maxRecDepth 300\nvariable (k : Nat)\n"
    _, _, after = both.native(
        elab(2, scoped),
        {"op": "define", "snapshot": 3, "document": goal_definition(closed(goal), NAME)},
        elab(4, f"theorem u (_ : k = k) : {NAME} := rfl\nend A\n#check @A.u\n"),
    )
    messages = [message["text"] for command in after["commands"] for message in command["messages"]]
    assert messages == [f"A.u : ∀ (k : Nat), k = k → {NAME}"]


def bad_documents(good: Document, number: Document) -> list[Document]:
    constant = good["constants"][0]
    unsafe, typed, dangling, tableless = (json.loads(json.dumps(good)) for _ in range(4))
    unsafe["constants"][0]["safety"] = "unsafe"
    typed["constants"].append({"kind": "quot", "name": constant["name"], "levels": [], "type": constant["type"]})
    dangling["constants"][0]["value"] = 10**6
    tableless["names"] = 3
    return [number, unsafe, typed, dangling, tableless]


def test_what_the_kernel_refuses_is_defined_nowhere(both: Both, answers: Answers) -> None:
    goal, number = answers["closed"][0]
    good = goal_definition(closed(goal), NAME)
    bad = bad_documents(good, goal_definition(closed(number), NAME))
    _, twice, *replies = both.native(
        {"op": "define", "snapshot": 2, "document": good},
        {"op": "define", "snapshot": 3, "document": good},
        *({"op": "define", "snapshot": 2, "document": document} for document in bad),
    )
    for reply in (twice, *replies):
        assert (reply["ok"], reply["accepted"], reply["snapshot"]) == (True, False, None)
        assert reply["error"]["message"]
    for document, reply in zip((good, bad[0]), (twice, replies[0]), strict=True):
        base = both.base.define(good) if reply is twice else both.base
        with pytest.raises(RequestError) as raised:
            both.embedded.elaborate(base.define(document), "example : True := trivial\n", LIMITS)
        assert wire.defined(reply) in str(raised.value)


FOLDS = {
    "(rev [1, 2, 3]).foldl (fun a d => 10 * a + d) 0": "321",
    "[[1, 2], [2, 1], [3]].foldl (fun a l => a * 2 + if rev (rev l) = l then 1 else 0) 0": "7",
    "((List.range 50).map fun n => if n * n < 1000 then 1 else 0).foldl (· + ·) 0": "32",
    "Nat.succ (Nat.succ ([3, 1].length.succ))": "5",
    "Nat.zero": "0",
    "2 ^ 10000": str(2**10000),
    "(\"ab\" ++ \"c\").length + if 'a' < 'b' then 1 else 0": "4",
    '(S.mk 7 "").1': "7",
    "secret": None,
    "secret + 1": None,
    "if secret < 3 then 1 else 2": None,
}


def evaluate(snapshot: int, code: str, **more: Any) -> Json:
    return {"op": "eval", "snapshot": snapshot, "code": code, "name": "v", **more}


def test_the_kernel_computes_alike(both: Both) -> None:
    axiom = "axiom secret : Nat\n"
    codes = [f"{axiom}def v : Nat := {expression}\n" for expression in FOLDS]
    replies = both.native(*(evaluate(2, code) for code in codes))
    assert [reply["value"] for reply in replies] == list(FOLDS.values())
    for code, reply in zip(codes, replies, strict=True):
        mine, theirs = wire.evaluation(reply), both.embedded.evaluate(both.base, code, "v", LIMITS)
        assert (mine.value, mine.stuck, mine.messages) == (theirs.value, theirs.stuck, theirs.messages)
        assert reply["lean_seconds"] > 0 and reply["timed_out"] is None


def test_code_that_is_wrong_or_declares_nothing_has_no_value(both: Both) -> None:
    wrong = "def v : Nat := true\n"
    failed, nothing, theorem, other = both.native(
        evaluate(2, wrong),
        evaluate(2, "def w : Nat := 1\n"),
        evaluate(2, "theorem v : True := trivial\n"),
        evaluate(2, "def v : List Nat := rev [1]\n"),
    )
    theirs = both.embedded.evaluate(both.base, wrong, "v", LIMITS)
    assert failed["value"] is None and wire.evaluation(failed).messages == theirs.messages
    for refused in (nothing, theorem):
        assert refused["error"]["kind"] == "request" and "no definition v" in refused["error"]["message"]
    assert (other["value"], other["stuck"]) == (None, "List.cons")


ENDLESS = "def v : Nat := (List.range 1000000).foldl (fun a b => (3 * a + b) % 1000007) 0\n"


def test_an_endless_computation_is_stopped(both: Both) -> None:
    bounded, _, late, cancelled, alive = both.native(
        evaluate(2, ENDLESS, heartbeats=200),
        elab(2, ENDLESS),
        # Nothing is elaborated: it is the kernel that is interrupted.
        evaluate(3, "", interrupted="seconds"),
        evaluate(3, "", interrupted="cancelled"),
        # The kernel counts what it does in this process; the native worker has a thread for each request.
        evaluate(2, "def v : Nat := 7\n", heartbeats=10**9),
    )
    theirs = both.embedded.evaluate(both.base, ENDLESS, "v", Limits(seconds=60, heartbeats=200))
    assert wire.evaluation(bounded).messages == theirs.messages
    assert "deterministic timeout" in theirs.messages[0].text
    assert (late["value"], late["timed_out"], late["messages"]) == (None, "seconds", [])
    assert (cancelled["error"]["kind"], cancelled["error"]["what"]) == ("limit", "cancelled")
    assert alive["value"] == "7"


LIBRARY = [
    "Nat.add",
    "List.map",
    "List.append_assoc",
    "List.mergeSort",
    "Nat",
    "Nat.rec",
    "Nat.succ",
    "propext",
    "Quot",
]


def test_constants_are_looked_up_alike(both: Both) -> None:
    names = ["rev", "S.«the number»", "S.the number", *LIBRARY, "no.such", "«no such»", "rev", ""]
    (reply,) = both.native({"op": "lookup", "snapshot": 2, "names": names})
    theirs = both.embedded.lookup(both.base, names, LIMITS)
    assert content(reply["document"]) == content(theirs)
    assert reply["missing"] == ["no.such", "«no such»", ""]
    assert [row["kind"] for row in reply["document"]["constants"]] == [row["kind"] for row in theirs["constants"]]
    found = content(reply["document"])
    assert {name for name, row in found.items() if "value" in row} == {
        "/rev", "/S/the number", "/Nat/add", "/List/map",
    }  # fmt: skip
    assert found["/List/append_assoc"]["kind"] == "theorem"


def test_theorems_of_the_library_are_alike(both: Both) -> None:
    (reply,) = both.native({"op": "theorems", "snapshot": 2, "from": 0, "most": 30})
    names, modules = reply["names"], reply["modules"]
    found = [
        (names[name], modules[module], {names[each] for each in constants})
        for name, module, constants in reply["theorems"]
    ]
    theirs = next(iter(both.embedded.theorems(both.base, LIMITS)))
    assert found == [(each.name, each.module, set(each.constants)) for each in theirs[: len(found)]]
    assert len(found) >= 30 and reply["next"] == len(modules)
    (last,) = both.native({"op": "theorems", "snapshot": 2, "from": 10**6, "most": 30})
    assert (last["theorems"], last["next"]) == ([], None)


def test_requests_that_are_wrong_are_refused_as_such(both: Both) -> None:
    replies = both.native(
        {"op": "lookup", "snapshot": 2, "names": ["a", 3]},
        {"op": "lookup", "snapshot": 77, "names": []},
        {"op": "theorems", "snapshot": 2, "from": "0", "most": 3},
        {"op": "eval", "snapshot": 2, "code": ""},
        {"op": "define", "snapshot": 77, "document": {}},
    )
    assert {reply["error"]["kind"] for reply in replies} == {"request"}
