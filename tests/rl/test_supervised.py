"""Models, supervised training, preferences and averages, each on a model of two layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")

import torch

from lean_project.errors import UserError
from rl.averaging import average
from rl.batches import line_steps, replaced, stacked
from rl.models import ModelConfig, line_ends, load, new_model, save, train_tokenizer
from rl.preferences import Candidate, DpoSettings, Preference, mine, train_dpo
from rl.sft import Pair, SftSettings, train_sft

pytestmark = pytest.mark.train

TINY = ModelConfig(context=64)
PAIRS = [Pair("n = n := by", " rfl"), Pair("p -> p := by", " exact id"), Pair("a < a + 1 := by", " omega")]
"""Three goals, three proofs."""


def likelihood(folder: Path, pair: Pair) -> float:
    """Mean log-probability of the completion and its end."""
    model, words = load(folder)
    prompt, reply = (words(text)["input_ids"] for text in (pair.prompt, pair.completion))
    ids = torch.tensor([[*prompt, *reply, words.eos_token_id]])
    with torch.no_grad():
        logits = model(input_ids=ids).logits[0, len(prompt) - 1 : -1]
    return -float(torch.nn.functional.cross_entropy(logits, ids[0, len(prompt) :]))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Any:
    torch.set_num_threads(1)
    settings = SftSettings(max_steps=40, batch=3, learning_rate=5e-3, vocabulary=300)
    return train_sft(PAIRS, tmp_path_factory.mktemp("sft") / "model", TINY, settings)


class TestModels:
    def test_a_tokenizer_writes_every_text(self) -> None:
        words = train_tokenizer(["simp\nomega"], 280)
        for text in ("∀ x, x ∈ xs → f x ≤ ⟨1, 2⟩\n", "émoji 🙂\t"):
            assert words.decode(words(text)["input_ids"]) == text
        assert words.get_vocab() == train_tokenizer(["simp\nomega"], 280).get_vocab()
        shown = words.apply_chat_template(
            [{"role": "user", "content": "x"}], tokenize=False, add_generation_prompt=True
        )
        assert shown == "<|user|>x<|end|><|assistant|>"
        assert {words.decode([n]) for n in line_ends(words)} >= {"\n"}

    def test_a_seed_makes_one_model_and_small_heads_are_refused(self, words: Any) -> None:
        before = torch.random.get_rng_state()
        a, b, c = (new_model(TINY, words, seed=seed) for seed in (1, 1, 2))
        assert torch.equal(before, torch.random.get_rng_state())
        assert torch.equal(a.model.embed_tokens.weight, b.model.embed_tokens.weight)
        assert not torch.equal(a.model.embed_tokens.weight, c.model.embed_tokens.weight)
        with pytest.raises(ValueError, match="head_dim"):
            ModelConfig(head_dim=16)

    def test_a_checkpoint_comes_back_and_is_read_as_a_policy(self, words: Any, model: Any, tmp_path: Path) -> None:
        from prover.policy.checkpoint import Checkpoint

        save(model, words, tmp_path / "m")
        again, _ = load(tmp_path / "m")
        assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))
        checkpoint = Checkpoint(tmp_path / "m")
        assert checkpoint.has_chat and checkpoint.context == 256
        with pytest.raises(UserError, match="no checkpoint folder"):
            load(tmp_path)


class TestSft:
    def test_learns_the_completions_from_nothing(self, taught: Any) -> None:
        assert taught.losses[0] > 4 and taught.losses[-1] < 0.5
        assert all(likelihood(taught.folder, pair) > -0.5 for pair in PAIRS)

    def test_goes_on_from_a_checkpoint_and_repeats(self, taught: Any, tmp_path: Path) -> None:
        settings = SftSettings(max_steps=3, batch=3, learning_rate=1e-3)
        one, two = (train_sft(PAIRS, tmp_path / name, taught.folder, settings) for name in ("a", "b"))
        assert one.losses == two.losses and one.losses[0] < 0.6

    def test_what_does_not_fit_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="nothing to learn"):
            train_sft([], tmp_path / "x", TINY)
        with pytest.raises(UserError, match="context is 64"):
            train_sft([Pair("x " * 100, "y")], tmp_path / "x", TINY, SftSettings(vocabulary=280))


class TestPreferences:
    def test_pairs_share_the_goal_and_clear_the_margin(self) -> None:
        candidates = [
            Candidate("a", "p", "good", 0.9),
            Candidate("a", "p", "middling", 0.55),
            Candidate("a", "p", "fair", 0.5),
            Candidate("a", "p", "bad", 0.1),
            Candidate("b", "q", "only", 1.0),
            Candidate("c", "p", "near", 0.5),
            Candidate("c", "p", "far", 0.45),
            Candidate("a", "other prompt", "bad", 0.0),
        ]
        found = mine(candidates, margin=0.2).preferences
        assert [(each.goal, each.chosen, each.rejected) for each in found] == [("a", "good", "bad")]
        assert found[0].margin == pytest.approx(0.8)

    def test_what_an_older_policy_wrote_is_refused(self) -> None:
        candidates = [Candidate("a", "p", "good", 1.0, update=3), Candidate("a", "p", "bad", 0.0, update=5)]
        found = mine(candidates, now=5, most_stale=1)
        assert found.preferences == () and found.stale == 1
        assert len(mine(candidates, now=5, most_stale=2).preferences) == 1
        with pytest.raises(ValueError, match="margin"):
            mine(candidates, margin=0.0)

    def test_training_raises_the_winner_over_the_loser(self, taught: Any, tmp_path: Path) -> None:
        pair = Preference("g", "n = n := by", " omega", " rfl", 1.0)
        before = likelihood(taught.folder, Pair(pair.prompt, pair.chosen))
        settings = DpoSettings(max_steps=8, batch=1, learning_rate=1e-3)
        made = train_dpo([pair], taught.folder, tmp_path / "dpo", settings)
        assert made.losses[0] == pytest.approx(0.6931, abs=1e-3) and made.losses[-1] < made.losses[0]
        assert made.margins[0] == pytest.approx(0, abs=1e-5) and made.margins[-1] > 0.1
        assert likelihood(made.folder, Pair(pair.prompt, pair.chosen)) > before
        with pytest.raises(UserError, match="no preference pairs"):
            train_dpo([], taught.folder, tmp_path / "none")


class TestAveraging:
    def test_is_the_mean_and_of_equal_ones_the_same_bits(self, words: Any, tmp_path: Path) -> None:
        folders = [save(new_model(TINY, words, seed=n), words, tmp_path / f"m{n}") for n in range(3)]
        a, b = (load(folder)[0].model.embed_tokens.weight for folder in folders[:2])
        mean, _ = load(average(folders[:2], tmp_path / "mean"))
        assert torch.allclose(mean.model.embed_tokens.weight, (a + b) / 2, atol=1e-8)
        heavy, _ = load(average(folders[:2], tmp_path / "heavy", [3, 1]))
        assert torch.allclose(heavy.model.embed_tokens.weight, 0.75 * a + 0.25 * b, atol=1e-8)
        same, _ = load(average([folders[2]] * 3, tmp_path / "same"))
        other, _ = load(folders[2])
        assert all(torch.equal(p, q) for p, q in zip(same.parameters(), other.parameters(), strict=True))

    def test_what_has_no_mean_is_refused(self, words: Any, tmp_path: Path) -> None:
        one = save(new_model(TINY, words), words, tmp_path / "one")
        large = save(new_model(ModelConfig(layers=1, context=64), words), words, tmp_path / "large")
        with pytest.raises(UserError, match="different shapes"):
            average([one, large], tmp_path / "x")
        for weights in ([1.0], [-1.0, 2.0], [0.0, 0.0]):
            with pytest.raises(ValueError):
                average([one, one], tmp_path / "x", weights)


class TestBatches:
    def test_rows_are_replaced_whatever_their_widths(self) -> None:
        old = {
            "prompt_ids": torch.tensor([[1, 2], [3, 4], [5, 6]]),
            "completion_ids": torch.tensor([[1], [2], [3]]),
            "advantages": torch.tensor([1.0, 2.0, 3.0]),
            "num_items_in_batch": torch.tensor(3),
        }
        new = {
            "prompt_ids": torch.tensor([[7, 8, 9]]),
            "completion_ids": torch.tensor([[4, 5]]),
            "advantages": torch.tensor([9.0]),
            "num_items_in_batch": torch.tensor(2),
        }
        made = replaced(old, [1], new)
        assert made["prompt_ids"].tolist() == [[0, 1, 2], [7, 8, 9], [0, 5, 6]]
        assert made["completion_ids"].tolist() == [[1, 0], [4, 5], [3, 0]]
        assert made["advantages"].tolist() == [1.0, 9.0, 3.0] and made["num_items_in_batch"] == 3
        assert old["advantages"][1] == 2.0

    def test_steps_are_lines(self) -> None:
        ids, mask = stacked([[5, 10, 6, 10, 7], [5]], 0)
        assert line_steps(ids, mask, frozenset({10})).tolist() == [[0, 0, 1, 1, 2], [0, -1, -1, -1, -1]]
