"""The portfolio: proposals that need no model, cheapest first.

`prover.families` makes recipes for a goal; `benchmarks/portfolio_order.py` measures them by label, and what it found is
shipped in `portfolio_order.json`. docs/portfolio.md says how to add to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

from decompose.context import GoalContext
from prover.families import FAMILIES, Family, Recipe
from prover.leading import leading
from prover.learned.features import Candidate
from prover.learned.ranking import Ranker
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
SINGLE_PRICE = 0.1
"""What a proposal's own chances are worth beside those of the combined finishing moves, which try most of the same."""
TYPICAL_SECONDS = 0.3


def chance_of(cost: float, weight: float = 1.0) -> float:
    """The chance of success, beside combined finishing moves, of a proposal with this cost in the fixed order."""
    return min(0.9, max(1e-4, weight * SINGLE_PRICE * TYPICAL_SECONDS / max(cost, 1e-6)))


class Portfolio:
    """A proposer made of families. `prices`: by label; `UNMEASURED` for labels without one. `ranker`: costs by goal,
    in place of those prices."""

    def __init__(
        self,
        families: Iterable[Family] | None = None,
        prices: Mapping[str, Price] | None = None,
        ranker: Ranker | None = None,
    ) -> None:
        self.families = tuple(FAMILIES if families is None else families)
        self.prices = measured_prices() if prices is None else prices
        self.ranker = ranker

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        """Every recipe of every family, each text once, cheapest first; equal costs keep the families' order. What
        leads on the goal (`prover.leading`) costs nothing and comes before them."""
        fixed = self._fixed(context)
        first = leading(context, [each.label for each in fixed])
        yield from (replace(fixed[at], cost=0.0) for at in first)
        order = self.ranker.order(context, [_candidate(*each) for each in enumerate(fixed)]) if self.ranker else None
        if order is None:
            yield from (each for at, each in enumerate(fixed) if at not in first)
            return
        cost = 0.0
        for each in order:
            cost = max(cost, each.cost)
            if each.index not in first:
                yield replace(fixed[each.index], cost=cost)

    def _fixed(self, context: GoalContext) -> list[Proposal]:
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
        return sorted(proposals.values(), key=lambda proposal: proposal.cost)


def measured_prices() -> dict[str, Price]:
    """The table that ships with the package."""
    text = files("prover").joinpath("portfolio_order.json").read_text(encoding="utf-8")
    return {label: Price(row["success"], row["seconds"]) for label, row in json.loads(text)["recipes"].items()}


def _candidate(place: int, proposal: Proposal) -> Candidate:
    chance, uses = chance_of(proposal.cost), len(proposal.lemmas)
    return Candidate(proposal.label, proposal.tactics, place, TYPICAL_SECONDS, chance, proposal.heartbeats, uses=uses)


def _placed(context: GoalContext, recipe: Recipe) -> str:
    """The recipe's tactics after the context's stage and introductions, for every goal of the hole."""
    intro = f"intro {' '.join(context.intro)}" if context.intro and recipe.names_locals else ""
    separator = "\n" if "\n" in recipe.tactics else "; "
    tactics = separator.join(part for part in (context.stage, intro, recipe.tactics) if part)
    if context.goals <= 1:
        return tactics
    return "all_goals (" + tactics.replace("\n", "\n" + " " * len("all_goals (")) + ")"
