"""From a counterexample to a theorem `¬ type_of% @target`, and attempts at the negation where tests found nothing.

What is made here is text. `disprove` returns it only if Lean accepts it and it rests on nothing that is open; whether
it counts is for the trusted check to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from decompose.counterexample.footing import SORRY, rests_on
from decompose.counterexample.plan import Plan
from decompose.counterexample.reify import Reifier
from decompose.counterexample.statement import Reader, Role, Statement, Untestable, is_auxiliary, read_statement
from decompose.counterexample.terms import TooLargeError
from decompose.counterexample.variants import variants
from decompose.counterexample.verdict import Refuted, Verdict
from decompose.definitions import Definitions
from lean_project.check.terms import DocumentError, Name, TermDocument, show
from lean_project.errors import LimitHit
from lean_project.model import ClosedGoal, Limits, Snapshot
from lean_project.session import Session

LIMITS = Limits(seconds=20.0, heartbeats=40_000)
GUESSES = 6
"""Assignments that are tried blindly on a goal that tests did not refute."""
_MOST_DEFINITIONS = 24


def disproof_theorem(name: str, target: str, proof: str, levels: Sequence[str] = (), statement: str = "") -> str:
    """The theorem `name` that says that the statement of the declaration `target` (its full name) is false.

    `levels`: the universe parameters of `target`, in order. `statement`: as text, for a target without a name.
    """
    universes = f".{{{', '.join(levels)}}}" if levels else ""
    body = proof.replace("\n", "\n  ")
    denied = f"({statement})" if statement else f"type_of% @_root_.{target}{universes}"
    return f"theorem {name}{universes} : ¬ {denied} := by\n  {body}\n"


def disproof_candidates(goal: ClosedGoal, definitions: Definitions, verdict: Verdict) -> tuple[str, ...]:
    """Tactic blocks that may prove the negation of `goal` as a closed statement, the most promising first.

    After a refutation they use its values; else a few small ones, without much hope.
    """
    try:
        statement, reader = read_statement(goal, definitions)
    except (Untestable, DocumentError, TooLargeError):
        return ("intro h\nfirst | omega | simp at h | grind",)
    unfolded = _definitions(statement, reader)
    if isinstance(verdict, Refuted):
        return _by_values(verdict.lifted or verdict.arguments, unfolded)
    guesses = _guesses(statement, reader)
    proofs = [proof for arguments in guesses for proof in _by_values(arguments, unfolded)[1:2]]
    return (*_blind(unfolded), *proofs)


def _by_values(arguments: Sequence[str | None], unfolded: Sequence[str]) -> tuple[str, ...]:
    """`arguments`: of the statement, None where a hypothesis is to be proved."""
    given = " ".join(text or "?_" for text in arguments)
    call = f"(@h {given})" if arguments else "h"
    simps = f" [{', '.join(unfolded)}]" if unfolded else ""
    closers = ["decide", "decide +kernel", f"simp{simps}", "omega", f"simp_all{simps}", f"grind{simps}"]
    if unfolded:
        closers.insert(2, f"(unfold {' '.join(unfolded)}; decide)")
        closers.insert(2, f"(simp only{simps}; decide)")
    closers += [
        "rfl",
        "exact ⟨_, rfl⟩",
        *(f"exact ⟨{n}, by decide⟩" for n in range(6)),
        "(repeat constructor)",
        f"(intro k; cases k <;> simp_all{simps})",
        "nofun",  # the last: what it cannot do is an error that `first` does not catch
    ]
    steps = " | ".join(f"({each}; done)" for each in closers)
    proved = call.replace("?_", f"(by first | {steps})")
    return (
        f"intro h\nrefine absurd {call} ?_ <;> first | decide | decide +kernel",
        f"intro h\nrefine absurd {call} ?_ <;> first | {steps}",
        f"intro h\nhave k := {proved}\nfirst | simp{simps} at k | grind{simps}",
    )


def _blind(unfolded: Sequence[str]) -> tuple[str, ...]:
    simps = f" [{', '.join(unfolded)}]" if unfolded else ""
    return (f"intro h\nfirst | (simp{simps} at h; done) | grind{simps} | omega",)


def _guesses(statement: Statement, reader: Reader) -> list[list[str | None]]:
    """Arguments for the smallest assignments of the first variant."""
    try:
        reifier = Reifier(reader, statement.universes)
        variant = variants(statement, reader, reifier)[0]
        found = list(islice(Plan(statement, variant, reifier).exhaustive(), GUESSES))
    except Untestable:
        return []
    lifted = bool(statement.levels)
    made: list[list[str | None]] = []
    for assignment in found:
        values = iter(assignment)
        texts: list[str] = []
        for entry in statement.entries:
            if entry.role is Role.DATA:
                texts.append(next(values).argument(lifted))
            elif entry.role is Role.TYPE and lifted:
                texts.append("(_root_.ULift _root_.Nat)")
            else:
                texts.append(f"({variant.texts[entry.variable]})")
        made.append([None if place is None else texts[place] for place in statement.places])
    return made


def _definitions(statement: Statement, reader: Reader) -> list[str]:
    """The file's definitions that the goal rests on, as Lean text."""
    document = reader.definitions.document
    found: list[Name] = []
    waiting = sorted(statement.terms.constants(statement.body), key=str)
    seen = set(waiting)
    while waiting and len(found) < _MOST_DEFINITIONS:
        name = waiting.pop(0)
        constant = reader.find(name)
        if constant is None or constant.kind != "def" or constant.value is None:
            continue
        if not is_auxiliary(name):
            found.append(name)
        below = {document.names[each] for each in document.mentioned(constant.roots)} - seen
        seen |= below
        waiting += sorted(below, key=str)
    return [f"_root_.{show(name)}" for name in found if name[0] != "_private"]


def disprove(
    session: Session,
    after: Snapshot,
    target: str,
    name: str,
    goal: ClosedGoal,
    definitions: Definitions,
    verdict: Verdict,
    limits: Limits = LIMITS,
    *,
    statement: str = "",
) -> str | None:
    """A theorem `name : ¬ type_of% @target` that Lean accepts on `after`, the state after the target's command; None
    where no candidate is accepted. `goal` must be the whole statement of `target`. `limits` holds for each candidate.
    `statement`: that of `target` as text, where it has no name.

    A hint (L0): the theorem rests neither on `sorry` nor on `target`, as far as the worker tells.
    """
    levels = [show(goal_level) for goal_level in _levels(goal)]
    for proof in disproof_candidates(goal, definitions, verdict):
        text = disproof_theorem(name, target, proof, levels, statement)
        try:
            answer = session.elaborate(after, text, limits)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            continue
        if not answer.has_error and _stands(session, after.then(text), name, answer.commands[0].declarations, target):
            return text
    return None


def _levels(goal: ClosedGoal) -> tuple[Name, ...]:
    document = TermDocument(goal.document)
    (constant,) = document.constants.values()
    return tuple(document.names[each] for each in constant.levels)


def _stands(session: Session, snapshot: Snapshot, name: str, declared: Sequence[str], target: str) -> bool:
    name = name.removeprefix("_root_.")
    full = next((each for each in declared if each == name or each.endswith(f".{name}")), name)
    return not rests_on(session.export(snapshot), full, {target, SORRY})
