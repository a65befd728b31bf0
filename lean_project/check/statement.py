"""Is this the same statement about the same programs? Content hashes, and a comparison that looks through filled holes.

What counts, by kind of constant:

- theorem: its type alone. Two proofs of one proposition are interchangeable (proof irrelevance).
- def: type and value, not its name. Lean names auxiliary definitions after whatever declaration needed them first, so
  filling one hole renames matchers elsewhere; a definition unfolds, so equal content means equal meaning.
- opaque: name, type and value. It does not unfold: `opaque a : Nat` and `opaque b : Nat` are alike and not provably
  equal.
- axiom, recursor: name and type.
- inductive type: names, parameters and constructors of its mutual group, references within the group by name;
  constructor: its group and name.
- library constant, and any unsafe constant (the kernel never sees it): its name.
- a definition that the caller names as a *program hole*: its name and type. Its value is what a candidate is free to
  choose (`programs` judges the choice).

Universe parameters count by position. Binder names and annotations do not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from hashlib import sha256

from lean_project.check.terms import Constant, DocumentError, Name, TermDocument, children, show

Signature = tuple[int, ...]
"""The universe parameters of the constant that a term belongs to, as name indices."""


def _hash(tag: bytes, *parts: bytes) -> bytes:
    # The tag fixes the lengths of all parts but the last, or they carry their lengths: the bytes are unambiguous.
    return sha256(tag + b"\0" + b"".join(parts)).digest()


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def _name_hash(name: Name) -> bytes:
    parts = [b"i" + _number(p) if isinstance(p, int) else b"s" + _number(len(p.encode())) + p.encode() for p in name]
    return _hash(b"name", *parts)


class Statements:
    """The content hashes (32 bytes) of one document, computed when asked for.

    Every method raises DocumentError when constants depend on each other in a circle, when a term uses a universe
    parameter that its constant does not declare, and when the document takes too many steps. `programs`: definitions
    that count by name and type alone.
    """

    def __init__(self, document: TermDocument, programs: Collection[Name] = ()) -> None:
        self.document = document
        self.programs = frozenset(programs)
        self._constants: dict[int, bytes] = {}
        self._monomorphic: dict[int, bytes] = {}
        self._polymorphic: dict[Signature, dict[int, bytes]] = {}
        self._levels: dict[Signature, list[bytes | None]] = {}
        self._prepared: set[int] = set()

    def constant(self, name: int) -> bytes:
        """The content hash of an added constant, or the hash of a library constant's name."""
        done, needs = self._constants, {}
        stack = [name]
        while stack:
            top = stack[-1]
            if top in done:
                stack.pop()
            elif top not in needs:
                needs[top] = self._needs(top)
                stack.extend(other for other in needs[top] if other not in done)
            elif any(other not in done for other in needs[top]):
                raise DocumentError(f"malformed term document: {show(self.document.names[top])} depends on itself")
            else:
                self._settle(top)
        return done[name]

    @cached_property
    def holes(self) -> bytearray:
        """For each term, whether it is an open proof (see `Comparison`)."""
        return _holes(self.document)

    def has_hole(self, constant: Constant, named: frozenset[int]) -> bool:
        """Whether a constant, or an auxiliary definition below it, holds an open proof that is not one in `named`."""
        document, seen, stack = self.document, {constant.name}, [constant]
        while stack:
            for i in document.reachable(stack.pop().roots):
                row = document.exprs[i]
                if row[0] != "c" or row[1] in named:
                    continue
                if self.holes[i]:
                    return True
                below = document.constants.get(row[1])
                if below is not None and below.kind == "def" and below.name not in seen:
                    seen.add(below.name)
                    stack.append(below)
        return False

    def prepare(self, constant: Constant) -> None:
        """Hash what counts of a constant (type; value of a def or opaque), so that `term` knows every part of it."""
        if constant.name in self._prepared:
            return
        roots = self._content(constant)
        for name in self.document.mentioned(roots):
            self.constant(name)
        self._terms(roots, constant.levels)
        self._prepared.add(constant.name)

    def term(self, term: int, signature: Signature) -> bytes:
        """The hash of a part of what was prepared."""
        return self._polymorphic[signature][term] if self.document.polymorphic[term] else self._monomorphic[term]

    def level(self, level: int, signature: Signature) -> bytes:
        """The hash of a universe level."""
        if signature not in self._levels:
            self._levels[signature] = self._level_table(signature)
        found = self._levels[signature][level]
        if found is None:
            raise DocumentError("malformed term document: a universe parameter that is not declared")
        return found

    def _level_table(self, signature: Signature) -> list[bytes | None]:
        self.document.spend(len(self.document.levels))
        table: list[bytes | None] = []
        for row in self.document.levels:
            if row[0] == "p":
                table.append(_hash(b"parameter", _number(signature.index(row[1]))) if row[1] in signature else None)
            else:
                parts = [part for part in (table[i] for i in row[1:]) if part is not None]
                table.append(_hash(b"level" + row[0].encode(), *parts) if len(parts) == len(row) - 1 else None)
        return table

    def is_program(self, constant: Constant) -> bool:
        """Whether it is a definition that counts by name and type alone."""
        return constant.kind == "def" and self.document.name_of(constant) in self.programs

    def _content(self, constant: Constant) -> tuple[int, ...]:
        if constant.kind in ("def", "opaque") and not self.is_program(constant):
            return constant.roots
        return (constant.type,)

    def _group(self, constant: Constant) -> list[Constant]:
        """The inductive types of the mutual group that an inductive type or a constructor belongs to."""
        constants = self.document.constants
        owner = constants[constant.induct] if constant.kind == "ctor" else constant
        return [constants[name] for name in owner.group]

    def _members(self, group: list[Constant]) -> frozenset[int]:
        return frozenset(name for member in group for name in (member.name, *member.ctors))

    def _needs(self, name: int) -> frozenset[int]:
        """The constants whose hashes the hash of this one is made of."""
        constant = self.document.constants.get(name)
        if constant is None or constant.unsafe:
            return frozenset()
        if constant.kind not in ("inductive", "ctor"):
            return self.document.mentioned(self._content(constant))
        members = self._members(self._group(constant))
        return self.document.mentioned(self.document.constants[m].type for m in members) - members

    def _settle(self, name: int) -> None:
        document, constant = self.document, self.document.constants.get(name)
        named = _name_hash(document.names[name])
        if constant is None or constant.unsafe:
            self._constants[name] = _hash(b"library" if constant is None else b"unsafe", named)
        elif constant.kind in ("inductive", "ctor"):
            self._settle_group(self._group(constant))
        else:
            parts = [_number(len(constant.levels)), *self._terms(self._content(constant), constant.levels)]
            is_program = self.is_program(constant)
            if is_program or constant.kind not in ("def", "theorem"):
                parts.insert(0, named)
            self._constants[name] = _hash(b"program" if is_program else constant.kind.encode(), *parts)

    def _settle_group(self, group: list[Constant]) -> None:
        names, constants = self.document.names, self.document.constants
        members = self._members(group)
        parts = []
        for member in group:
            ctors = [constants[name] for name in member.ctors]
            parts += [_name_hash(names[member.name])]
            parts += [_number(n) for n in (len(member.levels), member.params, len(ctors))]
            parts += self._terms((member.type,), member.levels, members)
            for ctor in ctors:
                parts += [_name_hash(names[ctor.name]), _number(len(ctor.levels))]
                parts += self._terms((ctor.type,), ctor.levels, members)
        whole = _hash(b"group", *parts)
        for name in members:
            self._constants[name] = _hash(constants[name].kind.encode(), whole, _name_hash(names[name]))

    def _terms(self, roots: Iterable[int], signature: Signature, members: frozenset[int] = frozenset()) -> list[bytes]:
        """Hash terms whose constants are hashed. References to `members`, the group being hashed, go by name."""
        rows, polymorphic, roots = self.document.exprs, self.document.polymorphic, tuple(roots)
        # Inside a group hashes mean something else, so they are not shared.
        mono: dict[int, bytes] = {} if members else self._monomorphic
        poly: dict[int, bytes] = {} if members else self._polymorphic.setdefault(signature, {})

        def reference(name: int) -> bytes:
            return _hash(b"member", _name_hash(self.document.names[name])) if name in members else self._constants[name]

        # Terms refer backwards, so in ascending order every part comes before the whole.
        for i in sorted(self.document.reachable(roots)):
            memo = poly if polymorphic[i] else mono
            if i in memo:
                continue
            row = rows[i]
            tag = row[0]
            below = [(poly if polymorphic[j] else mono)[j] for j in children(row)]
            if tag == "c":
                below = [reference(row[1]), *(self.level(level, signature) for level in row[2])]
            elif tag == "s":
                below = [self.level(row[1], signature)]
            elif tag == "b":
                below = [_number(row[1])]
            elif tag == "n" or tag == "t":
                below = [row[1].encode()]
            elif tag == "j":
                below += [reference(row[1]), _number(row[2])]
            memo[i] = sha256(b"term " + tag.encode() + b"\0" + b"".join(below)).digest()
        return [(poly if polymorphic[root] else mono)[root] for root in roots]


