"""What a proposer sees of a hole, and what it gives back: the seam between whatever thinks of proofs and the prove run.

A proposal is text. It is judged by Lean alone, so a proposer may be wrong, never unsound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from decompose.spec import Declaration, SpecFile, Target
from decompose.text import Token, TokenKind, tokens

_RELEVANT_LEMMAS = 6
_DATA_TYPES = frozenset({"Nat", "List", "Option", "Bool", "Prod", "Sum", "Fin", "Array", "String", "Int", "Except"})
_INDUCTIVE_KEYWORDS = frozenset({"inductive", "structure", "class"})
_PROGRAM_KEYWORDS = frozenset({"def", "abbrev", "instance"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tactic block to try in a hole.

    `label` names the recipe, without what is special to the goal (statistics count by it). `cost` orders proposals,
    cheapest first: expected seconds per expected success. `heartbeats` bounds it (Lean's `maxHeartbeats`). `lemmas`
    are the declarations of the file that it names, apart from programs.
    """

    label: str
    tactics: str
    cost: float
    heartbeats: int
    lemmas: frozenset[str] = frozenset()


class Proposer(Protocol):
    """Anything that can think of proofs: the portfolio, later a policy."""

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        """Proposals for one hole, the most promising first. Deterministic for equal contexts."""
        ...


@dataclass(frozen=True, slots=True)
class Local:
    """A local hypothesis as Lean prints it. Inaccessible ones (`✝`) cannot be named in a proof."""

    name: str
    type: str

    @property
    def is_accessible(self) -> bool:
        return "✝" not in self.name


@dataclass(frozen=True)
class Application:
    """A call of one of the file's functions in a goal: its name as it can be written there, and its arguments."""

    function: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.function, *self.arguments))


@dataclass(frozen=True)
class GoalContext:
    """A goal and what the file offers for it. Names are short: the target's own namespaces are left out.

    `definitions`: programs that the goal mentions, directly or through other programs, the direct ones first.
    `recursive`: those of them that mention themselves. `lemmas`: earlier theorems about the same programs, nearest
    first. `inductives`: the file's inductive types.
    """

    locals: tuple[Local, ...]
    target: str
    definitions: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    recursive: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()
    inductives: frozenset[str] = frozenset()
    goals: int = 1
    intro: str = ""
    """Names of the locals that have to be introduced first, a blank before each."""
    full_names: tuple[tuple[str, str], ...] = ()
    """Short name to the declaration's, for every lemma above."""

    @cached_property
    def data(self) -> tuple[Local, ...]:
        """Locals that can be taken apart by cases."""
        return tuple(each for each in self.locals if each.is_accessible and self._is_data(each.type))

    @cached_property
    def hypotheses(self) -> tuple[Local, ...]:
        """Named locals that are not data; propositions for the most part."""
        known = {each.name for each in self.data}
        used = " ".join(each.type for each in self.locals) + self.target
        words = {token.text for token in tokens(used)}
        return tuple(
            each
            for each in self.locals
            if each.is_accessible and each.name not in known and not _is_sort(each.type) and each.name not in words
        )

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(tokens(self.target))

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """Calls of the file's recursive functions in the target and the hypotheses, each once."""
        texts = (self.target, *(each.type for each in self.locals))
        found = (call for text in texts for call in applications(text, self.recursive))
        return tuple(dict.fromkeys(found))

    def head(self, type_text: str) -> str:
        return head(type_text)

    def _is_data(self, type_text: str) -> bool:
        if "×" in type_text and "=" not in type_text:
            return True
        first = head(type_text)
        known = first in _DATA_TYPES or any(first == name or name.endswith("." + first) for name in self.inductives)
        relation = any(token.text in _RELATIONS for token in tokens(type_text))
        return known and not relation


_RELATIONS = frozenset(
    {"=", "≠", "<", "≤", ">", "≥", "∈", "∉", "∧", "∨", "↔", "→", "∣", "~", "⊆", "<=", ">=", "==", "!="}
)


