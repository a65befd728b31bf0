"""What a constant rests on: a walk through types and values of everything that the file added, down to the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lean_project.check.terms import Constant, Name, TermDocument, plain, show
from lean_project.model import LibraryConstant

STANDARD = frozenset({"propext", "Quot.sound", "Classical.choice"})
"""The library axioms that every Lean proof may use. An allowlist: whatever is not here is refused."""

SORRY = "sorryAx"

NATIVE = frozenset({"Lean.reduceBool", "Lean.reduceNat", "Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.trustCompiler"})
"""Library constants by which the kernel believes what compiled code computed. The first two are opaque, not axioms, and
the kernel evaluates them by running code; so they are named here, although no axiom need stand below them."""


@dataclass(frozen=True, slots=True)
class Footing:
    """Everything below one constant, sorted.

    `axioms`: of the library, by their plain names. `added`: axioms that the file declares. `unsafe`: unsafe or partial
    constants, and kernel primitives that the file declares itself. `unknown`: neither the file nor the import has them.
    """

    axioms: tuple[str, ...]
    added: tuple[Name, ...]
    unsafe: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def open(self) -> bool:
        return SORRY in self.axioms

    @property
    def names(self) -> tuple[str, ...]:
        """All axioms, for people."""
        return tuple(sorted({*self.axioms, *(show(name) for name in self.added)}))


def footing(document: TermDocument, target: Constant, library: Mapping[str, LibraryConstant]) -> Footing:
    """Walk from `target`. `library` is the auditor's answer for the constants that the document does not define.

    Runtimes print names there with or without guillemets.
    """
    axioms: set[str] = set()
    added: set[Name] = set()
    unsafe: set[str] = set()
    unknown: set[str] = set()
    seen = {target.name}
    stack = [target.name]
    while stack:
        index = stack.pop()
        name, constant = document.names[index], document.constants.get(index)
        if constant is None:
            known = library.get(show(name)) or library.get(plain(name))
            if known is None:
                unknown.add(show(name))
            else:
                axioms.update(known.axioms)
                if known.kind == "axiom" or plain(name) in NATIVE:
                    axioms.add(plain(name))
            continue
        if constant.unsafe or constant.kind == "quot":
            unsafe.add(show(name))
        if constant.kind == "axiom":
            added.add(name)
        for below in document.uses(constant):
            if below not in seen:
                seen.add(below)
                stack.append(below)
    return Footing(tuple(sorted(axioms)), tuple(sorted(added, key=show)), tuple(sorted(unsafe)), tuple(sorted(unknown)))
