"""Synthesis of one file: candidates for its program holes, tests, then proofs and the trusted check of the whole.

A candidate that survives the tests becomes a completed file, which goes through `prove_file` like any other. Its check
is against the statements of the *original* file with its holes named (`prover.gate`), so a program counts only if the
gate accepts it and every theorem.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from decompose.spec import SpecFile, load_spec
from decompose.text import decode
from lean_project.check.gate import Reference
from lean_project.errors import LimitHit, MachineryError, UserError
from prover.gate import read_reference
from prover.inputs import InputFile, read_source
from prover.prove import LOAD_LIMITS, Run, write_atomically
from prover.report import FileReport, TargetReport
from prover.settings import Progress
from prover.synth.holes import Candidate, ProgramHole, allowed_functions, fill, program_holes
from prover.synth.measure import measured, pareto
from prover.synth.memory import Memory, refuted_before
from prover.synth.paid import PaidSession
from prover.synth.properties import read_properties
from prover.synth.propose import Proposer
from prover.synth.report import CandidateReport, HoleReport, Measured, SynthReport, SynthStatus
from prover.synth.signature import Signature, read_signature
from prover.synth.steps import Course, count_steps
from prover.synth.tester import Outcome, Tester
from prover.synth.verify import Verifier
from prover.synth.witness import test_of
from prover.synth.written import Write

_KEPT = 60
_MOST_PROOFS = 8
_PER_HOLE = 3
SUFFIX = ".synth.lean"

Author = Callable[[SpecFile, ProgramHole], Write]
"""Who writes programs for a hole."""


@dataclass(frozen=True)
class SynthSettings:
    """How to look for programs. `allow`: functions of the specification that programs may call. `pareto`: go on after
    the first verified program, as long as the budget lasts. `resume`: leave out what earlier runs refuted, and begin
    with the tests that did."""

    allow: tuple[str, ...] = ()
    pareto: bool = False
    resume: bool = False


@dataclass
class _Hole:
    """What is known about a hole. `about`: theorems and examples about its program, by their last names."""

    hole: ProgramHole
    forbidden: tuple[str, ...] = ()
    fates: Counter[str] = field(default_factory=Counter)
    tried: dict[str, CandidateReport] = field(default_factory=dict)
    killers: tuple[str, ...] = ()
    untestable: dict[str, str] = field(default_factory=dict)
    examples: int = 0
    note: str = ""
    chosen: Candidate | None = None
    course: Course | None = None
    tester: Tester | None = None
    about: frozenset[str] = frozenset()
    steps: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def report(self) -> HoleReport:
        chosen = self.chosen
        return HoleReport(
            name=self.hole.name,
            program=chosen.body if chosen else None,
            helpers=chosen.helpers if chosen else (),
            origin=chosen.origin if chosen else "",
            tried=len(self.tried),
            fates=dict(self.fates),
            candidates=tuple(list(self.tried.values())[-_KEPT:]),
            killers=self.killers,
            untestable=self.untestable,
            examples=self.examples,
            forbidden=self.forbidden,
            note=self.note,
        )


class Synthesis:
    """One run on one file. `run`: what proofs are made with; its budget pays for everything. `state`: a folder of this
    file's own, for candidates under proof and what a resumed run needs to know."""

    def __init__(
        self, file: InputFile, run: Run, settings: SynthSettings, state: Path, progress: Progress, author: Author
    ) -> None:
        self.file, self.run, self.settings, self.state = file, run, settings, state
        self.progress, self._author = progress, author
        self.session = PaidSession(run.session, run.budget)
        self.memory = Memory(run.ledger, run.run_id, run.session.info, state)
        self._name = str(file.path)
        self._holes: dict[str, _Hole] = {}
        self._started = time.monotonic()
        self._calls = run.budget.usage().calls
        self._verifier = Verifier(run, self.session, state, progress, self._name)
        self._last: FileReport | None = None
        self._open = ""
        self._proofs = 0

    def report(self) -> SynthReport:
        """Look for programs until one is verified or the budget is used up; write the output if one is.

        Ctrl-C ends it with `interrupted`. Raises UserError when the file cannot be worked on.
        """
        self.progress.stage(self._name, "reading")
        spec = load_spec(read_source(self.file.path), self.run.session, LOAD_LIMITS, name=self._name)
        holes = program_holes(spec)
        if not holes:
            raise UserError(
                f"{self._name} has no program to find: no definition whose whole body is `sorry` "
                "(`def f (x : T) : R := sorry`). For files that lack only proofs there is `gentzen prove`."
            )
        verified: list[tuple[Candidate, ...]] = []
        reason, status, interrupted = "", SynthStatus.OPEN, False
        best: tuple[bytes, FileReport, tuple[Candidate, ...]] | None = None
        try:
            reference = read_reference(spec, self.run.session).with_programs(hole.name for hole in holes)
            allow = (*self.settings.allow, *allowed_functions(spec.text))
            programs = {hole.name: allow for hole in holes}
            for hole in holes:
                forbidden = set(reference.specification_functions(hole.name)) - set(allow)
                self._holes[hole.name] = _Hole(hole, tuple(sorted(forbidden)))
            for text, filled in self._completions(spec, holes, reference, programs, ()):
                proved = self._prove(spec, text, filled, reference, programs)
                if proved is not None:
                    verified.append(filled)
                    best = best or (*proved, filled)
                    if not self.settings.pareto:
                        break
                    self._count_steps(spec, text, filled)
                elif self._proofs >= _MOST_PROOFS and not verified:
                    reason = f"{_MOST_PROOFS} programs passed the tests, and none of them was proved"
                    break
        except LimitHit as hit:
            reason, status = f"{hit} (the budget of the run)", SynthStatus.LIMIT
        except MachineryError as fault:
            reason, status = str(fault).splitlines()[0], SynthStatus.MACHINERY
        except KeyboardInterrupt:
            interrupted = True
        if best is not None:
            return self._finished(best, verified)
        survived = self._last is not None
        if status is SynthStatus.OPEN and survived:
            status = SynthStatus.UNPROVED
        return self._report(
            status=status,
            interrupted=interrupted,
            reason=reason or ("" if interrupted else _why(status)),
            theorems=self._last.targets if self._last else (),
        )

    def _finished(
        self, best: tuple[bytes, FileReport, tuple[Candidate, ...]], verified: Sequence[tuple[Candidate, ...]]
    ) -> SynthReport:
        data, proof, filled = best
        for hole, candidate in zip(self._holes.values(), filled, strict=True):
            hole.chosen = candidate
        self.progress.stage(self._name, "writing")
        write_atomically(self.file.output, data)
        front: tuple[Measured, ...] = ()
        if self.settings.pareto and len(self._holes) == 1:
            (hole,) = self._holes.values()
            front = pareto([measured(c, hole.hole.short, hole.steps.get(c.text, ())) for (c,) in verified])
        return self._report(
            status=SynthStatus.VERIFIED,
            level=proof.level or "L1",
            output=str(self.file.output),
            theorems=proof.targets,
            pareto=front,
            pareto_inputs=next((h.course.shown for h in self._holes.values() if front and h.course is not None), ()),
        )

    def _count_steps(self, spec: SpecFile, text: str, filled: tuple[Candidate, ...]) -> None:
        """What a verified program costs; of a file with several programs nothing is compared."""
        if len(filled) > 1:
            return
        (known,) = self._holes.values()
        if known.course is not None:
            self.progress.stage(self._name, "counting the steps of a verified program")
            steps = count_steps(self.session, spec, text, known.hole.name, known.course)
            known.steps[filled[0].text] = steps

    def _report(self, **fields: object) -> SynthReport:
        info = self.run.session.info
        return SynthReport(
            file=self._name,
            runtime=info.runtime,
            lean_version=info.lean_version,
            holes=tuple(hole.report() for hole in self._holes.values()),
            seconds=round(time.monotonic() - self._started, 3),
            lean_calls=self.run.budget.usage().calls - self._calls,
            **fields,  # type: ignore[arg-type]
        )

    def _completions(
        self,
        spec: SpecFile,
        holes: Sequence[ProgramHole],
        reference: Reference,
        programs: dict[str, tuple[str, ...]],
        filled: tuple[Candidate, ...],
    ) -> Iterator[tuple[str, tuple[Candidate, ...]]]:
        """Files whose programs pass all tests, hole after hole; `spec` is the file with the first ones filled."""
        if len(filled) == len(holes):
            yield spec.text, filled
            return
        name = holes[len(filled)].name
        left = program_holes(spec)
        hole = next(each for each in left if each.name == name)
        several = 0
        for candidate in self._survivors(spec, hole, [each.name for each in left if each.name != name]):
            text = fill(spec, [(hole, candidate)])
            if len(left) == 1:
                yield text, (*filled, candidate)
                if filled and self._open_elsewhere(name):
                    return
                continue
            yield from self._completions(
                load_spec(decode(text.encode(), self._name), self.session, LOAD_LIMITS, name=self._name),
                holes,
                reference,
                programs,
                (*filled, candidate),
            )
            several += 1
            if several >= _PER_HOLE or self._open_elsewhere(name):
                return

    def _open_elsewhere(self, hole: str) -> bool:
        """Whether the last file failed by a theorem that is not about this hole's program: other programs for it would
        fail in the same way, and what must change was filled before."""
        last = self._open.rpartition(".")[2]
        return bool(last) and last not in self._holes[hole].about

    def _survivors(self, spec: SpecFile, hole: ProgramHole, others: Sequence[str]) -> Iterator[Candidate]:
        known = self._holes[hole.name]
        self.progress.stage(self._name, f"reading what the theorems say of {hole.short}")
        properties = read_properties(self.session, spec, hole.name, ignored=others)
        known.untestable = dict(properties.untestable)
        known.about = frozenset(properties.statements)
        if self.settings.pareto and isinstance(signature := read_signature(properties, hole.name), Signature):
            known.course = Course.of(signature)
        target = self.memory.target_key(spec, hole)
        resumes = self.settings.resume
        refuted = self.memory.refuted(target) if resumes else {}
        kept = self.memory.killers(target, properties) if resumes else ()
        tester = Tester(self.session, spec, hole, properties, killers=kept)
        known.killers = tuple(map(tester.shown, kept))
        known.tester = tester

        def judge(candidates: Sequence[Candidate]) -> list[Outcome]:
            new = [each for each in candidates if each.text not in refuted]
            if new:
                self.progress.attempt(self._name, hole.short, new[-1].body)
            outcomes = dict(zip(new, tester.test(new), strict=True))
            for outcome in outcomes.values():
                self._remember(known, target, outcome)
            nonlocal kept
            if kept != tuple(tester.killers):
                kept = tuple(tester.killers)
                known.killers = tuple(map(tester.shown, kept))
                self.memory.save_killers(target, properties, kept)
            known.examples, known.note = proposer.examples, proposer.note
            return [outcomes.get(each) or refuted_before(each, refuted[each.text]) for each in candidates]

        self.progress.stage(self._name, f"looking for {hole.short}")

        def told(candidate: Candidate) -> str:
            return known.tried[candidate.text].reason

        proposer = Proposer(hole, tester, judge, write=self._author(spec, hole), told=told, forbidden=known.forbidden)
        seen: set[str] = set()
        for candidate in proposer.survivors():
            known.examples, known.note = proposer.examples, proposer.note
            if candidate.text not in seen:
                seen.add(candidate.text)
                yield candidate
            self.progress.stage(self._name, f"looking for {hole.short}")
        known.examples, known.note = proposer.examples, proposer.note

    def _remember(self, known: _Hole, target: str, outcome: Outcome) -> None:
        candidate = outcome.candidate
        if candidate.text not in known.tried:
            known.fates[str(outcome.fate)] += 1
        known.tried[candidate.text] = CandidateReport(
            text=candidate.text, origin=candidate.origin, fate=str(outcome.fate), reason=outcome.reason
        )
        self.memory.record(target, outcome)

    def _fate(self, filled: Sequence[Candidate], fate: str, reason: str) -> None:
        """What became of candidates after the tests."""
        for hole, candidate in zip(self._holes.values(), filled, strict=True):
            hole.fates[str(hole.tried[candidate.text].fate)] -= 1
            hole.fates[fate] += 1
            hole.fates = +hole.fates
            hole.tried[candidate.text] = hole.tried[candidate.text].model_copy(update={"fate": fate, "reason": reason})

    def _prove(
        self,
        spec: SpecFile,
        text: str,
        filled: tuple[Candidate, ...],
        reference: Reference,
        programs: dict[str, tuple[str, ...]],
    ) -> tuple[bytes, FileReport] | None:
        """The verified file and the account of its proofs; None when the check refuses the program or a proof is
        missing."""
        verdict = self._verifier.verify(spec, text, reference, programs)
        self._open = verdict.open
        self._proofs += verdict.proof is not None
        self._last = verdict.proof or self._last
        if verdict.fate == "interrupted":
            raise KeyboardInterrupt
        if verdict.data is None and verdict.proof is not None:
            self._learn(verdict.proof.targets)
        self._fate(filled, verdict.fate, verdict.reason)
        return None if verdict.data is None or verdict.proof is None else (verdict.data, verdict.proof)

    def _learn(self, targets: Sequence[TargetReport]) -> None:
        """What is wrong with a program that passed the tests, as a test of the next ones."""
        tester = list(self._holes.values())[-1].tester
        for target in targets:
            if tester is not None and target.counterexample is not None:
                test = test_of(tester.properties, target.name, target.counterexample)
                if test is not None:
                    tester.learn(test)


def _why(status: SynthStatus) -> str:
    if status is SynthStatus.UNPROVED:
        return "programs passed all tests, but not every theorem about them was proved"
    return "no program that was tried passes the tests"


__all__ = ["SUFFIX", "Author", "SynthSettings", "Synthesis"]
