"""Conjectures without a model: mutation and composition of seeds, and exploration of the file's functions.

Each operator makes laws out of laws. Some keep truth (an instance, a function on both sides, a lemma put into a
theorem), some risk it (another function of the same type, a generalisation, a hypothesis less): the counterexample gate
is there for those. Generative Logic and theory exploration (QuickSpec, Hipster) are the models.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from decompose.context import goal_context
from decompose.signatures import Function, Parameter
from decompose.spec import PROGRAM_KEYWORDS
from decompose.splitters.base import typical_name
from decompose.splitters.explore import conjectures
from decompose.splitters.terms import atom, bare, shape, subterms, words
from decompose.splitters.terms import replace as replaced
from lean_project.errors import MachineryError, UserError
from rl.selfplay.law import Law, head_result, law_of
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.players import Draw, seed_of
from rl.selfplay.records import Proposal, Seed, said_as

Operator = Callable[["Material"], Iterator[Law]]
_TRIES = 4
_EACH = 24
"""Laws that one operator makes of one seed at most."""


@dataclass(frozen=True)
class Material:
    """What operators work on. `lemma` is None for the trivial lemma. `functions`: the environment's, by the names that
    they can be written with. `explored`: laws that theory exploration guesses about these."""

    theorem: Law
    lemma: Law | None
    functions: Mapping[str, Function]
    explored: tuple[Law, ...] = ()

    def of_type(self, kind: str) -> Iterator[Function]:
        """Functions with that result, no type or instance arguments, and arguments that can be filled in."""
        for each in self.functions.values():
            if each.result == kind and each.explicit and not each.context:
                yield each


def call(function: Function, taken: set[str], first: str = "") -> tuple[str, list[Parameter]]:
    """The function on new variables (on `first` where its type fits an argument), and those."""
    made: list[Parameter] = []
    arguments: list[str] = []
    for each in function.explicit:
        if first and not any(argument == atom(first) for argument in arguments) and each.type == function.result:
            arguments.append(atom(first))
            continue
        name = typical_name(each.type, taken)
        made.append(Parameter(name, each.type))
        arguments.append(name)
    return " ".join((function.name, *arguments)), made


def instantiate(material: Material) -> Iterator[Law]:
    """A call of a function for a variable of the theorem."""
    law = material.theorem
    for variable in law.data():
        for function in material.of_type(variable.type):
            term, more = call(function, set(law.names))
            yield law.with_value(variable.name, term, more)


def congruence(material: Material) -> Iterator[Law]:
    """The same function on both sides of the theorem's equation."""
    law = material.theorem
    sides = law.sides()
    if sides is None or sides[0] != "=":
        return
    kind = head_result(sides[1], material.functions) or head_result(sides[2], material.functions)
    for function in material.functions.values():
        for place, parameter in enumerate(function.explicit):
            if kind and parameter.type == kind and not function.context and not function.is_predicate:
                taken = set(law.names)
                names: list[Parameter] = []
                arguments: list[str] = []
                for number, each in enumerate(function.explicit):
                    if number == place:
                        arguments.append("{}")
                        continue
                    names.append(Parameter(typical_name(each.type, taken), each.type))
                    arguments.append(names[-1].name)
                pattern = " ".join((function.name, *arguments))
                claim = f"{pattern.format(atom(sides[1]))} = {pattern.format(atom(sides[2]))}"
                yield Law((*law.binders, *names), claim)


def chain(material: Material) -> Iterator[Law]:
    """The lemma's equation put into the theorem: one side for a variable on the left, the other on the right."""
    law, lemma = material.theorem, material.lemma
    if lemma is None or (sides := law.sides()) is None:
        return
    lemma = lemma.renamed(law.names)
    inner = lemma.sides()
    if inner is None or inner[0] != "=" or any(shape(bare(side))[0] for side in inner[1:]):
        return  # Sides that are propositions stand for no variable.
    kind = head_result(inner[1], material.functions) or head_result(inner[2], material.functions)
    kinds = {kind} if kind else {each.type for each in lemma.data()}
    for variable in law.data():
        if variable.type not in kinds:
            continue
        for left, right in ((inner[1], inner[2]), (inner[2], inner[1])):
            first = replaced(sides[1], variable.name, atom(left))
            second = replaced(sides[2], variable.name, atom(right))
            binders = law.with_value(variable.name, left, lemma.binders).binders
            yield Law(binders, f"{first} {sides[0]} {second}").tidy()


