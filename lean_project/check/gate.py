"""The gate: is this candidate file proved (level L1)?

Decided from three things: the reference's term document, the candidate's, and the auditor's answer about the
candidate's. The candidate is elaborated in a process that its own code may have corrupted. So what that process says
is used in two ways only: its document is data, which counts as far as the auditor's kernel accepts it; its messages
and its list of declarations can only refuse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from lean_project.check.axioms import SORRY, STANDARD, Footing, footing
from lean_project.check.programs import is_program_hole, obstacles, reaches, specification_functions
from lean_project.check.statement import Comparison, Statements
from lean_project.check.terms import Constant, DocumentError, Name, TermDocument, parse_name, show
from lean_project.check.verdict import Code, FileVerdict, Level, Reason, TargetVerdict
from lean_project.errors import MachineryError, UserError
from lean_project.model import Document, Elaboration, Limits, Message, Replay, Snapshot
from lean_project.session import Session

_EXIT = "Lean.Parser.Command.exit"
_AUXILIARY = (("_mutual",), ("_unary",))
"""Lean declares what recursive definitions compile to under these names, beside what the user wrote."""
_NOT = ("Not",)
_EXAMPLE = "_gentzen_example"
"""Lean forgets examples; `export` keeps the k-th one as `_gentzen_example.k.<namespace>._example`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The statements to be proved: a file that elaborated, read once and used against any number of candidates."""

    text_sha256: str
    header: str
    imports: tuple[str, ...]
    declared: tuple[str, ...]
    statements: Statements

    @classmethod
    def read(cls, session: Session, text: str, limits: Limits = Limits()) -> Reference:  # noqa: B008 (frozen)
        """Elaborate `text` in a fresh process. Raises UserError when it has errors, LimitHit, MachineryError."""
        file = _read(session, text, limits)
        if file.errors:
            raise UserError(
                f"The original file does not elaborate, so nothing can be proved. Mend it first: {_quote(file.errors)}"
            )
        return cls.of(text, file.header, file.imports, file.elaboration, file.document)

    @classmethod
    def of(
        cls, text: str, header: str, imports: tuple[str, ...], elaboration: Elaboration | None, document: Document
    ) -> Reference:
        """For a caller that has elaborated the original itself. Raises MachineryError on a malformed document."""
        declared = (
            tuple(name for command in elaboration.commands for name in command.declarations) if elaboration else ()
        )
        try:
            return cls(_digest(text), header, imports, declared, Statements(TermDocument(document)))
        except DocumentError as error:
            raise MachineryError(f"the export of the original file is not usable: {error}") from error

    def resolve(self, target: str) -> Constant | None:
        """The constant that a target's name means: a full name as Lean prints it, or `_gentzen_example.k`."""
        document, name = self.statements.document, parse_name(target)
        found = document.find(name)
        if found is None and len(name) == 2 and name[0] == _EXAMPLE:
            return next((c for c in document.constants.values() if _is_example(document.name_of(c), name[1])), None)
        return found

    def with_programs(self, names: Iterable[str]) -> Reference:
        """The same statements, about any programs of these names and their types (program holes; see `programs`).

        Raises UserError for a name that is no definition of the file whose whole value is `sorry`.
        """
        programs = frozenset(parse_name(name) for name in names)
        if programs == self.statements.programs:
            return self
        document = self.statements.document
        for name in programs:
            found = document.find(name)
            if found is None or not is_program_hole(document, found):
                raise UserError(
                    f"{show(name)} is no program hole of the original file: a definition whose whole value is `sorry`. "
                    "Give the full name, namespaces included."
                )
        return replace(self, statements=Statements(document, programs))

    def program_holes(self) -> tuple[str, ...]:
        """The definitions that the file declares and whose whole value is `sorry`."""
        document = self.statements.document
        found = [(name, document.find(parse_name(name))) for name in dict.fromkeys(self.declared)]
        return tuple(name for name, c in found if c is not None and is_program_hole(document, c))

    def specification_functions(self, program: str) -> tuple[str, ...]:
        """The functions of the file that `program` must not call unless the user allows it, by full name."""
        document, found = self.statements.document, self.resolve(program)
        names = specification_functions(document, found) if found is not None else frozenset()
        return tuple(sorted(show(document.names[name]) for name in names))

    def targets(self) -> tuple[str, ...]:
        """What is to be proved: theorems that the file declares, definitions that hold an open proof, examples."""
        document = self.statements.document
        found_by = {name: self.resolve(name) for name in self.declared if parse_name(name)[-1:] not in _AUXILIARY}
        declared = {name: constant for name, constant in found_by.items() if constant is not None}
        named = frozenset(constant.name for constant in declared.values())
        found = [
            name
            for name, c in declared.items()
            if c.kind == "theorem" or (c.kind == "def" and self.statements.has_hole(c, named))
        ]
        examples = (document.name_of(c) for c in document.constants.values())
        found += (show(name) for name in examples if _is_example(name) and show(name) not in declared)
        return tuple(found)


