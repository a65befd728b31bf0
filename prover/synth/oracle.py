"""Examples out of a specification: which results do its theorems allow at an input?

A theorem that applies the program to one tuple of variables (or of values) says something about each input by itself.
There the program can be replaced by a constant function: of a pool of likely results those are *right* that Lean's
kernel refutes for no theorem, with a few values for its other variables. A result outside the pool is not found, and
tests may be too few; so examples are hints for the enumeration, and candidates that come of them are tested and proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, permutations, product
from random import Random

from decompose.counterexample.generate import Generator
from decompose.counterexample.prelude import BLOCKED, PASSED, REFUTED
from decompose.counterexample.statement import Role, Untestable
from decompose.counterexample.terms import Row, Terms
from decompose.counterexample.values import Type, Value, value_term
from lean_project.check.terms import parse_name
from lean_project.model import Limits
from lean_project.session import Session
from prover.synth.kernel import compute
from prover.synth.literals import NEAR
from prover.synth.natives import Native, lean, native
from prover.synth.patterns import Fixed, Pattern, filled, indices, matched, read_pattern, read_value
from prover.synth.properties import Properties, Property, Test
from prover.synth.signature import Signature

_BITS = 3
_COMBINATIONS = 3
_POOL = 28


Input = tuple[Native, ...]


@dataclass(frozen=True)
class _Pointwise:
    """A theorem about one input. `places`: what each parameter is there. `types`: of its data variables."""

    about: Property
    places: tuple[Pattern, ...]
    types: tuple[Type, ...]

    @property
    def fixed(self) -> bool:
        """It is an example."""
        return all(isinstance(place, Fixed) for place in self.places)

    @property
    def inputs(self) -> frozenset[int]:
        """The data variables that the input determines: here they do not follow from anything else."""
        return frozenset[int]().union(*map(indices, self.places))

    def read(self, given: Input) -> dict[int, Native] | None:
        """Its variables at an input; None where it does not speak about it."""
        found: dict[int, Native] = {}
        fits = all(matched(place, value, found) for place, value in zip(self.places, given, strict=True))
        return found if fits else None


class Oracle:
    """Right results by input. `usable`: some theorem speaks about single inputs. `known`: what was found, nothing for
    inputs without a right result in their pools. `spoken`: inputs about which some theorem says something. Not
    thread-safe."""

    def __init__(
        self, session: Session, properties: Properties, signature: Signature, *, seconds: float = 20.0, work: int = 64
    ) -> None:
        self.session, self.properties, self.signature = session, properties, signature
        self.calls = 0
        self.known: dict[Input, frozenset[Native]] = {}
        self.spoken: set[Input] = set()
        self._asked: set[tuple[Input, Native]] = set()
        self._made: dict[Input, tuple[Native, ...]] = {}
        self._telling: dict[tuple[int, Input], dict[tuple[Value, ...], None]] = {}
        self._limits, self._work = Limits(seconds), work
        self._generator = Generator(dict(signature.constructors))
        found = (_pointwise(each, signature) for each in properties.tested)
        self._about = [each for each in found if each is not None]

    @property
    def usable(self) -> bool:
        return bool(self._about)

    @property
    def general(self) -> bool:
        """A theorem speaks about many inputs, so examples can be had for any of them."""
        return any(not each.fixed for each in self._about)

    @property
    def fixed(self) -> tuple[Input, ...]:
        """The inputs of examples (`f 3 = 5`)."""
        inputs = (tuple(filled(place, {}) for place in each.places) for each in self._about if each.fixed)
        return tuple(dict.fromkeys(inputs))

    def inputs_of(self, test: Test) -> list[Input]:
        """The inputs that a test runs the program on, where its theorem is about a single one that the test chooses."""
        values = {i: native(value) for i, value in enumerate(test.values)}
        return [tuple(filled(place, values) for place in each.places) for each in self._chosen(test)]

    def _chosen(self, test: Test) -> list[_Pointwise]:
        """The theorem of a test, if its input is one that tests choose."""
        return [each for each in self._about if each.about.number == test.number and not each.inputs & each.about.tied]

    def small(self, count: int) -> list[Input]:
        """The smallest inputs."""
        found: list[Input] = []
        for cost in range(12):
            for values in self._generator.products(self.signature.types, cost):
                found.append(tuple(native(value) for value in values))
                if len(found) >= count:
                    return found
        return found

    def near(self, numbers: Sequence[int], count: int) -> list[Input]:
        """The second smallest input, with one number in it exchanged for one of these or one near it."""
        found: dict[Input, None] = {}
        sums = [a + b for i, a in enumerate(numbers) for b in numbers[:i]]
        for change in NEAR:
            for given in self.small(2)[-1:]:
                for number in (*numbers, *sums):
                    for i, type_ in enumerate(self.signature.types):
                        if type_.name in ("Nat", "Int"):
                            found[(*given[:i], change(number), *given[i + 1 :])] = None
        return list(found)[:count]

    def drawn(self, count: int) -> list[Input]:
        """Random inputs of moderate size, the same ones each time."""
        random = Random("inputs")
        found: dict[Input, None] = {}
        for turn in range(4 * count):
            size = (4, 9)[turn % 2]
            values = [self._generator.random(type_, random, size) for type_ in self.signature.types]
            if len(found) < count and all(v is not None and len(v.parts) <= 4 and v.size <= 12 for v in values):
                found[tuple(native(value) for value in values if value is not None)] = None
        return list(found)

    def right(self, inputs: Iterable[Input]) -> dict[Input, frozenset[Native]]:
        """The right results at each input, as far as the pools have them. Raises what the session raises."""
        wanted = list(dict.fromkeys(inputs))
        new = [each for each in wanted if each not in self.known]
        if new:
            self.known |= self._judged({each: self._pool(each) for each in new})
        return {each: self.known[each] for each in wanted if self.known.get(each)}

    def offer(self, pools: Mapping[Input, Iterable[Native]]) -> dict[Input, frozenset[Native]]:
        """Which of these results are right at their inputs; they are `known` from now on. Raises what the session
        raises."""
        new = {i: dict.fromkeys(each for each in pool if (i, each) not in self._asked) for i, pool in pools.items()}
        found = self._judged({given: pool for given, pool in new.items() if pool})
        for given, right in found.items():
            self.known[given] = self.known.get(given, frozenset()) | right
        return {given: self.known.get(given, frozenset()).intersection(pool) for given, pool in pools.items()}

    def learn(self, test: Test) -> None:
        """A test that refuted a program asks about a telling value of the theorem's other variables: from now on it is
        asked of every result at its input."""
        for given in self.inputs_of(test):
            told = self._telling.setdefault((test.number, given), {})
            if test.values not in told and len(told) < _COMBINATIONS:
                told[test.values] = None
                self._made[given] = (*self._made.get(given, ()), *self.known.pop(given, ()))
                self._asked = {pair for pair in self._asked if pair[0] != given}

    def _judged(self, alive: dict[Input, dict[Native, None]]) -> dict[Input, frozenset[Native]]:
        """The right ones of the results in a pool for each input."""
        inputs = list(alive)
        self._asked |= {(given, each) for given, pool in alive.items() for each in pool}
        told: set[tuple[Input, Native]] = set()
        for about in self._about:
            here = [(i, each) for i in inputs if about.read(i) is not None for each in alive[i]]
            tests = {i: self._tests(about, i) for i in dict.fromkeys(i for i, _ in here)}
            for turn in range(max(map(len, tests.values()), default=0)):
                asked = [(i, y, tests[i][turn]) for i, y in here if turn < len(tests[i]) and y in alive[i]]
                for (i, y, _), code in zip(asked, self._codes(about, asked), strict=True):
                    if code in (REFUTED, PASSED):
                        self.spoken.add(i)
                    if code == REFUTED:
                        alive[i].pop(y, None)
                    elif code == PASSED:
                        told.add((i, y))
        # A result that no theorem confirmed is not known to be right.
        return {i: frozenset(y for y in alive[i] if (i, y) in told) for i in inputs}

    def _tests(self, about: _Pointwise, given: Input) -> list[tuple[Value, ...]]:
        """Values for all data variables: those of the input at their places, a few for the others."""
        known = about.read(given) or {}
        values = {i: lean(each, about.types[i], self.signature.constructors) for i, each in known.items()}
        columns = []
        for index, type_ in enumerate(about.types):
            if index in values:
                columns.append([values[index]])
                continue
            inside = [lean(v, type_, self.signature.constructors) for v in _inside(given, self.signature.types, type_)]
            small = (v for cost in range(4) for v in self._generator.exactly(type_, cost))
            columns.append(list(dict.fromkeys([*inside[:3], *islice(small, 3)])))
        told = self._telling.get((about.about.number, given), {})
        return list(dict.fromkeys((*told, *islice(product(*columns), _COMBINATIONS))))

    def _codes(self, about: _Pointwise, asked: Sequence[tuple[Input, Native, tuple[Value, ...]]]) -> list[int]:
        codes: list[int] = []
        for at in range(0, len(asked), self._work):
            part = asked[at : at + self._work]
            codes += self._some(about, part)
        return codes

    def _some(self, about: _Pointwise, part: Sequence[tuple[Input, Native, tuple[Value, ...]]]) -> list[int]:
        terms = Terms()
        roots = []
        parameters = self._parameters(terms)
        for _, result, values in part:
            program = self._constant(terms, parameters, result)
            roots.append(about.about.call(terms, program, values, chosen=about.inputs))
        self.calls += 1
        codes = compute(self.session, self.properties.snapshot, terms, roots, _BITS, self._limits)
        if codes is not None:
            return codes
        if len(part) == 1:
            return [BLOCKED]
        half = len(part) // 2
        return [*self._some(about, part[:half]), *self._some(about, part[half:])]

    def _parameters(self, terms: Terms) -> list[Row]:
        """The binders of the program's type, outermost first."""
        definitions = self.properties.definitions
        constant = definitions.find(parse_name(self.properties.program))
        assert constant is not None  # it has a signature
        type_ = terms.read(definitions.document, constant.type)
        found = []
        while terms.rows[type_][0] == "p":
            found.append(terms.rows[type_])
            type_ = terms.rows[type_][3]
        return found

    def _constant(self, terms: Terms, parameters: Sequence[Row], result: Native) -> int:
        """The program that gives `result` whatever its arguments."""
        made = value_term(terms, lean(result, self.signature.result, self.signature.constructors))
        for row in reversed(parameters):
            made = terms.add("l", row[1], row[2], made, row[4])
        return made

    def _pool(self, given: Input) -> dict[Native, None]:
        """Likely results at an input, the likeliest first."""
        result = self.signature.result
        small = [native(v) for cost in range(7) for v in islice(self._generator.exactly(result, cost), 12)]
        first = list(islice(likely(given, self.signature, result), _POOL))
        return dict.fromkeys(
            [*self._said(given), *self._made.get(given, ()), *first, *small[: max(_POOL - len(first), 8)]]
        )

    def _said(self, given: Input) -> Iterator[Native]:
        """The results that equations about this very input give as literals (`f 3 = 5`)."""
        for about in self._about:
            if not about.fixed or about.read(given) is None:
                continue
            terms = about.about.statement.terms
            head, sides = terms.spine(about.about.statement.body)
            if terms.rows[head][:2] == ("c", ("Eq",)) and len(sides) == 3:
                for side in sides[1:]:
                    value = read_value(terms, side, self.signature.result, self.signature.constructors)
                    if value is not None:
                        yield native(value)


