"""The native worker's Lean code, type-checked and run under the embedded Lean: what a machine without elan can do.

Its operations run for real (opening, elaborating, exporting, replaying); what needs threads of its own, the deadline's
clock and the request loop in `Main.lean`, does not start inside WebAssembly.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from native_worker import AUDIT, HEADER, LIMITS, OPEN, Ask, Json, elab, errors, public

from lean_project.model import Snapshot
from lean_project.pool import Pool

pytestmark = pytest.mark.lean

FILE = """\

-- The parser must have read this before its first command.
def double (n : Nat) : Nat := n + n

/-- A hole after “unicode”. -/
theorem double_eq (n : Nat) : double n = 2 * n := by
  unfold double
  sorry

example (a b : Nat) (h : a = b) : b = a ∧ True := by
  constructor
  · sorry
  · exact sorry
namespace X
mutual
inductive A | x (b : B)
inductive B | y (l : List A)
end
structure S where
  x : Nat
  y : x = x
def S.text (s : S) : Nat × String := (s.1, "héllo")
theorem twice (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  constructor <;> first | assumption | sorry
end X
theorem wrong : 1 = 2 := by decide
#eval double 4
"""


def test_the_sources_elaborate_without_error(embedded: Pool, worker_code: Snapshot) -> None:
    result = embedded.elaborate(worker_code, "#check @Gentzen.Worker.answer\n#check @main\n", LIMITS)
    assert not errors(result)


def test_elaboration_reads_like_the_embedded_drivers(ask: Ask, embedded: Pool) -> None:
    """Python cannot tell the two worker programs apart: same commands, messages, holes and goals."""
    opened, reply = ask(OPEN, elab(1, FILE, goals=True))
    assert opened["ok"] and opened["header_end"] == len(HEADER) and opened["messages"] == []
    assert reply["ok"] and reply["timed_out"] is None and reply["lean_seconds"] > 0
    header = embedded.open(HEADER, LIMITS)
    assert header.snapshot is not None
    assert opened["imports"] == list(header.imports)
    reference = embedded.elaborate(header.snapshot, FILE, LIMITS, goals=True)
    ours = [(c["kind"], c["start"], c["end"]) for c in reply["commands"]]
    assert ours == [(c.kind, c.start, c.end) for c in reference.commands]
    for mine, theirs in zip(reply["commands"], reference.commands, strict=True):
        assert [(m["severity"], m["kind"], m["line"], m["column"], m["text"]) for m in mine["messages"]] == [
            (m.severity.value, m.kind, m.start.line, m.start.column, m.text) for m in theirs.messages
        ]
        assert [
            (
                h["start"],
                h["end"],
                h["line"],
                h["column"],
                h["syntax"],
                public(h["decl"]),
                [(goal["text"], goal["prop"]) for goal in h["goals"]],
            )
            for h in mine["holes"]
        ] == [
            (
                h.start,
                h.end,
                h.position.line,
                h.position.column,
                h.syntax,
                public(h.declaration),
                [(goal.text, goal.is_prop) for goal in h.goals],
            )
            for h in theirs.holes
        ]
    names = {public(name) for command in reply["commands"] for name in command["decls"]}
    assert {"double", "double_eq", "X.A", "X.B", "X.S", "X.S.text", "X.twice", "wrong"} <= names
    assert not any(part.startswith("_") for name in names for part in name.split("."))


def test_snapshots_are_immutable_and_kept_after_each_command(ask: Ask) -> None:
    _, first, *branches = ask(
        OPEN,
        elab(1, "def a := 1\ndef b := 2\n", keep=True),
        elab(2, "#eval b\n"),
        elab(2, "def b := 5\n#eval b\n"),
        elab(4, "#eval a + b\n"),
    )
    assert [command["snapshot"] for command in first["commands"]] == [2, 3]
    assert first["snapshot"] == 4
    texts = [
        [message["text"] for command in reply["commands"] for message in command["messages"]] for reply in branches
    ]
    assert "Unknown identifier `b`" in texts[0][0]
    assert texts[1:] == [["5"], ["3"]]


def test_heartbeats_bound_a_request_and_leave_the_snapshot_alone(ask: Ask) -> None:
    sums = " ∧ ".join(f"(List.range {n}).foldl (· + ·) 0 = {n * (n - 1) // 2}" for n in range(100, 104))
    heavy = f"theorem t : {sums} := by simp [List.range, List.range.loop]\n"
    _, bounded, _, free = ask(
        OPEN, elab(1, heavy, heartbeats=1000), elab(1, "section\n", heartbeats=1000), elab(3, heavy)
    )
    assert [m["kind"] for m in bounded["commands"][0]["messages"]] == ["nested.runtime.maxHeartbeats"]
    assert free["commands"][0]["messages"] == []


def test_an_interrupt_keeps_what_was_finished_or_fails_with_its_reason(ask: Ask) -> None:
    _, late, cancelled = ask(
        OPEN, elab(1, "def a := 1\n", interrupted="seconds"), elab(1, "def a := 1\n", interrupted="cancelled")
    )
    assert (late["timed_out"], late["commands"], late["snapshot"]) == ("seconds", [], None)
    assert cancelled["error"]["kind"] == "limit" and cancelled["error"]["what"] == "cancelled"


def test_private_constants_are_found_as_they_are_printed(ask: Ask) -> None:
    """In a `module`, what does not call itself public is private; this build takes every file for one."""
    code = "noncomputable section\ndef v : Nat := 3\n"
    _, _, value, found = ask(
        OPEN,
        elab(1, code),
        {"op": "eval", "snapshot": 2, "code": "", "name": "v"},
        {"op": "lookup", "snapshot": 2, "names": ["v"]},
    )
    assert value["value"] == "3"
    assert found["missing"] == [] and list(constants(found["document"])) == ["v"]


def test_options_of_the_project_count_where_they_are_known(ask: Ask) -> None:
    options = {"weak.autoImplicit": "false", "weak.mathlib.only": "3"}
    _, strict = ask(OPEN, elab(1, "def f (x : α) := x\n"), options=options)
    assert strict["commands"][0]["messages"][0]["severity"] == "error"


def test_requests_that_are_wrong_are_refused_as_such(ask: Ask) -> None:
    _, _, unknown, operation, missing, auditing = ask(
        OPEN, AUDIT, elab(77, ""), {"op": "dance"}, {"op": "elab", "snapshot": 1}, elab(2, "def x := 1\n")
    )
    assert {reply["error"]["kind"] for reply in (unknown, operation, missing, auditing)} == {"request"}
    assert "unknown snapshot 77" in unknown["error"]["message"]
    assert "opened for auditing" in auditing["error"]["message"]


def test_a_header_in_error_has_no_snapshot(ask: Ask) -> None:
    reply, released, stats = ask(
        {"op": "open", "code": "import Nonexistent\n"}, {"op": "release", "snapshots": [1, 2]}, {"op": "stats"}
    )
    assert reply["snapshot"] is None
    assert "Nonexistent" in reply["messages"][0]["text"]
    assert released["ok"]
    assert (stats["snapshots"], stats["requests"]) == (0, 3)


def test_code_that_prints_is_caught_as_a_message(ask: Ask) -> None:
    _, reply = ask(OPEN, elab(1, '#eval IO.println "one"\n#eval IO.eprintln "two"\n'))
    assert [m["text"] for c in reply["commands"] for m in c["messages"]] == ["one\n", "two\n"]


@pytest.fixture(scope="module")
def exported(ask: Ask) -> Json:
    *_, reply = ask(OPEN, elab(1, FILE), {"op": "export", "snapshot": 2})
    document: Json = reply["document"]
    return document


@pytest.fixture
def document(exported: Json) -> Json:
    return copy.deepcopy(exported)


def replay(ask: Ask, document: Json) -> Json:
    _, reply = ask(AUDIT, {"op": "replay", "snapshot": 1, "document": document})
    return reply


def constants(document: Json) -> dict[str, Json]:
    def text(index: int) -> str:
        entry = document["names"][index]
        if entry is None:
            return ""
        head = text(entry[0])
        return f"{head}.{entry[1]}" if head else str(entry[1])

    return {public(text(constant["name"])): constant for constant in document["constants"]}


def test_what_is_exported_is_accepted_by_both_kernels(ask: Ask, embedded: Pool, document: Json) -> None:
    found = constants(document)
    assert found["X.A"]["nested"] == 1
    assert found["double"]["kind"] == "def" and found["double"]["safety"] == "safe"
    assert any(name.startswith("_gentzen_example.0.") for name in found)
    answer = replay(ask, document)
    assert answer["accepted"] is True, answer["error"]
    assert answer["library"]["sorryAx"] == {"kind": "axiom", "axioms": ["sorryAx"], "noncomputable": False}
    assert answer["library"]["Nat.add"]["kind"] == "def"
    theirs = embedded.replay(HEADER, document, LIMITS)
    assert theirs.accepted, theirs.message
    assert {name: item["kind"] for name, item in answer["library"].items()} == {
        name: item.kind for name, item in theirs.library.items()
    }


def test_the_embedded_drivers_document_is_accepted(ask: Ask, embedded: Pool) -> None:
    header = embedded.open(HEADER, LIMITS)
    assert header.snapshot is not None
    document = embedded.export(embedded.elaborate(header.snapshot, FILE, LIMITS).snapshot, LIMITS)
    answer = replay(ask, document)
    assert answer["accepted"] is True, answer["error"]


def _swap_values(document: Json) -> None:
    found = constants(document)
    found["X.twice"]["value"] = found["double_eq"]["value"]


def _refer_to_itself(document: Json) -> None:
    found = constants(document)
    document["exprs"].append(["c", found["double_eq"]["name"], []])
    found["double_eq"]["value"] = len(document["exprs"]) - 1


def _forget_a_constructor(document: Json) -> None:
    constants(document)["X.A"]["ctors"] = []


def _claim_another_recursor(document: Json) -> None:
    found = constants(document)
    found["X.S.rec"]["type"] = found["double"]["type"]


def _rest_on_unsafe(document: Json) -> None:
    constants(document)["double"]["safety"] = "unsafe"


def _twice(document: Json) -> None:
    document["constants"].append(constants(document)["double"])


def _library_name(document: Json) -> None:
    document["names"].append([0, "Nat"])
    constants(document)["double"]["name"] = len(document["names"]) - 1


def _index_out_of_range(document: Json) -> None:
    document["exprs"].append(["a", 0, len(document["exprs"]) + 1])


def _negative_index(document: Json) -> None:
    document["exprs"].append(["b", -1])


def _huge_variable(document: Json) -> None:
    document["exprs"].append(["b", 1 << 40])


def _no_table(document: Json) -> None:
    del document["levels"]


def _quotient(document: Json) -> None:
    constants(document)["double"]["kind"] = "quot"


@pytest.mark.parametrize(
    "forge",
    [
        _swap_values,
        _refer_to_itself,
        _forget_a_constructor,
        _claim_another_recursor,
        _rest_on_unsafe,
        _twice,
        _library_name,
        _index_out_of_range,
        _negative_index,
        _huge_variable,
        _no_table,
        _quotient,
    ],
)
def test_forged_documents_are_refused(ask: Ask, document: Json, forge: Callable[[Json], None]) -> None:
    forge(document)
    answer = replay(ask, document)
    assert answer["ok"] is True
    assert answer["accepted"] is False
    assert answer["error"]["message"]


def test_axioms_are_found_through_definitions_types_and_groups(embedded: Pool, worker_code: Snapshot) -> None:
    code = """
axiom lie : False
theorem uses : 1 = 2 := lie.elim
inductive G : Prop | mk (h : uses = uses) : G
theorem below (g : G) : True := G.rec (fun _ => trivial) g
theorem clean : 1 = 1 := rfl
open Lean Gentzen in
run_cmd do
  let names := [`uses, `G.mk, `G.rec, `G, `below, `clean]
  let step := fun ((found : Array (Array Name)), memo) name => let (axioms, memo) := axiomsOf env name memo;
  (found.push axioms, memo)
"""
    code = code.replace("run_cmd do\n", "run_cmd do\n  let env ← getEnv\n")
    code += '  let (found, _) := names.foldl step (#[], {})\n  logInfo m!"{found}"\n'
    result = embedded.elaborate(worker_code, code, LIMITS)
    assert not errors(result), errors(result)
    assert result.messages[-1].text == "[[lie], [lie], [lie], [lie], [lie], []]"
