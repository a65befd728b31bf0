"""The work of `gentzen train`, from its options to an exit code."""

from __future__ import annotations

import json as jsons
import sys
import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from lean_project.errors import UserError
from rl.run import estimate
from rl.run.config import TrainConfig, load_train_config
from rl.selfplay.run import with_rounds
from rl.selfplay.session import open_session


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
    _one_process(launched=config.launch is not None)
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
        session = stack.enter_context(open_session(play.lean, play.workers, options.ray, _say, quiet=options.quiet))
        summary = Training(config, session, say, options.ray).run()
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


def _require() -> None:
    try:
        import datasets  # noqa: F401
        import torch  # noqa: F401
        import trl  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"Training needs {error.name}, which is not installed. Install what it needs: pip install 'gentzen[train]'"
        ) from error


def _one_process(*, launched: bool) -> None:
    """A run is one process: others would play the same rounds. It uses one GPU at most, since transformers would split
    every batch over all GPUs that it sees; `launched`: its trainings are processes of their own. Raises UserError."""
    import torch

    processes = torch.distributed.is_torchelastic_launched() if torch.distributed.is_available() else False
    if processes:
        raise UserError(
            "gentzen train is one process, and a launcher (torchrun, accelerate launch) has started it in several. "
            "Start it without the launcher, and name that in the section `launch`; docs/training.md, Clusters."
        )
    seen = torch.cuda.device_count()
    if seen > 1 and not launched:
        raise UserError(
            f"gentzen train uses one GPU, and it sees {seen}. Say which: CUDA_VISIBLE_DEVICES=0 gentzen train ...; the "
            "others can train too (section `launch`) or serve rollouts (`vllm`): docs/training.md, Clusters."
        )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
