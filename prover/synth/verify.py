"""From a program that passed the tests to a verified file: its proofs, and the trusted check of the whole.

The completed file goes through `prove_file` like any other, as far as its first theorem that stays open: a program
counts with all of them or not at all. Its check is against the statements of the *original* file with its holes named
(`prover.gate`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from decompose.spec import SpecFile
from lean_project.check.gate import Reference, check_file
from lean_project.session import Session
from prover.gate import CHECK_LIMITS, gate_for
from prover.inputs import InputFile
from prover.prove import Run, prove_file, write_atomically
from prover.report import FileReport, Status
from prover.settings import Progress
from prover.tree import Tree


@dataclass(frozen=True)
class Verdict:
    """What became of a completed file: `fate` and `reason` as reports tell them. `proof`: the account of its proofs,
    None where the check refuses the program itself. `data`: the verified file. `open`: the theorem that ended it."""

    fate: str
    reason: str = ""
    proof: FileReport | None = None
    data: bytes | None = None
    open: str = ""


class Verifier:
    """Completed files of one specification. `state`: a folder for what is under proof. `name`: the user's file.

    `session` is for what the run's budget pays; the last word is had from `run.session`. A theorem that stayed open for
    one program is the first to be worked on for the next.
    """

    def __init__(self, run: Run, session: Session, state: Path, progress: Progress, name: str) -> None:
        self.run, self.session, self.state = run, session, state
        self.progress, self._name = progress, name
        self._hard: tuple[str, ...] = ()

    def verify(
        self, spec: SpecFile, text: str, reference: Reference, programs: Mapping[str, tuple[str, ...]]
    ) -> Verdict:
        """Prove and check `text`, the specification `spec` with its programs filled in. Raises LimitHit and
        MachineryError as the session does."""
        self.progress.stage(self._name, "checking the program")
        verdict = check_file(
            self.session, text, reference, targets=(), programs=programs, limits=CHECK_LIMITS, fresh=False
        )
        refused = [f"{each.name}: {r}" for each in verdict.programs for r in each.reasons]
        if refused:
            return Verdict("refused", "; ".join(refused))
        key = sha256(text.encode()).hexdigest()[:16]
        self.state.mkdir(parents=True, exist_ok=True)
        source, output = self.state / f"{key}.lean", self.state / f"{key}.proved.lean"
        write_atomically(source, text.encode())
        run = replace(
            self.run,
            settings=replace(self.run.settings, all_or_none=True, first=self._hard),
            make_check=lambda spec, session: gate_for(spec, session, reference=reference, programs=programs),
            keep_record=self._keep_record,
        )
        proof = prove_file(InputFile(source, output), run, _Renamed(self.progress, self._name))
        if proof.interrupted:
            return Verdict("interrupted", "", proof)
        wrong = [t.name for t in proof.targets if t.status is Status.DISPROVED]
        left = [t.name for t in proof.targets if t.status is not Status.PROVED]
        if left:
            failed = next((name for name in self._hard if name in left), left[0])
            self._hard = tuple(dict.fromkeys((failed, *self._hard)))
            fate = "disproved" if wrong else "unproved"
            return Verdict(fate, f"not proved: {', '.join(wrong or left)}", proof, open=failed)
        data = output.read_bytes() if output.exists() else text.encode()
        final = self._judge(data.decode(), reference, programs)
        if final:
            return Verdict("refused", final, proof)
        if spec.source.render(()) != spec.text.encode():
            data = _as_original(spec, data.decode())
        with suppress(OSError):
            source.unlink()
            output.unlink()
        return Verdict("verified", "", proof, data)

    def _judge(self, text: str, reference: Reference, programs: Mapping[str, tuple[str, ...]]) -> str:
        """The last word: the whole file, in a fresh process. "" when everything is accepted."""
        verdict = check_file(self.run.session, text, reference, programs=programs, limits=CHECK_LIMITS)
        if verdict.accepted:
            return ""
        own = [f"{each.name}: {r}" for each in (*verdict.programs, *verdict.targets) for r in each.reasons]
        return "; ".join(own or map(str, verdict.reasons))[:500] or "the check refuses the file"

    def _keep_record(self, report: FileReport, tree: Tree | None) -> None:
        if self.run.keep_record is not None:
            self.run.keep_record(report.model_copy(update={"file": self._name}), tree)


@dataclass
class _Renamed:
    """Progress on a candidate's file, told as that of the user's file."""

    progress: Progress
    name: str

    def stage(self, file: str, what: str) -> None:
        self.progress.stage(self.name, f"{what} (a program that passed the tests)")

    def targets(self, file: str, names: Sequence[str]) -> None:
        self.progress.targets(self.name, names)

    def attempt(self, file: str, target: str, proposal: str) -> None:
        self.progress.attempt(self.name, target, proposal)

    def settled(self, file: str, target: str, status: str) -> None:
        self.progress.settled(self.name, target, status)


def _as_original(spec: SpecFile, text: str) -> bytes:
    """The text with the line ends and the byte order mark of the original."""
    whole = spec.source.render(())
    data = text.encode()
    if b"\r\n" in whole:
        data = data.replace(b"\n", b"\r\n")
    return (b"\xef\xbb\xbf" if whole.startswith(b"\xef\xbb\xbf") else b"") + data
