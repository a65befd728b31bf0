"""`gentzen spec-check`: everything that can be found out about a specification without proving it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from decompose.spec import SpecFile, load_spec
from decompose.text import SourceText
from lean_project.errors import LimitHit, UserError
from lean_project.model import Limits
from lean_project.session import Session
from prover.specs.claims import Claim, claims
from prover.specs.contradiction import find_contradiction
from prover.specs.probing import Probe, Prober
from prover.specs.programs import Subject, subjects
from prover.specs.report import Certainty, Finding, Kind, ProgramSummary, SpecCheckReport, TheoremSummary
from prover.specs.vacuity import Hypotheses, test_hypotheses
from prover.specs.weakness import Weakness, measure_weakness
from prover.synth.holes import Candidate, fill
from prover.synth.properties import Properties, read_properties

LOAD = Limits(seconds=600.0)
Say = Callable[[str], None]

_ORDER = (Kind.CONTRADICTION, Kind.VIOLATED, Kind.VACUOUS, Kind.TOO_WEAK, Kind.UNCONSTRAINED)


@dataclass(frozen=True, slots=True)
class Effort:
    """`mutants`: that typecheck, for each program. `inputs`: at which other outputs are tried. `shown`: programs that
    the specification allows, of each program."""

    mutants: int = 30
    inputs: int = 8
    shown: int = 5


EFFORT = Effort()


@dataclass
class _Checking:
    session: Session
    spec: SpecFile
    effort: Effort
    say: Say
    findings: list[Finding] = field(default_factory=list)
    untested: dict[str, str] = field(default_factory=dict)
    programs: list[ProgramSummary] = field(default_factory=list)


def check_spec(
    session: Session,
    spec: SpecFile,
    programs: Mapping[str, Candidate],
    effort: Effort = EFFORT,
    say: Say = lambda _stage: None,
) -> SpecCheckReport:
    """Examine `spec`. `programs`: what stands in its program holes, by full name; those that are missing are examined
    as far as that goes without. `say` is told what is being done.

    Raises UserError when there is nothing to examine, MachineryError, and LimitHit("cancelled").
    """
    began = time.monotonic()
    stated = claims(spec)
    about = subjects(spec)
    if not stated:
        raise UserError(f"{spec.name} has no theorem and no example, so there is no specification to check.")
    checking = _Checking(session, spec, effort, say)
    complete = _complete(session, spec, about, programs)
    summaries = [_hypotheses(checking, spec if complete is None else complete, each) for each in stated]
    for subject in about:
        program = subject.program or programs.get(subject.name)
        others = [each.name for each in about if each.name != subject.name and each.program is None]
        _examine(checking, subject, program, stated, others)
    return SpecCheckReport(
        file=spec.name,
        runtime=session.info.runtime,
        lean_version=session.info.lean_version,
        theorems=tuple(
            TheoremSummary(name=each.claim.name, satisfiable=each.witness or None, untested=_reason(checking, each))
            for each in summaries
        ),
        programs=tuple(checking.programs),
        findings=tuple(sorted(checking.findings, key=lambda each: _ORDER.index(each.kind))),
        seconds=round(time.monotonic() - began, 1),
    )


def _complete(
    session: Session, spec: SpecFile, about: Iterable[Subject], programs: Mapping[str, Candidate]
) -> SpecFile | None:
    """The file with the given programs in its holes; None where none is given. Hypotheses may be about them."""
    filled = [(each.hole, programs[each.name]) for each in about if each.name in programs and each.program is None]
    return load_spec(SourceText(fill(spec, filled)), session, LOAD, name=spec.name) if filled else None


def _reason(checking: _Checking, each: Hypotheses) -> str | None:
    last = each.claim.name.rpartition(".")[2]
    return checking.untested.get(each.claim.name, checking.untested.get(last)) or each.reason or None


def _hypotheses(checking: _Checking, spec: SpecFile, claim: Claim) -> Hypotheses:
    if not claim.has_hypotheses:
        return Hypotheses(claim)
    checking.say(f"hypotheses of {claim.name}")
    # Commands are the same in the completed file, one for one, unless helpers were added above.
    own = next((each for each in claims(spec) if each.name == claim.name and each.type == claim.type), None)
    if own is None:
        return Hypotheses(claim, reason="it is not found again in the completed file")
    found = test_hypotheses(checking.session, spec, own)
    if found.is_vacuous:
        checking.findings.append(
            Finding(
                kind=Kind.VACUOUS,
                certainty=Certainty.PROVED if found.proof else Certainty.TESTED,
                theorems=(claim.name,),
                tests=found.tests,
                proof=found.proof,
            )
        )
    return found


def _examine(
    checking: _Checking, subject: Subject, program: Candidate | None, stated: tuple[Claim, ...], others: list[str]
) -> None:
    """One program: contradictions, and with a body, whether it and it alone satisfies the theorems."""
    session, spec = checking.session, checking.spec
    checking.say(f"theorems about {subject.name}")
    skipped: list[str] = []
    try:
        properties = read_properties(session, spec, subject.name, ignored=others)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        checking.programs.append(ProgramSummary(name=subject.name, source=None, skipped=(str(hit),)))
        return
    checking.untested |= properties.untestable
    found = find_contradiction(session, spec, subject.hole, stated, properties)
    if found is not None:
        checking.findings.append(
            Finding(
                kind=Kind.CONTRADICTION,
                certainty=Certainty.PROVED,
                theorems=tuple(each.name for each in found.claims),
                program=subject.name,
                proof=found.proof,
            )
        )
    if program is None:
        skipped.append("no program is given (--program FILE), so weakness and missing cases were not looked for")
    elif not properties.tested:
        skipped.append("no theorem about it can be tested")
    elif found is None:
        _with_program(checking, subject, program, properties, skipped)
        return
    checking.programs.append(
        ProgramSummary(name=subject.name, source=program.origin if program else None, skipped=tuple(skipped))
    )


def _with_program(
    checking: _Checking, subject: Subject, program: Candidate, properties: Properties, skipped: list[str]
) -> None:
    session, spec, effort = checking.session, checking.spec, checking.effort
    checking.say(f"mutants of {subject.name}")
    weakness = measure_weakness(session, spec, subject.hole, program, properties, effort.mutants)
    if weakness.refuted:
        checking.findings.append(
            Finding(kind=Kind.VIOLATED, certainty=Certainty.TESTED, program=subject.name, inputs=weakness.refuted)
        )
    checking.say(f"inputs of {subject.name}")
    prober = Prober(session, spec, subject.hole, program, properties)
    free: list[Probe] = []
    probed = 0
    if effort.inputs and not weakness.refuted and not prober.reason:
        probes = prober.probe(prober.values[: effort.inputs])
        probed, free = len(probes), [each for each in probes if each.is_unconstrained]
    if prober.reason:
        skipped.append(f"missing cases: {prober.reason}")
    if weakness.too_slow:
        skipped.append(f"{weakness.too_slow} mutants are too slow to be tested")
    _report_others(checking, subject, weakness, prober, free)
    checking.findings += [
        Finding(
            kind=Kind.UNCONSTRAINED,
            certainty=Certainty.TESTED,
            program=subject.name,
            inputs=each.inputs,
            other=each.example,
            tests=each.tried,
        )
        for each in free
    ]
    checking.programs.append(
        ProgramSummary(
            name=subject.name,
            source=program.origin,
            mutants=weakness.typechecked,
            killed=weakness.killed,
            equal=weakness.equal,
            different=len(weakness.others),
            inputs=probed,
            skipped=tuple(skipped),
        )
    )


def _report_others(
    checking: _Checking, subject: Subject, weakness: Weakness, prober: Prober, free: list[Probe]
) -> None:
    """Programs that the specification allows, unless they differ where it says nothing at all."""
    shown = 0
    for other in weakness.others:
        texts = [text for _, text in other.comparison.assignment]
        if not prober.reason:
            here = next((v for v in prober.values if [value.text for value in v] == texts), None)
            known = None if here is None else next((p for p in free if p.inputs == prober.shown(here)), None)
            if here is not None and known is None:
                known = next((p for p in prober.probe([here]) if p.is_unconstrained), None)
                free += [known] if known is not None else []
            if known is not None:
                continue
        shown += 1
        if shown <= checking.effort.shown:
            checking.findings.append(
                Finding(
                    kind=Kind.TOO_WEAK,
                    certainty=Certainty.TESTED,
                    program=subject.name,
                    inputs=", ".join(f"{p.name} := {t}" for p, t in zip(prober.parameters, texts, strict=False))
                    or other.comparison.inputs,
                    change=other.change,
                    other=other.text,
                    tests=other.comparison.tests,
                )
            )
