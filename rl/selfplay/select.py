"""What trains the two players: STP's selection of conjectures with SGS's rewards, and STP's rows for the prover.
Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rl.selfplay import guide as guided
from rl.selfplay.config import Guide, ProverRows, Select
from rl.selfplay.guide import ConstantVectors, Embed
from rl.selfplay.matching import match
from rl.selfplay.records import TRIVIAL, Attempt, Seed, Selected, Shape, Statement, Trial


@dataclass(frozen=True, slots=True)
class Judged:
    """A conjecture with what its trial came to. `seed_shape`: of its seed's theorem."""

    statement: Statement
    trial: Trial
    seed: Seed
    seed_shape: Shape


def in_window(rate: float | None, settings: Select) -> bool:
    """Proved seldom, but not never. A conjecture whose attempts were all lost is in no window."""
    return rate is not None and settings.low < rate < settings.high


def is_relevant(judged: Judged) -> bool:
    """The kernel's term of one of its proofs rests on the seed lemma."""
    lemma = judged.seed.lemma
    return lemma != TRIVIAL and any(lemma in proof.uses for proof in judged.trial.proofs)


def elegance(judged: Judged) -> float:
    """The least proof length per character of statement (STP: what is long to say and short to prove is no good)."""
    length = max(len(judged.statement.statement), 1)
    return min(len(proof.text) for proof in judged.trial.proofs) / length


def select(
    conjectures: Sequence[Judged],
    unsolved: Sequence[Statement],
    settings: Select,
    guide: Guide,
    embed: Embed | None = None,
) -> list[Selected]:
    """The conjectures that train the conjecturer, with their weights, by strict key.

    Window, relevance with relabelling, elegance, rewards, re-weighting, in this order. A weight of 0 is no row.
    """
    chosen = [each for each in conjectures if in_window(each.trial.rate, settings) and each.trial.proofs]
    chosen.sort(key=lambda each: each.statement.strict_key)
    labels = _labels(chosen, settings)
    chosen = [each for each in chosen if each.statement.strict_key in labels]
    chosen = _elegant(chosen, labels, settings.inelegant)
    if not chosen:
        return []
    embed = embed or ConstantVectors([*(each.statement for each in conjectures), *unsolved])
    vectors = embed([each.statement for each in chosen])
    wanted = embed(list(unsolved))
    targets = wanted or embed([_as_statement(each) for each in chosen])
    scored = []
    for each, vector in zip(chosen, vectors, strict=True):
        unused = min(proof.unused for proof in each.trial.proofs)
        relevant = guided.relevance(vector, targets, guide)
        complex_ = guided.complexity(each.statement.shape, each.seed_shape, guide)
        redundant = guided.redundancy(each.statement.shape, unused, guide)
        bad = guided.convoluted(each.statement.shape, guide)
        total = 0.0 if bad else guided.value(relevant, complex_, redundant, guide)
        scored.append((relevant, complex_, redundant, bad, total))
    rates = [rate for each in conjectures if (rate := each.trial.rate) is not None]
    pairs = [(_rate(each), total) for each, (*_, total) in zip(chosen, scored, strict=True)]
    earned = guided.rewards(pairs, guide, rates) if guide.enabled else [1.0] * len(chosen)
    names = [each.statement.strict_key for each in chosen]
    matched = dict.fromkeys(names, 1.0)
    if settings.reweight and unsolved:
        likeness = {each.strict_key: vector for each, vector in zip(unsolved, wanted, strict=True)}
        own = dict(zip(names, vectors, strict=True))
        matched = match(own, likeness, settings.neighbours, settings.capacity)
    found = [
        Selected(
            strict_key=each.statement.strict_key,
            key=each.statement.key,
            seed=each.seed.id,
            lemma=labels[each.statement.strict_key],
            rate=_rate(each),
            elegance=elegance(each),
            relevance=relevant,
            complexity=complex_,
            redundancy=redundant,
            convoluted=bad,
            guide=total,
            reward=reward,
            matched=matched[each.statement.strict_key],
            weight=reward * matched[each.statement.strict_key],
        )
        for each, (relevant, complex_, redundant, bad, total), reward in zip(chosen, scored, earned, strict=True)
    ]
    return [each for each in found if each.weight > 0]


def _rate(judged: Judged) -> float:
    rate = judged.trial.rate
    assert rate is not None  # it is in the window
    return rate


def _as_statement(judged: Judged) -> Statement:
    """The seed's theorem, for likeness where nothing is unsolved."""
    return judged.statement.model_copy(update={"shape": judged.seed_shape})


def _labels(chosen: Sequence[Judged], settings: Select) -> dict[str, str]:
    """The lemma that each conjecture is a row for: its seed's where the proof uses it, else the trivial one, for as
    many as may be (the first by a hash that says nothing about them)."""
    relevant = {each.statement.strict_key: each.seed.lemma for each in chosen if is_relevant(each)}
    others = sorted(each.statement.strict_key for each in chosen if each.statement.strict_key not in relevant)
    most = max(math.floor(settings.trivial_factor * len(relevant)), settings.trivial_floor)
    return relevant | dict.fromkeys(others[:most], TRIVIAL)


def _elegant(chosen: Sequence[Judged], labels: Mapping[str, str], share: float) -> list[Judged]:
    """Without the lowest `share` of each lemma's group by elegance."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for each in chosen:
        groups[labels[each.statement.strict_key]].append(each)
    kept: list[Judged] = []
    for _, members in sorted(groups.items()):
        ordered = sorted(members, key=lambda each: (elegance(each), each.statement.strict_key))
        kept += ordered[math.floor(share * len(ordered)) :]
    return sorted(kept, key=lambda each: each.statement.strict_key)


@dataclass(frozen=True, slots=True)
class Weighted:
    """A verified proof that trains the prover."""

    statement: Statement
    proof: Attempt
    rate: float
    weight: float


def proof_weight(length: int, seconds: float, distinct: int, settings: ProverRows) -> float:
    """exp(-0.001 length - 0.01 seconds) / distinct proofs of the statement: above 0, at most 1."""
    exponent = -settings.per_character * length - settings.per_second * seconds
    return max(math.exp(exponent) / distinct, 5e-324)


def prover_rows(trials: Iterable[Trial], statements: Mapping[str, Statement], settings: ProverRows) -> list[Weighted]:
    """Verified proofs of statements with a rate of at most the threshold, the shortest ones of each. Statements by
    strict key; evaluation items must not be among them."""
    found: list[Weighted] = []
    for trial in sorted(trials, key=lambda trial: trial.strict_key):
        rate = trial.rate
        statement = statements.get(trial.strict_key)
        if rate is None or rate > settings.rate or statement is None:
            continue
        proofs = sorted(trial.proofs, key=lambda proof: (len(proof.text), proof.text))
        for proof in proofs[: settings.per_statement]:
            weight = proof_weight(len(proof.text), proof.seconds, len(proofs), settings)
            found.append(Weighted(statement, proof, rate, weight))
    return found
