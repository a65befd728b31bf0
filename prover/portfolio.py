"""Proposals that need no model: Lean's own automation, put together in the ways that prove things about programs.

A family is a function from a goal's context to recipes. A recipe's `label` leaves out what is special to the goal, so
that `benchmarks/portfolio_order.py` can measure recipes over many goals; `portfolio_order.json` holds what it found,
and decides the order. docs/portfolio.md describes the families and how to add one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from prover.proposals import Application, GoalContext, Proposal

HEARTBEATS = 40_000
"""Lean's `maxHeartbeats` for an ordinary recipe: about two seconds on the embedded runtime."""

_SLOW_HEARTBEATS = 200_000
_PRIOR_SECONDS = 0.5
_PRIOR_SUCCESS = 0.02


@dataclass(frozen=True, slots=True)
class Recipe:
    """A proposal before it is priced. `names_locals`: what the target's leading `∀` bind must be introduced first."""

    label: str
    tactics: str
    lemmas: tuple[str, ...] = ()
    heartbeats: int = HEARTBEATS
    names_locals: bool = False


Family = Callable[[GoalContext], Iterator[Recipe]]


@dataclass(frozen=True, slots=True)
class Price:
    """What measuring said about a recipe: share of goals that it closes first, and seconds per call."""

    success: float
    seconds: float

    @property
    def cost(self) -> float:
        return self.seconds / self.success


class Portfolio:
    """A proposer made of families. `prices` maps labels to measurements; labels without one get a prior."""

    def __init__(self, families: Iterable[Family] | None = None, prices: dict[str, Price] | None = None) -> None:
        self.families = tuple(FAMILIES if families is None else families)
        self.prices = measured_prices() if prices is None else prices

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        """Every recipe of every family, each text once, cheapest first; equal costs keep the families' order."""
        full = dict(context.full_names)
        seen: set[str] = set()
        proposals: list[Proposal] = []
        for family in self.families:
            for recipe in family(context):
                intro = f"intro{context.intro}; " if context.intro and recipe.names_locals else ""
                tactics = _for_all(intro + recipe.tactics, context.goals)
                if tactics not in seen:
                    seen.add(tactics)
                    lemmas = frozenset(full.get(lemma, lemma) for lemma in recipe.lemmas)
                    cost = self.price(recipe.label).cost
                    proposals.append(Proposal(recipe.label, tactics, cost, recipe.heartbeats, lemmas))
        yield from sorted(proposals, key=lambda proposal: proposal.cost)

    def price(self, label: str) -> Price:
        return self.prices.get(label, Price(_PRIOR_SUCCESS, _PRIOR_SECONDS))


def measured_prices() -> dict[str, Price]:
    """The table that ships with the package."""
    text = files("prover").joinpath("portfolio_order.json").read_text(encoding="utf-8")
    return {label: Price(row["success"], row["seconds"]) for label, row in json.loads(text)["recipes"].items()}


def _for_all(tactics: str, goals: int) -> str:
    return tactics if goals <= 1 or tactics.startswith("all_goals") else f"all_goals ({tactics})"


def args(*groups: Iterable[str]) -> str:
    """` [a, b]`, or nothing when there are none."""
    names = list(dict.fromkeys(name for group in groups for name in group))
    return f" [{', '.join(names)}]" if names else ""


def closers(context: GoalContext) -> Iterator[Recipe]:
    """One call of a decision procedure or a simplifier that knows nothing about the file."""
    for tactic in ("rfl", "omega", "grind", "simp", "simp_all", "decide"):
        yield Recipe(tactic, tactic)
    yield Recipe("intros; rfl", "intros; rfl")
    yield Recipe("intros; omega", "intros; omega")
    yield Recipe("intros; simp_all", "intros; simp_all")
    yield Recipe("simp; omega", "simp; omega")
    yield Recipe("simp_all; omega", "simp_all; omega")
    yield Recipe("ac_rfl", "ac_rfl")
    yield Recipe("contradiction", "intros; contradiction")


def searchers(context: GoalContext) -> Iterator[Recipe]:
    """Slow searches over the library."""
    yield Recipe("exact?", "exact?", heartbeats=_SLOW_HEARTBEATS)
    yield Recipe("intros; exact?", "intros; exact?", heartbeats=_SLOW_HEARTBEATS)


