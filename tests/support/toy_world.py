"""Scripted worlds for the search: goals are words, and what each move comes to is planted.

No threads and no clocks: futures are completed by hand, one at a time, by `World.wait`, in the order of submission or
as a seed says. Toy seconds pass when an answer comes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field

from search.domain import Answer, Goal, Kind, Move, Verdict


@dataclass(frozen=True)
class Step:
    """One move of a goal and what it comes to. `children` are keys. `needs`: seconds it must be granted, otherwise its
    answer is LIMIT. `cost`, `success`: what the domain says of it; `seconds`: what it takes."""

    label: str
    verdict: Verdict = Verdict.REFUSED
    children: tuple[str, ...] = ()
    score: float = 0.5
    kind: Kind | None = None
    cost: float = 1.0
    success: float = 0.5
    seconds: float = 1.0
    needs: float = 0.0
    calls: int = 1
    tokens: int = 0
    said_calls: int | None = None
    refuted: frozenset[str] = frozenset()

    def move(self) -> Move:
        kind = self.kind or (Kind.SPLIT if self.children else Kind.COMPLETE)
        return Move(
            self.label, self.label, kind, self.cost, self.success, payload=self,
            calls=self.calls if self.said_calls is None else self.said_calls, tokens=self.tokens,
        )  # fmt: skip


def proof(label: str = "done", **options: object) -> Step:
    return Step(label, Verdict.JUSTIFIED, score=1.0, **options)  # type: ignore[arg-type]


def split(*children: str, label: str = "split", **options: object) -> Step:
    return Step(label, Verdict.JUSTIFIED, children, **options)  # type: ignore[arg-type]


def no(label: str = "no", **options: object) -> Step:
    return Step(label, **options)  # type: ignore[arg-type]


def fault(label: str = "fault") -> Step:
    return Step(label, Verdict.MACHINERY)


Script = Mapping[str, tuple[Step, ...]] | Callable[[str], tuple[Step, ...]]


@dataclass
class World:
    """A `Domain`. `script`: steps of each goal, by key or by function (which may make worlds without end).

    `seed` None answers in order of submission; else in a random order, and then a cancelled move may answer all the
    same. `interrupt_at`: the wait before which KeyboardInterrupt is raised.
    """

    script: Script
    difficulties: Mapping[str, float] = field(default_factory=dict)
    workers: int = 1
    seed: int | None = None
    interrupt_at: int | None = None
    now: float = 0.0
    on_step: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.submitted: list[tuple[str, str]] = []
        self.answers: list[Answer] = []
        self.cancelled: list[tuple[str, str]] = []
        self.waits = 0
        self.most_under_way = 0
        self.drawn = 0
        self._open: dict[Future[Answer], tuple[Goal, Step, float]] = {}

    def clock(self) -> float:
        return self.now

    def goal(self, key: str) -> Goal:
        return Goal(key, f"⊢ {key}", self.difficulties.get(key, 10.0))

    def steps(self, key: str) -> tuple[Step, ...]:
        return self.script(key) if callable(self.script) else self.script.get(key, ())

    def moves(self, goal: Goal) -> Iterator[Move]:
        for step in self.steps(goal.key):
            self.drawn += 1
            yield step.move()

    def submit(self, goal: Goal, move: Move, seconds: float) -> Future[Answer]:
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()
        self._open[future] = (goal, move.payload, seconds)
        self.submitted.append((goal.key, move.label))
        self.most_under_way = max(self.most_under_way, len(self._open))
        return future

    def cancel(self, future: Future[Answer]) -> None:
        if future in self._open and (self.seed is None or self.random.random() < 0.7):
            goal, step, _ = self._open.pop(future)
            self.cancelled.append((goal.key, step.label))
            future.set_exception(CancelledError())

    def wait(self, futures: Collection[Future[Answer]], timeout: float | None) -> Collection[Future[Answer]]:
        self.on_step()
        self.waits += 1
        if self.interrupt_at == self.waits:
            raise KeyboardInterrupt
        done = [future for future in futures if future.done()]
        if done:
            return done
        future = next(iter(self._open)) if self.seed is None else self.random.choice(list(self._open))
        _, step, seconds = self._open[future]
        answer = self.answer(step, seconds)
        if timeout is not None and answer.seconds > timeout:
            self.now += timeout
            return ()
        del self._open[future]
        self.now += answer.seconds
        self.answers.append(answer)
        future.set_result(answer)
        return [future]

    def answer(self, step: Step, seconds: float) -> Answer:
        if step.needs > seconds:
            return Answer(Verdict.LIMIT, seconds=seconds, lean_calls=step.calls, reason="out of time")
        return Answer(
            step.verdict,
            tuple(self.goal(key) for key in step.children),
            step.score if step.verdict is Verdict.JUSTIFIED else 0.0,
            step.seconds,
            step.calls,
            step.tokens,
            "" if step.verdict is Verdict.JUSTIFIED else f"{step.label}: {step.verdict}",
            step.refuted,
            record=step.label,
        )


def provable(world: World, keys: Collection[str], *, seconds: float = 20.0) -> set[str]:
    """The least fixed point: goals of `keys` that have a well-founded proof by the script's justified steps."""
    found: set[str] = set()
    grown = True
    while grown:
        grown = False
        for key in keys:
            if key in found:
                continue
            for step in world.steps(key):
                if step.verdict is Verdict.JUSTIFIED and step.needs <= seconds and found.issuperset(step.children):
                    found.add(key)
                    grown = True
                    break
    return found


def random_script(seed: int, size: int, *, faults: bool = True) -> dict[str, tuple[Step, ...]]:
    """A world of `size` goals with circles, shared lemmas, refused moves, time limits, and up to 2 faults per goal.

    Refutations are of goals without a well-founded proof only, as in a sound world.
    """
    dice = random.Random(seed)
    keys = [f"g{number}" for number in range(size)]
    script: dict[str, tuple[Step, ...]] = {}
    for number, key in enumerate(keys):
        steps: list[Step] = []
        faulty = 0
        for turn in range(dice.randint(0, 5)):
            label = f"{key}.{turn}"
            costs = {"cost": dice.choice((0.3, 1.0, 4.0)), "success": dice.choice((0.05, 0.3, 0.8))}
            seconds = dice.choice((0.1, 1.0, 7.0))
            roll = dice.random()
            if roll < 0.15:
                steps.append(proof(label, seconds=seconds, **costs))
            elif roll < 0.65:
                near = keys[number + 1 : number + 6] if dice.random() < 0.7 else keys
                children = tuple(dice.choice(near or keys) for _ in range(dice.randint(1, 3)))
                steps.append(split(*children, label=label, score=dice.random(), seconds=seconds, **costs))
            elif roll < 0.75:
                steps.append(proof(label, needs=dice.choice((10.0, 50.0, 500.0)), seconds=9.0, **costs))
            elif roll < 0.85 and faults and faulty < 2:
                faulty += 1
                steps.append(fault(label))
            else:
                steps.append(no(label, seconds=seconds, **costs))
        script[key] = tuple(steps)
    false = sorted(set(keys) - provable(World(script), keys, seconds=1e9))
    for key in keys:
        if false and dice.random() < 0.3:
            told = frozenset(dice.sample(false, k=min(len(false), dice.randint(1, 2))))
            script[key] = (*script[key], no(f"{key}.test", refuted=told))
    return script
