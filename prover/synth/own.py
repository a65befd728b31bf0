"""The file's own functions as components: helpers that stand before a hole, filled holes among them.

What they compute is asked of Lean's kernel, in batches and once for each input; what it does not answer makes a term
stuck. Functions of the hole's specification are none of them: the check would refuse a program that calls one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from decompose.counterexample.terms import Terms
from decompose.counterexample.values import Type, value_term
from decompose.spec import SpecFile
from lean_project.check.terms import parse_name
from lean_project.errors import LimitHit
from lean_project.model import Limits, Snapshot
from lean_project.session import Session
from prover.synth.components import Component, Stuck, parts_of
from prover.synth.encode import BITS, PRELUDE, Encoder, can_write, decoded
from prover.synth.holes import ProgramHole, program_holes
from prover.synth.kernel import MOST_BITS, compute
from prover.synth.natives import Constructors, Native, lean
from prover.synth.paid import ends_the_work
from prover.synth.properties import SETUP_LIMITS, Properties
from prover.synth.signature import Signature, read_signature

_MOST_FUNCTIONS = 8
_MOST_VALUES = 240
_MOST_REQUESTS = 24
_MOST_FAILURES = 8
"""Values, requests and unanswered requests of one function, for one hole."""
_SECONDS, _SECONDS_EACH = 2.0, 0.1
_STUCK = object()


@dataclass(frozen=True)
class OwnFunction:
    """A function of the file. `name`: in full, as programs call it."""

    name: str
    signature: Signature


def own_functions(
    spec: SpecFile, hole: ProgramHole, properties: Properties, signature: Signature, forbidden: Collection[str]
) -> list[OwnFunction]:
    """Functions before the hole that it may call and that take and give values which enumeration knows, the nearest
    first; their results may be of types that the hole's signature lacks."""
    missing = {each.name for each in program_holes(spec)}
    known = set(parts_of([*signature.types, signature.result], signature.constructors))
    before = [name for command in spec.commands[: hole.command] for name in command.declarations]
    read = [
        OwnFunction(name, found)
        for name in reversed(before)
        if name not in missing and name not in forbidden and name not in signature.names and _is_plain(properties, name)
        if isinstance(found := read_signature(properties, name), Signature)
        if can_write([*found.types, found.result], found.constructors)
    ]
    chosen: list[OwnFunction] = []
    while len(chosen) < _MOST_FUNCTIONS:
        usable = next((f for f in read if f not in chosen and known.issuperset(f.signature.types)), None)
        if usable is None:
            break
        chosen.append(usable)
        known.update(parts_of([usable.signature.result], usable.signature.constructors))
    return sorted(chosen, key=read.index)


def _is_plain(properties: Properties, name: str) -> bool:
    """A definition, and none that Lean or `private` gave a name that cannot be written."""
    constant = properties.definitions.find(parse_name(name))
    return constant is not None and constant.kind == "def" and not any(p[:1] in ("_", "«") for p in name.split("."))


@dataclass
class OwnValues:
    """What one function computes, as far as it was asked. `number`: of its `gentzen.synth.value`."""

    session: Session
    snapshot: Snapshot
    function: OwnFunction
    number: int
    _known: dict[tuple[Native, ...], Native] = field(default_factory=dict)
    _requests: int = 0
    _failures: int = 0

    def prepare(self, inputs: Iterable[tuple[Native, ...]]) -> None:
        """Ask for the values at these inputs, as many as the bounds leave. Raises what ends the work."""
        left = _MOST_VALUES - len(self._known)
        if left <= 0 or self._requests >= _MOST_REQUESTS:
            return
        wanted = list(dict.fromkeys(each for each in inputs if each not in self._known))[:left]
        size = MOST_BITS // BITS
        for at in range(0, len(wanted), size):
            self._ask(wanted[at : at + size])

    def __call__(self, *arguments: Native) -> Native:
        """Raises Stuck where the value is not known."""
        value = self._known.get(arguments, _STUCK)
        if value is _STUCK:
            raise Stuck
        return value

    def _ask(self, inputs: Sequence[tuple[Native, ...]]) -> None:
        numbers = self._numbers(inputs) if self._failures < _MOST_FAILURES else None
        if numbers is None:
            self._failures += 1
            if len(inputs) > 1 and self._failures < _MOST_FAILURES:
                half = len(inputs) // 2
                self._ask(inputs[:half])
                self._ask(inputs[half:])
            else:
                self._known |= dict.fromkeys(inputs, _STUCK)
            return
        signature = self.function.signature
        for given, number in zip(inputs, numbers, strict=True):
            value = decoded(number, signature.result, signature.constructors)
            self._known[given] = _STUCK if value is None else value[0]

    def _numbers(self, inputs: Sequence[tuple[Native, ...]]) -> list[int] | None:
        signature = self.function.signature
        terms = Terms()
        value = terms.add("c", parse_name(f"gentzen.synth.value{self.number}"), ())
        roots = [
            terms.call(
                value,
                *(
                    value_term(terms, lean(each, type_, signature.constructors))
                    for each, type_ in zip(given, signature.types, strict=True)
                ),
            )
            for given in inputs
        ]
        self._requests += 1
        limits = Limits(_SECONDS + _SECONDS_EACH * len(roots))
        return compute(self.session, self.snapshot, terms, roots, BITS, limits)


def own_components(session: Session, properties: Properties, functions: Sequence[OwnFunction]) -> list[Component]:
    """A component for each function whose results Lean can write down. Raises what ends the work."""
    if not functions:
        return []
    encoder = Encoder(constructors_of(functions))
    values = []
    for number, function in enumerate(functions):
        names = [f"x{i}" for i in range(len(function.signature.types))]
        packed = encoder.packed(" ".join((f"@_root_.{function.name}", *names)), function.signature.result)
        lambdas = f"fun {' '.join(names)} => " if names else ""
        values.append(f"def _root_.gentzen.synth.value{number} :=\n  {lambdas}{packed}\n")
    code = "".join((PRELUDE, *encoder.commands.values(), *values))
    try:
        answer = session.elaborate(properties.snapshot, code, SETUP_LIMITS, keep=True)
    except LimitHit as hit:
        if ends_the_work(hit):
            raise
        return []
    made = {name for command in answer.commands if not command.has_error for name in command.declarations}
    snapshot = properties.snapshot.then(code)
    found = []
    for number, (function, sound) in enumerate(zip(functions, encoder.without(values, made), strict=True)):
        if sound and f"gentzen.synth.value{number}" in made:
            run = OwnValues(session, snapshot, function, number)
            slots = [f"{{{i}}}" for i in range(len(function.signature.types))]
            found.append(
                Component(
                    function.name,
                    function.signature.types,
                    function.signature.result,
                    " ".join((function.name, *slots)),
                    run,
                    prepare=run.prepare,
                )
            )
    return found


def constructors_of(functions: Sequence[OwnFunction]) -> Constructors:
    return {type_: each for f in functions for type_, each in f.signature.constructors.items()}


def types_with(signature: Signature, functions: Sequence[OwnFunction]) -> tuple[list[Type], Constructors]:
    """The types of the signature and of these functions' results, with their parts and constructors."""
    constructors = {**constructors_of(functions), **signature.constructors}
    results = [each.signature.result for each in functions]
    return parts_of([*signature.types, signature.result, *results], constructors), constructors
