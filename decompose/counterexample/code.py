"""The Lean code of tests: how the file's own predicates are decided, one test function a variant, batches of tests."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.counterexample.prelude import FUEL, RADIX
from decompose.counterexample.statement import Reader, Role, Statement, is_auxiliary, is_recursive
from decompose.counterexample.terms import Terms
from decompose.counterexample.values import Value, value_term
from decompose.counterexample.variants import Variant
from lean_project.check.terms import Name, show
from lean_project.model import Document

BATCH: Name = ("gentzen", "test", "batch")
RUN = "gentzen.test.run"
RUN_CODE = f"def _root_.{RUN} : _root_.Nat := _root_.gentzen.test.batch\n"
_PROP = ("0",)


def predicates(statement: Statement, reader: Reader) -> list[str]:
    """Instances that decide the file's own predicates by their equations, callees before callers. Recursive ones are
    followed to a depth of FUEL. Those that Lean does not accept are left out by the caller: hence one text each."""
    order: list[Name] = []
    seen: set[Name] = set()

    def visit(name: Name) -> None:
        if name in seen:
            return
        seen.add(name)
        constant = reader.find(name)
        if constant is None or constant.kind != "def" or constant.value is None:
            return
        if reader.result_sort(reader.type(name)) != _PROP or is_auxiliary(name):
            return
        document = reader.definitions.document
        for each in document.mentioned([constant.value]):
            visit(document.names[each])
        order.append(name)

    for name in sorted(statement.terms.constants(statement.body), key=str):
        visit(name)
    return [_predicate(number, name, reader) for number, name in enumerate(order)]


def _predicate(number: int, name: Name, reader: Reader) -> str:
    constant = reader.find(name)
    assert constant is not None and constant.value is not None
    document = reader.definitions.document
    count = 0
    term = constant.type
    while document.exprs[term][0] == "p":
        count, term = count + 1, document.exprs[term][3]
    mentioned = [document.names[each] for each in document.mentioned([constant.value])]
    full = f"_root_.{show(name)}"
    variables = " ".join(f"x{i}" for i in range(count))
    goal = f"gentzen.test.Test (@{full} {variables})" if count else f"gentzen.test.Test {full}"
    every = f"∀ {variables}, " if count else ""
    intro = f"intro {variables}" if count else "skip"
    step = f"refine gentzen.test.of_eq ({full}.eq_def ..) ?_"
    if any(str(each[-1]).startswith("match_") for each in mentioned):
        step += "\n{0}first | (split <;> exact inferInstance) | exact inferInstance"
    else:
        step += "\n{0}exact inferInstance"
    head = f"instance (priority := 950) gentzen.test.predicate{number} : {every}{goal} := by\n"
    if not is_recursive(mentioned):
        return f"{head}  {intro}\n  {step.format('  ')}\n"
    return (
        f"{head}  have go : ∀ fuel : _root_.Nat, {every}{goal} := by\n"
        f"    intro fuel\n    induction fuel with\n"
        f"    | zero => {intro}; exact gentzen.test.unknown\n"
        f"    | succ fuel again =>\n      {intro}\n      {step.format('      ')}\n"
        f"  exact go {FUEL}\n"
    )


def check_name(number: int) -> str:
    return f"gentzen.test.check{number}"


def check(number: int, statement: Statement, variant: Variant) -> str:
    """The function of the data that says what comes of one test (codes of `prelude`)."""
    data = [f"x{i}" for i, entry in enumerate(statement.entries) if entry.role is Role.DATA]
    arguments = [
        f"x{i}" if entry.role is Role.DATA else f"({variant.texts[entry.variable]})"
        for i, entry in enumerate(statement.entries)
    ]
    applied = " ".join(["_root_.gentzen.goal.tested", *arguments])
    body = f"@gentzen.test.Chain.run ({applied}) (by delta gentzen.goal.tested; exact inferInstance)"
    head = f"def _root_.{check_name(number)} :=\n  "
    return f"{head}fun {' '.join(data)} =>\n  {body}\n" if data else f"{head}{body}\n"


def batch(tests: Sequence[tuple[int, Sequence[Value]]]) -> Document:
    """The constant BATCH that holds the codes of all tests, each a variant's number and the data; RUN is the same.

    A term document, since elaborating that many texts would take Lean ten times as long as computing them."""
    terms = Terms()
    nat = terms.add("c", ("Nat",), ())
    add, times = (terms.add("c", ("Nat", each), ()) for each in ("add", "mul"))
    radix, packed = terms.add("n", str(RADIX)), terms.add("n", "1")
    for number, values in reversed(tests):
        function = terms.add("c", ("gentzen", "test", f"check{number}"), ())
        call = terms.call(function, *(value_term(terms, value) for value in values))
        packed = terms.call(add, call, terms.call(times, radix, packed))
    return terms.definition(BATCH, (), nat, packed)


def codes(value: int, count: int) -> list[int] | None:
    """The codes in the value of RUN; None when it does not hold `count` of them."""
    found = []
    for _ in range(count):
        value, code = divmod(value, RADIX)
        found.append(code)
    return found if value == 1 else None
