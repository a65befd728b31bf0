"""The portfolio: proposals that need no model, cheapest first.

`prover.families` makes recipes for a goal; `benchmarks/portfolio_order.py` measures them by label, and what it found is
shipped in `portfolio_order.json`. docs/portfolio.md says how to add to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from decompose.context import GoalContext
from prover.families import FAMILIES, Family, Recipe
from prover.proposals import Proposal


@dataclass(frozen=True, slots=True)
class Price:
    """What measuring said about a label: the share of goals that it closes and nothing cheaper does, and seconds per
    goal that it is tried on."""

    success: float
    seconds: float

    @property
    def cost(self) -> float:
        """Expected seconds per expected success."""
        return self.seconds / self.success


UNMEASURED = Price(success=0.01, seconds=0.5)


class Portfolio:
    """A proposer made of families. `prices`: by label; `UNMEASURED` for labels without one."""

    def __init__(self, families: Iterable[Family] | None = None, prices: Mapping[str, Price] | None = None) -> None:
        self.families = tuple(FAMILIES if families is None else families)
        self.prices = measured_prices() if prices is None else prices

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        """Every recipe of every family, each text once, cheapest first; equal costs keep the families' order."""
        full = dict(context.full_names)
        proposals: dict[str, Proposal] = {}
        for family in self.families:
            for recipe in family(context):
                tactics = _placed(context, recipe)
                if tactics not in proposals:
                    measured = self.prices.get(recipe.label)
                    cost = measured.cost if measured else recipe.prior or UNMEASURED.cost
                    lemmas = frozenset(full.get(lemma, lemma) for lemma in recipe.lemmas)
                    proposals[tactics] = Proposal(recipe.label, tactics, cost, recipe.heartbeats, lemmas)
        yield from sorted(proposals.values(), key=lambda proposal: proposal.cost)


def measured_prices() -> dict[str, Price]:
    """The table that ships with the package."""
    text = files("prover").joinpath("portfolio_order.json").read_text(encoding="utf-8")
    return {label: Price(row["success"], row["seconds"]) for label, row in json.loads(text)["recipes"].items()}


def _placed(context: GoalContext, recipe: Recipe) -> str:
    """The recipe's tactics after the context's stage and introductions, for every goal of the hole."""
    intro = f"intro {' '.join(context.intro)}" if context.intro and recipe.names_locals else ""
    separator = "\n" if "\n" in recipe.tactics else "; "
    tactics = separator.join(part for part in (context.stage, intro, recipe.tactics) if part)
    if context.goals <= 1:
        return tactics
    return "all_goals (" + tactics.replace("\n", "\n" + " " * len("all_goals (")) + ")"
