"""Statements examined and attempted on the machines of a Ray cluster: each actor holds a solver with one Lean worker.

Records, proofs and the report stay with the process that drives the run, so a node that dies costs what it was just
doing: the run tries that once more, on an actor that Ray has started again, here or elsewhere.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from lean_project.cluster import START_SECONDS, connect, fault
from lean_project.errors import MachineryError
from lean_project.model import RuntimeInfo
from prover.bench.problems import Problem
from prover.bench.solving import Attempted, Examined, Solver, Stopped

RESTARTS = 3
"""How often an actor may be found dead in a row before it is asked the next question all the same."""
CALL_SECONDS = 3600.0
"""For one answer: a net under the limits of the attempts themselves, so that a lost message ends in a fault."""


class Holder:
    """What runs in an actor: a solver, made there, and what a run asks of it."""

    def __init__(self, make: Callable[[], Solver]) -> None:
        self._solver = make()

    def info(self) -> RuntimeInfo:
        return self._solver.info

    def examine(self, problem: Problem) -> Examined:
        return self._solver.examine(problem)

    def attempt(self, problem: Problem, tasks: Sequence[str], seed: int) -> dict[str, Attempted]:
        return self._solver.attempt(problem, tasks, seed)

    def close(self) -> None:
        self._solver.close()


class RaySolver:
    """A `solving.Solver` over `actors` actors. `address`: "local" for a cluster of this machine alone, else as
    `ray.init` takes it. `make`: makes an actor's solver; it is sent to the nodes, which need gentzen installed.

    Raises UserError when Ray is not installed or the cluster cannot be reached.
    """

    def __init__(self, make: Callable[[], Solver], actors: int, address: str) -> None:
        self._ray = connect(address, actors)
        self._stopped = threading.Event()
        remote = self._ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=0)(Holder)
        self._actors = [remote.remote(make) for _ in range(actors)]
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for actor in self._actors:
            self._idle.put(actor)
        self._info: RuntimeInfo | None = None

    @property
    def info(self) -> RuntimeInfo:
        for last in (False, True):  # a fault is given one more try, as the run does with attempts
            try:
                if self._info is None:
                    self._info = self._ask(lambda actor: actor.info.remote(), START_SECONDS)
            except MachineryError:
                if last:
                    raise
        assert self._info is not None
        return self._info

    def examine(self, problem: Problem) -> Examined:
        found: Examined = self._ask(lambda actor: actor.examine.remote(problem))
        return found

    def attempt(self, problem: Problem, tasks: Sequence[str], seed: int) -> dict[str, Attempted]:
        found: dict[str, Attempted] = self._ask(lambda actor: actor.attempt.remote(problem, tasks, seed))
        return found

    def stop(self) -> None:
        self._stopped.set()
        self.close()

    def close(self) -> None:
        for actor in self._actors:
            if not self._stopped.is_set():
                with suppress(Exception):  # a solver that is gone needs no end
                    self._ray.get(actor.close.remote(), timeout=30)
            self._ray.kill(actor)
        self._actors = []

    def _ask(self, question: Callable[[Any], Any], seconds: float = CALL_SECONDS) -> Any:
        with self._one() as actor:
            try:
                return self._ray.get(question(actor), timeout=seconds)
            except self._ray.exceptions.GetTimeoutError as error:
                raise MachineryError(f"no answer from the cluster within {seconds:g} s") from error
            except self._ray.exceptions.RayError as error:
                if self._stopped.is_set():
                    raise Stopped from error
                self._wait_for(actor)
                raise MachineryError(f"a worker of the cluster was lost: {fault(error)}") from error

    def _wait_for(self, actor: Any) -> None:
        """Until Ray has started it again: asked before that, it would lose the next question, too."""
        for _ in range(RESTARTS):
            with suppress(self._ray.exceptions.RayError):
                self._ray.get(actor.info.remote(), timeout=START_SECONDS)
                return

    @contextmanager
    def _one(self) -> Iterator[Any]:
        """An actor that has nothing to do."""
        while True:
            if self._stopped.is_set():
                raise Stopped
            with suppress(queue.Empty):
                actor = self._idle.get(timeout=0.5)
                break
        try:
            yield actor
        finally:
            self._idle.put(actor)
