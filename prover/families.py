"""Families of recipes: ways to put Lean's own automation together. docs/portfolio.md describes them.

A family is a function from a goal's context to recipes. A recipe's `label` leaves out what is special to the goal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations

from decompose.context import GoalContext
from decompose.library import hints
from decompose.reading import Application, divisions, first_word
from decompose.splitters import finishing

HEARTBEATS = 10_000
"""Lean's `maxHeartbeats` for an ordinary recipe: one or two seconds on the embedded runtime."""

SEARCH_HEARTBEATS = 100_000
"""The same for searches over the library."""

_WITNESSES = 4
_RESIDUES = 12
_DIVISIONS = 2
_CASES = 4096
_REMAINDERS = {
    "Nat": ("Nat.dvd_iff_mod_eq_zero", "Nat.add_mod", "Nat.mul_mod", "Nat.pow_mod"),
    "Int": ("Int.dvd_iff_emod_eq_zero", "Int.add_emod", "Int.sub_emod", "Int.mul_emod", "Int.pow_succ"),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """A proposal before it is priced. `lemmas`: theorems of the file that it names, as the context names them.
    `names_locals`: it names what the target's leading `∀` bind, which has to be introduced first. `prior`: expected
    seconds for an expected success, for labels that were not measured; None where nothing is known."""

    label: str
    tactics: str
    lemmas: tuple[str, ...] = ()
    heartbeats: int = HEARTBEATS
    names_locals: bool = False
    prior: float | None = None


Family = Callable[[GoalContext], Iterator[Recipe]]


def args(*groups: Iterable[str]) -> str:
    """` [a, b]`, each name once, or nothing when there are none."""
    names = list(dict.fromkeys(name for group in groups for name in group))
    return f" [{', '.join(names)}]" if names else ""


def grind(context: GoalContext, *lemmas: str) -> str:
    return "grind" + args(context.grindable, context.predicates, lemmas)


def simp(context: GoalContext, *lemmas: str) -> str:
    return "simp" + args(context.definitions, lemmas)


def simp_all(context: GoalContext, *lemmas: str) -> str:
    return "simp_all" + args(context.definitions, lemmas)


def anything(context: GoalContext) -> str:
    """Every finisher in turn, so that each case may end in another way."""
    options = (
        grind(context),
        simp_all(context),
        "omega",
        f"({simp(context)} <;> {grind(context)})",
        f"({simp_all(context)} <;> grind)",
    )
    return "first " + " ".join(f"| {option}" for option in dict.fromkeys(options))


def finishers(context: GoalContext) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """How to close what a case analysis leaves: label, tactics, lemmas."""
    yield "grind", grind(context), ()
    yield "simp_all", simp_all(context), ()
    yield "simp_all; omega", f"({simp_all(context)} <;> omega)", ()
    yield "simp_all; grind", f"({simp_all(context)} <;> grind)", ()
    yield "first", anything(context), ()
    if context.lemmas:
        yield "grind+lemmas", grind(context, *context.lemmas), context.lemmas
        yield "simp_all+lemmas", simp_all(context, *context.lemmas), context.lemmas


def closers(context: GoalContext) -> Iterator[Recipe]:
    """One call of a decision procedure or a simplifier that knows nothing about the file."""
    for tactic in ("rfl", "omega", "grind", "simp", "simp_all", "decide"):
        yield Recipe(tactic, tactic)
    for tactic in ("rfl", "omega", "simp_all", "contradiction"):
        yield Recipe(f"intros; {tactic}", f"intros; {tactic}")
    yield Recipe("simp; omega", "simp; omega")
    yield Recipe("simp_all; omega", "simp_all; omega")
    yield Recipe("ac_rfl", "ac_rfl")
    if "<" in context.target:
        yield Recipe("decreasing_tactic", "decreasing_tactic")


def unfolding(context: GoalContext) -> Iterator[Recipe]:
    """The file's own definitions handed to the simplifiers."""
    if context.predicates or context.definitions:
        yield Recipe("grind [defs]", grind(context))
    if not context.definitions:
        return
    yield Recipe("simp [defs]", simp(context))
    yield Recipe("simp_all [defs]", simp_all(context))
    yield Recipe("simp [defs]; omega", f"{simp(context)}; omega")
    yield Recipe("simp [defs]; grind", f"{simp(context)}; {grind(context)}")
    yield Recipe("simp_all [defs]; omega", f"intros; {simp_all(context)}; omega")
    yield Recipe("simp_all [defs]; grind", f"intros; {simp_all(context)} <;> {grind(context)}")
    yield Recipe("simp only [defs] at *; grind", f"intros; simp only{args(context.direct)} at *; {grind(context)}")
    if context.direct:
        unfold = f"unfold {' '.join(context.direct)}"
        for finish, tactics in (("grind", grind(context)), ("omega", "omega"), ("decide", "decide")):
            yield Recipe(f"unfold; {finish}", f"{unfold}; {tactics}")
        for finish, tactics in (("grind", grind(context)), ("omega", "omega"), ("simp_all", simp_all(context))):
            yield Recipe(f"unfold; split; {finish}", f"{unfold}; (repeat' split) <;> {tactics}")


def lemmas(context: GoalContext) -> Iterator[Recipe]:
    """Earlier theorems of the file, together and one by one."""
    every = context.lemmas
    if not every:
        return
    yield Recipe("grind [defs, lemmas]", grind(context, *every), every)
    yield Recipe("simp [lemmas]", f"simp{args(every)}", every)
    yield Recipe("simp_all [defs, lemmas]", simp_all(context, *every), every)
    yield Recipe("simp [lemmas]; omega", f"simp{args(every)}; omega", every)
    for lemma in every:
        yield Recipe("exact lemma", f"intros; exact {lemma} ..", (lemma,))
        yield Recipe("grind [defs, lemma]", grind(context, lemma), (lemma,))
        yield Recipe("simp [defs, lemma]", simp(context, lemma), (lemma,))
        yield Recipe("simp [defs, lemma]; grind", f"{simp(context, lemma)}; grind", (lemma,))
        yield Recipe("apply lemma; grind", f"intros; apply {lemma} <;> {grind(context)}", (lemma,))
        yield Recipe("have lemma; grind", f"have := @{lemma}; {grind(context)}", (lemma,))


def induction(context: GoalContext) -> Iterator[Recipe]:
    """Structural induction on each local of inductive type, other data generalised or not."""
    for each in context.data:
        if first_word(each.type) in ("String", "Int", "Array"):
            continue
        yield from _finished(context, "induction", f"induction {each.name}")
        others = [other.name for other in context.data if other is not each and each.name not in other.type.split()]
        if others:
            start = f"induction {each.name} generalizing {' '.join(others)}"
            yield from _finished(context, "induction generalizing", start)


def functional_induction(context: GoalContext) -> Iterator[Recipe]:
    """Induction along the recursion of the file's own functions."""
    names = [each.name for each in context.data]
    for call in context.applications:
        yield from _finished(context, "fun_induction", f"fun_induction {call}")
        others = [name for name in names if name not in call.arguments]
        if others and _has_variable(call, names):
            start = f"fun_induction {call} generalizing {' '.join(others)}"
            yield from _finished(context, "fun_induction generalizing", start)


def _has_variable(call: Application, names: list[str]) -> bool:
    return any(argument in names for argument in call.arguments)


def _finished(context: GoalContext, label: str, start: str) -> Iterator[Recipe]:
    for finish, tactics, used in finishers(context):
        yield Recipe(f"{label}; {finish}", f"{start} <;> {tactics}", used, names_locals=True)


def functional_cases(context: GoalContext) -> Iterator[Recipe]:
    """The cases of a function's definition, without its induction hypotheses."""
    for call in context.applications:
        for finish, tactics in (("grind", grind(context)), ("simp_all", simp_all(context))):
            yield Recipe(f"fun_cases; {finish}", f"fun_cases {call} <;> {tactics}", names_locals=True)


def cases(context: GoalContext) -> Iterator[Recipe]:
    """Case analysis on locals and on what the goal branches on; two structures taken apart in step."""
    for each in context.data:
        for finish, tactics in (("simp_all", simp_all(context)), ("grind", grind(context)), ("rfl", "rfl")):
            yield Recipe(f"cases; {finish}", f"cases {each.name} <;> {tactics}", names_locals=True)
    if len(context.data) > 1:
        every = " <;> ".join(f"cases {each.name}" for each in context.data[:3])
        yield Recipe("cases on all; first", f"{every} <;> {anything(context)}", names_locals=True)
    for first, second in permutations(context.data, 2):
        start = f"induction {first.name} generalizing {second.name} <;> cases {second.name}"
        yield Recipe("induction; cases; first", f"{start} <;> {anything(context)}", names_locals=True)
    for finish, tactics in (("grind", grind(context)), ("omega", "omega"), ("simp_all", simp_all(context))):
        yield Recipe(f"split; {finish}", f"intros; (repeat' split) <;> {tactics}")


def hypotheses(context: GoalContext) -> Iterator[Recipe]:
    """Induction and cases on named hypotheses."""
    for each in context.hypotheses:
        for split in ("induction", "cases"):
            for finish, tactics in (("grind", grind(context)), ("simp_all", simp_all(context))):
                yield Recipe(f"{split} h; {finish}", f"{split} {each.name} <;> {tactics}", names_locals=True)
            if context.lemmas:
                tactics = grind(context, *context.lemmas)
                text = f"{split} {each.name} <;> {tactics}"
                yield Recipe(f"{split} h; grind+lemmas", text, context.lemmas, names_locals=True)


def connectives(context: GoalContext) -> Iterator[Recipe]:
    """Conjunctions and equivalences taken apart, functions and collections compared pointwise."""
    if "↔" in context.target or "∧" in context.target:
        yield Recipe("constructor; first", f"intros; constructor <;> {anything(context)}")
        yield Recipe("constructor; intro; first", f"intros; constructor <;> intro h <;> {anything(context)}")
    if "=" in context.target:
        yield Recipe("funext; first", f"funext x; {anything(context)}")
        yield Recipe("ext; first", f"ext <;> {anything(context)}")


def witnesses(context: GoalContext) -> Iterator[Recipe]:
    """Existence: a local, a number from the statement, a neighbour of either."""
    if not context.target.startswith("∃"):
        return
    yield Recipe("exists rfl", "exact ⟨_, rfl⟩")
    if context.direct:
        yield Recipe("exists; grind", f"unfold {' '.join(context.direct)}; exact ⟨_, rfl⟩")
    numbers = [int(number) for number in re.findall(r"\b\d+\b", context.target)][:2]
    near = [str(value) for number in numbers for value in (number, number + 1)]
    for value in dict.fromkeys((*near, "0", "1", "[]")):
        yield Recipe("exists constant", f"refine ⟨{value}, ?_⟩ <;> {anything(context)}")
    terms = [each.name for each in context.data[:_WITNESSES]]
    terms += [f"{each.name} + 1" for each in context.data[:_WITNESSES] if each.type in ("Nat", "Int")]
    for term in terms:
        yield Recipe("exists local", f"refine ⟨{term}, ?_⟩ <;> {anything(context)}", names_locals=True)
    if re.match(r"∃ \S+ \S+,", context.target):
        for first in ("0", *terms[:2]):
            for second in ("0", *terms[:2]):
                tactics = f"refine ⟨{first}, {second}, ?_⟩ <;> {anything(context)}"
                yield Recipe("exists two", tactics, names_locals=True)


def residues(context: GoalContext) -> Iterator[Recipe]:
    """Remainders of sums, products and powers, and of each variable for a modulus of the statement."""
    found = re.search(r"% (\d+)", context.target) or re.search(r"(\d+) ∣", context.target)
    if not found:
        return
    kinds = {each.type for each in context.data}
    rules = ", ".join(rule for kind, names in _REMAINDERS.items() if kind in kinds for rule in names)
    if not rules:
        return
    yield Recipe("simp_all [mod]", f"intros; simp_all [{rules}]")
    yield Recipe("simp [mod]; omega", f"intros; simp [{rules}]; omega")
    modulus = int(found.group(1))
    numbers = [each for each in context.data if each.type in ("Nat", "Int")]
    if 2 <= modulus <= _RESIDUES:
        for each in numbers[:2]:
            options = " ∨ ".join(f"{each.name} % {modulus} = {value}" for value in range(modulus))
            names = " | ".join(["hmod"] * modulus)
            start = f"have hmod : {options} := by omega\nrcases hmod with {names}"
            yield Recipe("residues; simp", f"{start} <;> simp_all [{rules}]", names_locals=True)


def division(context: GoalContext) -> Iterator[Recipe]:
    """What quotient and remainder mean, for divisors that are no numerals (`omega` knows those)."""
    statement = " ".join((*(each.type for each in context.locals), context.target))
    facts: list[str] = []
    for dividend, divisor in divisions(statement):
        facts += [
            f"have := Nat.div_add_mod {dividend} {divisor}",
            f"have := Nat.mul_comm {divisor} ({dividend} / {divisor})",
        ]
        facts.append(f"have := Nat.mod_lt {dividend} (y := {divisor}) (by omega)")
    if facts:
        known = "; ".join(facts[: 3 * _DIVISIONS])
        yield Recipe("divisions; omega", f"{known}; omega", names_locals=True)
        yield Recipe("divisions; grind", f"{known}; {grind(context)}", names_locals=True)


def library(context: GoalContext) -> Iterator[Recipe]:
    """Library lemmas that the simplifiers do not use by themselves, by what the goal is about."""
    known = hints(context)
    for lemmas_ in dict.fromkeys(known.choices):
        if not lemmas_:
            continue
        yield Recipe("grind [defs, library]", grind(context, *lemmas_))
        tactics = f"intros; simp_all{args(context.definitions, known.rewrites, known.renamed)}"
        yield Recipe("simp_all [defs, library]; grind", f"{tactics} <;> {grind(context, *lemmas_)}")
        for start in starts(context):
            yield Recipe("induction; grind [library]", f"{start} <;> {grind(context, *lemmas_)}", names_locals=True)


def specifications(context: GoalContext) -> Iterator[Recipe]:
    """Loops with invariants that the goal suggests, facts about helpers, calls of the library, as the splitters know
    them."""
    bare = replace(context, stage="", intro=())
    for family in finishing.FAMILIES:
        for split in family(bare):
            prior = 10 * split.cost / split.success
            used = tuple(sorted(split.uses))
            yield Recipe(split.label, split.tactics, used, split.heartbeats, names_locals=True, prior=prior)


def small_domains(context: GoalContext) -> Iterator[Recipe]:
    """All values of booleans, small bit vectors and small `Fin`s, by evaluation in the kernel."""
    sizes = {each.name: _size(each.type) for each in context.locals if each.is_accessible}
    finite = {name: size for name, size in sizes.items() if size}
    if finite and math.prod(finite.values()) <= _CASES:
        yield Recipe("decide +kernel", f"revert {' '.join(finite)}; decide +kernel", names_locals=True)


def _size(type_text: str) -> int:
    """How many values the type has, 0 when that is unknown."""
    if type_text == "Bool":
        return 2
    match = re.fullmatch(r"(BitVec|Fin) (\d+)", type_text)
    if not match or int(match[2]) > _CASES:
        return 0
    return 2 ** min(int(match[2]), 64) if match[1] == "BitVec" else int(match[2])


def starts(context: GoalContext) -> Iterator[str]:
    """The ways to begin an induction."""
    for call in context.applications:
        yield f"fun_induction {call}"
    for each in context.data:
        if first_word(each.type) not in ("String", "Int", "Array"):
            yield f"induction {each.name}"


def bit_vectors(context: GoalContext) -> Iterator[Recipe]:
    """Bit-blasting, and extensionality on bits."""
    if "BitVec" not in " ".join((context.target, *(each.type for each in context.locals))):
        return
    unfold = f"unfold {' '.join(context.direct)}; " if context.direct else ""
    yield Recipe("bv_decide", f"{unfold}bv_decide")
    yield Recipe("bv_omega", f"{unfold}bv_omega")
    yield Recipe("ext bits; simp", f"{unfold}ext i; {simp(context)}")
    yield Recipe("ext bits; simp; grind", f"{unfold}ext i; {simp(context)}; grind")


def searchers(context: GoalContext) -> Iterator[Recipe]:
    """Slow searches over the library."""
    for start in ("", "intros; ", "simp; "):
        yield Recipe(f"{start}exact?", f"{start}exact?", heartbeats=SEARCH_HEARTBEATS)


FAMILIES: tuple[Family, ...] = (
    closers,
    unfolding,
    functional_induction,
    induction,
    lemmas,
    functional_cases,
    cases,
    connectives,
    witnesses,
    residues,
    division,
    library,
    specifications,
    small_domains,
    hypotheses,
    bit_vectors,
    searchers,
)