def rewrite(material: Material) -> Iterator[Law]:
    """A side of the lemma's equation for the other one, where the theorem has an instance of it."""
    law, lemma = material.theorem, material.lemma
    if lemma is None or (inner := lemma.sides()) is None or inner[0] != "=":
        return
    names = {each.name for each in lemma.data()}
    for left, right in ((inner[1], inner[2]), (inner[2], inner[1])):
        for term in subterms(law.claim):
            found = matched(left, term, names)
            if found is not None and words(right) & names <= found.keys():
                new = right
                for name in found:
                    new = replaced(new, name, f"⟪{name}⟫")
                for name, value in found.items():
                    new = new.replace(f"⟪{name}⟫", atom(value)).replace(f"({atom(value)})", atom(value))
                yield Law(law.binders, replaced(law.claim, term, new)).tidy()


def matched(pattern: str, term: str, variables: set[str]) -> dict[str, str] | None:
    """Values of the variables that make the pattern, a call, into the term; only one level of calls is read."""
    first, second = _arguments(pattern), _arguments(term)
    if len(first) != len(second) or not first or first[0] != second[0]:
        return None
    found: dict[str, str] = {}
    for mine, theirs in zip(first[1:], second[1:], strict=True):
        if mine in variables:
            if found.setdefault(mine, theirs) != theirs:
                return None
        elif mine != theirs:
            return None
    return found


def _arguments(text: str) -> list[str]:
    """A call taken apart: its head and its arguments as they stand."""
    pieces, depth, current = list[str](), 0, ""
    for char in text.strip():
        depth += (char in "([{⟨") - (char in ")]}⟩")
        if char == " " and depth == 0:
            pieces.append(current)
            current = ""
        else:
            current += char
    return [piece for piece in (*pieces, current) if piece]


def analogy(material: Material) -> Iterator[Law]:
    """Another function of the same type for one of the theorem's."""
    law = material.theorem
    used = words(law.claim)
    for name, function in material.functions.items():
        if name not in used:
            continue
        for other, candidate in material.functions.items():
            same = [each.type for each in candidate.explicit] == [each.type for each in function.explicit]
            if other != name and same and candidate.result == function.result and not candidate.context:
                yield Law(law.binders, " ".join(other if word == name else word for word in _spaced(law.claim)))


def _spaced(text: str) -> list[str]:
    return text.replace("(", "( ").replace(")", " )").split()


def generalise(material: Material) -> Iterator[Law]:
    """A new variable for a call, everywhere."""
    law = material.theorem
    for term in subterms(law.claim):
        kind = head_result(term, material.functions)
        if kind and kind != "Prop":
            name = typical_name(kind, set(law.names))
            claim = replaced(law.claim, term, name)
            yield Law((*law.binders, Parameter(name, kind)), claim).tidy()


def weaken(material: Material) -> Iterator[Law]:
    """A hypothesis less."""
    law = material.theorem
    for each in law.hypotheses():
        yield Law(tuple(other for other in law.binders if other is not each), law.claim).tidy()


def strengthen(material: Material) -> Iterator[Law]:
    """`<` for `≤`, `=` for `≤`."""
    law = material.theorem
    relation, parts = shape(law.claim)
    if relation == "≤" and len(parts) == 2:
        for other in ("<", "="):
            yield Law(law.binders, f"{parts[0]} {other} {parts[1]}")


def explore(material: Material) -> Iterator[Law]:
    """Laws about the functions that their types suggest."""
    yield from material.explored


