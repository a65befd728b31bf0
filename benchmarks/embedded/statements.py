"""Statements for a program file: the laws that theory exploration conjectures about its functions."""

from __future__ import annotations

import random
from itertools import combinations

from decompose.context import goal_context
from decompose.spec import SpecFile, load_spec
from decompose.splitters.explore import conjectures
from decompose.text import decode
from lean_project.model import Limits
from lean_project.pool import Pool

MOST = 24
"""Conjectures of a file that become goals."""
_PROBE = "theorem gentzen_probe : True := by\n  sorry\n"


def explored(text: str, pool: Pool) -> str:
    """The file with conjectures about its functions as further open theorems, `guess_1` and so on, before its last
    `end`. Only those that Lean can state; they may be false. Raises GentzenError where the file itself is refused."""
    head, tail = _parted(text)
    spec = load_spec(decode(f"{head}\n{_PROBE}{tail}".encode()), pool, Limits(120.0))
    base = spec.before(spec.targets[-1].command)
    kept: list[str] = []
    for statement in _statements(spec):
        name = f"guess_{len(kept) + 1}"
        found = pool.elaborate(base, f"theorem {name} {statement} := by\n  sorry\n", Limits(20.0, 20_000))
        if not found.has_error:
            kept.append(f"theorem {name} {statement} := by\n  sorry\n")
        if len(kept) >= MOST:
            break
    return "\n".join([head, *kept, tail])


def _parted(text: str) -> tuple[str, str]:
    """What stands before the last line that begins with `end `, and the rest."""
    at = text.rfind("\nend ")
    return (text, "") if at < 0 else (text[: at + 1], text[at + 1 :])


def _statements(spec: SpecFile) -> list[str]:
    """Conjectures about each function and each pair, in a random order that is the same for equal files."""
    target = spec.targets[-1]
    names = [each.name for each in spec.declarations if each.keyword in ("def", "abbrev")]
    pairs = [(name,) for name in names] + list(combinations(names, 2))
    found: dict[str, None] = {}
    for pair in pairs:
        words = " = ".join(name.rpartition(".")[2] for name in pair)
        context = goal_context(spec, target, f"⊢ {words}" if len(pair) > 1 else f"⊢ {words} = {words}")
        wanted = {each.rpartition(".")[2] for each in pair}
        for guess in conjectures(context):
            if {name.rpartition(".")[2] for name in guess.about} == wanted:
                binders = " ".join(each.binder for each in guess.binders)
                found[f"{binders} : {guess.claim}".strip()] = None
    statements = list(found)
    random.Random(spec.text).shuffle(statements)
    return statements
