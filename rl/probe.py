"""Contamination probe: does a model answer these items as it answers what reinforcement has trained it on?

Reinforcement makes a policy collapse onto single paths for the items that it is trained on. Self-Critique (Tao et al.,
*Detecting Data Contamination from Reinforcement Learning Post-training*, arXiv 2510.09259) asks twice, greedily: for an
answer, and, with that answer shown, for one that goes another way. The score is the cosine of the two sequences of
next-token entropies, the shorter one padded with zeros, times the ratio of the lengths:

    s = cos(H(a_1), H(a_2)) · min(|a_1|, |a_2|) / max(|a_1|, |a_2|)

High means that the model goes its one way whatever it is told. Beside it stand signals of collapse without a second
question, and the loss-based ones that the paper compares with. Each is higher for what looks more like training data.

A score says little by itself, so `compare` measures rises: the same items under the weights before training and under
those after it, and the items that training certainly saw beside those that it must not have seen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from statistics import fmean, median
from typing import Any, TypeVar

SELF_CRITIQUE = "self_critique"
SIGNALS = (SELF_CRITIQUE, "collapse", "agreement", "certainty", "likelihood", "min_k", "reference")
"""The last three are the loss-based ones."""
LEAST_POWER = 0.65
"""AUC from which on two sets of scores count as apart."""
_MIN_K = 0.2
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Item:
    """`prompt`: as text for the model. `second`: the prompt of the second question, given the first answer.
    `reference`: a solution that is known, for the signal of that name."""

    name: str
    prompt: str
    second: Callable[[str], str]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """`samples`: answers drawn at temperature 1 for `collapse` and `agreement`. `tokens`: of an answer, at most.
    `batch`: items asked at once."""

    samples: int = 8
    tokens: int = 256
    batch: int = 8
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """An item's signals, each higher for what looks more like training data; None where it could not be measured.

    `self_critique`: 0 to 1, as above. `collapse`: 1 - H / log n, of the entropy H of n sampled answers (0: all differ,
    1: all alike). `agreement`: mean over samples of 1 - edit distance to the greedy answer in tokens / the longer
    length (after CDD, Dong et al., arXiv 2402.15938). `certainty`: minus the mean entropy along the greedy answer, in
    nats. `likelihood`: its mean log-probability (perplexity). `min_k`: that of its least likely fifth of tokens.
    `reference`: the mean log-probability of the reference solution.
    """

    item: str
    self_critique: float | None = None
    collapse: float | None = None
    agreement: float | None = None
    certainty: float | None = None
    likelihood: float | None = None
    min_k: float | None = None
    reference: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Greedy:
    """A greedy answer: its tokens with the entropy (nats) of the distribution that each came from, and its
    log-probability."""

    ids: tuple[int, ...]
    entropies: tuple[float, ...]
    logps: tuple[float, ...]


def similarity(one: Sequence[float], two: Sequence[float]) -> float:
    """The score s of two entropy sequences, 0 to 1; 0 when one is empty or all zero."""
    if not one or not two:
        return 0.0
    product = math.fsum(a * b for a, b in zip(one, two, strict=False))
    norms = math.sqrt(math.fsum(a * a for a in one)) * math.sqrt(math.fsum(b * b for b in two))
    if not norms:
        return 0.0
    return min(1.0, product / norms) * min(len(one), len(two)) / max(len(one), len(two))


def collapse(answers: Sequence[Sequence[int]]) -> float | None:
    """1 - H / log n of n answers; None for fewer than two."""
    if len(answers) < 2:
        return None
    shares = [count / len(answers) for count in Counter(map(tuple, answers)).values()]
    return 1.0 + math.fsum(share * math.log(share) for share in shares) / math.log(len(answers))


def agreement(greedy: Sequence[int], answers: Sequence[Sequence[int]]) -> float | None:
    """Mean of 1 - edit distance / the longer length; None without answers."""
    if not answers:
        return None
    return fmean(1.0 - _distance(greedy, each) / max(1, len(greedy), len(each)) for each in answers)


def _distance(one: Sequence[int], two: Sequence[int]) -> int:
    """Levenshtein's."""
    row = list(range(len(two) + 1))
    for number, first in enumerate(one, 1):
        above, row[0] = row[0], number
        for place, second in enumerate(two, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (first != second))
    return row[-1]


def measure(
    model: Any, tokenizer: Any, items: Sequence[Item], settings: ProbeSettings = ProbeSettings()
) -> list[Scores]:
    """The signals of every item, in order; an item whose prompt leaves no room in the model's context has none.

    `model`, `tokenizer`: transformers' own, padding on the left. Deterministic for a seed on one CPU.
    """
    import torch

    found: list[Scores] = []
    was_training = model.training
    model.eval()
    devices = [] if model.device.type == "cpu" else [model.device]
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=devices):
            torch.manual_seed(settings.seed)
            for start in range(0, len(items), settings.batch):
                found += _measured(_Asked(model, tokenizer, settings), items[start : start + settings.batch])
    finally:
        model.train(was_training)
    return found


