"""What running a program costs: the definitions that Lean's kernel unfolds while it computes the program's results.

Counted by Lean itself (`set_option diagnostics true`; it says the numbers in a message's text and nowhere else), so the
same each time on the same Lean version, however busy the machine is. Arithmetic on numerals is one step of the kernel
and counts nothing; terms that occur twice are computed once. So it is the cost of evaluation by the kernel, which grows
as that of the compiled program does in most cases, and is not that of the compiled program. Reading the inputs and
writing the result down is in it, which is the same for all programs with the same results.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from decompose.counterexample.generate import Generator
from decompose.counterexample.values import Value
from decompose.spec import SpecFile
from lean_project.errors import LimitHit
from lean_project.model import Command, Limits
from lean_project.session import Session
from prover.synth.encode import Encoder, can_write
from prover.synth.paid import ends_the_work
from prover.synth.signature import Signature

_SIZES = (3, 6, 12)
_DRAWS = 12
_LIMITS = Limits(seconds=30.0)
_COUNT = re.compile(r"^\s*\[kernel\] (?!unfolded declarations).* ↦ (\d+)$", re.MULTILINE)
_OPTIONS = "set_option diagnostics true\nset_option diagnostics.threshold 0\n"


@dataclass(frozen=True)
class Course:
    """Inputs of growing size that programs of one signature are run on."""

    signature: Signature
    inputs: tuple[tuple[Value, ...], ...]

    @classmethod
    def of(cls, signature: Signature) -> Course:
        """The same inputs each time: for each size the largest of a few random ones."""
        random, generator = Random("course"), Generator(dict(signature.constructors))
        found = []
        for size in _SIZES:
            drawn = []
            for _ in range(_DRAWS):
                values = [generator.random(type_, random, size) for type_ in signature.types]
                made = tuple(value for value in values if value is not None)
                if len(made) == len(values):
                    drawn.append(made)
            if drawn:
                found.append(max(drawn, key=lambda given: sum(value.size + value.cost for value in given)))
        return cls(signature, tuple(found))

    @property
    def shown(self) -> tuple[str, ...]:
        """The inputs for people."""
        return tuple(" ".join(value.argument() for value in given) for given in self.inputs)


def count_steps(session: Session, spec: SpecFile, text: str, program: str, course: Course) -> tuple[int, ...]:
    """The unfoldings for each input of the course, for `program` (full name) in `text`, the completed file.

    () where they are not all known: the kernel takes too long, is stuck before it has a value, or the results are of a
    type that cannot be written down.
    Raises what ends the work.
    """
    signature = course.signature
    if not can_write([signature.result], signature.constructors):
        return ()
    encoder = Encoder(signature.constructors)
    names = [f"x{i}" for i in range(len(signature.types))]
    tokens = encoder.tokens(" ".join((f"@_root_.{program}", *names)), signature.result)
    lambdas = f"fun {' '.join(names)} => " if names else ""
    runs = [
        f"example : _root_.Eq (_root_.Nat.blt 0 (_root_.gentzen.synth.run {shown})) _root_.Bool.true := by "
        "decide +kernel\n"
        for shown in course.shown
    ]
    sum_ = "_root_.List.foldr (fun token rest => _root_.Nat.add (_root_.Nat.succ token) rest) 0"
    value = f"def _root_.gentzen.synth.run :=\n  {lambdas}{sum_} ({tokens})\n"
    code = "".join((*encoder.commands.values(), value, _OPTIONS, *runs))
    snapshot = spec.snapshot.then(text.encode()[spec.header_end :].decode())
    try:
        answer = session.elaborate(snapshot, code, _LIMITS)
    except LimitHit as hit:
        if ends_the_work(hit):
            raise
        return ()
    if any(command.has_error for command in answer.commands):
        return ()
    counts = [_count(command) for command in answer.commands[-len(runs) :]]
    return tuple(counts) if runs and all(counts) else ()


def _count(command: Command) -> int:
    return sum(int(count) for message in command.messages for count in _COUNT.findall(message.text))


def total(steps: Sequence[int]) -> float:
    """What programs are compared by; more than any number where it is not known."""
    return float(sum(steps)) if steps else float("inf")
