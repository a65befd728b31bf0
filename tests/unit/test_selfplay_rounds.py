"""Whole rounds without Lean: a scripted prover of known reach, and a process that is killed at random moments."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from selfplay_toy import REACH, STEP, ToyWorld, level_of, run_of

from lean_project.errors import UserError
from rl.data.files import file_sha256, read_lines, write_lines
from rl.data.rows import Completion, Conjectured, Provenance
from rl.selfplay.config import Config, load_config
from rl.selfplay.records import Decision, Known, Refusal, Seed, Selected, Statement, Trial, by_key
from rl.selfplay.round import FILTERS, PROOFS, SEEDS, SELECTION, THEORY
from rl.selfplay.rows import RowMaker
from rl.selfplay.run import Summary

SOMEWHERE = Provenance(source="test")
ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "out": "out",
    "files": ["toy.lean"],
    "rounds": 3,
    "seed": 7,
    "seeds": {"trivial": 1.0, "lemma_share": 1.0},
    "conjectures": {"per_seed": 16, "at_most": 45},
    "prove": {"samples": 20, "later_samples": 20, "retries": 8},
    "evaluation": {"files": ["held.lean"], "samples": 8},
    "select": {"capacity": 4.0},
}


def config_in(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("toy.lean", "held.lean"):
        (folder / name).write_text("-- the toy world has its own statements\n")
    path = folder / "run.yaml"
    path.write_text(yaml.safe_dump({**SETTINGS, **changes}))
    return path


def played(
    folder: Path, *, faults: float = 0.0, world_faults: float | None = None, **changes: object
) -> tuple[Config, Summary]:
    """`faults`: share of requests that the machinery loses, of the prover and (unless told otherwise) of the world."""
    config = load_config(config_in(folder, **changes))
    world = ToyWorld(faults=faults if world_faults is None else world_faults)
    return config, run_of(config, world, faults=faults).run()


def outputs(folder: Path) -> dict[str, str]:
    """Every file of a run, by content."""
    return {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def selected_levels(config: Config, round: int) -> list[int]:
    folder = config.out / f"round-{round:03d}"
    statements = by_key(read_lines(folder / PROOFS / "statements.jsonl", Statement))
    return [
        level_of(statements[e.strict_key].statement)
        for e in read_lines(folder / SELECTION / "selected.jsonl", Selected)
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Summary]:
    return played(tmp_path_factory.mktemp("run"))


def test_kept_conjectures_are_in_the_window_and_drift_harder(run: tuple[Config, Summary]) -> None:
    config, summary = run
    means = []
    for number in range(config.rounds):
        folder = config.out / f"round-{number:03d}" / SELECTION
        rows = read_lines(folder / "selected.jsonl", Selected)
        assert rows and all(0 < row.rate < config.select.high and row.weight > 0 for row in rows)
        levels = selected_levels(config, number)
        reach = REACH + STEP * number
        assert all(reach - 1 < level < reach + 7 for level in levels), (reach, levels)
        means.append(sum(levels) / len(levels))
    assert means == sorted(means) and means[-1] > means[0] + 3, means
    assert [score.round for score in summary.scores] == list(range(config.rounds))
    assert summary.scores[-1].solved > summary.scores[0].solved


def test_what_must_not_pass_does_not(run: tuple[Config, Summary]) -> None:
    config, _ = run
    expected = {
        "variant": {Refusal.VARIANT, Refusal.DUPLICATE, Refusal.REPEATED},
        "evaluation": {Refusal.EVALUATION, Refusal.REPEATED},
        "false": {Refusal.REFUTED, Refusal.REPEATED},
        "vacuous": {Refusal.VACUOUS},
        "automatic": {Refusal.AUTOMATION},
        "library": {Refusal.LIBRARY, Refusal.VARIANT},
        "nonsense": {Refusal.NOT_STATED, Refusal.REPEATED},
    }
    seen = set()
    for number in range(config.rounds):
        for each in read_lines(config.out / f"round-{number:03d}" / FILTERS / "decisions.jsonl", Decision):
            operator = each.proposal.operator
            if operator in expected:
                seen.add(operator)
                assert each.refusal in expected[operator], each
    assert seen == expected.keys()
    again = [
        each.proposal.statement
        for number in range(config.rounds)
        for each in read_lines(config.out / f"round-{number:03d}" / FILTERS / "decisions.jsonl", Decision)
        if each.statement is not None and each.proposal.operator == "again"
    ]
    assert len({level_of(each) for each in again}) == len(again), "each of them once, whatever its variable is called"


def test_rows_are_checked_proofs_and_no_evaluation_item(run: tuple[Config, Summary]) -> None:
    config, _ = run
    held = {each.strict_key for each in ToyWorld().held_out().dataset}
    for number in range(config.rounds):
        folder = config.out / f"round-{number:03d}"
        proofs = {
            (trial.strict_key, attempt.proof)
            for earlier in range(number + 1)
            for trial in read_lines(config.out / f"round-{earlier:03d}" / PROOFS / "trials.jsonl", Trial)
            for attempt in trial.proofs
        }
        rows = read_lines(folder / SELECTION / "prover.jsonl", Completion)
        assert rows and {(row.theorem.strict_key, row.proof) for row in rows} <= proofs
        assert not held & {row.theorem.strict_key for row in rows}
        assert all(row.level == "L1" and 0 < row.weight <= 1 for row in rows)
        conjectures = read_lines(folder / SELECTION / "conjecturer.jsonl", Conjectured)
        assert not held & {row.theorem.strict_key for row in conjectures}
        for row in conjectures:
            level = level_of(row.theorem.stated)
            assert row.lemma in ("", f"lemma_{level % 3}"), "relevance is what the checked proof rests on"


def test_a_run_repeats_itself(run: tuple[Config, Summary], tmp_path: Path) -> None:
    config, _ = run
    other, _ = played(tmp_path)
    assert outputs(config.out) == outputs(other.out)


def test_what_the_start_proved_seeds_the_first_round(tmp_path: Path) -> None:
    """A dataset statement whose proof is among the start's rows begins as proved, if the check accepts it."""
    config = load_config(config_in(tmp_path, rounds=1, prove={"samples": 1, "later_samples": 1}))
    world = ToyWorld()
    easy, hard = (each for each in world.theory().dataset if level_of(each.statement) in (6, 8))
    maker = RowMaker(0, {"toy": world.theory().environments[0]}, "toy")
    reached = ((easy, "reach 5"), (easy, "reach 7"), (hard, "reach 7"))
    rows = [Completion(theorem=maker.theorem(of), proof=proof, provenance=SOMEWHERE) for of, proof in reached]
    write_lines(tmp_path / "rows.jsonl", rows)
    replace(run_of(config, world), proofs=tmp_path / "rows.jsonl").run()
    known = {each.statement.strict_key: each for each in read_lines(config.out / THEORY / "known.jsonl", Known)}
    assert (known[easy.strict_key].proof, known[easy.strict_key].rate) == ("reach 7", None)
    assert known[easy.strict_key].uses == ("lemma_0",)
    assert not known[hard.strict_key].solved
    seeds = read_lines(config.out / "round-000" / SEEDS / "seeds.jsonl", Seed)
    assert {seed.theorem for seed in seeds if seed.theorem in (easy.strict_key, hard.strict_key)} == {easy.strict_key}
    tried = read_lines(config.out / "round-000" / PROOFS / "statements.jsonl", Statement)
    assert easy.strict_key in {each.strict_key for each in tried}
    after = read_lines(config.out / "round-000" / SELECTION / "known.jsonl", Known)
    assert next(each for each in after if each.statement.strict_key == easy.strict_key).solved


