"""The prover that searches: its setting, the order that it draws, and attempts over a scripted Lean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sketch_world
from hypothesis import given
from hypothesis import strategies as st

from decompose.sketch import Split
from decompose.spec import SpecFile, load_spec
from decompose.text import decode
from lean_project.errors import MachineryError, UserError
from lean_project.fake import FakeSession, error
from lean_project.model import Command, Snapshot
from prover.moves import MORE_HEARTBEATS
from rl.selfplay.config import Prove, load_config
from rl.selfplay.opening import make_players
from rl.selfplay.players import Draw, Try
from rl.selfplay.provers import Bench, DrawnOrder, SearchProver
from rl.selfplay.records import Origin, Outcome, Shape, Statement
from search.domain import Goal, Kind, Move

STATEMENT = Statement(
    key="k",
    strict_key="s",
    name="main",
    statement=f": SIZE {sketch_world.SIZE}",
    environment="e",
    goal=f"⊢ SIZE {sketch_world.SIZE}",
    shape=Shape(size=1, constants=()),
    origin=Origin.DATASET,
)


@dataclass
class World:
    """One statement over a Lean that accepts the proofs that `accepts` likes."""

    accepts: Callable[[str], bool]
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = FakeSession(self._script)

    def _script(self, snapshot: Snapshot, code: str) -> Sequence[Command]:
        commands = sketch_world.script(snapshot, code)
        self.asked.append(code)
        if "sorry" in code or self.accepts(code):
            return commands
        *above, last = commands
        return [*above, replace(last, messages=(error("no", 2, 2),))]

    def spec(self, statement: Statement) -> SpecFile:
        return load_spec(decode(sketch_world.TEXT.encode()), self.session)

    def stated(self, statement: Statement) -> Any:
        opened = self.session.open("")
        return SimpleNamespace(environment=SimpleNamespace(snapshot=opened.snapshot))


def tried(world: World, seed: int = 1, calls: int = 12) -> Try:
    bench = Bench(world, world.session, Prove())  # type: ignore[arg-type]
    (made,) = SearchProver(bench, calls, "best_first").tries(STATEMENT, [Draw(0, seed)])
    return made


def test_a_proof_that_the_search_finds_is_an_attempt() -> None:
    world = World(lambda code: "omega" in code)
    made = tried(world)
    assert made.outcome is Outcome.PROVED and "omega" in made.tactics and made.label == "search"
    assert tried(World(lambda code: "omega" in code)) == made, "equal draws are equal attempts"


def test_other_draws_try_other_moves_first() -> None:
    firsts = set()
    for seed in range(6):
        world = World(lambda code: False)
        tried(world, seed, calls=1)
        firsts.add(next(code for code in world.asked if "sorry" not in code and "skip" not in code))
    assert len(firsts) > 1


def test_what_is_not_found_within_the_calls_has_failed() -> None:
    made = tried(World(lambda code: False), calls=5)
    assert made.outcome is Outcome.FAILED and "5 calls" in made.reason and not made.tactics


def test_a_search_that_the_machinery_lost_moves_of_has_no_outcome() -> None:
    def dies(code: str) -> bool:
        raise MachineryError("the worker died")

    made = tried(World(dies))
    assert made.outcome is Outcome.LOST and "machinery" in made.reason


def _move(number: int, kind: Kind, heartbeats: int = 1) -> Move:
    return Move(
        f"m{number}", f"t{number}", kind, 0.5 + number, 0.3, Split(f"m{number}", f"t{number}", heartbeats=heartbeats)
    )


@given(st.lists(st.sampled_from(["close", "split", "again"]), max_size=12), st.integers(0, 99))
def test_the_drawn_order_moves_first_turns_of_finishing_moves_alone(kinds: list[str], seed: int) -> None:
    goal = Goal("g", "⊢ P", 1.0, SimpleNamespace(strict_key="g"))
    moves = [
        _move(number, Kind.SPLIT if kind == "split" else Kind.COMPLETE, MORE_HEARTBEATS if kind == "again" else 1)
        for number, kind in enumerate(kinds)
    ]
    drawn = list(DrawnOrder(seed).moves(goal, iter(moves)))
    assert sorted(move.text for move in drawn) == sorted(move.text for move in moves)
    assert [(move.cost, move.success) for move in drawn] == [(move.cost, move.success) for move in moves]
    for kind, before, after in zip(kinds, moves, drawn, strict=True):
        assert kind == "close" or after is before
    assert drawn == list(DrawnOrder(seed).moves(goal, iter(moves)))


CONFIG = "out: run\nfiles: [A.lean]\nplayers: {kind: search%s}\n"


def configured(folder: Path, more: str) -> Any:
    (folder / "run.yaml").write_text(CONFIG % more)
    return load_config(folder / "run.yaml")


def test_the_setting_opens_the_prover(tmp_path: Path) -> None:
    config = configured(tmp_path, ", search: {calls: 7, strategy: mcts}")
    pair = make_players(config, World(lambda code: True), None, None)  # type: ignore[arg-type]
    assert isinstance(pair.prover, SearchProver)
    assert (pair.prover.calls, pair.prover.strategy) == (7, "mcts")
    plain = make_players(configured(tmp_path, ""), World(lambda code: True), None, None).prover  # type: ignore[arg-type]
    assert isinstance(plain, SearchProver) and plain.calls == 40
    assert configured(tmp_path, ", search: {calls: 7}").digest != configured(tmp_path, "").digest


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (", search: {strategy: magic}", "no strategy magic"),
        (", search: {calls: 0}", "calls"),
        (", policy: x", "policy"),
    ],
)
def test_bad_settings_are_refused(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        configured(tmp_path, more)
    (tmp_path / "run.yaml").write_text("out: run\nfiles: [A.lean]\nplayers: {kind: rules, search: {calls: 7}}\n")
    with pytest.raises(UserError, match="kind `search`"):
        load_config(tmp_path / "run.yaml")
