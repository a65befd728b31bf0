"""One file with one theorem, and a scripted Lean that knows what each lemma means: `LeanDomain` without Lean.

A lemma's statement is `SIZE n`: a proposition with n constants (`FALSE n`: one that the gate refutes). The step
`step SIZE n` leaves such a goal. A sketch whose proof says `wrong` is refused by Lean, `heavy` runs out of heartbeats,
`slow` out of seconds, and `crash` kills the worker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from goals import goal
from termdoc import app, const

from decompose.assembly import Judgement
from decompose.counterexample.verdict import Passed, Refuted
from decompose.spec import SpecFile, load_spec
from decompose.text import decode
from lean_project.errors import LimitHit, MachineryError
from lean_project.fake import FakeSession, command, error, sorry_warning
from lean_project.fake import hole as bare_hole
from lean_project.ledger import Ledger
from lean_project.model import ClosedGoal, Command, Goal, Snapshot
from prover.engine import LeanDomain
from rl.judge import Task
from search.domain import Goal as SearchGoal

SIZE = 40
TEXT = f"theorem main : SIZE {SIZE} := by\n  sorry\n"
_STATEMENT = re.compile(r"(SIZE|FALSE) (\d+)")


def closed(kind: str, size: int) -> ClosedGoal:
    """A proposition with exactly `size` constants."""
    return goal([], app(const(kind), *(const(f"c{number}") for number in range(size - 1))))


def _hole(code: str, at: int, text: str, name: str) -> Any:
    *_, found = _STATEMENT.finditer(text)  # of a theorem its statement, of a proof what its last step leaves
    made = bare_hole(code, len(code[:at].encode()), f"⊢ {found[0]}", declaration=name)
    return replace(made, goals=(Goal(f"⊢ {found[0]}", True, closed(found[1], int(found[2]))),))


def script(snapshot: Snapshot, code: str) -> Sequence[Command]:
    starts = [match.start() for match in re.finditer(r"^theorem ", code, re.MULTILINE)]
    commands = []
    for start, end in zip(starts, [*starts[1:], len(code)], strict=True):
        text = code[start:end].rstrip()
        name = text.split()[1]
        if "crash" in text:
            raise MachineryError("the worker died")
        if "slow" in text:
            raise LimitHit("seconds", 15.0)
        place = code.find("wrong", start, end)
        messages = [error("no", code[:place].count("\n") + 1, 2)] if place >= 0 else []
        if "heavy" in text:
            messages = [error("gave up", kind="runtime.maxHeartbeats")]
        sorries = [start + match.start() for match in re.finditer(r"\bsorry\b", text)]
        holes = [_hole(code, at, text, name) for at in sorries]
        own = [*messages, *([sorry_warning()] if holes else [])]
        size = len(code[:start].encode())
        commands.append(command(size, size + len(text.encode()), messages=own, holes=holes, declares=[name]))
    return commands


def gate(session: Any, base: Any, tested: ClosedGoal, definitions: Any, *, seed: str) -> Any:
    return Refuted((), (), (), 1) if any("FALSE" in str(name) for name in tested.document["names"]) else Passed(1, 1)


class Check:
    """The trusted check by script: refuses what holds the word `fraud`; sees `sorry`."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, text: str, disproofs: Any = None) -> Judgement:
        self.seen.append(text)
        if "fraud" in text:
            return Judgement(refused={"main": "the check refuses it"})
        return Judgement(axioms={"main": ("sorryAx",) if "sorry" in text else ()})


def world(ledger: Ledger | None = None) -> tuple[LeanDomain, SearchGoal, Task]:
    session = FakeSession(script, workers=2)
    spec: SpecFile = load_spec(decode(TEXT.encode()), session)

    class Nothing:
        def propose(self, context: Any) -> Any:
            return iter(())

    domain = LeanDomain(
        spec, session, proposer=Nothing(), splitter=lambda context: iter(()), tester=gate, ledger=ledger, run_id="run"
    )
    root = domain.root(spec.targets[0])
    assert isinstance(root, SearchGoal), root
    return domain, root, Task(domain, spec.targets[0], root, Check())


def sketch(*lemmas: str, proof: str = "exact combine") -> str:
    """A completion that states the lemmas and uses all of them."""
    stated = "".join(f"theorem part{number} : {each} := by\n  sorry\n\n" for number, each in enumerate(lemmas))
    used = " ".join(f"part{number}" for number in range(len(lemmas)))
    return f"```lean4\n{stated}theorem main : SIZE {SIZE} := by\n  {proof} {used}\n```"
