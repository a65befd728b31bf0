"""What trainers log reaches the JSON lines and TensorBoard, once each, also after an interruption."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("tensorboard")
pytestmark = pytest.mark.train


def events(folder: Path) -> dict[str, list[tuple[int, float]]]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder))
    read.Reload()
    return {tag: [(each.step, each.value) for each in read.Scalars(tag)] for tag in read.Tags()["scalars"]}


def test_updates_of_reinforcement(make_trainer: Any, tmp_path: Path) -> None:
    """Losses, rewards and the trainer's own gauges, by update; taken up again, the second half is written once."""
    from rl.run.callback import Updates
    from rl.run.updates import read_updates

    path, board = tmp_path / "updates" / "reinforced.jsonl", tmp_path / "tensorboard" / "reinforced"
    settings = {"max_steps": 4, "save_strategy": "steps", "save_steps": 2}
    make_trainer(callbacks=[Updates(path, board)], **settings).train()
    first = read_updates(path)
    assert [line["step"] for line in first] == [1, 2, 3, 4]
    assert {"loss", "reward", "groups/dead", "rewards/lost", "completions/mean_length"} <= first[0].keys()
    assert not [name for name in first[0] if "runtime" in name or "step_time" in name]

    again = make_trainer(callbacks=[Updates(path, board)], **settings)
    again.train(resume_from_checkpoint=str(tmp_path / "run" / "checkpoint-2"))
    assert read_updates(path) == first, "it goes on with the same losses and rewards"
    shown = events(board)
    for name in ("loss", "reward", "groups/dead"):
        assert [step for step, _ in shown[name]] == [1, 2, 3, 4]
        assert [value for _, value in shown[name]] == pytest.approx([line[name] for line in first], abs=1e-6)


def test_updates_of_supervised_learning(tmp_path: Path) -> None:
    from rl.models import ModelConfig
    from rl.run.callback import Updates
    from rl.run.updates import read_updates
    from rl.sft import Pair, SftSettings, train_sft

    path, board = tmp_path / "updates.jsonl", tmp_path / "board"
    pairs = [Pair(f"n = {number} := by", " rfl") for number in range(4)]
    chosen = SftSettings(max_steps=3, batch=2, vocabulary=300)
    found = train_sft(pairs, tmp_path / "model", ModelConfig(context=64), chosen, callbacks=[Updates(path, board)])
    assert tuple(line["loss"] for line in read_updates(path)) == found.losses
    assert [step for step, _ in events(board)["loss"]] == [1, 2, 3]


def test_curves_by_round(tmp_path: Path) -> None:
    """A later process writes all of them again, and nothing is shown twice."""
    from rl.run.board import FOLDER, ROUNDS, RoundCurves

    known = {0: {"held_out/proved": 1.0}, 1: {"held_out/proved": 2.0, "gauges/kept": 5.0}}
    for rounds in (known, {**known, 2: {"held_out/proved": 4.0}}):
        curves = RoundCurves(tmp_path)
        curves.write({0: rounds[0]})
        curves.write(rounds)
        curves.close()
    shown = events(tmp_path / FOLDER / ROUNDS)
    assert shown == {"held_out/proved": [(0, 1.0), (1, 2.0), (2, 4.0)], "gauges/kept": [(1, 5.0)]}


def test_the_vllm_section_reaches_trl(tmp_path: Path) -> None:
    """As arguments that TRL's own configuration takes, beside those of the trainer."""
    from rl.learner import training_arguments
    from rl.run.config import Vllm

    server = Vllm.model_validate({"host": "node2", "port": 8010, "group_port": 51300, "timeout": 600})
    made = training_arguments(tmp_path, **server.arguments)
    assert made.use_vllm and made.vllm_mode == "server"
    assert (made.vllm_server_host, made.vllm_server_port, made.vllm_group_port) == ("node2", 8010, 51300)
    assert made.vllm_server_timeout == 600
    shared = training_arguments(tmp_path, **Vllm.model_validate({"mode": "colocate", "memory": 0.4}).arguments)
    assert shared.vllm_mode == "colocate" and shared.vllm_gpu_memory_utilization == 0.4
    assert not training_arguments(tmp_path).use_vllm


def test_the_reinforcement_step_passes_on_what_it_is_given(model: Any, words: Any, tmp_path: Path) -> None:
    from rl.models import dataset
    from rl.run.callback import Updates
    from rl.run.config import Reinforce, Vllm
    from rl.run.reinforce import CLOSING, Improve

    def improve(objective: str = "grpo", **options: Any) -> Any:
        settings = Reinforce(
            updates=1, prompts=1, rollouts=2, completion_tokens=8, objective=objective, options=options
        )
        nothing: Any = None
        return Improve(settings, nothing, nothing, arguments=Vllm().arguments)

    assert improve()._arguments(tmp_path, 0).use_vllm
    plain = Improve(improve().settings, improve().world, improve().session)
    callback = Updates(tmp_path / "updates.jsonl")
    rows = dataset([{"prompt": "x"}])
    arguments = plain._arguments(tmp_path / "run", 0)
    made = plain._trainer(model, lambda **_: [0.0], arguments, None, rows, words, callbacks=[callback])
    assert callback in made.callback_handler.callbacks and not made.use_vllm

    judges = [improve().judge({}), improve("gigpo", omega=1.0).judge({}), improve("verpo", partial=0.5).judge({})]
    assert [judge.steps for judge in judges] == [False, True, False]
    assert [judge.closer.calls if judge.closer else 0 for judge in judges] == [0, 0, CLOSING]
    assert improve().judge({}).finisher is None
    for finishing in (0, 3):
        settings = Reinforce(roles=("complete", "decompose"), sketch_reward="outcome", finishing=finishing)
        assert Improve(settings, plain.world, plain.session).judge({}).finisher.calls == finishing
