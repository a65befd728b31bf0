"""What is tried on a goal, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from decompose.context import GoalContext
from decompose.problem import Script
from decompose.reading import Local, parse_goal
from decompose.signatures import read_function
from decompose.sketch import Lemma, Split
from decompose.splitters import splits
from prover.closers import closers
from prover.leading import leading
from prover.moves import MORE_HEARTBEATS, loses_truth, ordered_moves
from prover.portfolio import Portfolio
from prover.proposals import Proposal
from search.domain import Kind, Move

REV = "def rev : List Nat → List Nat\n  | [] => []\n  | x :: xs => rev xs ++ [x]"


def _context(goal: str = "xs : List Nat\n⊢ rev (rev xs) = xs") -> GoalContext:
    found, target = parse_goal(goal)
    function = read_function(REV, "rev", "rev", True, ())
    return GoalContext(found, target, ("rev",), ("rev",), ("rev",), functions=(function,), taken=frozenset({"rev"}))


class Singles:
    """A proposer of these tactics."""

    def __init__(self, *tactics: str) -> None:
        self.tactics = tactics

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        for number, each in enumerate(self.tactics, 1):
            yield Proposal(each, each, number / 10, 10_000)


def _none(context: GoalContext) -> Iterator[Split]:
    yield from ()


def _moves(
    *singles: str,
    splitter: object = _none,
    known: Script | None = None,
    tried: frozenset[str] = frozenset(),
    trail: tuple[str, ...] = (),
) -> list[Move]:
    return list(ordered_moves(_context(), Singles(*singles), splitter, known, tried, trail))  # type: ignore[arg-type]


def test_the_cheapest_per_success_comes_first() -> None:
    moves = _moves("decide", "omega", splitter=splits)
    prices = [move.cost / move.success for move in moves]
    assert prices == sorted(prices)
    assert moves[0].label == "close"
    assert {move.kind for move in moves} == {Kind.COMPLETE, Kind.SPLIT, Kind.SKETCH}


def test_each_move_comes_once() -> None:
    def twice(context: GoalContext) -> Iterator[Split]:
        yield Split("one", "skip", cost=0.1, success=0.5)
        yield Split("two", "skip", cost=0.2, success=0.5)

    moves = _moves("decide", "decide", splitter=twice)
    marks = [(move.text, move.payload.heartbeats) for move in moves]
    assert len(marks) == len(set(marks))
    assert [move.label for move in moves if move.text == "skip"] == ["one"]


def test_combined_finishing_moves_get_a_second_turn_after_their_first() -> None:
    moves = _moves()
    first = [move for move in moves if move.payload.heartbeats < MORE_HEARTBEATS]
    again = [move for move in moves if move.payload.heartbeats == MORE_HEARTBEATS]
    assert [move.text for move in first] == [move.text for move in again]
    assert {move.label for move in again} == {f"{move.label} (more)" for move in first}
    labels = [move.label for move in moves]
    assert all(labels.index(f"{move.label} (more)") > labels.index(move.label) for move in first)


def test_a_known_proof_is_tried_before_anything_else() -> None:
    known = Script("exact rfl", uses=frozenset({"Mine.rev"}))
    first = _moves("decide", known=known)[0]
    assert (first.label, first.text, first.kind) == ("known", "exact rfl", Kind.COMPLETE)
    assert first.payload.uses == frozenset({"Mine.rev"})


def test_a_known_proof_with_lemmas_of_its_own_is_left_out() -> None:
    known = Script("exact new", ("theorem new : True := trivial",))
    assert all(move.label != "known" for move in _moves(known=known))


def test_what_the_portfolio_tried_in_place_is_not_tried_again() -> None:
    moves = _moves("decide", "omega", tried=frozenset({"decide"}))
    assert "omega" in {move.text for move in moves}
    assert "decide" not in {move.text for move in moves}


def test_a_split_of_a_family_tried_on_the_way_is_less_likely() -> None:
    def one(context: GoalContext) -> Iterator[Split]:
        yield Split("induction; simp_all", "induction xs", cost=0.3, success=0.5)

    chances = [
        next(move.success for move in _moves(splitter=one, trail=trail) if move.text == "induction xs")
        for trail in ((), ("cases",), ("fun_induction",), ("induction", "strong induction"))
    ]
    assert chances[0] == chances[1] > chances[2] > chances[3] > 0


def test_finishing_inductions_count_less_inside_an_induction() -> None:
    outside = {move.text: move.success for move in _moves()}
    inside = {move.text: move.success for move in _moves(trail=("induction generalizing",))}
    close = next(each.tactics for each in closers(_context()) if each.label == "close")
    induction = next(each.tactics for each in closers(_context()) if each.label == "induction; close")
    assert inside[close] == outside[close]
    assert 0 < inside[induction] < outside[induction]


def test_single_moves_count_less_on_goals_inside_the_tree() -> None:
    chances = [
        next(move.success for move in _moves("decide", trail=trail) if move.text == "decide")
        for trail in ((), ("intros",))
    ]
    assert chances[1] < chances[0]


def test_what_can_lose_truth_is_tested() -> None:
    plain = Split("induction", "induction xs")
    assert not loses_truth(plain)
    assert not loses_truth(replace(plain, label="laws"))
    assert loses_truth(replace(plain, label="generalize"))
    assert loses_truth(replace(plain, lemmas=(Lemma("new", ": True"),)))


def _of_library(target: str, **about: tuple[str, ...]) -> GoalContext:
    return GoalContext((Local("xs", "List Nat"),), target, **about)  # type: ignore[arg-type]


LABELS = ["simp", "induction; by counting", "close [library]", "specification: all; and; close", "cases; by counting"]


@pytest.mark.parametrize(
    ("goal", "first"),
    [
        (_of_library("xs.Nodup"), [1, 2]),
        (_of_library("f xs = xs", definitions=("f",), direct=("f",)), [1]),
        (_of_library("(f xs).Nodup", definitions=("f",), direct=("f",)), [1, 2]),
        (_of_library("(f xs).Nodup", definitions=("f",), direct=("f",), recursive=("f",)), [1]),
    ],
)
def test_what_the_library_knows_leads_where_nothing_is_recursive(goal: GoalContext, first: list[int]) -> None:
    assert leading(goal, LABELS) == first
    assert leading(goal, ["simp", "omega"]) == []


def test_what_leads_comes_first_but_not_below_an_induction() -> None:
    goal = _of_library("(xs ++ xs).Perm (xs ++ xs)")
    for trail, comes in (((), True), (("cases",), True), (("induction generalizing",), False)):
        moves = list(ordered_moves(goal, Singles(), lambda _: iter(()), None, set(), trail))  # type: ignore[arg-type]
        labels = [move.label for move in moves if not move.label.endswith("(more)")]
        assert (labels[0] == "induction; by counting") is comes
        assert labels.count("induction; by counting") == 1
    proposed = list(Portfolio().propose(goal))
    assert proposed[0].label == "induction; by counting" and proposed[0].cost == 0.0
    assert len({each.tactics for each in proposed}) == len(proposed)