def check_file(
    session: Session,
    candidate: str,
    reference: Reference | str | None = None,
    *,
    targets: Sequence[str] | None = None,
    allowed_axioms: Sequence[str] = (),
    disproofs: Mapping[str, str] | None = None,
    programs: Mapping[str, Collection[str]] | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    fresh: bool = True,
) -> FileVerdict:
    """Judge the text `candidate` against `reference` (a text, or one that was read before; None: its own statements).

    `targets`: full names in the reference; by default `Reference.targets`. `allowed_axioms`: besides the three
    standard ones; an axiom that the file declares itself must be named here and be the reference's own.
    `disproofs`: for targets that are claimed to be false, the full name of the candidate's theorem that is the
    negation of the target's statement; judged apart (`FileVerdict.disproofs`). `programs`: program holes of the
    reference that the candidate fills, each with the functions of its specification that it may call all the same;
    judged apart (`FileVerdict.programs`), and a target that rests on a refused one is refused too. `limits` holds for
    each request.
    `fresh`: elaborate the candidate in a process of its own; without it, in one that may have run other candidates.
    The verdict rests on the auditor either way, so a spoilt process can only refuse what is right, never accept
    what is wrong: a caller that is refused without `fresh` should ask again with it. Raises UserError (an original
    with errors, an unknown target), LimitHit and MachineryError; none of these is a verdict.
    """
    if SORRY in allowed_axioms:
        raise UserError("sorryAx cannot be allowed: it proves everything. Leave it out of the allowed axioms.")
    if isinstance(reference, str):
        reference = Reference.read(session, reference, limits)
    file = _read(session, candidate, limits, None if reference is None else reference.imports, fresh=fresh)
    document: TermDocument | None = None
    replay = Replay(False)
    whole: list[Reason] = []
    if file.imports_differ:
        whole.append(Reason(Code.IMPORTS_DIFFER, f"imports {' '.join(file.imports)}"))
    elif file.elaboration is None:
        whole.append(Reason(Code.ELABORATION_ERROR, f"in the header: {_quote(file.errors)}"))
    else:
        try:
            document = TermDocument(file.document)
            if reference is None:
                reference = Reference.of(candidate, file.header, file.imports, file.elaboration, file.document)
        except DocumentError as error:
            whole.append(Reason(Code.MALFORMED_DOCUMENT, str(error)))
        else:
            reference = reference.with_programs(programs or ())
            replay = session.replay(reference.header, file.document, limits)
            if not replay.accepted:
                whole.append(Reason(Code.KERNEL_REJECTED, f"{replay.constant}: {_line(replay.message)}"))
    judge = (
        _Judge(reference, document, replay, file.elaboration, frozenset(allowed_axioms), whole) if reference else None
    )
    filled = tuple(judge.program(name, allowed) for name, allowed in (programs or {}).items()) if judge else ()
    try:
        wanted = tuple(targets) if targets is not None else (reference.targets() if reference else ())
    except DocumentError as error:
        wanted = ()
        whole.append(Reason(Code.MALFORMED_DOCUMENT, str(error)))
    verdicts = tuple(judge.target(name) for name in wanted) if judge else ()
    refuted = tuple(judge.disproof(name, by) for name, by in (disproofs or {}).items()) if judge else ()
    return FileVerdict(
        targets=verdicts,
        disproofs=refuted,
        programs=filled,
        reasons=(*whole, *_file_reasons(file)),
        lean_version=session.info.lean_version,
        reference_sha256=reference.text_sha256 if reference else _digest(candidate),
        candidate_sha256=_digest(candidate),
    )


