"""Trainings in several processes, for models that one GPU does not hold.

A run stays one process, which plays the rounds. Each of its trainings becomes a job: a folder with what it needs, and a
command that starts the processes on it (`accelerate launch` with FSDP or DeepSpeed, torchrun, srun). They write the
checkpoint; the run goes on with it. `rl.run.job` is the other side.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lean_project.errors import MachineryError, UserError
from rl.data.files import Record, read_json, write_json, write_lines
from rl.data.rows import Row
from rl.run.config import Launch, Reinforce
from rl.run.updates import SUPERVISED, path_of, read_updates
from rl.selfplay.config import Lean
from rl.selfplay.records import EnvironmentText, Statement
from rl.sft import Pair, SftResult, SftSettings

JOB, RESULT, LOG = "job.json", "result.json", "log.txt"
PAIRS, STATEMENTS, ENVIRONMENTS, ROWS = "pairs.jsonl", "statements.jsonl", "environments.jsonl", "rows.jsonl"
MODULE = "rl.run.job"
MOST_SHOWN = 300
"""Characters of the log's line that a failure shows."""
GRACE = 20.0
"""Seconds that processes have to end by themselves when they are told to."""
Say = Callable[[str], None]


class Common(Record):
    """What every job says. `start`: the checkpoint that the training goes on from. `out`: where it writes, in the
    folder of its stage. `board`: TensorBoard's folder. `patience`: seconds that a process waits for the others. `host`,
    `pid`: of the run, without which its trainings end too."""

    start: Path
    out: Path
    seed: int
    board: Path | None
    patience: float
    host: str
    pid: int


class SupervisedJob(Common):
    """On the pairs in `PAIRS`. `settings`: of `rl.sft.SftSettings`, for all processes together."""

    kind: str = "supervised"
    settings: dict[str, Any]


class ReinforceJob(Common):
    """On the statements in `STATEMENTS`, replaying proofs of `ROWS`. `arguments`: more of TRL's own. `workers`: Lean
    processes of each training process. `ray`: the address of a cluster whose nodes run Lean."""

    kind: str = "reinforce"
    settings: Reinforce
    arguments: dict[str, Any]
    lean: Lean
    workers: int | None
    ray: str | None


class Result(Record):
    """What the first process wrote when all was done. `said`: for the user. `error`: what the user must mend."""

    said: tuple[str, ...] = ()
    checkpoint: Path | None = None
    error: str = ""


@dataclass(frozen=True)
class Launcher:
    """Starts the processes of a job, and watches them. `board`: TensorBoard's folder of the run, None for none."""

    settings: Launch
    board: Path | None = None
    say: Say = lambda _: None

    def supervise(self, pairs: Sequence[Pair], out: Path, start: Path, settings: SftSettings) -> SftResult:
        """As `rl.sft.train_sft` from a checkpoint. Raises UserError, and MachineryError when the processes fail."""
        folder = self.folder(out)
        write_lines(folder / PAIRS, [PairRecord(prompt=each.prompt, completion=each.completion) for each in pairs])
        self.run(SupervisedJob(settings=asdict(settings), **self.common(out, start, settings.seed)), folder)
        losses = (line["loss"] for line in read_updates(path_of(out.parent, SUPERVISED)) if "loss" in line)
        return SftResult(out, tuple(losses))

    def run(self, job: Common, folder: Path) -> Result:
        """Start the job's processes until they are done; once more after a failure, then a training that keeps
        checkpoints goes on from the last one."""
        _leave_the_gpu()
        write_json(folder / JOB, job)
        (folder / RESULT).unlink(missing_ok=True)
        code = 0
        for turn in range(2):
            code = self._started(folder)
            found = Result.model_validate(read_json(folder / RESULT)) if (folder / RESULT).exists() else None
            if found is not None and found.error:
                raise UserError(found.error)
            if found is not None and not code:
                for text in found.said:
                    self.say(text)
                return found
            if not turn:
                self.say(f"  the training processes ended with code {code}, and are started once more")
        raise MachineryError(
            f"The training processes ended with code {code} twice. {folder / LOG} has all that they said; at last: "
            f"{_last(folder / LOG)}"
        )

    def common(self, out: Path, start: Path, seed: int) -> dict[str, Any]:
        """The fields of `Common`."""
        return {
            "start": start.absolute(),
            "out": out.absolute(),
            "seed": seed,
            "board": self.board,
            "patience": self.settings.patience,
            "host": socket.gethostname(),
            "pid": os.getpid(),
        }

    def folder(self, out: Path) -> Path:
        """Of the job whose training writes to `out`."""
        folder = out.with_name(f"{out.name}-job")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _started(self, folder: Path) -> int:
        """The exit code of the command, whose output goes to the log. Whatever ends this call ends the processes."""
        command = [*self.settings.command, "-m", MODULE, str(folder / JOB)]
        with (folder / LOG).open("ab") as log:
            try:
                process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
            except OSError as error:
                raise UserError(
                    f"launch.command cannot be started: {error.strerror or error}: {command[0]}. Name a program that "
                    "is installed; docs/training.md, Clusters."
                ) from error
            try:
                return process.wait()
            finally:
                _end(process)


class PairRecord(Record):
    """A pair in a file."""

    prompt: str
    completion: str


@dataclass(frozen=True)
class LaunchedImprove:
    """`rl.run.reinforce.Improve`, its updates in several processes. `environments`: of the statements, by id."""

    settings: Reinforce
    launcher: Launcher
    environments: Callable[[], Sequence[EnvironmentText]]
    lean: Lean
    ray: str | None = None
    arguments: dict[str, Any] | None = None

    def __call__(self, start: Path, out: Path, statements: Sequence[Statement], rows: Sequence[Row], seed: int) -> Path:
        """As `rl.run.reinforce.Improving`. Raises UserError and MachineryError."""
        folder = self.launcher.folder(out)
        needed = {each.environment for each in statements}
        write_lines(folder / STATEMENTS, statements)
        write_lines(folder / ENVIRONMENTS, [each for each in self.environments() if each.id in needed])
        write_lines(folder / ROWS, rows)
        job = ReinforceJob(
            settings=self.settings,
            arguments=self.arguments or {},
            lean=self.lean,
            workers=self.launcher.settings.workers,
            ray=self.ray,
            **self.launcher.common(out, start, seed),
        )
        return self.launcher.run(job, folder).checkpoint or start


def _leave_the_gpu() -> None:
    """What this process's own players left on a GPU that the training is to have."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        gc.collect()
        torch.cuda.empty_cache()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and everything that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):  # nobody is left (some systems say so by the second)
            return
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue


def _last(path: Path) -> str:
    """The last line that names an error, else the last one: launchers end with a summary of their own."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line and not line.startswith("torch.distributed.elastic")]
    return (errors or lines or ["nothing"])[-1][:MOST_SHOWN]
