"""A closed goal as something to test: what must be chosen, and what is then true or false.

The goal `∀ x, H x → ∀ y, T` becomes the proposition-valued function `tested x y := H x → T`, a constant that Lean's
kernel checks, so nothing is printed and parsed again. Data come first; hypotheses and target stay in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from decompose.counterexample.terms import Terms
from decompose.definitions import Definitions, read_goal
from lean_project.check.terms import Constant, Name, show
from lean_project.model import ClosedGoal, Document

TESTED: Name = ("gentzen", "goal", "tested")
_UNFOLDINGS = 30
_PROP = ("0",)
DATA_TYPES = frozenset(
    {"Nat", "Int", "Bool", "Char", "String", "Fin", "BitVec", "UInt8", "UInt16", "UInt32", "UInt64", "List", "Array"}
    | {"Vector", "Option", "Prod", "Sum", "Except", "Unit", "PUnit", "Ordering"}
)
"""Library types that values are made of."""


class Untestable(Exception):  # noqa: N818 (an answer, not a failure)
    """Why a goal cannot be tested."""


class Role(StrEnum):
    TYPE = "type"
    INSTANCE = "instance"
    PROPOSITION = "proposition"
    FUNCTION = "function"
    PREDICATE = "predicate"
    DATA = "data"
    HYPOTHESIS = "hypothesis"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """A leading `∀` of the goal. `variable`: the free variable that stands for it; `type`: a term over earlier ones.

    `name` is for people: unique, and never empty.
    """

    name: str
    role: Role
    variable: int
    type: int


@dataclass(frozen=True)
class Statement:
    """`entries`: the arguments of `tested`, in order, hypotheses left out. `places`: for each of the goal's leading
    `∀`, which entry it is, None for a hypothesis. `let`s are substituted and count in neither."""

    terms: Terms
    entries: tuple[Entry, ...]
    places: tuple[int | None, ...]
    document: Document
    body: int
    levels: tuple[Name, ...]

    @property
    def universes(self) -> dict[Name, int]:
        """What universe parameters must be so that `Nat` can stand for every type variable."""
        found: dict[Name, int] = {}
        for entry in self.entries:
            row = self.terms.rows[entry.type]
            if entry.role is Role.TYPE and row[0] == "s" and row[1][0] == "p":
                found[row[1][1]] = 1
        return found


class Reader:
    """Reads the file's own constants into one store of terms."""

    def __init__(self, terms: Terms, definitions: Definitions) -> None:
        self.terms = terms
        self.definitions = definitions
        self._types: dict[Name, int] = {}
        self._values: dict[Name, int] = {}

    def find(self, name: Name) -> Constant | None:
        return self.definitions.find(name) if name else None

    def type(self, name: Name) -> int:
        """The type of a constant of the file."""
        if name not in self._types:
            constant = self.definitions.find(name)
            assert constant is not None
            self._types[name] = self.terms.read(self.definitions.document, constant.type)
        return self._types[name]

    def value(self, name: Name) -> int | None:
        """The value of a definition of the file without universe parameters; None for everything else."""
        constant = self.find(name)
        if constant is None or constant.kind != "def" or constant.value is None or constant.levels or constant.unsafe:
            return None
        if name not in self._values:
            self._values[name] = self.terms.read(self.definitions.document, constant.value)
        return self._values[name]

    def unfold(self, term: int) -> int:
        """`term` with definitions of the file at its head unfolded, as long as they are not recursive."""
        for _ in range(_UNFOLDINGS):
            head, arguments = self.terms.spine(term)
            row = self.terms.rows[head]
            if row[0] == "l" and arguments:
                term = self.terms.apply(head, arguments)
                continue
            if row[0] != "c" or (value := self.value(row[1])) is None or is_recursive(self.terms.constants(value)):
                return term
            term = self.terms.apply(value, arguments)
        return term

    def result_sort(self, term: int) -> tuple[object, ...] | None:
        """The level of the sort at the end of a telescope `∀ .., Sort u`; None where something else is there."""
        for _ in range(_UNFOLDINGS):
            row = self.terms.rows[term]
            if row[0] == "s":
                level: tuple[object, ...] = row[1]
                return level
            if row[0] != "p":
                return None
            term = row[3]  # under its binder: only the shape counts
        return None


def is_recursive(constants: Iterable[Name]) -> bool:
    """Whether a value that mentions these constants is the compiled form of a recursive definition."""
    return any(name[-1] in ("brecOn", "rec", "binductionOn") or name[-2:-1] == ("WellFounded",) for name in constants)


def is_auxiliary(name: Name) -> bool:
    """Whether Lean made the constant for another one."""
    last = name[-1]
    return isinstance(last, int) or last.startswith(("match_", "_", "eq_", "proof_"))


