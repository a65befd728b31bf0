"""Train the embedding of premises from recorded proofs (minutes on one core, without Lean).

    python -m rl.embedded.retrieval [--data benchmarks/embedded/library_proofs.jsonl.gz] [--out prover/learned]

Needs torch (extra `train`). A goal's positives are the theorems that its recorded proofs use or that helped, all others
of the library are negatives: softmax over the positives, the candidates that are nearest by constants (hard negatives)
and a random sample. The score is the cosine by constants times a learned scale, plus the product of the two embeddings,
so that only what constants do not say has to be learned.

Recorded proofs are few, so there are weak labels, too, `WEAK` of them in each epoch. `--weak neighbours`: a theorem of
the library is a goal whose positives are those that stand around it in the library's order, since what is proved in
one place is about one thing. `--weak instances`: a goal is an instance of a theorem, which closes it. `--weak none`: no
such goals.

Goals are parted by the last component of their names, since `List.map_map` and `Array.map_map` are one thing: a fifth
is held out, a fifth decides when to stop and how the two scores are blended. Corpus goals of held-out families are only
measured; those of the other families decide with.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from prover.learned.retrieval import (
    BUCKETS,
    CARD,
    FORMAT,
    WEIGHTS,
    PremiseEmbedding,
    goal_bag,
    summed,
    theorem_bag,
)
from prover.premises import PremiseIndex

WIDTH = 32
HARD, RANDOM = 64, 1024
WEAK, AROUND = 512, 4
WAYS = ("none", "neighbours", "instances")
NOISE, DROP = 3, 0.1
"""Constants that training adds to a goal at most, as unfolded definitions do, and the share that it leaves out."""
CUTS = (8, 16, 24)
CLEAR = 0.03
"""By how much the recall of the goals that decide has to rise for the embedding to be used."""
BLENDS = tuple(round(0.25 * step, 2) for step in range(13))


@dataclass(frozen=True)
class Pace:
    """How training goes: `batch` goals for each step of Adam at `rate`."""

    epochs: int = 8
    batch: int = 64
    rate: float = 2e-3


@dataclass(frozen=True)
class Example:
    """A goal: its constants with what they count, and the places of its positives. `itself`: the place of the theorem
    that it states, -1 for a goal of a file; it is no candidate. `part`: train, validation, held_out, corpus_train or
    corpus_held_out."""

    constants: Mapping[str, float]
    positives: tuple[int, ...]
    itself: int
    part: str


def read(path: Path) -> tuple[PremiseIndex, list[Example], str]:
    """The library's index, the goals with positives, and the SHA-256 of the file's content."""
    data = gzip.decompress(path.read_bytes())
    first, *rest = map(json.loads, data.decode().splitlines())
    index = PremiseIndex.from_json(first["index"])
    place = {name: number for number, name in enumerate(index.names)}
    found = []
    for row in rest:
        tried, helped = row.get("tried", ()), row.get("helped", ())
        # Where most candidates help, none was needed.
        useful = helped if 2 * len(helped) < len(tried) else ()
        positives = tuple(place[name] for name in (*row["used"], *useful) if name in place)
        if not positives:
            continue
        if "constants" in row:
            part = "corpus_held_out" if row["held_out"] else "corpus_train"
            found.append(Example(row["constants"], positives, -1, part))
        else:
            own = row["theorem"]
            found.append(Example(dict.fromkeys(index.constants(own), 1.0), positives, place[own], part_of(own)))
    return index, found, hashlib.sha256(data).hexdigest()


def part_of(name: str) -> str:
    """Where a theorem of the library belongs, by the last component of its name."""
    fold = int(hashlib.sha256(name.rpartition(".")[2].encode()).hexdigest(), 16) % 5
    return {0: "held_out", 1: "validation"}.get(fold, "train")


def weak(index: PremiseIndex, way: str) -> list[Example]:
    """Goals with weak labels from the library alone, of the training part."""
    made = []
    for place, name in enumerate(index.names):
        if way == "none" or part_of(name) != "train":
            continue
        constants = dict.fromkeys(index.constants(name), 1.0)
        if way == "instances":
            made.append(Example(constants, (place,), -1, "train"))
        else:
            around = range(max(0, place - AROUND), min(len(index), place + AROUND + 1))
            made.append(Example(constants, tuple(at for at in around if at != place), place, "train"))
    return made


class Bags:
    """Bags of features as flat arrays, for torch's `EmbeddingBag`."""

    def __init__(self, bags: Sequence[Mapping[int, float]]) -> None:
        self.bags = bags
        self.buckets = [np.fromiter(bag, np.int64, len(bag)) for bag in bags]
        self.counts = [np.fromiter(bag.values(), np.float32, len(bag)) for bag in bags]

    def of(self, places: Iterable[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Buckets, counts and offsets of these bags, one after the other."""
        chosen = list(places)
        lengths = [len(self.buckets[at]) for at in chosen]
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        return (
            np.concatenate([self.buckets[at] for at in chosen]),
            np.concatenate([self.counts[at] for at in chosen]),
            offsets,
        )


def recall(scores: Sequence[np.ndarray], examples: Sequence[Example]) -> dict[str, float]:
    """Of a goal's positives the share among the k best, and the reciprocal rank of the first one, means over goals."""
    found: dict[str, list[float]] = {key: [] for key in (*(f"recall@{k}" for k in CUTS), "mrr")}
    for row, example in zip(scores, examples, strict=True):
        row = row.copy()
        if example.itself >= 0:
            row[example.itself] = -np.inf
        order = np.argsort(-row, kind="stable")[: max(CUTS)]
        for k in CUTS:
            found[f"recall@{k}"].append(len(set(order[:k].tolist()) & set(example.positives)) / len(example.positives))
        hits = np.flatnonzero(np.isin(order, example.positives))
        found["mrr"].append(1.0 / (1 + int(hits[0])) if len(hits) else 0.0)
    return {key: round(float(np.mean(values)), 4) if values else 0.0 for key, values in found.items()}


def train(
    index: PremiseIndex, examples: Sequence[Example], seed: int, way: str, pace: Pace, say: Any = print
) -> tuple[np.ndarray, np.ndarray, float, int]:
    """The two tables (float16), the scale of the cosine beside them, and the epoch that was kept."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    draw = np.random.default_rng(seed)
    weights = index.weights
    recorded = [each for each in examples if each.part == "train"]
    goals = weak(index, way)
    few = draw.permutation(len(goals))[: 4 * WEAK]
    inside = [*recorded, *(goals[int(at)] for at in few)]
    deciding = [each for each in examples if each.part in ("validation", "corpus_train")]
    theorems = Bags(_bags(index))
    cosines = [index.cosines(each.constants) for each in inside]
    hard = [np.argsort(-row, kind="stable")[:HARD] for row in cosines]
    goal_table, theorem_table = (torch.nn.EmbeddingBag(BUCKETS, WIDTH, mode="sum") for _ in range(2))
    for table in (goal_table, theorem_table):
        torch.nn.init.normal_(table.weight, std=0.1)
    scale = torch.nn.Parameter(torch.tensor(10.0))
    optimiser = torch.optim.Adam(
        [{"params": [goal_table.weight, theorem_table.weight], "lr": pace.rate}, {"params": [scale], "lr": 0.05}]
    )
    common = list(weights)
    best: tuple[float, np.ndarray, np.ndarray, float, int] | None = None

    def vectors(table: Any, flat: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Any:
        buckets, counts, offsets = map(torch.from_numpy, flat)
        return table(buckets, offsets, per_sample_weights=counts)

    for epoch in range(1, pace.epochs + 1):
        total = 0.0
        drawn = len(recorded) + draw.permutation(len(few))[:WEAK]
        order = draw.permutation(np.concatenate([np.arange(len(recorded)), drawn]))
        for chosen in np.array_split(order, max(1, len(order) // pace.batch)):
            bags = Bags([goal_bag(_disturbed(inside[at].constants, common, draw), weights) for at in chosen])
            wanted = {number for at in chosen for number in (*inside[at].positives, *hard[at].tolist())}
            shown = np.asarray(sorted(wanted | set(draw.integers(0, len(index), RANDOM).tolist())))
            product = vectors(goal_table, bags.of(range(len(chosen)))) @ vectors(theorem_table, theorems.of(shown)).T
            logits = product + scale * torch.from_numpy(np.stack([cosines[at][shown] for at in chosen]))
            good = np.stack([np.isin(shown, inside[at].positives) for at in chosen])
            own = np.stack([shown == inside[at].itself for at in chosen])
            logits = logits.masked_fill(torch.from_numpy(own), -1e9)
            chances = torch.log_softmax(logits, dim=1)
            mask = torch.from_numpy(good.astype(np.float32))
            loss = -((chances * mask).sum(1) / mask.sum(1)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach()) * len(chosen)
        made = goal_table.weight.detach().numpy().copy(), theorem_table.weight.detach().numpy().copy()
        scores = scored(index, deciding, *made, theorems.bags)
        found = recall(blended(scores, float(scale.detach()), 1.0), deciding)
        say(f"epoch {epoch}: loss {total / len(order):.3f}, scale {float(scale.detach()):.2f}, validation {found}")
        if best is None or found["recall@16"] > best[0]:
            best = (found["recall@16"], *made, float(scale.detach()), epoch)
    assert best is not None
    return best[1].astype(np.float16), best[2].astype(np.float16), best[3], best[4]


def _disturbed(constants: Mapping[str, float], common: Sequence[str], draw: np.random.Generator) -> dict[str, float]:
    """A goal as a file's would be: other constants come with unfolded definitions, some are missing."""
    made = {name: count for name, count in constants.items() if draw.random() >= DROP} or dict(constants)
    for at in draw.integers(0, len(common), int(draw.integers(0, NOISE + 1))):
        made.setdefault(common[int(at)], 0.4)
    return made


def _bags(index: PremiseIndex) -> list[dict[int, float]]:
    return [theorem_bag(name, index.constants(name), index.weights) for name in index.names]


Scores = list[tuple[np.ndarray, np.ndarray]]
"""For each goal the cosines by constants and the products of the embeddings, both (theorems,)."""


def scored(
    index: PremiseIndex,
    examples: Sequence[Example],
    goals: np.ndarray,
    theorems: np.ndarray,
    bags: Sequence[Mapping[int, float]],
) -> Scores:
    model = PremiseEmbedding(goals.astype(np.float32), theorems.astype(np.float32), {})
    matrix = summed(model.theorems, bags)
    return [(index.cosines(each.constants), model.scores(matrix, each.constants, index.weights)) for each in examples]


def blended(scores: Scores, cosine: float, product: float) -> list[np.ndarray]:
    return [cosine * one + product * other for one, other in scores]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parents[2]
    parser.add_argument("--data", type=Path, default=root / "benchmarks" / "embedded" / "library_proofs.jsonl.gz")
    parser.add_argument("--out", type=Path, default=root / "prover" / "learned")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weak", choices=WAYS, default=WAYS[0])
    parser.add_argument("--epochs", type=int, default=Pace.epochs)
    parser.add_argument("--batch", type=int, default=Pace.batch)
    parser.add_argument("--rate", type=float, default=Pace.rate)
    options = parser.parse_args(arguments)
    index, examples, digest = read(options.data)
    pace = Pace(options.epochs, options.batch, options.rate)
    goals, theorems, scale, epoch = train(index, examples, options.seed, options.weak, pace)
    scores = scored(index, examples, goals, theorems, _bags(index))
    decide = [at for at, each in enumerate(examples) if each.part in ("validation", "corpus_train")]
    deciding, decided = [examples[at] for at in decide], [scores[at] for at in decide]
    by_blend = {blend: recall(blended(decided, scale, blend), deciding)["recall@16"] for blend in BLENDS}
    blend = max(by_blend, key=lambda each: (by_blend[each], -each))
    if by_blend[blend] < by_blend[0.0] + CLEAR:
        blend = 0.0
    metrics: dict[str, Any] = {}
    for part in dict.fromkeys(each.part for each in examples):
        places = [at for at, each in enumerate(examples) if each.part == part]
        found, own = [examples[at] for at in places], [scores[at] for at in places]
        metrics[part] = {
            "goals": len(found),
            "constants": recall(blended(own, 1.0, 0.0), found),
            "embedding": recall(blended(own, 0.0, 1.0), found),
            "both": recall(blended(own, scale, 1.0), found),
        }
    given = list(sys.argv[1:]) if arguments is None else list(arguments)
    # One number is left: what the cosine counts beside the embedding.
    card = {
        "command": shlex.join(["python", "-m", "rl.embedded.retrieval", *given]),
        "data": options.data.name,
        "data_sha256": digest,
        "seed": options.seed,
        "epoch": epoch,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "torch": version("torch")},
        "blend": round(scale / blend, 4) if blend else None,
        "blends": by_blend,
        "metrics": metrics,
    }
    write(options.out, goals, theorems, card)
    print(json.dumps(card, indent=1))


def write(out: Path, goals: np.ndarray, theorems: np.ndarray, card: Mapping[str, Any]) -> None:
    """Weights and card, the card last; where the blend says that they are no better than constants, the card alone."""
    if card["blend"] is None:
        (out / WEIGHTS).unlink(missing_ok=True)
        (out / CARD).write_text(json.dumps({"format": FORMAT, **card}, indent=1) + "\n", encoding="utf-8")
        return
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, goals=goals, theorems=theorems)
    data = buffer.getvalue()
    (out / WEIGHTS).write_bytes(data)
    whole = {"format": FORMAT, "weights_sha256": hashlib.sha256(data).hexdigest(), **card}
    (out / CARD).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
