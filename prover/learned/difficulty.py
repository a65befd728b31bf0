"""The learned difficulty of the score: the embedded model's estimate, blended with the footprint as its card says."""

from __future__ import annotations

from decompose.difficulty import Blend, Difficulty, FootprintDifficulty, LearnedDifficulty
from prover.learned.model import EmbeddedModel, shipped_model
from prover.learned.store import ModelError


def difficulty_for(choice: str) -> Difficulty:
    """The difficulty of a `DifficultyChoice`: the footprint, also where the model cannot be used."""
    if choice != "learned":
        return FootprintDifficulty()
    try:
        return blended(shipped_model())
    except ModelError:
        return FootprintDifficulty()


def blended(model: EmbeddedModel) -> Difficulty:
    """d = w · s · (-log p) + (1 - w) · footprint, in constants: w and s by the measured AUROC of the card."""
    blend = model.card["blend"]
    weight, scale = float(blend["learned"]), float(blend["constants_per_nat"])
    learned = LearnedDifficulty(model.name, model.provability)
    return Blend(((learned, weight, scale), (FootprintDifficulty(), 1.0 - weight, 1.0)))
