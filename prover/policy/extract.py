"""Lean code out of a model's answer: past its thoughts, out of fences and tags, whole or cut off; and what it declares.

Reading of text. What the code really says is for Lean's parser to tell; a wrong guess here costs a try, nothing else.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from decompose.graft import indent, normalise
from decompose.text import Token, TokenKind, tokens

_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT_BEGIN = re.compile(r"<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+.-]*)[^\n`]*$", re.MULTILINE)
_INLINE = re.compile(r"```(?P<language>[\w+.-]*)[ \t]+(?P<code>[^\n`]+?)[ \t]*```")
_TAG = re.compile(r"<(lean4?|code|proof|tactics?|answer)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_LEAN = frozenset({"lean", "lean4", "lean3", "tactics", "tactic"})
_UNLABELLED = frozenset({"", "code", "text", "plaintext"})

DECLARATIONS = frozenset({"theorem", "lemma"})
OTHER_COMMANDS = frozenset(
    {"def", "abbrev", "structure", "class", "inductive", "coinductive", "instance", "example", "axiom", "opaque"}
    | {"macro", "macro_rules", "syntax", "notation", "infix", "infixl", "infixr", "prefix", "postfix", "elab"}
    | {"elab_rules", "declare_syntax_cat", "import", "open", "namespace", "section", "end", "variable", "variables"}
    | {"universe", "universes", "set_option", "attribute", "mutual", "initialize", "builtin_initialize", "run_cmd"}
    | {"deriving", "export", "include", "omit", "run_elab", "run_meta", "simproc", "add_decl_doc", "prelude", "module"}
)
_MODIFIERS = frozenset({"private", "protected", "noncomputable", "nonrec", "unsafe", "partial", "local", "scoped"})
_BINDERS = frozenset({"let", "have", "letI", "haveI"})


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an answer that is meant to be code. `closed`: its end is there; otherwise it was cut off."""

    code: str
    language: str = ""
    closed: bool = True

    @property
    def is_lean(self) -> bool:
        return self.language in _LEAN


@dataclass(frozen=True, slots=True)
class Declared:
    """A theorem in an answer. `statement`: from the binders to the type. `proof`: a tactic block without `by`; None
    where there is none. `attributes`: what stands in `@[...]` before it."""

    name: str
    statement: str
    proof: str | None
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """What a piece of code declares, in order. `commands`: the other commands in it, by their first words. `tactics`:
    what stands before the first command, usually all of it where there is none."""

    theorems: tuple[Declared, ...]
    commands: tuple[str, ...]
    tactics: str


def without_thoughts(text: str) -> str:
    """The answer without what the model said to itself. A thought that never ends takes the rest with it; one whose
    beginning is not there (templates may put it into the prompt) takes what is before its end."""
    text = _THOUGHT.sub("", text)
    ends = list(_THOUGHT_END.finditer(text))
    if ends:
        text = text[ends[-1].end() :]
    begin = _THOUGHT_BEGIN.search(text)
    return text[: begin.start()] if begin else text


def blocks(text: str) -> list[Block]:
    """The code blocks of an answer, in order; in an answer without any, its tagged parts."""
    found: list[Block] = []
    at = 0
    while opening := _FENCE.search(text, at):
        found += _inline(text[at : opening.start()])
        start = min(len(text), opening.end() + 1)
        fence = opening["fence"]
        closing = re.compile(rf"^[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$", re.MULTILINE).search(text, start)
        code = text[start : closing.start() if closing else len(text)]
        glued = re.search(r"```[ \t]*$", code) if closing is None else None
        if glued:
            code = code[: glued.start()]
        found.append(Block(_unindented(code, opening["indent"]), opening["language"].lower(), bool(closing or glued)))
        at = closing.end() if closing else len(text)
    found += _inline(text[at:])
    if not found:
        found = [Block(match[2], match[1].lower(), match[0].endswith(">")) for match in _TAG.finditer(text)]
    return [block for block in found if block.code.strip()]


def candidates(text: str, *, continues: bool = False) -> list[Block]:
    """The pieces of an answer that may be the code asked for, the likeliest first: Lean blocks before others, whole
    ones before cut-off ones, later ones before earlier ones.

    `continues`: the prompt ended inside a code block, so the answer begins in it. Without any block the whole text is
    the one candidate.
    """
    text = without_thoughts(text).replace("\r\n", "\n")
    if continues:
        fence = re.search(r"^[ \t]*```", text, re.MULTILINE)
        return [Block(text[: fence.start()] if fence else text, "lean4")]
    found = blocks(text)
    labelled = [block for block in found if block.is_lean] or [
        block for block in found if block.language in _UNLABELLED or block.language in ("proof", "answer")
    ]
    if labelled:
        ordered = list(reversed(labelled))
        return sorted(ordered, key=lambda block: not block.closed)
    marked = found or _FENCE.search(text) or _TAG.search(text)
    return [Block(text.strip("\n"))] if text.strip() and not marked else []


