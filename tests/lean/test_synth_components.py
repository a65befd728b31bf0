"""Every component of the enumeration computes on Python values what Lean computes."""

from __future__ import annotations

from random import Random

import pytest

from decompose.counterexample.generate import Generator
from decompose.counterexample.values import Type
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.synth.components import (
    BOOL,
    CHAR,
    INT,
    NAT,
    STRING,
    Component,
    Function,
    Stuck,
    components,
    list_of,
    option_of,
    pair_of,
)
from prover.synth.natives import lean, native
from prover.synth.rare import rare_components

pytestmark = pytest.mark.lean

TYPES = [NAT, INT, BOOL, CHAR, STRING, list_of(NAT), list_of(INT), list_of(CHAR), option_of(NAT), pair_of(NAT, INT)]
TYPES += [Type("Array", (NAT,)), list_of(list_of(NAT)), list_of(pair_of(NAT, NAT)), pair_of(list_of(NAT), list_of(NAT))]
FUNCTIONS = {
    Function(NAT, BOOL): ("(fun x => decide (x < 2))", lambda x: x < 2),
    Function(INT, BOOL): ("(fun x => decide (x < 2))", lambda x: x < 2),
    Function(CHAR, BOOL): ("(fun c => c.isDigit)", lambda c: "0" <= c <= "9"),
    Function(NAT, NAT): ("(fun x => x + 1)", lambda x: x + 1),
    Function(NAT, INT): ("(fun x => Int.ofNat x)", lambda x: x),
    Function(INT, INT): ("(fun x => x + 1)", lambda x: x + 1),
    Function(INT, NAT): ("(fun x => x.natAbs)", abs),
    Function(CHAR, NAT): ("(fun c => c.toNat)", ord),
    Function(CHAR, CHAR): ("(fun c => c)", lambda c: c),
    Function(NAT, CHAR): ("(fun _ => 'a')", lambda _: "a"),
    Function(INT, CHAR): ("(fun _ => 'a')", lambda _: "a"),
    Function(CHAR, INT): ("(fun c => Int.ofNat c.toNat)", ord),
}
CASES = 4


def name_of(type_: Type) -> str:
    if not type_.arguments:
        return type_.name
    below = [f"({name_of(each)})" for each in type_.arguments]
    return " × ".join(below) if type_.name == "Prod" else f"{type_.name} {' '.join(below)}"


def claims(each: Component, random: Random) -> list[str]:
    """Equations between the component on some values, as Lean text, and what Python gives for them. None where it
    takes a function of a type that none is written for here."""
    constructors = {option_of(NAT): ()}
    generator = Generator({})
    made = []
    for _ in range(CASES):
        texts, values = [], []
        for wanted in each.arguments:
            if isinstance(wanted, Function):
                if wanted not in FUNCTIONS:
                    return []
                text, value = FUNCTIONS[wanted]
            else:
                drawn = _draw(wanted, random, generator)
                value = native(lean(drawn, wanted, constructors))
                text = f"({lean(drawn, wanted, constructors).text} : {name_of(wanted)})"
            texts.append(text)
            values.append(value)
        try:
            result = each.run(*values)
        except Stuck:
            continue
        shown = lean(result, each.result, constructors).text
        made.append(f"example : ({each.template.format(*texts)} : {name_of(each.result)}) = {shown} := by gentzen_same")
        if each.proposition:
            truth = each.proposition.format(*texts)
            made.append(f"example : {truth if result else f'¬ ({truth})'} := by gentzen_same")
    return made


def _draw(wanted: Type, random: Random, generator: Generator) -> object:
    if wanted.name == "Option":
        return None if random.random() < 0.4 else (random.randrange(5),)
    value = generator.random(wanted, random, 4)
    assert value is not None
    return native(value)


PRELUDE = 'macro "gentzen_same" : tactic => `(tactic| first | rfl | decide | decide +kernel)\n'


def test_components_compute_what_lean_computes(embedded: Pool) -> None:
    random = Random("components")
    every = [*components(TYPES, {}), *rare_components(TYPES)]
    assert len(every) > 140
    lines = [line for each in every for line in claims(each, random)]
    opened = embedded.open("")
    assert opened.snapshot is not None
    answer = embedded.elaborate(opened.snapshot, PRELUDE + "\n".join(lines), Limits(250))
    failed = {lines[m.start.line - 2] for m in answer.messages if m.is_error}
    assert not failed, "\n".join(sorted(failed))
    assert len(answer.commands) == len(lines) + 1
