"""Statements examined and attempted with Lean, so that equal settings give equal answers.

Every attempt is a search of its own: one move at a time, costs as foretold and not as measured (measured ones depend on
how busy the machine is), limits by calls and heartbeats. What it finds counts once the trusted check has accepted the
whole file.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from decompose.assembly import Assembled, Check, settle
from decompose.counterexample.gate import test_goal
from decompose.counterexample.targets import disprove_target
from decompose.counterexample.verdict import Passed, Refuted, Untestable
from decompose.difficulty import Difficulty
from decompose.problem import Script
from decompose.spec import Exclusion, SpecError, SpecFile, Target, load_spec
from decompose.splitters import splits
from decompose.text import decode
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.model import Limits, RuntimeInfo
from lean_project.session import Session
from prover.bench.asking import Asking
from prover.bench.in_place import prove_in_place
from prover.bench.problems import Problem
from prover.bench.records import Cause, Gate, Outcome, TreeStep
from prover.bench.settings import BenchSettings
from prover.bench.solving import Attempted, Examined, Stopped, Task
from prover.bench.steady import Drawn, ForetoldCosts, OneWorker, Watch
from prover.bench.tasks import groups_of, still_open, task_name, unprovable
from prover.engine import Justified, LeanDomain, Site
from prover.gate import gate_for
from prover.later import LateMoves
from prover.learned.difficulty import difficulty_for
from prover.learned.ranking import ranker_for
from prover.library_moves import LibraryMoves
from prover.policy.answers import Policy
from prover.portfolio import Portfolio
from prover.settings import PORTFOLIO, DifficultyChoice, StrategyChoice
from search.budget import Budget, BudgetLimits
from search.domain import Goal
from search.driver import Search, Settings
from search.outcome import Outcome as Found
from search.outcome import Stop
from search.partial import ProofTree
from search.strategies import strategy

FLAT = StrategyChoice.FLAT.value
STATE_LIMITS = Limits(seconds=180.0)
"""For elaborating a statement as it stands."""
_OWN_LIBRARY = frozenset({"Init", "Std", "Lean", "Lake"})


class LeanSolver:
    """A `solving.Solver` over a session and a policy (None: without one), which it owns. `premises`: the folder with
    the library's indices, None for a search without its theorems."""

    def __init__(
        self, session: Session, settings: BenchSettings, policy: Policy | None = None, premises: Path | None = None
    ) -> None:
        self._session, self._settings, self._policy, self._premises = session, settings, policy, premises
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._specs: dict[str, tuple[SpecFile, Check]] = {}
        self._foreign: dict[str, Examined] = {}
        """Headers that import what is not there: hundreds of problems may share one."""

    @property
    def info(self) -> RuntimeInfo:
        return self._session.info

    def stop(self) -> None:
        self._stopped.set()
        self.close()

    def close(self) -> None:
        self._session.close()
        if self._policy is not None:
            self._policy.close()

    # ---- Statements --------------------------------------------------------------------------------------------------

    def examine(self, problem: Problem) -> Examined:
        try:
            found = self._examine(problem)
        except MachineryError as error:
            self._check_stopped()
            return Examined(Outcome.MACHINERY, reason=_first_line(error))
        except LimitHit as hit:
            self._check_stopped()
            return Examined(Outcome.NOT_STATABLE, Cause.LIMIT, str(hit))
        self._check_stopped()
        return found

    def _examine(self, problem: Problem) -> Examined:
        for header, known in list(self._foreign.items()):
            if problem.text.startswith(header):
                return known
        opened = self._session.open(problem.text, STATE_LIMITS)
        if opened.snapshot is None:
            foreign = [name for name in opened.imports if name.partition(".")[0] not in _OWN_LIBRARY]
            packages = tuple(dict.fromkeys(name.partition(".")[0] for name in foreign))
            if packages:
                found = Examined(Outcome.NOT_STATABLE, Cause.IMPORTS, f"needs {', '.join(packages)}", packages)
                header = problem.text.encode()[: opened.header_end].decode()
                if header.endswith("\n"):  # else a longer name could begin with it
                    self._foreign[header] = found
                return found
            errors = [message.text for message in opened.messages if message.is_error]
            return Examined(Outcome.NOT_STATABLE, Cause.ERROR, _shortened(errors[0] if errors else "no header"))
        try:
            spec, check = self._spec(problem)
        except SpecError as error:
            said = error.messages[0] if error.messages else None
            where = f"line {said.start.line}: {said.text}" if said else str(error)
            return Examined(Outcome.NOT_STATABLE, Cause.ERROR, _shortened(where))
        except UserError as error:
            return Examined(Outcome.NOT_STATABLE, Cause.LIMIT, _first_line(error))
        groups = groups_of(spec, problem.theorem)
        if not groups:
            missing = any(each.exclusion is Exclusion.PROGRAM for each in spec.excluded)
            what = "only programs are missing in it" if missing else "it has no theorem that is open"
            return Examined(Outcome.NOT_STATABLE, Cause.PROGRAM if missing else Cause.NO_TARGET, what)
        tasks: list[Task] = []
        why = ""
        for declaration, targets in groups.items():
            why = unprovable(spec, declaration, targets)
            if not why:
                tasks.append(self._tested(spec, check, targets))
        if not tasks:
            return Examined(Outcome.NOT_STATABLE, Cause.PROGRAM, why)
        return Examined(tasks=tuple(tasks))

    def _spec(self, problem: Problem) -> tuple[SpecFile, Check]:
        known = self._specs.get(problem.file_sha256)
        if known is None:
            spec = load_spec(decode(problem.text.encode()), self._session, STATE_LIMITS, name=problem.id)
            with self._lock:
                known = self._specs.setdefault(problem.file_sha256, (spec, gate_for(spec, self._session)))
        return known

    def _tested(self, spec: SpecFile, check: Check, targets: Sequence[Target]) -> Task:
        """The task of a declaration, with what the counterexample gate says of its goal."""
        target = targets[0]
        task = Task(task_name(target, targets), goal="\n\n".join(goal.text for each in targets for goal in each.goals))
        if not self._settings.gate or len(targets) > 1:
            return task
        session = OneWorker(self._session, self._settings.heartbeats)
        with LeanDomain(spec, session, proposer=Portfolio(), splitter=splits, tester=test_goal) as domain:
            try:
                root = domain.root(target)
                if isinstance(root, str):
                    return replace(task, gate=Gate.UNTESTABLE, detail=root)
                verdict = domain.test(root.payload)
                if isinstance(verdict, Untestable):
                    return replace(task, gate=Gate.UNTESTABLE, detail=verdict.reason)
                if isinstance(verdict, Passed):
                    gate = Gate.VACUOUS if verdict.is_vacuous else Gate.PASSED
                    return replace(
                        task, gate=gate, detail=f"{verdict.tests} tests, {verdict.nonvacuous} of them telling"
                    )
                task = replace(task, gate=Gate.REFUTED, detail=str(verdict))
                return self._disproved(spec, check, target, root.payload, verdict, domain, task)
            except (LimitHit, MachineryError) as fault:
                self._check_stopped()
                if task.gate is Gate.REFUTED:
                    return task
                return replace(task, gate=Gate.UNTESTABLE, detail=_first_line(fault))

    def _disproved(
        self,
        spec: SpecFile,
        check: Check,
        target: Target,
        site: Site,
        verdict: Refuted,
        domain: LeanDomain,
        task: Task,
    ) -> Task:
        """The task with its disproof, where Lean and the check accept one."""
        found = disprove_target(domain.session, spec, target, site.problem.closed, site.definitions, verdict)
        if found is None:
            return task
        claim = {target.name: found}
        assembled = settle(spec, {}, {}, check, None, claim)
        if target.name not in assembled.disproved:
            return task
        return replace(task, disproof=assembled.render(spec), level=assembled.level or "L1")

    # ---- Attempts ----------------------------------------------------------------------------------------------------

    def attempt(self, problem: Problem, tasks: Sequence[str], seed: int) -> dict[str, Attempted]:
        try:
            found = self._attempt(problem, tasks, seed)
        except LimitHit as hit:
            self._check_stopped()
            return dict.fromkeys(tasks, Attempted(Outcome.LIMIT, hit.kind, reason=str(hit)))
        except (MachineryError, UserError) as error:  # the file elaborated before, so it is not the user's fault
            self._check_stopped()
            return dict.fromkeys(tasks, Attempted(Outcome.MACHINERY, reason=_first_line(error)))
        self._check_stopped()
        return found

    def _attempt(self, problem: Problem, tasks: Sequence[str], seed: int) -> dict[str, Attempted]:
        """Search the tasks in the order of the file, later ones on top of what was found for earlier ones, then have
        the check judge all that was found as one file."""
        spec, check = self._spec(problem)
        groups = {task_name(each[0], each): each for each in groups_of(spec, problem.theorem).values()}
        session = OneWorker(self._session, self._settings.heartbeats)
        made: dict[str, Attempted] = {}
        scripts: dict[str, Script] = {}
        with ExitStack() as stack:
            domain: LeanDomain | None = None
            for task in tasks:
                started, before = time.monotonic(), session.lean_seconds
                limits = BudgetLimits(self._settings.calls, self._settings.tokens, self._settings.seconds)
                budget, asking = Budget(limits), None
                if self._policy is not None:  # its moves are paid for by the budget of their task
                    asking = Asking(self._policy, budget, self._settings.policy_samples, seed)
                    stack.callback(asking.close)
                if domain is None or asking is not None:
                    domain = stack.enter_context(self._domain(spec, session, asking, seed))
                domain.unproved = still_open(spec, scripts) - {groups[task][0].declaration}
                found, own = self._search(domain, groups[task], seed, budget)
                if asking is not None and asking.lost and not own:
                    found = replace(found, outcome=Outcome.MACHINERY, reason=f"the policy was lost: {asking.lost}")
                scripts |= own
                lean = round(session.lean_seconds - before, 3)
                made[task] = replace(found, seconds=round(time.monotonic() - started, 3), lean_seconds=lean)
        if not scripts:
            return made
        proofs = {name: script.tactics for name, script in scripts.items()}
        found_for = [task for task in tasks if all(target.name in scripts for target in groups[task])]
        try:
            assembled = settle(spec, proofs, {}, check, {name: script.lemmas for name, script in scripts.items()})
        except (LimitHit, MachineryError) as fault:
            return made | {task: _unchecked(made[task], fault) for task in found_for}
        file = assembled.render(spec)
        for task in found_for:
            made[task] = _settled(made[task], assembled, [target.name for target in groups[task]], file)
        return made

    def _domain(self, spec: SpecFile, session: OneWorker, asking: Asking | None, seed: int) -> LeanDomain:
        late: LateMoves | None = None if asking is None else asking.moves(spec)
        if self._premises is not None and self._settings.strategy not in (PORTFOLIO, FLAT):
            late = LibraryMoves(spec, session, self._premises, late)
        if self._settings.strategy == FLAT and late is None:
            late = Drawn(seed)
        return LeanDomain(
            spec,
            session,
            proposer=Portfolio(),
            splitter=splits,
            tester=None if self._settings.strategy in (PORTFOLIO, FLAT) else test_goal,
            late_moves=late,
            ranker=ranker_for(self._settings.order),
            difficulty=self._difficulty(spec, asking),
        )

    def _difficulty(self, spec: SpecFile, asking: Asking | None) -> Difficulty:
        if self._settings.difficulty == DifficultyChoice.POLICY and asking is not None:
            return asking.difficulty(spec)
        return difficulty_for(self._settings.difficulty)

    def _search(
        self, domain: LeanDomain, targets: Sequence[Target], seed: int, budget: Budget
    ) -> tuple[Attempted, dict[str, Script]]:
        """What the search finds for the holes of one task: scripts by target, none unless all of them are proved."""
        settings, roots = self._settings, list[Goal]()
        for target in targets:
            root = domain.root(target)
            if isinstance(root, str):
                return self._in_place(domain, targets, root)
            roots.append(root)
        watch = Watch(self._stopped)
        found = Search(
            domain,
            roots,
            strategy(FLAT if settings.strategy == PORTFOLIO else settings.strategy, seed),
            budget,
            on_event=watch,
            allocation=ForetoldCosts(),
            settings=Settings(queued=0),
        ).run()
        if found.stop is Stop.INTERRUPTED:
            raise Stopped
        if domain.late_moves is not None:
            domain.late_moves.rest()
        tokens = budget.usage().tokens  # known in full only now
        difficulty = sum(root.difficulty for root in roots)
        spent = Attempted(
            Outcome.OPEN, calls=found.usage.calls, tokens=tokens, lost=watch.lost, difficulty=round(difficulty, 3)
        )
        if any(root.key not in found.proofs for root in roots):
            return _unproved(spent, found, roots), {}
        spent = replace(spent, tree=_tree([found.proofs[root.key] for root in roots]))
        return spent, {t.name: domain.script(found.proofs[root.key]) for t, root in zip(targets, roots, strict=True)}

    def _in_place(self, domain: LeanDomain, targets: Sequence[Target], why: str) -> tuple[Attempted, dict[str, Script]]:
        """What the portfolio proves of a goal that no search can have; `why`: it cannot stand alone."""
        if len(targets) > 1:
            return Attempted(Outcome.OPEN, reason=f"not attempted: {why}"), {}
        found = prove_in_place(
            domain.spec,
            targets[0],
            domain.session,
            Portfolio(ranker=ranker_for(self._settings.order)),
            domain.unproved,
            calls=self._settings.calls,
            seconds=self._settings.seconds,
            stopped=self._stopped,
        )
        spent = Attempted(Outcome.OPEN, calls=found.calls, lost=found.lost)
        if found.proposal is not None:
            made = Script(found.proposal.tactics, found.proposal.helpers, found.proposal.lemmas)
            return spent, {targets[0].name: made}
        if found.limit:
            reason = f"limit of {found.limit} reached; its goal was not taken apart: {why}"
            return replace(spent, outcome=Outcome.LIMIT, limit=found.limit, reason=reason), {}
        return replace(spent, reason=f"nothing in the portfolio proves it; it was not taken apart: {why}"), {}

    def _check_stopped(self) -> None:
        if self._stopped.is_set():
            raise Stopped


