"""Branches with a helper or a match of their own, folds from the first element, functions and results found from
examples. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain, groupby, permutations, product

import pytest

from decompose.counterexample.generate import Constructor
from decompose.counterexample.values import Type
from prover.synth.branches import solve_match
from prover.synth.components import BOOL, NAT, Component, components, list_of, option_of, pair_of, parts_of
from prover.synth.deduce import higher_order
from prover.synth.grow import Grower
from prover.synth.natives import Native
from prover.synth.oracle import Input
from prover.synth.problem import Effort
from prover.synth.recursion import Goal, structural
from prover.synth.signature import Signature
from prover.synth.templates import batches

EFFORT = Effort(seconds=60.0, size=5, depth=1)
NATS, PAIRS = list_of(NAT), list_of(pair_of(NAT, NAT))
LISTS = tuple(xs for n in range(4) for xs in product((0, 1, 3), repeat=n))
EXPR, CODE = Type("Expr", (), -1, ("Expr",)), Type("Code", (), -1, ("Code",))
CONSTRUCTORS = {
    EXPR: (Constructor("num", (NAT,)), Constructor("add", (EXPR, EXPR))),
    CODE: (Constructor("push", (NAT,)), Constructor("plus", ())),
}


def goal(types: Mapping[str, Type], result: Type, program: Callable[..., Native], inputs: tuple[Input, ...]) -> Goal:
    signature = Signature(tuple(types), tuple(types.values()), result, CONSTRUCTORS)
    library = components(parts_of([*types.values(), result], CONSTRUCTORS), CONSTRUCTORS)
    examples = {given: frozenset([program(*given)]) for given in inputs}
    return Goal("f", tuple(types), signature, examples, library)


def found(about: Goal, origin: str) -> str:
    return next(
        each.text for each in chain.from_iterable(batches(about, Effort(seconds=20.0))) if each.origin == origin
    )


class TestBranches:
    def test_a_helper_recurs_on_the_value_of_the_call(self) -> None:
        """No term inserts an element; the inputs have all tails of sorted lists, so the helper's examples are there."""
        lists = tuple((xs,) for n in range(4) for xs in permutations((0, 2, 3, 5), n))
        sort = goal({"xs": NATS}, NATS, lambda xs: tuple(sorted(xs)), lists)
        branches, scrutinee = next(structural(sort, 0))
        body = solve_match(sort, branches, scrutinee, EFFORT)
        assert body is not None
        assert len(body.helpers) == 1, body
        helper = body.helpers[0]
        assert body.text.endswith("| h :: t => fStep h (f t)")
        assert helper.startswith("def fStep (h : Nat) (acc : List Nat) : List Nat :=\n  match acc with\n  | [] => h ::")
        assert "fStep h t" in helper

    def test_a_program_with_preconditions_has_no_helper(self) -> None:
        sort = goal({"xs": NATS}, NATS, lambda xs: tuple(sorted(xs)), tuple((xs,) for xs in LISTS[:13]))
        sort = replace(sort, signature=replace(sort.signature, proofs=frozenset([1])))
        branches, scrutinee = next(structural(sort, 0))
        body = solve_match(sort, branches, scrutinee, replace(EFFORT, size=3))
        assert body is None or not body.helpers

    def test_a_match_on_the_value_of_the_call(self) -> None:
        """Run lengths: the first run of the rest grows, or a new one begins."""

        def encode(xs: Native) -> Native:
            return tuple((len(list(run)), x) for x, run in groupby(xs))

        lists = tuple((xs,) for n in range(6) for xs in product((1, 3), repeat=n))
        runs = goal({"xs": NATS}, PAIRS, encode, lists)
        branches, scrutinee = next(structural(runs, 0))
        body = solve_match(runs, branches, scrutinee, replace(EFFORT, seconds=2.0, size=6))
        assert body is not None
        assert "(match (f t) with | [] => " in body.text and "| h' :: t' => if " in body.text

    def test_a_condition_about_a_result(self) -> None:
        """The integer square root: as a term over `n` and the call the condition is far beyond small ones."""
        root = goal({"n": NAT}, NAT, math.isqrt, tuple((n,) for n in range(28)))
        root = replace(root, library=[c for c in root.library if c.name in ("0", "1", "add", "mul", "le", "lt")])
        branches, scrutinee = next(structural(root, 0))
        body = solve_match(root, branches, scrutinee, EFFORT)
        assert body is not None
        assert body.text.count("(1 + f n') * (1 + f n')") == 1 and "if " in body.text


class TestFolds:
    def test_from_the_first_element(self) -> None:
        """A step cannot tell the value of `[]` from that of a list with a 0 in it."""
        least = goal({"xs": NATS}, NAT, lambda xs: min(xs, default=0), tuple((xs,) for xs in LISTS))
        text = found(least, "fold from the first element")
        assert text == "match xs with\n| [] => 0\n| h :: t => t.foldl (fun acc x => min acc x) (h)"


