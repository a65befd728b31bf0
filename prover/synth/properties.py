"""The theorems about a missing program as tests of any program in its place.

A theorem `∀ x, H x → T x` that mentions the program `f` becomes `tested f x : Prop := H x → T x`, a function of the
program too, and `check f x : Nat` says what comes of one test (codes of `decompose.counterexample.prelude`). So the
decision procedures are elaborated once, for all candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from decompose.counterexample import code
from decompose.counterexample.plan import Assignment, Plan
from decompose.counterexample.prelude import PRELUDE
from decompose.counterexample.reify import Reifier
from decompose.counterexample.statement import (
    Reader,
    Role,
    Statement,
    Untestable,
    bind,
    is_auxiliary,
    read_statement,
)
from decompose.counterexample.terms import Level, Row, Terms, TooLargeError
from decompose.counterexample.values import Value, value_term
from decompose.counterexample.variants import Variant, variants
from decompose.definitions import GOAL, Definitions
from decompose.spec import EXAMPLE, SpecFile
from lean_project.check.terms import Constant, DocumentError, Name, TermDocument, parse_name, show
from lean_project.errors import LimitHit
from lean_project.model import ClosedGoal, Document, Limits, Snapshot
from lean_project.session import Session
from prover.synth.paid import ends_the_work
from prover.synth.ties import Tie, find_ties

SETUP_LIMITS = Limits(seconds=60.0)
_MOST_EXPANSIONS = 20
_PREDICATE = re.compile(r"gentzen\.test\.predicate\d+")


@dataclass(frozen=True)
class Property:
    """A theorem or an example about the program. `number`: of its `check`. `levels`: universes that the program is
    used at. `plan` lists values for its variables; `statement.body` mentions the program as the variable `program`.
    `ties`: variables whose values follow from the others and the program."""

    name: str
    number: int
    statement: Statement
    choice: Variant
    plan: Plan
    reader: Reader
    reifier: Reifier
    program: int
    levels: tuple[Level, ...]
    tested: Name
    ties: tuple[Tie, ...] = ()

    @property
    def check(self) -> Name:
        return ("gentzen", "synth", f"check{self.number}")

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables that a test gives values to, in order."""
        return tuple(entry.name for entry in self.statement.entries if entry.role is Role.DATA)

    @property
    def tied(self) -> frozenset[int]:
        """The places of variables that follow from the others."""
        return frozenset(tie.place for tie in self.ties)

    def call(self, terms: Terms, program: int, values: Sequence[Value], chosen: frozenset[int] = frozenset()) -> int:
        """The check of a closed `program` on values, as a term. `chosen`: places that keep their values in any case."""
        arguments = [value_term(terms, value) for value in values]
        ties = [tie for tie in self.ties if tie.place not in chosen]
        tied = {tie.place: terms.call(terms.add("c", tie.name, ()), program, *arguments) for tie in ties}
        given = (tied.get(i, argument) for i, argument in enumerate(arguments))
        return terms.call(terms.add("c", self.check, ()), program, *given)

    def shown(self, assignment: Assignment) -> str:
        """A test for people: the theorem and the values of its variables, but of those that follow from the others."""
        chosen = [i for i in range(len(assignment)) if i not in self.tied]
        values = ", ".join(f"{self.variables[i]} := {assignment[i].text}" for i in chosen)
        return f"{self.name} with {values}" if values else self.name


@dataclass(frozen=True, slots=True)
class Test:
    """Values for the variables of the `number`-th property."""

    number: int
    values: Assignment

    __test__ = False  # pytest would take it for a test


@dataclass(frozen=True)
class Properties:
    """Every theorem about a program that can be tested, and why the others cannot. `snapshot`: where the checks are."""

    snapshot: Snapshot
    tested: tuple[Property, ...]
    untestable: dict[str, str]
    definitions: Definitions
    program: str = ""

    @property
    def statements(self) -> tuple[str, ...]:
        return (*dict.fromkeys(each.name for each in self.tested), *self.untestable)