def unfolding(context: GoalContext) -> Iterator[Recipe]:
    """The file's own definitions handed to the simplifiers."""
    if not context.definitions:
        return
    known = args(context.definitions)
    yield Recipe("simp [defs]", f"simp{known}")
    yield Recipe("grind [defs]", f"grind{known}")
    yield Recipe("simp_all [defs]", f"simp_all{known}")
    yield Recipe("simp [defs]; omega", f"simp{known}; omega")
    yield Recipe("simp [defs]; grind", f"simp{known}; grind")
    yield Recipe("intros; simp_all [defs]; omega", f"intros; simp_all{known}; omega")
    direct = args(context.direct)
    if context.direct:
        unfold = f"unfold {' '.join(context.direct)}"
        yield Recipe("unfold; grind", f"{unfold}; grind{known}")
        yield Recipe("unfold; omega", f"{unfold}; omega")
        yield Recipe("unfold; split; omega", f"{unfold}; (repeat' split) <;> omega")
        yield Recipe("unfold; split; simp_all", f"{unfold}; (repeat' split) <;> simp_all{known}")
        yield Recipe("unfold; split; grind", f"{unfold}; (repeat' split) <;> grind{known}")
        yield Recipe("unfold; decide", f"{unfold}; decide")
        yield Recipe("intros; unfold; grind", f"intros; simp only{direct} at *; grind{known}")


def lemmas(context: GoalContext) -> Iterator[Recipe]:
    """Earlier theorems of the file, alone and together."""
    every = context.lemmas
    if not every:
        return
    defs = context.definitions
    yield Recipe("grind [defs, lemmas]", f"grind{args(defs, every)}", every)
    yield Recipe("simp [lemmas]", f"simp{args(every)}", every)
    yield Recipe("simp_all [defs, lemmas]", f"simp_all{args(defs, every)}", every)
    for lemma in every:
        yield Recipe("exact lemma", f"intros; exact {lemma} ..", (lemma,))
        yield Recipe("grind [defs, lemma]", f"grind{args(defs, [lemma])}", (lemma,))
        yield Recipe("simp [defs, lemma]", f"simp{args(defs, [lemma])}", (lemma,))
        yield Recipe("simp [defs, lemma]; grind", f"simp{args(defs, [lemma])}; grind", (lemma,))
        yield Recipe("apply lemma; grind", f"intros; apply {lemma} <;> grind{args(defs)}", (lemma,))
        yield Recipe("have lemma; omega", f"have := @{lemma}; grind{args(defs)}", (lemma,))


def finishers(context: GoalContext) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """How to close what a case analysis leaves: label, tactics, lemmas."""
    known = args(context.definitions)
    yield "grind", f"grind{known}", ()
    yield "simp_all", f"simp_all{known}", ()
    yield "simp_all; omega", f"(simp_all{known} <;> omega)", ()
    yield "simp_all; grind", f"(simp_all{known} <;> grind)", ()
    yield "first", _first(known), ()
    if context.lemmas:
        every = context.lemmas
        yield "grind+lemmas", f"grind{args(context.definitions, every)}", every
        yield "simp_all+lemmas", f"simp_all{args(context.definitions, every)}", every


def _first(known: str) -> str:
    options = (
        f"grind{known}",
        f"simp_all{known}",
        "omega",
        f"(simp{known} <;> grind{known})",
        f"(simp_all{known} <;> grind)",
    )
    return f"first {' '.join('| ' + option for option in options)}"


def induction(context: GoalContext) -> Iterator[Recipe]:
    """Structural induction on each local of inductive type, other data generalised or not."""
    yield from _over(context, "induction", _inductions(context))


def _inductions(context: GoalContext) -> Iterator[tuple[str, str]]:
    for each in context.data:
        if context.head(each.type) in ("String", "Int", "Array"):
            continue
        yield "", f"induction {each.name}"
        others = [
            other.name for other in context.data if other.name != each.name and each.name not in other.type.split()
        ]
        if others:
            yield " generalizing", f"induction {each.name} generalizing {' '.join(others)}"


def functional_induction(context: GoalContext) -> Iterator[Recipe]:
    """Induction along the recursion of the file's own functions."""
    yield from _over(context, "fun_induction", _functional(context, "fun_induction"))