def _is_sort(type_text: str) -> bool:
    return head(type_text) in ("Type", "Sort", "Prop") or type_text.startswith(("Type", "Sort"))


def goal_context(spec: SpecFile, target: Target) -> GoalContext:
    """Read the context of `target` off its first goal and the declarations that come before it."""
    goal = target.goals[0].text if target.goals else "⊢ True"
    found, statement = parse_goal(goal)
    bound, statement = introduce(statement)
    if {each.name for each in bound} & {each.name for each in found}:
        bound, statement = (), parse_goal(goal)[1]
    found += bound
    earlier = [each for each in spec.declarations if each.command < target.command]
    own = {local.name for local in found}
    namespace = _namespaces(target.declaration)
    mentioned = components(goal)
    programs = {each.name: each for each in earlier if each.keyword in _PROGRAM_KEYWORDS}
    direct = [each for each in programs.values() if _last(each.name) in mentioned]
    reached = _closure(direct, list(programs.values()))
    short = {each.name: _short(each.name, namespace, own) for each in earlier}
    about = {_last(each.name) for each in reached} or mentioned
    scored = [(len(about & _parts(each.names)), each) for each in earlier if each.is_proof]
    relevant = [each for score, each in reversed(scored) if score][:_RELEVANT_LEMMAS]
    return GoalContext(
        locals=found,
        intro="".join(f" {each.name}" for each in bound),
        target=statement,
        definitions=tuple(short[each.name] for each in reached),
        direct=tuple(short[each.name] for each in direct),
        recursive=tuple(short[each.name] for each in reached if each.recursive),
        lemmas=tuple(short[each.name] for each in relevant),
        inductives=frozenset(each.name for each in earlier if each.keyword in _INDUCTIVE_KEYWORDS),
        goals=len(target.goals),
        full_names=tuple((short[each.name], each.name) for each in relevant),
    )


def parse_goal(text: str) -> tuple[tuple[Local, ...], str]:
    """The locals and the target of a goal as Lean pretty-prints it."""
    entries: list[str] = []
    for line in text.split("\n"):
        if line.startswith("case ") and not entries:
            continue
        if line.startswith(" ") and entries:
            entries[-1] += " " + line.strip()
        elif line.strip():
            entries.append(line)
    found: list[Local] = []
    target = ""
    for entry in entries:
        if entry.startswith("⊢"):
            target = entry[1:].strip()
            break
        names, colon, type_text = entry.partition(" : ")
        if colon:
            found += [Local(name, type_text.partition(" := ")[0].strip()) for name in names.split()]
    return tuple(found), target


