"""Gauges of a round, and when a run has degenerated. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import Field

from rl.data.files import Record
from rl.selfplay import guide as guided
from rl.selfplay.config import Guide, Stop
from rl.selfplay.records import Decision, Origin, Refusal, Seed, Selected, Statement, Trial

BINS = 10


class Gauges(Record):
    """A round in numbers. `unique`: share of proposals that were neither repeated, nor duplicates, nor trivial variants
    (of those that were looked at). `histogram`: conjectures by rate, ten bins from 0 to 1, the rate 1 in the last one;
    `never` and `lost` stand apart (rate 0, no rate). `disjunctions`, `convoluted`: shares of the kept conjectures."""

    round: int
    seeds: int
    seed_lemmas: int
    proposals: int
    kept: int
    refused: dict[str, int]
    operators: dict[str, int]
    unique: float
    conjectures_proved: int
    mean_rate: float | None
    histogram: tuple[int, ...] = Field(min_length=BINS, max_length=BINS)
    never: int
    lost: int
    attempts: int
    attempts_lost: int
    dataset: int
    dataset_solved: int
    distinct_proofs: float
    disjunctions: float
    convoluted: float
    mean_size: float
    selected: int
    relevant: int
    selected_lemmas: int
    prover_rows: int


def gauge(
    round: int,
    seeds: Sequence[Seed],
    decisions: Sequence[Decision],
    trials: Sequence[Trial],
    statements: Sequence[Statement],
    selected: Sequence[Selected],
    prover_rows: int,
    dataset: tuple[int, int],
    guide: Guide,
) -> Gauges:
    """`statements`: those that `trials` are about. `dataset`: how many statements there are, and how many are solved
    after the round."""
    kept = [each.statement for each in decisions if each.statement is not None]
    refused = Counter(each.refusal for each in decisions if each.refusal is not None)
    looked = len(decisions) - refused[Refusal.LOST]
    again = sum(refused[each] for each in (Refusal.REPEATED, Refusal.DUPLICATE, Refusal.VARIANT))
    conjectures = {each.strict_key for each in statements if each.origin is Origin.CONJECTURE}
    rates = [trial.rate for trial in trials if trial.strict_key in conjectures]
    known = [rate for rate in rates if rate is not None]
    histogram = [0] * BINS
    for rate in known:
        histogram[min(BINS - 1, int(rate * BINS))] += rate > 0
    proofs = [len(trial.proofs) for trial in trials if trial.proofs]
    return Gauges(
        round=round,
        seeds=len(seeds),
        seed_lemmas=len({seed.lemma for seed in seeds if seed.lemma}),
        proposals=len(decisions),
        kept=len(kept),
        refused={str(name): count for name, count in sorted(refused.items())},
        operators=dict(sorted(Counter(each.operator for each in kept).items())),
        unique=1 - again / looked if looked else 1.0,
        conjectures_proved=sum(rate > 0 for rate in known),
        mean_rate=_mean(known),
        histogram=tuple(histogram),
        never=sum(rate == 0 for rate in known),
        lost=sum(rate is None for rate in rates),
        attempts=sum(len(trial.attempts) for trial in trials),
        attempts_lost=sum(attempt.success is None for trial in trials for attempt in trial.attempts),
        dataset=dataset[0],
        dataset_solved=dataset[1],
        distinct_proofs=_mean(proofs) or 0.0,
        disjunctions=_mean([float(each.shape.disjunction) for each in kept]) or 0.0,
        convoluted=_mean([float(guided.convoluted(each.shape, guide)) for each in kept]) or 0.0,
        mean_size=_mean([float(each.shape.size) for each in kept]) or 0.0,
        selected=len(selected),
        relevant=sum(each.lemma != "" for each in selected),
        selected_lemmas=len({each.lemma for each in selected if each.lemma}),
        prover_rows=prover_rows,
    )


def degenerate(history: Sequence[Gauges], settings: Stop) -> str:
    """Why the run should stop after its newest round, "" when it should not. `history`: all rounds, oldest first."""
    if not history:
        return ""
    last = history[-1]
    if last.kept >= settings.least and last.convoluted > settings.convoluted:
        return f"{last.convoluted:.0%} of the conjectures have convoluted conclusions (bound {settings.convoluted:.0%})"
    if last.proposals >= settings.least and last.unique < settings.unique:
        return f"only {last.unique:.0%} of the proposals are new (bound {settings.unique:.0%})"
    idle = 0
    for each in reversed(history):
        if each.selected:
            break
        idle += 1
    if idle >= settings.empty:
        return f"no conjecture was fit for training in {idle} rounds (bound {settings.empty})"
    return ""


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
