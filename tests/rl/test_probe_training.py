"""The contamination probe on a tiny model: repeatable, within the context, and it sees a planted collapse."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytestmark = pytest.mark.train


def items(prompts: list[str]) -> list[Any]:
    from rl.probe import Item

    return [Item(text, text, lambda answer, text=text: f"{text} not {answer}:", " rfl") for text in prompts]


def test_scores_are_repeatable_and_in_their_ranges(model: Any, words: Any) -> None:
    from rl.probe import ProbeSettings, measure

    settings = ProbeSettings(samples=3, tokens=6, batch=2, seed=1)
    asked = items(["n = n :=", "a + b = b + a := by", "x"])
    found = measure(model, words, asked, settings)
    assert found == measure(model, words, asked, settings)
    for each in found:
        assert 0 <= each.self_critique <= 1 and 0 <= each.collapse <= 1 and 0 <= each.agreement <= 1
        assert -math.log(len(words)) <= each.certainty <= 0 and each.min_k <= each.likelihood <= 0
    alone = measure(model, words, asked[2:], settings)
    assert alone[0].likelihood == pytest.approx(found[2].likelihood, abs=1e-5), "padding changes nothing"


def test_what_does_not_fit_the_context_is_not_measured(model: Any, words: Any) -> None:
    from rl.probe import ProbeSettings, Scores, measure

    long, room = items(["y " * 400, "z " * 120])  # a context of 256: no room at all, and none for the second question
    settings = ProbeSettings(samples=2, tokens=40)
    nothing, little = measure(model, words, [long, room], settings)
    assert nothing == Scores(long.name)
    assert little.likelihood is not None and little.self_critique is not None


def test_a_planted_collapse_is_seen(words: Any, tmp_path: Any) -> None:
    """Half of the items get one answer by heart, the others keep two: AUC 1, for the probe as for the loss."""
    from rl.models import ModelConfig, load
    from rl.probe import ProbeSettings, measure, table
    from rl.sft import Pair, SftSettings, train_sft

    names = [f"{first}{second}:" for first in "bdfgk" for second in "ae"]
    seen, others = names[:5], names[5:]
    pairs = [Pair(name, answer) for name in others for answer in (" a b", " b a")]
    pairs += [Pair(name, " a b") for name in seen] * 2
    chosen = SftSettings(epochs=30, batch=10, learning_rate=5e-3, vocabulary=300)
    model, tokenizer = load(train_sft(pairs, tmp_path / "model", ModelConfig(context=64), chosen).folder)
    settings = ProbeSettings(samples=8, tokens=8, batch=5)
    inside, outside = (measure(model, tokenizer, items(each), settings) for each in (seen, others))
    found = table(inside, outside)
    assert found["collapse"] == 1.0 and found["certainty"] == 1.0
