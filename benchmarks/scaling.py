"""Grading rollouts by one Lean worker, by two, and over Ray: `python -m benchmarks.scaling`.

The rollouts are attempts of the portfolio at the open theorems of `benchmarks/portfolio/Lists.lean`, the same ones each
time, graded by `rl.judge.LeanJudge` as training grades them: Lean tries each, and the trusted check has the last word.
All pools are open during the whole run and take turns, so that whatever else the machine does meets all of them;
answers of earlier runs are not used. The grades must be equal, however many workers there are.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.common import report
from decompose.context import goal_context
from decompose.spec import load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.embedded.launch import program
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from lean_project.session import Session
from prover.engine import LeanDomain
from prover.gate import gate_for
from prover.policy.requests import Role
from prover.portfolio import Portfolio
from rl.judge import Item, LeanJudge, Task

SOURCE = Path(__file__).parent / "portfolio" / "Lists.lean"


@dataclass
class Grader:
    """A judge over a session of its own. `seconds`: of every pass."""

    name: str
    judge: LeanJudge
    items: list[Item]
    seconds: list[float] = field(default_factory=list)
    rewards: list[float | None] = field(default_factory=list)

    def grade(self) -> None:
        begun = time.perf_counter()
        self.rewards = [each.reward for each in self.judge.grade(self.items)]
        self.seconds.append(time.perf_counter() - begun)


@contextmanager
def grader(name: str, session: Session, theorems: int, attempts: int) -> Iterator[Grader]:
    """The first so many theorems with so many attempts each."""
    spec = load_spec(decode(SOURCE.read_bytes()), session)
    with LeanDomain(spec, session, proposer=Portfolio(), splitter=splits) as domain:
        tasks, items, check = {}, [], gate_for(spec, session)
        for target in spec.targets:
            goal = domain.root(target)
            if isinstance(goal, str):
                continue
            tasks[target.name] = Task(domain, target, goal, check)
            proposed = islice(Portfolio().propose(goal_context(spec, target)), attempts)
            items += [Item(target.name, Role.COMPLETE, f"```lean4\n{each.tactics}\n```") for each in proposed]
            if len(tasks) == theorems:
                break
        yield Grader(name, LeanJudge(tasks), items)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--theorems", type=int, default=8)
    parser.add_argument("--attempts", type=int, default=8, help="at each")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--ray", type=int, default=0, metavar="N", help="over a local Ray cluster of N cores as well")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        sessions: list[tuple[str, Session]] = [
            (f"{count} worker{'s' * (count > 1)}", stack.enter_context(Pool(program(), PoolSettings(workers=count))))
            for count in options.workers
        ]
        if options.ray:
            from lean_project.cluster import RaySession

            far = RaySession(lambda: Pool(program(), PoolSettings(workers=1)), options.ray, "local")
            sessions.append((f"Ray, {options.ray} actors", stack.enter_context(far)))
        graders = [
            stack.enter_context(grader(name, session, options.theorems, options.attempts)) for name, session in sessions
        ]
        for each in graders:  # once without counting: workers start, and the file is elaborated in each of them
            each.grade()
            each.seconds.clear()
        for number in range(options.repeats):
            for each in graders:
                each.grade()
            print(f"pass {number + 1}: " + ", ".join(f"{each.name} {each.seconds[-1]:.1f} s" for each in graders))
            differing = [each.name for each in graders if each.rewards != graders[0].rewards]
            assert not differing, f"other grades than with {graders[0].name}: {differing}"
        load = round(os.getloadavg()[0], 1)
    base = statistics.median(graders[0].seconds)
    rows = [
        [each.name, round(statistics.median(each.seconds), 2), round(base / statistics.median(each.seconds), 2)]
        for each in graders
    ]
    accepted = sum(reward == 1.0 for reward in graders[0].rewards)
    report(
        "scaling",
        f"Seconds to grade {len(graders[0].items)} rollouts, {accepted} of them accepted; load {load} at the end",
        ["", "median s", f"{graders[0].name} / this"],
        rows,
        {
            "settings": {key: value for key, value in vars(options).items() if key != "markdown"},
            "rollouts": len(graders[0].items),
            "accepted": accepted,
            "load_at_end": load,
            "seconds": {each.name: [round(value, 3) for value in each.seconds] for each in graders},
        },
        markdown=options.markdown,
    )


if __name__ == "__main__":
    main()