def applications(text: str, functions: tuple[str, ...]) -> Iterator[Application]:
    """Calls of `functions` in `text`, arguments as far as they go; field notation `x.f` counts as `f x`."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    for at, token in enumerate(found):
        if token.kind is TokenKind.WORD:
            for function in functions:
                for receiver, is_last in _mentions(text, found, at, function):
                    more = _arguments(text, found, at + 1) if is_last else ()
                    arguments = (*([receiver] if receiver else []), *more)
                    if arguments:
                        yield Application(function, arguments)


def _mentions(text: str, found: list[Token], at: int, function: str) -> Iterator[tuple[str, bool]]:
    """Where the word at `at` mentions `function`: the receiver ("" for none), and whether arguments can follow."""
    parts = found[at].text.split(".")
    qualified, last = function.split("."), _last(function)
    if found[at].text == function or (len(qualified) > 1 and parts == qualified[-len(parts) :]):
        if at and found[at - 1].text == "." and len(parts) == 1:
            receiver = _group_before(text, found, at - 1)
            if receiver:
                yield receiver, True
        elif len(parts) == len(qualified) or len(parts) == 1:
            yield "", True
        return
    for number, part in enumerate(parts):
        if number and part == last and parts[number - 1][:1].islower():
            yield ".".join(parts[:number]), number == len(parts) - 1


def _group_before(text: str, found: list[Token], dot: int) -> str:
    """The bracketed text that ends just before the dot, "" when there is none."""
    depth = 0
    for back in range(dot - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(found[back].text, 0)
        if depth == 0:
            return text[found[back].start : found[dot - 1].end] if found[back].text == "(" else ""
    return ""


def _arguments(text: str, found: list[Token], at: int) -> Iterator[str]:
    pairs = {"(": ")", "[": "]", "⟨": "⟩", "{": "}"}
    while at < len(found):
        token = found[at]
        if token.text in pairs:
            close, depth = at, 0
            while close < len(found):
                depth += (found[close].text in pairs) - (found[close].text in pairs.values())
                if depth == 0:
                    break
                close += 1
            if close == len(found):
                return
            yield text[token.start : found[close].end]
            at = close + 1
        elif token.kind in (TokenKind.WORD, TokenKind.NUMBER, TokenKind.STRING) and token.text not in _STOP_WORDS:
            yield token.text
            at += 1
        else:
            return


_STOP_WORDS = frozenset(
    {"with", "then", "else", "if", "fun", "let", "match", "do", "at", "in", "λ", "show", "have", "by"}
)


def introduce(target: str) -> tuple[tuple[Local, ...], str]:
    """The variables that the leading `∀` of `target` bind, with their types as far as written, and what is left of it.

    Stops before a binder that cannot be named as it is printed.
    """
    found: list[Local] = []
    rest = target.strip()
    while rest.startswith("∀"):
        at = _comma(rest)
        bound = _bound(rest[1:at]) if at else []
        if not bound or any("✝" in each.name or each.name == "_" for each in bound):
            break
        found += bound
        rest = rest[at + 1 :].strip()
    return tuple(found), rest


def _comma(text: str) -> int:
    """The index of the first comma outside brackets, 0 when there is none."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([{⟨⦃") - (char in ")]}⟩⦄")
        if char == "," and depth == 0:
            return at
    return 0


def _bound(binder: str) -> list[Local]:
    """`(x y : Nat) (h : p)`, `x y : Nat` or `x`; nothing for `x ∈ s` and the like, which also bind a proof."""
    groups = re.findall(r"[(\[{⦃]([^()\[\]{}⦃⦄]*(?:\([^()]*\)[^()\[\]{}⦃⦄]*)*)[)\]}⦄]", binder)
    if not binder.strip().startswith(("(", "{", "[", "⦃")):
        groups = [binder]
    found: list[Local] = []
    for group in groups:
        names, _, type_text = group.partition(" : ")
        words = names.split()
        if not all(re.fullmatch(r"[^\W\d][\w'₀-₉✝]*", word) for word in words):
            return []
        found += [Local(word, type_text.strip()) for word in words]
    return found


def head(type_text: str) -> str:
    """The first identifier of a type: `List` of `List α`."""
    for token in tokens(type_text):
        if token.kind is TokenKind.WORD:
            return token.text
        if token.text not in "([":
            return ""
    return ""


def components(text: str) -> frozenset[str]:
    """Every dot-separated part of every identifier in `text`."""
    return _parts(token.text for token in tokens(text) if token.kind is TokenKind.WORD)


def _parts(words: object) -> frozenset[str]:
    return frozenset(part for word in words for part in str(word).split("."))  # type: ignore[attr-defined]


def _closure(direct: list[Declaration], programs: list[Declaration]) -> list[Declaration]:
    reached = list(direct)
    for each in reached:
        parts = _parts(each.names)
        reached += [other for other in programs if other not in reached and _last(other.name) in parts]
    return reached


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _namespaces(declaration: str) -> tuple[str, ...]:
    parts = declaration.split("#")[0].split(".")[:-1]
    return tuple(".".join(parts[:count]) + "." for count in range(len(parts), 0, -1))


def _short(name: str, namespaces: tuple[str, ...], taken: set[str]) -> str:
    for namespace in namespaces:
        rest = name.removeprefix(namespace)
        if rest != name and rest.split(".")[0] not in taken:
            return rest
    return name
