"""Synthesis without Lean: enumeration, templates, candidates, objectives, and what is read from a policy's answers."""

from __future__ import annotations

from itertools import chain, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.counterexample.generate import Constructor
from decompose.counterexample.values import Type
from lean_project.model import Hole, Position
from prover.policy.answers import Answer, Finish
from prover.synth.blind import blind_programs
from prover.synth.branches import replaced
from prover.synth.components import (
    BOOL,
    CHAR,
    NAT,
    STRING,
    Component,
    Stuck,
    components,
    list_of,
    option_of,
    pair_of,
    parts_of,
)
from prover.synth.enumerate import solve
from prover.synth.holes import Candidate, ProgramHole, allowed_functions, declaration
from prover.synth.literals import literals
from prover.synth.measure import measured, pareto
from prover.synth.natives import lean, native
from prover.synth.problem import Effort, Problem, Row
from prover.synth.recursion import Goal, structural
from prover.synth.report import Measured
from prover.synth.signature import Signature
from prover.synth.templates import batches
from prover.synth.written import program, read_program

NATS = list_of(NAT)
TREE = Type("Tree", (), -1, ("Tree",))
CONSTRUCTORS = {TREE: (Constructor("leaf", ()), Constructor("node", (TREE, NAT, TREE)))}
EFFORT = Effort(terms=4_000, seconds=60.0, size=7)


def problem(names: str, types: list[Type], result: Type, rows: dict[tuple, object]) -> Problem:
    examples = tuple(Row(given, frozenset([right])) for given, right in rows.items())
    return Problem(tuple(names.split()), tuple(types), result, examples)


def first(found: Problem, effort: Effort = EFFORT) -> str:
    library = components(parts_of([*found.types, found.result], {}), {})
    return next(term.text for term in solve(found, library, effort))


class TestEnumeration:
    def test_smallest_term_that_is_right(self) -> None:
        assert first(problem("a b", [NAT, NAT], NAT, {(1, 2): 3, (2, 2): 4, (5, 0): 5})) == "a + b"

    def test_conditional_is_learnt_from_the_rows(self) -> None:
        rows = {(1, 2): 2, (2, 1): 2, (3, 3): 3, (0, 9): 9, (9, 4): 9}
        library = [c for c in components([NAT, BOOL], {}) if c.name not in ("max", "min", "sub")]
        found = problem("a b", [NAT, NAT], NAT, rows)
        text = next(term.text for term in solve(found, library, EFFORT))
        assert text in (
            "if a < b then b else a",
            "if a ≤ b then b else a",
            "if b < a then a else b",
            "if b ≤ a then a else b",
        )

    def test_functions_as_arguments(self) -> None:
        rows = {((0, 1, 2, 3),): (0, 2), ((4, 5),): (4,), ((),): (), ((7,),): (), ((6, 3, 8),): (6, 8)}
        assert "filter" in first(problem("xs", [NATS], NATS, rows), Effort(terms=20_000, size=8, depth=0, seconds=60.0))

    def test_several_right_results(self) -> None:
        rows = (Row((1, 5), frozenset([1, 5])), Row((3, 2), frozenset([3, 2])))
        assert first(Problem(("a", "b"), (NAT, NAT), NAT, rows)) in ("a", "b")

    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=6, unique=True))
    def test_solutions_are_right_on_all_rows(self, inputs: list[tuple[int, int]]) -> None:
        rows = tuple(Row(each, frozenset([max(each[0] - each[1], 0)])) for each in inputs)
        found = Problem(("a", "b"), (NAT, NAT), NAT, rows)
        for term in solve(found, components([NAT, BOOL], {}), Effort(terms=300, seconds=60.0, size=3, depth=0)):
            assert all(value in row.right for value, row in zip(term.values, rows, strict=True))

    def test_components_that_have_to_be_asked_are_told_what_they_will_be_run_on(self) -> None:
        known: dict[tuple, int] = {}
        asked: list[tuple] = []

        def prepare(inputs) -> None:
            new = dict.fromkeys(each for each in inputs if each not in known)
            asked.extend(new)
            # 7 is never answered.
            known.update((each, 100 * each[0]) for each in new if each != (7,))

        def run(value: int) -> int:
            if (value,) not in known:
                raise Stuck
            return known[value,]

        own = Component("h", (NAT,), NAT, "h {0}", run, prepare=prepare)
        found = problem("a b", [NAT, NAT], NAT, {(1, 2): 102, (3, 5): 305, (4, 7): 407})
        texts = [term.text for term in solve(found, [own, *components([NAT], {})], EFFORT)]
        assert texts[0] in ("b + (h a)", "(h a) + b")
        assert len(asked) == len({each for each in asked if each != (7,)}) + asked.count((7,))
        constant = Component("limit", (), NAT, "limit", lambda: known[()], prepare=lambda inputs: known.update({(): 9}))
        rows = problem("a", [NAT], NAT, {(1,): 10, (2,): 11})
        assert next(solve(rows, [constant, *components([NAT], {})], EFFORT)).text in ("a + limit", "limit + a")

    def test_nothing_where_the_bounds_end_it(self) -> None:
        found = problem("a", [NAT], NAT, {(1,): 977, (2,): 31, (3,): 5})
        assert list(solve(found, components([NAT], {}), Effort(terms=50, seconds=60.0, size=3, depth=0))) == []