def _pointwise(each: Property, signature: Signature) -> _Pointwise | None:
    """The property as one about single inputs; None when it applies the program to other things, or to several."""
    terms = each.statement.terms
    data = [entry for entry in each.statement.entries if entry.role is Role.DATA]
    variables = {entry.variable: i for i, entry in enumerate(data)}
    count = len(signature.types) + len(signature.proofs)
    spines: set[tuple[int, ...]] = set()
    whole = terms.below(each.statement.body)
    for term in whole:
        head, arguments = terms.spine(term)
        if head == each.program and len(arguments) == count:
            spines.add(signature.data(arguments))
    if len(spines) != 1 or _bare(each, whole, count):
        return None
    places: list[Pattern] = []
    for argument, type_ in zip(next(iter(spines)), signature.types, strict=True):
        place = read_pattern(terms, argument, type_, variables, signature.constructors)
        if place is None:
            return None
        places.append(place)
    try:
        types = tuple(each.reifier.type(entry.type, each.choice.environment) for entry in data)
    except Untestable:
        return None
    return _Pointwise(each, tuple(places), types)


def _bare(each: Property, whole: Sequence[int], count: int) -> bool:
    """Whether the program occurs with fewer arguments, or as an argument itself."""
    terms = each.statement.terms
    for term in whole:
        row = terms.rows[term]
        if row[0] == "a":
            if row[2] == each.program:
                return True
        elif each.program in row[1:] and row[0] in ("l", "p", "e", "j"):
            return True
    return count == 0