def read_properties(
    session: Session, spec: SpecFile, program: str, *, ignored: Iterable[str] = (), limits: Limits = SETUP_LIMITS
) -> Properties:
    """What the theorems and examples of `spec` say about its definition `program` (full name), a hole or not.

    `ignored`: other definitions; a theorem that mentions one of them is untestable (their programs are missing too).
    Raises LimitHit and MachineryError.
    """
    whole = spec.snapshot.then(spec.slice(spec.header_end, spec.source.size))
    document = session.export(whole, limits)
    definitions = Definitions(document)
    read = definitions.document
    found = read.find(parse_name(program))
    if found is None:
        return Properties(whole, (), {}, definitions)
    users = _users(read, found)
    others = {c.name for name in ignored if (c := read.find(parse_name(name))) is not None}
    made: list[Property] = []
    untestable: dict[str, str] = {}
    for shown, constant in _claims(spec, read):
        mentioned = read.mentioned([constant.type])
        if not mentioned & users:
            continue
        if mentioned & set().union(*(_users(read, read.constants[name]) for name in others)):
            untestable[shown] = "it is about another missing program too"
            continue
        try:
            made += _property(shown, constant, document, definitions, found, users, len(made))
        except Untestable as why:
            untestable[shown] = str(why)
        except (DocumentError, TooLargeError):
            untestable[shown] = "it cannot be read"
    return replace(_ready(session, whole, made, untestable, definitions, limits), program=program)


def _claims(spec: SpecFile, document: TermDocument) -> Iterable[tuple[str, Constant]]:
    """Theorems and examples that the file declares, in order, with names for people."""
    theorems = [declaration.name for declaration in spec.declarations if declaration.is_proof]
    for name in theorems:
        constant = document.find(parse_name(name))
        if constant is not None and constant.kind == "theorem":
            yield name.rpartition(".")[2], constant
    targets = {target.declaration: target.name for target in spec.targets}
    for constant in document.constants.values():
        parts = document.name_of(constant)
        if len(parts) > 2 and parts[0] == EXAMPLE and parts[-1] == "_example":
            yield targets.get(f"{EXAMPLE}.{parts[1]}", f"example {int(parts[1]) + 1}"), constant


def _users(document: TermDocument, program: Constant) -> frozenset[int]:
    """The definitions that rest on the program, itself included."""
    found, stack = {program.name}, [program.name]
    above: dict[int, list[int]] = {}
    for constant in document.constants.values():
        for below in document.uses(constant):
            above.setdefault(below, []).append(constant.name)
    while stack:
        more = [user for user in above.get(stack.pop(), ()) if user not in found]
        found.update(more)
        stack += more
    return frozenset(found)


def _property(
    shown: str,
    claim: Constant,
    document: Document,
    definitions: Definitions,
    program: Constant,
    users: frozenset[int],
    number: int,
) -> list[Property]:
    goal = {"kind": "axiom", "name": None, "levels": list(claim.levels), "type": claim.type, "unsafe": False}
    names = [*document["names"], [0, GOAL[0]]]
    names.append([len(names) - 1, GOAL[1]])
    goal["name"] = len(names) - 1
    closed = ClosedGoal({**document, "names": names, "constants": [goal]}, ())
    statement, reader = read_statement(closed, definitions)
    terms = statement.terms
    read = definitions.document
    user_names = {read.names[name] for name in users}
    if any(terms.constants(entry.type) & user_names for entry in statement.entries):
        raise Untestable("the type of one of its variables depends on the program")
    universes = statement.universes
    body = _at_levels(terms, statement.body, universes)
    body = _without_users(terms, body, reader, user_names, read.name_of(program))
    variable = terms.variable()
    levels = {terms.rows[i][2] for i in terms.below(body) if terms.rows[i][:2] == ("c", read.name_of(program))}
    if len(levels) > 1:
        raise Untestable("it uses the program at several universes")
    used = next(iter(levels), ())
    type_ = terms.read(read, program.type)
    parameters = [read.names[level] for level in program.levels]
    type_ = _at_levels(terms, type_, dict(zip(parameters, used, strict=True)))

    def leaf(row: Row) -> int | None:
        return variable if row[0] == "c" and row[1] == read.name_of(program) else None

    body = terms.exchange(body, leaf)
    entries = tuple(replace(e, type=_at_levels(terms, e.type, universes)) for e in statement.entries)
    inner = bind(terms, "l", list(entries), body)
    arrow = bind(terms, "p", list(entries), terms.add("s", ("0",)))
    value = terms.add("l", ("program",), type_, terms.abstract(inner, [variable]), 0)
    whole = terms.add("p", ("program",), type_, terms.abstract(arrow, [variable]), 0)
    fixed = replace(statement, entries=entries, body=body)
    tested: Name = ("gentzen", "synth", f"tested{number}")
    ties = find_ties(terms, entries, body, variable, type_, ("gentzen", "synth", f"tie{number}"))
    fixed = replace(fixed, document=terms.definition(tested, (), whole, value), levels=())
    reifier = Reifier(reader, universes)
    found = []
    for choice in variants(fixed, reader, reifier)[:2]:
        plan = Plan(fixed, choice, reifier)
        if reason := plan.reason():
            raise Untestable(reason)
        found.append(Property(shown, number, fixed, choice, plan, reader, reifier, variable, used, tested, ties))
        number += 1
    return found


