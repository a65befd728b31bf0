"""Plans of training runs: sizes against published models, memory that is never exceeded, the best of all placements."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_project.errors import UserError
from rl.plan.machines import DEVICES, GIB, Cluster, device
from rl.plan.placement import RESERVE, Layout, Placement, Work, best, lean_workers, placements
from rl.plan.shapes import ModelShape, from_config, from_folder

QWEN3_8B = {
    "model_type": "qwen3",
    "hidden_size": 4096,
    "num_hidden_layers": 36,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "intermediate_size": 12288,
    "vocab_size": 151936,
    "tie_word_embeddings": False,
}
LLAMA2_7B = {
    "model_type": "llama",
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
}
SMALL = ModelShape(4, 256, 1024, 8, 4, 32, 4096, tied=True)
WORK = Work(prompts=16, rollouts=8, prompt_tokens=512, completion_tokens=1024, longest=4096)


def test_parameters_are_those_of_published_models() -> None:
    """Their published numbers of parameters."""
    assert from_config(QWEN3_8B).parameters == 8_190_735_360
    assert from_config(LLAMA2_7B).parameters == 6_738_415_616


def test_kv_cache_of_one_token() -> None:
    assert from_config(QWEN3_8B).kv_bytes == 2 * 36 * 8 * 128 * 2


def test_a_model_of_transformers_has_as_many_parameters() -> None:
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1}
    sizes |= {"head_dim": 32, "intermediate_size": 96, "vocab_size": 300}
    for kind, tied in itertools.product(("qwen3", "qwen2", "llama"), (True, False)):
        config = transformers.AutoConfig.for_model(kind, **sizes, tie_word_embeddings=tied)
        model = transformers.AutoModelForCausalLM.from_config(config)
        assert from_config(config.to_dict()).parameters == sum(each.numel() for each in model.parameters()), kind


def test_configurations_that_say_too_little_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="hidden_size"):
        from_config({"model_type": "gpt"})
    with pytest.raises(UserError, match=r"config\.json cannot be read"):
        from_folder(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(LLAMA2_7B))
    assert from_folder(tmp_path).kv_heads == 32
    with pytest.raises(UserError, match="no device"):
        device("abacus", 1, GIB)


def cluster(name: str, nodes: int, gpus: int) -> Cluster:
    return Cluster(nodes, gpus, device(name, 16, 64.0 * GIB), cores=16, memory=64.0 * GIB)


CLUSTERS = st.builds(cluster, st.sampled_from(sorted(DEVICES)), st.integers(1, 3), st.integers(1, 8))
WORKS = st.builds(
    Work,
    prompts=st.integers(1, 64),
    rollouts=st.integers(2, 16),
    prompt_tokens=st.integers(16, 2000),
    completion_tokens=st.integers(16, 4000),
    longest=st.integers(6000, 12000),
    reference=st.booleans(),
)


@given(CLUSTERS, WORKS, st.sampled_from([SMALL, from_config(QWEN3_8B)]))
def test_what_is_placed_fits_and_nothing_is_faster(cluster: Cluster, work: Work, shape: ModelShape) -> None:
    room = cluster.device.memory * (1 - RESERVE)
    found = list(placements(shape, cluster, work))
    for each in found:
        assert each.generate_memory <= room * (1 + 1e-9) and each.train_memory <= room
        used = each.generators if each.layout is Layout.COLOCATED else each.generators + each.trainers
        assert used == cluster.devices and each.generators % each.tensor_parallel == 0
        assert each.tensor_parallel <= cluster.gpus and each.concurrent >= 1
    chosen = best(shape, cluster, work)
    assert (chosen is None) == (not found)
    if chosen is not None:
        assert chosen.step_seconds == min(each.step_seconds for each in found)


@given(WORKS)
def test_the_search_is_brute_force(work: Work) -> None:
    """Every division of four devices by hand: colocated with degrees 1, 2, 4; split 1+3, 2+2, 3+1 with those that
    divide the generators."""
    found = {(p.layout, p.generators, p.tensor_parallel) for p in placements(SMALL, cluster("h200", 1, 4), work)}
    together = {(Layout.COLOCATED, 4, degree) for degree in (1, 2, 4)}
    apart = {(Layout.SPLIT, g, degree) for g in (1, 2, 3) for degree in (1, 2, 4) if g % degree == 0}
    assert found == together | apart


def test_a_large_model_does_not_fit_on_one_small_device() -> None:
    assert best(from_config(QWEN3_8B), cluster("rtx4090", 1, 1), WORK) is None
    assert best(from_config(QWEN3_8B), cluster("h200", 1, 8), WORK) is not None


def test_times_go_the_right_way() -> None:
    shape, machines = from_config(QWEN3_8B), cluster("h200", 1, 8)

    def seconds(placed: Placement | None) -> float:
        assert placed is not None
        return placed.step_seconds

    plain = seconds(best(shape, machines, WORK))
    assert seconds(best(shape, machines, replace(WORK, rollouts=16))) > plain
    assert seconds(best(shape, machines, replace(WORK, reference=True))) >= plain
    assert seconds(best(shape, replace(machines, nodes=2), WORK)) < plain
    assert seconds(best(SMALL, machines, WORK)) <= plain


def test_lean_takes_half_of_the_memory_and_leaves_a_core() -> None:
    assert lean_workers(cluster("h200", 2, 8)) == 2 * 15
    assert lean_workers(replace(cluster("h200", 1, 1), memory=8.0 * GIB)) == 2
    assert lean_workers(replace(cluster("h200", 1, 1), cores=1)) == 1
