"""Goals of a spec file as the search sees them: the `search.domain.Domain` over a Lean session.

A move is a split elaborated on its goal's own snapshot; what it leaves becomes goals of their own, tested by the
counterexample gate where they could be false, and scored. Whatever is accepted here is a hint (level L0).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from decompose.context import goal_context
from decompose.counterexample.verdict import Refuted, Untestable
from decompose.counterexample.verdict import Verdict as GateVerdict
from decompose.definitions import Definitions
from decompose.difficulty import Difficulty, FootprintDifficulty, measured
from decompose.goalkey import goal_key, is_trivial_child
from decompose.problem import Problem, Script, compose, problem
from decompose.score import Child, Counterexample, Justification, Score, score
from decompose.sketch import Lemma, Split
from decompose.spec import SORRY_MESSAGE, SpecFile, Target
from lean_project.check.terms import DocumentError
from lean_project.errors import LimitHit, MachineryError, RequestError
from lean_project.ledger import Ledger, Outcome, attempt_key
from lean_project.model import ClosedGoal, Command, Elaboration, Limits, Message, Snapshot
from lean_project.model import Goal as LeanGoal
from lean_project.session import Session
from prover import journal
from prover.attempt import HEARTBEATS_MESSAGE
from prover.counted import CountedSession
from prover.later import LateMoves, Later, try_later
from prover.learned.ranking import Ranker
from prover.moves import MORE_HEARTBEATS, Splitter, loses_truth, ordered_moves
from prover.proposals import Proposer
from search.domain import Answer, Goal, Move, Verdict
from search.partial import ProofTree

ATTEMPT_SECONDS = 15.0
"""Wall clock for one elaboration; heartbeats are meant to end it earlier."""
LOOK = Split("look", "skip")


class Tester(Protocol):
    """The counterexample gate. Raises LimitHit and MachineryError like every request."""

    def __call__(
        self, session: Session, base: Snapshot, goal: ClosedGoal, definitions: Definitions, /, *, seed: str
    ) -> GateVerdict: ...


@dataclass(frozen=True)
class Site:
    """A goal where it came up: what `search.domain.Goal.payload` holds here. `trail`: labels of the splits that led to
    it. `again`: texts of finishing moves that ran out of heartbeats, which alone get a second turn."""

    problem: Problem
    target: Target
    definitions: Definitions
    text: str
    strict_key: str
    trail: tuple[str, ...] = ()
    again: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Justified:
    """What an accepted split left, in order: for `script`, and for the record of the run."""

    split: Split
    lemmas: tuple[Goal, ...]
    left: tuple[Goal, ...]
    score: Score

    def named(self) -> Iterator[tuple[str, Goal]]:
        """The children with their names in the score's provenance."""
        yield from zip((lemma.name for lemma in self.split.lemmas), self.lemmas, strict=True)
        for number, goal in enumerate(self.left, 1):
            yield _left_name(number), goal


@dataclass
class _Running:
    cancelled: bool = False
    inner: Future[Elaboration] | None = None
    stop: Future[None] = field(default_factory=Future)


