"""Values of any type as numbers: Lean code that writes a value as tokens and packs these, and how they are read again.

The kernel's answers are natural numbers (`kernel`), so this is how results of programs come out of Lean.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from decompose.counterexample.values import Type
from prover.synth.components import parts_of
from prover.synth.natives import Constructors, Native

TOKEN_BITS, MOST_TOKENS = 16, 14
BITS = TOKEN_BITS * MOST_TOKENS
"""Of one value. Larger ones come out as 0, which no value is."""
_LARGEST = (1 << TOKEN_BITS) - 2

PRELUDE = f"""\
def _root_.gentzen.synth.pack (tokens : _root_.List _root_.Nat) : _root_.Nat :=
  (fun made => _root_.cond (_root_.Nat.blt made {1 << BITS}) made 0)
    (_root_.List.foldr (fun token rest => _root_.cond (_root_.Nat.ble token {_LARGEST})
      (_root_.Nat.add (_root_.Nat.succ token) (_root_.Nat.mul {1 << TOKEN_BITS} rest)) {1 << BITS}) 0 tokens)
"""
_WRITER = re.compile(r"gentzen\.synth\.write\d+")
_NIL, _CONS = "_root_.List.nil", "_root_.List.cons"


_WRITABLE = frozenset({"Nat", "Int", "Bool", "Char", "String", "List", "Option", "Prod"})


def can_write(types: Sequence[Type], constructors: Constructors) -> bool:
    """Whether there is a writer for each of these types: numbers of other kinds and arrays have none."""
    return all(each.name in _WRITABLE or each in constructors for each in parts_of(types, constructors))


@dataclass
class Encoder:
    """Writers for the types of one file. `commands`: the definitions that they need so far by name, in order."""

    constructors: Constructors
    commands: dict[str, str] = field(default_factory=dict)
    _names: dict[Type, str] = field(default_factory=dict)

    def packed(self, term: str, type_: Type) -> str:
        """Lean text of the number for `term`. Raises KeyError where not `can_write`."""
        return f"_root_.gentzen.synth.pack ({self.tokens(term, type_)})"

    def tokens(self, term: str, type_: Type) -> str:
        """Lean text of the list of tokens for `term`, of any length. Raises KeyError likewise."""
        return self._write(term, type_, _NIL)

    def without(self, texts: Sequence[str], made: Collection[str]) -> list[bool]:
        """Which of these texts need no writer that is not among the `made` declarations. Lean goes on after an error
        with an open proof in the place, so what needs a broken writer looks sound."""
        broken = {name for name in self.commands if name not in made}
        while more := {n for n, text in self.commands.items() if n not in broken and broken & _writers(text)}:
            broken |= more
        return [not broken & _writers(text) for text in texts]

    def _write(self, term: str, type_: Type, rest: str) -> str:
        """The tokens of `term`, and then `rest`."""
        match type_.name:
            case "Nat":
                return f"{_CONS} ({term}) ({rest})"
            case "Bool":
                return f"{_CONS} (_root_.cond ({term}) 1 0) ({rest})"
            case "Char":
                return f"{_CONS} (_root_.Char.toNat ({term})) ({rest})"
            case "Int":
                return f"{self._writer(type_)} ({term}) ({rest})"
            case "String":
                return self._write(f"_root_.String.toList ({term})", Type("List", (Type("Char"),)), rest)
            case "List":
                step = f"fun a b => {self._write('a', type_.arguments[0], 'b')}"
                return f"(fun x r => {_CONS} (_root_.List.length x) (_root_.List.foldr ({step}) r x)) ({term}) ({rest})"
            case "Prod":
                left, right = type_.arguments
                inner = self._write("_root_.Prod.fst x", left, self._write("_root_.Prod.snd x", right, "r"))
                return f"(fun (x : {text(type_)}) r => {inner}) ({term}) ({rest})"
        return f"{self._writer(type_)} ({term}) ({rest})"

    def _writer(self, type_: Type) -> str:
        """A function for a type with constructors, defined once."""
        if type_ in self._names:
            return self._names[type_]
        name = self._names[type_] = f"gentzen.synth.write{len(self._names)}"
        lines = []
        for number, (constructor, fields) in enumerate(self._cases(type_)):
            names = [f"a{i}" for i in range(len(fields))]
            tokens = "r"
            for own, field_type in zip(reversed(names), reversed(fields), strict=True):
                tokens = self._write(own, field_type, tokens)
            pattern = " ".join((f".{constructor}", *names))
            lines.append(f"  | {pattern} => {_CONS} {number} ({tokens})\n")
        head = f"def _root_.{name} (x : {text(type_)}) (r : _root_.List _root_.Nat) : _root_.List _root_.Nat :="
        self.commands[name] = f"{head}\n  match x with\n{''.join(lines)}"
        return name

    def _cases(self, type_: Type) -> Iterator[tuple[str, tuple[Type, ...]]]:
        match type_.name:
            case "Int":
                yield from (("ofNat", (Type("Nat"),)), ("negSucc", (Type("Nat"),)))
            case "Option":
                yield from (("none", ()), ("some", type_.arguments))
            case _:
                yield from ((each.name, each.fields) for each in self.constructors[type_])


def _writers(text: str) -> set[str]:
    return set(_WRITER.findall(text))


def text(type_: Type) -> str:
    """The type in Lean, with full names."""
    below = " ".join(f"({text(each)})" for each in type_.arguments)
    return f"_root_.{type_.name} {below}".rstrip()


def decoded(number: int, type_: Type, constructors: Constructors) -> Native | None:
    """The value behind the number, as a tuple of one; None for one that was too large."""
    if number == 0:
        return None
    tokens = []
    while number:
        number, token = divmod(number, 1 << TOKEN_BITS)
        tokens.append(token - 1)
    return (_read(iter(tokens), type_, constructors),)


def _read(tokens: Iterator[int], type_: Type, constructors: Constructors) -> Native:
    match type_.name:
        case "Nat":
            return next(tokens)
        case "Bool":
            return next(tokens) == 1
        case "Char":
            return chr(next(tokens))
        case "Int":
            negative = next(tokens)
            return -next(tokens) - 1 if negative else next(tokens)
        case "String":
            return "".join(chr(next(tokens)) for _ in range(next(tokens)))
        case "List":
            return tuple(_read(tokens, type_.arguments[0], constructors) for _ in range(next(tokens)))
        case "Prod":
            return tuple(_read(tokens, each, constructors) for each in type_.arguments)
        case "Option":
            return (_read(tokens, type_.arguments[0], constructors),) if next(tokens) else None
    number = next(tokens)
    return (number, *(_read(tokens, each, constructors) for each in constructors[type_][number].fields))
