"""Lean values as Python ones, for enumeration.

`Nat` and `Int` as int, `Bool` as bool, `Char` and `String` as str, lists and arrays as tuples, `none` as None and
`some v` as (v,), pairs as tuples, other inductive values as (constructor, *fields). What a component computes on them
is a hint, as everything outside Lean: it decides which programs are tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decompose.counterexample.generate import Constructor
from decompose.counterexample.values import NUMBERS, Type, Value

Native = Any
Constructors = Mapping[Type, tuple[Constructor, ...]]


def native(value: Value) -> Native:
    """The Python value of a Lean one."""
    name = value.type.name
    if name in NUMBERS:
        return value.number
    if name == "Bool":
        return bool(value.number)
    if name == "Char":
        return chr(value.number)
    if name == "String":
        return "".join(chr(part.number) for part in value.parts)
    parts = tuple(native(part) for part in value.parts)
    if name in ("List", "Array", "Vector", "Prod"):
        return parts
    if name == "Option":
        return parts if value.number else None
    return (value.number, *parts)


def lean(value: Native, type_: Type, constructors: Constructors) -> Value:
    """The Lean value of type `type_` for a Python one."""
    name = type_.name
    if name in NUMBERS or name == "Bool":
        return Value(type_, int(value))
    if name == "Char":
        return Value(type_, ord(value))
    if name == "String":
        return Value(type_, 0, tuple(Value(Type("Char"), ord(c)) for c in value))
    if name in ("List", "Array", "Vector"):
        return Value(type_, 0, tuple(lean(part, type_.arguments[0], constructors) for part in value))
    if name == "Prod":
        parts = tuple(lean(part, t, constructors) for part, t in zip(value, type_.arguments, strict=True))
        return Value(type_, 0, parts, "mk")
    if name == "Option":
        if value is None:
            return Value(type_, 0, (), "none")
        return Value(type_, 1, (lean(value[0], type_.arguments[0], constructors),), "some")
    constructor = constructors[type_][value[0]]
    fields = tuple(lean(part, t, constructors) for part, t in zip(value[1:], constructor.fields, strict=True))
    return Value(type_, value[0], fields, constructor.name)
