"""The operator footprint of a goal: how many distinct constants it is about (docs/score.md).

After Goedel-Code-Prover (arXiv 2603.19329): the constants of the target and of the hypotheses' types, definitions
unfolded to a depth. Unfolded breadth first, so that the number depends on no order of visits. Constants inside proofs
do not count.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from decompose.definitions import Definitions, read_goal
from decompose.proofs import Proofs
from lean_project.check.terms import KINDS, DocumentError, Name, TermDocument, children, show
from lean_project.model import ClosedGoal, Document

DEPTH = 10

Lookup = Callable[[Sequence[str]], Document]
"""The constants of these names that exist, library ones too, as a term document (`Session.lookup`)."""


class Variant(StrEnum):
    SURFACE = "surface"
    """Nothing is unfolded."""
    SPEC = "spec"
    """Only definitions of the user's own file are: the same number on every Lean runtime."""
    ALL = "all"
    """Library definitions as well, as far as the runtime has their bodies."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """`value` = number of `constants`. `truncated`: definitions were left folded at the depth limit. `opaque`: those of
    `constants` that might hide something and whose bodies were not available, sorted."""

    value: int
    constants: frozenset[str]
    variant: Variant
    truncated: bool
    opaque: tuple[str, ...]


def footprint(
    closed: ClosedGoal,
    definitions: Definitions,
    variant: Variant | str,
    depth: int = DEPTH,
    lookup: Lookup | Library | None = None,
) -> Footprint:
    """The footprint of a goal. `lookup` is needed for the variant `all` only; it is asked once per level of unfolding,
    never twice for a name (nor for one that a given `Library` knows). Raises ValueError when it is missing, and
    DocumentError on a malformed document."""
    variant = Variant(variant)
    library = None
    if variant is Variant.ALL:
        if lookup is None:
            raise ValueError("the footprint `all` needs a lookup of library constants")
        library = lookup if isinstance(lookup, Library) else Library(lookup)
    return _Walk(definitions, variant, library).run(closed, depth)


Body = tuple[TermDocument, int]
"""A term and the document that it is a row of."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A library constant. `body`: of a definition, where the runtime has it."""

    kind: str
    body: Body | None


