"""A goal on its own: stated as a constant of Lean's environment, to be worked on without the file around it.

Nothing is printed and parsed again: the constant's value is the goal's closed term (`lean_project.model.ClosedGoal`),
and a candidate proves it with `intro` and the names that the goal's own hypotheses have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from decompose.closed import goal_definition
from decompose.graft import indent
from decompose.sketch import Lemma, Split
from lean_project.model import Binder, ClosedGoal, Snapshot

CANDIDATE = "gentzen.candidate"
_PREFIX = "gentzen.goal.k"
_PLAIN = re.compile(r"[A-Za-z_α-ωΑ-Ω][A-Za-z0-9_'₀-₉α-ωΑ-Ω!?]*")
_KEYWORDS = frozenset(
    {"at", "by", "calc", "case", "do", "else", "end", "example", "for", "from", "fun", "have", "if", "in", "let"}
    | {"match", "mut", "obtain", "open", "return", "rfl", "show", "sorry", "then", "theorem", "using", "where", "with"}
    | {"forall", "exists", "Type", "Prop", "Sort", "λ", "Π", "Σ"}
)


@dataclass(frozen=True)
class Problem:
    """A goal that stands alone. `base`: the state of Lean that it comes from. `snapshot`: the same, with the goal
    stated as the constant `constant`.

    `intro`: a name for each hypothesis, in order, every one accessible. `renames`: the names among them that stand for
    hypotheses which a proof in the original place cannot refer to before a `rename_i` with these, in this order.
    """

    base: Snapshot
    snapshot: Snapshot
    constant: str
    closed: ClosedGoal
    intro: tuple[str, ...]
    renames: tuple[str, ...]

    def candidate(self, split: Split) -> str:
        """The code that tries `split`: its lemmas with open proofs, then the goal's theorem. What its tactics leave is
        closed by a `sorry` of its own, the last hole of the code, unless the split means to leave nothing."""
        lemmas = "".join(f"{lemma.declaration()}\n\n" for lemma in split.lemmas)
        body = [f"delta {self.constant}"]  # `intro` alone would not bring a goal without hypotheses back as it is.
        body += [f"intro {' '.join(self.intro)}"] if self.intro else []
        body.append(split.tactics)
        if not split.completes:
            body.append("all_goals sorry")
        block = "\n".join(body)
        return f"{lemmas}theorem {CANDIDATE} : {self.constant} := by\n  {indent(block, 2)}\n"


def problem(base: Snapshot, closed: ClosedGoal, key: str) -> Problem:
    """State `closed`, whose goal key is `key`, on `base`."""
    constant = _PREFIX + key[:16]
    names = hypothesis_names(closed.binders)
    renames = tuple(name for name, binder in zip(names, closed.binders, strict=True) if not binder.accessible)
    return Problem(base, base.define(goal_definition(closed, constant)), constant, closed, names, renames)


def hypothesis_names(binders: Iterable[Binder]) -> tuple[str, ...]:
    """A name for each binder that can be written and that no other has: its own where it is accessible, else one like
    it."""
    entries = list(binders)
    taken = {each.name for each in entries if each.accessible}
    names: list[str] = []
    for each in entries:
        if each.accessible and _is_plain(each.name):
            names.append(each.name)
            continue
        if each.accessible and each.name.startswith("«"):
            names.append(each.name)
            continue
        stem = each.name if _is_plain(each.name) else ("inst" if each.is_instance else "h" if each.is_prop else "x")
        number = 1
        while (fresh := f"{stem}_{number}") in taken:
            number += 1
        taken.add(fresh)
        names.append(fresh)
    return tuple(names)


def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None and name not in _KEYWORDS


@dataclass(frozen=True, slots=True)
class Script:
    """A finished proof as text for the goal's original place: the lemmas above it (whole declarations, each after the
    ones that it uses) and a tactic block. `uses`: declarations of the file that it names."""

    tactics: str
    lemmas: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()


def compose(split: Split, lemmas: Iterable[tuple[Lemma, Script]], children: Iterable[tuple[Problem, Script]]) -> Script:
    """The proof that `split` makes of the proofs of its lemmas and of the goals that its tactics leave, in order."""
    left = list(children)
    above: list[str] = []
    uses = set(split.uses)
    blocks = [split.tactics]
    for problem_, script in left:
        text = f"rename_i {' '.join(problem_.renames)}\n" if problem_.renames else ""
        text += script.tactics
        blocks.append(text if len(left) == 1 else "· " + indent(text, 2))
        above += script.lemmas
        uses |= script.uses
    for lemma, script in lemmas:
        above += script.lemmas
        above.append(lemma.declaration("by\n  " + indent(script.tactics, 2)))
        uses |= script.uses
    return Script("\n".join(blocks), tuple(dict.fromkeys(above)), frozenset(uses))
