"""From a refuted target of a file to the theorem that says so, below its command in that file."""

from __future__ import annotations

from decompose.assembly import Disproof
from decompose.counterexample.disproof import LIMITS, disprove
from decompose.counterexample.verdict import Verdict
from decompose.definitions import Definitions
from decompose.reading import parse_goal
from decompose.spec import EXAMPLE, SpecFile, Target
from decompose.text import TokenKind, tokens
from lean_project.model import ClosedGoal, Limits, Snapshot
from lean_project.session import Session

_OPENING, _CLOSING = "([{⟨⦃", ")]}⟩⦄"


def disprove_target(
    session: Session,
    spec: SpecFile,
    target: Target,
    goal: ClosedGoal,
    definitions: Definitions,
    verdict: Verdict,
    limits: Limits = LIMITS,
) -> Disproof | None:
    """A theorem that says that the statement of `target` is false, and that Lean accepts after its command; None where
    there is none. `goal` must be the whole statement. A hint (L0), as for `disprove`.

    The statement of an example, which has no name, is repeated as text; the trusted check compares it term by term
    with the example's, as it does with every other one.
    """
    after = after_target(spec, target)
    if not target.declaration.startswith(EXAMPLE):
        full = fresh_name(spec, f"{target.declaration}_is_false")
        written, statements = full.rpartition(".")[2], [""]
    else:
        full = fresh_name(spec, f"{target.name.replace('@', '_')}_is_false")
        written, statements = f"_root_.{full}", example_statements(spec, target)
    for statement in statements:
        text = disprove(
            session, after, target.declaration, written, goal, definitions, verdict, limits, statement=statement
        )
        if text is not None:
            return Disproof(full, text, str(verdict))
    return None


def after_target(spec: SpecFile, target: Target) -> Snapshot:
    """The state after the target's command."""
    if target.command + 1 < len(spec.commands):
        return spec.before(target.command + 1)
    return spec.snapshot.then(spec.slice(spec.header_end, spec.source.size))


def fresh_name(spec: SpecFile, wanted: str) -> str:
    """`wanted`, or with the first number that makes its last part occur nowhere in the file."""
    name, number = wanted, 1
    while name.rpartition(".")[2] in spec.text:
        number += 1
        name = f"{wanted}_{number}"
    return name


def example_statements(spec: SpecFile, target: Target) -> list[str]:
    """What an example may state, as text: as it is written, and as Lean prints its goal, which has the `variable`s that
    it uses among its hypotheses."""
    command = spec.commands[target.command]
    found = [example_statement(spec.slice(command.start, command.end))]
    if len(target.goals) == 1:
        hypotheses, conclusion = parse_goal(target.goals[0].text)
        binders = " ".join(f"({each.name} : {each.type})" for each in hypotheses)
        found.append(f"∀ {binders}, {conclusion}" if binders else conclusion)
    return list(dict.fromkeys(each for each in found if each))


def example_statement(command: str) -> str | None:
    """What an `example` states, as a term with its binders in front as `∀`; None where it cannot be read off."""
    found = [token for token in tokens(command) if token.kind is not TokenKind.COMMENT]
    start = next((number for number, token in enumerate(found) if token.text == "example"), None)
    if start is None:
        return None
    depth, colon = 0, None
    for token in found[start + 1 :]:
        if len(token.text) == 1:
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0 and colon is None and token.text == ":":
            colon = token
        elif depth == 0 and token.text == ":=":
            if colon is None:
                return None
            binders = command[found[start].end : colon.start].strip()
            stated = command[colon.end : token.start].strip()
            return f"∀ {binders}, {stated}" if binders else stated
    return None
