"""Results taken apart by their constructor, and arguments of theorems as patterns. Pure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from decompose.counterexample.generate import Constructor
from decompose.counterexample.values import Type
from prover.synth.components import BOOL, INT, NAT, components, list_of, option_of, pair_of, parts_of
from prover.synth.parts import solve_whole
from prover.synth.patterns import Fixed, Made, Pattern, Plus, Variable, filled, indices, matched
from prover.synth.problem import Effort, Problem, Row

EFFORT = Effort(seconds=60.0, size=5, depth=0)
STATE = Type("State", (), -1, ("State",))
SHAPE = Type("Shape", (), -1, ("Shape",))
CONSTRUCTORS = {
    STATE: (Constructor("mk", (BOOL, NAT, NAT)),),
    SHAPE: (Constructor("point", ()), Constructor("disc", (NAT,))),
}


def solved(problem: Problem, effort: Effort = EFFORT) -> list[str]:
    library = components(parts_of([*problem.types, problem.result], CONSTRUCTORS), CONSTRUCTORS)
    return [term.text for term in solve_whole(problem, library, effort, CONSTRUCTORS)]


class TestFields:
    def test_each_field_is_found_by_itself(self) -> None:
        """The whole has 11 parts, far beyond what is enumerated; its fields have 3 and 5."""
        rows = tuple(Row((n, m), frozenset([(n % m, (n + m) * 2)])) for n, m in ((7, 2), (9, 4), (5, 5), (0, 3)))
        (text, *_) = solved(Problem(("n", "m"), (NAT, NAT), pair_of(NAT, NAT), rows))
        assert text == "(n % m, 2 * (m + n))"

    def test_the_second_field_goes_with_the_first(self) -> None:
        """Two results are right on a row; what is taken from one of them for each field is no result."""
        both = frozenset([(1, 5), (2, 6)])
        rows = (Row((1,), both), Row((3,), frozenset([(3, 7)])))
        (text, *_) = solved(Problem(("n",), (NAT,), pair_of(NAT, NAT), rows))
        assert text.startswith("(n, ") and eval(text, {"n": 1}) == (1, 5) and eval(text, {"n": 3}) == (3, 7)

    def test_the_fields_of_a_structure(self) -> None:
        rows = tuple(Row((b, n), frozenset([(0, not b, n + 1, n * n)])) for b, n in ((True, 2), (False, 3), (True, 0)))
        (text, *_) = solved(Problem(("b", "n"), (BOOL, NAT), STATE, rows))
        assert text == "State.mk (!b) (1 + n) (n * n)"

    def test_an_inductive_type_where_all_results_have_one_constructor(self) -> None:
        rows = tuple(Row((n,), frozenset([(1, n * n + 1)])) for n in (2, 3, 5))
        assert "SHAPE" not in solved(Problem(("n",), (NAT,), SHAPE, rows))[0]
        assert solved(Problem(("n",), (NAT,), SHAPE, rows))[0] == "Shape.disc (1 + (n * n))"

    def test_constructors_that_differ_are_not_taken_apart(self) -> None:
        rows = (Row((0,), frozenset([(0,)])), Row((1,), frozenset([(1, 1)])))
        (text, *_) = solved(Problem(("n",), (NAT,), SHAPE, rows), Effort(seconds=60.0, size=5))
        assert text.startswith("if ") and "Shape.point" in text

    def test_a_result_that_may_be_anything_else_is_not_taken_apart(self) -> None:
        """`none` is right too on the second row, so `some` is no safe guess, and the smallest term wins."""
        rows = (Row((1,), frozenset([(1,), None])), Row((2,), frozenset([None])))
        assert solved(Problem(("n",), (NAT,), option_of(NAT), rows))[0] == "none"

    def test_solutions_are_bounded(self) -> None:
        rows = (Row((1,), frozenset([(1, 1), (1, 2), (2, 1), (2, 2)])),)
        problem = Problem(("n",), (NAT,), pair_of(NAT, NAT), rows)
        assert len(solved(problem, Effort(seconds=60.0, size=3, depth=0, solutions=3))) == 3


NATS = list_of(NAT)


@st.composite
def patterns(draw: st.DrawFn, depth: int = 3) -> tuple[Pattern, dict[int, object]]:
    """A pattern of a list of numbers, with values for its variables, each of which occurs once."""
    if depth == 0 or draw(st.booleans()):
        if draw(st.booleans()):
            return Fixed(()), {}
        return Variable(10 * depth), {10 * depth: tuple(draw(st.lists(st.integers(0, 9), max_size=3)))}
    kind = draw(st.sampled_from(["variable", "fixed", "plus"]))
    number = draw(st.integers(0, 9))
    heads: dict[str, Pattern] = {
        "variable": Variable(10 * depth + 1),
        "fixed": Fixed(number),
        "plus": Plus(Variable(10 * depth + 1), 2),
    }
    head = heads[kind]
    known: dict[int, object] = {} if kind == "fixed" else {10 * depth + 1: number}
    tail, more = draw(patterns(depth - 1))
    return Made((head, tail), NATS), known | more


class TestPatterns:
    @given(patterns())
    def test_what_is_filled_in_is_found_again(self, made: tuple[Pattern, dict[int, object]]) -> None:
        pattern, values = made
        found: dict[int, object] = {}
        assert matched(pattern, filled(pattern, values), found)
        assert found == values
        assert indices(pattern) == set(values)

    def test_a_variable_that_occurs_twice_has_one_value(self) -> None:
        twice = Made((Variable(0), Made((Variable(0), Fixed(())), NATS)), NATS)
        assert matched(twice, (4, 4), {})
        assert not matched(twice, (4, 5), {})

    def test_other_shapes_do_not_match(self) -> None:
        assert not matched(Made((Variable(0), Variable(1)), NATS), (), {})
        assert not matched(Made((Variable(0),), option_of(NAT)), None, {})
        assert not matched(Made((Variable(0),), SHAPE, 1), (0,), {})
        assert not matched(Plus(Variable(0), 2), 1, {})
        assert matched(Made((Variable(0), Fixed(-3)), pair_of(NAT, INT)), (1, -3), {})