class TestFunctionsFromExamples:
    def body(self, about: Goal) -> list[str]:
        return [candidate.text for candidate in higher_order(about, EFFORT)]

    def test_the_test_of_a_filter(self) -> None:
        inputs = tuple((n, xs) for n in (0, 2) for xs in LISTS[:20])
        kept = goal({"n": NAT, "xs": NATS}, NATS, lambda n, xs: tuple(x for x in xs if n < x or x == 0), inputs)
        assert any(text.startswith("xs.filter (fun x => ") for text in self.body(kept))

    def test_the_first_that_passes(self) -> None:
        first = goal(
            {"xs": NATS},
            option_of(NAT),
            lambda xs: next(((x,) for x in xs if x < len(xs)), None),
            tuple((xs,) for xs in LISTS),
        )
        assert "xs.find? (fun x => decide (x < xs.length))" in self.body(first)

    def test_a_list_by_index(self) -> None:
        def sums(xs: Native) -> Native:
            return tuple(sum(xs[: i + 1]) for i in range(len(xs)))

        about = goal({"xs": NATS}, NATS, sums, tuple((xs,) for xs in LISTS))
        bodies = [candidate.text for candidate in higher_order(about, replace(EFFORT, size=7))]
        assert "(List.range xs.length).map (fun i => (xs.take (1 + i)).sum)" in bodies

    @pytest.mark.parametrize("result", [False, True])
    def test_nothing_is_said_of_several_elements(self, result: bool) -> None:
        """`any` and `all` of two elements do not say which one it is; other lists do."""
        test = any if result else all
        about = goal({"xs": NATS}, BOOL, lambda xs: test(x < 2 for x in xs), tuple((xs,) for xs in LISTS))
        name = "any" if result else "all"
        assert f"xs.{name} (fun x => decide (x < 2))" in self.body(about)

    def test_what_the_results_rule_out_is_not_tried(self) -> None:
        about = goal({"xs": NATS}, NATS, lambda xs: (*xs, 7), tuple((xs,) for xs in LISTS))
        assert not [text for text in self.body(about) if text.startswith("xs.")]

    def test_too_few_examples(self) -> None:
        assert not self.body(goal({"xs": NATS}, NATS, lambda xs: xs, (((),), ((1,),))))


class Judge:
    """An oracle that knows what is right by a predicate; `pool` is what it tries by itself."""

    def __init__(self, right: Callable[[Input, Native], bool], pool: tuple[Native, ...]) -> None:
        self.known: dict[Input, frozenset[Native]] = {}
        self.spoken: set[Input] = set()
        self.calls = 0
        self._right, self._pool = right, pool

    def right(self, inputs: list[Input]) -> dict[Input, frozenset[Native]]:
        for given in inputs:
            if given not in self.known:
                self.spoken.add(given)
                self.offer({given: self._pool})
        return {given: self.known[given] for given in inputs if self.known[given]}

    def offer(self, pools: Mapping[Input, tuple[Native, ...]]) -> dict[Input, frozenset[Native]]:
        self.calls += 1
        answers = {i: frozenset(value for value in pool if self._right(i, value)) for i, pool in pools.items()}
        for given, right in answers.items():
            self.known[given] = self.known.get(given, frozenset()) | right
        return answers


def code(e: Native) -> Native:
    return ((0, e[1]),) if e[0] == 0 else (*code(e[1]), *code(e[2]), (1,))


ONE, TWO = (0, 1), (0, 2)
SUM = (1, ONE, TWO)
TREES: tuple[Input, ...] = ((ONE,), (TWO,), (SUM,), ((1, TWO, TWO),), ((1, SUM, ONE),), ((1, TWO, SUM),))


class TestGrower:
    def grown(self, right: Callable[[Input, Native], bool], pool: tuple[Native, ...] = ()) -> tuple[Judge, Grower]:
        judge = Judge(right, pool)
        grower = Grower(judge)  # type: ignore[arg-type]
        judge.right(list(TREES))
        about = goal({"e": EXPR}, list_of(CODE), code, ())
        grower.grow(about, list(TREES))
        return judge, grower

    def test_results_are_made_of_results(self) -> None:
        judge, _ = self.grown(lambda given, value: bool(value == code(given[0])))
        assert judge.known == {given: frozenset([code(given[0])]) for given in TREES}

    def test_the_result_to_go_on_with_is_that_of_the_term_that_is_right_most_often(self) -> None:
        """At `SUM` a constant is right, too, and it was the one that was tried."""
        odd = ((0, 3),)
        judge, grower = self.grown(
            lambda given, value: value == code(given[0]) or (given[0] == SUM and value == odd), (odd,)
        )
        assert judge.known[(SUM,)] == {odd, code(SUM)}
        assert grower.preferred[(SUM,)] == code(SUM)
        assert judge.known[TREES[4]] == {code(TREES[4][0])}

    def test_what_nothing_is_said_of_is_not_asked_about(self) -> None:
        judge = Judge(lambda given, value: True, ())
        Grower(judge).grow(goal({"e": EXPR}, list_of(CODE), code, ()), list(TREES))  # type: ignore[arg-type]
        assert judge.calls == 0 and not judge.known

    def test_cases_without_an_answer_are_left_alone(self) -> None:
        judge, _ = self.grown(lambda given, value: False)
        assert judge.calls < 20


def test_components_of_the_files_own_functions_have_no_hash() -> None:
    """What they compute is kept beside them; those into `Bool` are among what tells cases apart."""

    class Kept:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, n: int) -> bool:
            return n > 3

    own = Component("N.large", (NAT,), BOOL, "N.large {0}", Kept())
    small = goal({"n": NAT}, NAT, lambda n: n + 1, ((2,),))
    assert own in replace(small, library=[own, *small.library]).building