def _unproved(spent: Attempted, found: Found, roots: Sequence[Goal]) -> Attempted:
    partial = [found.partial[root.key] for root in roots if root.key in found.partial]
    goals = tuple(goal.text for each in partial for goal in each.open)[:4]
    if found.stop is Stop.LIMIT:
        limit = found.limit.kind if found.limit is not None else "calls"
        return replace(spent, outcome=Outcome.LIMIT, limit=limit, reason=str(found.limit or ""), open_goals=goals)
    faults = "; ".join(dict.fromkeys((found.gave_up or {}).values()))
    if faults:
        return replace(spent, outcome=Outcome.MACHINERY, reason=_shortened(faults))
    return replace(spent, reason="nothing that the search could think of proves it", open_goals=goals)


def _settled(spent: Attempted, assembled: Assembled, names: Sequence[str], file: bytes) -> Attempted:
    refused = [assembled.reasons.get(name) or "refused" for name in names if name not in assembled.accepted]
    if refused or assembled.level is None:
        why = _shortened("; ".join(refused) or "the check gave no level")
        return replace(spent, reason=f"found, but the check refuses it: {why}", refused=why)
    return replace(
        spent,
        outcome=Outcome.PROVED,
        level=assembled.level,
        axioms=tuple(sorted({axiom for name in names for axiom in assembled.axioms.get(name, ())})),
        proof="\n\n".join(assembled.accepted[name] for name in names),
        lemmas=tuple(text for name in names for text in assembled.lemmas.get(name, ())),
        file=file,
    )


def _unchecked(spent: Attempted, fault: LimitHit | MachineryError) -> Attempted:
    """A hint that the check did not get to is no proof, and no failure of the search either."""
    reason = f"a proof was found, but the check of the file did not finish: {_first_line(fault)}"
    if isinstance(fault, LimitHit):
        return replace(spent, outcome=Outcome.LIMIT, limit=fault.kind, reason=reason)
    return replace(spent, outcome=Outcome.MACHINERY, reason=reason)


def _tree(proofs: Sequence[ProofTree]) -> tuple[TreeStep, ...]:
    """The steps of the proofs, each goal once, roots first."""
    steps = {step.goal.key: step for proof in proofs for step in reversed(proof.steps)}
    numbers = {key: number for number, key in enumerate(steps)}
    return tuple(
        TreeStep(
            goal=step.goal.text,
            tactic=step.record.split.tactics,
            children=tuple(numbers[child.key] for _, child in step.record.named()),
        )
        for step in steps.values()
        if isinstance(step.record, Justified)
    )


def _first_line(error: BaseException) -> str:
    return _shortened(str(error))


def _shortened(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 240 else line[:239] + "…"
