"""The work of `gentzen train`, from its options to an exit code."""

from __future__ import annotations

import json as jsons
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lean_project.errors import UserError
from lean_project.session import Session
from prover import sessions
from prover.settings import RuntimeChoice
from rl.run import estimate
from rl.run.config import TrainConfig, load_train_config
from rl.selfplay.run import with_rounds


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What `gentzen train` was asked for; the fields are its options."""

    config: Path
    dry_run: bool = False
    rounds: int | None = None
    out: Path | None = None
    ray: str | None = None
    json: bool = False
    quiet: bool = False


def run_train(options: TrainOptions) -> int:
    """The whole command; returns its exit code: 0 every round is done, 1 the run was stopped as degenerate."""
    config = load_train_config(options.config)
    config = config.model_copy(update={"selfplay": with_rounds(config.selfplay, options.rounds, options.out)})
    if options.dry_run:
        return _dry_run(config, options)
    _require()
    _one_process()
    # transformers calls a deprecated name of its own in every training step.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"transformers\.")
    from rl.run import report
    from rl.run.live import LiveView
    from rl.run.run import Training

    play = config.selfplay
    with ExitStack() as stack:
        view = None
        if not options.quiet:
            view = stack.enter_context(LiveView(play.out, play.rounds, config.reinforce.updates))
        say = view.say if view is not None else (lambda _text: None)
        session = stack.enter_context(_session(config, options))
        summary = Training(config, session, say).run()
    page = report.write(play.out)
    if options.json:
        print(summary.model_dump_json(indent=1))
    if not options.quiet:
        _say(f"The report is {page}")
    if summary.stopped:
        _say(f"stopped: {summary.stopped}")
    return 1 if summary.stopped else 0


def _dry_run(config: TrainConfig, options: TrainOptions) -> int:
    """Nothing of Lean or torch is started: statements are counted by reading the files."""
    found = estimate.plan(config, _theorems(config.selfplay.files), _theorems(config.selfplay.evaluation.files))
    if options.json:
        print(jsons.dumps(estimate.as_json(found), indent=1))
    else:
        print(estimate.as_text(found, config))
    return 0 if found.placement is not None else 2


def _theorems(files: tuple[Path, ...]) -> int:
    """Open theorems, as far as reading tells."""
    from prover.bench.problems import theorems

    count = 0
    for path in files:
        try:
            stated = theorems(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path} cannot be read: {error}. Mend the configuration.") from error
        count += sum("sorry" in each.text for each in stated)
    return count


@contextmanager
def _session(config: TrainConfig, options: TrainOptions) -> Iterator[Session]:
    where = sessions.place(Path.cwd(), RuntimeChoice.EMBEDDED, None)
    program = sessions.program(where, RuntimeChoice.EMBEDDED, _say, quiet=options.quiet)
    workers = config.selfplay.workers
    if options.ray is None:
        with sessions.open_pool(program, workers) as pool:
            yield pool
        return
    from lean_project.cluster import RaySession, cluster_cores

    with RaySession(lambda: sessions.open_pool(program, 1), workers or cluster_cores(options.ray), options.ray) as far:
        yield far


def _require() -> None:
    try:
        import datasets  # noqa: F401
        import torch  # noqa: F401
        import trl  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"Training needs {error.name}, which is not installed. Install what it needs: pip install 'gentzen[train]'"
        ) from error


def _one_process() -> None:
    """A run is one process with one GPU at most: others would play the same rounds, and transformers would split every
    batch over all GPUs that it sees. Raises UserError."""
    import torch

    processes = torch.distributed.is_torchelastic_launched() if torch.distributed.is_available() else False
    if processes:
        raise UserError(
            "gentzen train is one process, and a launcher (torchrun, accelerate launch) has started it in several. "
            "Start it without the launcher; docs/training.md, Clusters, says what further GPUs are good for."
        )
    seen = torch.cuda.device_count()
    if seen > 1:
        raise UserError(
            f"gentzen train uses one GPU, and it sees {seen}. Say which: CUDA_VISIBLE_DEVICES=0 gentzen train ...; the "
            "others can serve rollouts (section `vllm`; docs/training.md, Clusters)."
        )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
