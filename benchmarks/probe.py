"""Can the contamination probe tell which half of a set a model was trained on? `python -m benchmarks.probe`.

A tiny model learns to walk on a grid: a named walk `kexo 3,2:` is answered by any order of three steps right and two
up, so that every item has many right answers, as a theorem has many proofs. It learns that, and to go another way when
it is asked for one, from walks of other names. Then one half of a set of walks is planted in its further training:

- `rl`: policy optimisation alone, rewarded for arriving (the paper's case);
- `sft+rl`: supervised learning on one reference walk of each, then the same.

AUC of each signal of `rl.probe` between the halves, by seed and as a mean: scores as they are, and rises (the score
after training less that of the same item before it), which is what `gentzen train` uses. 0.5 is chance.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.common import report
from rl.probe import SIGNALS, Item, ProbeSettings, Scores, auc, measure
from rl.sft import Pair

SIDE = 5
TOKENS = 2 * SIDE + 3
LOSS_BASED = ("likelihood", "min_k", "reference")


def walk(rng: random.Random, x: int, y: int) -> str:
    """A right answer, drawn at random."""
    steps = ["R"] * x + ["U"] * y
    rng.shuffle(steps)
    return " " + " ".join(steps)


def arrives(answer: str, x: int, y: int) -> float:
    steps = answer.split()
    return float(steps.count("R") == x and steps.count("U") == y and len(steps) == x + y)


def names(rng: random.Random, count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        found.add("".join(rng.choice(letters) for letters in ("bdgklmnprstv", "aeiou") * 2))
    return sorted(found, key=lambda _: rng.random())


def walks(rng: random.Random, count: int) -> list[tuple[str, int, int]]:
    """Named items, as many of each target as of any other."""
    places = [(x, y) for x in range(2, SIDE + 1) for y in range(2, SIDE + 1)]
    return [(name, *places[number % len(places)]) for number, name in enumerate(names(rng, count))]


def prompt(item: tuple[str, int, int]) -> str:
    name, x, y = item
    return f"{name} {x},{y}:"


def second(item: tuple[str, int, int], answer: str) -> str:
    name, x, y = item
    return f"{name} {x},{y} not{answer}:"


def lessons(rng: random.Random, items: Sequence[tuple[str, int, int]], each: int) -> list[Pair]:
    """Walks, and other walks than one that is shown, in equal parts."""
    found = []
    for item in items:
        for _ in range(each):
            one, two = walk(rng, *item[1:]), walk(rng, *item[1:])
            found.append(Pair(prompt(item), one))
            if one != two:
                found.append(Pair(second(item, one), two))
    rng.shuffle(found)
    return found


def base(folder: Path, seed: int, epochs: float) -> Path:
    """A model that can walk; one that is in the folder already is taken."""
    if (folder / "model.safetensors").exists():
        return folder
    from rl.models import ModelConfig
    from rl.sft import SftSettings, train_sft

    rng = random.Random(f"base {seed}")
    pairs = lessons(rng, walks(rng, 256), 4)
    chosen = SftSettings(epochs=epochs, batch=32, learning_rate=3e-3, vocabulary=300, seed=seed)
    return train_sft(pairs, folder, ModelConfig(context=96), chosen).folder


def planted(
    start: Path, out: Path, items: Sequence[tuple[str, int, int]], updates: int, learning_rate: float, seed: int
) -> tuple[Any, float]:
    """The model after policy optimisation on the items, and its mean reward over the last tenth of the updates."""
    from rl.learner import training_arguments
    from rl.models import dataset, load, quiet
    from rl.trainer import PolicyTrainer
    from rl.trajectory import name_of, rewards

    model, tokenizer = load(start)

    def reward(prompts: Any, completions: list[str], *, x: list[int], y: list[int], **_: Any) -> list[float]:
        return [arrives(*each) for each in zip(completions, x, y, strict=True)]

    rows = [{"prompt": prompt(item), "goal": item[0], "x": item[1], "y": item[2]} for item in items]
    arguments = training_arguments(
        out,
        max_steps=updates,
        per_device_train_batch_size=64,
        num_generations=8,
        max_completion_length=TOKENS,
        learning_rate=learning_rate,
        save_strategy="no",
        seed=seed,
    )
    trainer = PolicyTrainer(model, reward, arguments, train_dataset=dataset(rows), processing_class=tokenizer)
    quiet(trainer)
    trainer.train()
    drawn = rewards(out / name_of(0))
    last = [value for batch in drawn[-max(1, updates // 10) :] for value in batch if value is not None]
    return model, fmean(last)


def probe_items(items: Sequence[tuple[str, int, int]], references: dict[str, str]) -> list[Item]:
    return [
        Item(each[0], prompt(each), lambda answer, each=each: second(each, answer), references[each[0]])
        for each in items
    ]


def one_seed(seed: int, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from rl.models import load
    from rl.sft import SftSettings, train_sft

    rng = random.Random(f"items {seed}")
    items = walks(rng, 2 * options.half)
    rng.shuffle(items)
    members = items[: options.half]
    references = {item[0]: walk(rng, *item[1:]) for item in items}
    asked, settings = probe_items(items, references), ProbeSettings(samples=8, tokens=TOKENS, batch=16, seed=seed)
    start = base(folder / "base", seed, options.epochs)
    before = measure(*load(start), asked, settings)
    found: dict[str, Any] = {"seed": seed}
    for name in options.arms:
        first = start
        if name == "sft+rl":
            pairs = [Pair(prompt(item), references[item[0]]) for item in members]
            chosen = SftSettings(epochs=options.planted_epochs, batch=16, learning_rate=1e-3, seed=seed)
            first = train_sft(pairs, folder / "taught", start, chosen).folder
        model, reward = planted(first, folder / name, members, options.updates, options.learning_rate, seed)
        _, tokenizer = load(first)
        after = measure(model, tokenizer, asked, settings)
        found[name] = {"reward": reward, **aucs(before, after, options.half, items, members)}
    return found


def aucs(
    before: Sequence[Scores],
    after: Sequence[Scores],
    half: int,
    items: Sequence[tuple[str, int, int]],
    members: Sequence[tuple[str, int, int]],
) -> dict[str, Any]:
    seen = {item[0] for item in members}
    result: dict[str, Any] = {"score": {}, "rise": {}}
    for signal in SIGNALS:
        now = {each.item: getattr(each, signal) for each in after}
        then = {each.item: getattr(each, signal) for each in before}
        known = [name for name in now if now[name] is not None and then[name] is not None]
        for kind, value in (("score", now), ("rise", {name: now[name] - then[name] for name in known})):
            result[kind][signal] = auc(
                [value[name] for name in known if name in seen], [value[name] for name in known if name not in seen]
            )
    return result


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probe", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--half", type=int, default=32, help="items in each half")
    parser.add_argument("--updates", type=int, default=60, help="of policy optimisation, 8 items x 8 rollouts each")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="of policy optimisation")
    parser.add_argument("--epochs", type=float, default=6.0, help="of the base model over its walks")
    parser.add_argument("--planted-epochs", type=float, default=4.0, help="over the references, before sft+rl")
    parser.add_argument("--arms", nargs="+", default=["rl", "sft+rl"], choices=["rl", "sft+rl"])
    parser.add_argument(
        "--folder", type=Path, help="keep the models here, and begin with the base models that are here"
    )
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(arguments)
    runs = []
    with tempfile.TemporaryDirectory(prefix="gentzen-probe-") as temporary:
        for seed in range(options.seeds):
            runs.append(one_seed(seed, options, (options.folder or Path(temporary)) / str(seed)))
            show(runs, options)


def show(runs: Sequence[dict[str, Any]], options: argparse.Namespace) -> None:
    """The table of the seeds so far; results/probe.json has it too."""
    columns = ["signal", *(f"{name}, {kind}" for name in options.arms for kind in ("score", "rise"))]
    rows = []
    for signal in SIGNALS:
        cells = []
        for name in options.arms:
            for kind in ("score", "rise"):
                values = [run[name][kind][signal] for run in runs]
                cells.append(round(fmean(values), 3))
        rows.append([f"{signal} (loss-based)" if signal in LOSS_BASED else signal, *cells])
    settings = {key: value for key, value in vars(options).items() if key not in ("markdown", "folder")}
    report(
        "probe",
        f"AUC between the planted half and the other one, mean of {len(runs)} seeds",
        columns,
        rows,
        {"settings": settings, "runs": runs},
        markdown=options.markdown,
    )


if __name__ == "__main__":
    main()