class LeanDomain:
    """One file's goals. `splitters` and `proposer` think of moves; `tester` is the counterexample gate (None: none).

    `late_moves`: a policy's, beside theirs. `ranker`: orders the finishing moves. `tried`: for each target's name
    the tactic blocks that were tried on it in its place already; they are left out on its root. `unproved`:
    declarations of the file that no proof may rest on.
    Close it to end its threads; the session is the caller's.
    """

    def __init__(
        self,
        spec: SpecFile,
        session: Session,
        *,
        proposer: Proposer,
        splitter: Splitter,
        tester: Tester | None = None,
        difficulty: Difficulty | None = None,
        ledger: Ledger | None = None,
        run_id: str = "",
        resume: bool = False,
        late_moves: LateMoves | None = None,
        ranker: Ranker | None = None,
    ) -> None:
        self.spec, self.session, self.late_moves = spec, CountedSession(session), late_moves
        self.proposer, self.splitter, self.tester, self.ranker = proposer, splitter, tester, ranker
        self.difficulty = difficulty or FootprintDifficulty()
        self.ledger, self.run_id, self.resume = ledger, run_id, resume
        self.tried: dict[str, set[str]] = {}
        self.unproved: frozenset[str] = frozenset()
        self._roots: set[str] = set()
        self._definitions: dict[str, Definitions] = {}
        self._tests: dict[str, GateVerdict] = {}
        self._known: dict[str, Script] = {}
        self._lock = threading.Lock()
        self._running: dict[Future[Answer], _Running] = {}
        self._threads = ThreadPoolExecutor(self.workers + 1, thread_name_prefix="gentzen-move")

    def close(self) -> None:
        """Cancel what is under way and end the threads. Idempotent."""
        for future in list(self._running):
            self.cancel(future)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> LeanDomain:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def workers(self) -> int:
        return self.session.workers + (0 if self.late_moves is None else self.late_moves.slots)

    # ---- Goals -------------------------------------------------------------------------------------------------------

    def root(self, target: Target) -> Goal | str:
        """The goal of a target's hole, or why it has none that can stand alone."""
        if len(target.goals) != 1:
            return "its hole has several goals at once"
        goal = target.goals[0]
        if goal.closed is None:
            return f"its goal cannot stand alone: {goal.why_open or 'no closed form'}"
        base = self.spec.before(target.command)
        try:
            return self._goal(base, target, goal)
        except (DocumentError, RequestError, LimitHit, MachineryError) as error:
            return f"its goal cannot stand alone: {error}"

    def _goal(self, base: Snapshot, target: Target, goal: LeanGoal, trail: tuple[str, ...] = ()) -> Goal:
        assert goal.closed is not None
        definitions = self._defined_by(base)
        strict = goal_key(goal.closed, definitions, strict=True)
        stated = problem(base, goal.closed, strict)
        text = self._look(stated) if stated.renames else goal.text
        # Proofs are text, so goals with other names of hypotheses are other nodes, although their proofs are alike.
        names = hashlib.sha256("\0".join((*stated.intro, base.key)).encode()).hexdigest()[:8]
        site = Site(stated, target, definitions, text, strict, trail)
        difficulty = measured(self.difficulty, goal.closed, definitions, target, text)
        return Goal(f"{strict}-{names}", text, difficulty, site)

    def _defined_by(self, base: Snapshot) -> Definitions:
        known = self._definitions.get(base.key)
        if known is None:
            document = self.session.export(base, Limits(seconds=120.0))
            known = self._definitions.setdefault(base.key, Definitions(document))
        return known

    def _look(self, stated: Problem) -> str:
        """The goal as Lean prints it with every hypothesis accessible."""
        elaboration = self.session.elaborate(
            stated.snapshot, stated.candidate(LOOK), Limits(ATTEMPT_SECONDS), goals=True
        )
        goals = elaboration.holes[-1].goals if elaboration.holes else ()
        return goals[0].text if goals else "⊢ (Lean could not print this goal)"

    # ---- Moves -------------------------------------------------------------------------------------------------------

    def moves(self, goal: Goal) -> Iterator[Move]:
        """Known proofs, the proposer's finishing moves and the splitter's, cheapest per expected success first."""
        site: Site = goal.payload
        context = goal_context(self.spec, site.target, site.text)
        known = self._known.get(site.strict_key)
        tried = self.tried.get(site.target.name, set()) if goal.key in self._roots else set()
        moves = ordered_moves(
            context, self.proposer, self.splitter, known, tried, site.trail, self.ranker, self.unproved
        )
        if self.late_moves is not None:
            moves = self.late_moves.moves(goal, moves)
        yield from (move for move in moves if not move.payload.uses & self.unproved)

    def add_root(self, goal: Goal) -> None:
        """Tell that `goal` is a target's own: what was tried in its place is not tried again."""
        self._roots.add(goal.key)

    # ---- Trying a move -----------------------------------------------------------------------------------------------

    def submit(self, goal: Goal, move: Move, seconds: float) -> Future[Answer]:
        state = _Running()
        future = self._threads.submit(self._try, goal, move, seconds, state)
        self._running[future] = state
        future.add_done_callback(lambda done: self._running.pop(done, None))
        return future

    def cancel(self, future: Future[Answer]) -> None:
        state = self._running.get(future)
        if not future.cancel() and state is not None:
            with self._lock:
                if not state.cancelled:
                    state.stop.set_result(None)
                state.cancelled, inner = True, state.inner
            if inner is not None:
                self.session.cancel(inner)

    def _try(self, goal: Goal, move: Move, seconds: float, state: _Running) -> Answer:
        if isinstance(move.payload, Split):
            return self._tried(goal, move.payload, seconds, state)
        later: Later = move.payload
        attempt = partial(self._tried, goal, state=state, later=later)
        return try_later(later, seconds, state.stop, self.unproved, attempt)

    def _tried(self, goal: Goal, split: Split, seconds: float, state: _Running, later: Later | None = None) -> Answer:
        site: Site = goal.payload
        again = split.completes and split.heartbeats == MORE_HEARTBEATS
        if again and split.tactics not in site.again:
            return Answer(Verdict.REFUSED, lean_calls=0, reason="heartbeats were not what it lacked")
        code = site.problem.candidate(split)
        limits = Limits(seconds=max(0.1, min(seconds, ATTEMPT_SECONDS)), heartbeats=split.heartbeats)
        key = attempt_key(self.session.info, site.problem.snapshot, code, limits)
        if self.resume and self.ledger is not None:
            known = self.ledger.already_tried(key)
            if known is not None and known.outcome is Outcome.FAILED:
                return Answer(Verdict.REFUSED, lean_calls=0, reason=f"{known.error_class} (known from an earlier run)")
        self.session.calls = 0
        limit = "heartbeats"
        try:
            elaboration = self._elaborate(site.problem.snapshot, code, limits, split.leaves_goals, state)
            answer = self._judge(goal, split, code, elaboration)
            if later is not None:
                later.heard(split, code, elaboration.messages, answer)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise CancelledError from hit
            limit = hit.kind
            answer = Answer(Verdict.LIMIT, seconds=limits.seconds, reason=str(hit), record=hit)
        except (MachineryError, RequestError) as error:
            answer = Answer(Verdict.MACHINERY, reason=str(error).partition("\n")[0])
        answer = replace(answer, lean_calls=max(1, self.session.calls))
        self._record(goal, split, key, answer, limit, later)
        return answer

    def _elaborate(self, snapshot: Snapshot, code: str, limits: Limits, goals: bool, state: _Running) -> Elaboration:
        with self._lock:
            if state.cancelled:
                raise LimitHit("cancelled")
            state.inner = self.session.submit_elaborate(snapshot, code, limits, goals=goals)
        return state.inner.result()

    def _judge(self, goal: Goal, split: Split, code: str, elaboration: Elaboration) -> Answer:
        """What Lean's answer means."""
        seconds = elaboration.lean_seconds
        errors = [message for message in elaboration.messages if message.is_error]
        if errors:
            if _gave_up(errors):
                site: Site = goal.payload
                site.again.add(split.tactics)
                return Answer(Verdict.LIMIT, seconds=seconds, reason="limit of heartbeats reached")
            return Answer(Verdict.REFUSED, seconds=seconds, reason=_first_line(errors[0]))
        escaped = _escaped(split, code, elaboration.commands)
        if escaped:
            return Answer(Verdict.REFUSED, seconds=seconds, reason=escaped)
        *stated, candidate = elaboration.commands
        open_goals = [command.holes[0].goals for command in stated]
        left = candidate.holes[-1].goals if candidate.holes else ()
        rests = any(message.kind == SORRY_MESSAGE for message in candidate.messages)
        if rests and not left:
            return Answer(Verdict.REFUSED, seconds=seconds, reason="it rests on `sorry` without leaving a goal")
        if any(len(goals) != 1 for goals in open_goals):
            return Answer(Verdict.REFUSED, seconds=seconds, reason="a lemma of it is no single statement")
        return self._accept(goal, split, [goals[0] for goals in open_goals], left, seconds)

    def _accept(
        self, goal: Goal, split: Split, lemmas: list[LeanGoal], left: tuple[LeanGoal, ...], seconds: float
    ) -> Answer:
        site: Site = goal.payload
        children: list[Goal] = []
        for each in (*lemmas, *left):
            if each.closed is None or not each.is_prop:
                why = each.why_open or "it is not a proposition"
                return Answer(Verdict.REFUSED, seconds=seconds, reason=f"a goal that it leaves cannot stand: {why}")
            try:
                child = self._goal(site.problem.base, site.target, each, (*site.trail, split.label))
            except DocumentError as error:
                return Answer(Verdict.REFUSED, seconds=seconds, reason=f"a goal that it leaves: {error}")
            children.append(child)
        rated: list[Child] = []
        for number, child in enumerate(children):
            is_lemma = number < len(lemmas)
            name = split.lemmas[number].name if is_lemma else _left_name(number - len(lemmas) + 1)
            at: Site = child.payload
            trivial = is_trivial_child(site.problem.closed, at.problem.closed, site.definitions)
            tested = self._tested(at) if loses_truth(split) else Counterexample.UNTESTABLE
            rated.append(Child(name, child.difficulty, tested, trivial))
        result = score(
            goal.difficulty,
            rated,
            justification=Justification.ACCEPTED,
            source=self.difficulty.source,
            variant=self.difficulty.variant,
        )
        justified = Justified(split, tuple(children[: len(lemmas)]), tuple(children[len(lemmas) :]), result)
        refuted = frozenset(
            child.key
            for child, each in zip(children, rated, strict=True)
            if each.counterexample is Counterexample.REFUTED
        )
        if refuted:
            names = ", ".join(each.name for each in rated if each.counterexample is Counterexample.REFUTED)
            reason = f"refuted by a counterexample: {names}"
            return Answer(Verdict.REFUSED, seconds=seconds, reason=reason, refuted=refuted, record=justified)
        if any(each.trivial for each in rated):
            return Answer(Verdict.REFUSED, seconds=seconds, reason="a child is the goal again", record=justified)
        if left and split.completes:
            return Answer(Verdict.REFUSED, seconds=seconds, reason="it leaves goals open", record=justified)
        return Answer(Verdict.JUSTIFIED, tuple(children), result.value, seconds, record=justified)

    def _tested(self, site: Site) -> Counterexample:
        verdict = self.test(site)
        if isinstance(verdict, Refuted):
            return Counterexample.REFUTED
        return Counterexample.UNTESTABLE if isinstance(verdict, Untestable) else Counterexample.PASSED

    def test(self, site: Site) -> GateVerdict:
        """The gate's answer about a goal, each goal asked once."""
        known = self._tests.get(site.strict_key)
        if known is not None or self.tester is None:
            return known or Untestable("there is no gate")
        problem_ = site.problem
        try:
            known = self.tester(self.session, problem_.base, problem_.closed, site.definitions, seed=site.strict_key)
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise
            known = Untestable(str(hit))
        self._tests[site.strict_key] = known
        return known

    def _record(self, goal: Goal, split: Split, key: str, answer: Answer, limit: str, later: Later | None) -> None:
        if self.ledger is not None:
            score = answer.record.score if isinstance(answer.record, Justified) else None
            extra = {} if later is None else later.account()
            self.ledger.append_attempt(
                journal.attempt(key, goal, split, answer, score, limit=limit, run_id=self.run_id, extra=extra)
            )

    # ---- From the tree to text ---------------------------------------------------------------------------------------

    def script(self, tree: ProofTree) -> Script:
        """The whole proof as text for the place of the tree's root. Every goal of the tree has its step."""
        scripts: dict[str, Script] = {}
        for step in tree.steps:
            made = step.record
            assert isinstance(made, Justified)
            lemmas: list[tuple[Lemma, Script]] = [
                (lemma, scripts[child.key]) for lemma, child in zip(made.split.lemmas, made.lemmas, strict=True)
            ]
            left = [(child.payload.problem, scripts[child.key]) for child in made.left]
            scripts[step.goal.key] = compose(made.split, lemmas, left)
            self._known.setdefault(step.goal.payload.strict_key, scripts[step.goal.key])
        return scripts[tree.root.key]


def _left_name(number: int) -> str:
    return f"goal {number}"


def _gave_up(errors: list[Message]) -> bool:
    return any(message.kind.endswith(HEARTBEATS_MESSAGE) for message in errors)


def _escaped(split: Split, code: str, commands: tuple[Command, ...]) -> str:
    """Why Lean read something else than the lemmas and the candidate, "" when it did not."""
    if len(commands) != len(split.lemmas) + 1 or commands[-1].end < len(code.rstrip().encode()):
        return "the split does not stay inside its slot: Lean reads other commands than were written"
    *stated, candidate = commands
    if any(len(command.holes) != 1 for command in stated):
        return "a lemma of it does not stay inside its slot"
    if len(candidate.holes) != (0 if split.completes else 1):
        return "it holds a `sorry` of its own"
    return ""


def _first_line(message: Message) -> str:
    return message.text.strip().partition("\n")[0][:200]
