"""Which assignments are tested, in which order: all small ones first, then random ones and neighbours of those that
satisfied the hypotheses; and the steps below a failing one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from random import Random

from decompose.counterexample.generate import Generator
from decompose.counterexample.reify import Environment, Reifier
from decompose.counterexample.statement import Role, Statement, Untestable
from decompose.counterexample.values import Type, Value, exchanged
from decompose.counterexample.variants import Variant

Assignment = tuple[Value, ...]
"""A value for each data entry of a statement, in order."""

LARGEST = 24
"""Total cost up to which all assignments are listed."""


class Plan:
    """Assignments for one variant of a statement."""

    def __init__(self, statement: Statement, variant: Variant, reifier: Reifier) -> None:
        self._entries = [entry for entry in statement.entries if entry.role is Role.DATA]
        self._base: dict[int, Type] = variant.environment
        self._reifier = reifier
        self._generator = Generator(reifier.constructors)
        self._fixed = [self._fixed_type(entry.type) for entry in self._entries]

    def _fixed_type(self, term: int) -> Type | None:
        """The type of an entry where it depends on no value."""
        try:
            return self._reifier.type(term, self._base)
        except Untestable:
            return None

    def _type(self, at: int, environment: Environment) -> Type | None:
        """None where there are no values to draw, with these values before it."""
        fixed = self._fixed[at]
        if fixed is not None:
            return fixed
        try:
            return self._reifier.type(self._entries[at].type, environment)
        except Untestable:
            return None

    def reason(self) -> str:
        """Why nothing can be drawn, "" when something can."""
        environment: dict[int, Type | Value] = dict(self._base)
        for at, entry in enumerate(self._entries):
            try:
                type_ = self._fixed[at] or self._reifier.type(entry.type, environment)
            except Untestable as why:
                return f"{entry.name}: {why}"
            smallest = self._generator.smallest(type_)
            if smallest is None:
                return ""  # empty with these values before it, or empty at all: then nothing will be drawn
            environment[entry.variable] = smallest
        return ""

    def exhaustive(self) -> Iterator[Assignment]:
        """Every assignment of total cost 0, then 1, and so on."""
        for cost in range(LARGEST + 1 if self._entries else 1):
            yield from self._exactly(0, cost, dict(self._base))

    def _exactly(self, at: int, cost: int, environment: dict[int, Type | Value]) -> Iterator[Assignment]:
        if at == len(self._entries):
            if cost == 0:
                yield ()
            return
        type_ = self._type(at, environment)
        if type_ is None:
            return
        last = at == len(self._entries) - 1
        for first in range(cost, cost + 1) if last else range(cost + 1):
            for value in self._generator.exactly(type_, first):
                environment[self._entries[at].variable] = value
                for rest in self._exactly(at + 1, cost - first, environment):
                    yield (value, *rest)
        environment.pop(self._entries[at].variable, None)

    def random(self, random: Random, size: int) -> Assignment | None:
        environment: dict[int, Type | Value] = dict(self._base)
        made: list[Value] = []
        for at, entry in enumerate(self._entries):
            type_ = self._type(at, environment)
            same = [value for value in made if value.type == type_]
            if same and random.random() < 0.25:  # Hypotheses often ask for equal or related values.
                value: Value | None = random.choice(same)
            else:
                value = self._generator.random(type_, random, size) if type_ else None
            if value is None:
                return None
            made.append(value)
            environment[entry.variable] = value
        return tuple(made)

    def neighbour(self, assignment: Assignment, random: Random, size: int) -> Assignment | None:
        """`assignment` with one value drawn again, or made one step smaller."""
        if not assignment:
            return None
        at = random.randrange(len(assignment))
        environment = self._environment(assignment[:at])
        type_ = self._type(at, environment)
        if type_ is None:
            return None
        if random.random() < 0.3:
            steps = list(islice(self._generator.shrinks(assignment[at]), 20))
            value = random.choice(steps) if steps else None
        else:
            value = self._generator.random(type_, random, size)
        if value is None:
            return None
        changed = (*assignment[:at], value, *assignment[at + 1 :])
        return changed if self.fits(changed) else None

    def _environment(self, values: Sequence[Value]) -> dict[int, Type | Value]:
        return {**self._base, **{e.variable: v for e, v in zip(self._entries, values, strict=False)}}

    def fits(self, assignment: Assignment) -> bool:
        """Every value is of its type, with the values before it."""
        environment: dict[int, Type | Value] = dict(self._base)
        for at, value in enumerate(assignment):
            if self._type(at, environment) != value.type:
                return False
            environment[self._entries[at].variable] = value
        return True

    def below(self, assignment: Assignment) -> list[Assignment]:
        """Assignments one step smaller than `assignment`, the smallest first."""
        found: dict[Assignment, None] = {}
        for at, value in enumerate(assignment):
            for smaller in islice(self._generator.shrinks(value), 60):
                found[(*assignment[:at], smaller, *assignment[at + 1 :])] = None
                # Values that depend on this one keep their number where they can.
                moved = self._moved(assignment, at, smaller)
                if moved is not None:
                    found[moved] = None
        for i, j in combinations(range(len(assignment)), 2):
            if assignment[i].type != assignment[j].type:
                continue
            if assignment[i] == assignment[j]:
                pairs = [(each, each) for each in self._generator.shrinks(assignment[i])]
            else:
                pairs = [(assignment[i], assignment[i]), (assignment[j], assignment[j]), (assignment[j], assignment[i])]
                down = zip(self._generator.shrinks(assignment[i]), self._generator.shrinks(assignment[j]), strict=False)
                pairs += list(down)
            for left, right in pairs[:20]:
                changed = list(assignment)
                changed[i], changed[j] = left, right
                found[tuple(changed)] = None
        for old in _repeated(assignment):
            for new in islice(self._generator.shrinks(old), 12):
                found[tuple(exchanged(value, old, new) for value in assignment)] = None
        smaller_ones = [each for each in found if measure(each) < measure(assignment) and self.fits(each)]
        return sorted(smaller_ones, key=measure)

    def _moved(self, assignment: Assignment, at: int, value: Value) -> Assignment | None:
        """`assignment` with `value` at `at`, and the numbers whose types depend on it moved to their new types."""
        environment = self._environment((*assignment[:at], value))
        made = [*assignment[:at], value]
        for i in range(at + 1, len(assignment)):
            type_ = self._type(i, environment)
            if type_ is None:
                return None
            old = assignment[i]
            if type_ != old.type:
                bound = type_.bound
                if bound == 0 or type_.name != old.type.name:
                    return None
                if type_.name == "Vector":
                    old = Value(type_, 0, old.parts[: type_.number])
                    if len(old.parts) != type_.number:
                        return None
                else:
                    old = Value(type_, min(old.number, bound - 1) if bound else old.number)
            made.append(old)
            environment[self._entries[i].variable] = old
        return tuple(made)


def _repeated(assignment: Assignment) -> list[Value]:
    """Numbers and the like that occur more than once."""
    counts: Counter[Value] = Counter()

    def visit(value: Value) -> None:
        if not value.parts and value.cost:
            counts[value] += 1
        for part in value.parts:
            visit(part)

    for value in assignment:
        visit(value)
    return [value for value, count in counts.items() if count > 1]


def measure(assignment: Assignment) -> tuple[int, int, tuple[str, ...]]:
    """What shrinking makes smaller."""
    return sum(v.cost for v in assignment), sum(v.size for v in assignment), tuple(v.text for v in assignment)