def test_rounds_can_be_added(run: tuple[Config, Summary], tmp_path: Path) -> None:
    played(tmp_path, rounds=2)
    other, _ = played(tmp_path, rounds=3)
    assert outputs(run[0].out) == outputs(other.out)


def test_worker_deaths_change_no_rate(run: tuple[Config, Summary], tmp_path: Path) -> None:
    config, _ = run
    other, summary = played(tmp_path, faults=0.2)
    lost = 0
    for number in range(config.rounds):
        one, two = (
            {t.strict_key: t for t in read_lines(c.out / f"round-{number:03d}" / PROOFS / "trials.jsonl", Trial)}
            for c in (config, other)
        )
        shared = one.keys() & two.keys()
        assert len(shared) > 10
        for key in shared:
            lost += sum(attempt.success is None for attempt in two[key].attempts)
            if two[key].answered == len(two[key].attempts):
                assert two[key].rate == one[key].rate
    assert lost == summary.rounds[0].attempts_lost == 0, "with eight retries nothing stays lost"


def test_lost_attempts_are_in_no_rate(tmp_path: Path) -> None:
    config, summary = played(
        tmp_path, faults=0.5, world_faults=0.0, rounds=1, prove={"samples": 40, "later_samples": 40, "retries": 0}
    )
    (gauges,) = summary.rounds
    assert gauges.attempts_lost > 0.3 * gauges.attempts
    for trial in read_lines(config.out / "round-000" / PROOFS / "trials.jsonl", Trial):
        told = [attempt.success for attempt in trial.attempts if attempt.success is not None]
        assert trial.rate == (sum(told) / len(told) if told else None)


