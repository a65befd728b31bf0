"""`python -m rl.run.job JOB`: one of the processes of a training. `rl.run.launch` has them started, not people."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
from filelock import FileLock

from lean_project.errors import UserError
from rl.data.files import read_json, read_lines, write_json
from rl.data.rows import read_rows
from rl.run import processes
from rl.run.launch import ENVIRONMENTS, PAIRS, RESULT, ROWS, STATEMENTS, PairRecord, ReinforceJob, Result, SupervisedJob
from rl.run.updates import REINFORCED, SUPERVISED
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.records import EnvironmentText, Statement
from rl.selfplay.session import open_session

ORPHANED = 3
"""The exit code of a process whose run is no more."""


def main(path: Path) -> int:
    """The training that the job says. Exit codes: 0 done, 2 the user must mend something (`Result.error` says what)."""
    data = read_json(path)
    kind = SupervisedJob if data["kind"] == "supervised" else ReinforceJob
    job: SupervisedJob | ReinforceJob = kind.model_validate(data)
    said: list[str] = []
    with ExitStack() as stack:
        if processes.rank() == 0:
            watch(job.host, job.pid)
            # Processes of a run that was killed may still be about to end.
            stack.enter_context(FileLock(path.parent / ".lock"))
        try:
            if isinstance(job, SupervisedJob):
                checkpoint = supervise(job, path.parent)
            else:
                checkpoint = reinforce(job, path.parent, said)
        except UserError as error:
            _result(path.parent, Result(error=str(error)))
            return 2
        _result(path.parent, Result(said=tuple(said), checkpoint=checkpoint))
    return 0


def watch(host: str, pid: int, every: float = 2.0) -> None:
    """End this process, and with it the launcher's others, once the run that it works for is no more: a run that was
    killed cannot end them, and its next start works on the same folder. From another host nobody can tell."""
    if host != socket.gethostname():
        return

    def look() -> None:
        while psutil.pid_exists(pid):
            time.sleep(every)
        os._exit(ORPHANED)

    threading.Thread(target=look, name="gentzen-watch", daemon=True).start()


def supervise(job: SupervisedJob, folder: Path) -> Path:
    from rl.run.language import updates
    from rl.sft import Pair, SftSettings, train_sft

    processes.meet(job.patience)
    pairs = [Pair(each.prompt, each.completion) for each in read_lines(folder / PAIRS, PairRecord)]
    own = {"batch": processes.share(job.settings["batch"], "supervised.batch")}
    options = (*_waiting(job.patience).items(), *job.settings["options"])
    settings = SftSettings(**{**job.settings, **own, "options": options})
    callbacks = [updates(job.out.parent, SUPERVISED, job.board)]
    return train_sft(pairs, job.out, job.start, settings, callbacks=callbacks).folder


def reinforce(job: ReinforceJob, folder: Path, said: list[str]) -> Path:
    from rl.run.language import updates
    from rl.run.reinforce import Improve

    processes.meet(job.patience)
    workers = job.workers or max(1, (os.cpu_count() or 1) // processes.local_count())
    with open_session(job.lean, workers, job.ray, _nobody, quiet=True) as session:
        world = LeanWorld(session, ())
        world.know(read_lines(folder / ENVIRONMENTS, EnvironmentText))
        improve = Improve(
            job.settings,
            world,
            session,
            said.append,
            {**_waiting(job.patience), **job.arguments},
            lambda stage: [updates(stage, REINFORCED, job.board)],
        )
        statements = read_lines(folder / STATEMENTS, Statement)
        return improve(job.start, job.out, statements, read_rows(folder / ROWS), job.seed)


def _waiting(patience: float) -> dict[str, object]:
    """TRL's arguments for processes that wait for each other."""
    import torch

    return {"ddp_timeout": int(patience), **({} if torch.cuda.is_available() else {"ddp_backend": "gloo"})}


def _result(folder: Path, result: Result) -> None:
    if processes.rank() == 0:
        write_json(folder / RESULT, result)


def _nobody(_text: str) -> None:
    """What the first process has to say is in its result."""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