class Library:
    """Library constants that were looked up, to be shared by all footprints over the same imports: none twice."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._known: dict[Name, _Known | None] = {}
        self.body_mentions: dict[Name, frozenset[Name]] = {}
        self._lock = threading.Lock()

    def learn(self, names: Iterable[Name]) -> None:
        """Look these up, in one go, as far as they are not known. Raises DocumentError when the answer is malformed."""
        with self._lock:
            wanted = sorted({name for name in names if name not in self._known}, key=show)
            if wanted:
                found = self._read(self._lookup([show(name) for name in wanted]))
                self._known.update((name, found.get(name)) for name in wanted)

    def find(self, name: Name) -> _Known | None:
        """A constant that was learned; None when it is not there."""
        return self._known.get(name)

    def _read(self, answer: Document) -> dict[Name, _Known]:
        # The constants of an answer need not be complete as those of a file are: types without their constructors,
        # definitions without a value.
        document = TermDocument({**answer, "constants": []})
        rows, found = answer.get("constants"), dict[Name, _Known]()
        if not isinstance(rows, list):
            raise DocumentError("malformed term document: no table of constants")
        for row in rows:
            match row:
                case {"kind": str(kind), "name": int(name), **more} if kind in KINDS and 0 < name < len(document.names):
                    value = more.get("value")
                    if value is not None and not (type(value) is int and 0 <= value < len(document.exprs)):
                        raise DocumentError("malformed term document: a value")
                    body = None if value is None or kind != "def" else (document, value)
                    found[document.names[name]] = _Known(kind, body)
                case _:
                    raise DocumentError("malformed term document: a library constant")
        return found


class _Walk:
    def __init__(self, definitions: Definitions, variant: Variant, library: Library | None) -> None:
        self._definitions, self._variant, self._library = definitions, variant, library
        self._proofs = Proofs(definitions, self._is_library_theorem)

    def run(self, closed: ClosedGoal, depth: int) -> Footprint:
        document, goal = read_goal(closed)
        self._learn(document, goal.type)
        found, opaque, truncated = set[Name](), set[Name](), False
        fresh = set(_mentioned(document, goal.type, self._proofs))
        for unfolded in range(depth + 1):
            found |= fresh
            if self._variant is Variant.SURFACE:
                break
            bodies = {name: body for name in fresh if (body := self._body(name)) is not None}
            opaque |= {name for name in fresh if name not in bodies and self._hides(name)}
            if unfolded == depth:
                truncated = bool(bodies)
                break
            fresh = self._unfold(bodies) - found
            if not fresh:
                break
        names = frozenset(map(show, found))
        return Footprint(len(names), names, self._variant, truncated, tuple(sorted(map(show, opaque))))

    def _unfold(self, bodies: dict[Name, Body]) -> set[Name]:
        """What the bodies mention outside proofs."""
        if self._library is not None:
            wanted = set[Name]()
            for document, body in bodies.values():
                wanted |= self._all_names(document, body)
            self._library.learn(wanted)
        mentions = set[Name]()
        for name, (document, body) in bodies.items():
            kept = self._definitions.body_mentions if self._library is None else self._library.body_mentions
            if self._library is not None and self._definitions.find(name) is not None:
                kept = {}  # What the library knows decides what counts in it, and other files have other bodies.
            if name not in kept:
                kept[name] = _mentioned(document, body, self._proofs)
            mentions |= kept[name]
        return mentions

    def _learn(self, document: TermDocument, term: int) -> None:
        if self._library is not None:
            self._library.learn(self._all_names(document, term))

    def _all_names(self, document: TermDocument, term: int) -> set[Name]:
        """The library constants in a term, those in proofs too."""
        rows, names, seen, stack = document.exprs, document.names, {term}, [term]
        found = set[Name]()
        while stack:
            row = rows[stack.pop()]
            if row[0] in "cj":
                found.add(names[row[1]])
            for below in children(row):
                if below not in seen:
                    seen.add(below)
                    stack.append(below)
        return {name for name in found if self._definitions.find(name) is None}

    def _body(self, name: Name) -> Body | None:
        """The body of a definition that this variant unfolds."""
        constant = self._definitions.find(name)
        if constant is None:
            known = None if self._library is None else self._library.find(name)
            return None if known is None else known.body
        if constant.kind != "def" or constant.value is None:
            return None
        return self._definitions.document, constant.value

    def _hides(self, name: Name) -> bool:
        """Whether a constant without a body to unfold might stand for one that was not available."""
        constant = self._definitions.find(name)
        if constant is not None:
            return constant.kind in ("opaque", "axiom")
        if self._library is None:
            return False
        known = self._library.find(name)
        return known is None or known.kind in ("def", "opaque", "axiom")

    def _is_library_theorem(self, name: Name) -> bool:
        known = None if self._library is None else self._library.find(name)
        return known is not None and known.kind == "theorem"


def _mentioned(document: TermDocument, root: int, proofs: Proofs) -> frozenset[Name]:
    """The constants below a term, those inside proofs left out. Linear in the number of terms."""
    rows, names, found = document.exprs, document.names, set[Name]()
    seen, stack = {root}, [root]
    spines: dict[int, tuple[int, int]] = {}
    """Applications that were visited: their head and number of arguments."""
    while stack:
        term = stack.pop()
        row = rows[term]
        if row[0] not in "ac":
            if row[0] == "j":
                found.add(names[row[1]])
            more = [*children(row)]
        else:
            chain: list[int] = []
            while rows[term][0] == "a" and term not in spines:
                chain.append(term)
                term = rows[term][1]
            head, count = spines.get(term, (term, 0))
            name = names[rows[head][1]] if rows[head][0] == "c" else None
            more = []
            if name is None:
                skip, more = frozenset[int](), [head]
            elif proofs.is_proof(name):
                spines.update(dict.fromkeys(chain, (head, 0)))
                continue
            else:
                found.add(name)
                skip = proofs.proof_arguments(name)
            for node in reversed(chain):
                if count not in skip:
                    more.append(rows[node][2])
                count += 1
                spines[node] = (head, count)
        for below in more:
            if below not in seen:
                seen.add(below)
                stack.append(below)
    return frozenset(found)
