"""`gentzen train` as a whole on real Lean with a tiny model: a run, killed in the middle, comes out like one that was
not; every stage is there, and so is the report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("trl")
pytestmark = [pytest.mark.lean, pytest.mark.train, pytest.mark.slow, pytest.mark.timeout(3600)]

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "Lists.lean": """def rev : List Nat → List Nat
  | [] => []
  | x :: xs => rev xs ++ [x]

theorem rev_nil : rev [] = [] := by sorry

theorem rev_one (x : Nat) : rev [x] = [x] := by sorry

theorem length_rev (xs : List Nat) : (rev xs).length = xs.length := by sorry
""",
    "Held.lean": "def twice (n : Nat) : Nat := n + n\n\ntheorem twice_zero : twice 0 = 0 := by sorry\n",
    "Valid.lean": "def thrice (n : Nat) : Nat := n + n + n\n\ntheorem thrice_zero : thrice 0 = 0 := by sorry\n",
    "train.yaml": """selfplay:
  out: run
  files: [Lists.lean]
  rounds: 2
  seed: 1
  conjectures: {per_seed: 1, at_most: 2}
  prove: {samples: 2, later_samples: 2, seconds: 20, heartbeats: 10000, tokens: 32}
  evaluation: {files: [Held.lean], samples: 2}
  workers: 1
start: {rule_rounds: 1, samples: 3}
supervised: {epochs: 2, batch: 4, learning_rate: 0.002}
reinforce: {updates: 2, prompts: 1, rollouts: 2, completion_tokens: 16}
promotion: {files: [Valid.lean], samples: 1, repeats: 0}
model: {sizes: {vocabulary: 400, context: 384}}
""",
}


def make(folder: Path) -> Path:
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder / "train.yaml"


def command(config: Path) -> list[str]:
    return [sys.executable, "-m", "prover.cli", "train", str(config), "--json"]


def state(folder: Path) -> dict[str, str]:
    """What was decided: the rounds' records and weights, by name and hash, as the stages' own manifests have them.
    Seconds differ from run to run, and so does what follows from them."""
    found = {}
    for path in sorted((folder / "run").glob("**/score.json")):
        found[path.relative_to(folder).as_posix()] = path.read_text()
    for path in sorted((folder / "run").glob("**/proposals.jsonl")):
        found[path.relative_to(folder).as_posix()] = path.read_text()
    return found


def test_a_run_that_is_killed_goes_on(tmp_path: Path) -> None:
    whole, killed = make(tmp_path / "whole"), make(tmp_path / "killed")
    ended = subprocess.run(command(whole), cwd=ROOT, capture_output=True, text=True, timeout=1500)
    assert ended.returncode in (0, 1), ended.stderr
    summary = json.loads(ended.stdout)
    assert len(summary["rounds"]) == 2 and "held-out" in (tmp_path / "whole/run/report.html").read_text().lower()
    assert {each["attempts"] for each in summary["scores"]} == {2}
    for number in range(2):
        decision = json.loads((tmp_path / f"whole/run/round-{number:03d}/6-training/promotion.json").read_text())
        assert sum(decision["settled"][name] for name in ("both", "neither", "gained", "lost")) == 1

    for stage in ("start", "round-000/4-proofs", "round-001/6-training"):
        process = subprocess.Popen(
            command(killed), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until = time.monotonic() + 900
        while process.poll() is None and not (tmp_path / "killed/run" / stage).exists() and time.monotonic() < until:
            time.sleep(0.1)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    again = subprocess.run(command(killed), cwd=ROOT, capture_output=True, text=True, timeout=1500)
    assert again.returncode in (0, 1), again.stderr
    assert state(tmp_path / "killed") == state(tmp_path / "whole")
    third = subprocess.run(command(killed), cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert json.loads(third.stdout) == json.loads(again.stdout) and "supervised:" not in third.stderr


FSDP = """compute_environment: LOCAL_MACHINE
distributed_type: FSDP
use_cpu: true
mixed_precision: 'no'
num_machines: 1
num_processes: 2
fsdp_config:
  fsdp_version: 2
  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP
  fsdp_reshard_after_forward: true
  fsdp_state_dict_type: FULL_STATE_DICT
"""
LAUNCHERS = {
    "ddp": [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"],
    "fsdp": [sys.executable, "-m", "accelerate.commands.launch", "--config_file", "fsdp.yaml"],
}


def launched(folder: Path, command: list[str]) -> Path:
    """One round, whose trainings are two processes; whole proofs and sketches are drawn."""
    config = make(folder)
    text = config.read_text().replace("rounds: 2", "rounds: 1")
    text = text.replace("prompts: 1, rollouts: 2", "prompts: 2, rollouts: 2, roles: [complete, decompose]")
    config.write_text(f"{text}launch: {{command: {json.dumps(command)}, workers: 1, patience: 300}}\n")
    (folder / "fsdp.yaml").write_text(FSDP)
    return config


def test_trainings_in_two_processes(tmp_path: Path) -> None:
    """Two processes that hold all weights each, and two that hold half of them each, come to the same checkpoint; the
    run of the first is killed while they are at work, and the next one does not get into their way."""
    import torch
    from safetensors.torch import load_file

    weights = {}
    for name, launcher in LAUNCHERS.items():
        config = launched(tmp_path / name, launcher)
        training = tmp_path / name / "run/round-000"
        if name == "ddp":
            process = subprocess.Popen(
                command(config), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            until = time.monotonic() + 900
            while process.poll() is None and time.monotonic() < until:
                if any(training.glob("**/reinforced-job/log.txt")):
                    break
                time.sleep(0.1)
            process.kill()
            process.wait()
        ended = subprocess.run(command(config), cwd=ROOT, capture_output=True, text=True, timeout=1500)
        assert ended.returncode in (0, 1), ended.stderr
        job = json.loads((training / "6-training/reinforced-job/result.json").read_text())
        assert job["error"] == "" and any("rollouts:" in line for line in job["said"])
        assert len((training / "6-training/updates/reinforced.jsonl").read_text().splitlines()) == 2
        weights[name] = load_file(training / "6-training/checkpoint/model.safetensors")
    assert weights["ddp"].keys() == weights["fsdp"].keys()
    for name, value in weights["ddp"].items():
        assert torch.allclose(value, weights["fsdp"][name], atol=1e-5), name
