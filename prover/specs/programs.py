"""The programs that a specification is about, with or without their bodies, and the same ones in another file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from decompose.spec import PROGRAM_KEYWORDS, Declaration, SpecFile, load_spec, plain_name
from decompose.text import LineIndex, SourceText, TokenKind, tokens
from lean_project.errors import UserError
from lean_project.model import Hole, Limits
from lean_project.session import Session
from prover.synth.holes import Candidate, ProgramHole, declaration, program_holes
from prover.synth.layout import signature_end
from prover.synth.mutants import Mutant, mutants


@dataclass(frozen=True, slots=True)
class Subject:
    """A definition that theorems are about. `program`: what stands in it, None where it is missing."""

    hole: ProgramHole
    program: Candidate | None

    @property
    def name(self) -> str:
        return self.hole.name


def subjects(spec: SpecFile) -> tuple[Subject, ...]:
    """The program holes of a file; of a file without any, the definitions that its theorems and examples name first."""
    holes = program_holes(spec)
    if holes:
        return tuple(Subject(hole, None) for hole in holes)
    named = _named_in_claims(spec)
    found = [
        _complete(spec, each)
        for each in spec.declarations
        if each.keyword in ("def", "abbrev") and plain_name(each.name).rpartition(".")[2] in named
    ]
    return tuple(each for each in found if each is not None and not _is_predicate(each.hole.head))


def _named_in_claims(spec: SpecFile) -> set[str]:
    """Last parts of the names in the statements of theorems and examples."""
    words: set[str] = set()
    for number, command in enumerate(spec.commands):
        text = spec.command_text(number) if command.kind.endswith(".declaration") else ""
        code = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
        keyword = next((i for i, t in enumerate(code) if t.text in ("theorem", "lemma", "example")), None)
        if keyword is None or any(token.text in PROGRAM_KEYWORDS for token in code[:keyword]):
            continue
        end = signature_end(text, code, keyword + 1, len(code))
        words |= {token.text.rpartition(".")[2] for token in code[keyword:end] if token.kind is TokenKind.WORD}
    return words


def _is_predicate(head: str) -> bool:
    """A specification's own notion (`def Sorted ... : Prop`), which is no program."""
    result = head.removesuffix(":=").rstrip()
    return result.endswith("Prop") or result.endswith("Type")


def _complete(spec: SpecFile, each: Declaration) -> Subject | None:
    """A definition with its body as a hole and what fills it."""
    command = spec.commands[each.command]
    text = spec.command_text(each.command)
    code = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    at = next((i for i, token in enumerate(code) if token.text == each.keyword), None)
    if at is None:
        return None
    end = signature_end(text, code, at + 1, len(code))
    if end >= len(code):
        return None
    cut = code[end].start if code[end].text == "|" else code[end - 1].end
    head, body = text[:cut].rstrip(), text[cut:].strip("\n")
    start = command.start + len(text[:cut].encode())
    hole = Hole(start, command.end, LineIndex(spec.text).position(start), "term", each.name)
    return Subject(ProgramHole(each.name, each.command, hole, head), Candidate(body, origin="the file"))


def read_programs(
    session: Session, spec: SpecFile, source: SourceText, name: str, limits: Limits
) -> dict[str, Candidate]:
    """What the file `name` has in place of the programs that `spec` lacks: by full name, each with the definitions
    above it that `spec` does not have.

    Raises UserError when the file does not elaborate, or lacks one of the programs or gives it another signature.
    """
    other = load_spec(source, session, limits, name=name)
    known = {each.name for each in spec.declarations}
    found: dict[str, Candidate] = {}
    for hole in program_holes(spec):
        own = next((each for each in other.declarations if each.name == hole.name), None)
        subject = None if own is None else _complete(other, own)
        if own is None or subject is None or subject.program is None:
            raise UserError(f"{name} has no definition of {hole.name}, which {spec.name} leaves open. Add it there.")
        if _words(subject.hole.head) != _words(hole.head):
            raise UserError(
                f"{name} begins {hole.name} in another way than {spec.name}: write `{_line(hole.head)}` there, and the "
                "program after it."
            )
        above = [
            other.command_text(number).strip("\n")
            for number in range(own.command)
            if any(d.command == number and d.keyword in _DEFINES and d.name not in known for d in other.declarations)
        ]
        assert subject.program is not None
        found[hole.name] = Candidate(subject.program.body, tuple(above), origin=name)
    return found


def mutated(hole: ProgramHole, program: Candidate) -> Iterator[tuple[Mutant, Candidate]]:
    """The single mutants of a program and of its helpers, with what stands in the hole then."""
    main = declaration(hole, replace(program, helpers=()))
    head = len(hole.head)
    for mutant in mutants(main):
        yield mutant, replace(program, body=mutant.text[head:], origin=str(mutant))
    for number, helper in enumerate(program.helpers):
        for mutant in mutants(helper):
            helpers = (*program.helpers[:number], mutant.text, *program.helpers[number + 1 :])
            yield mutant, replace(program, helpers=helpers, origin=str(mutant))


_DEFINES = frozenset({"def", "abbrev", "instance", "structure", "inductive", "class"})


def _words(text: str) -> list[str]:
    return [token.text for token in tokens(text) if token.kind is not TokenKind.COMMENT]


def _line(text: str) -> str:
    return " ".join(text.split())
