"""`gentzen spec-check` on real Lean: each kind of fault, and a specification without one."""

from __future__ import annotations

import pytest

from benchmarks.synthesis.tasks import tasks
from decompose.spec import load_spec
from decompose.text import SourceText, decode
from lean_project.check.gate import check_file
from lean_project.errors import UserError
from lean_project.pool import Pool
from prover.specs.check import LOAD, Effort, check_spec
from prover.specs.difference import Relation, compare
from prover.specs.programs import read_programs
from prover.specs.report import Certainty, Kind, SpecCheckReport
from prover.synth.holes import Candidate, program_holes

pytestmark = pytest.mark.lean

SMALL = Effort(mutants=4, inputs=2)
THEOREMS_ONLY = Effort(mutants=0, inputs=0)


def check(session: Pool, text: str, program: str | None = None, effort: Effort = THEOREMS_ONLY) -> SpecCheckReport:
    spec = load_spec(SourceText(text), session, LOAD)
    given = {} if program is None else read_programs(session, spec, SourceText(program), "p.lean", LOAD)
    return check_spec(session, spec, given, effort)


def kinds(report: SpecCheckReport) -> set[Kind]:
    return {finding.kind for finding in report.findings}


DOUBLE = "def double (n : Nat) : Nat := n + n\n\n"


def test_hypotheses_that_nothing_satisfies(embedded: Pool) -> None:
    report = check(embedded, DOUBLE + "theorem t (n : Nat) (h₁ : n < 3) (h₂ : 5 < n) : double n = 7 := by sorry\n")
    [found] = (finding for finding in report.findings if finding.kind is Kind.VACUOUS)
    assert found.certainty is Certainty.PROVED and found.theorems == ("t",)
    verdict = check_file(embedded, DOUBLE + found.proof, limits=LOAD)
    assert verdict.accepted


def test_hypotheses_that_something_satisfies(embedded: Pool) -> None:
    report = check(embedded, DOUBLE + "theorem t (n : Nat) (h : 2 < n) : double n = n + n := by sorry\n")
    assert Kind.VACUOUS not in kinds(report)
    assert report.theorems[0].satisfiable == "n := 3"


def test_examples_that_disagree(embedded: Pool) -> None:
    text = (
        "def f (n : Nat) : Nat := sorry\n\ntheorem t (n : Nat) : n ≤ f n := by sorry\n\n"
        "example : f 3 = 5 := by sorry\n\nexample : f 3 = 6 := by sorry\n"
    )
    report = check(embedded, text)
    [found] = report.findings
    assert found.kind is Kind.CONTRADICTION and found.certainty is Certainty.PROVED
    assert found.theorems == ("example@5", "example@7"), "the theorem has no part in it"


def test_a_program_that_its_own_theorems_refute(embedded: Pool) -> None:
    report = check(embedded, "def f (n : Nat) : Nat := n\n\ntheorem t (n : Nat) : f n = n * n := by sorry\n")
    [found] = report.findings
    assert found.kind is Kind.VIOLATED and found.inputs == "t with n := 2"


def test_a_specification_that_another_program_satisfies(embedded: Pool) -> None:
    text = DOUBLE + "theorem t (n : Nat) : n ≤ double n := by sorry\n\nexample : double 0 = 0 := rfl\n"
    report = check(embedded, text, effort=SMALL)
    weak = [finding for finding in report.findings if finding.kind is Kind.TOO_WEAK]
    assert weak and all(finding.inputs for finding in weak)
    assert "def double (n : Nat) : Nat := n\n" in {f"{finding.other}\n" for finding in weak}


def test_inputs_without_a_word_said_are_a_remark(embedded: Pool) -> None:
    text = "def half (n d : Nat) : Nat := n / d\n\ntheorem t (n d : Nat) (h : 0 < d) : half n d = n / d := by sorry\n"
    report = check(embedded, text, effort=SMALL)
    assert not report.faults
    assert "n := 0, d := 0" in {finding.inputs for finding in report.findings}


def test_a_task_with_its_reference_has_no_fault(embedded: Pool) -> None:
    [task] = tasks("Larger")
    spec = load_spec(decode(task.path.read_bytes()), embedded, LOAD)
    given = read_programs(embedded, spec, decode(task.solution.read_bytes()), "solution", LOAD)
    report = check_spec(embedded, spec, given, SMALL)
    assert not report.findings
    assert report.programs[0].killed + report.programs[0].equal == report.programs[0].mutants > 0


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("def g (n : Nat) : Nat := n\n", "has no definition of f"),
        ("def f (n k : Nat) : Nat := n\n", "begins f in another way"),
    ],
)
def test_a_program_file_that_does_not_fit_is_the_users_error(embedded: Pool, program: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check(embedded, "def f (n : Nat) : Nat := sorry\n\ntheorem t : f 0 = 0 := by sorry\n", program)


def test_without_theorems_there_is_nothing_to_check(embedded: Pool) -> None:
    with pytest.raises(UserError, match="no theorem and no example"):
        check(embedded, DOUBLE)


@pytest.mark.parametrize(
    ("other", "relation"),
    [
        ("b + a", Relation.EQUAL),
        ("a - b", Relation.DIFFERENT),
        ("if b = 0 then a else b + a", Relation.EQUAL),
    ],
)
def test_two_programs_are_compared(embedded: Pool, other: str, relation: Relation) -> None:
    text = "def f (a b : Nat) : Nat := sorry\n\ntheorem t : f 0 0 = 0 := by sorry\n"
    spec = load_spec(SourceText(text), embedded, LOAD)
    [hole] = program_holes(spec)
    compared = compare(embedded, spec, hole, Candidate("a + b"), Candidate(other))
    assert compared.relation is relation
    assert (compared.inputs != "") is (relation is Relation.DIFFERENT)