def read_statement(closed: ClosedGoal, definitions: Definitions) -> tuple[Statement, Reader]:
    """Raises Untestable when nothing of the goal can be chosen for; DocumentError on a malformed document."""
    document, goal = read_goal(closed)
    reader = Reader(Terms(), definitions)
    terms = reader.terms
    term = terms.read(document, goal.type)
    known: list[bool | None] = [binder.is_prop for binder in closed.binders]
    named = [binder.name for binder in closed.binders]
    entries: list[Entry] = []
    hypotheses: list[Entry] = []
    places: list[int | None] = []
    taken: set[str] = set()
    at = 0
    while True:
        row = terms.rows[term]
        if row[0] == "e":
            term = terms.instantiate(row[4], row[3])
            at += 1
            continue
        if row[0] != "p":
            unfolded = reader.unfold(term)
            if unfolded == term or terms.rows[unfolded][0] not in "pe":
                break
            term = unfolded
            continue
        is_prop = known[at] if at < len(known) else None
        role = _role(reader, row[2], row[4], is_prop, entries)
        if role is Role.OTHER:
            raise Untestable(f"no values for the type of {named[at] if at < len(named) else show(row[1])}")
        if role is not Role.HYPOTHESIS and terms.variables(row[2]) & {each.variable for each in hypotheses}:
            break
        stem = named[at] if at < len(named) else show(row[1])
        entry = Entry(_fresh(stem, role, taken), role, terms.variable(), row[2])
        taken.add(entry.name)
        places.append(None if role is Role.HYPOTHESIS else len(entries))
        (hypotheses if role is Role.HYPOTHESIS else entries).append(entry)
        term = terms.instantiate(row[3], entry.variable)
        at += 1
    body = bind(terms, "p", hypotheses, term)
    tested = bind(terms, "l", entries, body)
    type_ = bind(terms, "p", entries, terms.add("s", _PROP))
    levels = [document.names[level] for level in goal.levels]
    constant = terms.definition(TESTED, levels, type_, tested)
    return Statement(terms, tuple(entries), tuple(places), constant, body, tuple(levels)), reader


def bind(terms: Terms, tag: str, entries: list[Entry], body: int) -> int:
    """`body` under a λ ("l") or ∀ ("p") for each entry."""
    for at in range(len(entries) - 1, -1, -1):
        inside = terms.abstract(body, [entries[at].variable])
        body = terms.add(tag, (entries[at].name,), entries[at].type, inside, 0)
    return body


def _fresh(stem: str, role: Role, taken: set[str]) -> str:
    stem = stem.replace("✝", "") or "x"
    if role is Role.INSTANCE and stem.startswith("inst"):
        stem = "inst"
    name, number = stem, 1
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name


def _role(reader: Reader, type_: int, info: int, is_prop: bool | None, entries: list[Entry]) -> Role:
    terms = reader.terms
    if is_prop:
        return Role.HYPOTHESIS
    type_ = reader.unfold(type_)
    row = terms.rows[type_]
    if row[0] == "s":
        return Role.PROPOSITION if row[1] == _PROP else Role.TYPE
    if info == 3:
        return Role.INSTANCE
    if row[0] == "p":
        return _arrow_role(reader, type_, is_prop, entries)
    return _atom_role(reader, type_, is_prop, entries)


def _arrow_role(reader: Reader, type_: int, is_prop: bool | None, entries: list[Entry]) -> Role:
    terms = reader.terms
    while terms.rows[type_][0] == "p":
        row = terms.rows[type_]
        type_ = reader.unfold(terms.instantiate(row[3], terms.variable()))
    row = terms.rows[type_]
    if row[0] == "s":
        return Role.PREDICATE if row[1] == _PROP else Role.OTHER
    end = _atom_role(reader, type_, is_prop, entries)
    return Role.FUNCTION if end is Role.DATA else end


def _atom_role(reader: Reader, type_: int, is_prop: bool | None, entries: list[Entry]) -> Role:
    terms = reader.terms
    head = terms.spine(type_)[0]
    row = terms.rows[head]
    unknown = Role.OTHER if is_prop is False else Role.HYPOTHESIS
    if row[0] == "f":
        owner = next((entry for entry in entries if entry.variable == head), None)
        return Role.DATA if owner is not None and owner.role is Role.TYPE and head == type_ else unknown
    if row[0] != "c":
        return unknown
    name: Name = row[1]
    constant = reader.find(name)
    if constant is None:
        return Role.DATA if len(name) == 1 and name[0] in DATA_TYPES else unknown
    if constant.kind != "inductive":
        return unknown
    return Role.HYPOTHESIS if reader.result_sort(reader.type(name)) == _PROP else Role.DATA
