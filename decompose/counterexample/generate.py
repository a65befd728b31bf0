"""Values by type: all of a given size, random ones, and the ones just below a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from decompose.counterexample.values import CHARACTERS, NUMBERS, Type, Value

MOST = 400
"""Values of one type and size that are made at most."""
RECURSION = 6


@dataclass(frozen=True, slots=True)
class Constructor:
    """A constructor of an inductive type, its parameters filled in. `name`: its last component."""

    name: str
    fields: tuple[Type, ...]


class Generator:
    """Makes values. `constructors` gives those of every inductive type that is drawn from, () for empty types."""

    def __init__(self, constructors: dict[Type, tuple[Constructor, ...]]) -> None:
        self._constructors = constructors
        self._made: dict[tuple[Type, int], tuple[Value, ...]] = {}

    def exactly(self, type_: Type, cost: int) -> tuple[Value, ...]:
        """The values with `Value.cost` equal to `cost`, at most MOST."""
        known = self._made.get((type_, cost))
        if known is None:
            self._made[type_, cost] = ()  # a type that needs itself to begin with has no values
            known = tuple(islice(self._exactly(type_, cost), MOST))
            self._made[type_, cost] = known
        return known

    def _exactly(self, type_: Type, cost: int) -> Iterator[Value]:
        if cost < 0:
            return
        name = type_.name
        if name in NUMBERS:
            yield from self._numbers(type_, cost)
        elif name == "Bool":
            if cost < 2:
                yield Value(type_, cost)
        elif name == "Char":
            if cost < len(CHARACTERS):
                yield Value(type_, ord(CHARACTERS[cost]))
        elif name in ("List", "Array", "String"):
            element = Type("Char") if name == "String" else type_.arguments[0]
            for length in range(cost + 1):
                for parts in self.products((element,) * length, cost - length):
                    yield Value(type_, 0, parts)
                if length > RECURSION:
                    return
        elif name == "Vector":
            for parts in self.products((type_.arguments[0],) * type_.number, cost - type_.number):
                yield Value(type_, 0, parts)
        elif name == "Prod":
            for parts in self.products(type_.arguments, cost):
                yield Value(type_, 0, parts, "mk")
        else:
            for place, constructor in enumerate(self._constructors[type_]):
                if not constructor.fields:
                    if cost == min(place, 1):
                        yield Value(type_, place, (), constructor.name)
                else:
                    for parts in self.products(constructor.fields, cost - 1):
                        yield Value(type_, place, parts, constructor.name)

    def _numbers(self, type_: Type, cost: int) -> Iterator[Value]:
        if type_.name == "Int":
            yield Value(type_, (cost + 1) // 2 if cost % 2 else -(cost // 2))
            return
        bound = type_.bound
        if bound is None:
            yield Value(type_, cost)
            return
        for number in {cost, bound - cost // 2}:
            if 0 <= number < bound and Value(type_, number).cost == cost:
                yield Value(type_, number)

    def products(self, types: tuple[Type, ...], cost: int) -> Iterator[tuple[Value, ...]]:
        """Tuples of values of these types with costs that add up to `cost`."""
        if not types:
            if cost == 0:
                yield ()
            return
        if len(types) == 1:
            yield from ((value,) for value in self.exactly(types[0], cost))
            return
        for first in range(cost + 1):
            heads = self.exactly(types[0], first)
            if heads:
                for tail in self.products(types[1:], cost - first):
                    yield from ((head, *tail) for head in heads)

    def smallest(self, type_: Type) -> Value | None:
        """A value of least cost, None when there is none up to a cost of 8."""
        return next((value for cost in range(9) for value in self.exactly(type_, cost)), None)

    def random(self, type_: Type, random: Random, size: int, depth: int = 0) -> Value | None:
        """A value with numbers up to about `size` and up to `size` parts; None where the type is empty."""
        name = type_.name
        if name in NUMBERS:
            return self._random_number(type_, random, size)
        if name == "Bool":
            return Value(type_, random.randrange(2))
        if name == "Char":
            return Value(type_, ord(random.choice(CHARACTERS)))
        if name in ("List", "Array", "String"):
            element = Type("Char") if name == "String" else type_.arguments[0]
            length = random.randint(0, max(1, min(size, 8) >> depth))
            # Few different elements, so that equal ones meet.
            pool = [self.random(element, random, size, depth + 1) for _ in range(random.randint(1, length + 1))]
            parts = [random.choice(pool) for _ in range(length)]
            return Value(type_, 0, tuple(part for part in parts if part is not None))
        if name in ("Vector", "Prod"):
            types = type_.arguments * type_.number if name == "Vector" else type_.arguments
            values = [self.random(each, random, size, depth + 1) for each in types]
            full = tuple(value for value in values if value is not None)
            return Value(type_, 0, full, "mk") if len(full) == len(values) else None
        constructors = self._constructors[type_]
        leaves = [each for each in constructors if type_ not in each.fields]
        choice = leaves if leaves and (depth > RECURSION or random.randrange(size + 2) < depth) else list(constructors)
        if not choice or depth > 3 * RECURSION:
            return self.smallest(type_)
        constructor = random.choice(choice)
        made = [self.random(each, random, max(1, size - depth), depth + 1) for each in constructor.fields]
        fields = tuple(value for value in made if value is not None)
        if len(fields) < len(made):
            return self.smallest(type_)
        return Value(type_, constructors.index(constructor), fields, constructor.name)

    def _random_number(self, type_: Type, random: Random, size: int) -> Value | None:
        bound = type_.bound
        if bound == 0:
            return None
        number = random.randint(0, size)
        if type_.name == "Int":
            return Value(type_, random.choice((1, -1)) * number)
        if bound is not None:
            half = [bound - 1 - number, bound // 2 + number % 3 - 1, random.randrange(bound)]
            number = random.choice([number, number, *half]) % bound
        return Value(type_, number)

    def shrinks(self, value: Value) -> Iterator[Value]:
        """Values of the same type one step below, each of lower cost."""
        yield from (each for each in self._shrinks(value) if each.cost < value.cost)

    def _shrinks(self, value: Value) -> Iterator[Value]:
        type_, name = value.type, value.type.name
        if name in NUMBERS or name == "Bool":
            number = value.number
            towards = {0, number // 2, number - 1, number - 2, -number, number + 1, number + 2}
            bound = 2 if name == "Bool" else type_.bound
            low = -abs(number) if name == "Int" else 0
            yield from (
                Value(type_, each) for each in sorted(towards) if low <= each and (bound is None or each < bound)
            )
            return
        if name == "Char":
            yield from (Value(type_, ord(each)) for each in CHARACTERS)
            return
        if name in ("List", "Array", "String"):
            half = len(value.parts) // 2
            if half > 1:
                yield Value(type_, 0, value.parts[:half])
                yield Value(type_, 0, value.parts[half:])
            for i in range(len(value.parts)):
                yield Value(type_, 0, value.parts[:i] + value.parts[i + 1 :])
        else:
            yield from _inside(value, type_)
            if name not in ("Vector", "Prod"):
                for place, constructor in enumerate(self._constructors[type_]):
                    if not constructor.fields:
                        yield Value(type_, place, (), constructor.name)
        for i, part in enumerate(value.parts):
            for smaller in self.shrinks(part):
                yield Value(type_, value.number, (*value.parts[:i], smaller, *value.parts[i + 1 :]), value.constructor)


def _inside(value: Value, type_: Type) -> Iterator[Value]:
    """Proper parts of `value` that have its type."""
    for part in value.parts:
        if part.type == type_:
            yield part
        else:
            yield from _inside(part, type_)
