"""A world without Lean for self-play: a statement is a level and a name, a proof reaches up to a level.

`(n : Nat) : level 7 "a"` has difficulty 7; the proof `reach 9` proves whatever is at most 9. The prover of reach r
draws how far it reaches around r, so rates fall with difficulty; the conjecturer goes some levels beyond its seed.

Run as a program: `selfplay_toy.py CONFIG KILL`, which ends itself with SIGKILL at the KILL-th event (0: never).
"""

from __future__ import annotations

import hashlib
import math
import os
import random
import re
import signal
import sys
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from lean_project.check.verdict import Level
from lean_project.errors import MachineryError
from rl.data.decontaminate import Index
from rl.data.files import read_json, sha256, write_json
from rl.selfplay.config import Config, load_config
from rl.selfplay.players import Draw, Pair, Try, seed_of
from rl.selfplay.records import EnvironmentText, Origin, Outcome, Proposal, Seed, Shape, Statement
from rl.selfplay.run import Run
from rl.selfplay.training import Job
from rl.selfplay.world import Checked, Proof, Tested, Theory

_STATEMENT = re.compile(r'^\(\w+ : Nat\)( \(h : \w+\))? : (not )?level (\d+) "(\w+)"( ∨ True)?$')
Hook = Callable[[str], None]
REACH = 2.0
"""Of a prover without a checkpoint."""
STEP = 2.0
"""By how much a training with rows makes it grow."""


def text(level: int, name: str, variable: str = "n") -> str:
    return f'({variable} : Nat) : level {level} "{name}"'


def level_of(statement: str) -> int:
    match = _STATEMENT.match(statement)
    assert match is not None, statement
    return int(match[3])


def chance(*words: object) -> float:
    return int(hashlib.sha256(repr(words).encode()).hexdigest()[:12], 16) / 16**12


@dataclass
class ToyWorld:
    """`rl.selfplay.world.World`. `levels`: of the dataset; `held`: of the held-out statements. `faults`: share of
    requests that the machinery loses, decided anew each time it is asked."""

    levels: Sequence[int] = (1, 2, 3, 4, 6, 8, 10, 14)
    held: Sequence[int] = (2, 5, 9)
    faults: float = 0.0
    hook: Hook = lambda event: None
    asked: dict[str, int] = field(default_factory=dict)

    def _asked(self, *words: object) -> None:
        self.hook(str(words[0]))
        mark = repr(words)
        self.asked[mark] = self.asked.get(mark, 0) + 1
        if chance("fault", mark, self.asked[mark]) < self.faults:
            raise MachineryError("the worker died")

    def _theory(self, levels: Sequence[int], origin: Origin) -> Theory:
        environment = EnvironmentText(id="toy", text="import Toy\n", file="Toy.lean", file_sha256="0" * 64, end=True)
        made = [self._statement("toy", text(level, f"d{at}"), f"d{at}", origin) for at, level in enumerate(levels)]
        return Theory((environment,), tuple(made))

    def theory(self) -> Theory:
        """Two theorems are proved in the file, and its dataset is open."""
        found = self._theory(self.levels, Origin.DATASET)
        given = [self._statement("toy", text(level, f"g{level}"), f"g{level}", Origin.GIVEN) for level in (1, 2)]
        proved = tuple(each.model_copy(update={"proof": "reach 3"}) for each in given)
        return Theory(found.environments, found.dataset, proved)

    def held_out(self) -> Theory:
        found = self._theory([], Origin.EVALUATION)
        made = [
            self._statement("toy", text(level, f"e{at}"), f"e{at}", Origin.EVALUATION)
            for at, level in enumerate(self.held)
        ]
        return Theory(found.environments, tuple(made))

    def _statement(self, environment: str, statement: str, name: str, origin: Origin) -> Statement:
        match = _STATEMENT.match(statement)
        assert match is not None
        said = f"{match[1] or ''}{match[2] or ''}{match[3]} {match[4]}{match[5] or ''}"
        shape = Shape(
            size=10 + int(match[3]),
            constants=tuple(sorted(("level", match[4][0], f"band{int(match[3]) // 4}"))),
            hypotheses=int(match[1] is not None),
            disjunction=match[5] is not None,
            connectives=int(match[5] is not None),
        )
        key = sha256("toy", said)
        return Statement(
            key=key,
            strict_key=key,
            name=name,
            statement=statement,
            environment=environment,
            goal=f"n : Nat\n⊢ {statement.partition(' : ')[2]}",
            shape=shape,
            origin=origin,
        )

    def state(self, environment: str, statement: str, name: str) -> Statement | str:
        self._asked("state", statement)
        if _STATEMENT.match(statement) is None:
            return "it is no statement of this world"
        return self._statement(environment, statement, name, Origin.CONJECTURE)

    def tested(self, statement: Statement) -> Tested:
        self._asked("tested", statement.strict_key)
        refuted = ": not " in statement.statement
        return Tested(refuted="n := 0" if refuted else "", vacuous="(h : vacuous)" in statement.statement)

    def contradictory(self, statement: Statement) -> bool:
        self._asked("contradictory", statement.strict_key)
        return "(h : False)" in statement.statement

    def variant(self, statement: Statement, of: str) -> bool:
        self._asked("variant", statement.strict_key)
        return level_of(of) == level_of(statement.statement)

    def in_library(self, statement: Statement) -> str:
        self._asked("library", statement.strict_key)
        return "Toy.known" if level_of(statement.statement) == 100 else ""

    def automatic(self, statement: Statement) -> str:
        self._asked("automatic", statement.strict_key)
        return "simp" if level_of(statement.statement) == 0 else ""

    def lemma_statement(self, environment: str, name: str) -> str:
        return text(50, "lemma") if name.startswith("lemma") else ""

    def prepare(self, statements: Iterable[Statement]) -> None:
        self._asked("prepare", len(list(statements)))

    def check(self, statement: Statement, proof: Proof) -> Checked:
        """A proof that uses `lemma_k` for k = level modulo 3 rests on it: what it *says* it uses does not count."""
        self._asked("check", statement.strict_key, proof.tactics)
        match = re.fullmatch(r"reach (\d+)( -- .*)?", proof.tactics)
        if match is None or int(match[1]) < level_of(statement.statement):
            return Checked(False, reason="it does not reach so far")
        return Checked(True, Level.L1, uses=(f"lemma_{level_of(statement.statement) % 3}",))


