"""From proofs of single holes to the whole file that the trusted check accepts.

Proofs that worked in their slots are hints. Here they are put into the original text together, the check judges the
file, and what it refuses goes back to `sorry`, until every proof that is left has been accepted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from decompose.graft import graft, moved
from decompose.spec import SpecFile, Target
from decompose.text import Edit, TokenKind, apply_edits, tokens

_MARK = "gentzen: open"
_OLD_MARK = re.compile(r" /- gentzen: open \([^\n]*?\) -/")
_LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the check said about one assembled file, by declaration.

    `refused` maps declarations to a reason. `axioms` maps the accepted ones to the axioms that they rest on.
    `disproved`: those whose claimed disproof was accepted.
    `fault` is set when the file as a whole was refused, for a reason that is nobody's in particular.
    """

    refused: Mapping[str, str] = field(default_factory=dict)
    axioms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    level: str = "L1"
    fault: str = ""
    disproved: frozenset[str] = frozenset()


class Check(Protocol):
    """Judge the text of an assembled file. Raises LimitHit or MachineryError when it cannot.

    `disproofs`: declarations that are claimed to be false, with the full name of the theorem that refutes each.
    """

    def __call__(self, text: str, disproofs: Mapping[str, str] = ..., /) -> Judgement: ...


@dataclass(frozen=True, slots=True)
class Disproof:
    """A theorem whose statement is the negation of a target's. `name`: its full name; `text`: the whole declaration;
    `counterexample`: the values that refute the target, for people ("" when there are none)."""

    name: str
    text: str
    counterexample: str = ""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A file whose every proof the check accepted (or that has none, and was not checked).

    `accepted`: the text that stands in each proved target's slot. `lemmas`: the declarations added above each proved
    target. `reasons`: why the others are open, by target. `disproved`: targets that are false, for sure.
    """

    edits: tuple[Edit, ...]
    accepted: Mapping[str, str]
    reasons: Mapping[str, str]
    axioms: Mapping[str, tuple[str, ...]]
    level: str | None
    lemmas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    disproved: Mapping[str, Disproof] = field(default_factory=dict)

    def render(self, spec: SpecFile) -> bytes:
        """The bytes of the output file, with the input's line endings and byte order mark."""
        return spec.source.render(self.edits)


def assemble(
    spec: SpecFile,
    proofs: Mapping[str, str],
    reasons: Mapping[str, str],
    lemmas: Mapping[str, Sequence[str]] | None = None,
    disproofs: Mapping[str, Disproof] | None = None,
) -> tuple[Edit, ...]:
    """The edits that put every proof of `proofs` (by target name) into its slot and mark the holes in `reasons`.

    `lemmas`: declarations that a proof needs, in order, put before its command; `disproofs` go after theirs.
    Targets named in none, and everything else, keep their bytes.
    """
    edits: list[Edit] = []
    above: dict[int, list[str]] = defaultdict(list)
    for target in spec.targets:
        if target.name in proofs:
            code, shift = spec.alone(target.command)
            edit = graft(code, moved(target.hole, -shift), proofs[target.name])
            edits.append(Edit(edit.start + shift, _mark_end(spec, target), edit.replacement))
            above[target.command] += (lemmas or {}).get(target.name, ())
        elif target.name in reasons:
            edits.append(_mark(spec, target, reasons[target.name]))
        if target.name in (disproofs or {}) and target.name not in proofs:
            assert disproofs is not None
            end = max(spec.commands[target.command].end, _mark_end(spec, target))
            edits.append(Edit(end, end, "\n\n" + disproofs[target.name].text.strip("\n")))
    edits += (_above(spec, command, list(dict.fromkeys(texts))) for command, texts in above.items() if texts)
    return tuple(sorted(edits, key=lambda edit: edit.start))


def _above(spec: SpecFile, command: int, declarations: Sequence[str]) -> Edit:
    """The declarations on lines of their own before the command, which keeps its column."""
    start = spec.commands[command].start
    data = spec.text.encode()
    before = data[data.rfind(b"\n", 0, start) + 1 : start].decode()
    text = "".join(declaration.strip("\n") + "\n\n" for declaration in declarations)
    return Edit(start, start, ("\n" if before.strip() else "") + text + " " * len(before))


def settle(
    spec: SpecFile,
    proofs: Mapping[str, str],
    reasons: Mapping[str, str],
    check: Check,
    lemmas: Mapping[str, Sequence[str]] | None = None,
    disproofs: Mapping[str, Disproof] | None = None,
) -> Assembled:
    """Assemble, check, take back what was refused, and again, until what is left is accepted.

    `reasons` says why each target without a proof is open; `lemmas` and `disproofs` as for `assemble`. A disproof that
    the check does not accept is left out without a word. Raises what `check` raises.
    """
    kept = dict(proofs)
    why = dict(reasons)
    _drop(kept, why, _incomplete(spec, kept))
    axioms: Mapping[str, tuple[str, ...]] = {}
    level: str | None = None
    while kept:
        judgement = check(apply_edits(spec.text, assemble(spec, kept, why, lemmas)))
        refusals = _refusals(spec, kept, judgement)
        if judgement.fault and not refusals:
            refusals = _one_by_one(spec, kept, why, judgement.fault, check, lemmas)
        if not refusals:
            axioms = {t.name: judgement.axioms.get(t.declaration, ()) for t in spec.targets if t.name in kept}
            level = judgement.level
            break
        _drop(kept, why, refusals)
        _drop(kept, why, _incomplete(spec, kept))
    refuted = _settle_disproofs(spec, kept, why, check, lemmas, disproofs or {})
    edits = assemble(spec, kept, why, lemmas, refuted)
    slots = {edit.start: edit.replacement for edit in edits if edit.start != edit.end}
    return Assembled(
        edits=edits,
        accepted={t.name: slots[t.hole.start] for t in spec.targets if t.name in kept},
        reasons=why,
        axioms=axioms,
        level=level if kept or not refuted else "L1",
        lemmas={name: tuple(texts) for name, texts in (lemmas or {}).items() if name in kept and texts},
        disproved=refuted,
    )


