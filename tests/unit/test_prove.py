"""The prove run over a toy Lean: what is tried, in which order, what is reported, written and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from toy_lean import ToyLean

from decompose.assembly import Judgement
from decompose.context import GoalContext
from decompose.skim import skim
from decompose.spec import SpecFile
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.ledger import Ledger, Outcome
from lean_project.session import Session
from prover.attempt import slot_of
from prover.inputs import InputFile
from prover.proposals import Proposal, Proposer
from prover.prove import Run, prove_file, write_atomically
from prover.report import FileReport, Status, TargetReport
from prover.run import ATTEMPT_SECONDS, LOST_IN_A_ROW, Work
from prover.settings import PORTFOLIO, ProveSettings, Silence
from prover.stage import question
from search.budget import Budget, BudgetLimits

FILE = """def f := 1
theorem one : f = 1 := by sorry
theorem two : f = 2 := by
  sorry
"""


class Fixed:
    """Proposes the same list for every goal."""

    def __init__(self, *proposals: tuple[str, float] | Proposal) -> None:
        self.proposals = [p if isinstance(p, Proposal) else Proposal(p[0], p[0], p[1], 1000) for p in proposals]

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        yield from self.proposals


class Accept:
    """A check that accepts everything, or answers as told; counts its calls."""

    def __init__(self, *answers: Judgement | Exception) -> None:
        self.answers, self.texts = list(answers), list[str]()

    def __call__(self, spec: SpecFile, session: Session) -> Callable[[str], Judgement]:
        def check(text: str) -> Judgement:
            self.texts.append(text)
            answer = self.answers.pop(0) if self.answers else Judgement()
            if isinstance(answer, Exception):
                raise answer
            return answer

        return check


class Bench:
    """A file, a ledger and everything else that a run takes."""

    def __init__(self, folder: Path, text: str = FILE) -> None:
        self.file = InputFile(folder / "a.lean", folder / "a.proved.lean")
        self.file.path.write_text(text, encoding="utf-8")
        self.ledger = Ledger.open(folder / "ledger.db")
        self.check = Accept()

    def prove(
        self,
        session: ToyLean,
        proposer: Proposer,
        settings: ProveSettings | None = None,
        progress: Silence | None = None,
        **options: bool,
    ) -> FileReport:
        settings = replace(settings or ProveSettings(), strategy=PORTFOLIO)
        run = Run(session, settings, self.ledger, "run", Budget(settings.budget), self.check, proposer)
        return prove_file(self.file, run, progress, **options)

    @property
    def output(self) -> str:
        return self.file.output.read_text(encoding="utf-8")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.ledger.close()


def by_name(report: FileReport) -> dict[str, TargetReport]:
    return {target.name: target for target in report.targets}


TACTICS = Fixed(("rfl", 1), ("omega", 2), ("grind", 3))


def test_a_proof_is_found_checked_written_and_remembered(bench: Bench) -> None:
    report = bench.prove(ToyLean({"one": ["omega"]}), TACTICS)
    one, two = report.targets
    assert (one.status, one.proof, one.lean_calls, one.reason) == (Status.PROVED, "omega", 2, "")
    assert (two.status, two.proof, two.lean_calls) == (Status.OPEN, None, 3)
    assert two.reason == "nothing in the portfolio proves it (3 attempts)"
    assert two.open_goals == ("n : Nat\n⊢ f = 2",)
    assert report.level == "L1" and report.output == str(bench.file.output)
    assert bench.output == FILE.replace("f = 1 := by sorry", "f = 1 := by omega").replace(
        "  sorry", "  sorry /- gentzen: open (nothing in the portfolio proves it (3 attempts)) -/"
    )
    assert bench.check.texts == [bench.output]
    assert bench.file.path.read_text(encoding="utf-8") == FILE
    assert bench.ledger.count("attempts") == 5 and bench.ledger.count("proofs") == 1


def test_cheapest_first_over_all_targets(bench: Bench) -> None:
    session = ToyLean({"two": ["rfl"]})
    bench.prove(session, TACTICS)
    tried = [code.partition("by")[2].split()[0] for code in session.calls[1:]]
    assert sorted(tried[:2]) == ["rfl", "rfl"] and tried[2:] == ["omega", "grind"]


def test_nothing_goes_on_after_a_hint(bench: Bench) -> None:
    report = bench.prove(ToyLean({"one": ["rfl"], "two": ["rfl"]}), TACTICS)
    assert report.all_proved and [target.lean_calls for target in report.targets] == [1, 1]


def test_errors_escapes_and_hidden_sorries_are_no_proofs(bench: Bench) -> None:
    evil = "rfl\ntheorem evil : False := by rfl"
    session = ToyLean({"one": ["rfl"], "two": ["rfl"], "evil": ["rfl"]})
    report = bench.prove(session, Fixed((evil, 1), ("sorry", 2), ("admit", 3), ("rfl /- ", 4)))
    assert {target.status for target in report.targets} == {Status.OPEN}
    classes = {a.error_class for key in _keys(bench) for a in bench.ledger.attempts_for(key)}
    assert classes == {"escape", "hidden_sorry"}


def _keys(bench: Bench) -> set[str]:
    return {row[0] for row in bench.ledger._connection.execute("SELECT target_key FROM attempts")}


def test_the_check_has_the_last_word(bench: Bench) -> None:
    bench.check = Accept(Judgement(refused={"one": "uses the axiom `cheat`"}), Judgement())
    report = bench.prove(ToyLean({"one": ["rfl", "grind"]}), TACTICS)
    assert by_name(report)["one"].proof == "grind"  # the next proposal after the refused one
    bench.check = Accept(*[Judgement(refused={"one": "uses the axiom `cheat`"})] * 2)
    report = bench.prove(ToyLean({"one": ["rfl", "grind"]}), TACTICS)
    one = by_name(report)["one"]
    assert (one.status, one.proof) == (Status.OPEN, None)
    assert "sorry" in bench.output and report.level is None


def test_a_lemma_that_stays_open_is_not_used_when_there_is_another_way(bench: Bench) -> None:
    uses = Proposal("uses", "simp [one]", 1, 1000, frozenset({"one"}))
    report = bench.prove(ToyLean({"two": ["simp [one]", "grind"]}), Fixed(uses, ("grind", 2)))
    assert by_name(report)["two"].proof == "grind"
    report = bench.prove(ToyLean({"two": ["simp [one]"]}), Fixed(uses, ("grind", 2)))
    two = by_name(report)["two"]
    assert two.status is Status.OPEN
    assert two.reason == "`simp [one]` proves it, but uses `one`, which is still open"


def test_budget_and_time_box_are_limits_and_say_so(bench: Bench) -> None:
    report = bench.prove(ToyLean(), TACTICS, ProveSettings(budget=BudgetLimits(calls=3)))
    assert {target.status for target in report.targets} == {Status.LIMIT}
    assert sum(target.lean_calls for target in report.targets) == 3
    assert "limit of 3 calls reached (the budget of the run)" in report.targets[0].reason
    report = bench.prove(ToyLean(), TACTICS, ProveSettings(timeout=0.0015))
    assert {target.lean_calls for target in report.targets} == {2}
    assert report.targets[0].reason == "limit of 0.0015 seconds reached after 2 attempts"


def test_what_ran_out_of_heartbeats_comes_again_with_more(bench: Bench) -> None:
    session = ToyLean({"one": ["rfl"], "two": ["rfl"]}, enough_heartbeats={"rfl": 5000})
    report = bench.prove(session, TACTICS)
    assert report.all_proved
    assert [target.lean_calls for target in report.targets] == [4, 4]  # rfl, omega, grind, rfl again
    attempts = [a for key in _keys(bench) for a in bench.ledger.attempts_for(key)]
    assert [a.limit_kind for a in attempts if a.outcome is Outcome.LIMIT] == ["heartbeats"] * 2
    again = bench.prove(session, TACTICS, ProveSettings(resume=True))
    assert again.all_proved and sum(target.lean_calls for target in again.targets) == 0


def test_what_the_time_box_cut_short_may_be_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree leaves out what was tried in the target's place, but not what got less time than an attempt may have."""

    def faults(code: str) -> None:
        if "rfl" in code or "omega" in code:
            raise LimitHit("seconds", 1)

    seen: list[Work] = []
    settle = Work.settle
    monkeypatch.setattr(Work, "settle", lambda work, *said: (seen.append(work), settle(work, *said))[1])
    for seconds, tried in ((ATTEMPT_SECONDS - 1, {"grind"}), (2 * ATTEMPT_SECONDS, {"rfl", "omega", "grind"})):
        seen.clear()
        bench.prove(ToyLean(faults=faults), TACTICS, ProveSettings(timeout=seconds))
        assert [work.tried for work in seen] == [tried, tried]


