"""Is the score a better reward for sketches than "proved or not"? A tiny model, real Lean, held-out programs.

    python -m benchmarks.selfplay.sketches [--seeds 1,2,3] [--updates 40] [--known 50] [--out bench/sketches]
    python -m benchmarks.selfplay.sketches --report

Theorems are conjunctions of three facts about three programs (`benchmarks.selfplay.conjunctions`). A model of half a
million weights learns from sketches of conjunctions of `--known` facts, some of whose parts are left open. Then it is
reinforced, as in `gentzen train` with `reinforce.roles: [decompose]`, on conjunctions of all training facts, once with
each reward: `score` is S; `binary` is 1 for what leaves nothing open and is accepted by the trusted check, else 0;
`outcome` is 1 where two finishing moves for each goal that is left come to a proof that the check accepts. The arms of
a seed begin with the same weights, see the same prompts and replay the same verified proofs of the start.
Measured on held-out conjunctions, the same draws after every part of the updates: the share of draws that prove their
theorem and of theorems with such a draw, the mean of S, and the share of draws from which two finishing moves for each
goal that is left come to a proof. Extra `train`. Every part is kept in --out and not made again.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.common import machine, report
from benchmarks.selfplay.conjunctions import LETTERS, Fact, called, drawn, facts, write
from benchmarks.selfplay.world import PROGRAMS
from decompose.context import goal_context
from decompose.score import to_json
from lean_project.check.verdict import Level
from lean_project.embedded.launch import program
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from lean_project.session import Session
from prover.policy.local import LocalPolicy
from prover.policy.requests import Decompose, Role, Sampling
from prover.policy.views import view_of
from rl.data.files import read_json, read_lines, write_json, write_lines
from rl.data.rows import Completion, Provenance, Sketch
from rl.judge import Item, LeanJudge, Task
from rl.reward import Tier
from rl.run.config import Model, Reinforce, Sizes, SketchReward, Supervised, TrainConfig
from rl.run.language import CHECKPOINT, LanguageTrainer, updates
from rl.run.reinforce import Improve
from rl.run.updates import REINFORCED, path_of, read_updates
from rl.selfplay.config import Config, Prove
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.players import Draw, Try
from rl.selfplay.provers import Bench
from rl.selfplay.records import Outcome
from rl.selfplay.rows import RowMaker

FINISHING = 2
"""Moves that are tried on each goal that a sketch leaves."""
TRAINING, HELD = 48, 24
"""Conjunctions to train on, and to measure with."""
KNOWN_CONJUNCTIONS, OPENINGS, PROOFS = 40, 3, 2
"""Conjunctions that the start learns from; sketches of each, which leave 0, 1, 2 parts open; proofs of a fact."""
ARMS = {
    "score": (SketchReward.SCORE, 0),
    "binary": (SketchReward.OUTCOME, 0),
    "outcome": (SketchReward.OUTCOME, FINISHING),
}
"""The reward, and the finishing moves that it tries."""
TOKENS = 96
TITLES = {
    "whole": "Draws that prove their held-out theorem, %",
    "theorems": "Held-out theorems with such a draw, %",
    "score": "Mean score of the draws, held out",
    "finished": "Draws from which finishing moves come to a proof, held out, %",
}
"""Of what is measured, by name."""
TRAINED = {"dead": "groups/dead", "reward": "reward"}
"""What trainings say of themselves, and what they call it."""


def config(options: argparse.Namespace, arm: str, files: Sequence[Path]) -> TrainConfig:
    reward, finishing = ARMS[arm]
    return TrainConfig(
        selfplay=Config(out=options.out, files=tuple(files)),
        model=Model(
            sizes=Sizes(layers=4, hidden=96, heads=3, kv_heads=1, intermediate=256, context=768, vocabulary=700)
        ),
        supervised=Supervised(epochs=16, rows=224, batch=8, learning_rate=0.002),
        reinforce=Reinforce(
            updates=options.updates // options.parts,
            prompts=4,
            rollouts=8,
            statements=TRAINING,
            completion_tokens=TOKENS,
            learning_rate=options.learning_rate,
            roles=(Role.DECOMPOSE,),
            sketch_reward=reward,
            finishing=finishing,
        ),
    )


# ---- The start -------------------------------------------------------------------------------------------------------


def proofs_of_facts(out: Path, session: Session) -> dict[Fact, list[str]]:
    """Of every training fact the first proofs that Lean accepts, in terms of f; made once."""
    path = out / "proofs.json"
    if not path.exists():
        found: dict[str, list[str]] = {}
        folder = out / "facts"
        folder.mkdir(parents=True, exist_ok=True)
        for fact in facts(held=False):
            file = folder / f"{fact.program}{fact.number}.lean"
            file.write_text(f"{PROGRAMS[fact.program][0]}\n\ntheorem one : {fact.stated('f')} := by\n  sorry\n")
            world = LeanWorld(session, [file])
            (statement,) = world.theory().dataset
            bench = Bench(world, session, Prove(seconds=20, heartbeats=10_000))
            tries = (bench.tried(statement, Try(Draw(0, 0), Outcome.FAILED, text)) for text in fact.proofs("f"))
            accepted = (each.tactics for each in tries if each.outcome is Outcome.PROVED)
            found[f"{fact.program} {fact.number}"] = list(islice(accepted, PROOFS))
        write_json(path, found)
    told = read_json(path)
    return {fact: proofs for fact in facts(held=False) if (proofs := told[f"{fact.program} {fact.number}"])}


def start_rows(known: Mapping[Fact, Sequence[str]], folder: Path, session: Session, seed: int) -> Iterator[Sketch]:
    """Sketches of conjunctions of known facts, parts of most left open, as Lean accepts them."""
    chooser = random.Random(seed)
    conjunctions = drawn(sorted(known, key=str), KNOWN_CONJUNCTIONS, seed)
    world = LeanWorld(session, write(conjunctions, folder))
    theory = world.theory()
    maker = RowMaker(0, {each.id: each for each in theory.environments}, session.info.lean_version)
    files = {each.id: each.file for each in theory.environments}
    by_file = {files[each.environment]: each for each in theory.dataset}
    for number, conjunction in enumerate(conjunctions):
        statement = by_file[f"c{number:03d}.lean"]
        with Improve(Reinforce(), world, session).tasks([statement]) as tasks:
            texts = []
            for left in range(OPENINGS):
                proofs: list[str | None] = [
                    called(chooser.choice(known[fact]), letter)
                    for fact, letter in zip(conjunction.facts, LETTERS, strict=True)
                ]
                for place in chooser.sample(range(len(proofs)), left):
                    proofs[place] = None
                texts.append(conjunction.sketch(proofs))
            items = [Item(statement.strict_key, Role.DECOMPOSE, f"```lean4\n{text}\n```") for text in texts]
            for left, (text, graded) in enumerate(zip(texts, LeanJudge(tasks).grade(items), strict=True)):
                if graded.score is not None and graded.tier is (Tier.ELABORATES if left else Tier.ACCEPTED):
                    yield Sketch(
                        theorem=maker.theorem(statement),
                        provenance=Provenance(source="benchmark"),
                        tactics=text,
                        children=tuple(f"part {each}" for each in range(left)),
                        score=to_json(graded.score),
                    )


def start(out: Path, session: Session, options: argparse.Namespace, seed: int) -> Path:
    """The checkpoint that all arms begin with."""
    folder = out / "start"
    if (folder / "done").exists():
        return folder / CHECKPOINT
    proofs = proofs_of_facts(options.out, session)
    known = random.Random(seed).sample(sorted(proofs, key=str), options.known)
    sketches = list(start_rows({fact: proofs[fact] for fact in known}, folder / "world", session, seed))
    whole = [
        Completion(theorem=row.theorem, provenance=row.provenance, level=Level.L1, proof=row.tactics)
        for row in sketches
        if not row.children
    ]
    rows = [*sketches, *whole]
    write_lines(folder / "proofs.jsonl", whole)
    trainer = LanguageTrainer(config(options, "score", [folder]), say=say)
    first = trainer.begin(rows, folder / "first", seed)
    trainer.supervise(rows, folder / CHECKPOINT, first, seed)
    (folder / "done").touch()
    return folder / CHECKPOINT


# ---- Measures --------------------------------------------------------------------------------------------------------


def measure(checkpoint: Path, tasks: Mapping[str, Task], options: argparse.Namespace) -> dict[str, float]:
    """Of draws for every task, by the names of `TITLES`; draws that the machinery lost are left out."""
    items: list[Item] = []
    policy = LocalPolicy(checkpoint)
    try:
        asked = []
        for number, (key, task) in enumerate(sorted(tasks.items())):
            text = task.goal.payload.text
            view = view_of(task.domain.spec, task.target, text, goal_context(task.domain.spec, task.target, text))
            sampling = Sampling(n=options.draws, temperature=1.0, max_tokens=TOKENS, seed=number)
            asked.append((key, policy.submit(Decompose(view=view, sampling=sampling))))
        for key, future in asked:
            # As rollouts are read: what begins at the prompt's end, in a fence.
            items += [Item(key, Role.DECOMPOSE, answer.text, answer.finish) for answer in future.result()]
    finally:
        policy.close()
    scored = LeanJudge(tasks).grade(items)
    came = LeanJudge(tasks, outcome=FINISHING).grade(items)
    whole = [
        (item.task, each.tier is Tier.ACCEPTED)
        for item, each in zip(items, scored, strict=True)
        if each.reward is not None
    ]
    return {
        "whole": statistics.fmean(proved for _, proved in whole),
        "theorems": len({task for task, proved in whole if proved}) / len({task for task, _ in whole}),
        "score": statistics.fmean(each.reward for each in scored if each.reward is not None),
        "finished": statistics.fmean(each.reward for each in came if each.reward is not None),
    }


def run(seed: int, session: Session, options: argparse.Namespace) -> None:
    out = options.out / f"seed-{seed}"
    begin = start(out, session, options, seed)
    train = LeanWorld(
        session,
        write(drawn(sorted(proofs_of_facts(options.out, session), key=str), TRAINING, seed + 100), out / "train"),
    )
    held = LeanWorld(session, (), write(drawn(facts(held=True), HELD, 0), out / "held"))
    with (
        Improve(Reinforce(), train, session).tasks(train.theory().dataset) as tasks,
        Improve(Reinforce(), held, session).tasks(held.held_out().dataset) as measured,
    ):
        kept(out / "start.json", lambda: measure(begin, measured, options))
        proofs = read_lines(out / "start" / "proofs.jsonl", Completion)
        for arm in ARMS:
            settings = config(options, arm, [out]).reinforce
            improve = Improve(settings, train, session, say, callbacks=lambda stage: [updates(stage, REINFORCED, None)])
            last = begin
            for part in range(options.parts):
                folder = out / arm / f"part-{part}"
                say(f"seed {seed}, {arm}, part {part}")
                if not (folder / "made" / CHECKPOINT).exists():
                    improve.train(last, folder / "made", tasks, proofs, seed * 1000 + part)
                last = folder / "made" / CHECKPOINT
                kept(folder / "measured.json", partial(measure, last, measured, options))


def kept(path: Path, make: Callable[[], dict[str, float]]) -> None:
    """Measured once."""
    if not path.exists():
        found = make()
        say(f"  {', '.join(f'{name} {value:.3f}' for name, value in found.items())}")
        write_json(path, found)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# ---- The report ------------------------------------------------------------------------------------------------------

Curves = dict[str, dict[str, list[list[float]]]]
"""By measure and arm: for each seed the values at the start and after every part."""


def curves(out: Path) -> Curves:
    """Of the seeds whose arms are all done. `TRAINED` has no value for the start."""
    found: Curves = {name: {arm: [] for arm in ARMS} for name in (*TITLES, *TRAINED)}
    for folder in sorted(out.glob("seed-*")):
        parts = {arm: sorted((folder / arm).glob("part-*/measured.json")) for arm in ARMS}
        if not (folder / "start.json").exists() or len({len(each) for each in parts.values()}) > 1:
            continue
        for arm, paths in parts.items():
            told = [read_json(path) for path in (folder / "start.json", *paths)]
            for name in TITLES:
                found[name][arm].append([each[name] for each in told])
            lines = [read_updates(path_of(path.parent, REINFORCED)) for path in paths]
            for name, figure in TRAINED.items():
                means = [statistics.fmean(line[figure] for line in each if figure in line) for each in lines]
                found[name][arm].append(means)
    return found


def tell(options: argparse.Namespace) -> None:
    found = curves(options.out)
    if not found["whole"]["score"]:
        sys.exit(f"There are no runs in {options.out}.")
    parts = len(found["whole"]["score"][0]) - 1
    after = [f"part {number}" for number in range(1, parts + 1)]
    for name, title in TITLES.items():
        data = {"machine": machine(), "settings": _settings(options), "measured": found[name]}
        cell = partial(_cell, share=name != "score")
        rows = [[arm, *map(cell, zip(*values, strict=True)), len(values)] for arm, values in found[name].items()]
        report(f"sketches_{name}", title, ["reward", "start", *after, "seeds"], rows, data, markdown=options.markdown)
    rows = [
        [arm, *map(_cell, zip(*found["dead"][arm], strict=True)), *map(_cell, zip(*found["reward"][arm], strict=True))]
        for arm in ARMS
    ]
    heads = ["reward", *(f"dead groups, {each}, %" for each in after), *(f"mean reward, {each}, %" for each in after)]
    measured = {name: found[name] for name in TRAINED}
    title = "In training: groups of eight with equal rewards, which teach nothing, and the mean reward"
    report(
        "sketches_training", title, heads, rows, {"machine": machine(), "measured": measured}, markdown=options.markdown
    )


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    return {name: value for name, value in vars(options).items() if name not in ("out", "report", "markdown", "seeds")}


def _cell(values: Iterable[float], share: bool = True) -> str:
    told = list(values)
    shown = [statistics.fmean(told), min(told), max(told)]
    mean, low, high = (f"{100 * each:.0f}" if share else f"{each:.2f}" for each in shown)
    return f"{mean} ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--updates", type=int, default=40)
    parser.add_argument("--parts", type=int, default=4, help="the updates are measured after each of so many parts")
    parser.add_argument("--known", type=int, default=50, help="facts whose proofs the start learns from")
    parser.add_argument("--draws", type=int, default=8, help="for each held-out theorem")
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--out", type=Path, default=Path("bench") / "sketches")
    parser.add_argument("--report", action="store_true", help="only print and write what there is")
    parser.add_argument("--markdown", action="store_true", help="tables for a document")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # small matrices: more threads only wait for each other
    options.out = options.out.resolve()
    if not options.report:
        with Pool(program(), PoolSettings(workers=1)) as pool:
            for seed in map(int, options.seeds.split(",")):
                run(seed, pool, options)
    tell(options)


if __name__ == "__main__":
    main()
