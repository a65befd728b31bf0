"""Statements as laws: binders and a claim, as text that can be taken apart and put together again.

Heuristic reading of what Lean printed. It decides what is conjectured; Lean reads the result, and refuses what is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from decompose.reading import Local, introduce, parse_goal
from decompose.signatures import Function, Parameter
from decompose.splitters.terms import atom, bare, fresh, occurs, shape, subterms, words
from decompose.splitters.terms import replace as replaced

_RELATIONS = ("=", "≤", "<", "≥", ">", "↔")
_PROPOSITIONS = (*_RELATIONS, "≠", "∈", "∉", "∧", "∨", "¬", "∣")
_SORTS = ("Type", "Sort", "Prop")


@dataclass(frozen=True, slots=True)
class Law:
    """`claim` for all `binders`, in order."""

    binders: tuple[Parameter, ...]
    claim: str

    @property
    def statement(self) -> str:
        return f"{' '.join(each.binder for each in self.binders)} : {self.claim}".strip()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(each.name for each in self.binders)

    def data(self) -> Iterator[Parameter]:
        """Explicit binders that nothing shows to be hypotheses or types."""
        for each in self.binders:
            simple = shape(each.type)[0] == "" and not each.type.startswith(_SORTS)
            if each.kind == "explicit" and simple and "→" not in each.type:
                yield each

    def hypotheses(self) -> Iterator[Parameter]:
        return (
            each for each in self.binders if shape(each.type)[0] in (*_RELATIONS, "≠", "∈", "∉", "∧", "∨", "¬", "∣")
        )

    def sides(self) -> tuple[str, str, str] | None:
        """The relation of the claim and its two sides."""
        relation, parts = shape(self.claim)
        return (relation, parts[0], parts[1]) if relation in _RELATIONS and len(parts) == 2 else None

    def renamed(self, taken: Iterable[str]) -> Law:
        """With other names wherever one is taken."""
        names = set(taken)
        claim, binders, new = self.claim, list(self.binders), dict[str, str]()
        for each in self.binders:
            if each.name and each.name in names:
                new[each.name] = fresh(each.name, names | self.names)
            names.add(new.get(each.name, each.name))
        for old, other in new.items():
            claim = replaced(claim, old, other)
            binders = [
                replace(each, name=other if each.name == old else each.name, type=replaced(each.type, old, other))
                for each in binders
            ]
        return Law(tuple(binders), claim)

    def with_value(self, variable: str, value: str, more: Iterable[Parameter]) -> Law:
        """The variable gone, `value` in its place, `more` binders where it stood."""
        binders: list[Parameter] = []
        extra = list(more)
        for each in self.binders:
            if each.name == variable:
                binders += extra
            else:
                binders.append(replace(each, type=_put(each.type, variable, value)))
        return Law(tuple(binders), bare(_put(self.claim, variable, value)))

    def tidy(self) -> Law:
        """Without variables that nothing mentions."""
        binders = list(self.binders)
        while True:
            used = words(" ".join((self.claim, *(each.type for each in binders))))
            known = {each.name for each in self.data()}
            kept = [each for each in binders if each.name not in known or each.name in used]
            if len(kept) == len(binders):
                return Law(tuple(binders), self.claim)
            binders = kept


def _put(text: str, variable: str, value: str) -> str:
    """The value for the variable, in projections of it (`p.1`, which is one word) too."""
    text = re.sub(rf"(?<![\w.'»]){re.escape(variable)}(?=\.[\w«])", lambda _: atom(value), text)
    return replaced(text, variable, atom(value))


def law_of(goal: str) -> Law | None:
    """The law that a goal states, as Lean prints it; None where a local has no name that can be written."""
    locals_, target = parse_goal(goal)
    bound, claim = introduce(target)
    if any(not each.is_accessible for each in (*locals_, *bound)) or not claim:
        return None
    return Law(tuple(map(_parameter, (*locals_, *bound))), claim)


def _parameter(local: Local) -> Parameter:
    if local.name.startswith("inst"):
        return Parameter("", local.type, "instance")
    return Parameter(local.name, local.type, "implicit" if local.type.startswith(_SORTS[:2]) else "explicit")


def head_result(term: str, functions: Mapping[str, Function]) -> str:
    """The type of a term that is a call of one of the file's functions; "" for others."""
    found = bare(term).split()
    function = functions.get(found[0]) if found else None
    if function is None or function.context:
        return ""
    return function.result


__all__ = ["Law", "head_result", "law_of", "occurs", "subterms"]
