"""For tests of benchmarks: problems that are made up, and a solver without Lean whose answers follow from names alone.

Run as a program it is `gentzen bench` on JSON lines with that solver: `bench_support.py DATA OUT SECONDS [OPTION...]`.
"""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lean_project.model import RuntimeInfo
from prover.bench.command import BenchOptions, run_bench
from prover.bench.loading import Selection, parse_shard
from prover.bench.problems import Problem
from prover.bench.records import Cause, Gate, Outcome, TreeStep
from prover.bench.settings import BenchSettings
from prover.bench.solving import Attempted, Examined, Stopped, Task
from prover.settings import RuntimeChoice

Answer = Callable[[Problem, str, int], Attempted]


def problem(id: str, set: str = "toy", **changes: object) -> Problem:
    text = f"theorem {id} : 1 + 1 = 2 := by sorry\n"
    values: dict[str, object] = {"set": set, "id": id, "text": text, "statement": text, "theorem": id}
    return Problem(**{**values, **changes})  # type: ignore[arg-type]


def chance(*words: object) -> float:
    """A number from 0 to 1 that depends on the words alone."""
    return int(hashlib.sha256(repr(words).encode()).hexdigest()[:12], 16) / 16**12


def drawn(problem: Problem, task: str, seed: int) -> Attempted:
    """Every outcome now and then, the same for equal arguments."""
    share, calls = chance(task, seed), 1 + int(30 * chance("calls", task, seed))
    if share < 0.4:
        steps = (TreeStep(goal=f"⊢ {task}", tactic="constructor", children=(1,)), TreeStep(goal="⊢ a", tactic="rfl"))
        proof = problem.text.replace("sorry", "simp").encode()
        return Attempted(
            Outcome.PROVED, calls=calls, lean_seconds=0.1 * calls, level="L1", proof="by simp", file=proof, tree=steps
        )
    if share < 0.7:
        return Attempted(Outcome.LIMIT, "calls", "limit of 30 calls reached", calls=30, open_goals=(f"⊢ {task}",))
    if share < 0.8:
        return Attempted(Outcome.OPEN, reason="found, but the check refuses it: AXIOM", calls=calls, refused="AXIOM")
    return Attempted(Outcome.OPEN, reason="nothing proves it", calls=calls)


@dataclass
class ScriptedSolver:
    """A `Solver` that answers at once, or after `seconds`. Ids decide: `mathlib…` cannot be stated, `false…` is
    disproved, `two…` has two theorems, `broken…` is the machinery's. `faults`: how often each attempt is lost first.
    """

    answer: Answer = drawn
    seconds: float = 0.0
    faults: Mapping[str, int] = field(default_factory=dict)
    info: RuntimeInfo = RuntimeInfo("fake", "0.0.0")  # noqa: RUF009 (frozen)
    asked: list[tuple[str, str]] = field(default_factory=list)
    closed: bool = False

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._lost = dict(self.faults)

    def examine(self, problem: Problem) -> Examined:
        self._wait()
        self.asked.append((problem.id, ""))
        if problem.id.startswith("mathlib"):
            return Examined(Outcome.NOT_STATABLE, Cause.IMPORTS, "needs Mathlib", ("Mathlib",))
        if problem.id.startswith("broken"):
            return Examined(Outcome.MACHINERY, reason="the worker died")
        if problem.id.startswith("false"):
            disproof = Task(problem.theorem, Gate.REFUTED, "n := 0", f"{problem.text}-- no".encode(), "L1")
            return Examined(tasks=(disproof,))
        if problem.id.startswith("two"):
            return Examined(tasks=(Task(f"{problem.id}_a"), Task(f"{problem.id}_b")))
        return Examined(tasks=(Task(problem.theorem, Gate.PASSED, "60 tests, 60 of them telling"),))

    def attempt(self, problem: Problem, tasks: Sequence[str], seed: int) -> dict[str, Attempted]:
        return {task: self._attempt(problem, task, seed) for task in tasks}

    def _attempt(self, problem: Problem, task: str, seed: int) -> Attempted:
        self._wait()
        self.asked.append((problem.id, task))
        if self._lost.get(problem.id, 0) > 0:
            self._lost[problem.id] -= 1
            return Attempted(Outcome.MACHINERY, reason="the worker died")
        return self.answer(problem, task, seed)

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        self.closed = True

    def _wait(self) -> None:
        if self._stopped.wait(self.seconds) or self._stopped.is_set():
            raise Stopped


def options(data: Path, out: Path, **changes: object) -> BenchOptions:
    values: dict[str, object] = {
        "name": str(data),
        "form": "auto",
        "fields": None,
        "selection": Selection(),
        "settings": BenchSettings(),
        "workers": 2,
        "out": out,
        "runtime": RuntimeChoice.AUTO,
        "project": None,
        "json": False,
        "quiet": True,
    }
    return BenchOptions(**{**values, **changes})  # type: ignore[arg-type]


def main() -> None:
    data, out, seconds, k, shard = sys.argv[1:6]
    chosen = options(
        Path(data),
        Path(out),
        settings=BenchSettings(k=int(k), calls=30),
        selection=Selection(shard=parse_shard(shard)),
    )
    started = time.monotonic()
    code = run_bench(chosen, lambda _options: ScriptedSolver(seconds=float(seconds)))
    print(f"{time.monotonic() - started:.1f} s", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