def test_limits_and_lost_attempts_are_not_failures(bench: Bench) -> None:
    def faults(code: str) -> None:
        if "theorem one" in code and "two" not in code:
            raise MachineryError("worker died")
        if "rfl" in code:
            raise LimitHit("seconds", 1)

    report = bench.prove(ToyLean(faults=faults), Fixed(*((f"t{n}", n) for n in range(9)), ("rfl", 9)))
    one, two = report.targets
    assert one.status is Status.MACHINERY and one.lean_calls == LOST_IN_A_ROW
    assert two.status is Status.OPEN and two.lean_calls == 10
    outcomes = [a.outcome for key in _keys(bench) for a in bench.ledger.attempts_for(key)]
    assert outcomes.count(Outcome.MACHINERY) == LOST_IN_A_ROW and outcomes.count(Outcome.LIMIT) == 1


@pytest.mark.parametrize(
    ("fault", "status"), [(MachineryError("auditor died"), Status.MACHINERY), (LimitHit("seconds", 9), Status.LIMIT)]
)
def test_a_check_that_does_not_finish_proves_nothing(bench: Bench, fault: Exception, status: Status) -> None:
    bench.check = Accept(fault)
    report = bench.prove(ToyLean({"one": ["rfl"]}), TACTICS)
    one = by_name(report)["one"]
    assert one.status is status and one.proof is None and "check of the file" in one.reason
    assert "by rfl" not in bench.output and bench.ledger.count("proofs") == 0


