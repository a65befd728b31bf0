"""What a synthesis keeps for a resumed run, without Lean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from decompose.counterexample.generate import Constructor
from decompose.counterexample.values import Type, Value
from lean_project.ledger import Ledger
from lean_project.model import RuntimeInfo
from prover.synth.components import INT, NAT, STRING, list_of, option_of, pair_of
from prover.synth.holes import Candidate
from prover.synth.memory import Memory
from prover.synth.natives import lean
from prover.synth.properties import Test
from prover.synth.tester import Fate, Outcome

TREE = Type("N.Tree", (NAT,), -1, ("N", "Tree"), (0,))
CONSTRUCTORS = {TREE: (Constructor("leaf", ()), Constructor("node", (TREE, NAT, TREE)))}
VALUES = (
    lean(((1, (0,), 3, (0,)), -5), pair_of(TREE, INT), CONSTRUCTORS),
    lean(((), (2, 1)), pair_of(list_of(NAT), list_of(NAT)), {}),
    lean('a"é', STRING, {}),
    lean((4,), option_of(NAT), {}),
)


@dataclass
class Fitting:
    """Stands for a plan: values fit that are of these types."""

    types: tuple[Type, ...]

    def fits(self, values: tuple[Value, ...]) -> bool:
        return tuple(each.type for each in values) == self.types


@dataclass
class About:
    """Stands for a property."""

    name: str
    number: int
    plan: Fitting

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(f"x{i}" for i in range(len(self.plan.types)))

    def shown(self, values: tuple[Value, ...]) -> str:
        return f"{self.name} with {', '.join(each.text for each in values)}"


@dataclass
class Known:
    """Stands for `Properties`."""

    tested: tuple[About, ...]


def known(*names: str, types: tuple[Type, ...] = tuple(each.type for each in VALUES)) -> Known:
    return Known(tuple(About(name, number, Fitting(types)) for number, name in enumerate(names)))


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        run = ledger.start_run("synth")
        yield Memory(ledger, run, RuntimeInfo("fake", "4.0.0", "abc"), tmp_path / "state")


def test_killers_come_back_as_they_were(memory: Memory) -> None:
    tests = (Test(1, VALUES), Test(0, VALUES))
    memory.save_killers("target", known("a", "b"), tests)  # type: ignore[arg-type]
    back = memory.killers("target", known("a", "b"))  # type: ignore[arg-type]
    assert back == tests
    # Equality leaves out what terms are made of.
    assert back[0].values[0].parts[0].constructor == "node"
    assert repr(back) == repr(tests)


def test_killers_of_other_properties_stay_away(memory: Memory) -> None:
    memory.save_killers("target", known("a", "b"), (Test(1, VALUES),))  # type: ignore[arg-type]
    assert memory.killers("target", known("b", "a")) == ()  # type: ignore[arg-type]
    assert memory.killers("target", known("a")) == ()  # type: ignore[arg-type]
    assert memory.killers("target", known("a", "b", types=(NAT, NAT, NAT, NAT))) == ()  # type: ignore[arg-type]
    assert memory.killers("target", known("a", "b", types=(VALUES[0].type,))) == ()  # type: ignore[arg-type]
    assert memory.killers("other", known("a", "b")) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("damage", [b"", b"[{", b'[{"theorem": "a"}]', b"\xff"])
def test_a_damaged_file_costs_its_tests_alone(memory: Memory, tmp_path: Path, damage: bytes) -> None:
    memory.save_killers("target", known("a"), (Test(0, VALUES),))  # type: ignore[arg-type]
    (path,) = (tmp_path / "state").iterdir()
    path.write_bytes(damage)
    assert memory.killers("target", known("a")) == ()  # type: ignore[arg-type]


def test_only_what_is_wrong_is_left_out(memory: Memory) -> None:
    memory.record("target", Outcome(Candidate("n"), Fate.REFUTED, "by a test", near=0.5))
    memory.record("target", Outcome(Candidate("n +"), Fate.ILL_TYPED, "no term"))
    memory.record("target", Outcome(Candidate("slow n"), Fate.SLOW, "slow"))
    memory.record("target", Outcome(Candidate("lost"), Fate.LOST, "lost"))
    memory.record("target", Outcome(Candidate("n + 1"), Fate.SURVIVED))
    assert memory.refuted("target") == {"n": 0.5, "n +": 0.0}
    assert memory.refuted("other") == {}
