"""Two processes that train together: what one draws again does not leave the other waiting, and weights stay equal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")

import rl_toys

pytestmark = [pytest.mark.train, pytest.mark.slow]

CHILD = """
import os, sys
sys.path[:0] = sys.argv[3:]
import faulthandler; faulthandler.dump_traceback_later(240, exit=True)
import torch; torch.set_num_threads(1)
from pathlib import Path
from transformers import AutoTokenizer
import rl_toys
from rl.learner import LearnerSettings
from rl.replay import Replay, Verified
from rl.rollouts import Knapsack

rank, calls = int(os.environ["RANK"]), 0
words = AutoTokenizer.from_pretrained(sys.argv[1])

def reward(prompts, completions, **_):
    global calls
    calls += 1
    if rank == 1 and calls % 2:
        return [0.0] * len(completions)  # dead in the first draw, on this process alone
    return [float(number % 2) for number in range(len(completions))]

trainer = rl_toys.trainer(
    words, Path(sys.argv[2]), rewards=reward, max_steps=3, save_strategy="steps", save_steps=2, ddp_backend="gloo",
    settings=LearnerSettings(resamples=1, knapsack=Knapsack(2)),
    replay=Replay([Verified("g", "n = n := by", " rfl")], seed=rank),
)
trainer.train()
total = sum(float(p.double().sum()) for p in trainer.model.parameters())
Path(sys.argv[2], f"rank{rank}").write_text(f"{calls} {total!r}")
"""


def test_groups_that_are_dead_on_one_process_only(words: Any, tmp_path: Path) -> None:
    words.save_pretrained(str(tmp_path / "words"))
    (tmp_path / "child.py").write_text(CHILD)
    folder = tmp_path / "run"
    paths = [str(Path(rl_toys.__file__).parent), str(Path(__file__).parents[2])]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    ended = subprocess.run(
        [*command, str(tmp_path / "child.py"), str(tmp_path / "words"), str(folder), *paths],
        capture_output=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        timeout=280,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    told = [(folder / f"rank{rank}").read_text().split() for rank in range(2)]
    assert told[0] == told[1] and told[0][0] == "6"
    assert {path.name for path in (folder / "checkpoint-2").glob("learner_state_*")} == {
        "learner_state_0.pt",
        "learner_state_1.pt",
    }
    assert (folder / "trajectory.jsonl").exists() and (folder / "trajectory_1.jsonl").exists()