def test_resume_repeats_nothing(bench: Bench) -> None:
    bench.prove(ToyLean({"one": ["omega"]}), TACTICS)
    session = ToyLean({"one": ["omega"]})
    report = bench.prove(session, Fixed(*TACTICS.proposals, ("simp", 4)), ProveSettings(resume=True))
    assert [code.split("by")[1].split()[0] for code in session.calls[1:]] == ["simp"]
    assert by_name(report)["one"].proof == "omega" and by_name(report)["one"].lean_calls == 0
    two = by_name(report)["two"]
    assert two.lean_calls == 1
    assert two.reason == "nothing in the portfolio proves it (4 attempts, 3 of them in earlier runs)"
    assert len(bench.check.texts) == 2  # what the ledger knows is checked again
    assert bench.ledger.count("proofs") == 1


def test_what_the_check_refuses_of_the_ledger_is_searched_again(bench: Bench) -> None:
    bench.prove(ToyLean({"one": ["omega"]}), TACTICS)
    bench.check = Accept(Judgement(refused={"one": "no longer accepted"}), Judgement())
    settings = ProveSettings(resume=True)
    report = bench.prove(ToyLean({"one": ["simp"]}), Fixed(*TACTICS.proposals, ("simp", 4)), settings)
    assert by_name(report)["one"].proof == "simp"