def goal(name: str, names: str, types: list[Type], result: Type, run, inputs: list[tuple]) -> Goal:
    library = components(parts_of([*types, result], CONSTRUCTORS), CONSTRUCTORS)
    signature = Signature(tuple(names.split()), tuple(types), result, CONSTRUCTORS)
    return Goal(name, tuple(names.split()), signature, {i: frozenset([run(*i)]) for i in inputs}, library)


class TestLiterals:
    TEXT = "theorem t (n : Nat) : f n < 60 ∧ n % 60 = 24 := by sorry\nexample : g ['a', '\\n'] 7 = \"ab\" := by sorry"

    def test_numbers_characters_and_strings_of_the_specification(self) -> None:
        found = literals(self.TEXT, [NAT, CHAR, STRING])
        assert [(each.template, each.run()) for each in found] == [
            ("60", 60), ("24", 24), ("7", 7), ("'a'", "a"), ("'\\n'", "\n"), ('"ab"', "ab"),
        ]  # fmt: skip

    def test_only_of_types_that_there_are(self) -> None:
        assert {each.result for each in literals(self.TEXT, [NAT, BOOL])} == {NAT}
        assert literals("theorem t : f 0 = 1 ∧ f 2 = 99999999999 := by sorry", [NAT]) == []


class TestTemplates:
    def test_structural_recursion_over_a_list(self) -> None:
        inputs = [((),), ((3,),), ((2, 3),), ((1, 2, 3),), ((5,),), ((5, 5),), ((4, 5, 5),)]
        library = [c for c in components([NAT, BOOL, NATS], {}) if c.name not in ("sum", "length")]
        found = goal("f", "xs", [NATS], NAT, lambda xs: sum(xs), inputs)
        bodies = [
            c.body
            for c in chain.from_iterable(batches(Goal("f", ("xs",), found.signature, found.examples, library), EFFORT))
        ]
        assert any("| [] => 0" in body and "f t" in body for body in bodies)

    def test_structural_recursion_over_a_tree(self) -> None:
        leaf = (0,)
        one = (1, leaf, 4, leaf)
        two, three = (1, one, 4, leaf), (1, leaf, 4, (1, leaf, 4, one))
        trees = [leaf, one, two, three, (1, leaf, 4, one), (1, two, 4, three), (1, one, 4, one)]

        def size(tree: tuple) -> int:
            return 0 if tree[0] == 0 else size(tree[1]) + size(tree[3]) + 1

        bodies = [
            c.body
            for c in chain.from_iterable(batches(goal("size", "t", [TREE], NAT, size, [(t,) for t in trees]), EFFORT))
        ]
        assert any(body.startswith("match t with\n| .leaf => 0\n| .node") and "size" in body for body in bodies)

    def test_a_parameter_changes_only_by_a_variable_of_a_type_that_fits(self) -> None:
        leaf = (0,)
        tree = (1, leaf, 4, (1, leaf, 2, leaf))
        found = goal("put", "n t", [NAT, TREE], TREE, lambda n, t: t, [(1, leaf), (2, tree)])
        texts = {call.text for branches, _ in structural(found, 1) for branch in branches for call in branch.calls}
        assert "put (n + 1) a" in texts and not any("+ a" in text for text in texts)
        for branches, _ in structural(found, 1):
            for branch in branches:
                new = branch.split((2, tree))
                assert new is None or [call.at((2, tree), new) for call in branch.calls]

    def test_examples_that_say_little_still_rule_out(self) -> None:
        inputs = [(0, ()), (1, ()), (2, (1,)), (0, (1, 3)), (4, (0, 0))]
        found = goal("f", "x xs", [NAT, NATS], NAT, lambda x, xs: xs.count(x), inputs)
        bodies = [c.body for c in islice(blind_programs(found, [(1, (1,)), (2, (2, 2))], EFFORT), 200)]
        assert bodies[0] == "0" and "xs.count x" in bodies and "x" not in bodies and "xs.length" not in bodies

    @pytest.mark.parametrize(
        ("text", "by", "expected"),
        [
            ("call0", "f t", "f t"),
            ("h + call0", "f t", "h + f t"),
            ("call01 + g call0", "f t", "call01 + g (f t)"),
            ("call0.length", "f t", "(f t).length"),
        ],
    )
    def test_placeholders(self, text: str, by: str, expected: str) -> None:
        assert replaced(text, "call0", by) == expected


