"""From answers to splits: extraction, the output contract, what it refuses, and properties over random text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from decompose.sketch import Lemma
from prover.policy.answers import Answer, Finish
from prover.policy.contract import Names, Written, conjectures, difficulty, proof, step
from prover.policy.extract import Block, blocks, candidates, read, without_thoughts
from prover.policy.forbidden import Reason, forbidden
from prover.policy.guarded import Refusal
from prover.policy.requests import View

VIEW = View("same", "(xs : List Nat)", "onto xs [] = rev xs", "xs : List Nat\n⊢ onto xs [] = rev xs")
NAMES = Names(frozenset({"onto", "rev", "same", "general"}), frozenset({"Mine.rev_rev", "Mine.other"}))


def said(text: str, finish: Finish = Finish.STOP, *, continues: bool = False) -> Answer:
    return Answer(text, finish, "m", continues=continues)


def fenced(code: str, language: str = "lean4") -> str:
    return f"Here it is.\n```{language}\n{code}\n```\nDone."


def written(text: str, *, sketch: bool = False, continues: bool = False) -> Written:
    result = proof(said(text, continues=continues), VIEW, NAMES, "label", sketch=sketch)
    assert isinstance(result, Written), result
    return result


def refusal(text: str, finish: Finish = Finish.STOP, *, sketch: bool = False) -> Refusal:
    result = proof(said(text, finish), VIEW, NAMES, "label", sketch=sketch)
    assert isinstance(result, Refusal), result
    return result


STATEMENT = "theorem same (xs : List Nat) : onto xs [] = rev xs"


class TestExtraction:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (fenced("rfl"), "rfl\n"),
            (fenced("rfl", "lean"), "rfl\n"),
            (fenced("rfl", "Lean4"), "rfl\n"),
            (fenced("rfl", ""), "rfl\n"),
            ("~~~lean\nrfl\n~~~", "rfl\n"),
            ("````lean4\n```\nrfl\n````", "```\nrfl\n"),
            ("- so:\n  ```lean4\n  rfl\n  ```", "rfl\n"),
            ("Use ```lean rfl``` here", "rfl"),
            ("<proof>\nrfl\n</proof>", "\nrfl\n"),
            ("```lean4\nrfl", "rfl"),
            ("```lean4\nrfl```", "rfl"),
            ("```lean4\r\nrfl\r\n```", "rfl\n"),
            ("<think>\n```lean4\nbad\n```\n</think>\n```lean4\nrfl\n```", "rfl\n"),
            ("so I think\n```lean4\nbad\n```\n</think>\n```lean4\nrfl\n```", "rfl\n"),
            ("```text\nno\n```\n```lean4\nrfl\n```\n```python\nprint()\n```", "rfl\n"),
            ("```lean4\nfirst\n```\nbetter:\n```lean4\nrfl\n```", "rfl\n"),
            ("```lean4\nrfl\n```\nand then\n```lean4\ncut", "rfl\n"),
            ("rfl", "rfl"),
        ],
    )
    def test_the_likeliest_code_comes_first(self, text: str, code: str) -> None:
        assert candidates(text)[0].code == code

    def test_there_may_be_none(self) -> None:
        assert candidates("<think>never ends ```lean4\nrfl\n```") == []
        assert candidates("") == [] and candidates("```python\nprint()\n```") == []
        assert without_thoughts("a<think>b</think>c<THINK>d") == "ac"

    def test_a_continued_block_ends_at_its_fence(self) -> None:
        assert candidates("\n  simp\n```\nThis shows\n```lean4\nno\n```", continues=True) == [
            Block("\n  simp\n", "lean4")
        ]

    def test_what_code_declares(self) -> None:
        code = read(
            "import Mathlib\nopen Nat in\n/-- doc := by -/\n@[simp]\nprivate lemma a.b (n : Nat := 3) :\n"
            "    let m := n; m = n -- := by\n    := by\n  simp\n  rfl\n\ntheorem c : 1 = 1 := rfl\n#eval 1\n"
            "def f := 1\ntheorem d : True"
        )
        a, c, d = code.theorems
        assert (a.name, a.statement, a.proof) == ("a.b", "(n : Nat := 3) : let m := n; m = n", "simp\nrfl")
        assert a.attributes == ("@[simp]",)
        assert (c.statement, c.proof) == (": 1 = 1", "exact (rfl)")
        assert d.proof is None and code.commands == ("import", "open", "#eval", "def") and code.tactics == ""

    @given(st.text(alphabet="`~ \nlean4<think>/byrfl:=", max_size=80))
    def test_any_text_can_be_read(self, text: str) -> None:
        for block in candidates(text):
            assert block.code.strip()
            read(block.code)
        blocks(text)

    @given(st.lists(st.sampled_from(["  simp", "rfl", "· omega", "-- note", "", "  · x"]), min_size=1, max_size=6))
    def test_a_fenced_block_comes_out_as_it_went_in(self, lines: list[str]) -> None:
        code = "\n".join(lines)
        found = candidates(f"Well.\n```lean4\n{code}\n```\n")
        assert [block.code for block in found] == ([f"{code}\n"] if code.strip() else [])


class TestProofs:
    def test_a_whole_theorem(self) -> None:
        made = written(fenced(f"import Mathlib\nopen Nat\n\n{STATEMENT} := by\n  induction xs\n  · rfl\n  · simp"))
        assert made.split.tactics == "induction xs\n· rfl\n· simp"
        assert made.split.completes and not made.split.lemmas and made.split.label == "label"

    def test_a_tactic_block_with_or_without_by(self) -> None:
        for code in ("by\n  simp\n  rfl", "simp\nrfl", "  simp\n  rfl"):
            assert written(fenced(code)).split.tactics == "simp\nrfl"

    def test_the_rest_of_a_proof(self) -> None:
        assert written("\n  simp\n  rfl\n```\nignored", continues=True).split.tactics == "simp\nrfl"

    def test_a_term(self) -> None:
        assert written(fenced(f"{STATEMENT} :=\n  foo xs")).split.tactics == "exact (foo xs)"

    def test_lemmas_that_are_needed_stay_under_names_of_their_own(self) -> None:
        made = written(
            fenced(
                "lemma unused : False := by sorry\n"
                "@[simp] lemma general (xs acc : List Nat) : onto xs acc = rev xs ++ acc := by\n"
                "  induction xs <;> simp\n"
                f"{STATEMENT} := by\n  have h := general xs [] -- general\n  simpa using h"
            )
        )
        (lemma,) = made.split.lemmas
        assert lemma == Lemma("general1", "(xs acc : List Nat) : onto xs acc = rev xs ++ acc")
        assert made.split.tactics == "have h := general1 xs [] -- general\nsimpa using h"
        assert made.given == {"general1": "induction xs <;> simp"} and made.split.completes

    def test_a_lemma_that_others_need_comes_too_and_what_follows_the_theorem_does_not(self) -> None:
        made = written(
            fenced(
                "lemma a : p := by sorry\nlemma b : a = a := by exact a\nlemma c : q := by\n  exact b\n"
                f"{STATEMENT} := by\n  exact c b\nlemma d : r := by sorry"
            )
        )
        assert [lemma.name for lemma in made.split.lemmas] == ["a", "b", "c"]
        assert made.given == {}  # Each of the proofs needs another lemma, which its own goal does not have.

    def test_open_steps_of_a_sketch_become_goals(self) -> None:
        code = (
            f"{STATEMENT} := by\n  have h : a = b := by sorry\n  have g :\n      b = c := by\n    sorry\n"
            "  have k : c = d := by\n    simp\n  simp [h, g]"
        )
        made = written(fenced(code), sketch=True)
        assert made.split.tactics.split("\n")[0] == "have h : a = b := ?_"
        assert "b = c := ?_" in made.split.tactics and "sorry" not in made.split.tactics
        assert not made.split.completes
        assert refusal(fenced(code)).reason is Reason.SORRY

    def test_theorems_that_it_names_are_what_it_rests_on(self) -> None:
        assert written(fenced("simp [rev_rev]")).split.uses == {"Mine.rev_rev"}
        assert written(fenced("exact Mine.other xs")).split.uses == {"Mine.other"}
        assert written(fenced("simp [Other.rev_rev, rev_rev']")).split.uses == frozenset()

    def test_the_theorem_is_found_by_its_name(self) -> None:
        made = written(fenced(f"theorem zzz : True := by trivial\n{STATEMENT} := by\n  rfl\ntheorem b : p := by omega"))
        assert made.split.tactics == "rfl"
        assert written(fenced("theorem renamed : p := by\n  omega")).split.tactics == "omega"


FORBIDDEN = {
    "axiom cheat : False": Reason.AXIOM,
    "opaque x : Nat": Reason.CONSTANT,
    "unsafe def f := 1": Reason.UNSAFE,
    'macro "x" : tactic => `(tactic| sorry)': Reason.NOTATION,
    'notation "x" => 1': Reason.NOTATION,
    'local notation "x" => 1': Reason.NOTATION,
    'elab "x" : tactic => pure ()': Reason.NOTATION,
    'syntax "x" : tactic': Reason.NOTATION,
    "attribute [simp] foo": Reason.ATTRIBUTE,
    "instance : Add Nat := ⟨fun a _ => a⟩": Reason.INSTANCE,
    "def f := 1": Reason.PROGRAM,
    "structure S where": Reason.PROGRAM,
    "#eval 1": Reason.COMMAND,
    "#exit": Reason.COMMAND,
    "initialize x : Nat ← pure 1": Reason.CODE,
    "run_cmd pure ()": Reason.CODE,
    "mutual": Reason.ESCAPE,
    "export Nat (add)": Reason.ESCAPE,
}
IN_PROOF = {
    "sorry": Reason.SORRY,
    "admit": Reason.SORRY,
    "exact sorryAx _ true": Reason.SORRY,
    "exact Lean.sorryAx _": Reason.SORRY,
    "native_decide": Reason.NATIVE,
    "decide +native": Reason.NATIVE,
    "simp (config := {decide := true}); decide (config := { native := true })": Reason.NATIVE,
    "exact Lean.ofReduceBool _ _ rfl": Reason.NATIVE,
    "exact?": Reason.SEARCH,
    "apply?": Reason.SEARCH,
    "set_option debug.skipKernelTC true in rfl": Reason.OPTION,
    "set_option maxHeartbeats 0 in rfl": Reason.OPTION,
    "set_option pp.all true": Reason.OPTION,
    "open Nat": Reason.ESCAPE,
    "rfl\n  end Mine": Reason.ESCAPE,
    "rfl\n  namespace X": Reason.ESCAPE,
    "import Lean": Reason.IMPORT,
    "run_tac pure ()": Reason.CODE,
    "exact (by_elab pure default)": Reason.CODE,
    "rfl\n  #print axioms": Reason.COMMAND,
    "rfl\n  axiom x : False": Reason.AXIOM,
    "rfl\n  theorem evil : False": Reason.DECLARATION,
    "rfl\n  instance : Foo": Reason.INSTANCE,
    "rfl\n  local instance : Foo": Reason.ATTRIBUTE,
    "rfl\n  @[simp] foo": Reason.ATTRIBUTE,
    "exact unsafeCast ()": Reason.CODE,
}
FINE = (
    "open Nat in simp",
    "set_option maxRecDepth 1000 in simp",
    "exact #[1, 2].size_toList",
    'exact absurd "sorry" h -- axiom, sorry',
    "exact foo.end_le local_x axiom_of_choice",
    "simp /- native_decide -/",
    "exact @foo [x]",
    "intro «sorry»; rfl",
    "have native := h; exact native",
)


@pytest.mark.parametrize("command", FORBIDDEN)
def test_commands_beside_the_theorem_are_refused_with_the_reason(command: str) -> None:
    assert refusal(fenced(f"{command}\n\n{STATEMENT} := by\n  rfl")).reason is FORBIDDEN[command]


@pytest.mark.parametrize("tactics", IN_PROOF)
def test_what_may_not_be_in_a_proof(tactics: str) -> None:
    assert refusal(fenced(f"{STATEMENT} := by\n  {tactics}")).reason is IN_PROOF[tactics]
    made = step(said(fenced(tactics)), NAMES, "s")
    assert isinstance(made, Refusal)


@pytest.mark.parametrize("tactics", FINE)
def test_what_only_looks_like_it(tactics: str) -> None:
    assert forbidden(tactics) is None
    assert written(fenced(f"{STATEMENT} := by\n  {tactics}")).split.completes


def test_statements_and_attributes_of_lemmas_are_looked_at_too() -> None:
    use = f"{STATEMENT} := by\n  exact a"
    assert refusal(fenced(f"lemma a : (sorry : Prop) := by trivial\n{use}")).reason is Reason.SORRY
    assert refusal(fenced(f"@[implemented_by f] theorem a : p := by sorry\n{use}")).reason is Reason.ATTRIBUTE
    assert refusal(fenced(f"@[macro foo] theorem a : p := by sorry\n{use}")).reason is Reason.ATTRIBUTE
    assert refusal(fenced(f"unsafe lemma a : p := by sorry\n{use}")).reason is Reason.UNSAFE
    same = "(xs : List Nat) : onto xs [] = rev xs"
    assert refusal(fenced(f"lemma a {same} := by sorry\n{use}")).reason is Reason.GOAL_AGAIN


def test_what_is_no_proof_says_why() -> None:
    assert refusal("I cannot prove it.").reason is Reason.NO_CODE
    assert refusal("").reason is Reason.NO_CODE
    assert refusal("", Finish.LENGTH).reason is Reason.TRUNCATED
    assert refusal(fenced("rfl"), Finish.FILTERED).reason is Reason.WITHHELD
    assert refusal("", Finish.MALFORMED).reason is Reason.NO_CODE
    assert refusal(f"```lean4\n{STATEMENT} := by\n  simp [", Finish.LENGTH).reason is Reason.TRUNCATED
    assert refusal(f"```lean4\n{STATEMENT} := by\n  simp").reason is Reason.TRUNCATED
    assert refusal(fenced(STATEMENT)).reason is Reason.NO_PROOF
    assert refusal(fenced("-- nothing")).reason is Reason.NO_PROOF
    assert refusal(fenced("simp\n" * 6000)).reason is Reason.TOO_LONG
    assert str(refusal(fenced("sorry"))) == "the answer is refused: sorry (`sorry`)"


def test_an_earlier_whole_block_saves_a_cut_off_answer() -> None:
    text = fenced(f"{STATEMENT} := by\n  rfl") + f"\nOr:\n```lean4\n{STATEMENT} := by\n  sim"
    made = proof(said(text, Finish.LENGTH), VIEW, NAMES, "l")
    assert isinstance(made, Written) and made.split.tactics == "rfl"


def test_steps() -> None:
    made = step(said(fenced("induction xs with\n| nil => rfl\n| cons x xs ih => skip")), NAMES, "s")
    assert isinstance(made, Written) and not made.split.completes and made.split.tactics.startswith("induction")
    going_on = step(said("\nintro x\nsimp\n```", continues=True), NAMES, "s")
    assert isinstance(going_on, Written) and going_on.split.tactics == "intro x"
    assert isinstance(step(said(fenced("theorem x : p := by rfl")), NAMES, "s"), Refusal)
    assert isinstance(step(said(fenced("simp"), Finish.LENGTH), NAMES, "s"), Refusal)


def test_conjectures() -> None:
    code = (
        "theorem a (n : Nat) : n = n := by sorry\ntheorem a2 (n : Nat) : n = n := by rfl\n"
        f"{STATEMENT} := by sorry\ntheorem rev : p := by sorry\ntheorem bad : (sorry : Prop) := by sorry"
    )
    made = conjectures(said(fenced(code)), VIEW, NAMES)
    assert made == (Lemma("a", "(n : Nat) : n = n"), Lemma("rev1", ": p"))
    nothing = conjectures(said(fenced(f"{STATEMENT} := by sorry")), VIEW, NAMES)
    assert isinstance(nothing, Refusal) and nothing.reason is Reason.GOAL_AGAIN


@pytest.mark.parametrize(("text", "value"), [("7", 0.7), ("<think>3</think> 10.", 1.0), ("It is 0", 0.0)])
def test_difficulties(text: str, value: float) -> None:
    assert difficulty(said(text)) == value


@pytest.mark.parametrize("text", ["hard", "11", "100", "3.5"])
def test_no_difficulty(text: str) -> None:
    assert isinstance(difficulty(said(text)), Refusal)


WORDS = (
    *(
        "```lean4\n",
        "\n```\n",
        "theorem same : p := by\n  ",
        "lemma a : q := by ",
        "sorry",
        "rfl",
        "axiom x : p",
        "end",
    ),
    *("<think>", "</think>", "have h : p := by sorry\n", "\n", "#eval 1\n", "@[simp] ", "/-", "-/", '"', "exact a"),
)
PIECES = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=12)
SKETCH = [WORDS[0], WORDS[3], "sorry", "\n", WORDS[2], "exact a", WORDS[1]]


@settings(max_examples=300)
@given(PIECES, st.booleans(), st.booleans(), st.sampled_from(list(Finish)))
@example(SKETCH, True, False, Finish.STOP)
def test_whatever_comes_back_a_split_holds_nothing_forbidden(
    pieces: list[str], sketch: bool, continues: bool, finish: Finish
) -> None:
    made = proof(said("".join(pieces), finish, continues=continues), VIEW, NAMES, "l", sketch=sketch)
    if isinstance(made, Refusal):
        assert isinstance(made.reason, Reason) and str(made)
        return
    split = made.split
    assert split.tactics.strip() and forbidden(split.tactics) is None
    for lemma in split.lemmas:
        assert forbidden(lemma.statement) is None and lemma.name not in NAMES.taken
        assert lemma.name in split.tactics or any(lemma.name in other.statement for other in split.lemmas)
    assert len({lemma.name for lemma in split.lemmas}) == len(split.lemmas)
    assert all(forbidden(given_) is None for given_ in made.given.values())
