"""Prompt families: which templates a model is asked with, and how it is to be talked to.

Published formats (checked November 2026): Goedel-Prover-V2 (the repository's `src/utils.py`: prompt, and the correction
rounds with `<error>` marks), DeepSeek-Prover-V2 (model card, with a proof plan; without one: `raw`), Kimina-Prover
(Goedel's handler for it, which follows the model card; error rounds from the Kimina-Prover-Preview repository's demo),
Goedel-Code-Prover-8B (model card). A role that a family has no template for is asked with the project's own one.

To add a family: a folder of templates here, and an entry in `FAMILIES` (docs/policies.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CHAT_FALLBACK = "plain"
TEXT_FALLBACK = "raw"


@dataclass(frozen=True, slots=True)
class Family:
    """`pattern` finds its models by name (case ignored). `chat`: it is asked with messages, otherwise with text to be
    continued. `stop`: strings at which every answer ends."""

    name: str
    pattern: str
    chat: bool = True
    stop: tuple[str, ...] = ()

    @property
    def fallback(self) -> str:
        return CHAT_FALLBACK if self.chat else TEXT_FALLBACK


FAMILIES: tuple[Family, ...] = (
    Family("goedel-code-prover", r"goedel-code-prover"),
    Family("goedel-prover-v2", r"goedel-prover-v2"),
    Family("deepseek-prover-v2", r"deepseek-prover-v2"),
    Family("kimina-prover", r"kimina-prover"),
    Family(CHAT_FALLBACK, r"."),
    Family(TEXT_FALLBACK, r"(?!)", chat=False, stop=("```",)),
)


def family_named(name: str) -> Family:
    """Raises KeyError with the names that there are."""
    for family in FAMILIES:
        if family.name == name:
            return family
    raise KeyError(f"{name!r} is no prompt family; there are {', '.join(family.name for family in FAMILIES)}")


def family_of(model: str, *, chat: bool = True) -> Family:
    """The family of a model by its name or path. `chat`: whether the backend has a chat template for it."""
    if not chat:
        return family_named(TEXT_FALLBACK)
    return next(family for family in FAMILIES if re.search(family.pattern, model, re.IGNORECASE))
