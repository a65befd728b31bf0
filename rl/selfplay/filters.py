"""Filters in front of proving, cheapest first; and what they keep is what may earn anything.

Text first (repeated, an evaluation item by its words), then one elaboration, then keys (duplicate, evaluation item),
then requests that cost more: trivial variants, counterexamples and vacuity, the library, automation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lean_project.errors import LimitHit, MachineryError
from rl.data.decontaminate import Decontaminator, Hit
from rl.data.files import sha256
from rl.selfplay.config import Filters
from rl.selfplay.records import Decision, Proposal, Refusal, Seed, Statement, as_theorem, said_as
from rl.selfplay.world import World

Verdict = tuple[Refusal, str] | None


@dataclass
class Gate:
    """The filters of one round. `known`: strict and plain goal keys of every statement so far; what is kept is added.
    `texts`: everything that was ever proposed
    (`said_as`). `seeds`: of all rounds so far, by id. Not thread-safe: order matters."""

    world: World
    settings: Filters
    against: Decontaminator
    seeds: Mapping[str, Seed]
    known: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def decide(self, proposal: Proposal) -> Decision:
        """Raises LimitHit("cancelled") and UserError; what the machinery loses is a refusal that says so."""
        key = said_as(self.seeds[proposal.seed].environment, proposal.statement)
        try:
            decision = self._decide(proposal, key)
        except MachineryError as error:
            reason = str(error).partition("\n")[0]
            return Decision(proposal=proposal, refusal=Refusal.LOST, detail=reason)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return Decision(proposal=proposal, refusal=Refusal.LOST, detail=str(hit))
        self.remember(decision)
        return decision

    def remember(self, decision: Decision) -> None:
        """Take note of a decision that was made before (a resumed round): later ones depend on it."""
        if decision.refusal is Refusal.LOST:
            return
        proposal = decision.proposal
        self.texts.add(said_as(self.seeds[proposal.seed].environment, proposal.statement))
        if decision.statement is not None:
            self.known |= {decision.statement.strict_key, decision.statement.key}

    def _decide(self, proposal: Proposal, key: str) -> Decision:
        if key in self.texts:
            return Decision(proposal=proposal, refusal=Refusal.REPEATED)
        hit = self.against.by_text(as_theorem(proposal.statement))
        if hit is not None:
            return Decision(proposal=proposal, refusal=Refusal.EVALUATION, detail=_said(hit))
        seed = self.seeds[proposal.seed]
        name = f"conjecture_{sha256(key)[:10]}"
        stated = self.world.state(seed.environment, proposal.statement, name)
        if isinstance(stated, str):
            return Decision(proposal=proposal, refusal=Refusal.NOT_STATED, detail=stated)
        stated = stated.model_copy(update={"seed": seed.id, "operator": proposal.operator})
        for look in self._looks(stated, seed):
            refused = look()
            if refused is not None:
                return Decision(proposal=proposal, statement=None, refusal=refused[0], detail=refused[1])
        return Decision(proposal=proposal, statement=stated)

    def _looks(self, stated: Statement, seed: Seed) -> Iterator[Callable[[], Verdict]]:
        """Each look at a statement that elaborates, the cheapest first."""
        yield lambda: self._duplicate(stated)
        yield lambda: self._evaluation(stated)
        yield lambda: self._variant(stated, seed)
        if self.settings.counterexamples or self.settings.vacuity:
            yield lambda: self._tested(stated)
        if self.settings.vacuity:
            yield lambda: self._vacuous(stated)
        if self.settings.library:
            yield lambda: self._library(stated)
        if self.settings.automation:
            yield lambda: self._automatic(stated)

    def _duplicate(self, stated: Statement) -> Verdict:
        known = stated.strict_key in self.known or stated.key in self.known
        return (Refusal.DUPLICATE, "") if known else None

    def _evaluation(self, stated: Statement) -> Verdict:
        hit = self.against.by_key(stated.strict_key, stated.key)
        return (Refusal.EVALUATION, _said(hit)) if hit is not None else None

    def _variant(self, stated: Statement, seed: Seed) -> Verdict:
        for what, text in (("its theorem", seed.statement), ("its lemma", seed.lemma_statement)):
            if text and self.world.variant(stated, text):
                return Refusal.VARIANT, f"of {what}"
        return None

    def _tested(self, stated: Statement) -> Verdict:
        found = self.world.tested(stated)
        if found.refuted and self.settings.counterexamples:
            return Refusal.REFUTED, found.refuted
        if found.vacuous and self.settings.vacuity:
            return Refusal.VACUOUS, "its hypotheses held in no test"
        return None

    def _vacuous(self, stated: Statement) -> Verdict:
        return (Refusal.VACUOUS, "its hypotheses are contradictory") if self.world.contradictory(stated) else None

    def _library(self, stated: Statement) -> Verdict:
        name = self.world.in_library(stated)
        return (Refusal.LIBRARY, name) if name else None

    def _automatic(self, stated: Statement) -> Verdict:
        tactic = self.world.automatic(stated)
        return (Refusal.AUTOMATION, tactic) if tactic else None


def capped(decisions: Iterable[Decision], at_most: int, rank: Callable[[Decision], int]) -> list[Decision]:
    """The decisions with at most so many kept: those of the least `rank` (a seeded draw) stay."""
    found = list(decisions)
    kept = sorted((each for each in found if each.statement is not None), key=rank)
    over = {id(each) for each in kept[at_most:]}
    return [
        each.model_copy(update={"statement": None, "refusal": Refusal.CAPPED}) if id(each) in over else each
        for each in found
    ]


def _said(hit: Hit) -> str:
    share = f" ({hit.share:.0%} of its n-grams)" if hit.share < 1 else ""
    return f"{hit.why}: {hit.set}, {hit.item}{share}"
