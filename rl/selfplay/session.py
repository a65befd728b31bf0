"""The Lean of a run: on this machine, or on the nodes of a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lean_project.session import Session
from prover import sessions
from prover.settings import RuntimeChoice
from rl.selfplay.config import Lean


@contextmanager
def open_session(
    lean: Lean, workers: int | None, ray: str | None, say: Callable[[str], None], *, quiet: bool
) -> Iterator[Session]:
    """`workers`: None for as many as the machine, or the cluster at the address `ray`, takes. Raises UserError when
    there is no such Lean here."""
    choice = RuntimeChoice(lean.runtime)
    where = sessions.place(Path.cwd(), choice, lean.project)
    program = sessions.program(where, choice, say, quiet=quiet)
    if ray is None:
        with sessions.open_pool(program, workers) as pool:
            yield pool
        return
    from lean_project.cluster import RaySession, cluster_cores

    with RaySession(lambda: sessions.open_pool(program, 1), workers or cluster_cores(ray), ray) as far:
        yield far