class _Judge:
    """Judges the targets of one candidate. `whole` holds the reasons that spoil all of them."""

    def __init__(
        self,
        reference: Reference,
        document: TermDocument | None,
        replay: Replay,
        elaboration: Elaboration | None,
        allowed: frozenset[str],
        whole: list[Reason],
    ) -> None:
        self.reference, self.document, self.replay, self.elaboration = reference, document, replay, elaboration
        self.allowed, self.whole = allowed, whole
        self.refused: set[int] = set()
        self.candidate = Statements(document, reference.statements.programs) if document else None
        self.comparison = Comparison(reference.statements, self.candidate) if self.candidate else None
        if not whole:
            try:
                whole.extend(self._new_attributes())
            except DocumentError as error:
                whole.append(Reason(Code.MALFORMED_DOCUMENT, str(error)))

    def target(self, name: str) -> TargetVerdict:
        """Is it proved? Raises UserError when the reference has no such constant."""
        return self._verdict(name, None)

    def disproof(self, name: str, by: str) -> TargetVerdict:
        """Is the candidate's theorem `by` a proof of the negation of `name`'s statement?"""
        return self._verdict(name, by)

    def program(self, name: str, allowed: Collection[str]) -> TargetVerdict:
        """Is the hole `name` filled with a program? What rests on one that is not is refused from then on.

        `allowed`: functions of its specification that it may call. Raises UserError as `target`."""
        verdict = self._verdict(name, None, allowed)
        found = self.document.find(parse_name(name)) if self.document else None
        if not verdict.accepted and found is not None:
            self.refused.add(found.name)
        return verdict

    def _verdict(self, name: str, by: str | None, program: Collection[str] | None = None) -> TargetVerdict:
        original = self.reference.resolve(name)
        if original is None:
            raise UserError(f"The original file declares no {name}. Give the full name, namespaces included.")
        statements = self.reference.statements
        try:
            statement = statements.constant(original.name).hex()
        except DocumentError as error:
            return TargetVerdict(name, (*self.whole, Reason(Code.MALFORMED_DOCUMENT, str(error))))
        if self.document is None or not self.replay.accepted:
            return TargetVerdict(name, tuple(self.whole), statement=statement)
        reasons = list(self.whole)
        found = self.document.find(statements.document.name_of(original) if by is None else parse_name(by))
        errors = self._errors(by or name)
        if errors:
            reasons.append(Reason(Code.ELABORATION_ERROR, _quote(errors)))
        if found is None:
            return TargetVerdict(name, (*reasons, Reason(Code.MISSING)), statement=statement)
        try:
            reasons += self._statement(original, found) if by is None else self._negation(original, found)
            below = footing(self.document, found, self.replay.library)
            reasons += self._footing(below)
            if program is not None:
                reasons += self._program(original, found, program)
            if refused := reaches(self.document, found, self.refused):
                shown = ", ".join(sorted(show(self.document.names[each]) for each in refused))
                reasons.append(Reason(Code.PROGRAM_REFUSED, shown))
        except DocumentError as error:
            return TargetVerdict(name, (*reasons, Reason(Code.MALFORMED_DOCUMENT, str(error))), statement=statement)
        return TargetVerdict(name, tuple(reasons), below.names, statement, Level.L0 if reasons else Level.L1)

    def _statement(self, original: Constant, found: Constant) -> list[Reason]:
        if found.kind != original.kind:
            return [Reason(Code.KIND_CHANGED, f"{original.kind} became {found.kind}")]
        assert self.comparison is not None
        # An example is only ever its type: nothing can refer to its value.
        example = _is_example(self.reference.statements.document.name_of(original))
        differs = self.comparison.difference(original, found, statement_only=example or original.kind == "theorem")
        return [Reason(Code.STATEMENT_CHANGED, f"{differs} is not what it was")] if differs else []

    def _program(self, original: Constant, found: Constant, allowed: Collection[str]) -> list[Reason]:
        assert self.candidate is not None
        statements = self.reference.statements
        may = {parse_name(name) for name in allowed}
        forbidden = specification_functions(statements.document, original)
        forbidden = frozenset(name for name in forbidden if statements.document.names[name] not in may)
        return obstacles(found, statements, self.candidate, self.replay.library, forbidden)

    def _negation(self, original: Constant, found: Constant) -> list[Reason]:
        """`found` must be a theorem whose type is `Not`, the library's, of the type of `original`, a theorem or an
        example (which is a proposition where the kernel has accepted its negation)."""
        assert self.document is not None and self.candidate is not None and self.comparison is not None
        is_statement = original.kind == "theorem" or _is_example(self.reference.statements.document.name_of(original))
        if not is_statement or found.kind != "theorem":
            return [Reason(Code.KIND_CHANGED, f"{original.kind} refuted by {found.kind}: both must be theorems")]
        row = self.document.exprs[found.type]
        head = self.document.exprs[row[1]] if row[0] == "a" else row
        is_not = head[0] == "c" and self.document.names[head[1]] == _NOT and head[1] not in self.document.constants
        if row[0] != "a" or not is_not:
            return [Reason(Code.STATEMENT_CHANGED, f"{show(self.document.name_of(found))} is no negation")]
        self.candidate.prepare(found)
        differs = self.comparison.difference(original, replace(found, type=row[2]), statement_only=True)
        return [Reason(Code.STATEMENT_CHANGED, f"what is refuted is not {differs}")] if differs else []

    def _footing(self, below: Footing) -> list[Reason]:
        reasons = []
        if below.open:
            reasons.append(Reason(Code.SORRY, "rests on sorryAx"))
        refused = {name for name in below.axioms if name not in STANDARD | self.allowed | {SORRY}}
        refused |= {show(name) for name in below.added if not self._is_allowed(name)}
        if refused:
            reasons.append(Reason(Code.AXIOM, ", ".join(sorted(refused))))
        if below.unsafe:
            reasons.append(Reason(Code.UNSAFE, ", ".join(below.unsafe)))
        if below.unknown:
            reasons.append(Reason(Code.UNKNOWN_CONSTANT, ", ".join(below.unknown)))
        return reasons

    def _is_allowed(self, axiom: Name) -> bool:
        """An axiom that the candidate declares: allowed when the user named it and the reference declares the same."""
        return axiom in {parse_name(name) for name in self.allowed} and self._unchanged(axiom)

    def _unchanged(self, name: Name) -> bool:
        assert self.document is not None and self.comparison is not None
        original, found = self.reference.statements.document.find(name), self.document.find(name)
        if original is None or found is None or not found.attributes <= original.attributes:
            return False
        return self.comparison.difference(original, found, statement_only=False) is None

    def _new_attributes(self) -> list[Reason]:
        """Attributes that change what compiled code computes (or run code at start), where the reference has none.

        They cannot make the kernel accept anything, so this is policy: nobody who only proves needs them."""
        assert self.document is not None
        marked = (c for c in self.document.constants.values() if c.attributes)
        names = ((self.document.name_of(c), c) for c in marked)
        return [
            Reason(Code.ATTRIBUTE, f"{', '.join(sorted(c.attributes))} on {show(n)}")
            for n, c in names
            if not self._unchanged(n)
        ]

    def _errors(self, name: str) -> list[Message]:
        commands = self.elaboration.commands if self.elaboration else ()
        return [m for command in commands if name in command.declarations for m in command.messages if m.is_error]


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was elaborated; `elaboration` is None when that was not possible or there was no point in it."""

    header: str
    imports: tuple[str, ...]
    errors: list[Message]
    elaboration: Elaboration | None
    document: Document
    imports_differ: bool = False


def _read(
    session: Session, text: str, limits: Limits, imports: tuple[str, ...] | None = None, *, fresh: bool = True
) -> _File:
    opened = session.open(text, limits)
    errors = [message for message in opened.messages if message.is_error]
    if imports is not None and opened.imports != imports:
        return _File("", opened.imports, errors, None, {}, imports_differ=True)
    if opened.snapshot is None:
        return _File("", opened.imports, errors, None, {})
    start: Snapshot = opened.snapshot
    code = text.encode()[opened.header_end :].decode()
    elaboration = session.elaborate(start, code, limits, fresh=fresh, keep=not fresh)
    errors += (message for message in elaboration.messages if message.is_error)
    document = session.export(elaboration.snapshot, limits, fresh=fresh)
    return _File(start.header, opened.imports, errors, elaboration, document)


def _file_reasons(file: _File) -> list[Reason]:
    if file.elaboration is None:
        return []
    reasons = [Reason(Code.ELABORATION_ERROR, _quote(file.errors))] if file.errors else []
    if any(command.kind == _EXIT for command in file.elaboration.commands):
        reasons.append(Reason(Code.NOT_READ, "#exit: Lean did not read the rest of the file"))
    return reasons


def _is_example(name: Name, number: str | int | None = None) -> bool:
    return len(name) > 2 and name[0] == _EXAMPLE and name[-1] == "_example" and number in (None, name[1])


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


def _quote(messages: Sequence[Message]) -> str:
    more = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
    return f"{messages[0].start}: {_line(messages[0].text)}{more}" if messages else "no message"
