"""The synthesis tasks are what they should be: they elaborate, their references are accepted, and no test refutes a
correct program. A third of them in every run, all with `-m "slow or not slow"`."""

from __future__ import annotations

from pathlib import Path

import pytest
from shares import every

from benchmarks.synthesis.tasks import LEVELS, Task, tasks
from decompose.spec import Exclusion, SpecFile, load_spec
from decompose.text import decode
from lean_project.check.gate import check_file
from lean_project.check.verdict import Level
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.specs.programs import read_programs
from prover.synth.holes import allowed_functions, program_holes
from prover.synth.properties import read_properties
from prover.synth.tester import Fate, Tester

LIMITS = Limits(seconds=300)
LEAST = {"easy": 16, "medium": 16, "hard": 8}
TASKS = list(tasks())
WITH_ALTERNATIVES = [(task, path) for task in TASKS for path in task.alternatives]

pytestmark = pytest.mark.lean


def _load(session: Pool, path: Path) -> SpecFile:
    return load_spec(decode(path.read_bytes()), session, LIMITS, name=path.name)


def test_there_are_enough() -> None:
    counts = {level: sum(task.level == level for task in TASKS) for level in LEVELS}
    assert not {level: count for level, count in counts.items() if count < LEAST[level]}
    assert len({task.name for task in TASKS}) == len(TASKS)
    assert len(WITH_ALTERNATIVES) >= 20


@pytest.mark.parametrize("task", every(3, [(task,) for task in TASKS], lambda task: task.name))
def test_the_check_accepts_the_reference(embedded: Pool, task: Task) -> None:
    spec = _load(embedded, task.path)
    holes = program_holes(spec)
    assert holes, "no program is missing"
    assert not [each for each in spec.excluded if each.exclusion is not Exclusion.PROGRAM]
    verdict = check_file(
        embedded,
        task.solution.read_text(encoding="utf-8"),
        task.path.read_text(encoding="utf-8"),
        programs=dict.fromkeys((hole.name for hole in holes), allowed_functions(spec.text)),
        limits=LIMITS,
        fresh=False,
    )
    assert verdict.accepted, [target for target in verdict.targets if not target.accepted]
    assert all(target.level is Level.L1 for target in verdict.targets)
    assert {each.name for each in verdict.programs} == {hole.name for hole in holes}


@pytest.mark.parametrize("task", every(3, [(task,) for task in TASKS], lambda task: task.name))
def test_tests_refute_no_correct_program(embedded: Pool, task: Task) -> None:
    spec = _load(embedded, task.path)
    holes = program_holes(spec)
    sources = [task.solution, *task.alternatives]
    found = [read_programs(embedded, spec, decode(path.read_bytes()), path.name, LIMITS) for path in sources]
    for hole in holes:
        ignored = [each.name for each in holes if each.name != hole.name]
        properties = read_properties(embedded, spec, hole.name, ignored=ignored)
        assert not properties.untestable
        outcomes = Tester(embedded, spec, hole, properties).test([programs[hole.name] for programs in found])
        assert [(outcome.fate, outcome.reason) for outcome in outcomes] == [(Fate.SURVIVED, "")] * len(outcomes)
        assert all(outcome.passed > 0 for outcome in outcomes)
