"""How likely a budgeted attempt is to prove a goal, from the goal's terms: the learned difficulty of the score."""

from __future__ import annotations

import math

from prover.learned.terms import TermCounts
from prover.learned.vocabulary import CONSTANTS, HEADS

TERM_NAMES: tuple[str, ...] = (
    *("surface", "spec", "own", "unfolded", "recursors", "binders", "props", "instances", "leading", "size"),
    *("footprint surface", "footprint spec"),
    *(f"head {each}" for each in ("", *HEADS)),
    *(f"in goal {each}" for each in CONSTANTS),
    *(f"in bodies {each}" for each in CONSTANTS),
)


def term_features(counts: TermCounts) -> list[float]:
    """Numbers about a goal's terms, always as many; the names are `TERM_NAMES`."""
    near, far = set(counts["surface"]), set(counts["spec"])
    own, unfolded = counts["own"], counts["unfolded"]
    return [
        float(len(near)),
        float(len(far)),
        float(own),
        float(unfolded),
        float(counts["recursors"]),
        float(counts["binders"]),
        float(counts["props"]),
        float(counts["instances"]),
        float(counts["leading"]),
        math.log1p(counts["size"]),
        float(len(near) + own),
        float(len(near) + own + len(far) + unfolded),
        *(float(counts["head"] == each) for each in ("", *HEADS)),
        *(float(each in near) for each in CONSTANTS),
        *(float(each in far) for each in CONSTANTS),
    ]