def test_other_settings_and_other_files_are_refused(run: tuple[Config, Summary], tmp_path: Path) -> None:
    played(tmp_path, rounds=1)
    with pytest.raises(UserError, match="other settings"):
        played(tmp_path, rounds=1, seed=8)
    config_in(tmp_path, rounds=1)
    (tmp_path / "toy.lean").write_text("-- changed\n")
    with pytest.raises(UserError, match=r"other inputs \(file toy.lean changed"):
        run_of(load_config(tmp_path / "run.yaml"), ToyWorld()).run()


def test_a_changed_output_is_noticed(tmp_path: Path) -> None:
    config, _ = played(tmp_path, rounds=1)
    path = config.out / "round-000" / PROOFS / "trials.jsonl"
    path.write_text(path.read_text().replace('"outcome":"failed"', '"outcome":"proved"', 1))
    with pytest.raises(UserError, match="is not what it was"):
        run_of(config, ToyWorld()).run()


SMALL: dict[str, object] = {
    "rounds": 2,
    "conjectures": {"per_seed": 4, "at_most": 8},
    "prove": {"samples": 6, "later_samples": 4, "retries": 1},
    "evaluation": {"files": ["held.lean"], "samples": 2},
}


def killed_at(config: Path, event: int) -> subprocess.CompletedProcess[str]:
    program = ROOT / "tests" / "support" / "selfplay_toy.py"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "support")))}
    return subprocess.run(
        [sys.executable, str(program), str(config), str(event)], env=env, capture_output=True, text=True, timeout=240
    )


def test_kill_9_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    whole = config_in(tmp_path / "whole", **SMALL)
    done = killed_at(whole, 0)
    assert done.returncode == 0, done.stderr
    events = int(done.stdout)
    assert events > 300
    expected = outputs(tmp_path / "whole" / "out")
    broken = config_in(tmp_path / "broken", **SMALL)
    chosen = random.Random(20261130)
    deaths = 0
    while True:
        died = killed_at(broken, chosen.randint(1, events // 4) if deaths < 8 else 0)
        if died.returncode == 0:
            break
        assert died.returncode == -9, died.stderr
        deaths += 1
    assert deaths >= 5
    assert outputs(tmp_path / "broken" / "out") == expected
