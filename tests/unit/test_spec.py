"""What a spec file holds, at the positions of the file, and which files are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_lean import ToyLean

from decompose.spec import Exclusion, SpecError, SpecFile, TargetKind, declarations_of, load_spec
from decompose.text import Edit, LineIndex, SourceText, apply_edits, decode, tokens
from lean_project.errors import LimitHit, UserError
from lean_project.model import Command, Position

FILE = """import Std

def f := 1
theorem α₁ : f = 1 := by sorry
theorem two : f = 1 := by
  constructor; sorry; sorry
example : f = 1 := by sorry
def program := sorry
theorem hidden : f = 1 := by admit
theorem f.proved : f = 1 := by rfl
"""


def load(text: str, session: ToyLean | None = None) -> SpecFile:
    return load_spec(decode(text.encode()), session or ToyLean({"f.proved": ["rfl"]}), name="a.lean")


def test_targets_in_file_order_with_unique_names() -> None:
    spec = load(FILE)
    assert [target.name for target in spec.targets] == ["α₁", "two#1", "two#2", "example@7"]
    assert {target.kind for target in spec.targets} == {TargetKind.PROOF}
    assert [target.position for target in spec.targets] == [
        Position(4, 25), Position(6, 15), Position(6, 22), Position(7, 22),
    ]  # fmt: skip
    for target in spec.targets:
        assert spec.slice(target.hole.start, target.hole.end) == "sorry"


def test_what_is_not_a_target_says_why() -> None:
    excluded = {each.name: each for each in load(FILE).excluded}
    assert excluded["program"].exclusion is Exclusion.PROGRAM
    assert excluded["program"].position == Position(8, 15)
    assert excluded["hidden"].exclusion is Exclusion.HIDDEN
    assert "macro" in excluded["hidden"].reason


def test_a_value_inside_a_proof_is_a_witness() -> None:
    spec = load("theorem t : p := ⟨witness sorry⟩\n")
    assert [target.kind for target in spec.targets] == [TargetKind.WITNESS]


def test_declarations() -> None:
    spec = load("def f x := f x\ndef g := f\ntheorem t : g = f := by sorry\n")
    assert [(d.name, d.keyword, d.recursive) for d in spec.declarations] == [
        ("f", "def", True), ("g", "def", False), ("t", "theorem", False),
    ]  # fmt: skip
    assert "f" in spec.declarations[1].names


@pytest.mark.parametrize(
    ("name", "text", "recursive"),
    [
        ("A.merge", "def merge (xs ys : List Nat) := xs.merge ys", False),
        ("A.merge", "def merge (xs ys : List Nat) := List.merge xs ys", False),
        ("A.merge", "def merge (xs ys : List Nat) := A.merge ys xs", True),
        ("A.merge", "def merge (xs ys : List Nat) := merge ys xs", True),
        ("A.Heap.merge", "def Heap.merge (h k : Heap) := k.merge h", True),
        ("A.Heap.merge", "def Heap.merge (h k : Heap) := Heap.merge k h", True),
        ("merge", "def merge (xs ys : List Nat) := xs.merge ys", False),
    ],
)
def test_a_function_of_the_library_with_the_same_name_is_no_recursion(name: str, text: str, recursive: bool) -> None:
    found = list(declarations_of(0, Command("d", 0, len(text), declarations=(name,)), LineIndex(text)))
    assert [each.recursive for each in found] == [recursive]


def test_helpers_of_a_definition_are_declarations_too() -> None:
    command = Command("d", 0, 60, declarations=("A.f", "A.f.go", "A.f.go._unary"))
    index = LineIndex("def f (n : Nat) := go n\nwhere go (n : Nat) : Nat := go (n - 1)")
    found = list(declarations_of(0, command, index))
    assert [(d.name, d.keyword, d.recursive) for d in found] == [("A.f", "def", False), ("A.f.go", "def", True)]


def test_names_select_by_their_last_part() -> None:
    two = load("namespace A\ntheorem A.two : p := by sorry\nend A\n").targets[0]
    assert two.is_called("two") and two.is_called("A.two") and not two.is_called("wo")
    parts = load(FILE).targets[1]
    assert parts.is_called("two") and parts.is_called("two#1") and not parts.is_called("two#2")


def test_the_state_before_a_command_is_the_code_before_it() -> None:
    spec = load(FILE)
    target = spec.targets[0]
    code = spec.before(target.command).code
    assert code == ("def f := 1\n",)
    assert spec.before(0) == spec.snapshot


def test_errors_are_refused_with_their_place_in_the_file() -> None:
    with pytest.raises(SpecError) as caught:
        load("import Std\n\ntheorem t : p := by omega\n")
    assert str(caught.value).startswith("a.lean:3:0: error: unsolved goals")
    assert isinstance(caught.value, UserError)
    with pytest.raises(SpecError, match="unknown module"):
        load("import Missing\n")


def test_evaluation_is_noise_on_the_embedded_runtime_only() -> None:
    text = "#eval boom\ntheorem t : p := by sorry\n"
    spec = load(text, ToyLean(runtime="embedded"))
    assert len(spec.targets) == 1 and "embedded Lean could not run" in spec.notes[0]
    with pytest.raises(SpecError):
        load(text, ToyLean(runtime="native"))


def test_exit_is_noted() -> None:
    spec = load("theorem t : p := by sorry\n#exit\ntheorem u : p := by sorry\n")
    assert [target.name for target in spec.targets] == ["t"]
    assert "#exit" in spec.notes[0]


def test_a_file_that_takes_too_long_is_the_users_to_mend() -> None:
    def slow(_: str) -> None:
        raise LimitHit("seconds", 5)

    with pytest.raises(UserError, match="limit of 5 seconds"):
        load(FILE, ToyLean(faults=slow))


class TestText:
    def test_not_utf8(self) -> None:
        with pytest.raises(UserError, match="byte 4"):
            decode(b"\xef\xbb\xbfa\xff", "a.lean")

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.text(alphabet="aλ→ \t", max_size=5), st.sampled_from(["\n", "\r\n"]))), st.booleans())
    def test_bytes_come_back(self, lines: list[tuple[str, str]], bom: bool) -> None:
        data = (b"\xef\xbb\xbf" if bom else b"") + "".join(line + ending for line, ending in lines).encode()
        source = decode(data)
        assert source.render() == data
        assert "\r" not in source.text

    def test_edits_get_the_files_own_ending_and_leave_the_rest(self) -> None:
        source = decode(b"a\r\nb\nc\r\nd")
        assert source.render([Edit(2, 3, "x\ny")]) == b"a\r\nx\r\ny\nc\r\nd"
        assert SourceText("a\nb\n").line_ending == "\n"

    @settings(deadline=None)
    @given(st.text(alphabet="aλ𝒜\n", max_size=30))
    def test_positions_and_offsets_agree(self, text: str) -> None:
        index = LineIndex(text)
        for number, _ in enumerate(text):
            offset = len(text[:number].encode())
            assert index.offset(index.position(offset)) == offset

    def test_positions_past_the_end(self) -> None:
        index = LineIndex("ab\nc")
        assert index.offset(Position(1, 9)) == 2
        assert index.offset(Position(9, 0)) == 4

    @settings(deadline=None)
    @given(st.text(alphabet=st.sampled_from(list("a\"'-/ \n«r#1λ.")), max_size=30))
    def test_tokens_cover_everything_but_blanks(self, text: str) -> None:
        at = 0
        for token in tokens(text):
            assert text[at : token.start].strip() == "" and token.text == text[token.start : token.end] != ""
            at = token.end
        assert text[at:].strip() == ""

    def test_edits_count_from_the_old_text(self) -> None:
        assert apply_edits("λab", [Edit(3, 4, "xyz"), Edit(0, 2, "")]) == "axyz"
