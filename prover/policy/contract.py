"""The output contract: from a model's answer to a split that Lean can be asked about, or the reason why not.

A decomposition becomes `Split(lemmas, tactics)`, a completion `Split(completes=True)`, a step `Split`; programs,
notation, options and whatever else could change what the goal means are refused here with a typed reason. This is a
filter on text (`prover.policy.forbidden`): Lean's parser reads what passes, on the goal's own problem, and refuses
what does not stay inside its slot; the trusted check decides what is proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from decompose.graft import normalise
from decompose.reading import last_part
from decompose.sketch import Lemma, Split
from decompose.splitters.terms import fresh
from decompose.text import TokenKind, tokens
from prover.policy.answers import Answer, Finish
from prover.policy.extract import Block, Code, Declared, candidates, read
from prover.policy.forbidden import HARMLESS_COMMANDS, Reason, forbidden, forbidden_attribute
from prover.policy.guarded import Contract, Refusal
from prover.policy.requests import View
from prover.policy.sketching import opened
from prover.policy.steps import first_step

HEARTBEATS = 100_000
"""Lean's `maxHeartbeats` for a model's proof: half of what a file gets by default."""
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Names:
    """What an answer's names can clash with or mean. `taken`: every word of the file, and of earlier answers.
    `theorems`: full names of the file's theorems above the goal; a proof that names one rests on it."""

    taken: frozenset[str] = frozenset()
    theorems: frozenset[str] = frozenset()

    def used(self, *texts: str) -> frozenset[str]:
        """The theorems that the texts name, in full or from the right end of their names."""
        words = {token.text for text in texts for token in tokens(text) if token.kind is TokenKind.WORD}
        ends = {word.split(".")[-1] for word in words}
        return frozenset(
            name
            for name in self.theorems
            if last_part(name) in ends and any(name == word or name.endswith("." + word) for word in words)
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A split that an answer became. `given`: proofs that it offers for its lemmas, by lemma name. `code`: the answer's
    code as it stands in prompts."""

    split: Split
    given: Mapping[str, str] = field(default_factory=dict)
    code: str = ""


def proofs(view: View, names: Names, label: str, *, sketch: bool = False) -> Contract[Answer, Written]:
    """For answers that prove the theorem, alone or with lemmas. `sketch`: steps of the proof may be open
    (`prover.policy.sketching`), and become children.

    Lemmas that the proof does not need fall away; the others get names that occur nowhere in the file. A lemma's proof,
    where there is one, is `given` and not a part of the split: it is one thing to try on the lemma's goal.
    """
    return Contract(
        "proof",
        lambda answer: _read_proof(answer, view, names, label, sketch),
        lambda written: _broken(written, names, _statements(view)),
    )


def steps(names: Names, label: str) -> Contract[Answer, Written]:
    """For answers that give the next tactic. It may leave goals."""
    return Contract("step", lambda answer: _read_step(answer, names, label), lambda written: _broken(written, names))


def statements(view: View, names: Names) -> Contract[Answer, tuple[Lemma, ...]]:
    """For answers that give statements: each once, the goal itself left out. Those with something forbidden are
    dropped; if that leaves none, the answer is refused for the first of them."""
    return Contract(
        "statements",
        lambda answer: _read_statements(answer, view, names),
        lambda lemmas: _broken_lemmas(lemmas, names, _statements(view)),
    )


def numbers() -> Contract[Answer, float]:
    """For answers with a number from 0 to 10, as a difficulty from 0 to 1."""
    return Contract("number", _read_number, lambda value: None if 0.0 <= value <= 1.0 else Refusal(Reason.NO_NUMBER))


def proof(answer: Answer, view: View, names: Names, label: str, *, sketch: bool = False) -> Written | Refusal:
    """What `proofs` makes of one answer."""
    return proofs(view, names, label, sketch=sketch).judge(answer)


def step(answer: Answer, names: Names, label: str) -> Written | Refusal:
    """What `steps` makes of one answer."""
    return steps(names, label).judge(answer)


def conjectures(answer: Answer, view: View, names: Names) -> tuple[Lemma, ...] | Refusal:
    """What `statements` makes of one answer."""
    return statements(view, names).judge(answer)


def difficulty(answer: Answer) -> float | Refusal:
    """What `numbers` makes of one answer."""
    return numbers().judge(answer)


def _broken(written: Written, names: Names, stated: tuple[str, ...] = ()) -> Refusal | None:
    """Why the search must not get it: a look at the result alone, however it was read."""
    split = written.split
    if split.completes and "sorry" in _words(split.tactics):
        return Refusal(Reason.SORRY)
    return _refused(split.tactics) or _broken_lemmas(split.lemmas, names, stated)


def _broken_lemmas(lemmas: Iterable[Lemma], names: Names, stated: tuple[str, ...]) -> Refusal | None:
    seen: set[str] = set()
    for lemma in lemmas:
        if lemma.name in names.taken or lemma.name in seen:
            return Refusal(Reason.DECLARATION, lemma.name)
        if " ".join(lemma.statement.split()) in stated:
            return Refusal(Reason.GOAL_AGAIN, lemma.name)
        bad = _refused(lemma.statement)
        if bad is not None:
            return bad
        seen.add(lemma.name)
    return None


def _read_proof(answer: Answer, view: View, names: Names, label: str, sketch: bool) -> Written | Refusal:
    found = _code(answer)
    if isinstance(found, Refusal):
        return found
    first: Refusal | None = None
    for block in found:
        result = _proof(block, view, names, label, sketch, answer.finish)
        if isinstance(result, Written):
            return result
        first = first or result
    return first or Refusal(Reason.NO_CODE)


def _read_step(answer: Answer, names: Names, label: str) -> Written | Refusal:
    found = _code(answer)
    if isinstance(found, Refusal):
        return found
    code = read(found[0].code)
    if code.commands or code.theorems:
        return Refusal(Reason.DECLARATION, (code.commands or tuple(each.name for each in code.theorems))[0])
    tactics = re.sub(r"\A\s*·\s*", "", normalise(code.tactics))
    tactics = first_step(tactics) if answer.continues and tactics else tactics  # It may go on with the whole proof.
    bad = _refused(tactics)
    if bad is not None:
        return bad
    if not found[0].closed or answer.finish is Finish.LENGTH:
        return Refusal(Reason.TRUNCATED)
    return Written(Split(label, tactics, heartbeats=HEARTBEATS, uses=names.used(tactics)), code=tactics)


def _read_statements(answer: Answer, view: View, names: Names) -> tuple[Lemma, ...] | Refusal:
    found = _code(answer)
    if isinstance(found, Refusal):
        return found
    first: Refusal | None = None
    kept: dict[str, Declared] = {}
    for block in found:
        for each in read(block.code if not answer.continues else f"theorem {block.code}").theorems:
            bad = _refused(each.statement) or _bad_attributes(each)
            if bad is None and each.statement in _statements(view):
                bad = Refusal(Reason.GOAL_AGAIN, each.name)
            first = first or bad
            if bad is None:
                kept.setdefault(each.statement, each)
    if not kept:
        return first or Refusal(Reason.NO_LEMMAS)
    renamed = _fresh_names([each.name for each in kept.values()], names)
    return tuple(Lemma(renamed[each.name], _replaced(each.statement, renamed)) for each in kept.values())


def _read_number(answer: Answer) -> float | Refusal:
    if answer.finish is Finish.FILTERED:
        return Refusal(Reason.WITHHELD)
    match = re.search(r"(?<![\d.])(10|\d)(?![\d.]*\d)", answer.text.rpartition("</think>")[2])
    return Refusal(Reason.NO_NUMBER) if match is None else int(match[1]) / 10


def _code(answer: Answer) -> list[Block] | Refusal:
    if answer.finish is Finish.FILTERED:
        return Refusal(Reason.WITHHELD)
    if answer.finish is Finish.MALFORMED:
        return Refusal(Reason.NO_CODE, "no text")
    found = candidates(answer.text, continues=answer.continues)
    if not found:
        return Refusal(Reason.TRUNCATED if answer.finish is Finish.LENGTH else Reason.NO_CODE)
    if answer.finish is Finish.LENGTH and (answer.continues or not any(block.closed for block in found)):
        return Refusal(Reason.TRUNCATED)
    if answer.continues or any(block.language for block in found):
        return found
    # Without any mark of code, prose is not worth a Lean call.
    return found if not re.search(r"[.!?:]\s*$|\b(?:the|I|we|is|proof)\b", found[0].code) else Refusal(Reason.NO_CODE)


def _proof(block: Block, view: View, names: Names, label: str, sketch: bool, finish: Finish) -> Written | Refusal:
    if len(block.code) > _LONGEST:
        return Refusal(Reason.TOO_LONG, f"{len(block.code)} characters")
    code = read(block.code)
    bad = _bad_commands(code)
    if bad is not None:
        return bad
    main = _main(code, view)
    tactics = main.proof if main is not None else None
    if main is None and not code.theorems:
        tactics = normalise(code.tactics) or None
    if tactics is None:
        return Refusal(Reason.TRUNCATED if not block.closed or finish is Finish.LENGTH else Reason.NO_PROOF)
    lemmas = [each for each in code.theorems if each is not main]
    if main is not None:  # What follows the theorem can have no part in its proof.
        lemmas = lemmas[: code.theorems.index(main)]
    text = opened(tactics) if sketch else tactics
    needed = _needed(text, lemmas)
    if len({each.name for each in needed}) < len(needed):
        return Refusal(Reason.DECLARATION, "two lemmas of one name")
    for each in needed:
        bad = _refused(each.statement) or _bad_attributes(each)
        if bad is None and each.statement in _statements(view):
            bad = Refusal(Reason.GOAL_AGAIN, each.name)
        if bad is not None:
            return bad
    bad = _refused(text)
    if bad is not None:
        return bad
    if not block.closed:
        return Refusal(Reason.TRUNCATED)
    renamed = _fresh_names([each.name for each in needed], names)
    made = tuple(Lemma(renamed[each.name], _replaced(each.statement, renamed)) for each in needed)
    body = _replaced(text, renamed)
    split = Split(
        label,
        body,
        made,
        heartbeats=HEARTBEATS,
        completes=text == tactics,
        uses=names.used(body, *(lemma.statement for lemma in made)),
    )
    return Written(split, _given(needed, renamed), block.code.strip("\n"))


def _bad_commands(code: Code) -> Refusal | None:
    for command in code.commands:
        if command in HARMLESS_COMMANDS:
            continue
        found = forbidden(f"{command} ")
        reason = found[0] if found is not None else Reason.COMMAND
        return Refusal(Reason.PROGRAM if reason is Reason.DECLARATION else reason, command)
    return None


def _bad_attributes(each: Declared) -> Refusal | None:
    bad = next((attribute for attribute in each.attributes if forbidden_attribute(attribute)), None)
    if bad is None:
        return None
    return Refusal(Reason.UNSAFE if bad in ("unsafe", "partial") else Reason.ATTRIBUTE, bad)


def _refused(text: str) -> Refusal | None:
    if not text.strip():
        return Refusal(Reason.NO_PROOF)
    found = forbidden(text)
    return None if found is None else Refusal(*found)


def _main(code: Code, view: View) -> Declared | None:
    """The theorem that was asked for: by its name, else the last one when none is called so."""
    wanted = last_part(view.name)
    for each in reversed(code.theorems):
        if last_part(each.name) == wanted:
            return each
    return code.theorems[-1] if code.theorems else None


def _statements(view: View) -> tuple[str, ...]:
    """The goal as a statement, in either form."""
    return tuple(" ".join(text.split()) for text in (f"{view.binders} : {view.target}", view.stated) if text)


def _needed(tactics: str, lemmas: list[Declared]) -> list[Declared]:
    """The lemmas that the proof names, and those that their statements name, in order."""
    wanted = _words(tactics)
    while True:
        more = {word for each in lemmas if each.name in wanted for word in _words(each.statement)}
        if more <= wanted:
            return [each for each in lemmas if each.name in wanted]
        wanted |= more


def _words(text: str) -> set[str]:
    return {token.text for token in tokens(text) if token.kind is TokenKind.WORD}


def _fresh_names(names: Iterable[str], known: Names) -> dict[str, str]:
    """Names that occur nowhere in the file, one for each; an unused plain name stays."""
    taken = set(known.taken)
    result: dict[str, str] = {}
    for name in names:
        stem = re.sub(r"[^A-Za-z0-9_']", "_", name) or "aux"
        stem = stem if re.match(r"[A-Za-z_]", stem) else f"aux_{stem}"
        result[name] = stem if stem not in taken else fresh(stem, taken)
        taken.add(result[name])
    return result


def _replaced(text: str, renamed: Mapping[str, str]) -> str:
    """The text with whole words replaced, and nothing inside strings and comments."""
    pieces, at = [], 0
    for token in tokens(text):
        new = renamed.get(token.text) if token.kind is TokenKind.WORD else None
        if new is not None and new != token.text:
            pieces += [text[at : token.start], new]
            at = token.end
    return "".join((*pieces, text[at:]))


def _given(lemmas: list[Declared], renamed: Mapping[str, str]) -> dict[str, str]:
    """The lemmas' own proofs that can stand alone: without anything forbidden, and without other lemmas."""
    others = set(renamed)
    return {
        renamed[each.name]: each.proof
        for each in lemmas
        if each.proof is not None and forbidden(each.proof) is None and not _words(each.proof) & others
    }
