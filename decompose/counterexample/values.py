"""Types that tests draw values from, and the values: how they are written in Lean, how large they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from decompose.counterexample.terms import Level, Terms
from lean_project.check.terms import Name

NUMBERS = frozenset({"Nat", "Int", "Fin", "BitVec", "UInt8", "UInt16", "UInt32", "UInt64"})
WIDTHS = {"UInt8": 8, "UInt16": 16, "UInt32": 32, "UInt64": 64}
_ESCAPES = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_OPEN = {"List": ("[", "]"), "Array": ("#[", "]"), "Vector": ("#v[", "]")}


@dataclass(frozen=True)
class Type:
    """A closed type that values are known of.

    `name`: `Nat`, `Int`, `Bool`, `Char`, `String`, `Fin`, `BitVec`, `UInt8`..., `List`, `Array`, `Vector`, or an
    inductive type as Lean prints it. `number`: bound of `Fin`, width of `BitVec` and `UInt*`, length of `Vector`; -1
    for the rest. `arguments`: element types and type parameters. `constant`, `levels`: of an inductive type, its name
    and universes.
    """

    name: str
    arguments: tuple[Type, ...] = ()
    number: int = -1
    constant: Name = ()
    levels: tuple[int, ...] = ()

    @property
    def bound(self) -> int | None:
        """Values of a bounded type of numbers are below this."""
        if self.name == "Fin":
            return self.number
        return 1 << self.number if self.name == "BitVec" or self.name in WIDTHS else None


NAT = Type("Nat")
CHOSEN = Type("Nat", (), -1, ("ULift",))
"""`Nat` where it stands for a type variable; in other universes `ULift Nat` does."""


@dataclass(frozen=True)
class Value:
    """A value of `type`. `number`: of a number, the code point of a `Char`, the place of a constructor (0 and 1 for
    `false` and `true`). `parts`: elements, or fields of a constructor; `constructor` is its last name component."""

    type: Type
    number: int = 0
    parts: tuple[Value, ...] = ()
    constructor: str = field(default="", compare=False)

    @cached_property
    def cost(self) -> int:
        """How large the value is; 0 for the smallest ones. The order in which tests are made and shrunk."""
        below = sum(part.cost for part in self.parts)
        match self.type.name:
            case "Int":
                return 2 * abs(self.number) - (self.number > 0)
            case name if name in NUMBERS:
                bound = self.type.bound
                return self.number if bound is None else min(self.number, 2 * (bound - self.number))
            case "Char":
                return CHARACTERS.index(chr(self.number)) if chr(self.number) in CHARACTERS else self.number
            case "List" | "Array" | "Vector" | "String":
                return len(self.parts) + below
            case "Prod":
                return below
        return below + (1 if self.parts else min(self.number, 1))

    @cached_property
    def size(self) -> int:
        """Constructors in it: bounds what generation may build."""
        return 1 + sum(part.size for part in self.parts)

    @cached_property
    def text(self) -> str:
        """The value as people write it, where its type is known from the place."""
        return self._text(False, False)

    def argument(self, lifted: bool = False) -> str:
        """The value as an argument in a proof. `lifted`: with `ULift Nat` for type variables."""
        return self._argument(lifted, True)

    def _argument(self, lifted: bool, proof: bool) -> str:
        text = self._text(lifted, proof)
        plain = self.type.name in ("Char", "String", "Prod", "Unit", "PUnit") or text[0] in "[#⟨"
        return text if plain or (" " not in text and not text.startswith("-")) else f"({text})"

    def _text(self, lifted: bool, proof: bool) -> str:
        name = self.type.name
        match name:
            case "Nat" if lifted and self.type == CHOSEN:
                return f".up {self.number}"
            case "Fin" if proof:  # numerals of `Fin n` need an n that is plainly not 0
                return f"⟨{self.number}, by decide⟩"
            case _ if name in NUMBERS:
                return str(self.number)
            case "Bool":
                return "true" if self.number else "false"
            case "Char":
                return f"'{_escaped(self.number)}'"
            case "String":
                return '"' + "".join(_escaped(part.number) for part in self.parts) + '"'
            case "Prod":
                return f"({', '.join(part._text(lifted, proof) for part in self.parts)})"
            case "Unit" | "PUnit":
                return "()"
        if name in _OPEN:
            left, right = _OPEN[name]
            return left + ", ".join(part._text(lifted, proof) for part in self.parts) + right
        head = self.constructor if name == "Option" else f".{self.constructor}"
        return " ".join([head, *(part._argument(lifted, proof) for part in self.parts)])


def exchanged(value: Value, old: Value, new: Value) -> Value:
    """`value` with `new` for every part that equals `old`."""
    if value == old:
        return new
    if not value.parts:
        return value
    return Value(value.type, value.number, tuple(exchanged(p, old, new) for p in value.parts), value.constructor)


CHARACTERS = "ab0A1 zZ9_.-("
"""Characters that are tried, the simplest first."""


def _escaped(code: int) -> str:
    character = chr(code)
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{code:04x}"


def type_term(terms: Terms, type_: Type) -> int:
    """The type as a term."""
    below = [type_term(terms, each) for each in type_.arguments]
    if type_.name in ("Fin", "BitVec", "Vector"):
        below.append(terms.add("n", str(type_.number)))
    name = (type_.constant if type_ != CHOSEN else ()) or (type_.name,)
    levels = (0,) if type_.name in _OPEN else type_.levels
    return terms.call(terms.add("c", name, tuple(_level(each) for each in levels)), *below)


def value_term(terms: Terms, value: Value) -> int:
    """The value as a term, without anything that Lean would have to look for."""

    def constant(*name: str, levels: tuple[int, ...] = ()) -> int:
        return terms.add("c", name, tuple(_level(each) for each in levels))

    type_, name = value.type, value.type.name
    number = terms.add("n", str(max(value.number, 0)))
    parts = [] if name == "String" else [value_term(terms, part) for part in value.parts]
    if name == "Nat":
        return number
    if name == "Int":
        if value.number >= 0:
            return terms.call(constant("Int", "ofNat"), number)
        return terms.call(constant("Int", "negSucc"), terms.add("n", str(-value.number - 1)))
    if name == "Bool":
        return constant("Bool", "true" if value.number else "false")
    if name == "Char":
        return terms.call(constant("Char", "ofNat"), number)
    if name == "String":
        return terms.add("t", "".join(chr(part.number) for part in value.parts))
    if name in WIDTHS:
        return terms.call(constant(name, "ofNat"), number)
    reflexive = constant("Eq", "refl", levels=(1,))
    if name in ("Fin", "BitVec"):
        bound = terms.add("n", str(type_.number))
        if name == "BitVec":
            return terms.call(constant("BitVec", "ofNat"), bound, number)
        below = terms.call(reflexive, constant("Bool"), constant("Bool", "true"))
        proof = terms.call(constant("Nat", "le_of_ble_eq_true"), terms.add("n", str(value.number + 1)), bound, below)
        return terms.call(constant("Fin", "mk"), bound, number, proof)
    if name in _OPEN:
        element = type_term(terms, type_.arguments[0])
        made = terms.call(constant("List", "nil", levels=(0,)), element)
        for part in reversed(parts):
            made = terms.call(constant("List", "cons", levels=(0,)), element, part, made)
        if name != "List":
            made = terms.call(constant("Array", "mk", levels=(0,)), element, made)
        if name == "Vector":
            length = terms.add("n", str(type_.number))
            size = terms.call(reflexive, constant("Nat"), length)
            made = terms.call(constant("Vector", "mk", levels=(0,)), element, length, made, size)
        return made
    head = terms.add("c", (*type_.constant, value.constructor), tuple(_level(each) for each in type_.levels))
    return terms.call(head, *(type_term(terms, each) for each in type_.arguments), *parts)


def _level(number: int) -> Level:
    level: Level = ("0",)
    for _ in range(number):
        level = ("s", level)
    return level
