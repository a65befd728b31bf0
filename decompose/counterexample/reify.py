"""Types of a goal's variables as types to draw values from, numbers in them computed from the values chosen before."""

from __future__ import annotations

from collections.abc import Mapping

from decompose.counterexample.generate import Constructor
from decompose.counterexample.statement import Reader, Untestable
from decompose.counterexample.terms import Level
from decompose.counterexample.values import WIDTHS, Type, Value
from lean_project.check.terms import Name, show

Environment = Mapping[int, Type | Value]
"""What stands for free variables."""

_PLAIN = frozenset({"Nat", "Int", "Bool", "Char", "String"})
_OPERATIONS = {"HAdd": "+", "HMul": "*", "HSub": "-", "HPow": "^", "HDiv": "/", "HMod": "%"}
_SIZES = {("List", "length"), ("Array", "size")}
_MOST = 64
"""Bounds, widths and lengths above it are refused: values of such types tell no more than those of smaller ones."""


class Reifier:
    """Terms to types. `constructors` grows with every inductive type that it meets."""

    def __init__(self, reader: Reader, universes: Mapping[Name, int]) -> None:
        """`universes`: what the goal's universe parameters stand for; 0 for those left out."""
        self._reader = reader
        self._terms = reader.terms
        self.constructors: dict[Type, tuple[Constructor, ...]] = {}
        self._universes = dict(universes)

    def type(self, term: int, environment: Environment) -> Type:
        """Raises Untestable."""
        terms = self._terms
        term = self._reader.unfold(term)
        head, arguments = terms.spine(term)
        row = terms.rows[head]
        if row[0] == "f" and not arguments and isinstance(known := environment.get(head), Type):
            return known
        if row[0] != "c":
            raise Untestable("a type that cannot be read")
        name: Name = row[1]
        if self._reader.find(name) is not None:
            return self._inductive(name, self._levels(row[2]), arguments, environment)
        plain = show(name)
        if plain in _PLAIN:
            return Type(plain)
        if plain in WIDTHS:
            return Type(plain, (), WIDTHS[plain])
        if plain in ("Fin", "BitVec"):
            return Type(plain, (), self.number(arguments[0], environment))
        if plain in ("List", "Array"):
            return Type(plain, (self.type(arguments[0], environment),))
        if plain == "Vector":
            return Type(plain, (self.type(arguments[0], environment),), self.number(arguments[1], environment))
        return self._library(plain, arguments, environment, self._levels(row[2]))

    def _library(self, name: str, arguments: list[int], environment: Environment, levels: tuple[int, ...]) -> Type:
        if name in ("Unit", "PUnit"):
            made = Type("PUnit", (), -1, ("PUnit",), levels or (1,))
            self.constructors[made] = (Constructor("unit", ()),)
        elif name == "Ordering":
            made = Type(name, (), -1, (name,))
            self.constructors[made] = tuple(Constructor(each, ()) for each in ("lt", "eq", "gt"))
        elif name in ("Prod", "Option", "Sum", "Except"):
            fields = tuple(self.type(argument, environment) for argument in arguments)
            made = Type(name, fields, -1, (name,), levels)
            self.constructors[made] = {
                "Prod": (Constructor("mk", fields),),
                "Option": (Constructor("none", ()), Constructor("some", fields)),
                "Sum": (Constructor("inl", fields[:1]), Constructor("inr", fields[1:])),
                "Except": (Constructor("error", fields[:1]), Constructor("ok", fields[1:])),
            }[name]
        else:
            raise Untestable(f"no values for the type {name}")
        return made

    def _inductive(self, name: Name, levels: tuple[int, ...], arguments: list[int], environment: Environment) -> Type:
        constant = self._reader.find(name)
        assert constant is not None
        if constant.kind != "inductive" or len(arguments) != constant.params:
            raise Untestable(f"no values for the type {show(name)}")
        parameters = tuple(self.type(argument, environment) for argument in arguments)
        made = Type(show(name), parameters, -1, name, levels)
        if made not in self.constructors:
            self.constructors[made] = ()  # met again in its own constructors
            document = self._reader.definitions.document
            names = [document.names[each] for each in constant.ctors]
            outside = self._universes
            self._universes = dict(zip((document.names[each] for each in constant.levels), levels, strict=True))
            try:
                self.constructors[made] = tuple(self._constructor(each, arguments, environment) for each in names)
            except Untestable:
                del self.constructors[made]
                raise
            finally:
                self._universes = outside
        return made

    def _constructor(self, name: Name, arguments: list[int], environment: Environment) -> Constructor:
        terms = self._terms
        term = self._reader.type(name)
        for argument in arguments:
            term = terms.instantiate(terms.rows[term][3], argument)
        fields = []
        while (row := terms.rows[term])[0] == "p":
            fields.append(self.type(row[2], environment))
            term = terms.instantiate(row[3], terms.variable())
        return Constructor(str(name[-1]), tuple(fields))

    def _levels(self, levels: tuple[Level, ...]) -> tuple[int, ...]:
        return tuple(self._level(level) for level in levels)

    def _level(self, level: Level) -> int:
        match level[0]:
            case "0":
                return 0
            case "p":
                return self._universes.get(level[1], 0)
            case "s":
                return self._level(level[1]) + 1
        left, right = self._level(level[1]), self._level(level[2])
        return 0 if level[0] == "i" and right == 0 else max(left, right)

    def number(self, term: int, environment: Environment) -> int:
        """The natural number that `term` is. Raises Untestable when it cannot tell, or when it is too large."""
        value = self._number(term, environment)
        if value > _MOST:
            raise Untestable(f"a type with the number {value} in it")
        return value

    def _number(self, term: int, environment: Environment) -> int:
        terms = self._terms
        row = terms.rows[term]
        if row[0] == "n":
            return int(row[1]) if len(row[1]) < 8 else 1 << 20
        if row[0] == "f" and isinstance(value := environment.get(term), Value) and value.type.name == "Nat":
            return value.number
        head, arguments = terms.spine(self._reader.unfold(term))
        name: Name = terms.rows[head][1] if terms.rows[head][0] == "c" else ()
        if name == ("OfNat", "ofNat"):
            return self._number(arguments[1], environment)
        if name == ("Nat", "zero"):
            return 0
        if name == ("Nat", "succ"):
            return self._number(arguments[0], environment) + 1
        if name in _SIZES and len(arguments) == 2 and isinstance(value := environment.get(arguments[1]), Value):
            return len(value.parts)
        if len(name) == 2 and name[0] in _OPERATIONS and len(arguments) == 6:
            left, right = (self._number(argument, environment) for argument in arguments[4:])
            match _OPERATIONS[str(name[0])]:
                case "+":
                    return left + right
                case "*":
                    return left * right
                case "-":
                    return max(left - right, 0)
                case "/":
                    return left // right if right else 0
                case "%":
                    return left % right if right else left
                case _ if right < 16 and left < 16:
                    return int(left**right)
        raise Untestable("a type with a number in it that cannot be computed here")