@dataclass
class ToyProver:
    """Reaches `reach` plus or minus what it draws (a logistic law of spread 1). A hint is right nine times in ten."""

    reach: float
    hook: Hook = lambda event: None
    faults: float = 0.0
    name: str = "toy"
    asked: int = 0

    def tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        found = []
        for draw in draws:
            self.hook("try")
            self.asked += 1
            if chance("lost", draw.seed, self.asked) < self.faults:
                found.append(Try(draw, Outcome.LOST, reason="the worker died"))
                continue
            chosen = random.Random(draw.seed)
            share = min(max(chosen.random(), 1e-9), 1 - 1e-9)
            far = round(self.reach + math.log(share / (1 - share)))
            level = level_of(statement.statement)
            if far >= level or chosen.random() < 0.1:
                found.append(Try(draw, Outcome.PROVED, f"reach {max(far, 0)}", label="reach", seconds=far / 10))
            else:
                found.append(Try(draw, Outcome.FAILED, f"reach {max(far, 0)}", label="reach", reason="too hard"))
        return found


@dataclass
class ToyConjecturer:
    """Some levels beyond its seed, and now and then something that must not pass: a variant, an evaluation item, what
    is false, vacuous, known, automatic, no statement at all, or the same again."""

    hook: Hook = lambda event: None
    name: str = "toy"

    def conjecture(
        self, seeds: Sequence[Seed], wanted: int, draw: Draw, said: Set[str] = frozenset()
    ) -> list[Proposal]:
        self.hook("conjecture")
        found = []
        for seed in seeds:
            chosen = random.Random(seed_of(draw.seed, seed.id))
            level = level_of(seed.statement)
            for index in range(wanted):
                name = f"c{chosen.randrange(10**6)}"
                bad = chosen.random()
                statement, operator = text(level + chosen.randint(1, 6), name), "harder"
                if bad < 0.05:
                    statement, operator = text(level, name), "variant"
                elif bad < 0.10:
                    statement, operator = text(5, "e1", "m"), "evaluation"
                elif bad < 0.14:
                    statement, operator = f'(n : Nat) : not level {level + 1} "{name}"', "false"
                elif bad < 0.18:
                    statement, operator = f'(n : Nat) (h : False) : level {level + 1} "{name}"', "vacuous"
                elif bad < 0.21:
                    statement, operator = text(0, name), "automatic"
                elif bad < 0.24:
                    statement, operator = text(100, name), "library"
                elif bad < 0.27:
                    statement, operator = "(n : Nat) : nonsense", "nonsense"
                elif bad < 0.30:
                    statement, operator = text(level + 1, "again", f"k{index}"), "again"
                found.append(Proposal(seed=seed.id, index=index, statement=statement, operator=operator))
        return found


def toy_train(job: Job, step: float = STEP, hook: Hook = lambda event: None) -> Path:
    """A learner whose reach grows by `step` for every round that had rows."""
    before = float(read_json(job.previous)["reach"]) if job.previous is not None else REACH
    hook("train")
    rows = sum(1 for _ in job.prover.open(encoding="utf-8"))
    path = job.out / "reach.json"
    write_json(path, {"reach": before + (step if rows else 0.0), "rows": rows})
    hook("trained")
    return path


def run_of(config: Config, world: ToyWorld, *, hook: Hook = lambda event: None, faults: float = 0.0) -> Run:
    def players(checkpoint: Path | None) -> Pair:
        reach = REACH if checkpoint is None else float(read_json(checkpoint)["reach"])
        return Pair(ToyConjecturer(hook), ToyProver(reach, hook, faults))

    return Run(
        config=config,
        world=world,
        make_index=Index,
        make_players=players,
        train=lambda job: toy_train(job, hook=hook),
        lean="toy",
    )


def main() -> None:
    config, kill_at = load_config(Path(sys.argv[1])), int(sys.argv[2])
    events = 0

    def hook(event: str) -> None:
        nonlocal events
        events += 1
        if events == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        # Every file that is opened or renamed in the run's folder is a moment to die, too.
        if event in ("open", "os.rename") and str(arguments[0]).startswith(str(config.out)):
            hook(event)

    sys.addaudithook(audit)
    run_of(config, ToyWorld(hook=hook), hook=hook).run()
    print(events)


if __name__ == "__main__":
    main()
