"""The world of a round over a Lean session: statements, filters that ask Lean, and the trusted check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from decompose.counterexample.gate import test_goal
from decompose.counterexample.verdict import Passed, Refuted
from decompose.goalkey import is_trivial_child
from decompose.graft import indent, normalise
from decompose.sketch import Split
from decompose.spec import SORRY_MESSAGE, SpecFile
from lean_project.check.gate import Reference
from lean_project.check.terms import DocumentError
from lean_project.errors import LimitHit, MachineryError, RequestError, UserError
from lean_project.model import Limits
from lean_project.session import Session
from rl.data.files import sha256
from rl.data.statements import Environment, Latest, NotStated, Reader, Stated, readable, spec_of, with_theorem
from rl.selfplay.audit import Claim, audit
from rl.selfplay.config import Filters
from rl.selfplay.library import LibraryStatements
from rl.selfplay.records import EnvironmentText, Origin, Statement
from rl.selfplay.shape import shape_of
from rl.selfplay.theory import theory_of
from rl.selfplay.world import Checked, Proof, Tested, Theory

CHECK_LIMITS = Limits(seconds=120.0)
FILTER_SECONDS = 10.0
_KEPT = 256


@dataclass
class LeanWorld:
    """`rl.selfplay.world.World`. `files`, `held`: the run's files and the held-out ones. The session is the
    caller's."""

    session: Session
    files: Sequence[Path]
    held: Sequence[Path] = ()
    filters: Filters = field(default_factory=Filters)
    reader: Reader = field(init=False)
    _environments: dict[str, EnvironmentText] = field(default_factory=dict, init=False)
    _stated: Latest[tuple[str, str], Stated] = field(default_factory=lambda: Latest(_KEPT), init=False)
    _specs: Latest[str, SpecFile] = field(default_factory=lambda: Latest(_KEPT), init=False)
    _references: dict[str, Reference] = field(default_factory=dict, init=False)
    _library: dict[str, LibraryStatements] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.session)

    # ---- Statements --------------------------------------------------------------------------------------------------

    def theory(self) -> Theory:
        return self._learn(theory_of(self.files, self.session, self.reader, Origin.DATASET))

    def held_out(self) -> Theory:
        return self._learn(theory_of(self.held, self.session, self.reader, Origin.EVALUATION))

    def _learn(self, theory: Theory) -> Theory:
        self._environments |= {each.id: each for each in theory.environments}
        return theory

    def know(self, environments: Iterable[EnvironmentText]) -> None:
        """Environments of an earlier run of the same round."""
        self._environments |= {each.id: each for each in environments}

    def known(self) -> list[EnvironmentText]:
        """All environments so far."""
        return list(self._environments.values())

    def environment(self, id: str) -> Environment:
        """Raises KeyError for one that no theory has brought."""
        return self.reader.environment(self._environments[id].text)

    def stated(self, statement: Statement) -> Stated:
        """What Lean read. Raises UserError when it does not read it any more."""
        found = self._read(statement.environment, statement.statement, statement.name)
        if isinstance(found, NotStated):
            raise UserError(f"{statement.name} does not elaborate any more: {found.reason}. Start a new run.")
        return found

    def _read(self, environment: str, statement: str, name: str) -> Stated | NotStated:
        mark = (environment, statement)
        known = self._stated.get(mark)
        if known is not None and known.name == name:
            return known
        found = self.reader.state(self.environment(environment), name, statement)
        return self._stated.put(mark, found) if isinstance(found, Stated) else found

    def spec(self, statement: Statement) -> SpecFile:
        """The statement as a spec file with one hole, at its end."""
        return self._spec(
            with_theorem(self._environments[statement.environment].text, statement.name, statement.statement)
        )

    def spec_at(self, environment: str) -> SpecFile:
        """The environment with something to prove at its end: for what looks at the functions of a file."""
        return self._spec(with_theorem(self._environments[environment].text, "looking", ": True"))

    def _spec(self, text: str) -> SpecFile:
        return self._specs.get(text) or self._specs.put(text, spec_of(self.session, text))

    def state(self, environment: str, statement: str, name: str) -> Statement | str:
        found = self._read(environment, statement, name)
        if isinstance(found, NotStated):
            return found.reason
        try:
            shape = shape_of(found.closed, found.environment.definitions)
        except DocumentError as error:
            return f"its goal cannot be read: {error}"
        return Statement(
            key=found.key,
            strict_key=found.strict_key,
            name=name,
            statement=found.statement,
            environment=environment,
            goal=found.goal,
            shape=shape,
            origin=Origin.CONJECTURE,
        )

    # ---- Filters -----------------------------------------------------------------------------------------------------

    def tested(self, statement: Statement) -> Tested:
        found = self.stated(statement)
        try:
            verdict = test_goal(
                self.session,
                found.environment.snapshot,
                found.closed,
                found.environment.definitions,
                seed=found.strict_key,
            )
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return Tested()
        if isinstance(verdict, Refuted):
            return Tested(refuted=str(verdict))
        return Tested(vacuous=isinstance(verdict, Passed) and verdict.tests > 0 and verdict.is_vacuous)

    def contradictory(self, statement: Statement) -> bool:
        if not statement.shape.hypotheses:
            return False
        tactics = (tactic for tactic in self.filters.tactics if tactic not in ("rfl", "decide"))
        return any(self._closes(statement, f"intros; exfalso; {tactic}") for tactic in tactics)

    def automatic(self, statement: Statement) -> str:
        for tactic in self.filters.tactics:
            if self._closes(statement, f"intros; {tactic}"):
                return tactic
        return ""

    def _closes(self, statement: Statement, tactics: str) -> bool:
        """Whether the tactics prove the goal on its own: a hint, which is enough to refuse a conjecture."""
        code = self.stated(statement).problem.candidate(Split("filter", tactics, completes=True))
        limits = Limits(FILTER_SECONDS, self.filters.heartbeats)
        try:
            answer = self.session.elaborate(self.stated(statement).problem.snapshot, code, limits)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return False
        except RequestError as error:
            raise MachineryError(f"a goal cannot be stated on its own: {error}") from error
        return not any(m.is_error or m.kind == SORRY_MESSAGE for m in answer.messages) and len(answer.commands) == 1

    def variant(self, statement: Statement, of: str) -> bool:
        found = self.stated(statement)
        other = self._read(statement.environment, of, "other_" + sha256(of)[:8])
        if isinstance(other, NotStated):
            return False
        return other.strict_key == found.strict_key or is_trivial_child(
            other.closed, found.closed, found.environment.definitions
        )

    def in_library(self, statement: Statement) -> str:
        found = self.stated(statement)
        header = found.environment.snapshot.header
        if header not in self._library:
            self._library[header] = LibraryStatements.of(self.session, found.environment.snapshot)
        return self._library[header].find(self.session, found, self.filters.same)

    def lemma_statement(self, environment: str, name: str) -> str:
        try:
            answer = self.session.elaborate(
                self.environment(environment).snapshot, f"#check @{name}\n", Limits(FILTER_SECONDS)
            )
        except (LimitHit, RequestError) as error:
            if isinstance(error, LimitHit) and error.kind == "cancelled":
                raise
            return ""
        if len(answer.messages) != 1 or answer.messages[0].is_error:
            return ""
        said = " ".join(answer.messages[0].text.split())
        _, colon, statement = said.partition(" : ")
        return f": {readable(statement)}" if colon else ""

    # ---- The trusted check -------------------------------------------------------------------------------------------

    def prepare(self, statements: Iterable[Statement]) -> None:
        groups: dict[str, dict[str, Statement]] = defaultdict(dict)
        for each in statements:
            if self._mark(each) not in self._references:
                groups[self._place(each)][each.name] = each
        for environment, members in groups.items():
            text = self._environments[environment].text
            for each in members.values():
                if each.origin is not Origin.GIVEN:
                    text = with_theorem(text, each.name, each.statement)
            reference = Reference.read(self.session, text, CHECK_LIMITS)
            for each in members.values():
                self._references[self._mark(each)] = reference

    def _place(self, statement: Statement) -> str:
        """Where the statement is read for the check. A given theorem is part of its file: one reading serves all."""
        own = self._environments[statement.environment]
        if statement.origin is not Origin.GIVEN:
            return own.id
        ends = (each for each in self._environments.values() if each.end and each.file_sha256 == own.file_sha256)
        return next((each.id for each in ends), own.id)

    def _mark(self, statement: Statement) -> str:
        return sha256(statement.environment, statement.name, statement.statement)

    def check(self, statement: Statement, proof: Proof) -> Checked:
        if self._mark(statement) not in self._references:
            self.prepare([statement])
        environment = self.environment(statement.environment)
        above = "\n\n".join((environment.text.rstrip(), *(lemma.strip() for lemma in proof.lemmas))).strip()
        body = "by\n  " + indent(normalise(proof.tactics), 2)
        found = self.stated(statement)
        claim = Claim(
            text=with_theorem(above, statement.name, statement.statement, body),
            theorem=self._full_name(statement),
            above=environment.names,
            commands=environment.commands + len(proof.lemmas) + 1,
            hypotheses=tuple(binder.is_prop for binder in found.closed.binders),
        )
        try:
            return audit(self.session, claim, self._references[self._mark(statement)], CHECK_LIMITS)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            return Checked(False, reason=f"the check did not finish: {hit}")
        except UserError as error:
            return Checked(False, reason=str(error))

    def _full_name(self, statement: Statement) -> str:
        """With the namespace that the environment leaves open, as the reference's elaboration declared it."""
        declared = self._references[self._mark(statement)].declared
        ends = [name for name in declared if name == statement.name or name.endswith("." + statement.name)]
        return ends[-1] if ends else statement.name
