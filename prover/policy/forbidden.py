"""A cheap filter: what no answer may hold, found in its words. It saves Lean calls and gives a clear reason.

Nothing rests on it. Words can be built so that they pass; whether a proof counts is decided by the trusted check
(`lean_project.check`), from elaborated terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from decompose.text import Token, TokenKind, tokens


class Reason(StrEnum):
    """Why an answer is refused before Lean sees it."""

    NO_CODE = "no code in it"
    TRUNCATED = "cut off"
    WITHHELD = "withheld by the server"
    NO_PROOF = "no proof of the theorem in it"
    NO_LEMMAS = "no lemmas in it"
    NO_NUMBER = "no number from 0 to 10 in it"
    TOO_LONG = "too long"
    GOAL_AGAIN = "a lemma of it is the goal itself"
    AXIOM = "axiom"
    CONSTANT = "opaque or other constant without a proof"
    UNSAFE = "unsafe, partial or extern code"
    NOTATION = "notation, macro or elaborator"
    OPTION = "option"
    COMMAND = "command that prints or runs something"
    CODE = "code that runs while Lean elaborates"
    IMPORT = "import"
    ESCAPE = "open, namespace, section, end or variable"
    ATTRIBUTE = "attribute"
    INSTANCE = "instance"
    DECLARATION = "declaration inside a proof"
    PROGRAM = "program of its own"
    SORRY = "sorry"
    NATIVE = "native evaluation"
    SEARCH = "search command in place of a proof"


_WORDS: dict[str, Reason] = {
    **dict.fromkeys(("axiom",), Reason.AXIOM),
    **dict.fromkeys(("opaque",), Reason.CONSTANT),
    **dict.fromkeys(("unsafe", "partial", "implemented_by", "extern", "csimp"), Reason.UNSAFE),
    **dict.fromkeys(
        {
            "macro",
            "macro_rules",
            "notation",
            "infix",
            "infixl",
            "infixr",
            "prefix",
            "postfix",
            "elab",
            "elab_rules",
            "syntax",
            "declare_syntax_cat",
            "notation3",
            "simproc",
            "dsimproc",
            "unif_hint",
            "binder_predicate",
        },
        Reason.NOTATION,
    ),
    **dict.fromkeys(("import",), Reason.IMPORT),
    **dict.fromkeys(
        {
            "namespace",
            "section",
            "end",
            "variable",
            "variables",
            "universe",
            "universes",
            "export",
            "include",
            "omit",
            "mutual",
        },
        Reason.ESCAPE,
    ),
    **dict.fromkeys(("attribute", "local", "scoped", "deriving"), Reason.ATTRIBUTE),
    "instance": Reason.INSTANCE,
    **dict.fromkeys(
        ("theorem", "def", "abbrev", "structure", "class", "inductive", "coinductive", "example"), Reason.DECLARATION
    ),
    **dict.fromkeys(
        {
            "run_tac",
            "run_cmd",
            "run_elab",
            "run_meta",
            "by_elab",
            "initialize",
            "builtin_initialize",
            "eval%",
            "dbg_trace",
            "unsafeCast",
            "unsafeIO",
            "evalTactic",
            "run_conv",
        },
        Reason.CODE,
    ),
    **dict.fromkeys(("sorry", "admit", "sorryAx"), Reason.SORRY),
    **dict.fromkeys(("native_decide", "ofReduceBool", "reduceBool", "ofReduceNat", "reduceNat"), Reason.NATIVE),
    **dict.fromkeys(("trustCompiler", "bv_decide"), Reason.NATIVE),
    **dict.fromkeys(("exact?", "apply?", "rw?", "refine?", "have?", "observe?", "solve_by_elim?"), Reason.SEARCH),
}
_ANYWHERE_IN_A_NAME = frozenset(
    {"sorryAx", "ofReduceBool", "reduceBool", "ofReduceNat", "reduceNat", "trustCompiler", "unsafeCast"}
)
_HARMLESS_OPTION = re.compile(r"maxRecDepth|tactic\.hygienic|(?:pp|linter|trace)\.\S+|autoImplicit|relaxedAutoImplicit")
HARMLESS_ATTRIBUTES = frozenset(
    {"simp", "grind", "ext", "symm", "trans", "refl", "aesop", "norm_num", "norm_cast", "simp_arith", "local"}
)
HARMLESS_COMMANDS = frozenset({"import", "open", "set_option", "namespace", "section", "end", "variable", "universe"})
"""Commands around a theorem in a whole file that change nothing, because only the theorem's proof is taken out."""


def forbidden(code: str) -> tuple[Reason, str] | None:
    """The first thing in a proof or a statement that may not be there, with its word; None when there is nothing."""
    return next(_found(code), None)


def forbidden_attribute(attribute: str) -> bool:
    """Whether `@[...]` holds something else than tags for automation, which fall away with it."""
    if not attribute.startswith("@["):
        return attribute in ("unsafe", "partial")
    words = [token.text for token in tokens(attribute[2:-1]) if token.kind is TokenKind.WORD]
    return any(_WORDS.get(word) in (Reason.UNSAFE, Reason.NOTATION) for word in words) or not (
        set(words[:1]) <= HARMLESS_ATTRIBUTES
    )


def _found(code: str) -> Iterator[tuple[Reason, str]]:
    found = [token for token in tokens(code) if token.kind is not TokenKind.COMMENT]
    for number, token in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        if token.kind is TokenKind.WORD:
            reason = _of_word(code, token, found, number)
            if reason is not None:
                yield reason, token.text
        elif token.text == "#" and following is not None and following.start == token.end:
            if following.kind is TokenKind.WORD:
                yield Reason.COMMAND, f"#{following.text}"
        elif token.text == "@" and following is not None and following.text == "[" and following.start == token.end:
            yield Reason.ATTRIBUTE, "@["


def _of_word(code: str, token: Token, found: list[Token], number: int) -> Reason | None:
    word = token.text
    if word in _WORDS:
        return _WORDS[word]
    if "." in word and _ANYWHERE_IN_A_NAME & set(word.split(".")):
        return Reason.SORRY if "sorryAx" in word else Reason.NATIVE
    if word in ("open", "set_option"):
        line = code[token.end : _line_end(code, token.end)]
        scoped = re.search(r"\bin\b", line) is not None
        if word == "open":
            return None if scoped else Reason.ESCAPE
        name = line.split()[0] if line.split() else ""
        return None if scoped and _HARMLESS_OPTION.fullmatch(name) else Reason.OPTION
    if word == "native":
        before = found[number - 1].text if number else ""
        after = [each.text for each in found[number + 1 : number + 3]]
        return Reason.NATIVE if before == "+" or after == [":=", "true"] else None
    if word == "lemma" and not code[code.rfind("\n", 0, token.start) + 1 : token.start].strip():
        return Reason.DECLARATION
    return None


def _line_end(code: str, at: int) -> int:
    end = code.find("\n", at)
    return len(code) if end < 0 else end
