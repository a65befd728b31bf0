"""Theorems and examples of a file as text: binders, premises and conclusion, so that variants can be stated."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.spec import PROGRAM_KEYWORDS, SpecFile, plain_name
from decompose.text import LineIndex, Token, TokenKind, tokens
from prover.synth.layout import signature_end

_OPENING, _CLOSING = frozenset("([{⟨⦃"), frozenset(")]}⟩⦄")


@dataclass(frozen=True, slots=True)
class Claim:
    """`name`: for people (`example@LINE` for an example). `command`: an index into `SpecFile.commands`. `binders`: the
    text between its name and the colon. `premises`, `conclusion`: of its type, split at the outer arrows."""

    name: str
    command: int
    binders: str
    premises: tuple[str, ...]
    conclusion: str
    has_hypotheses: bool

    def stated(self, conclusion: str) -> str:
        """Its type as one closed text, with another conclusion."""
        arrows = "".join(f"({each}) → " for each in self.premises)
        return f"∀ {self.binders}, {arrows}{conclusion}" if self.binders else f"{arrows}{conclusion}"

    @property
    def type(self) -> str:
        return self.stated(f"({self.conclusion})")


def claims(spec: SpecFile) -> tuple[Claim, ...]:
    """In the order of the file. Those that are written in a way that cannot be read here are left out."""
    index = LineIndex(spec.text)
    found = []
    for number, command in enumerate(spec.commands):
        if not command.kind.endswith(".declaration"):
            continue
        text = spec.command_text(number)
        code = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
        at = next((i for i, token in enumerate(code) if token.text in ("theorem", "lemma", "example")), None)
        if at is None or any(token.text in PROGRAM_KEYWORDS for token in code[:at]):
            continue
        is_example = code[at].text == "example"
        first = at + 1 if is_example else at + 2
        end = signature_end(text, code, first, len(code))
        colon = _outer(code, first, end - 1, ":")
        if colon is None or end > len(code) or code[end - 1].text != ":=":
            continue
        name = f"example@{index.position(command.start).line}"
        if not is_example:
            own = next((d for d in spec.declarations if d.command == number and d.is_proof), None)
            name = plain_name(own.name) if own is not None else code[at + 1].text
        pieces = _arrows(text, code, colon + 1, end - 1)
        binders = text[code[first].start : code[colon].start].strip() if colon > first else ""
        hypotheses = len(pieces) > 1 or any(
            declared.is_hypothesis for declared in _binder_groups(text, code[first:colon])
        )
        found.append(Claim(name, number, " ".join(binders.split()), tuple(pieces[:-1]), pieces[-1], hypotheses))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Group:
    names: tuple[str, ...]
    type: str

    @property
    def is_hypothesis(self) -> bool:
        """By the look of its type: a relation or a connective. Only whether it is worth a test depends on this."""
        words = {token.text for token in tokens(self.type)}
        relations = {"=", "≠", "<", "≤", ">", "≥", "∈", "∉", "∧", "∨", "¬", "↔", "∣", "<+:", "∀", "∃", "."}
        return bool(words & relations) or all(name[:1] == "h" for name in self.names)


def _binder_groups(text: str, code: list[Token]) -> list[_Group]:
    groups: list[_Group] = []
    at = 0
    while at < len(code):
        if code[at].text in ("(", "{"):
            close = _close(code, at)
            colon = _outer(code, at + 1, close, ":")
            if colon is not None and close < len(code):
                names = tuple(token.text for token in code[at + 1 : colon])
                groups.append(_Group(names, text[code[colon].end : code[close].start]))
            at = close
        at += 1
    return groups


def _close(code: list[Token], at: int) -> int:
    depth = 0
    for i in range(at, len(code)):
        depth += (code[i].text in _OPENING) - (code[i].text in _CLOSING)
        if depth == 0:
            return i
    return len(code)


def _outer(code: list[Token], start: int, end: int, word: str) -> int | None:
    depth = 0
    for i in range(start, end):
        depth += (code[i].text in _OPENING) - (code[i].text in _CLOSING)
        if depth == 0 and code[i].text == word:
            return i
    return None


def _arrows(text: str, code: list[Token], start: int, end: int) -> list[str]:
    """The type's pieces between outer arrows. A `∀`, `∃`, `fun`, `let` or `if` reaches to the end."""
    pieces: list[str] = []
    depth, begin = 0, start
    for i in range(start, end):
        depth += (code[i].text in _OPENING) - (code[i].text in _CLOSING)
        if depth == 0 and code[i].text in ("∀", "∃", "fun", "λ", "let", "have", "if", "match", "↔"):
            break
        if depth == 0 and code[i].text in ("→", "->"):
            pieces.append(text[code[begin].start : code[i].start].strip())
            begin = i + 1
    return [*pieces, text[code[begin].start : code[end - 1].end].strip()]