class Comparison:
    """Compares constants of a candidate with those of a reference, up to proofs that the reference leaves open.

    A definition may hold an open proof: `⟨n - 1, sorry⟩`, `decreasing_by sorry`, `xs[i]'sorry` in a type. Lean stores
    it as `sorryAx.{0} P ..`, or as `f._proof_1 x ..` whose proof rests on `sorryAx`, applied to the variables that the
    proof uses. A candidate that fills it has another term in that place, applied to other variables. Such a *hole*
    matches anything.

    Why that is sound: a term with such a head is a proof (`sorryAx.{0} : (P : Prop) → Bool → P`; a theorem's type is a
    proposition; and what a proof applied, projected or abstracted gives is again a proof). Around the hole both terms
    are alike, so both stand where the same proposition is expected, and the kernel has accepted the candidate's: by
    proof irrelevance they are equal.
    """

    def __init__(self, reference: Statements, candidate: Statements) -> None:
        self.reference, self.candidate = reference, candidate
        self._proven: set[tuple[int, int]] = set()

    def difference(self, reference: Constant, candidate: Constant, *, statement_only: bool) -> str | None:
        """None when they (or their types, with `statement_only`) are the same, else the constant that differs."""
        left, right = self.reference, self.candidate
        proven = set(self._proven)
        agenda = [(reference.name, candidate.name)]
        user = {agenda[0]: reference.name}
        if statement_only:
            agenda.clear()
            alike = len(reference.levels) == len(candidate.levels)
            if not alike or not self._same_terms(reference, candidate, agenda, True):
                return show(left.document.name_of(reference))
            user = dict.fromkeys(agenda, reference.name)
        while agenda:
            pair = agenda.pop()
            if pair in proven:
                continue
            proven.add(pair)
            if left.constant(pair[0]) == right.constant(pair[1]):
                continue
            more: list[tuple[int, int]] = []
            if not self._same_constants(*pair, more):
                renamed = left.document.names[pair[0]] != right.document.names[pair[1]]
                # Under another name it is another constant: then what changed is whatever refers to it.
                return show(left.document.names[user[pair] if renamed else pair[0]])
            for below in more:
                user.setdefault(below, pair[0])
            agenda += more
        self._proven = proven
        return None

    def _same_constants(self, reference: int, candidate: int, agenda: list[tuple[int, int]]) -> bool:
        """Compare two constants whose hashes differ; what remains to be compared goes on the agenda."""
        left, right = self.reference.document, self.candidate.document
        r, c = left.constants.get(reference), right.constants.get(candidate)
        if r is None or c is None or r.unsafe or c.unsafe:
            return False  # These are equal only by name, and then their hashes are equal.
        if _shape(r) != _shape(c) or (r.kind not in ("def", "theorem") and left.name_of(r) != right.name_of(c)):
            return False
        is_program = self.reference.is_program(r)
        if is_program != self.candidate.is_program(c) or (is_program and left.name_of(r) != right.name_of(c)):
            return False
        agenda += zip((*r.group, *r.ctors), (*c.group, *c.ctors), strict=True)
        if r.kind == "ctor":
            agenda.append((r.induct, c.induct))
        return self._same_terms(r, c, agenda, is_program or r.kind not in ("def", "opaque"))

    def _same_terms(self, r: Constant, c: Constant, agenda: list[tuple[int, int]], type_only: bool) -> bool:
        left, right = self.reference, self.candidate
        left.prepare(r)
        right.prepare(c)
        stack = [(r.type, c.type)]
        if not type_only and r.value is not None and c.value is not None:
            stack.append((r.value, c.value))
        seen = set(stack)
        while stack:
            i, j = stack.pop()
            right.document.spend(1)
            if left.term(i, r.levels) == right.term(j, c.levels) or self.reference.holes[i]:
                continue
            a, b = left.document.exprs[i], right.document.exprs[j]
            if a[0] != b[0]:
                return False
            if a[0] == "c":
                if [left.level(x, r.levels) for x in a[2]] != [right.level(x, c.levels) for x in b[2]]:
                    return False
                agenda.append((a[1], b[1]))
            elif a[0] == "j":
                if a[2] != b[2]:
                    return False
                agenda.append((a[1], b[1]))
            pairs = list(zip(children(a), children(b), strict=True))
            if not pairs and a[0] != "c":
                return False  # Leaves are equal exactly when their hashes are.
            for pair in pairs:
                if pair not in seen:
                    seen.add(pair)
                    stack.append(pair)
        return True