class Interrupting(Silence):
    def __init__(self, after: int) -> None:
        self.left = after

    def attempt(self, file: str, target: str, proposal: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


class InterruptingStage(Silence):
    """Ctrl-C as a stage begins, or as it begins again."""

    def __init__(self, name: str, *, again: bool = False) -> None:
        self.name, self.left = name, 1 + again

    def stage(self, file: str, name: str) -> None:
        self.left -= name == self.name
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", range(6))
def test_interrupted_anywhere_and_resumed_the_result_is_the_same(bench: Bench, after: int) -> None:
    session = ToyLean({"one": ["omega"], "two": ["grind"]})
    report = bench.prove(session, TACTICS, progress=Interrupting(after))
    if after < 5:
        assert report.interrupted and not bench.file.output.exists()
        assert {target.status for target in report.targets} == {Status.OPEN}
    again = bench.prove(session, TACTICS, ProveSettings(resume=True))
    assert again.all_proved
    candidates = [code for code in session.calls if "\n" not in code.strip() and "theorem one" in code]
    assert len(candidates) <= 3 + after % 2  # at most the attempt that the interruption lost is made twice


def test_an_interrupted_run_says_what_it_knows(bench: Bench) -> None:
    """What the check accepted is proved, what was only found is not, and nothing else is claimed."""
    session = ToyLean({"one": ["rfl"], "two": ["rfl"]})
    report = bench.prove(session, TACTICS, progress=InterruptingStage("checking"))
    assert report.interrupted and report.level is None
    for target in report.targets:
        assert (target.status, target.proof, target.lean_calls) == (Status.OPEN, None, 1)
        assert target.reason == "interrupted before the check of the proof that was found; go on with --resume"

    bench.check = Accept(Judgement(refused={"one": "no"}), Judgement())
    report = bench.prove(session, TACTICS, progress=InterruptingStage("proving", again=True))
    one, two = report.targets
    assert (one.status, one.reason, report.interrupted) == (
        Status.OPEN,
        "the run was interrupted; go on with --resume",
        True,
    )
    assert (two.status, two.proof, report.level, report.output) == (Status.PROVED, "rfl", "L1", None)
    assert not bench.file.output.exists()

    for resume in (True, False):
        report = bench.prove(session, TACTICS, ProveSettings(resume=resume), InterruptingStage("proving"))
        assert {target.status for target in report.targets} == {Status.OPEN}
        assert "an earlier run's check accepted" in report.targets[1].reason

    report = bench.prove(ToyLean({"one": ["rfl"]}), TACTICS, progress=InterruptingStage("checking"))
    assert report.targets[1].reason == "nothing in the portfolio proves it (3 attempts)"


def test_only_the_named_theorems(bench: Bench) -> None:
    report = bench.prove(ToyLean({"two": ["rfl"]}), TACTICS, ProveSettings(theorems=("two",)))
    assert [target.name for target in report.targets] == ["two"]
    assert bench.output == FILE.replace("  sorry", "  rfl")
    with pytest.raises(UserError, match="three"):
        bench.prove(ToyLean(), TACTICS, ProveSettings(theorems=("three",)))
    report = bench.prove(ToyLean(), TACTICS, ProveSettings(theorems=("three",)), only_file=False)
    assert report.targets == () and report.output is None


class Staged:
    """Proposes for goals one step ahead only."""

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        if context.stage:
            yield Proposal("ahead", f"{context.stage}; grind", 1, 1000)


def test_a_named_specification_is_opened_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "def Spec := 1\ntheorem t : Spec f := by sorry\n")
    session = ToyLean({"t": ["unfold Spec; grind"]})
    report = bench.prove(session, Staged())
    assert report.targets[0].proof == "unfold Spec; grind" and report.targets[0].lean_calls == 2
    assert [code.partition("by ")[2] for code in session.calls[1:]] == ["unfold Spec; sorry", "unfold Spec; grind"]
    report = bench.prove(session, Staged(), ProveSettings(budget=BudgetLimits(calls=1)))
    assert report.targets[0].status is Status.LIMIT


def test_programs_are_out_of_scope_and_stay(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "def p := sorry\ntheorem h : p = 1 := by admit\n")
    report = bench.prove(ToyLean(), TACTICS)
    assert [target.status for target in report.targets] == [Status.OUT_OF_SCOPE, Status.OPEN]
    assert not report.all_proved


def test_a_file_without_holes_is_left_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "def f := 1\n")
    report = bench.prove(ToyLean(), TACTICS)
    assert report.all_proved and report.output is None and not bench.file.output.exists()


def test_output_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.lean"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(UserError, match="cannot be written"):
        write_atomically(tmp_path / "missing" / "out.lean", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.lean"]


@pytest.mark.parametrize(("limits", "asked"), [(BudgetLimits(tokens=0), True), (BudgetLimits(calls=0), False)])
def test_spent_tokens_do_not_stop_what_needs_none(bench: Bench, limits: BudgetLimits, asked: bool) -> None:
    bench.file.path.write_text("def Spec := 1\ntheorem one : Spec f := by sorry\n", encoding="utf-8")
    session = ToyLean()
    bench.prove(session, TACTICS, ProveSettings(budget=limits))
    assert any("unfold Spec" in code for code in session.calls) is asked


RECURSIVE = "def go n := go n\ndef f n := go n\ndef g n := n\n"


@pytest.mark.parametrize(
    ("goal", "step"),
    [
        ("f 0 = 0", "simp only [f] at *; (try simp only [f] at *)"),
        ("f 0 = go 0", ""),
        ("g 0 = 0", ""),
        ("g (f 0) = 0", "simp only [f, g] at *; (try simp only [f, g] at *)"),
    ],
)
def test_a_program_that_hides_a_loop_is_unfolded_to_see_the_loop(goal: str, step: str) -> None:
    spec, target = skim(RECURSIVE, f"⊢ {goal}")
    asked = question(spec, target, slot_of(spec, target))
    assert (asked[1] if asked else "") == step
