"""Terms in the text of a goal: what it is made of, and replacing one part by another.

Works on tokens, knows brackets, application and the rank of the common connectives, and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from decompose.text import Token, TokenKind, tokens

_OPEN = frozenset("([{⟨⦃")
_CLOSE = frozenset(")]}⟩⦄")
_BINDERS = frozenset({"fun", "λ", "∀", "∃", "if", "match", "let", "have"})
_KEYWORDS = _BINDERS | {"then", "else", "with", "in", "at", "do"}
_CONNECTIVES = ("↔", "→", "∨", "∧")
_RELATIONS = ("=", "≠", "≤", "<", "≥", ">", "∈", "∉", "∣", "⊆", "~")


def words(text: str) -> frozenset[str]:
    """The identifiers in `text`, whole and their first parts (`xs` of `xs.length`)."""
    found = [token.text for token in tokens(text) if token.kind is TokenKind.WORD]
    return frozenset(found) | {word.split(".")[0] for word in found}


def shape(text: str) -> tuple[str, tuple[str, ...]]:
    """The outermost connective or relation of a proposition, and what it joins; ("", (text,)) for anything else.

    `∧` and `∨` give all members of a chain; binders and `¬` give what follows them.
    """
    text = text.strip()
    found = list(tokens(text))
    if not found:
        return "", (text,)
    first = found[0].text
    if first in _BINDERS:
        return first, (text[found[0].end :].strip(),)
    outer = list(_outer(found))
    for operator in _CONNECTIVES:
        cuts = [token for token in outer if token.text == operator]
        if cuts:
            cuts = cuts[:1] if operator in ("→", "↔") else cuts
            starts = [0, *(token.end for token in cuts)]
            ends = [*(token.start for token in cuts), len(text)]
            return operator, tuple(text[a:b].strip() for a, b in zip(starts, ends, strict=True))
    if first == "¬":
        return "¬", (text[found[0].end :].strip(),)
    for token in outer:
        if token.text in _RELATIONS:
            return token.text, (text[: token.start].strip(), text[token.end :].strip())
    return "", (text,)


def _outer(found: list[Token]) -> Iterator[Token]:
    """Tokens outside brackets, up to the first binder, whose body reaches to the end."""
    depth = 0
    for token in found:
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0:
            if token.text in _BINDERS:
                return
            yield token


def bare(text: str) -> str:
    """`text` without brackets around the whole of it."""
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for at, char in enumerate(text):
            depth += (char == "(") - (char == ")")
            if depth == 0 and at < len(text) - 1:
                return text
        text = text[1:-1].strip()
    return text


def atom(text: str) -> str:
    """`text` as an argument: in brackets where it needs them."""
    text = bare(text)
    found = list(tokens(text))
    if len(found) == 1 or (found and found[0].text in "[⟨#" and _closes(found)):
        return text
    return f"({text})"


def _closes(found: list[Token]) -> bool:
    """The first bracket is closed by the last token."""
    depth = 0
    for at, token in enumerate(found):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text in _CLOSE:
            return at == len(found) - 1
    return False


def subterms(text: str) -> Counter[str]:
    """Applications (`f x (g y)`), bracketed terms and field accesses in `text`, with how often each occurs.

    Those that mention a variable bound inside `text` are left out.
    """
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    bound = _bound(found)
    result: Counter[str] = Counter()
    for at, token in enumerate(found):
        piece, end = "", at + 1
        if token.kind is TokenKind.WORD and token.text not in _KEYWORDS and _heads(found, at, text):
            end = _arguments_end(found, at + 1, text)
            if end > at + 1:
                piece = text[token.start : found[end - 1].end]
            elif "." in token.text:
                piece = token.text
        elif token.kind is TokenKind.WORD and "." in token.text and token.text not in _KEYWORDS:
            piece = token.text
        elif token.text == "(" and not _is_projected(found, _match(found, at), text):
            inner = text[token.end : found[_match(found, at)].start] if _match(found, at) < len(found) else ""
            is_plain = inner and shape(inner)[0] == "" and "," not in inner and " : " not in inner
            piece = inner if is_plain and len(list(tokens(inner))) > 1 else ""
            if piece and piece.split()[0].startswith(("-", "·")):
                piece = ""
            if (
                piece
                and found[at + 1].kind is TokenKind.WORD
                and _arguments_end(found, at + 2, text) == _match(found, at)
            ):
                piece = ""  # an application, counted at its head
            end = _match(found, at)
        free = bound and words(piece) & bound
        if piece and not (free and free & _bound([*found[:at], *found[end:]])):
            result[piece] += 1
    return result


def bound_names(text: str) -> frozenset[str]:
    """Variables that `text` itself binds."""
    return _bound(list(tokens(text)))


def _bound(found: list[Token]) -> frozenset[str]:
    names: set[str] = set()
    inside = False
    for token in found:
        if token.text in ("fun", "λ", "∀", "∃", "let", "have", "|"):
            inside = True
        elif token.text in ("=>", ",", ":=", ":", "∈", "<", "≤"):
            inside = False
        elif inside and token.kind is TokenKind.WORD:
            names.add(token.text)
    return frozenset(names)


def _heads(found: list[Token], at: int, text: str) -> bool:
    """The word at `at` is in function position."""
    if at == 0:
        return True
    before = found[at - 1]
    if before.text == "." and before.end == found[at].start:
        return False
    is_term = _is_atom(before) or before.text in _CLOSE
    return not is_term or before.text in _KEYWORDS


def _arguments_end(found: list[Token], at: int, text: str) -> int:
    """The index after the arguments that start at `at`."""
    while at < len(found):
        token = found[at]
        if token.text in _OPEN:
            if text[token.start - 1 : token.start] not in (" ", "", "("):
                return at  # `xs[i]`
            end = _match(found, at)
            if end == len(found):
                return at
            at = end + 1
            while at < len(found) and found[at - 1].end == found[at].start and found[at].text not in _CLOSE | {","}:
                at += 1  # `(split xs).1`
        elif _is_atom(token) and token.text not in _KEYWORDS:
            at += 1
        else:
            return at
    return at


def _match(found: list[Token], at: int) -> int:
    depth = 0
    for number in range(at, len(found)):
        depth += (found[number].text in _OPEN) - (found[number].text in _CLOSE)
        if depth == 0:
            return number
    return len(found)


def _is_projected(found: list[Token], close: int, text: str) -> bool:
    """Something is stuck to the closing bracket: `(f x).1`, `(f x)[i]`."""
    return close + 1 < len(found) and found[close].end == found[close + 1].start and found[close + 1].text in (".", "[")


def replace(text: str, term: str, new: str) -> str:
    """`text` with the term `term` replaced by `new`, in brackets where it had none and needs them."""
    wanted = [token.text for token in tokens(term)]
    found = list(tokens(text))
    if not wanted:
        return text
    pieces: list[str] = []
    last = at = 0
    while at < len(found):
        end = at + len(wanted)
        window = found[at:end]
        if [token.text for token in window] == wanted and _stands_alone(found, at, end, text):
            enclosed = at and end < len(found) and found[at - 1].text == "(" and found[end].text == ")"
            start, stop = (found[at - 1].start, found[end].end) if enclosed else (window[0].start, window[-1].end)
            pieces += [text[last:start], atom(new)]
            last, at = stop, end
        else:
            at += 1
    return "".join([*pieces, text[last:]])


def _stands_alone(found: list[Token], start: int, end: int, text: str) -> bool:
    """The tokens from `start` to `end` are no part of a longer application."""
    if end - start == 1:
        return not (end < len(found) and found[end].text == "." and found[end].start == found[start].end)
    before = found[start - 1] if start else None
    after = found[end] if end < len(found) else None
    if after and after.text not in _KEYWORDS and (after.text in _OPEN or _is_atom(after)):
        return False
    if after and after.text == "." and after.start == found[end - 1].end:
        return False
    return before is None or _heads(found, start, text)


def _is_atom(token: Token) -> bool:
    return token.kind in (TokenKind.WORD, TokenKind.NUMBER, TokenKind.STRING)


def canonical(text: str, variables: frozenset[str]) -> str:
    """`text` with its variables numbered in the order in which they occur, and single blanks."""
    numbers: dict[str, str] = {}
    pieces = []
    for token in tokens(text):
        head, dot, rest = token.text.partition(".")
        if token.kind is TokenKind.WORD and head in variables:
            pieces.append(numbers.setdefault(head, f"#{len(numbers)}") + dot + rest)
        else:
            pieces.append(token.text)
    return " ".join(pieces)


def substitute(text: str, values: dict[str, str]) -> str:
    """`text` with variables replaced; `xs.length` becomes `(…).length`."""
    found = list(tokens(text))
    pieces: list[str] = []
    last = 0
    for at, token in enumerate(found):
        head, dot, rest = token.text.partition(".")
        if token.kind is TokenKind.WORD and head in values and not _is_field(found, at):
            pieces += [text[last : token.start], atom(values[head]) + dot + rest]
            last = token.end
    return "".join([*pieces, text[last:]])


def _is_field(found: list[Token], at: int) -> bool:
    return at > 0 and found[at - 1].text == "." and found[at - 1].end == found[at].start


def arguments(term: str) -> list[str]:
    """Head and arguments of an application, as they are written."""
    pieces, depth, last = [], 0, 0
    for at, char in enumerate(term):
        depth += (char in _OPEN) - (char in _CLOSE)
        if char == " " and depth == 0:
            pieces.append(term[last:at])
            last = at + 1
    return [piece for piece in (*pieces, term[last:]) if piece]


def occurs(pattern: str, text: str, variables: frozenset[str]) -> bool:
    """A subterm of `text` is an instance of the application `pattern`, whose `variables` stand for any terms."""
    return any(is_instance_of(pattern, term, variables) for term in subterms(text))


def is_instance_of(pattern: str, term: str, variables: frozenset[str]) -> bool:
    """`term` is `pattern` with terms for its `variables`; applications only, anything else has to be equal."""
    return _is_instance(pattern, term, variables, {})


def _is_instance(pattern: str, term: str, variables: frozenset[str], values: dict[str, str]) -> bool:
    """`values`: what the variables stand for so far; extended."""
    pattern, term = bare(pattern), bare(term)
    if pattern in variables:
        return values.setdefault(pattern, term) == term
    wanted, given = arguments(pattern), arguments(term)
    if len(wanted) < 2 or len(wanted) != len(given) or wanted[0] != given[0]:
        return pattern == term
    return all(_is_instance(one, other, variables, values) for one, other in zip(wanted[1:], given[1:], strict=True))


def fresh(wanted: str, taken: frozenset[str] | set[str]) -> str:
    """`wanted`, with a number after it where it is taken."""
    name, number = wanted, 1
    while name in taken:
        name, number = f"{wanted}{number}", number + 1
    return name


def conditions(text: str) -> list[str]:
    """What `if` and `match` branch on in `text`, apart from variables bound there; each once, first ones first."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    bound = _bound(found)
    result: list[str] = []
    for at, token in enumerate(found):
        if token.text == "if":
            end = _until(found, at + 1, "then")
            if end:
                condition = text[found[at + 1].start : found[end - 1].end]
                named, colon, rest = condition.partition(" : ")
                result.append(rest if colon and named.isidentifier() else condition)
    return [each for each in dict.fromkeys(result) if not words(each) & bound]


def scrutinees(text: str) -> list[str]:
    """What `match` looks at in `text`: one term a match of one discriminant, apart from variables bound there."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    bound = _bound(found)
    result: list[str] = []
    for at, token in enumerate(found):
        if token.text == "match":
            end = _until(found, at + 1, "with")
            if end:
                result += _commas(text[found[at + 1].start : found[end - 1].end])
    cleaned = [each.partition(" : ")[2] if " : " in each else each for each in result]
    return [each for each in dict.fromkeys(cleaned) if each and not words(each) & bound]


def _commas(text: str) -> list[str]:
    pieces, last = [], 0
    for token in _outer(list(tokens(text))):
        if token.text == ",":
            pieces.append(text[last : token.start].strip())
            last = token.end
    return [*pieces, text[last:].strip()]


def _until(found: list[Token], at: int, word: str) -> int:
    depth = 0
    for number in range(at, len(found)):
        depth += (found[number].text in _OPEN) - (found[number].text in _CLOSE)
        if depth < 0:
            return 0
        if depth == 0 and found[number].text == word:
            return number
    return 0
