"""Attempts at statements: drawn, tried, checked, and written down one statement at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from lean_project.errors import LimitHit, MachineryError
from rl.data.files import Journal
from rl.selfplay.players import Prover, Try, draws
from rl.selfplay.records import Attempt, Outcome, Statement, Trial
from rl.selfplay.world import Checked, Proof, World

Say = Callable[[str], None]


@dataclass
class Proving:
    """The trials of one round. `round`: None for evaluations, whose draws are the same in every round. `threads`:
    statements worked on at once."""

    world: World
    prover: Prover
    run_seed: int
    round: int | None
    samples: int
    retries: int
    threads: int = 1
    say: Say = lambda text: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def trials(self, statements: Sequence[Statement], journal: Journal) -> list[Trial]:
        """A trial for each statement, those in the journal not made again; sorted by strict key.

        Raises UserError and LimitHit("cancelled"); what was tried by then is in the journal.
        """
        wanted = {each.strict_key: each for each in statements}
        done = {each.strict_key: each for each in journal.read(Trial) if each.strict_key in wanted}
        left = [each for key, each in sorted(wanted.items()) if key not in done]
        if left:
            self._prepare(left)
        with ThreadPoolExecutor(self.threads, thread_name_prefix="gentzen-prove") as threads:
            futures = [threads.submit(self.trial, each) for each in left]
            try:
                for number, future in enumerate(as_completed(futures), 1):
                    made = future.result()
                    journal.append(made)
                    done[made.strict_key] = made
                    if number % 10 == 0 or number == len(left):
                        solved = sum(trial.successes > 0 for trial in done.values())
                        self.say(f"  {len(done)} of {len(wanted)} statements tried, {solved} proved")
            except BaseException:
                for future in futures:
                    future.cancel()
                raise
        return [done[key] for key in sorted(done)]

    def _prepare(self, statements: Sequence[Statement]) -> None:
        """Statements are read for the check in one go; where the machinery loses that, the check reads each alone."""
        try:
            self.world.prepare(statements)
        except MachineryError:
            return
        except LimitHit as hit:
            if hit.kind == "cancelled":
                raise

    def trial(self, statement: Statement) -> Trial:
        """All attempts at one statement. Attempts that the machinery lost are asked again, with the same draws, so that
        a fault changes no rate; those that stay lost have no outcome."""
        round_ = -1 if self.round is None else self.round
        made: dict[int, Attempt] = {}
        checked: dict[Proof, Checked] = {}
        pending = list(range(self.samples))
        for _ in range(self.retries + 1):
            if not pending:
                break
            asked = draws(self.run_seed, round_, statement.strict_key, pending)
            for each in self.prover.tries(statement, asked):
                if each.draw in asked:
                    made[each.draw.index] = self._attempt(statement, each, checked)
            pending = [i for i in range(self.samples) if i not in made or made[i].outcome is Outcome.LOST]
        for index in pending:
            made.setdefault(index, Attempt(index=index, outcome=Outcome.LOST, reason="no answer"))
        return Trial(
            key=statement.key,
            strict_key=statement.strict_key,
            attempts=tuple(made[index] for index in range(self.samples)),
        )

    def _attempt(self, statement: Statement, each: Try, checked: dict[Proof, Checked]) -> Attempt:
        made = Attempt(
            index=each.draw.index,
            outcome=each.outcome,
            label=each.label,
            proof=each.tactics,
            lemmas=each.lemmas,
            seconds=round(max(0.0, each.seconds), 4),
            tokens=each.tokens,
            weights=each.weights,
            prompt=each.prompt,
            reason=each.reason,
        )
        if each.outcome is not Outcome.PROVED:
            return made
        proof = Proof(each.tactics, each.lemmas)
        if proof not in checked:
            try:
                checked[proof] = self.world.check(statement, proof)
            except MachineryError as error:
                lost = {"outcome": Outcome.LOST, "reason": f"the check was lost: {str(error).partition(chr(10))[0]}"}
                return made.model_copy(update=lost)
        return made.model_copy(update=_verdict(checked[proof]))


def _verdict(checked: Checked) -> Mapping[str, object]:
    if not checked.accepted:
        return {"outcome": Outcome.FAILED, "reason": f"the check refuses it: {checked.reason}"}
    return {
        "level": checked.level,
        "axioms": checked.axioms,
        "uses": checked.uses,
        "unused": checked.unused,
        "reason": "",
    }