values = {
    NAT: st.integers(0, 99),
    BOOL: st.booleans(),
    NATS: st.lists(st.integers(0, 9), max_size=4).map(tuple),
    option_of(NAT): st.none() | st.tuples(st.integers(0, 9)),
    pair_of(NAT, BOOL): st.tuples(st.integers(0, 9), st.booleans()),
}


@given(st.data())
def test_values_come_back_from_lean(data: st.DataObject) -> None:
    type_ = data.draw(st.sampled_from(list(values)))
    value = data.draw(values[type_])
    assert native(lean(value, type_, {})) == value


def test_trees_come_back_from_lean() -> None:
    tree = (1, (0,), 3, (1, (0,), 2, (0,)))
    made = lean(tree, TREE, CONSTRUCTORS)
    assert native(made) == tree
    assert made.text == ".node .leaf 3 (.node .leaf 2 .leaf)"


HOLE = ProgramHole("N.f", 0, Hole(0, 5, Position(1, 0), "term", "N.f"), "def f (xs : List Nat) : Nat :=")


class TestCandidates:
    def test_helpers_stand_above(self) -> None:
        made = declaration(HOLE, Candidate("g xs", ("def g (xs : List Nat) : Nat := 0",)))
        assert made == "def g (xs : List Nat) : Nat := 0\n\ndef f (xs : List Nat) : Nat := g xs"

    def test_lines_are_moved_and_termination_is_not(self) -> None:
        made = declaration(HOLE, Candidate("match xs with\n| [] => 0\n| _ :: t => f t\ntermination_by xs.length"))
        assert made.splitlines()[1:] == [
            "  match xs with",
            "  | [] => 0",
            "  | _ :: t => f t",
            "termination_by xs.length",
        ]

    def test_allowed_functions_of_a_file(self) -> None:
        assert allowed_functions("-- gentzen: allow step N.g\ndef x := 1\n  -- gentzen: allow h\n") == (
            "step",
            "N.g",
            "h",
        )


class TestAnswers:
    def test_the_definition_with_its_helpers(self) -> None:
        code = (
            "def g (n : Nat) : Nat := n\n\ndef f (xs : List Nat) : Nat :=\n  g xs.length\n\ntheorem t : True := trivial"
        )
        found = read_program(code, HOLE)
        assert found == Candidate("  g xs.length", ("def g (n : Nat) : Nat := n",), "policy")

    @pytest.mark.parametrize(
        "code",
        [
            "def g (xs : List Nat) : Nat := 0",
            "def f (xs : List Nat) : Nat := sorry",
            "axiom a : False\ndef f (xs : List Nat) : Nat := 0",
            "def f (xs : List Nat) : Int := 0",
            "def f (xs : List Nat) : Nat :=",
        ],
    )
    def test_other_answers_are_none(self, code: str) -> None:
        assert read_program(code, HOLE) is None

    def test_an_answer_that_was_cut_off_is_none(self) -> None:
        text = "```lean\ndef f (xs : List Nat) : Nat := 0\n```"
        assert program(Answer(text, Finish.LENGTH, "m"), HOLE) is None
        assert program(Answer(text, Finish.STOP, "m"), HOLE) is not None


class TestObjectives:
    def test_tail_recursion(self) -> None:
        body = "match xs with\n| [] => a\n| h :: t => f t (a + h)"
        assert measured(Candidate(body), "f").tail_recursive
        assert not measured(Candidate("match xs with\n| [] => 0\n| h :: t => h + f t"), "f").tail_recursive
        assert not measured(Candidate("xs.sum"), "f").tail_recursive

    measures = st.builds(
        Measured,
        program=st.text(max_size=3),
        size=st.integers(1, 9),
        calls=st.integers(0, 2),
        tail_recursive=st.booleans(),
        steps=st.sampled_from([(), (3, 5), (3, 9)]),
    )

    def test_fewer_steps_are_better_and_unknown_ones_are_worst(self) -> None:
        slow, quick, unknown = (measured(Candidate("a"), "f", steps) for steps in ((2, 9), (4, 5), ()))
        assert pareto([slow, quick, unknown]) == (quick,)
        short = measured(Candidate("a"), "f", (9, 9))
        long = measured(Candidate("a + 0"), "f", (1, 1))
        assert pareto([short, long]) == (short, long)

    @given(st.lists(measures, min_size=1, max_size=8))
    def test_the_front_is_not_beaten_and_beats_the_rest(self, found: list[Measured]) -> None:
        front = pareto(found)
        assert front and pareto(front) == front
        assert min(each.size for each in found) == min(each.size for each in front)