def _shape(constant: Constant) -> tuple[str, int, int, int, int]:
    return constant.kind, len(constant.levels), constant.params, len(constant.group), len(constant.ctors)


def _holes(document: TermDocument) -> bytearray:
    """For each term, whether its head is `sorryAx.{0}` or an added theorem that rests on `sorryAx`: an open proof."""
    open_theorems = {c.name for c in open_constants(document) if c.kind == "theorem"}
    zero = {i for i, row in enumerate(document.levels) if row[0] == "0"}
    sorry = {i for i, name in enumerate(document.names) if name == ("sorryAx",)} - document.constants.keys()
    holes = bytearray(len(document.exprs))
    for i, row in enumerate(document.exprs):
        if row[0] == "c":
            holes[i] = row[1] in open_theorems or (row[1] in sorry and len(row[2]) == 1 and row[2][0] in zero)
        elif row[0] == "a":
            holes[i] = holes[row[1]]
    return holes


def open_constants(document: TermDocument) -> list[Constant]:
    """The added constants that rest on the library's `sorryAx`, directly or not."""
    users: dict[int, list[Constant]] = {}
    for constant in document.constants.values():
        for name in document.uses(constant):
            users.setdefault(name, []).append(constant)
    stack = [i for i, name in enumerate(document.names) if name == ("sorryAx",) and i not in document.constants]
    found: dict[int, Constant] = {}
    while stack:
        for constant in users.get(stack.pop(), ()):
            if constant.name not in found:
                found[constant.name] = constant
                stack.append(constant.name)
    return list(found.values())
