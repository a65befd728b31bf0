"""Numbers about a goal and about what can be tried on it, for inference and training alike.

Everything is read off the text of the goal's context. No feature depends on what the user calls things: names of locals
and of the file's own declarations never count, only how often and where they occur.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

from decompose.context import GoalContext
from decompose.reading import Application, applications, first_word, last_part
from decompose.signatures import Function, Role
from decompose.text import TokenKind, tokens
from prover.learned.vocabulary import BODIES, HYPOTHESES, KINDS, LABELS, RELATIONS, TARGET

if TYPE_CHECKING:
    import numpy as np

Key = TypeVar("Key")

VERSION = 1
"""Of the features' definition; weights for another version are refused."""

_SUBJECT = re.compile(
    r"\b(fun_induction|fun_cases|induction|cases)\s+([^<\n;]+?)(?:\s+generalizing\s+([^<\n;]+?))?\s*(?:<;>|;|$|\n)"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A move as the model sees it. `place`: in the fixed order, from 0. `cost`: seconds, and `success`: 0 to 1, as
    the fixed order has them. `kind`: complete, split or sketch. `uses`, `lemmas`: how many theorems of the file, and
    how many new lemmas it names."""

    label: str
    tactics: str
    place: int
    cost: float
    success: float
    heartbeats: int
    kind: str = "complete"
    uses: int = 0
    lemmas: int = 0


class GoalView:
    """What the features of one goal share."""

    def __init__(self, context: GoalContext) -> None:
        self.context = context
        self.own = {last_part(name) for name in (*context.definitions, *context.predicates, *context.lemmas)}
        self.locals = {each.name for each in context.locals}
        self.target = self._words(context.target)
        self.types = [self._words(each.type) for each in context.locals]

    def _words(self, text: str) -> Counter[str]:
        """Tokens by the last component of each name."""
        found: Counter[str] = Counter()
        for token in tokens(text):
            if token.kind is TokenKind.WORD:
                if token.text in self.locals:
                    found[token.text] += 1
                else:
                    found.update(token.text.split(".")[-2:] if "." in token.text else (token.text,))
            elif token.kind is not TokenKind.COMMENT:
                found[token.text] += 1
        return found

    def library(self, words: Counter[str], word: str) -> int:
        """How often `word` occurs, where it is no name of the user's own."""
        return 0 if word in self.own or word in self.locals else words[word]

    @cached_property
    def features(self) -> list[float]:
        """`goal_features`, once."""
        return goal_features(self)

    @cached_property
    def calls(self) -> tuple[Application, ...]:
        return self.context.applications

    @cached_property
    def target_calls(self) -> list[Application]:
        """Calls of recursive functions in the target alone, each occurrence."""
        return list(applications(self.context.target, self.context.recursive))

    @cached_property
    def functions(self) -> dict[str, Function]:
        return {each.name: each for each in self.context.functions}

    @cached_property
    def places(self) -> dict[tuple[str, Role], int]:
        """How often a variable is an argument with that role, in the calls of the target."""
        found: Counter[tuple[str, Role]] = Counter()
        for call in self.target_calls:
            function = self.functions.get(call.function)
            if function is not None:
                found.update(zip(call.arguments, function.roles, strict=False))
        return found

    @cached_property
    def called(self) -> Counter[str]:
        """How often the target calls each recursive function."""
        return Counter(each.function for each in self.target_calls)

    @cached_property
    def in_types(self) -> Counter[str]:
        """How often each word occurs in the types of locals."""
        found: Counter[str] = Counter()
        for words in self.types:
            found.update(words)
        return found

    @cached_property
    def varying(self) -> frozenset[str]:
        """Locals that recursive calls change."""
        return frozenset(name for name, role in self.places if role is Role.VARYING and name in self.locals)

    @cached_property
    def data(self) -> dict[str, int]:
        """Locals that can be taken apart by cases, with their places."""
        return {each.name: place for place, each in reversed(list(enumerate(self.context.data)))}

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {each.name: _kind(each.type, self.context.inductives) for each in self.context.locals}


def goal_features(view: GoalView) -> list[float]:
    """Numbers about the goal, always as many. The names are `GOAL_NAMES`."""
    context = view.context
    hypotheses: Counter[str] = Counter()
    props = 0
    for local, words in zip(context.locals, view.types, strict=True):
        if view.kinds[local.name] == "other":
            hypotheses.update(words)
            props += 1
    bodies: Counter[str] = Counter()
    for function in context.functions:
        bodies.update(_body_words(function.body))
    kinds = Counter(view.kinds.values())
    relation = _relation(context.target)
    left, right = _sides(context.target, relation)
    recursive = [each for each in context.functions if each.recursive]
    return [
        math.log1p(sum(view.target.values())),
        math.log1p(sum(hypotheses.values())),
        math.log1p(sum(bodies.values())),
        float(len(context.locals)),
        float(props),
        float(len(context.data)),
        float(len(context.definitions)),
        float(len(context.direct)),
        float(len(context.recursive)),
        float(len(context.predicates)),
        float(len(context.lemmas)),
        float(len(recursive)),
        float(sum(each.is_structural for each in recursive)),
        float(sum(any(True for _ in each.accumulators()) for each in recursive)),
        float(sum(bool(each.owner) for each in context.functions)),
        float(sum(each.result == "Prop" for each in context.functions)),
        float(bool(context.stage)),
        float(len(context.intro)),
        float(len(view.calls)),
        float(len(view.target_calls)),
        float(len({each.function for each in view.target_calls})),
        float(sum(not _plain(argument) for each in view.target_calls for argument in each.arguments)),
        float(sum(each in view.own for each in view.target)),
        float(sum(count for word, count in view.target.items() if word in view.own)),
        float(sum(count for word, count in view.target.items() if word.isdigit())),
        float(sum("✝" in each.name for each in context.locals)),
        math.log1p(left.count(" ") + bool(left)),
        math.log1p(right.count(" ") + bool(right)),
        float(_plain(left)),
        float(_plain(right)),
        *(float(relation == each) for each in RELATIONS),
        *(float(min(kinds[each], 6)) for each in KINDS),
        *(float(min(view.library(view.target, each), 6)) for each in TARGET),
        *(float(min(view.library(hypotheses, each), 4)) for each in HYPOTHESES),
        *(float(min(view.library(bodies, each), 6)) for each in BODIES),
    ]


GOAL_NAMES: tuple[str, ...] = (
    *("target tokens", "hypothesis tokens", "body tokens", "locals", "props", "data", "definitions", "direct"),
    "recursive",
    *("predicates", "lemmas", "recursive functions", "structural", "accumulating", "inner", "prop functions", "stage"),
    *("intro", "calls", "target calls", "called", "composed arguments", "own words", "own occurrences", "numerals"),
    *("inaccessible", "left size", "right size", "left atom", "right atom"),
    *(f"relation {each}" for each in RELATIONS),
    *(f"locals of {each}" for each in KINDS),
    *(f"target {each}" for each in TARGET),
    *(f"hypotheses {each}" for each in HYPOTHESES),
    *(f"bodies {each}" for each in BODIES),
)


def move_features(view: GoalView, candidates: Sequence[Candidate]) -> np.ndarray:
    """A row of numbers for each candidate, in order: (n, len(MOVE_NAMES)) float32. The names are `MOVE_NAMES`."""
    import numpy as np

    cost = np.maximum([each.cost for each in candidates], 1e-3)
    success = np.asarray([each.success for each in candidates], np.float64)
    odds = np.clip(success, 1e-4, 1 - 1e-4)
    numbers = np.column_stack(
        [
            np.log(cost),
            np.log(odds / (1 - odds)),
            np.log(cost / np.maximum(success, 1e-4)),
            np.log(np.maximum([each.heartbeats for each in candidates], 1)),
            [each.kind == "complete" for each in candidates],
            [each.kind == "sketch" for each in candidates],
            [each.uses for each in candidates],
            [each.lemmas for each in candidates],
            np.log1p([each.tactics.count(" ") for each in candidates]),
            [each.tactics.count("<;>") for each in candidates],
        ]
    )
    labels = _gathered([each.label for each in candidates], _label_words)
    subjects = _gathered([_subject_in(each.tactics) for each in candidates], lambda found: _subject(view, found))
    return np.concatenate([numbers, labels, subjects], axis=1).astype(np.float32)


def _gathered(keys: Sequence[Key], row: Callable[[Key], Sequence[float]]) -> np.ndarray:
    """The row of each key, (n, k); equal keys are many, so each is asked once."""
    import numpy as np

    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return np.asarray([row(key) for key in places], np.float64)[[places[key] for key in keys]]


_SUBJECT_NAMES: tuple[str, ...] = (
    *("none", "call", "generalising", "occurrences", "in hypotheses", "structural", "fixed", "varying", "index"),
    "composed",
    *("varying generalised", "varying left", "call occurrences", "call structural", "call in target"),
)
_NO_SUBJECT = [1.0, *[0.0] * (len(_SUBJECT_NAMES) - 1 + len(KINDS))]
MOVE_NAMES: tuple[str, ...] = (
    *("cost", "chance", "price", "heartbeats", "complete", "sketch", "uses", "new lemmas"),
    *("length", "combinators"),
    *(f"label {word}" for word in (*LABELS, "other", "first word")),
    *(f"subject {name}" for name in (*_SUBJECT_NAMES, *KINDS)),
)


@lru_cache(maxsize=4096)
def _label_words(label: str) -> tuple[float, ...]:
    words = re.findall(r"[\w?]+", label.removesuffix(" (more)"))
    counts = Counter(words)
    other = sum(count for word, count in counts.items() if word not in LABELS)
    first = LABELS.index(words[0]) if words and words[0] in LABELS else -1
    return (*(float(counts[word] > 0) for word in LABELS), float(other), float(first))


Subject = tuple[str, str, str]
"""The tactic, the variable or call that it is on, and what it generalises."""


@lru_cache(maxsize=8192)
def _subject_in(tactics: str) -> Subject | None:
    """Of the first induction or case analysis."""
    if "induction " not in tactics and "cases " not in tactics:
        return None
    found = _SUBJECT.search(tactics)
    return None if found is None else (found[1], found[2], found[3] or "")


def subject_of(tactics: str) -> str:
    """The variable or call that an induction or a case analysis in `tactics` is on, "" without one."""
    found = _subject_in(tactics)
    return "" if found is None else found[1]


def _subject(view: GoalView, found: Subject | None) -> list[float]:
    """About the first variable or call that an induction or a case analysis is on."""
    return _NO_SUBJECT if found is None else _about(view, *found)


def _about(view: GoalView, kind: str, subject: str, generalized: str) -> list[float]:
    words, general = subject.split(), set(generalized.split())
    is_call = kind.startswith("fun_")
    names = {word.strip("()") for word in (words[1:] if is_call else words[:1])}
    subject = words[0].strip("()")
    function = view.functions.get(subject) if is_call else None
    calls = view.called[subject]
    return [
        0.0,
        float(is_call),
        float(len(general)),
        float(sum(view.target[name] for name in names)),
        float(sum(view.in_types[name] for name in names)),
        float(sum(view.places.get((name, Role.STRUCTURAL), 0) for name in names)),
        float(sum(view.places.get((name, Role.FIXED), 0) for name in names)),
        float(sum(view.places.get((name, Role.VARYING), 0) for name in names)),
        float(view.data.get(subject, -1)),
        float(sum(1 for name in names if name not in view.locals)),
        float(len(view.varying & general)),
        float(len(view.varying - general - names)),
        float(calls),
        float(function is not None and function.is_structural),
        float(calls > 0),
        *_one_hot("" if is_call else view.kinds.get(subject, "other")),
    ]


def _one_hot(kind: str) -> list[float]:
    return [float(kind == each) for each in KINDS]


def _kind(type_text: str, inductives: Iterable[str]) -> str:
    word = first_word(type_text)
    if word in ("Type", "Sort", "Prop"):
        return "sort"
    if "→" in type_text and "=" not in type_text and "≤" not in type_text and "<" not in type_text:
        return "function"
    if "×" in type_text:
        return "Prod"
    if word in KINDS and type_text.startswith((word, "(")):
        return word
    if any(word == name or name.endswith("." + word) for name in inductives) and word:
        return "own"
    return "other"


def _relation(target: str) -> str:
    """The outermost connective or relation of the target, "" for none that is known."""
    depth = 0
    found: dict[str, None] = {}
    for token in tokens(target):
        depth += (token.text in "([{⟨") - (token.text in ")]}⟩") if len(token.text) == 1 else 0
        if depth == 0:
            found[token.text] = None
    if target.startswith(("∃", "¬")):
        return target[0]
    for symbol in ("→", "↔", "∨", "∧", "=", "≠", "≤", "<", "∈"):
        if symbol in found:
            return symbol
    return next((word for word in ("Perm", "Pairwise") if any(word in text.split(".") for text in found)), "")


def _sides(target: str, relation: str) -> tuple[str, str]:
    left, _, right = target.partition(f" {relation} ") if relation else (target, "", "")
    return left, right


def _plain(text: str) -> bool:
    """A variable, a numeral or a constant: no application."""
    return bool(text) and " " not in text.strip()


@lru_cache(maxsize=1024)
def _body_words(body: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for token in tokens(body):
        if token.kind is not TokenKind.COMMENT:
            found[token.text.rpartition(".")[2] if token.kind is TokenKind.WORD else token.text] += 1
    return found
