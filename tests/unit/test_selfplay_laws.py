"""Laws of selection, weighting, the guide, gauges: checked on made-up rounds, without Lean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rl.selfplay import guide as guided
from rl.selfplay.config import Guide, Prove, ProverRows, Seeds, Select, Stop
from rl.selfplay.gauges import Gauges, degenerate
from rl.selfplay.matching import match
from rl.selfplay.players import draws
from rl.selfplay.records import (
    TRIVIAL,
    Attempt,
    Known,
    Origin,
    Outcome,
    Seed,
    Shape,
    Statement,
    Trial,
)
from rl.selfplay.seeds import choose_seeds, is_lemma, to_prove
from rl.selfplay.select import Judged, elegance, is_relevant, proof_weight, prover_rows, select

NAMES = st.text("abcdefgh", min_size=1, max_size=6)
OUTCOMES = st.sampled_from(list(Outcome))


def statement(
    name: str, constants: Sequence[str] = ("a",), origin: Origin = Origin.CONJECTURE, **shape: int
) -> Statement:
    made = Shape(size=shape.pop("size", 10), constants=tuple(sorted(constants)), **shape)  # type: ignore[arg-type]
    return Statement(
        key=name,
        strict_key=name,
        name=name,
        statement=f"(n : Nat) : {name} n = n",
        environment="e",
        goal=f"n : Nat\n⊢ {name} n = n",
        shape=made,
        origin=origin,
    )


def attempt(
    index: int, outcome: Outcome, proof: str = "simp", uses: tuple[str, ...] = (), seconds: float = 0.0
) -> Attempt:
    return Attempt(index=index, outcome=outcome, proof=proof, uses=uses, seconds=seconds)


def trial(name: str, outcomes: Sequence[Outcome], proof: str = "simp", uses: tuple[str, ...] = ()) -> Trial:
    return Trial(
        key=name, strict_key=name, attempts=tuple(attempt(i, each, proof, uses) for i, each in enumerate(outcomes))
    )


def seed(lemma: str = TRIVIAL) -> Seed:
    return Seed(lemma=lemma, theorem="t", statement="(n : Nat) : t n = n", proof="rfl", environment="e")


@st.composite
def judgements(draw: st.DrawFn) -> list[Judged]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        outcomes = draw(st.lists(OUTCOMES, min_size=1, max_size=12))
        lemma = draw(st.sampled_from(["", "l1", "l2"]))
        uses = tuple(draw(st.sets(st.sampled_from(["l1", "l2", "x"]))))
        own = statement(
            f"c{number}",
            draw(st.sets(st.sampled_from("abcdef"), min_size=1)),
            size=draw(st.integers(1, 200)),
            hypotheses=draw(st.integers(0, 3)),
            disjunction=draw(st.booleans()),
        )
        proof = draw(st.sampled_from(["simp", "grind", "induction n <;> simp_all"]))
        found.append(
            Judged(own, trial(f"c{number}", outcomes, proof, uses), seed(lemma), Shape(size=10, constants=("a",)))
        )
    return found


UNSOLVED = st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), max_size=5).map(
    lambda sets: [statement(f"u{i}", each, Origin.DATASET) for i, each in enumerate(sets)]
)


class TestRates:
    @given(st.lists(OUTCOMES, max_size=30))
    def test_lost_attempts_change_no_rate(self, outcomes: list[Outcome]) -> None:
        told = [each for each in outcomes if each is not Outcome.LOST]
        assert trial("x", outcomes).rate == trial("x", told).rate
        assert (trial("x", outcomes).rate is None) == (not told)

    def test_a_proof_counts_once_whatever_its_layout(self) -> None:
        texts = ["simp", " simp\n", "grind", "simp"]
        made = Trial(
            key="x", strict_key="x", attempts=tuple(attempt(i, Outcome.PROVED, each) for i, each in enumerate(texts))
        )
        assert [proof.index for proof in made.proofs] == [0, 2]

    def test_draws_repeat_and_differ(self) -> None:
        first = draws(1, 0, "key", range(64))
        assert first == draws(1, 0, "key", range(64)) and len({each.seed for each in first}) == 64
        assert draws(1, 0, "key", [5, 9]) == [first[5], first[9]], "asking again for a part changes nothing"
        assert draws(1, 1, "key", range(64)) != first != draws(2, 0, "key", range(64))


class TestSelection:
    @given(judgements(), UNSOLVED)
    def test_laws(self, judged: list[Judged], unsolved: list[Statement]) -> None:
        settings, guide = Select(inelegant=0.0), Guide()
        found = select(judged, unsolved, settings, guide)
        by_name = {each.statement.strict_key: each for each in judged}
        for each in found:
            own = by_name[each.strict_key]
            assert own.trial.rate is not None and settings.low < own.trial.rate < settings.high
            assert each.weight > 0 and math.isfinite(each.weight)
            assert not own.statement.shape.disjunction and not each.convoluted
            assert each.lemma == (own.seed.lemma if is_relevant(own) else TRIVIAL)
            assert each.matched <= settings.capacity + 1e-6
        total = sum(each.matched for each in found)
        assert not unsolved or total <= len(unsolved) + 1e-6

    @given(judgements(), UNSOLVED, st.randoms())
    def test_order_changes_nothing(self, judged: list[Judged], unsolved: list[Statement], random: object) -> None:
        other, more = list(judged), list(unsolved)
        random.shuffle(other)  # type: ignore[attr-defined]
        random.shuffle(more)  # type: ignore[attr-defined]
        first, second = (select(a, b, Select(), Guide()) for a, b in ((judged, unsolved), (other, more)))
        assert [each.strict_key for each in first] == [each.strict_key for each in second]
        for one, two in zip(first, second, strict=True):
            assert one.weight == pytest.approx(two.weight)

    @given(judgements())
    def test_elegance_drops_the_lowest_share_of_each_group(self, judged: list[Judged]) -> None:
        plain = Guide(enabled=False)
        every = select(judged, [], Select(inelegant=0.0), plain)
        kept = {each.strict_key for each in select(judged, [], Select(inelegant=0.5), plain)}
        by_name = {each.statement.strict_key: each for each in judged}
        for lemma in {each.lemma for each in every}:
            group = [each.strict_key for each in every if each.lemma == lemma]
            assert len(kept & set(group)) == len(group) - math.floor(0.5 * len(group))
            gone = [elegance(by_name[name]) for name in group if name not in kept]
            assert not gone or max(gone) <= min(elegance(by_name[name]) for name in group if name in kept)

    def test_relevance_is_what_the_checked_term_uses(self) -> None:
        outcomes = [Outcome.PROVED] + [Outcome.FAILED] * 9
        says = Judged(
            statement("a"), trial("a", outcomes, "exact l1 -- uses l1", ()), seed("l1"), Shape(size=10, constants=())
        )
        does = Judged(statement("b"), trial("b", outcomes, "simp", ("l1",)), seed("l1"), Shape(size=10, constants=()))
        labels = {
            each.strict_key: each.lemma for each in select([says, does], [], Select(inelegant=0), Guide(enabled=False))
        }
        assert labels == {"a": TRIVIAL, "b": "l1"}

    def test_relabelled_rows_are_bounded(self) -> None:
        outcomes = [Outcome.PROVED] + [Outcome.FAILED] * 9
        judged = [
            Judged(statement(f"c{i}"), trial(f"c{i}", outcomes), seed("l1"), Shape(size=10, constants=("a",)))
            for i in range(10)
        ]
        bounded = Select(inelegant=0, trivial_floor=3)
        assert len(select(judged, [], bounded, Guide(enabled=False))) == 3
        assert len(select(judged, [], Select(inelegant=0), Guide(enabled=False))) == 10

    def test_without_the_guide_a_disjunction_trains_and_with_it_not(self) -> None:
        outcomes = [Outcome.PROVED] + [Outcome.FAILED] * 9
        own = statement("a")
        own = own.model_copy(update={"shape": own.shape.model_copy(update={"disjunction": True})})
        judged = [Judged(own, trial("a", outcomes), seed(), Shape(size=10, constants=("a",)))]
        assert len(select(judged, [], Select(inelegant=0), Guide(enabled=False))) == 1
        assert select(judged, [], Select(inelegant=0), Guide()) == []


class TestMatching:
    VECTORS = st.dictionaries(
        NAMES,
        st.sets(st.sampled_from("abc"), min_size=1).map(lambda found: {x: 1 / math.sqrt(len(found)) for x in found}),
        max_size=6,
    )

    @given(VECTORS, VECTORS, st.integers(1, 5), st.floats(0.25, 4))
    def test_laws(
        self,
        conjectures: dict[str, dict[str, float]],
        unsolved: dict[str, dict[str, float]],
        neighbours: int,
        capacity: float,
    ) -> None:
        weights = match(conjectures, unsolved, neighbours, capacity)
        assert weights.keys() == conjectures.keys()
        assert all(0 <= weight <= capacity + 1e-6 for weight in weights.values())
        assert sum(weights.values()) <= len(unsolved) + 1e-6
        again = match(dict(reversed(conjectures.items())), dict(reversed(unsolved.items())), neighbours, capacity)
        assert weights == again

    def test_weight_goes_to_the_nearest_that_has_room(self) -> None:
        conjectures = {"near": {"a": 1.0}, "far": {"a": 0.6, "b": 0.8}, "other": {"c": 1.0}}
        unsolved = {f"u{i}": {"a": 1.0} for i in range(3)}
        assert match(conjectures, unsolved, 1, 2.0) == {"far": 1.0, "near": 2.0, "other": 0.0}
        assert match(conjectures, unsolved, 1, 3.0) == {"far": 0.0, "near": 3.0, "other": 0.0}


class TestGuide:
    @given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 8)), max_size=10))
    def test_rewards_are_scaled_and_only_for_what_is_proved_seldom(self, scored: list[tuple[float, float]]) -> None:
        rates = [rate for rate, _ in scored]
        found = guided.rewards(scored, Guide(), rates)
        bound = guided.percentile([rate for rate in rates if 0 < rate < 1], 70)
        assert all(0 <= each <= 1 for each in found)
        assert not any(found) or max(found) == 1
        for (rate, _), reward in zip(scored, found, strict=True):
            if rate in (0, 1) and reward:
                pytest.fail("never proved, or always: no reward")
            assert not reward or (bound is not None and rate <= bound)

    def test_the_harder_of_two_equal_conjectures_earns_more(self) -> None:
        assert guided.rewards([(0.1, 5.0), (0.2, 5.0), (0.15, 5.0)], Guide(percentile=100), [0.1, 0.2, 0.15]) == [
            1.0,
            0.0,
            pytest.approx(0.5),
        ]

    @given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
    def test_complexity_grows_with_size(self, small: int, large: int, of: int) -> None:
        small, large = sorted((small, large))
        first, second = (
            guided.complexity(Shape(size=size, constants=()), Shape(size=of, constants=()), Guide())
            for size in (small, large)
        )
        assert 0 <= first <= second <= Guide().complexity
        assert small > of or first == 0

    @given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
    def test_redundancy(self, hypotheses: int, idle: int, repeated: int, unused: int) -> None:
        shape = Shape(size=1, constants=(), hypotheses=hypotheses, idle=min(idle, hypotheses), repeated=repeated)
        value = guided.redundancy(shape, unused, Guide())
        assert 0 <= value <= 1
        assert (value == 0) == (hypotheses == 0 or max(shape.idle, unused) + repeated == 0)


class TestProverRows:
    @given(st.integers(0, 10**5), st.floats(0, 10**4), st.integers(1, 50))
    def test_weights(self, length: int, seconds: float, distinct: int) -> None:
        settings = ProverRows()
        weight = proof_weight(length, seconds, distinct, settings)
        assert 0 < weight <= 1 / distinct
        assert proof_weight(length + 100, seconds, distinct, settings) <= weight
        assert proof_weight(length, seconds + 1, distinct, settings) <= weight
        assert proof_weight(1000, 100, 2, settings) == pytest.approx(math.exp(-2) / 2)

    @given(st.lists(st.lists(OUTCOMES, min_size=1, max_size=10), max_size=6))
    def test_rows_are_proofs_of_what_is_not_easy(self, outcomes: list[list[Outcome]]) -> None:
        trials = [trial(f"c{i}", each) for i, each in enumerate(outcomes)]
        rows = prover_rows(trials, {each.strict_key: statement(each.strict_key) for each in trials}, ProverRows())
        assert all(row.proof.success and row.rate <= 0.5 for row in rows)
        wanted = {each.strict_key for each in trials if each.proofs and each.rate is not None and each.rate <= 0.5}
        assert {row.statement.strict_key for row in rows} == wanted


class TestSeeds:
    def known(
        self, name: str, rate: float | None, uses: tuple[str, ...] = (), origin: Origin = Origin.DATASET
    ) -> Known:
        proof = "simp" if rate else ""
        return Known(statement=statement(name, origin=origin), rate=rate, proof=proof, uses=uses)

    def test_only_what_is_proved_at_a_rate_above_the_threshold(self) -> None:
        known = [self.known("a", 0.36), self.known("b", 0.35), self.known("c", None), self.known("d", 0.0)]
        found = choose_seeds(known, Seeds(trivial=1.0), 0, 0, lambda environment, name: ": True")
        assert [(each.theorem, each.lemma) for each in found] == [("a", TRIVIAL)]

    @given(st.lists(st.sets(st.sampled_from(["List.a", "List.b", "Nat.c"])), min_size=1, max_size=30), st.integers())
    def test_a_lemma_takes_no_more_than_its_share(self, uses: list[set[str]], run_seed: int) -> None:
        known = [self.known(f"t{i}", 0.9, tuple(sorted(each))) for i, each in enumerate(uses)]
        found = choose_seeds(known, Seeds(), run_seed, 0, lambda environment, name: ": True")
        most = max(1, len(known) // 10)
        for lemma in {"List.a", "List.b", "Nat.c"}:
            own = [each for each in found if each.lemma == lemma]
            assert len(own) == min(most, sum(lemma in each for each in uses))
        assert found == choose_seeds(list(reversed(known)), Seeds(), run_seed, 0, lambda environment, name: ": True")

    def test_the_glue_of_logic_is_no_lemma(self) -> None:
        glue = ["congrArg", "of_eq_true", "eq_self", "Eq.mpr", "Lean.Omega.tidy_sat", "List.cons.injEq", "app.eq_1"]
        assert not any(map(is_lemma, glue))
        assert all(map(is_lemma, ["List.length_append", "app_nil", "Nat.add_comm", "rev_app", "iterate_succ", "ideal"]))

    def test_what_is_attempted(self) -> None:
        known = [self.known("open", None), self.known("hard", 0.1), self.known("easy", 0.9)]
        conjecture = statement("new")
        often = to_prove(known, [conjecture], Prove(solved_chance=1.0), 0, 0)
        never = to_prove(known, [conjecture], Prove(solved_chance=0.0), 0, 0)
        assert [each.strict_key for each in often] == ["easy", "hard", "new", "open"]
        assert [each.strict_key for each in never] == ["hard", "new", "open"]
        some = [to_prove(known, [], Prove(), 0, number) for number in range(400)]
        assert 5 < sum(len(each) == 3 for each in some) < 45, "one in twenty"


def gauges(**changes: object) -> Gauges:
    values: dict[str, object] = {
        **dict.fromkeys(("round", "seeds", "seed_lemmas", "conjectures_proved", "never", "lost"), 0),
        **dict.fromkeys(("attempts", "attempts_lost", "dataset", "dataset_solved", "relevant", "selected_lemmas"), 0),
        **dict.fromkeys(("distinct_proofs", "disjunctions", "convoluted", "mean_size"), 0.0),
        **{"proposals": 100, "kept": 50, "refused": {}, "operators": {}, "unique": 0.9, "mean_rate": None},
        **{"histogram": (0,) * 10, "selected": 5, "prover_rows": 1},
    }
    return Gauges.model_validate({**values, **changes})


class TestStop:
    def test_each_rule(self) -> None:
        assert degenerate([], Stop()) == degenerate([gauges()], Stop()) == ""
        assert "convoluted" in degenerate([gauges(convoluted=0.81)], Stop())
        assert degenerate([gauges(convoluted=0.81, kept=19)], Stop()) == "", "too few to judge by"
        assert "new" in degenerate([gauges(unique=0.04)], Stop())
        assert degenerate([gauges(selected=0)] * 2, Stop()) == ""
        assert "fit for training" in degenerate([gauges(selected=0)] * 3, Stop())
        assert degenerate([gauges(selected=0)] * 3 + [gauges()], Stop()) == "", "only the newest rounds count"