def _at_levels(terms: Terms, term: int, levels: dict[Name, int] | dict[Name, Level]) -> int:
    """`term` with universes for universe parameters; 0 for those that are not in `levels`."""

    def settled(level: Level) -> Level:
        if level[0] == "p":
            known = levels.get(level[1], ("0",))
            made: Level = ("0",)
            if not isinstance(known, int):
                return known
            for _ in range(known):
                made = ("s", made)
            return made
        return (level[0], *(settled(part) for part in level[1:]))

    def leaf(row: Row) -> int | None:
        if row[0] == "s":
            return terms.add("s", settled(row[1]))
        return terms.add("c", row[1], tuple(settled(level) for level in row[2])) if row[0] == "c" and row[2] else None

    return terms.exchange(term, leaf)


def _without_users(terms: Terms, body: int, reader: Reader, users: set[Name], program: Name) -> int:
    """`body` with definitions that use the program unfolded, so that it mentions the program alone."""
    for _ in range(_MOST_EXPANSIONS):
        left = terms.constants(body) & (users - {program})
        if not left:
            return body
        values: dict[Name, int] = {}
        for name in left:
            value = reader.value(name)
            if value is None or is_auxiliary(name):
                raise Untestable(f"{show(name)}, which depends on the program, cannot be unfolded")
            values[name] = value
        body = terms.exchange(body, lambda row: values.get(row[1]) if row[0] == "c" else None)  # noqa: B023
    raise Untestable("definitions that depend on the program cannot be unfolded")


def _ready(
    session: Session,
    whole: Snapshot,
    made: Sequence[Property],
    untestable: dict[str, str],
    definitions: Definitions,
    limits: Limits,
) -> Properties:
    """Elaborate the decision procedures; properties that Lean has none for are untestable."""
    start = whole.then(PRELUDE)
    seen: set[int] = set()
    for each in made:
        if id(each.statement) not in seen:
            seen.add(id(each.statement))
            start = start.define(each.statement.document)
            for tie in each.ties:
                start = start.define(tie.document)
    predicates: dict[str, None] = {}
    for each in made:
        predicates |= dict.fromkeys(_PREDICATE.sub("gentzen.test.predicate", t) for t in _predicates(each))
    instances = [text.replace("predicate", f"predicate{i}", 1) for i, text in enumerate(predicates)]
    kept = [*instances, *(_check(each) for each in made)]
    owner = [None] * len(instances) + list(made)
    for _ in range(3):
        texts = "\n".join(kept)
        try:
            answer = session.elaborate(start, texts, limits, keep=True)
        except LimitHit as hit:
            if ends_the_work(hit):
                raise
            reasons = {each.name: f"{hit} while Lean prepared the tests" for each in made}
            return Properties(whole, (), untestable | reasons, definitions)
        starts, at = [], 0
        for text in kept:
            starts.append(at)
            at += len(text.encode()) + 1
        bad: dict[int, str] = {}
        for command in answer.commands:
            if command.has_error:
                first = next(m.text for m in command.messages if m.is_error)
                bad[max(i for i, begin in enumerate(starts) if begin <= command.start)] = first.splitlines()[0][:200]
        if not bad:
            tested = tuple(each for each in owner if each is not None)
            return Properties(start.then(texts), tested, untestable, definitions)
        for i, said in bad.items():
            if (lost := owner[i]) is not None:
                untestable[lost.name] = f"Lean has no decision procedure for it: {said}"
        kept = [text for i, text in enumerate(kept) if i not in bad]
        owner = [each for i, each in enumerate(owner) if i not in bad]
    return Properties(whole, (), untestable, definitions)


def _predicates(each: Property) -> list[str]:
    return code.predicates(each.statement, each.reader)


def _check(each: Property) -> str:
    data = [f"x{i}" for i, entry in enumerate(each.statement.entries) if entry.role is Role.DATA]
    arguments = [
        f"x{i}" if entry.role is Role.DATA else f"({each.choice.texts[entry.variable]})"
        for i, entry in enumerate(each.statement.entries)
    ]
    tested = show(each.tested)
    applied = " ".join([f"_root_.{tested}", "@p", *arguments])
    return (
        f"def _root_.{show(each.check)} :=\n  fun {' '.join(['p', *data])} =>\n"
        f"  @gentzen.test.Chain.run ({applied}) (by delta {tested}; exact inferInstance)\n"
    )