def _settle_disproofs(
    spec: SpecFile,
    kept: Mapping[str, str],
    why: Mapping[str, str],
    check: Check,
    lemmas: Mapping[str, Sequence[str]] | None,
    disproofs: Mapping[str, Disproof],
) -> dict[str, Disproof]:
    """The disproofs that the check accepts, together with everything that is `kept`."""
    declarations = {target.name: target.declaration for target in spec.targets}
    left = {name: each for name, each in disproofs.items() if name in declarations and name not in kept}
    while left:
        claimed = {declarations[name]: each.name for name, each in left.items()}
        judgement = check(apply_edits(spec.text, assemble(spec, kept, why, lemmas, left)), claimed)
        accepted = {name: each for name, each in left.items() if declarations[name] in judgement.disproved}
        if judgement.fault or _refusals(spec, kept, judgement):
            accepted = {} if len(accepted) == len(left) else accepted
        elif len(accepted) == len(left):
            return left
        left = accepted
    return {}


def _drop(kept: dict[str, str], why: dict[str, str], refusals: Mapping[str, str]) -> None:
    for name, reason in refusals.items():
        del kept[name]
        why[name] = reason


def _incomplete(spec: SpecFile, kept: Mapping[str, str]) -> dict[str, str]:
    """Proofs in declarations that have another hole which stays: nothing there can be called proved."""
    names: dict[str, list[str]] = defaultdict(list)
    for target in spec.targets:
        names[target.declaration].append(target.name)
    for excluded in spec.excluded:
        names[excluded.declaration].append(excluded.name)
    refusals: dict[str, str] = {}
    for target in spec.targets:
        left = [name for name in names[target.declaration] if name not in kept]
        if target.name in kept and left:
            refusals[target.name] = (
                f"`{_brief(kept[target.name])}` fills it, but {_listed(left)} {_are(left)} still open"
            )
    return refusals


def _refusals(spec: SpecFile, kept: Mapping[str, str], judgement: Judgement) -> dict[str, str]:
    found: dict[str, str] = {}
    for target in spec.targets:
        if target.name not in kept:
            continue
        if target.declaration in judgement.refused:
            found[target.name] = judgement.refused[target.declaration]
        elif "sorryAx" in judgement.axioms.get(target.declaration, ()):
            found[target.name] = conditional(kept[target.name], open_names(spec, kept, target, kept[target.name]))
    return found


def open_names(spec: SpecFile, kept: Mapping[str, str], target: Target, proof: str) -> list[str]:
    """Declarations of the file that `proof` or the statement of `target` names and that still have a hole."""
    unproved = {other.declaration for other in spec.targets if other.name not in kept}
    unproved |= {excluded.declaration for excluded in spec.excluded}
    words = [token.text for token in tokens(proof) if token.kind is TokenKind.WORD]
    words += [t.text for t in tokens(spec.command_text(target.command)) if t.kind is TokenKind.WORD]
    return sorted(
        name
        for name in unproved - {target.declaration}
        if any(name == word or name.endswith("." + word) for word in words)
    )


def _one_by_one(
    spec: SpecFile,
    kept: Mapping[str, str],
    why: Mapping[str, str],
    fault: str,
    check: Check,
    lemmas: Mapping[str, Sequence[str]] | None,
) -> dict[str, str]:
    """The file was refused and nobody was blamed: add one declaration's proofs at a time and keep what does no harm."""
    groups: dict[str, list[str]] = defaultdict(list)
    for target in spec.targets:
        if target.name in kept:
            groups[target.declaration].append(target.name)
    good: dict[str, str] = {}
    refusals: dict[str, str] = {}
    for names in groups.values():
        trial = {**good, **{name: kept[name] for name in names}}
        judgement = check(apply_edits(spec.text, assemble(spec, trial, why, lemmas)))
        refused = _refusals(spec, trial, judgement)
        if judgement.fault or refused:
            refusals |= {name: refused.get(name, judgement.fault or fault) for name in names}
        else:
            good = trial
    return refusals


def _mark(spec: SpecFile, target: Target, reason: str) -> Edit:
    """`sorry` with a comment that says why."""
    text = spec.slice(target.hole.start, target.hole.end)
    return Edit(target.hole.start, _mark_end(spec, target), f"{text} /- {_MARK} ({comment_text(reason)}) -/")


def _mark_end(spec: SpecFile, target: Target) -> int:
    """The end of the hole, an earlier run's comment after it included."""
    line = spec.text.encode()[target.hole.end :].partition(b"\n")[0].decode()
    old = _OLD_MARK.match(line)
    return target.hole.end + (len(old.group().encode()) if old else 0)


def comment_text(reason: str) -> str:
    """`reason` on one line, fit to stand inside a block comment."""
    line = " ".join(reason.split()).replace("/-", "/ -").replace("-/", "- /")
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"


def _brief(tactics: str) -> str:
    line = " ".join(tactics.split())
    return line if len(line) <= 60 else line[:59] + "…"


def conditional(tactics: str, used: Sequence[str]) -> str:
    """Why a proof that works is none yet: it uses the declarations `used`, which are open."""
    return f"`{_brief(tactics)}` proves it, but uses {_listed(used)}, which {_are(used)} still open"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names) or "something of the file"


def _are(names: Sequence[str]) -> str:
    return "are" if len(names) > 1 else "is"
