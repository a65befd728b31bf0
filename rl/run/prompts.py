"""Rows of training data as a model reads them: the very prompts that the policy interface asks with, and the answers
that its contract reads.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from decompose.graft import indent, normalise
from prover.policy.families import Family, family_of
from prover.policy.prompts import Prompt, render
from prover.policy.requests import Complete, Conjecture, Decompose, Request, Sampling, View
from prover.policy.sketching import REST, opened
from rl.data.rows import Completion, Conjectured, Row, Sketch
from rl.sft import Pair

_EASY, _HARDER = "easy", "harder"
"""What seed and conjecture are called. Names in answers are made fresh, so one that never changes is learned best."""


def family_for(tokenizer: Any, name: str) -> Family:
    """The prompt family that `prover.policy.local` chooses for a checkpoint with this tokenizer and folder name."""
    return family_of(name, chat=bool(getattr(tokenizer, "chat_template", None)))


def pair_of(row: Row, family: Family, tokenizer: Any) -> Pair | None:
    """What a row teaches, None for rows that have nothing to say in this family: one that continues a theorem cannot
    put lemmas above it."""
    if isinstance(row, Completion | Sketch) and row.lemmas and not family.chat:
        return None
    if isinstance(row, Completion):
        request: Request = Complete(view=row.theorem.view(), sampling=Sampling())
        answer = _proof(row.theorem.view(), row.lemmas, row.proof, family)
    elif isinstance(row, Sketch):
        request = Decompose(view=row.theorem.view(), sampling=Sampling())
        answer = _proof(row.theorem.view(), row.lemmas, _sketch(row), family)
    elif isinstance(row, Conjectured):
        view = replace(row.theorem.view(), name=_EASY, binders="", target="", goal="", stated=row.seed)
        lemma = f"theorem {row.lemma} {row.lemma_statement}" if row.lemma_statement else row.lemma
        request = Conjecture(view=view, sampling=Sampling(), wanted=1, proof=row.seed_proof, lemma=lemma)
        answer = _conjecture(row, family)
    else:
        return None
    return Pair(text_of(render(request, family), tokenizer), answer)


def text_of(prompt: Prompt, tokenizer: Any) -> str:
    """A prompt as text, chats through the model's own template."""
    if not prompt.chat:
        return prompt.text
    messages = [{"role": each.role, "content": each.content} for each in prompt.messages]
    made: str = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return made


def pairs_of(rows: Iterable[Row], family: Family, tokenizer: Any) -> tuple[list[Pair], list[float]]:
    """The pairs of all rows that have one, each once, and their weights."""
    found: dict[Pair, float] = {}
    for row in rows:
        pair = pair_of(row, family, tokenizer)
        if pair is not None and row.weight > 0:
            found[pair] = max(found.get(pair, 0.0), row.weight)
    return list(found), list(found.values())


def resampled(pairs: Sequence[Pair], weights: Sequence[float], count: int, seed: int) -> list[Pair]:
    """`count` pairs in proportion to their weights by systematic resampling (Kitagawa 1996): one of weight w comes
    floor or ceiling of count · w / Σ w times, so a loss over them is the weighted loss with the least noise. In random
    order."""
    draws = random.Random(seed)
    total, found, passed = sum(weights), list[Pair](), 0.0
    if not pairs or count < 1 or total <= 0:
        return []
    offset = draws.random()
    for pair, weight in zip(pairs, weights, strict=True):
        passed += weight * count / total
        while len(found) + offset < passed and len(found) < count:
            found.append(pair)
    draws.shuffle(found)
    return found


def _sketch(row: Sketch) -> str:
    """Its tactics, which say that they leave goals where they do: without that word they would be read as a proof."""
    tactics = normalise(row.tactics)
    unsaid = len(row.children) > len(row.lemmas) and opened(tactics) == tactics
    return f"{tactics}\n{REST}" if unsaid else tactics


def _proof(view: View, lemmas: Sequence[str], proof: str, family: Family) -> str:
    body = f"\n  {indent(normalise(proof), 2)}"
    if not family.chat:
        return f"{body}\n```"
    above = "".join(f"{lemma.strip()}\n\n" for lemma in lemmas)
    return f"```lean4\n{above}{view.statement} := by{body}\n```"


def _conjecture(row: Conjectured, family: Family) -> str:
    stated = f"{_HARDER} {row.theorem.stated} := by\n  sorry\n```"
    return f" {stated}" if not family.chat else f"```lean4\ntheorem {stated}"
