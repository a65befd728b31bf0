"""STP's first step: proved statements with the lemmas that their proofs really use, as seeds for conjectures.

Pure; the only thing that is drawn, drawn by seed, is which seeds also get the trivial lemma.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence

from rl.selfplay.config import Prove, Seeds
from rl.selfplay.players import seed_of
from rl.selfplay.records import TRIVIAL, Known, Origin, Seed, Statement

Place = Callable[[Statement], str]
"""A theorem to the id of the environment that conjectures about it are stated in."""
LemmaStatement = Callable[[str, str], str]
"""Environment id and constant to what the constant says, "" for none."""

_GLUE = re.compile(
    r"^(?:Lean|Init|Std|Int\.Linear|Nat\.Linear|Nat\.ToInt|Int\.OfNat|Bool|Decidable|Classical)\."
    r"|^(?:Eq|HEq|Iff|And|Or|Not|True|False|eq|congr|implies|forall|exists|ite|dite|if|dif|id|of|not|and|or|iff|ne|heq)"
    r"(?:\b|_|[A-Z.])"
    r"|\.(?:injEq|inj|noConfusion\w*|eq_\d+|eq_def|sizeOf_spec|match_\d+\S*|proof_\d+|congr_simp|rec|brecOn\S*|induct\w*)$"
    r"|\.inst[A-Z]\w*$"
    r"|^(?:congrArg|congrFun|congr|absurd|rfl|trivial|proof_irrel\w*|propext|funext|em|letFun\w*|eagerReduce)$"
)
"""Steps of logic and of automation's own machinery: a proof of anything uses them, so as lemmas they say nothing."""


def is_lemma(name: str) -> bool:
    """Whether a theorem that a proof uses is worth conjecturing about."""
    return _GLUE.search(name) is None and not any(part.startswith("_") for part in name.split("."))


def choose_seeds(
    known: Sequence[Known],
    settings: Seeds,
    run_seed: int,
    round: int,
    lemma_statement: LemmaStatement,
    place: Place = lambda statement: statement.environment,
) -> list[Seed]:
    """The pairs of a round, in a canonical order. A theorem is a seed when it is proved at a rate above the threshold,
    or, until it is attempted, when its proof was known from the beginning; of a lemma at most `lemma_share` of the
    dataset (at least one) are paired, drawn by seed."""
    easy = sorted((each for each in known if _is_easy(each, settings)), key=lambda each: each.statement.strict_key)
    dataset = sum(each.statement.origin is not Origin.CONJECTURE for each in known)
    most = max(1, math.floor(settings.lemma_share * dataset))
    pairs: list[tuple[str, Known]] = []
    for each in easy:
        pairs += ((name, each) for name in each.uses if is_lemma(name))
    random.Random(seed_of(run_seed, round, "lemmas")).shuffle(pairs)
    taken: Counter[str] = Counter()
    places = {each.statement.strict_key: place(each.statement) for each in easy}
    found: list[Seed] = []
    for name, each in pairs:
        if taken[name] >= most:
            continue
        environment = places[each.statement.strict_key]
        statement = lemma_statement(environment, name)
        if statement:
            taken[name] += 1
            found.append(_seed(each, name, statement, environment))
    chance = random.Random(seed_of(run_seed, round, "trivial"))
    drawn = [each for each in easy if chance.random() < settings.trivial]
    found += [_seed(each, TRIVIAL, "", places[each.statement.strict_key]) for each in drawn]
    return sorted(found, key=lambda seed: (seed.theorem, seed.lemma))


def _is_easy(known: Known, settings: Seeds) -> bool:
    origin = known.statement.origin
    if not known.solved or origin in (Origin.CONJECTURE, Origin.EVALUATION):
        return False
    if known.rate is None:
        return settings.given
    return known.rate > settings.rate and (origin is Origin.DATASET or settings.given)


def _seed(known: Known, lemma: str, statement: str, environment: str) -> Seed:
    return Seed(
        lemma=lemma,
        lemma_statement=statement,
        theorem=known.statement.strict_key,
        statement=known.statement.statement,
        proof=known.proof,
        environment=environment,
    )


def to_prove(
    known: Sequence[Known], conjectures: Sequence[Statement], settings: Prove, run_seed: int, round: int
) -> list[Statement]:
    """What is attempted in a round: dataset statements without a proof, the new conjectures, and solved dataset
    statements whose rate is low, or else by chance."""
    chosen = list(conjectures)
    for each in known:
        if each.statement.origin is not Origin.DATASET:
            continue
        low = each.rate is None or each.rate < settings.solved_rate
        draw = seed_of(run_seed, round, "again", each.statement.strict_key) / (1 << 31)
        if not each.solved or low or draw < settings.solved_chance:
            chosen.append(each.statement)
    return sorted(chosen, key=lambda statement: statement.strict_key)
