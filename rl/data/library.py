"""Rows from the library that a Lean brings: its theorems' statements, each with the proof that names it.

The embedded runtime ships statements, not proofs, so what such a row teaches is which theorem says what. A statement is
what Lean prints of it; it counts only when Lean reads it back as the same goal (strict goal key).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from decompose.definitions import Definitions
from decompose.goalkey import goal_key
from decompose.reading import parse_goal
from lean_project.check.terms import DocumentError
from lean_project.errors import LimitHit, RequestError
from lean_project.model import Document, Limits
from lean_project.session import Session
from prover.policy.views import binder
from prover.premises import PremiseIndex
from rl.data.closed import closed_goals
from rl.data.files import sha256
from rl.data.ledger import Built
from rl.data.rows import Completion, Provenance, Theorem
from rl.data.statements import Environment, NotStated, Reader, Stated, readable

LIMITS = Limits(seconds=60.0)
_BATCH = 32
Say = Callable[[str], None]


def library_rows(
    session: Session,
    header: str = "",
    *,
    modules: Sequence[str] = (),
    at_most: int = 1000,
    seed: int = 0,
    license: str = "Apache-2.0",
    say: Say = lambda text: None,
) -> Built:
    """Completions (level L0, still to be verified) for theorems of the imports in `header`, drawn by seed.

    `modules`: prefixes of the modules to take theorems from; none: all. What Lean derives for itself and its own
    internals are left out (`prover.premises`). `license`: of the library; Lean's own is Apache 2.0. Raises
    MachineryError and LimitHit.
    """
    reader = Reader(session)
    environment = reader.environment(header)
    built = Built(inputs={"header": sha256(header)})
    names = _names(session, environment, modules)
    random.Random(seed).shuffle(names)
    waiting = iter(names)
    while len(built.rows) < at_most and (batch := list(islice(waiting, _BATCH))):
        _rows(session, reader, environment, batch, built, license)
        say(f"{len(built.rows)} theorems of the library read")
    del built.rows[at_most:]
    return built


def _names(session: Session, environment: Environment, modules: Sequence[str]) -> list[str]:
    found: dict[str, tuple[str, ...]] = {}
    for page in session.theorems(environment.snapshot, LIMITS):
        for each in page:
            if not modules or each.module.startswith(tuple(modules)):
                found[each.name] = each.constants
    return sorted(PremiseIndex(found.items()).names)


def _rows(
    session: Session, reader: Reader, environment: Environment, names: Sequence[str], built: Built, license: str
) -> None:
    said = _printed(session, environment, names)
    keys = dict(_keys(session.lookup(environment.snapshot, names, LIMITS)))
    for name in names:
        statement, key = said.get(name), keys.get(name)
        if statement is None or key is None:
            built.refuse(name, "completion", "Lean does not print it as one statement")
            continue
        stated = reader.state(environment, "library_" + sha256(name)[:10], f": {readable(statement)}")
        if isinstance(stated, NotStated):
            built.refuse(name, "completion", f"its printed form does not read back: {stated.reason}")
        elif stated.strict_key != key:
            built.refuse(name, "completion", "its printed form reads back as another statement")
        else:
            built.rows.append(_row(session, stated, name, license))


def _printed(session: Session, environment: Environment, names: Sequence[str]) -> dict[str, str]:
    """What Lean prints of each type, asked one by one where asking for all at once went wrong."""
    found: dict[str, str] = {}
    code = "".join(f"#check @{name}\n" for name in names)
    try:
        answer = session.elaborate(environment.snapshot, code, LIMITS)
    except (LimitHit, RequestError) as error:
        if isinstance(error, LimitHit) and error.kind == "cancelled":
            raise
        return found
    for name, command in zip(names, answer.commands, strict=False):
        texts = [message.text for message in command.messages if not message.is_error]
        if len(command.messages) == 1 and texts:
            _, colon, statement = " ".join(texts[0].split()).partition(" : ")
            if colon:
                found[name] = statement
    return found


def _keys(answer: Document) -> Iterator[tuple[str, str]]:
    for name, closed in closed_goals(answer):
        try:
            yield name, goal_key(closed, Definitions.none(), strict=True)
        except DocumentError:
            continue


def _row(session: Session, stated: Stated, name: str, license: str) -> Completion:
    locals_, target = parse_goal(stated.goal)
    theorem = Theorem(
        preamble=stated.environment.text,
        command=f"theorem {stated.name} {stated.statement} := by\n  sorry",
        name=stated.name,
        binders=" ".join(binder(each) for each in locals_),
        target=target,
        goal=stated.goal,
        stated=stated.statement,
        key=stated.key,
        strict_key=stated.strict_key,
    )
    origin = Provenance(
        source="library",
        file=name,
        file_sha256=sha256(stated.statement),
        license=license,
        lean=session.info.lean_version,
    )
    return Completion(theorem=theorem, provenance=origin, proof=f"exact @{name}")