def _inside(given: Sequence[Native], types: Sequence[Type], wanted: Type) -> list[Native]:
    """Values of a type in the given ones, each once."""
    found: dict[Native, None] = {}

    def visit(value: Native, type_: Type) -> None:
        if type_ == wanted:
            found[value] = None
        if type_.name in ("List", "Array"):
            for part in value:
                visit(part, type_.arguments[0])
        elif type_.name == "Prod":
            for part, below in zip(value, type_.arguments, strict=True):
                visit(part, below)
        elif type_.name == "Option" and value is not None:
            visit(value[0], type_.arguments[0])
        elif type_.name == "String":
            for part in value:
                visit(part, Type("Char"))

    for value, type_ in zip(given, types, strict=True):
        visit(value, type_)
    return list(found)


def likely(given: Input, signature: Signature, wanted: Type) -> Iterator[Native]:
    """Results that programs of few steps would give."""
    own = _inside(given, signature.types, wanted)
    yield from own
    name = wanted.name
    if name == "Bool":
        yield from (True, False)
    elif name in ("Nat", "Int"):
        numbers = [*_inside(given, signature.types, Type("Nat")), *_inside(given, signature.types, Type("Int"))]
        lists = [v for v, t in zip(given, signature.types, strict=True) if t.name in ("List", "Array", "String")]
        base = list(dict.fromkeys([*numbers, *map(len, lists)]))[:6]
        made = [0, 1, *base, *(n + 1 for n in base), *(n - 1 for n in base)]
        made += [sum(v) for v in lists if v and all(isinstance(part, int) for part in v)]
        made += [a + b for a in base for b in base] + [a * b for a in base for b in base]
        made += [abs(a - b) for a in base for b in base] + [a // b for a in base for b in base if b]
        yield from (n for n in made if n >= 0 or name == "Int")
        if name == "Int":
            yield from (-n for n in base)
    elif name in ("List", "Array"):
        element = wanted.arguments[0]
        pool = _inside(given, signature.types, element)
        for first in own:
            yield first[::-1]
            yield from (first[1:], first[:-1], tuple(sorted(first, key=repr)))
            for other in own:
                yield first + other
            for each in pool[:3]:
                yield (each, *first)
                yield (*first, each)
        whole = tuple(v for f in own for v in f)
        if len(whole) + (own == []) <= 4:
            extra = [v for v, t in zip(given, signature.types, strict=True) if t == element]
            for size in range(len(whole) + len(extra), -1, -1):
                yield from islice(permutations((*extra, *whole), size), 24)
    elif name == "Option":
        yield None
        yield from ((each,) for each in islice(likely(given, signature, wanted.arguments[0]), 16))
    elif name == "Prod":
        columns = [list(dict.fromkeys(islice(likely(given, signature, t), 7))) for t in wanted.arguments]
        yield from product(*columns)
    elif wanted in signature.constructors:
        for number, constructor in enumerate(signature.constructors[wanted]):
            if wanted in constructor.fields:
                columns = [
                    [*_inside(given, signature.types, t), *_leaves(signature, t)][:4] for t in constructor.fields
                ]
            else:
                columns = [list(dict.fromkeys(islice(likely(given, signature, t), 6))) for t in constructor.fields]
            yield from ((number, *fields) for fields in product(*columns))


def _leaves(signature: Signature, type_: Type) -> list[Native]:
    return [(n,) for n, each in enumerate(signature.constructors.get(type_, ())) if not each.fields]