def _measured(asked: _Asked, items: Sequence[Item]) -> Iterator[Scores]:
    fitting = [item for item in items if asked.room(item.prompt) > 0]
    first = dict(zip(fitting, asked.greedy([item.prompt for item in fitting]), strict=True))
    seconds = [asked.second(item, first[item]) for item in fitting]
    second = dict(zip(fitting, asked.greedy(seconds), strict=True))
    samples = dict(zip(fitting, asked.sampled([item.prompt for item in fitting]), strict=True))
    for item in items:
        path = first.get(item)
        if path is None or not path.ids:
            yield Scores(item.name)
            continue
        least = sorted(path.logps)[: max(1, int(len(path.logps) * _MIN_K))]
        yield Scores(
            item.name,
            self_critique=similarity(path.entropies, other.entropies) if (other := second[item]).ids else None,
            collapse=collapse(samples[item]),
            agreement=agreement(path.ids, samples[item]),
            certainty=-fmean(path.entropies),
            likelihood=fmean(path.logps),
            min_k=fmean(least),
            reference=asked.likelihood(item.prompt, item.reference) if item.reference else None,
        )


@dataclass(frozen=True)
class _Asked:
    model: Any
    tokenizer: Any
    settings: ProbeSettings

    def room(self, prompt: str) -> int:
        """Tokens that the context leaves for an answer."""
        context = getattr(self.model.config, "max_position_embeddings", None) or 1 << 20
        return min(self.settings.tokens, context - len(self._ids(prompt)))

    def second(self, item: Item, path: Greedy) -> str:
        """The second prompt; of an answer that leaves no room for another one only the beginning is shown."""
        ids = [each for each in path.ids if each not in self._ends]
        while True:
            prompt = item.second(self.tokenizer.decode(ids))
            if not ids or self.room(prompt) >= min(self.settings.tokens, len(path.ids)):
                return prompt
            ids = ids[: len(ids) * 3 // 4]

    def greedy(self, prompts: Sequence[str]) -> list[Greedy]:
        """Empty where the prompt leaves no room."""
        return self._batched(prompts, self._greedy, Greedy((), (), ()))

    def sampled(self, prompts: Sequence[str]) -> list[list[tuple[int, ...]]]:
        """`settings.samples` answers to each prompt."""
        return self._batched(prompts, self._sampled, []) if self.settings.samples else [[] for _ in prompts]

    def _batched(self, prompts: Sequence[str], ask: Callable[[Sequence[str]], list[_T]], none: _T) -> list[_T]:
        """Prompts with less room than the others are asked alone, so that they do not cut the others' answers."""
        rooms = [self.room(prompt) for prompt in prompts]
        together = [number for number, room in enumerate(rooms) if room == self.settings.tokens]
        found = dict(zip(together, ask([prompts[number] for number in together]), strict=True)) if together else {}
        for number, room in enumerate(rooms):
            if number not in found:
                found[number] = ask([prompts[number]])[0] if room > 0 else none
        return [found[number] for number in range(len(prompts))]

    def _greedy(self, prompts: Sequence[str]) -> list[Greedy]:
        import torch

        out, width = self._generated(prompts, do_sample=False, output_logits=True)
        ids = out.sequences[:, width:]
        logps = torch.log_softmax(torch.stack(out.logits, dim=1).float(), dim=-1)  # (B, T, V)
        entropies = -(logps.exp() * logps).nan_to_num(0.0).sum(dim=-1)
        chosen = logps.gather(-1, ids.unsqueeze(-1)).squeeze(-1)
        found = []
        for row, length in enumerate(self._lengths(ids)):
            made = ids[row, :length], entropies[row, :length], chosen[row, :length]
            found.append(Greedy(*(tuple(each.tolist()) for each in made)))
        return found

    def _sampled(self, prompts: Sequence[str]) -> list[list[tuple[int, ...]]]:
        count = self.settings.samples
        out, width = self._generated(
            prompts, do_sample=True, temperature=1.0, top_k=0, top_p=1.0, num_return_sequences=count
        )
        ids = out.sequences[:, width:]
        answers = [tuple(ids[row, :length].tolist()) for row, length in enumerate(self._lengths(ids))]
        return [answers[start : start + count] for start in range(0, len(answers), count)]

    def likelihood(self, prompt: str, answer: str) -> float:
        """Mean log-probability of the answer's tokens."""
        import torch

        asked, given = self._ids(prompt), self._ids(answer)
        ids = torch.tensor([asked + given], device=self.model.device)
        logps = torch.log_softmax(self.model(input_ids=ids).logits[0].float(), dim=-1)
        rows = logps[len(asked) - 1 : -1].gather(-1, ids[0, len(asked) :].unsqueeze(-1))
        return float(rows.mean())

    def _generated(self, prompts: Sequence[str], **options: Any) -> tuple[Any, int]:
        given = self.tokenizer(list(prompts), return_tensors="pt", padding=True, add_special_tokens=False)
        given = given.to(self.model.device)
        out = self.model.generate(
            input_ids=given["input_ids"],
            attention_mask=given["attention_mask"],
            max_new_tokens=min(self.room(prompt) for prompt in prompts),
            return_dict_in_generate=True,
            pad_token_id=self.tokenizer.pad_token_id,
            **options,
        )
        return out, given["input_ids"].size(1)

    @property
    def _ends(self) -> frozenset[int]:
        return frozenset([self.tokenizer.eos_token_id, self.tokenizer.pad_token_id])

    def _lengths(self, ids: Any) -> list[int]:
        """Tokens of each answer, the end of text included."""
        return [
            next((place + 1 for place, each in enumerate(row) if each in self._ends), len(row)) for row in ids.tolist()
        ]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids


# ---- What scores tell ------------------------------------------------------------------------------------------------


def auc(members: Sequence[float], others: Sequence[float]) -> float | None:
    """The chance that one of the members has the higher value (Mann and Whitney), ties one half; None when one side is
    empty."""
    if not members or not others:
        return None
    wins = math.fsum((one > two) + 0.5 * (one == two) for one in members for two in others)
    return wins / (len(members) * len(others))


def values(scores: Sequence[Scores], signal: str) -> list[float]:
    """Of one signal, where it was measured."""
    return [value for each in scores if (value := getattr(each, signal)) is not None]


class Verdict(StrEnum):
    CLEAR = "clear"
    """Training changed the trained items, and the evaluation items not like them."""
    SUSPECT = "suspect"
    """The evaluation items changed as the trained ones did."""
    BLIND = "blind"
    """Not even the trained items changed, or there are too few: the probe says nothing about the others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`power`: AUC of the trained items' scores after training against those before. `rise`: the same for the
    evaluation items. `separation`: AUC of the trained items' rises against those of the evaluation items. `alike`:
    evaluation items that rose at least as much as half of the trained ones, most first. `trained`, `evaluated`: items
    that were measured under both weights."""

    verdict: Verdict
    signal: str
    power: float | None
    rise: float | None
    separation: float | None
    alike: tuple[str, ...]
    trained: int
    evaluated: int

    @property
    def line(self) -> str:
        """For people."""
        if self.verdict is Verdict.BLIND:
            return (
                f"the contamination probe is blind here: {self.trained} trained items look after training as before "
                f"({_percent(self.power)}), so it says nothing about {self.evaluated} evaluation items"
            )
        told = f"trained and evaluation items are told apart in {_percent(self.separation)} of pairs"
        if self.verdict is Verdict.SUSPECT:
            return (
                f"WARNING: {self.evaluated} evaluation items have collapsed onto single answers as the trained ones "
                f"have ({told}); most of all {', '.join(self.alike[:3])}. Look for them in the training data."
            )
        return f"the contamination probe sees nothing in {self.evaluated} evaluation items ({told})"


Pairs = Sequence[tuple[Scores, Scores]]
"""Scores of items before and after training."""
LEAST_ITEMS = 4


def compare(trained: Pairs, evaluated: Pairs, signal: str = SELF_CRITIQUE) -> Finding:
    """What the rises of a signal say. `trained`: items that training certainly saw; `evaluated`: those that it must
    not have seen."""
    seen, held = _known(trained, signal), _known(evaluated, signal)
    power = auc([after for _, _, after in seen], [before for _, before, _ in seen])
    rise = auc([after for _, _, after in held], [before for _, before, _ in held])
    rises = [after - before for _, before, after in seen]
    separation = auc(rises, [after - before for _, before, after in held])
    alike = sorted(
        ((after - before, name) for name, before, after in held if rises and after - before >= median(rises)),
        reverse=True,
    )
    verdict = Verdict.CLEAR
    if min(len(seen), len(held)) < LEAST_ITEMS or power is None or power < LEAST_POWER:
        verdict = Verdict.BLIND
    elif (rise or 0.0) >= LEAST_POWER and (separation or 0.0) < LEAST_POWER:
        verdict = Verdict.SUSPECT
    names = tuple(name for _, name in alike)
    return Finding(verdict, signal, power, rise, separation, names, len(seen), len(held))


def _known(pairs: Pairs, signal: str) -> list[tuple[str, float, float]]:
    found = []
    for before, after in pairs:
        one, two = getattr(before, signal), getattr(after, signal)
        if one is not None and two is not None:
            found.append((after.item, one, two))
    return found


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def table(members: Sequence[Scores], others: Sequence[Scores]) -> Mapping[str, float | None]:
    """The AUC of every signal on items that are known to be members and others that are not."""
    return {signal: auc(values(members, signal), values(others, signal)) for signal in SIGNALS}