def read(code: str) -> Code:
    """The theorems and other commands of a piece of code: those that begin at its left margin."""
    code = textwrap.dedent(code.expandtabs(2)).strip("\n")
    starts = [token for token in tokens(code) if _begins_command(code, token)]
    theorems: list[Declared] = []
    commands: list[str] = []
    tactics = code[: starts[0].start] if starts else code
    attributes: list[str] = []
    for number, token in enumerate(starts):
        end = starts[number + 1].start if number + 1 < len(starts) else len(code)
        chunk = code[token.start : end]
        words, offset = _head(chunk)
        attributes += [word for word in words if word.startswith("@[") or word in _MODIFIERS - {"private", "protected"}]
        rest = chunk[offset:]
        keyword = next((each.text for each in tokens(rest)), "")
        if not keyword:
            continue  # Modifiers on a line of their own belong to what follows.
        if keyword in DECLARATIONS:
            declared = _declared(rest, tuple(attributes))
            if declared is not None:
                theorems.append(declared)
        elif keyword == "#":
            commands.append("#" + "".join(each.text for each in list(tokens(rest))[1:2]))
        else:
            commands.append(next((word for word in words if word in ("unsafe", "partial")), keyword))
        attributes = []
    return Code(tuple(theorems), tuple(commands), _without_comments_around(tactics))


def _inline(text: str) -> list[Block]:
    return [Block(match["code"], match["language"].lower()) for match in _INLINE.finditer(text)]


def _unindented(code: str, margin: str) -> str:
    """A block that stands in a list is indented as a whole."""
    if not margin:
        return code
    lines = code.split("\n")
    if all(line.startswith(margin) or not line.strip() for line in lines):
        return "\n".join(line[len(margin) :] for line in lines)
    return code


def _begins_command(code: str, token: Token) -> bool:
    if token.start and code[token.start - 1] != "\n":
        return False
    if token.kind is TokenKind.WORD:
        return token.text in DECLARATIONS or token.text in OTHER_COMMANDS or token.text in _MODIFIERS
    next_character = code[token.end : token.end + 1]
    return (token.text == "#" and next_character.isalpha()) or (token.text == "@" and next_character == "[")


def _head(chunk: str) -> tuple[list[str], int]:
    """The modifiers and attributes that a command begins with, and where its keyword is."""
    words: list[str] = []
    at = 0
    for token in tokens(chunk):
        if token.start < at:
            continue
        if token.kind is TokenKind.COMMENT or token.text in _MODIFIERS:
            words += [token.text] if token.kind is not TokenKind.COMMENT else []
            at = token.end
        elif token.text == "@" and chunk[token.end : token.end + 1] == "[":
            close = _closing(chunk, token.end)
            words.append(chunk[token.start : close])
            at = close
        else:
            return words, token.start
    return words, len(chunk)


def _closing(text: str, opening: int) -> int:
    """One past the bracket that closes the one at `opening`; the end of the text where none does."""
    depth = 0
    for token in tokens(text[opening:]):
        depth += (token.text == "[") - (token.text == "]")
        if depth == 0:
            return opening + token.end
    return len(text)


def _declared(text: str, attributes: tuple[str, ...]) -> Declared | None:
    """`theorem NAME STATEMENT := PROOF`, None without a name."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    if len(found) < 2 or found[1].kind is not TokenKind.WORD:
        return None
    name = found[1]
    depth = pending = 0
    for token in found[2:]:
        depth += (token.text in "([{⟨⦃") - (token.text in ")]}⟩⦄")
        if depth == 0 and token.text in _BINDERS:
            pending += 1
        elif depth == 0 and token.text == ":=":
            if pending:
                pending -= 1
                continue
            return Declared(
                name.text, _one_line(text[name.end : token.start]), _as_tactics(text[token.end :]), attributes
            )
    return Declared(name.text, _one_line(text[name.end :]), None, attributes)


def _as_tactics(proof: str) -> str | None:
    """A proof as a tactic block: what follows `by`, or the term in `exact (...)`; None for an empty one."""
    proof = _without_comments_around(proof)
    first = next(tokens(proof), None)
    if first is None:
        return None
    if first.text == "by":
        return normalise(proof) or None
    return f"exact ({indent(textwrap.dedent(proof), 2)})"


def _without_comments_around(text: str) -> str:
    """The text from its first to its last token that is no comment, the first line's indentation kept."""
    inside = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    if not inside:
        return ""
    start = text.rfind("\n", 0, inside[0].start) + 1
    head = text[start : inside[0].start]
    return (head if not head.strip() else "") + text[inside[0].start : inside[-1].end]


def _one_line(text: str) -> str:
    """A statement without its comments and line breaks."""
    pieces, at = [], 0
    for token in tokens(text):
        if token.kind is TokenKind.COMMENT:
            pieces.append(text[at : token.start])
            at = token.end
    return " ".join(" ".join((*pieces, text[at:])).split())
