"""Program holes: definitions that the reference leaves out whole (`def f (x : T) : R := sorry`) and a candidate fills.

A filled hole must be a program. A kernel accepts `Classical.choose h` as a value of any type that a proof says is
inhabited, so a specification alone cannot tell a program from a restatement of the specification. What is asked here:

- it is a safe definition of the reference's name and type, and rests on allowed axioms only (`gate`, `axioms`);
- outside proofs and types it reaches no axiom, no opaque or unsafe constant, and no definition of the library that is
  marked `noncomputable` (Lean demands the mark where it can make no code): so its closed values have normal forms;
- it reaches no function of the *specification* (`specification_functions`): `def f := reference` says nothing new.

All of it is read off terms that the kernel has accepted and the auditor's own import. In doubt it refuses: what might
be data is walked as data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from lean_project.check.statement import Statements
from lean_project.check.terms import Constant, Name, TermDocument, children, plain, show
from lean_project.check.verdict import Code, Reason
from lean_project.model import LibraryConstant

_SORRY = ("sorryAx",)
_BOOL = ("Bool",)
_EXAMPLE = "_gentzen_example"


def is_program_hole(document: TermDocument, constant: Constant) -> bool:
    """A safe definition whose whole value, arguments apart, is `sorry`, and no proof."""
    if constant.kind != "def" or constant.unsafe or constant.value is None:
        return False
    row = document.exprs[constant.value]
    while row[0] == "l":
        row = document.exprs[row[3]]
    while row[0] == "a":
        row = document.exprs[row[1]]
    if row[0] != "c" or document.names[row[1]] != _SORRY or row[1] in document.constants or len(row[2]) != 1:
        return False
    return bool(document.levels[row[2][0]][0] != "0")


def specification_functions(document: TermDocument, program: Constant) -> frozenset[int]:
    """The functions of the file that theorems and examples about `program` mention, as indices of its names.

    Looked for in their statements, in the propositions that these name, and in definitions that use the program
    themselves; not in the bodies of other functions, but that functions into `Bool` are decided propositions, where a
    reference may hide: of what these name, functions with the program's own result count. Types, instances, projections
    and what Lean made for itself do not count: a program needs them.
    """
    users = _users(document, program.name)
    found: set[int] = set()
    seen: set[int] = set()
    stack = [
        constant.type
        for constant in document.constants.values()
        if (constant.kind == "theorem" or _is_example(document.name_of(constant)))
        and users & document.mentioned([constant.type])
    ]
    while stack:
        for name in document.mentioned([stack.pop()]) - seen:
            seen.add(name)
            constant = document.constants.get(name)
            if constant is None or constant.kind not in ("def", "opaque") or name == program.name:
                continue
            if name in users or _is_type(document, constant) or _is_internal(document.names[name]):
                stack += constant.roots
            elif not _serves(document, constant):
                found.add(name)
    return frozenset(found | _hidden(document, found, _result(document, program), seen - found | {program.name}))


def _hidden(document: TermDocument, found: set[int], result: int, seen: set[int]) -> set[int]:
    """The functions with this result that functions into `Bool` among `found`, and those that they call, name."""
    hidden: set[int] = set()
    known = set(seen)
    stack = [document.constants[name] for name in found if _decides(document, document.constants[name])]
    while stack:
        for name in document.mentioned(stack.pop().roots) - known:
            known.add(name)
            constant = document.constants.get(name)
            if constant is None or constant.kind not in ("def", "opaque"):
                continue
            internal = _is_internal(document.names[name]) or _is_type(document, constant)
            if not internal and _result(document, constant) == result and not _serves(document, constant):
                hidden.add(name)
            if internal or _decides(document, constant):
                stack.append(constant)
    return hidden


def obstacles(
    program: Constant,
    reference: Statements,
    candidate: Statements,
    library: Mapping[str, LibraryConstant],
    forbidden: Collection[int],
) -> list[Reason]:
    """Why the value of `program`, a definition of the candidate that the kernel has accepted, is no program.

    `forbidden`: names of the reference, by content too, that it must not reach. Raises DocumentError.
    """
    document = candidate.document
    names = {reference.document.names[name] for name in forbidden}
    contents = {reference.constant(name) for name in forbidden}
    used: set[str] = set()
    stuck: set[str] = set()
    seen: set[int] = {program.name}
    agenda = [] if program.value is None else [program.value]
    for name in _data(document, agenda, library, seen):
        constant, shown = document.constants.get(name), show(document.names[name])
        if constant is None:
            known = library.get(shown) or library.get(plain(document.names[name]))
            if known is None or known.noncomputable or known.kind in ("axiom", "opaque"):
                stuck.add(shown)
            continue
        if document.names[name] in names or candidate.constant(name) in contents:
            used.add(shown)
        elif constant.unsafe or constant.kind in ("axiom", "opaque"):
            stuck.add(shown)
        elif constant.kind == "def" and constant.value is not None:
            agenda.append(constant.value)
    reasons = [Reason(Code.NONCOMPUTABLE, ", ".join(sorted(stuck)))] if stuck else []
    if used:
        reasons.append(Reason(Code.SPECIFICATION_USED, ", ".join(sorted(used))))
    return reasons


def _data(
    document: TermDocument, stack: list[int], library: Mapping[str, LibraryConstant], seen: set[int]
) -> Iterator[int]:
    """The constants outside proofs and types in the terms on `stack`, each once. The caller may add terms meanwhile.

    Proofs: applications of theorems. Types: function types, sorts, inductive types applied, types of bound variables.
    """
    rows, visited = document.exprs, set(stack)

    def kind(name: int) -> str:
        constant = document.constants.get(name)
        if constant is not None:
            return constant.kind
        known = library.get(show(document.names[name])) or library.get(plain(document.names[name]))
        return known.kind if known else ""

    while stack:
        document.spend(1)
        row = rows[stack.pop()]
        below: list[int] = []
        match row[0]:
            case "c":
                if row[1] not in seen and kind(row[1]) not in ("theorem", "inductive"):
                    seen.add(row[1])
                    yield row[1]
            case "a":
                head, arguments = row, []
                while head[0] == "a":
                    arguments.append(head[2])
                    below = [head[1]]
                    head = rows[head[1]]
                    document.spend(1)
                if head[0] == "c" and (
                    kind(head[1]) in ("theorem", "inductive") or plain(document.names[head[1]]) in _PROOF_AXIOMS
                ):
                    continue
                below += arguments
            case "l":
                below = [row[3]]
            case "e":
                below = [row[3], row[4]]
            case "j":
                below = list(children(row))
        for each in below:
            if each not in visited:
                visited.add(each)
                stack.append(each)


_PROOF_AXIOMS = frozenset({"propext", "Quot.sound"})
"""Axioms whose applications are proofs."""


def reaches(document: TermDocument, start: Constant, names: Collection[int]) -> frozenset[int]:
    """Which of the constants `names` the constant `start` rests on, itself included."""
    seen, stack = {start.name}, [start.name]
    while stack:
        constant = document.constants.get(stack.pop())
        if constant is not None:
            more = document.uses(constant) - seen
            seen |= more
            stack.extend(more)
    return frozenset(seen & set(names))


def _users(document: TermDocument, name: int) -> frozenset[int]:
    """The constants whose types or values rest on `name`, itself included."""
    above: dict[int, list[int]] = {}
    for constant in document.constants.values():
        for below in document.uses(constant):
            above.setdefault(below, []).append(constant.name)
    found, stack = {name}, [name]
    while stack:
        more = [user for user in above.get(stack.pop(), ()) if user not in found]
        found.update(more)
        stack += more
    return frozenset(found)


def _is_type(document: TermDocument, constant: Constant) -> bool:
    """Whether it gives propositions or types, once it has its arguments."""
    row = document.exprs[constant.type]
    while row[0] == "p":
        row = document.exprs[row[3]]
    return bool(row[0] == "s")


def _decides(document: TermDocument, constant: Constant) -> bool:
    """Whether it gives the library's `Bool`, once it has its arguments."""
    row = document.exprs[_result(document, constant)]
    return bool(row[0] == "c" and document.names[row[1]] == _BOOL and row[1] not in document.constants)


def _result(document: TermDocument, constant: Constant) -> int:
    """The type of what it gives, once it has its arguments; equal closed types are one expression."""
    at = constant.type
    while document.exprs[at][0] == "p":
        at = document.exprs[at][3]
    return int(at)


def _serves(document: TermDocument, constant: Constant) -> bool:
    """An instance, by the name that Lean gives to those without one, or a projection."""
    last = document.name_of(constant)[-1]
    if isinstance(last, str) and last.startswith("inst"):
        return True
    if constant.value is None:
        return False
    row = document.exprs[constant.value]
    while row[0] == "l":
        row = document.exprs[row[3]]
    return bool(row[0] == "j" and document.exprs[row[3]][0] == "b")


def _is_internal(name: Name) -> bool:
    return any(isinstance(part, int) or part.startswith(("_", "match_", "proof_")) for part in name)


def _is_example(name: Name) -> bool:
    return len(name) > 2 and name[0] == _EXAMPLE