OPERATORS: dict[str, Operator] = {
    "explore": explore,
    "instantiate": instantiate,
    "congruence": congruence,
    "chain": chain,
    "rewrite": rewrite,
    "analogy": analogy,
    "generalise": generalise,
    "weaken": weaken,
    "strengthen": strengthen,
}


class RuleConjecturer:
    """`rl.selfplay.players.Conjecturer` without a model. `chances`: how often an operator is drawn, by its name, in
    proportion; `rl.selfplay.tables` learns them."""

    name = "rules"

    def __init__(self, world: LeanWorld, chances: Mapping[str, float] | None = None) -> None:
        self._world = world
        self._chances = dict(chances or {})
        self._materials: dict[str, dict[str, list[Law]]] = {}

    def conjecture(
        self, seeds: Sequence[Seed], wanted: int, draw: Draw, said: Set[str] = frozenset()
    ) -> list[Proposal]:
        """Laws that were not said before, not even for another one of the seeds."""
        found: list[Proposal] = []
        old = set(said)
        for seed in seeds:
            laws = self._patiently(seed)
            chance = random.Random(seed_of(draw.seed, seed.id))
            for index, (operator, law) in enumerate(self._drawn(laws, wanted, chance, seed.environment, old)):
                found.append(Proposal(seed=seed.id, index=index, statement=law.statement, operator=operator))
        return found

    def _patiently(self, seed: Seed) -> dict[str, list[Law]]:
        """A seed that the machinery loses each time gives nothing."""
        for _ in range(_TRIES):
            try:
                return self._laws(seed)
            except MachineryError:
                continue
        return {}

    def _drawn(
        self, laws: Mapping[str, list[Law]], wanted: int, chance: random.Random, environment: str, old: set[str]
    ) -> Iterator[tuple[str, Law]]:
        """Laws that are not `old`, which they become: an operator by its chance, then one of its laws."""
        left = {name: list(own) for name, own in laws.items() if own}
        while wanted and left:
            names = sorted(left)
            (name,) = chance.choices(names, [self._chances.get(each, 1.0) for each in names])
            law = left[name].pop(chance.randrange(len(left[name])))
            if not left[name]:
                del left[name]
            key = said_as(environment, law.statement)
            if key not in old:
                old.add(key)
                wanted -= 1
                yield name, law

    def _laws(self, seed: Seed) -> dict[str, list[Law]]:
        if seed.id not in self._materials:
            material = self._material(seed)
            made: dict[str, list[Law]] = {}
            for name, operator in OPERATORS.items() if material is not None else ():
                assert material is not None
                laws: dict[str, Law] = {}
                for law in operator(material):
                    if law.claim != material.theorem.claim:
                        laws.setdefault(law.statement, law)
                    if len(laws) >= _EACH:
                        break
                made[name] = list(laws.values())
            self._materials[seed.id] = made
        return self._materials[seed.id]

    def _material(self, seed: Seed) -> Material | None:
        theorem = self._law(seed.environment, seed.statement)
        if theorem is None:
            return None
        lemma = self._law(seed.environment, seed.lemma_statement) if seed.lemma_statement else None
        functions, explored = self._functions(seed)
        return Material(theorem, lemma, functions, explored)

    def _law(self, environment: str, statement: str) -> Law | None:
        found = self._world.state(environment, statement, "seed_" + seed_of(statement).__format__("x"))
        return None if isinstance(found, str) else law_of(found.goal)

    def _functions(self, seed: Seed) -> tuple[dict[str, Function], tuple[Law, ...]]:
        """The environment's functions, and guesses about them."""
        try:
            spec = self._world.spec_at(seed.environment)
        except UserError:
            return {}, ()
        target = spec.targets[-1]
        programs = [each.name for each in spec.declarations if each.keyword in PROGRAM_KEYWORDS]
        context = goal_context(spec, target, f"⊢ {' '.join(programs)} = True" if programs else None)
        functions = {each.name: each for each in context.functions}
        about = replace(context, target=" ".join(functions))
        explored = tuple(Law(tuple(each.binders), each.claim) for each in conjectures(about))
        return functions, explored
