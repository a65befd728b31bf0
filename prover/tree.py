"""The second half of proving a file: a tree of goals for each target that the portfolio left open.

Each target is first put to the counterexample gate, then searched under its own share of the budget; with
`all_or_none` the other way round, since what is proved then has passed tests before. What is found is a hint on its
target's `Work`, like every other; the caller has it checked.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from decompose.assembly import Disproof
from decompose.counterexample.gate import test_goal
from decompose.counterexample.targets import after_target, disprove_target
from decompose.counterexample.verdict import Passed, Refuted
from decompose.difficulty import Difficulty
from decompose.spec import SpecFile, Target
from decompose.splitters import splits
from lean_project.errors import GentzenError, LimitHit
from lean_project.ledger import Attempt, Ledger, Outcome
from lean_project.session import Session
from prover.engine import LeanDomain, Site
from prover.journal import learned
from prover.later import LateMoves
from prover.learned.difficulty import difficulty_for
from prover.learned.ranking import Ranker
from prover.proposals import Proposal, Proposer
from prover.report import Status
from prover.run import Work
from prover.settings import Progress, ProveSettings
from prover.tidy import Tidy
from search.allocation import Allocation
from search.budget import Budget, BudgetLimits
from search.driver import Search
from search.outcome import Event, EventKind, Stop
from search.outcome import Outcome as Found
from search.strategies import strategy

LABEL = "tree"
_NO_FAULT = "nothing that the search could think of proves it"


@dataclass
class Tree:
    """One file's trees. `outcomes`: what came of each target's search, by target name, for the record of the run;
    `tokens`: what a policy spent on each. `difficulty`: of goals, None: as the settings say."""

    spec: SpecFile
    session: Session
    proposer: Proposer
    settings: ProveSettings
    budget: Budget
    ledger: Ledger
    run_id: str
    progress: Progress
    outcomes: dict[str, Found] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    disproofs: dict[str, Disproof] = field(default_factory=dict)
    allocation: Allocation = field(init=False)
    late_moves: LateMoves | None = None
    ranker: Ranker | None = None
    difficulty: Difficulty | None = None
    tokens: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.allocation = learned(self.ledger)

    def run(self, works: Sequence[Work]) -> None:
        """Work on every target of `works` that has no hint, once; with `all_or_none` until one of them stays without.
        Ctrl-C passes on when what there is was saved."""
        first = self.settings.first
        waiting = [work for work in works if self._is_open(work)]
        waiting.sort(key=lambda work: work.target.name not in first)
        if not waiting:
            return
        with LeanDomain(
            self.spec,
            self.session,
            proposer=self.proposer,
            splitter=splits,
            tester=test_goal,
            ledger=self.ledger,
            run_id=self.run_id,
            resume=self.settings.resume,
            late_moves=self.late_moves,
            ranker=self.ranker,
            difficulty=self.difficulty or difficulty_for(self.settings.difficulty),
        ) as domain:
            for work in waiting:
                domain.unproved = self._unproved(works) - {work.target.declaration}
                self._target(domain, work)
                if self.settings.all_or_none and work.hint is None:
                    return

    def _unproved(self, works: Sequence[Work]) -> frozenset[str]:
        """Declarations that have a hole without a hint at this moment."""
        proved = {work.target.name for work in works if work.hint is not None}
        holes = {target.declaration for target in self.spec.targets if target.name not in proved}
        return frozenset(holes | {excluded.declaration for excluded in self.spec.excluded})

    def _is_open(self, work: Work) -> bool:
        left = work.status in (Status.OPEN, Status.LIMIT) and work.seconds < self.settings.timeout
        return work.hint is None and left and work.target.name not in self.roots

    def _target(self, domain: LeanDomain, work: Work) -> None:
        target = work.target
        domain.session.calls = 0
        root = domain.root(target)
        work.calls += domain.session.calls
        if isinstance(root, str):
            work.reason = f"{work.reason}; it was not taken apart, because {root}"
            return
        self.roots[target.name] = root.key
        domain.add_root(root)
        began = time.monotonic()
        late = self.settings.all_or_none  # What is expected to be true is tested only once it has no proof.
        if not late and self._refuted(domain, work, root.payload):
            work.seconds += time.monotonic() - began
            return
        domain.tried[target.name] = work.tried
        left = max(0.0, self.settings.timeout - work.seconds)
        search = Search(
            domain,
            [root],
            strategy(self.settings.strategy),
            self.budget.child(BudgetLimits(seconds=left)),
            on_event=lambda event: self._tell(target, event),
            allocation=self.allocation,
        )
        before = self.budget.usage().tokens
        found = search.run()
        if self.late_moves is not None:
            self.late_moves.rest()
        self.tokens[target.name] = self.budget.usage().tokens - before
        self.outcomes[target.name] = found
        work.seconds += time.monotonic() - began
        work.calls += found.usage.calls
        self._harvest(domain, work, root.key, found)
        if found.stop is Stop.INTERRUPTED:
            raise KeyboardInterrupt
        if late and work.hint is None:
            self._refuted(domain, work, root.payload)

    def _refuted(self, domain: LeanDomain, work: Work, site: Site) -> bool:
        """Put the target to the counterexample gate; a refutation counts once Lean accepts a proof of the negation."""
        domain.session.calls = 0
        try:
            verdict = domain.test(site)
            if not isinstance(verdict, Refuted):
                if isinstance(verdict, Passed) and verdict.is_vacuous:
                    work.note = f"its hypotheses were false in all {verdict.tests} tests, so it may say nothing"
                return False
            claim = disprove_target(
                domain.session, self.spec, work.target, site.problem.closed, site.definitions, verdict
            )
        except GentzenError as error:
            if isinstance(error, LimitHit) and error.kind == "cancelled":
                raise
            work.note = f"the search for a counterexample did not end: {str(error).partition(chr(10))[0]}"
            return False
        finally:
            work.calls += domain.session.calls
        if claim is None:
            values = f" ({verdict})" if str(verdict) else ""
            work.note = f"a test found its goal false{values}, but there is no proof of that for the whole statement"
            return False
        text = Tidy(domain.session, self.budget).declaration(after_target(self.spec, work.target), claim.text)
        self.disproofs[work.target.name] = replace(claim, text=text)
        work.settle(Status.OPEN, f"false: {verdict}" if str(verdict) else "false")
        self.progress.settled(self.spec.name, work.target.name, str(Status.DISPROVED))
        return True

    def _harvest(self, domain: LeanDomain, work: Work, key: str, found: Found) -> None:
        if key in found.proofs:
            script = domain.script(found.proofs[key])
            work.hint = Proposal(LABEL, script.tactics, 0.0, 0, script.uses, script.lemmas)
            work.settle(Status.PROVED)
            self.ledger.append_attempt(
                Attempt(
                    key=f"tree {work.key}",
                    target_key=work.key,
                    kind=LABEL,
                    proposal=script.tactics,
                    outcome=Outcome.PROVED_HINT,
                    tactic=LABEL,
                    calls=0,
                    extra={"lemmas": list(script.lemmas)},
                    run_id=self.run_id,
                )
            )
        elif found.stop is Stop.LIMIT:
            mine = found.limit is None or found.limit.kind == "seconds"
            limit = (
                f"limit of {self.settings.timeout:g} seconds reached" if mine else f"{found.limit} (the run's budget)"
            )
            work.settle(Status.LIMIT, f"{limit} after {work.calls} Lean calls")
        elif found.stop is not Stop.INTERRUPTED:
            faults = "; ".join(dict.fromkeys((found.gave_up or {}).values()))
            if faults:
                work.settle(Status.MACHINERY, faults)
            else:
                work.settle(Status.OPEN, f"{_NO_FAULT} ({work.calls} Lean calls)")
        if work.hint is None:
            partial = found.partial.get(key)
            work.open_goals = tuple(goal.text for goal in partial.open) if partial is not None else ()
            if work.note:
                work.reason = f"{work.reason}; {work.note}"
        self.progress.settled(self.spec.name, work.target.name, str(work.status))

    def _tell(self, target: Target, event: Event) -> None:
        if event.kind is EventKind.SUBMITTED and event.move is not None:
            self.progress.attempt(self.spec.name, target.name, event.move.label)
