"""`gentzen train` without Lean and torch: rows as prompts, configurations, plans, what is worth a rollout."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sketch_world import sketch, world
from typer.testing import CliRunner

from lean_project.check.verdict import Level
from lean_project.errors import UserError
from prover.cli import app
from prover.policy.answers import Answer, Finish
from prover.policy.contract import Names, Written, conjectures, proof
from prover.policy.families import FAMILIES, family_named
from prover.policy.requests import Role
from rl.data.rows import Completion, Conjectured, HardNegative, Provenance, Sketch, Theorem
from rl.judge import Item, LeanJudge
from rl.run.config import Reinforce, Vllm, load_train_config
from rl.run.prompts import pair_of, pairs_of, resampled
from rl.run.reinforce import Improve
from rl.run.run import digest
from rl.selfplay.records import Attempt, Origin, Outcome, Shape, Statement, Trial
from rl.sft import Pair

CONFIG = """selfplay: {out: run, files: [A.lean], rounds: 3, evaluation: {files: [B.lean]}}
reinforce: {updates: 5, objective: gigpo}
"""

ABOVE = "def twice (n : Nat) : Nat := n + n"
THEOREM = Theorem(
    preamble=ABOVE,
    command="theorem twice_zero (n : Nat) (h : n = 0) : twice n = 0 := by\n  sorry",
    name="twice_zero",
    binders="(n : Nat) (h : n = 0)",
    target="twice n = 0",
    goal="n : Nat\nh : n = 0\n⊢ twice n = 0",
    stated="(n : Nat) (h : n = 0) : twice n = 0",
    key="k",
    strict_key="s",
)
WHERE = Provenance(source="self-play")
PROOFS = ["simp [twice, h]", "subst h\nrfl", "cases n with\n| zero => rfl\n| succ k =>\n  simp at h"]


class Chat:
    """As much of a tokenizer as prompts need."""

    chat_template = "yes"

    def apply_chat_template(self, messages: list[dict[str, str]], **_: Any) -> str:
        return "".join(f"<{each['role']}>{each['content']}" for each in messages) + "<assistant>"


@pytest.mark.parametrize("family", [family.name for family in FAMILIES])
@pytest.mark.parametrize("tactics", PROOFS)
def test_what_is_learned_is_what_the_contract_reads(family: str, tactics: str) -> None:
    """The answer that a row teaches, read as an answer to the row's prompt, is the row's proof."""
    chosen = family_named(family)
    row = Completion(theorem=THEOREM, provenance=WHERE, level=Level.L1, proof=tactics)
    pair = pair_of(row, chosen, Chat())
    assert pair is not None and ABOVE in pair.prompt and "twice_zero (n : Nat) (h : n = 0)" in pair.prompt
    text = pair.completion.partition("\n```")[0] if not chosen.chat else pair.completion  # a stop string is not sent
    answer = Answer(text, Finish.STOP, model="m", continues=not chosen.chat)
    read = proof(answer, THEOREM.view(), Names(frozenset(), frozenset()), "test")
    assert isinstance(read, Written), read
    assert read.split.tactics == tactics


@pytest.mark.parametrize("family", [family.name for family in FAMILIES])
def test_a_sketch_that_is_learned_is_read_as_one(family: str) -> None:
    """What it leaves stays open, with lemmas above it where the family can say them."""
    chosen = family_named(family)
    score = {"S": 0.5}
    lemma = "theorem part (n : Nat) : twice n = n + n := by sorry"
    leaving = Sketch(theorem=THEOREM, provenance=WHERE, tactics="cases n", children=("a", "b"), score=score)
    steps = leaving.model_copy(update={"tactics": "have g : n = 0 := by sorry\nsimp [g]", "children": ("a",)})
    resting = leaving.model_copy(update={"tactics": "exact part n", "lemmas": (lemma,), "children": ("a",)})
    for row, tactics in ((leaving, "cases n"), (steps, "have g : n = 0 := ?_\nsimp [g]"), (resting, "exact part n")):
        pair = pair_of(row, chosen, Chat())
        if row is resting and not chosen.chat:
            assert pair is None
            continue
        assert pair is not None
        text = pair.completion.partition("\n```")[0] if not chosen.chat else pair.completion
        answer = Answer(text, Finish.STOP, model="m", continues=not chosen.chat)
        read = proof(answer, THEOREM.view(), Names(frozenset(), frozenset()), "test", sketch=True)
        assert isinstance(read, Written), read
        assert read.split.tactics == tactics and read.split.leaves_goals
        assert [each.name for each in read.split.lemmas] == (["part"] if row is resting else [])


@pytest.mark.parametrize("family", ["raw", "plain"])
def test_a_conjecture_that_is_learned_is_read_again(family: str) -> None:
    chosen = family_named(family)
    row = Conjectured(
        theorem=THEOREM,
        provenance=WHERE,
        lemma="Nat.add_zero",
        lemma_statement="(n : Nat) : n + 0 = n",
        seed="(n : Nat) : twice n = n + n",
        seed_proof="rfl",
        rate=0.2,
    )
    pair = pair_of(row, chosen, Chat())
    assert pair is not None and "Nat.add_zero" in pair.prompt and "twice n = n + n" in pair.prompt
    text = pair.completion.partition("\n```")[0] if not chosen.chat else pair.completion
    answer = Answer(text, Finish.STOP, model="m", continues=not chosen.chat)
    (found,) = conjectures(answer, THEOREM.view().__class__("easy", "", "", ""), Names(frozenset(), frozenset()))
    assert found.statement.split() == THEOREM.stated.split()


def test_lemmas_cannot_be_put_above_a_theorem_that_is_continued() -> None:
    row = Completion(theorem=THEOREM, provenance=WHERE, lemmas=("theorem one : 1 = 1 := rfl",), proof="simp")
    assert pair_of(row, family_named("raw"), None) is None
    pair = pair_of(row, family_named("plain"), Chat())
    assert pair is not None and "theorem one" in pair.completion
    assert pair_of(HardNegative(theorem=THEOREM, provenance=WHERE, lemma="x"), family_named("raw"), None) is None


def test_equal_pairs_are_learned_once_with_the_larger_weight() -> None:
    rows = [Completion(theorem=THEOREM, provenance=WHERE, proof="simp", weight=w) for w in (0.2, 0.7, 0.0)]
    pairs, weights = pairs_of(rows, family_named("raw"), None)
    assert len(pairs) == 1 and weights == [0.7]


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20), st.integers(1, 60), st.integers(0, 99))
def test_resampling_follows_the_weights(weights: list[float], count: int, seed: int) -> None:
    pairs = [Pair(str(number), "") for number in range(len(weights))]
    drawn = Counter(pair.prompt for pair in resampled(pairs, weights, count, seed))
    total = sum(weights)
    if total == 0:
        assert not drawn
        return
    assert abs(drawn.total() - count) <= 1  # rounding may cost the last one
    for pair, weight in zip(pairs, weights, strict=True):
        assert abs(drawn[pair.prompt] - count * weight / total) < 1 + 1e-6
    assert resampled(pairs, weights, count, seed) == resampled(pairs, weights, count, seed)


def statement(name: str) -> Statement:
    return Statement(
        key=name,
        strict_key=name,
        name=name,
        statement=": True",
        environment="e",
        goal="⊢ True",
        shape=Shape(size=1, constants=()),
        origin=Origin.DATASET,
    )


def trial(name: str, outcomes: list[Outcome]) -> Trial:
    attempts = tuple(Attempt(index=i, outcome=each) for i, each in enumerate(outcomes))
    return Trial(key=name, strict_key=name, attempts=attempts)


def test_rollouts_go_where_groups_are_mixed() -> None:
    from rl.run.reinforce import worth_while

    yes, no, lost = Outcome.PROVED, Outcome.FAILED, Outcome.LOST
    trials = [
        trial("always", [yes, yes]),
        trial("seldom", [yes, no, no, no]),
        trial("even", [yes, no]),
        trial("never", [no, no]),
        trial("lost", [lost, lost]),
    ]
    names = [each.name for each in worth_while([statement(each.strict_key) for each in trials], trials, 9)]
    assert names == ["even", "seldom", "never"]
    assert [each.name for each in worth_while([statement("never"), statement("even")], trials, 1)] == ["even"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "A.lean").write_text("theorem a : 1 = 1 := by sorry\n\ntheorem b : 2 = 2 := rfl\n")
    (tmp_path / "B.lean").write_text("theorem c : 3 = 3 := by\n  sorry\n")
    (tmp_path / "train.yaml").write_text(CONFIG)
    return tmp_path


def test_paths_are_relative_to_the_file(folder: Path) -> None:
    config = load_train_config(folder / "train.yaml")
    assert config.selfplay.out == folder / "run" and config.selfplay.files == (folder / "A.lean",)
    assert config.reinforce.objective == "gigpo" and config.model.path is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selfplay: {out: run, files: []}", "selfplay.files"),
        ("selfplay: {out: run, files: [A.lean]}\nreinforce: {objective: magic}", "no objective magic"),
        ("selfplay: {out: run, files: [A.lean]}\nspeed: 9", "speed"),
        ("selfplay: [", "cannot be read as YAML"),
        ("model: {sizes: {head_dim: 16}}\nselfplay: {out: run, files: [A.lean]}", "head_dim"),
        (CONFIG + "vllm: {port: 8000}\n", "one for the trainer and one for it"),
        (CONFIG + "vllm: {mode: colocate}\n", "needs GPUs"),
        (
            CONFIG + "vllm: {mode: colocate, port: 8000}\nmachine: {gpus: 1}\n",
            "`port` is not for vLLM in the mode colocate",
        ),
        (CONFIG + "vllm: {memory: 0.3}\nmachine: {gpus: 2}\n", "`memory` is not for vLLM in the mode server"),
        (
            CONFIG.replace("objective: gigpo", "staleness: 1") + "vllm: {}\nmachine: {gpus: 2}\n",
            "draws rollouts itself",
        ),
        (CONFIG + "vllm: {port: 99999}\nmachine: {gpus: 2}\n", "vllm.port"),
        ("selfplay: {out: run, files: [A.lean]}\nvllm: {}\nmachine: {gpus: 2}\n", "reinforce.updates is 0"),
        (CONFIG + "probe: {files: [B.lean], signal: magic}\n", "no signal magic"),
    ],
)
def test_bad_configurations_are_refused_in_one_paragraph(folder: Path, text: str, said: str) -> None:
    (folder / "train.yaml").write_text(text)
    with pytest.raises(UserError, match=said.replace(".", r"\.")):
        load_train_config(folder / "train.yaml")


def test_what_decides_results_decides_the_digest(folder: Path) -> None:
    def of(text: str) -> str:
        (folder / "train.yaml").write_text(text)
        return digest(load_train_config(folder / "train.yaml"))

    plain = of(CONFIG)
    assert of(CONFIG + "machine: {cores: 64}\n") == plain
    assert of(CONFIG + "probe: {files: [B.lean]}\nvllm: {}\nmachine: {gpus: 2}\n") == plain
    assert of(CONFIG.replace("rounds: 3", "rounds: 9")) == plain
    assert of(CONFIG.replace("updates: 5", "updates: 6")) != plain
    assert of(CONFIG + "supervised: {epochs: 1}\n") != plain
    assert of(CONFIG + "launch: {command: [torchrun]}\n") == plain
    # Settings that came later say nothing where they are the defaults: runs from before go on.
    assert of(CONFIG.replace("updates: 5", "updates: 5, roles: [complete], finishing: 8")) == plain
    assert of(CONFIG.replace("updates: 5", "updates: 5, roles: [decompose]")) != plain


def test_the_plan_says_what_draws_the_rollouts(folder: Path) -> None:
    def planned(more: str) -> str:
        (folder / "train.yaml").write_text(CONFIG + more)
        made = CliRunner().invoke(app, ["train", str(folder / "train.yaml"), "--dry-run"])
        assert made.exit_code == 0, made.output
        return next(line for line in made.stdout.splitlines() if line.split()[:1] == ["engine"])

    gpus = "machine: {gpus: %d, device: h100}\n"
    assert "on the CPU" in planned("")
    assert "leaves 7 of 8 GPUs idle" in planned(gpus % 8) and "idle" not in planned(gpus % 1)
    launched = planned("launch: {command: [torchrun, --nproc_per_node, '8']}\n" + gpus % 8)
    assert "torchrun --nproc_per_node 8" in launched and "by transformers" in launched
    assert "in the trainer's process" in planned("vllm: {mode: colocate}\n" + gpus % 1)
    server = planned("vllm: {host: node2, port: 8010}\n" + gpus % 8)
    assert "vLLM server" in server and "node2, port 8010" in server


def test_rollouts_are_asked_for_in_each_role(tmp_path: Path) -> None:
    """Whole proofs and sketches of one statement have prompts and odds of their own."""
    nothing: Any = None
    roles = (Role.COMPLETE, Role.DECOMPOSE)
    settings = Reinforce(updates=1, roles=(*roles, Role.COMPLETE))
    domain, _, task = world()
    with domain:
        asked = Improve(settings, nothing, nothing)._asked({"main": task}, Chat(), tmp_path)
    assert [each["role"] for each in asked] == ["complete", "decompose"] == list(settings.roles)
    assert len({each["goal"] for each in asked}) == len({each["prompt"] for each in asked}) == 2
    assert {each["task"] for each in asked} == {"main"}


def test_an_outcome_is_all_or_nothing() -> None:
    """What leaves goals open earns nothing that way when nothing closes them; lost attempts have no reward."""
    domain, _, task = world()
    with domain:
        texts = [sketch("SIZE 20", "SIZE 20"), sketch(), sketch(proof="exact fraud"), sketch("SIZE 9", proof="crash")]
        items = [Item("main", Role.DECOMPOSE, text) for text in texts]
        alone, helped = (LeanJudge({"main": task}, outcome=moves).grade(items) for moves in (0, 2))
    assert [each.reward for each in alone] == [0.0, 1.0, 0.0, None]
    assert [each.reward for each in helped] == [1.0, 1.0, 0.0, None], "this Lean accepts what a finishing move says"


def test_vllm_as_arguments_of_trl() -> None:
    assert Vllm().arguments == {"use_vllm": True, "vllm_mode": "server"}
    server = Vllm.model_validate({"host": "node2", "port": 8010, "group_port": 51300, "timeout": 600})
    assert server.arguments == {
        "use_vllm": True,
        "vllm_mode": "server",
        "vllm_server_host": "node2",
        "vllm_server_port": 8010,
        "vllm_group_port": 51300,
        "vllm_server_timeout": 600.0,
    }
    shared = Vllm.model_validate({"mode": "colocate", "memory": 0.4, "sleep": True, "max_model_length": 4096})
    assert shared.arguments == {
        "use_vllm": True,
        "vllm_mode": "colocate",
        "vllm_gpu_memory_utilization": 0.4,
        "vllm_enable_sleep_mode": True,
        "vllm_max_model_length": 4096,
    }


def test_the_plan_says_what_rollouts_are(folder: Path) -> None:
    more = "  roles: [complete, decompose]\n  sketch_reward: outcome\n"
    (folder / "train.yaml").write_text(f"{CONFIG.splitlines()[0]}\nreinforce:\n  updates: 5\n{more}")
    made = " ".join(CliRunner().invoke(app, ["train", str(folder / "train.yaml"), "--dry-run"]).stdout.split())
    assert "whole proofs and sketches" in made and "rewarded by their outcome" in made


def test_a_dry_run_prints_the_plan(folder: Path) -> None:
    made = CliRunner().invoke(app, ["train", str(folder / "train.yaml"), "--dry-run"])
    assert made.exit_code == 0, made.output
    for words in ("parameters", "rounds", "5 updates a round", "Lean", "estimate"):
        assert words in made.stdout
    large = CONFIG + "model: {sizes: {layers: 80, hidden: 8192, intermediate: 28672, vocabulary: 128000}}\n"
    (folder / "train.yaml").write_text(large + "machine: {gpus: 1, device: rtx4090}\n")
    refused = CliRunner().invoke(app, ["train", str(folder / "train.yaml"), "--dry-run"])
    assert refused.exit_code == 2 and "does not fit" in refused.stdout
