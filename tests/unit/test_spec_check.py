"""The parts of `gentzen spec-check` that need no Lean: statements as text, programs as text, the report."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from decompose.spec import SpecFile, declarations_of
from decompose.text import LineIndex, SourceText
from lean_project.model import Command, Snapshot
from prover.specs.claims import claims
from prover.specs.command import print_report, sentence
from prover.specs.programs import mutated, subjects
from prover.specs.report import Certainty, Finding, Kind, ProgramSummary, SpecCheckReport, TheoremSummary


def spec(text: str) -> SpecFile:
    """A file whose commands are separated by blank lines, as Lean would have read it."""
    index = LineIndex(text)
    commands = []
    for match in re.finditer(r"(?:[^\n]+\n?)+", text):
        start, end = (len(text[:at].encode()) for at in match.span())
        names = tuple(re.findall(r"(?:def|theorem) (\S+)", match.group()))
        commands.append(Command("Lean.Parser.Command.declaration", start, end, declarations=names))
    declared = tuple(d for number, command in enumerate(commands) for d in declarations_of(number, command, index))
    return SpecFile("f.lean", SourceText(text), 0, Snapshot(""), tuple(commands), (), (), declared)


@pytest.mark.parametrize(
    ("text", "binders", "premises", "conclusion", "hypotheses"),
    [
        ("theorem t : 1 = 1 := by\n  sorry", "", (), "1 = 1", False),
        ("theorem t (n : Nat) : f n = 1 := by sorry", "(n : Nat)", (), "f n = 1", False),
        ("theorem t (n : Nat) (h : n < 3) : f n = 1 := sorry", "(n : Nat) (h : n < 3)", (), "f n = 1", True),
        ("theorem t (n : Nat) : n < 3 → 0 < n → f n = 1 := sorry", "(n : Nat)", ("n < 3", "0 < n"), "f n = 1", True),
        ("theorem t : (∀ x, x = 1 → p x) → q := sorry", "", ("(∀ x, x = 1 → p x)",), "q", True),
        ("theorem t : ∀ x, x = 1 → p x := sorry", "", (), "∀ x, x = 1 → p x", False),
        (
            "theorem t {n : Nat} (xs : List Nat) :\n    f xs ↔ g xs → a := sorry",
            "{n : Nat} (xs : List Nat)",
            (),
            "f xs ↔ g xs → a",
            False,
        ),
        ("example : f 3 = 5 := by sorry", "", (), "f 3 = 5", False),
        ("example (n : Nat) : f n = 5 := by sorry", "(n : Nat)", (), "f n = 5", False),
    ],
)
def test_a_claim_is_read_as_binders_premises_and_conclusion(
    text: str, binders: str, premises: tuple[str, ...], conclusion: str, hypotheses: bool
) -> None:
    [claim] = claims(spec(text))
    assert (claim.binders, claim.premises, claim.conclusion) == (binders, premises, conclusion)
    assert claim.has_hypotheses is hypotheses


def test_a_claim_is_stated_anew() -> None:
    [claim] = claims(spec("theorem t (n : Nat) : n < 3 → f n = 1 := sorry"))
    assert claim.type == "∀ (n : Nat), (n < 3) → (f n = 1)"
    assert claim.stated("False") == "∀ (n : Nat), (n < 3) → False"


def test_examples_are_called_by_their_line() -> None:
    found = claims(spec("def f (n : Nat) : Nat := n\n\n/-- One. -/\nexample : f 1 = 1 := by sorry\n"))
    assert [claim.name for claim in found] == ["example@3"]


FILE = """\
def Small (n : Nat) : Prop := n < 9

def unused (n : Nat) : Nat := n

def double (n : Nat) : Nat := n + n

def count : List Nat → Nat
  | [] => 0
  | _ :: xs => count xs + 1

theorem small (n : Nat) (h : Small n) : double n < 18 := by
  sorry

theorem counted : count [1] = 1 := by sorry
"""


def test_programs_are_the_definitions_that_theorems_name_and_that_give_data() -> None:
    found = {each.name: each for each in subjects(spec(FILE))}
    assert set(found) == {"double", "count"}
    double, count = found["double"], found["count"]
    assert double.hole.head == "def double (n : Nat) : Nat :="
    assert double.program is not None and double.program.body.strip() == "n + n"
    assert count.hole.head == "def count : List Nat → Nat"
    assert count.program is not None and count.program.body.split("\n")[0].strip() == "| [] => 0"


def test_mutants_are_what_stands_in_the_hole() -> None:
    [double] = (each for each in subjects(spec(FILE)) if each.name == "double")
    assert double.program is not None
    bodies = {candidate.body.strip() for _, candidate in mutated(double.hole, double.program)}
    assert {"n - n", "n * n", "n", "(n + 1) + n"} <= bodies
    assert all("def" not in body for body in bodies)


FINDINGS = (
    Finding(kind=Kind.CONTRADICTION, certainty=Certainty.PROVED, theorems=("a", "b"), program="f", proof="theorem c"),
    Finding(kind=Kind.VIOLATED, certainty=Certainty.TESTED, program="f", inputs="a with n := 0"),
    Finding(kind=Kind.VACUOUS, certainty=Certainty.TESTED, theorems=("a",), tests=210),
    Finding(
        kind=Kind.TOO_WEAK,
        certainty=Certainty.TESTED,
        program="f",
        inputs="n := 1",
        change="arithmetic: `+` became `*`",
        other="def f (n : Nat) : Nat := n * n",
    ),
    Finding(kind=Kind.UNCONSTRAINED, certainty=Certainty.TESTED, program="f", inputs="n := 0", other="7", tests=4),
)


def _report(*findings: Finding) -> SpecCheckReport:
    return SpecCheckReport(
        file="f.lean",
        runtime="embedded",
        lean_version="4.28.0",
        theorems=(TheoremSummary(name="a", untested="it is not decidable"), TheoremSummary(name="b")),
        programs=(ProgramSummary(name="f", source="the file", mutants=9, killed=7, equal=1, different=1, inputs=8),),
        findings=findings,
        seconds=12.0,
    )


def _printed(report: SpecCheckReport) -> str:
    out = io.StringIO()
    print_report(Console(file=out, width=100, color_system=None, markup=False), report)
    return out.getvalue()


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda each: each.kind)
def test_every_finding_is_said_in_one_sentence_and_shown(finding: Finding) -> None:
    said = sentence(finding)
    assert said.count(". ") == 0 and said.endswith((".", ":"))
    printed = _printed(_report(finding))
    assert " ".join(said.split()) in " ".join(printed.split())
    for code in (finding.proof, finding.other):
        assert code in printed


def test_the_page_names_what_was_not_tested_and_counts_remarks_apart() -> None:
    printed = _printed(_report(*FINDINGS))
    assert "a was not tested: it is not decidable" in printed
    assert "4 faults and 1 remark in 2 theorems and examples" in printed
    assert "9 mutants: 7 refuted, 1 the same function, 1 neither" in printed
    assert "nothing wrong was found and 1 remark" in _printed(_report(FINDINGS[-1]))


def test_remarks_are_no_faults_and_the_json_is_complete() -> None:
    report = _report(*FINDINGS)
    assert len(report.faults) == 4 and not _report(FINDINGS[-1]).faults
    assert SpecCheckReport.model_validate_json(report.model_dump_json()) == report
