"""A benchmark problem: one statement as a whole Lean file, where it comes from, and hashes that tell copies apart.

Texts are read here for what decides nothing (where a theorem begins, what it is called); Lean says what they mean.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from decompose.text import Token, TokenKind, tokens

THEOREM_WORDS = frozenset({"theorem", "lemma"})
_BEFORE = frozenset({"private", "protected", "nonrec", "noncomputable", "public"})
"""Words that may stand before `theorem` on its line."""
_COMMANDS = THEOREM_WORDS | {
    *_BEFORE,
    *("def", "abbrev", "instance", "structure", "class", "inductive", "opaque", "axiom", "example", "namespace"),
    *("section", "end", "open", "variable", "universe", "import", "attribute", "set_option", "macro", "notation"),
    *("local", "scoped", "mutual", "syntax", "macro_rules", "elab", "infix", "infixl", "infixr", "deriving", "include"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a problem was published, as far as the files tell; "" for what they do not."""

    repository: str = ""
    commit: str = ""
    file: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """`text`: a whole Lean file with its `sorry`. `theorem`: what is to be proved, "" for all that is open in it.

    `statement`: the part of the text that states it, without imports. `category`: what tables may group by.
    `note`: what the loader did to the published text, "" when nothing.
    """

    set: str
    id: str
    text: str
    statement: str
    theorem: str = ""
    split: str = ""
    category: str = ""
    source: Source = Source()
    note: str = ""

    @property
    def statement_sha256(self) -> str:
        """Equal for copies of a statement that differ in layout, comments and how the proof was left out."""
        return hashlib.sha256(normalised(self.statement).encode()).hexdigest()

    @property
    def file_sha256(self) -> str:
        """Of everything that a proof rests on: imports, definitions and statement."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def normalised(statement: str) -> str:
    """The tokens of a statement with one blank between them: no comments, `theorem` for `lemma`, without the empty
    proof at the end."""
    words = ["theorem" if word == "lemma" else word for word in (token.text for token in code_tokens(statement))]
    for ending in ((":=", "by", "sorry"), (":=", "sorry"), (":=", "by"), (":=",)):
        if tuple(words[-len(ending) :]) == ending:
            words = words[: -len(ending)]
            break
    return " ".join(words)


def code_tokens(text: str) -> Iterator[Token]:
    """The tokens of Lean text that are not comments."""
    return (token for token in tokens(text) if token.kind is not TokenKind.COMMENT)


def with_hole(statement: str) -> str:
    """The statement as a declaration whose proof is `sorry`, however its proof was left out."""
    text = statement.rstrip()
    words = [token.text for token in code_tokens(text)]
    if words and words[-1] == "sorry":
        return text
    comment = not any(True for _ in code_tokens(text[text.rfind("\n") + 1 :].lstrip()))
    gap = "\n  " if comment else " "
    if words[-2:] == [":=", "by"]:
        return f"{text}{gap}sorry"
    return f"{text}{gap}by sorry" if words and words[-1] == ":=" else f"{text}{gap}:= by sorry"


@dataclass(frozen=True, slots=True)
class Stated:
    """A theorem in a file: its name, the text from its doc comment or attributes to its end, `start` and `end` in code
    points, and the last `## heading` above it."""

    name: str
    text: str
    start: int
    end: int
    heading: str = ""


def theorems(text: str) -> list[Stated]:
    """The theorems that begin at column 0, each up to the next command at column 0."""
    found = list(tokens(text))
    firsts = [number for number, token in enumerate(found) if _begins_line(text, token.start)]
    starts = [number for number in firsts if _is_command(found[number])]
    result: list[Stated] = []
    heading = ""
    for position, number in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(found)
        if found[number].kind is TokenKind.COMMENT:
            titles = re.findall(r"^#+ (.+)$", found[number].text, re.MULTILINE)
            heading = titles[-1].removesuffix("-/").strip() if titles else heading
            continue
        keyword = next((n for n in range(number, end) if found[n].text in THEOREM_WORDS), None)
        if keyword is None or keyword + 1 >= end or not _only_modifiers(found[number:keyword]):
            continue
        first, last = number, found[end - 1].end
        while first > 0 and found[first - 1].text.startswith("/--"):
            first -= 1
        result.append(
            Stated(found[keyword + 1].text, text[found[first].start : last], found[first].start, last, heading)
        )
    return result


def without_examples(text: str) -> str:
    """The text without its `example`s at column 0."""
    found = [token for token in tokens(text) if _begins_line(text, token.start) and _is_command(token)]
    kept, at = [], 0
    for token, after in zip(found, [*(each.start for each in found[1:]), len(text)], strict=True):
        if token.text == "example":
            kept.append(text[at : token.start])
            at = after
    return "".join((*kept, text[at:]))


def _begins_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"


def _is_command(token: Token) -> bool:
    if token.kind is TokenKind.COMMENT:
        return token.text.startswith("/-")
    return token.text in _COMMANDS or token.text in ("@", "#")


def _only_modifiers(words: list[Token]) -> bool:
    """Nothing but attributes and modifiers stands before the keyword."""
    depth = 0
    for token in words:
        depth += (token.text in ("[", "(")) - (token.text in ("]", ")"))
        plain = token.text in _BEFORE or token.text in ("@", "]", "[") or token.kind is TokenKind.COMMENT
        if depth == 0 and not plain:
            return False
    return True


def statement_only(theorem: str) -> str:
    """The theorem without its proof: up to the first `:=` outside of brackets, or the first `|` of a definition by
    cases."""
    depth = 0
    for token in code_tokens(theorem):
        depth += (token.text in "([{⟨⦃") - (token.text in ")]}⟩⦄") if len(token.text) == 1 else 0
        if depth == 0 and token.text == ":=":
            return theorem[: token.start].rstrip()
    return theorem.rstrip()


def theorem_name(statement: str) -> str:
    """What the last theorem of the text is called; "" when there is none."""
    words = [token.text for token in code_tokens(statement)]
    names = [after for word, after in pairwise(words) if word in THEOREM_WORDS]
    return names[-1] if names else ""


def git_source(path: Path) -> Source:
    """The repository and commit of the git checkout that holds `path`, read from its files; empty without one."""
    for folder in (path, *path.parents):
        git = folder / ".git"
        if git.is_dir():
            return Source(_remote(git), _head(git))
    return Source()


def _remote(git: Path) -> str:
    try:
        match = re.search(r"^\s*url\s*=\s*(.+)$", (git / "config").read_text(encoding="utf-8"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return ""
    return re.sub(r"^.*?[:/]([^:/]+/[^/]+?)(\.git)?$", r"\1", match[1].strip()) if match else ""


def _head(git: Path) -> str:
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (git / name).exists():
            return (git / name).read_text(encoding="ascii").strip()
        packed = (git / "packed-refs").read_text(encoding="ascii")
        return next((line.split()[0] for line in packed.splitlines() if line.endswith(f" {name}")), "")
    except (OSError, UnicodeDecodeError):
        return ""
