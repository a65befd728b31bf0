"""Rows from the ledger: completions, justified sketches with their scores, repair pairs, preferences, hard negatives.

The ledger knows goals by key and proposals as text; what a goal says comes from the file that it was found in, which is
elaborated again. Goals inside a tree are reached as the search reached them: by replaying the justified splits from the
root. A goal whose printed form does not read back as the same goal gives no rows, and the report says so.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from decompose.assembly import assemble
from decompose.definitions import Definitions
from decompose.reading import parse_goal
from decompose.score import from_json
from decompose.spec import SpecFile, Target, TargetKind
from decompose.text import apply_edits
from lean_project.check.verdict import Level
from lean_project.errors import LimitHit, UserError
from lean_project.ledger import Attempt, Ledger, Outcome
from lean_project.session import Session
from prover.attempt import slot_of, target_key
from prover.engine import Justified, LeanDomain, Site
from prover.journal import KIND as TREE
from prover.policy.views import binder
from prover.portfolio import Portfolio
from rl.data.dataset import Refused
from rl.data.files import Record, sha256
from rl.data.rows import Choice, Completion, HardNegative, Preference, Provenance, Repair, Row, Said, Sketch, Theorem
from rl.data.statements import LIMITS, NotStated, Reader, spec_of, theorem_of
from rl.data.verify import justify
from search.domain import Goal

Say = Callable[[str], None]


class LedgerSettings(Record):
    """How to read a ledger. `margin`: least difference in S between the sides of a preference. `pairs`: preferences and
    repairs of one goal at most. `similarity`: from which on a failed text counts as an earlier version of a proof
    (CYCLE and RISE take the model's own next attempt; where the ledger has no such link, likeness stands for it).
    `replays`: splits replayed for each file, to reach goals inside trees. `weights`: policies whose attempts are not
    stale, by weights id; empty: all (MCTS + iterative DPO refuses pairs of older policies)."""

    margin: float = Field(default=0.05, gt=0.0, le=1.0)
    pairs: int = Field(default=8, ge=0)
    similarity: float = Field(default=0.5, ge=0.0, le=1.0)
    replays: int = Field(default=200, ge=0)
    weights: tuple[str, ...] = ()


@dataclass
class Built:
    """Rows as the ledger tells them (positive ones still to be verified), and what gave none."""

    rows: list[Row] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)

    def refuse(self, item: str, kind: str, reason: str) -> None:
        self.refused.append(Refused(id=item, kind=kind, stage="build", reason=reason))


def ledger_rows(
    ledger: Ledger,
    files: Mapping[str, str],
    session: Session,
    settings: LedgerSettings | None = None,
    *,
    license: str = "",
    say: Say = lambda text: None,
) -> Built:
    """All rows about the targets of `files` (name to text). Raises MachineryError and LimitHit("cancelled")."""
    built = Built()
    for name, text in files.items():
        built.inputs[name] = sha256(text)
        try:
            spec = spec_of(session, text, name)
        except (UserError, LimitHit) as error:
            if isinstance(error, LimitHit) and error.kind == "cancelled":
                raise
            built.refuse(name, "file", str(error).partition("\n")[0])
            continue
        _File(spec, ledger, session, settings or LedgerSettings(), built, sha256(text), license).collect()
        say(f"{name}: {len(built.rows)} rows so far")
    return built


@dataclass
class _File:
    spec: SpecFile
    ledger: Ledger
    session: Session
    settings: LedgerSettings
    built: Built
    digest: str
    license: str
    replays: int = 0
    seen: set[str] = field(default_factory=set)

    def collect(self) -> None:
        reader = Reader(self.session)
        proofs = self._proofs()
        with LeanDomain(self.spec, self.session, proposer=Portfolio(()), splitter=lambda context: iter(())) as domain:
            for target in self.spec.targets:
                if target.kind is not TargetKind.PROOF:
                    continue
                preamble = self._above(target, proofs)
                definitions = Definitions(self.session.export(self.spec.before(target.command), LIMITS))
                theorem = theorem_of(self.spec, target, definitions, preamble)
                if isinstance(theorem, str):
                    self.built.refuse(f"{self.spec.name}:{target.name}", "theorem", theorem)
                    continue
                self._target(target, theorem, proofs)
                root = domain.root(target)
                if isinstance(root, str):
                    self.built.refuse(f"{self.spec.name}:{target.name}", "tree", root)
                else:
                    self._goal(domain, reader, root, theorem)

    def _proofs(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Checked proofs of the file's targets, with their lemmas."""
        found = {}
        for target in self.spec.targets:
            proof = self.ledger.proof_for(self._key(target))
            if proof is not None:
                found[target.name] = (proof.proof, tuple(proof.verdict.get("lemmas", ())))
        return found

    def _key(self, target: Target) -> str:
        return target_key(self.session.info, slot_of(self.spec, target))

    def _above(self, target: Target, proofs: Mapping[str, tuple[str, tuple[str, ...]]]) -> str:
        """The file above the target's command, with the proofs that are known there."""
        start = self.spec.commands[target.command].start
        earlier = {each.name for each in self.spec.targets if each.command < target.command}
        known = {name: proof for name, proof in proofs.items() if name in earlier}
        edits = assemble(
            self.spec,
            {name: proof for name, (proof, _) in known.items()},
            {},
            {name: lemmas for name, (_, lemmas) in known.items() if lemmas},
        )
        return apply_edits(self.spec.slice(0, start), [edit for edit in edits if edit.end <= start])

    def _target(self, target: Target, theorem: Theorem, proofs: Mapping[str, tuple[str, tuple[str, ...]]]) -> None:
        """The proof of a target in its place, and what failed there before."""
        key = self._key(target)
        proof = self.ledger.proof_for(key)
        if proof is None:
            return
        text, lemmas = proofs[target.name]
        attempts = self.ledger.attempts_for(key)
        won = next((a for a in attempts if a.outcome is Outcome.PROVED_HINT and a.proposal == text), None)
        origin = self._origin(won, run_id=proof.run_id)
        self.built.rows.append(
            Completion(
                theorem=theorem,
                provenance=origin,
                level=Level(proof.level),
                proof=text,
                lemmas=lemmas,
                axioms=proof.axioms,
                seconds=0.0 if won is None else won.lean_seconds,
            )
        )
        self._repairs(theorem, [a for a in attempts if a.outcome is Outcome.FAILED], text, lemmas, origin)

    def _goal(self, domain: LeanDomain, reader: Reader, goal: Goal, theorem: Theorem) -> None:
        """What was tried on a goal of a tree, and on the goals below it."""
        site: Site = goal.payload
        if site.strict_key in self.seen:
            return
        self.seen.add(site.strict_key)
        attempts = [a for a in self.ledger.attempts_for(goal.key) if a.kind == TREE and self._fresh(a)]
        justified = list(_once(a for a in attempts if a.outcome is Outcome.JUSTIFIED))
        self._sketches(theorem, justified)
        self._negatives(theorem, attempts)
        self._preferences(theorem, [a for a in attempts if "score" in a.extra])
        failed = [a for a in attempts if a.outcome is Outcome.FAILED and "score" not in a.extra]
        for won in _once(a for a in attempts if a.outcome is Outcome.PROVED_HINT and not a.extra.get("lemmas")):
            origin = self._origin(won)
            self.built.rows.append(
                Completion(theorem=theorem, provenance=origin, proof=won.proposal, seconds=won.lean_seconds)
            )
            self._repairs(theorem, failed, won.proposal, (), origin)
        for attempt in justified:
            if self.replays >= self.settings.replays:
                return
            self.replays += 1
            self._children(domain, reader, goal, theorem, attempt)

    def _children(self, domain: LeanDomain, reader: Reader, goal: Goal, theorem: Theorem, attempt: Attempt) -> None:
        lemmas = tuple(attempt.extra.get("lemmas", ()))
        answer = justify(domain, goal, attempt.proposal, lemmas, attempt.tactic)
        if not isinstance(answer.record, Justified):
            self.built.refuse(theorem.name, "sketch", f"a recorded split is not accepted any more: {answer.reason}")
            return
        for name, child in answer.record.named():
            if not self.ledger.attempts_for(child.key):
                continue
            stated = self._stated(reader, child, theorem, name)
            if isinstance(stated, str):
                self.built.refuse(f"{theorem.name}, {name}", "theorem", stated)
            else:
                self._goal(domain, reader, child, stated)

    def _stated(self, reader: Reader, child: Goal, above: Theorem, name: str) -> Theorem | str:
        """The goal as a theorem of its own, if its printed form means the same when it is read again."""
        site: Site = child.payload
        shown = _printed(child.text)
        if shown is None:
            return "its hypotheses cannot be written as binders"
        try:
            environment = reader.environment(above.preamble)
        except UserError as error:
            return str(error)
        label = "goal_" + site.strict_key[:8]
        again = reader.state(environment, label, shown)
        if isinstance(again, NotStated):
            return f"its printed form does not read back: {again.reason}"
        if again.strict_key != site.strict_key:
            return "its printed form reads back as another goal"
        spec = spec_of(self.session, again.text, name)
        return theorem_of(spec, spec.targets[-1], environment.definitions)

    # ---- Rows of one goal --------------------------------------------------------------------------------------------

    def _sketches(self, theorem: Theorem, justified: Sequence[Attempt]) -> None:
        for each in justified:
            if "score" in each.extra:
                self.built.rows.append(
                    Sketch(
                        theorem=theorem,
                        provenance=self._origin(each),
                        tactics=each.proposal,
                        lemmas=tuple(each.extra.get("lemmas", ())),
                        children=tuple(str(key).partition("-")[0] for key in each.extra.get("children", ())),
                        label=each.tactic,
                        score=dict(each.extra["score"]),
                    )
                )

    def _negatives(self, theorem: Theorem, attempts: Iterable[Attempt]) -> None:
        told: set[str] = set()
        for each in attempts:
            refuted = set(each.extra.get("score", {}).get("refuted", ()))
            for declaration in each.extra.get("lemmas", ()):
                name = declaration.split()[1]
                if name in refuted and declaration not in told:
                    told.add(declaration)
                    self.built.rows.append(
                        HardNegative(theorem=theorem, provenance=self._origin(each), lemma=declaration)
                    )

    def _preferences(self, theorem: Theorem, scored: Sequence[Attempt]) -> None:
        """Pairs whose scores differ by the margin, the best against the worst first."""
        values: dict[tuple[str, ...], tuple[float, Attempt]] = {}
        for each in scored:
            values[(each.proposal, *each.extra.get("lemmas", ()))] = (from_json(each.extra["score"]).value, each)
        ranked = sorted(values.values(), key=lambda pair: -pair[0])
        made = 0
        for chosen_value, chosen in ranked:
            for rejected_value, rejected in reversed(ranked):
                if made >= self.settings.pairs or chosen_value - rejected_value < self.settings.margin:
                    break
                made += 1
                self.built.rows.append(
                    Preference(
                        theorem=theorem,
                        provenance=self._origin(chosen),
                        chosen=_choice(chosen, chosen_value),
                        rejected=_choice(rejected, rejected_value),
                        margin=chosen_value - rejected_value,
                    )
                )

    def _repairs(
        self,
        theorem: Theorem,
        failed: Sequence[Attempt],
        proof: str,
        lemmas: tuple[str, ...],
        origin: Provenance,
    ) -> None:
        """Failed texts that are like the proof, the likest first. What Lean said is asked again when they are
        verified."""
        rated = sorted(
            ((likeness(each.proposal, proof), number, each) for number, each in enumerate(_once(failed))),
            key=lambda entry: (-entry[0], entry[1]),
        )
        for similarity, _, each in rated[: self.settings.pairs]:
            if self.settings.similarity <= similarity < 1.0:
                said = str(each.extra.get("said") or each.error_class or "error")
                self.built.rows.append(
                    Repair(
                        theorem=theorem,
                        provenance=origin,
                        attempt=each.proposal,
                        messages=(Said(text=said),),
                        proof=proof,
                        lemmas=lemmas,
                        similarity=round(similarity, 6),
                    )
                )

    def _fresh(self, attempt: Attempt) -> bool:
        weights = attempt.extra.get("weights", "")
        return not self.settings.weights or not weights or weights in self.settings.weights

    def _origin(self, attempt: Attempt | None, run_id: str = "") -> Provenance:
        extra: Mapping[str, Any] = {} if attempt is None else attempt.extra
        return Provenance(
            source="ledger",
            file=self.spec.name,
            file_sha256=self.digest,
            run_id=run_id or ("" if attempt is None else attempt.run_id),
            weights=str(extra.get("weights", "")),
            prompt=str(extra.get("prompt", "")),
            license=self.license,
            lean=self.session.info.lean_version,
        )


def likeness(first: str, second: str) -> float:
    """How much of two texts is alike, 0 to 1: difflib's ratio over their words."""
    return difflib.SequenceMatcher(a=first.split(), b=second.split(), autojunk=False).ratio()


def _choice(attempt: Attempt, value: float) -> Choice:
    return Choice(
        tactics=attempt.proposal, lemmas=tuple(attempt.extra.get("lemmas", ())), value=value, label=attempt.tactic
    )


def _once(attempts: Iterable[Attempt]) -> Iterator[Attempt]:
    """Each proposal once, the first time."""
    seen: set[tuple[str, ...]] = set()
    for each in attempts:
        mark = (each.proposal, *each.extra.get("lemmas", ()))
        if mark not in seen:
            seen.add(mark)
            yield each


def _printed(goal: str) -> str | None:
    """A goal as Lean prints it, as the statement of a theorem; None where a hypothesis has no name."""
    locals_, target = parse_goal(goal)
    if any(not each.is_accessible for each in locals_):
        return None
    return f"{' '.join(binder(each) for each in locals_)} : {target}".strip()
