"""What a synthesis keeps for the next run of the same file: candidates that tests refuted, in the ledger, and the tests
that killed them, in the file's own folder.

Both are known by a target key (Lean, the file with earlier holes filled, the hole), so they are never used for another
specification. They are hints: a test that comes back is run again by Lean's kernel before it kills anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from decompose.counterexample.values import Value
from decompose.spec import SpecFile
from lean_project.ledger import Attempt, Ledger
from lean_project.ledger import Outcome as Came
from lean_project.model import RuntimeInfo
from prover.prove import write_atomically
from prover.synth.holes import Candidate, ProgramHole
from prover.synth.properties import Properties, Test
from prover.synth.tester import Fate, Outcome

_CAME = {Fate.SURVIVED: Came.PROVED_HINT, Fate.SLOW: Came.LIMIT, Fate.LOST: Came.MACHINERY}


class StoredTest(BaseModel):
    """A killing test in a file. `shown`: for people."""

    model_config = ConfigDict(frozen=True)

    theorem: str
    number: int
    values: tuple[Value, ...]
    shown: str = ""


_TESTS = TypeAdapter(tuple[StoredTest, ...])


def refuted_before(candidate: Candidate, near: float) -> Outcome:
    """The outcome of a candidate that is not tested again."""
    return Outcome(candidate, Fate.REFUTED, "refuted by an earlier run", near=near)


class Memory:
    """The memory of one file. `state`: its folder, made when something is kept."""

    def __init__(self, ledger: Ledger, run_id: str, info: RuntimeInfo, state: Path) -> None:
        self._ledger, self._run_id, self._info, self._state = ledger, run_id, info, state

    def target_key(self, spec: SpecFile, hole: ProgramHole) -> str:
        parts = (self._info.lean_version, self._info.lean_commit, spec.text, hole.name)
        return sha256("\0".join(("program", *parts)).encode()).hexdigest()

    def record(self, target: str, outcome: Outcome) -> None:
        """Append the outcome to the ledger."""
        candidate = outcome.candidate
        self._ledger.append_attempt(
            Attempt(
                key=sha256(f"{target}\0{candidate.text}".encode()).hexdigest(),
                target_key=target,
                kind="program",
                proposal=candidate.text,
                outcome=_CAME.get(outcome.fate, Came.FAILED),
                tactic=candidate.origin,
                limit_kind="seconds" if outcome.fate is Fate.SLOW else "",
                calls=0,
                error_class=str(outcome.fate),
                extra={"said": outcome.reason, "near": outcome.near} if outcome.reason else {},
                run_id=self._run_id,
            )
        )

    def refuted(self, target: str) -> dict[str, float]:
        """Texts of candidates that an earlier run found wrong, with their `Outcome.near`."""
        attempts = self._ledger.attempts_for(target)
        return {each.proposal: float(each.extra.get("near", 0.0)) for each in attempts if each.outcome is Came.FAILED}

    def save_killers(self, target: str, properties: Properties, killers: Sequence[Test]) -> None:
        """Keep these tests, the most recent first, instead of those kept before. Raises UserError when the folder
        cannot be written."""
        about = {each.number: each for each in properties.tested}
        kept = tuple(
            StoredTest(
                theorem=about[test.number].name,
                number=test.number,
                values=test.values,
                shown=about[test.number].shown(test.values),
            )
            for test in killers
        )
        self._state.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path(target), _TESTS.dump_json(kept, indent=1))

    def killers(self, target: str, properties: Properties) -> tuple[Test, ...]:
        """The tests that were kept, as far as they are tests of these properties still (another version of gentzen may
        number them otherwise). None where the file cannot be read: tests are made anew."""
        path = self._path(target)
        if not path.exists():
            return ()
        try:
            kept = _TESTS.validate_json(path.read_bytes())
        except (ValidationError, OSError):
            return ()
        about = {each.number: each for each in properties.tested}
        return tuple(
            Test(each.number, each.values)
            for each in kept
            if each.number in about
            and about[each.number].name == each.theorem
            and len(each.values) == len(about[each.number].variables)
            and about[each.number].plan.fits(each.values)
        )

    def _path(self, target: str) -> Path:
        return self._state / f"killers-{target[:16]}.json"
