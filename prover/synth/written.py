"""Programs that a policy writes, and mends when they will not do: its answers, held to a contract, as candidates."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from decompose.spec import SpecFile
from decompose.text import TokenKind, tokens
from prover.policy.answers import Answer, Finish, Policy
from prover.policy.extract import blocks, without_thoughts
from prover.policy.line import Line
from prover.policy.requests import Program, Sampling, View, WrongProgram
from prover.synth.holes import Candidate, ProgramHole, declaration
from search.budget import Budget

_HELPER = frozenset({"def", "theorem", "lemma", "private", "protected", "@[simp]"})
_FORBIDDEN = frozenset(
    {"sorry", "admit", "sorryAx", "axiom", "unsafe", "partial", "opaque", "noncomputable", "implemented_by", "extern"}
    | {
        "csimp",
        "macro",
        "macro_rules",
        "notation",
        "syntax",
        "elab",
        "run_cmd",
        "native_decide",
        "instance",
        "attribute",
    }
    | {"open", "namespace", "section", "end", "variable", "set_option"}
)
"""Words that no program needs. A convenience: what they could do is for the check to refuse."""
_PATIENCE = 300.0
_SHOWN = 4
"""Failed programs that a question shows, the last ones."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A program of a policy's that will not do, and why."""

    candidate: Candidate
    reason: str


Write = Callable[[Sequence[Failed]], Sequence[Candidate]]
"""Programs for a hole: first ones for no failures, else others in place of what failed. None: there are no more."""


def nobody(_failed: Sequence[Failed]) -> Sequence[Candidate]:
    """A `Write` without a policy."""
    return ()


def no_author(_spec: SpecFile, _hole: ProgramHole) -> Write:
    return nobody


def ask_for_programs(
    policy: Policy, budget: Budget, samples: int, say: Callable[[str], None]
) -> Callable[[SpecFile, ProgramHole], Write]:
    """What a `Synthesis` asks for a hole's candidates. A policy that fails costs its answers and nothing else."""

    def author(spec: SpecFile, hole: ProgramHole) -> Write:
        command = spec.commands[hole.command]
        view = View(hole.name, "", "", "", preamble=spec.slice(0, command.start))
        rest = spec.slice(command.end, spec.source.size).strip("\n")

        def write(failed: Sequence[Failed]) -> Sequence[Candidate]:
            attempts = tuple(WrongProgram(declaration(hole, each.candidate), each.reason) for each in failed[-_SHOWN:])
            sampling = Sampling(n=max(1, samples // 2) if attempts else samples)
            request = Program(view=view, sampling=sampling, signature=hole.head, specification=rest, attempts=attempts)
            line = Line(policy, budget, patience=_PATIENCE, say=say)
            future = line.ask(request)
            stop: Future[None] = Future()
            answers = line.wait(future, stop, _PATIENCE) if future is not None else None
            found = [program(answer, hole) for answer in answers or ()]
            return [each for each in dict.fromkeys(found) if each is not None]

        return write

    return author


def program(answer: Answer, hole: ProgramHole) -> Candidate | None:
    """The candidate in an answer: the last code block that defines the hole's function, with the definitions before
    it; None when there is none, or when it holds what no program needs (`sorry`, axioms, attributes, notation, ...)."""
    if answer.finish is not Finish.STOP:
        return None
    for block in reversed(blocks(without_thoughts(answer.text))):
        found = read_program(block.code, hole)
        if found is not None:
            return found
    return None


def read_program(code: str, hole: ProgramHole) -> Candidate | None:
    """As `program`, from a piece of Lean code. The definition must have the hole's own head."""
    words = [t.text for t in tokens(code) if t.kind is not TokenKind.COMMENT]
    if _FORBIDDEN & set(words):
        return None
    at = _find_head(code, hole.head)
    if at is None:
        return None
    start, end = at
    body = code[end:]
    following = re.search(r"^(?:theorem|lemma|example|def|#\w+)\b", body, re.MULTILINE)
    if following is not None:
        body = body[: following.start()]
    helpers = tuple(part.strip("\n") for part in _declarations(code[:start]) if part.split()[0] in _HELPER)
    return Candidate(body.strip("\n").rstrip(), helpers, "policy") if body.strip() else None


def _declarations(text: str) -> list[str]:
    starts = [
        m.start() for m in re.finditer(r"^(?:private |protected |@\[simp\] )?(?:def|theorem|lemma)\b", text, re.M)
    ]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=False)]


def _find_head(code: str, head: str) -> tuple[int, int] | None:
    """Where the hole's head stands in the code, blanks apart."""
    words = head.split()
    found = list(re.finditer(r"\s+".join(re.escape(word) for word in words), code))
    return found[-1].span() if found else None
