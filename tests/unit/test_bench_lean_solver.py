"""What the solver does before any search: headers of packages that are not there are asked about once."""

from __future__ import annotations

from bench_support import problem
from toy_lean import ToyLean

from lean_project.model import Limits, Opened
from prover.bench.lean_solver import LeanSolver
from prover.bench.records import Cause, Outcome
from prover.bench.settings import BenchSettings


class Counting(ToyLean):
    opened = 0

    def open(self, code: str, limits: Limits = Limits()) -> Opened:  # noqa: B008
        self.opened += 1
        return super().open(code, limits)


def test_a_header_that_is_not_there_is_asked_about_once() -> None:
    session = Counting()
    solver = LeanSolver(session, BenchSettings(gate=False))
    texts = [f"import Missing\n\ntheorem t{n} : {n} = {n} := by sorry\n" for n in range(5)]
    found = [solver.examine(problem(f"t{n}", text=text)) for n, text in enumerate(texts)]
    assert {(each.outcome, each.cause, each.reason) for each in found} == {
        (Outcome.NOT_STATABLE, Cause.IMPORTS, "needs Missing")
    }
    assert session.opened == 1
    there = solver.examine(problem("here", text="theorem here : 1 = 1 := by sorry\n"))
    assert there.outcome is None and [task.name for task in there.tasks] == ["here"]
    solver.close()
    assert session.closed