def functional_cases(context: GoalContext) -> Iterator[Recipe]:
    for label, start in _functional(context, "fun_cases"):
        for finish in ("grind", "simp_all"):
            tactics = f"{start} <;> {finish}{args(context.definitions)}"
            yield Recipe(f"fun_cases{label}; {finish}", tactics, names_locals=True)


def _functional(context: GoalContext, tactic: str) -> Iterator[tuple[str, str]]:
    names = {each.name for each in context.data}
    for call in context.applications:
        yield "", f"{tactic} {call}"
        others = sorted(names - set(call.arguments))
        if others and tactic == "fun_induction" and _generalizable(call, names):
            yield " generalizing", f"{tactic} {call} generalizing {' '.join(others)}"


def _generalizable(call: Application, names: set[str]) -> bool:
    return any(argument in names for argument in call.arguments)


def _over(context: GoalContext, family: str, starts: Iterator[tuple[str, str]]) -> Iterator[Recipe]:
    for label, start in starts:
        for finish, tactics, used in finishers(context):
            yield Recipe(f"{family}{label}; {finish}", f"{start} <;> {tactics}", used, names_locals=True)


def cases(context: GoalContext) -> Iterator[Recipe]:
    """Case analysis without induction."""
    known = args(context.definitions)
    for each in context.data:
        yield Recipe("cases; simp_all", f"cases {each.name} <;> simp_all{known}", names_locals=True)
        yield Recipe("cases; grind", f"cases {each.name} <;> grind{known}", names_locals=True)
    for first in context.data:
        for second in context.data:
            if first is not second:
                yield Recipe(
                    "induction; cases; grind",
                    f"induction {first.name} generalizing {second.name} <;> cases {second.name} <;> {_first(known)}",
                    names_locals=True,
                )
    yield Recipe("split; grind", f"intros; (repeat' split) <;> grind{known}")
    yield Recipe("split; omega", "intros; (repeat' split) <;> omega")
    yield Recipe("split; simp_all", f"intros; (repeat' split) <;> simp_all{known}")


def hypotheses(context: GoalContext) -> Iterator[Recipe]:
    """Induction and cases on named hypotheses."""
    known = args(context.definitions)
    for each in context.hypotheses:
        for split in ("induction", "cases"):
            for finish in ("grind", "simp_all"):
                tactics = f"{split} {each.name} <;> {finish}{known}"
                yield Recipe(f"{split} h; {finish}", tactics, names_locals=True)


def constructors(context: GoalContext) -> Iterator[Recipe]:
    """Conjunctions, equivalences, existence, equality of functions and of collections."""
    known = args(context.definitions)
    target = context.target
    if "↔" in target or "∧" in target:
        yield Recipe("constructor; grind", f"constructor <;> {_first(known)}")
        yield Recipe("constructor; intro; grind", f"constructor <;> intro h <;> {_first(known)}")
    if "∃" in target:
        yield Recipe("exists rfl", "intros; exact ⟨_, rfl⟩")
        for each in context.data[:3]:
            yield Recipe("exists local", f"exact ⟨{each.name}, by {_first(known)}⟩", names_locals=True)
            if each.type == "Nat":
                yield Recipe("exists local + 1", f"exact ⟨{each.name} + 1, by {_first(known)}⟩", names_locals=True)
        for value in ("0", "1", "[]"):
            yield Recipe("exists constant", f"exact ⟨{value}, by {_first(known)}⟩")
    if "=" in target:
        yield Recipe("funext; grind", f"funext x; {_first(known)}")
        yield Recipe("ext; grind", f"ext <;> {_first(known)}")


def bit_vectors(context: GoalContext) -> Iterator[Recipe]:
    if "BitVec" in context.target or any("BitVec" in each.type for each in context.locals):
        yield Recipe("bv_decide", "bv_decide")
        yield Recipe("bv_omega", "bv_omega")
        yield Recipe("ext; simp; grind", "ext i; simp; grind")
        yield Recipe("ext; simp", "ext i; simp")
        yield Recipe("ext; cases; simp", "ext i h; simp; cases h' : x[i] <;> simp")


FAMILIES: tuple[Family, ...] = (
    closers,
    unfolding,
    functional_induction,
    induction,
    lemmas,
    functional_cases,
    cases,
    constructors,
    hypotheses,
    bit_vectors,
    searchers,
)
