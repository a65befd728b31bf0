"""Operators of the rule-based conjecturer as text, the configuration, and the filters' cap; without Lean."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence, Set
from pathlib import Path
from typing import cast

import pytest
from pydantic import BaseModel

from decompose.signatures import Function, Parameter
from lean_project.errors import UserError
from rl.selfplay.config import Config, load_config
from rl.selfplay.filters import capped
from rl.selfplay.law import Law, law_of
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.mutate import (
    Material,
    RuleConjecturer,
    chain,
    congruence,
    generalise,
    instantiate,
    matched,
    rewrite,
    strengthen,
    weaken,
)
from rl.selfplay.players import Draw, Together, seed_of
from rl.selfplay.records import Decision, Origin, Proposal, Refusal, Seed, Shape, Statement, said_as
from rl.selfplay.tables import Count
from rl.selfplay.training import trainer_of

ROOT = Path(__file__).resolve().parents[2]
LIST = "List Nat"


def function(name: str, *arguments: str, result: str = LIST) -> Function:
    return Function(name, tuple(Parameter("", each) for each in arguments), result, "", True)


FUNCTIONS = {
    each.name: each
    for each in (function("app", LIST, LIST), function("rev", LIST), function("len", LIST, result="Nat"))
}


def law(goal: str) -> Law:
    found = law_of(goal)
    assert found is not None
    return found


REV = law("xs : List Nat\n⊢ rev (rev xs) = xs")
NIL = law("ys : List Nat\n⊢ app ys [] = ys")
ASSOC = law("⊢ ∀ (xs ys zs : List Nat), app (app xs ys) zs = app xs (app ys zs)")
BOUND = law("n m : Nat\nh : n ≤ m\n⊢ len (rev (up n m)) ≤ m")


def made(operator: object, theorem: Law, lemma: Law | None = None) -> set[str]:
    assert callable(operator)
    return {each.statement for each in operator(Material(theorem, lemma, FUNCTIONS))}


class TestLaws:
    def test_a_goal_is_read_as_a_law(self) -> None:
        assert ASSOC.statement == (
            "(xs : List Nat) (ys : List Nat) (zs : List Nat) : app (app xs ys) zs = app xs (app ys zs)"
        )
        assert [each.name for each in BOUND.data()] == ["n", "m"]
        assert [each.name for each in BOUND.hypotheses()] == ["h"]
        assert law_of("x✝ : Nat\n⊢ x✝ = x✝") is None, "what has no name cannot be written"

    def test_names_are_made_apart(self) -> None:
        other = ASSOC.renamed(["xs", "zs"])
        assert not {"xs", "zs"} & other.names and len(other.names) == 3
        assert other.claim.count("ys") == ASSOC.claim.count("ys")


class TestOperators:
    def test_an_instance_has_a_call_for_a_variable(self) -> None:
        found = made(instantiate, REV)
        assert any("rev (rev (rev" in each for each in found) and any("rev (rev (app" in each for each in found)
        assert all(
            "xs" not in each.partition(" : ")[2].split(":")[-1].split() or "app" in each or "rev" in each
            for each in found
        )

    def test_an_instance_reaches_projections(self) -> None:
        swap = law("p : Nat × Nat\n⊢ (swap p).fst = p.snd")
        found = swap.with_value("p", "swap q", (Parameter("q", "Nat × Nat"),))
        assert found.statement == "(q : Nat × Nat) : (swap (swap q)).fst = (swap q).snd"

    def test_a_function_on_both_sides(self) -> None:
        assert "(xs : List Nat) : len (rev (rev xs)) = len xs" in made(congruence, REV)

    def test_a_lemma_is_put_into_the_theorem(self) -> None:
        assert "(ys : List Nat) : rev (rev (app ys [])) = ys" in made(chain, REV, NIL)
        assert made(chain, REV, law("n m : Nat\n⊢ n + m = m + n")) == set(), "of another type"
        assert made(chain, BOUND, law("a b : Nat\n⊢ (¬a ≤ b) = (b + 1 ≤ a)")) == set(), "of propositions"

    def test_an_instance_of_a_lemma_is_rewritten(self) -> None:
        theorem = law("as : List Nat\n⊢ rev (app as []) = rev as")
        assert "(as : List Nat) : rev as = rev as" in made(rewrite, theorem, NIL)

    def test_matching(self) -> None:
        assert matched("app xs []", "app (rev as) []", {"xs"}) == {"xs": "(rev as)"}
        assert matched("app xs xs", "app a b", {"xs"}) is None and matched("app xs []", "rev a", {"xs"}) is None

    def test_what_risks_the_truth(self) -> None:
        assert "(ys : List Nat) : ys = xs" not in made(generalise, REV)
        assert any("rev" in each and each.count("rev") == 1 for each in made(generalise, REV))
        assert "(n : Nat) (m : Nat) : len (rev (up n m)) ≤ m" in made(weaken, BOUND)
        assert len(made(strengthen, BOUND)) == 2


class TestConfig:
    def fields(self, model: type[BaseModel], prefix: str = "") -> set[str]:
        found: set[str] = set()
        for name, field in model.model_fields.items():
            kind = field.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= self.fields(kind, f"{name}.")
            else:
                found.add(f"{prefix}{name}")
        return found

    def test_every_threshold_is_documented(self) -> None:
        text = (ROOT / "docs" / "selfplay.md").read_text(encoding="utf-8")
        inside = {
            each for each in self.fields(Config) if "." in each and not each.startswith(("players", "evaluation"))
        }
        inside -= {"prove.seconds", "prove.heartbeats", "prove.tokens", "filters.counterexamples", "filters.vacuity"}
        inside -= {"filters.automation", "filters.library", "prover_rows.per_statement"}
        missing = [
            each for each in sorted(inside) if f"`{each}`" not in text and f"`.{each.split('.')[1]}`" not in text
        ]
        assert not missing

    def test_paths_are_relative_to_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "run.yaml").write_text("out: out\nfiles: [a.lean]\n")
        config = load_config(tmp_path / "run.yaml")
        assert (config.out, config.files) == (tmp_path / "out", (tmp_path / "a.lean",))

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("files: [a.lean]\n", "out"),
            ("out: o\nfiles: []\n", "files"),
            ("out: o\nfiles: [a]\nprove: {sample: 3}\n", "prove.sample"),
            ("out: o\nfiles: [a]\nselect: {low: 0.5, high: 0.2}\n", "window"),
            ("out: o\nfiles: [a]\nplayers: {kind: policy}\n", "policy"),
            ("out: [\n", "YAML"),
        ],
    )
    def test_mistakes_are_named(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "run.yaml").write_text(text)
        with pytest.raises(UserError, match=said):
            load_config(tmp_path / "run.yaml")

    def test_what_decides_results_is_in_the_digest(self, tmp_path: Path) -> None:
        one = Config(out=tmp_path, files=(tmp_path / "a",))
        same = Config(out=tmp_path / "o", files=(tmp_path / "b",), rounds=9, workers=3)
        assert one.digest == same.digest != Config(out=tmp_path, files=(tmp_path / "a",), seed=1).digest

    def test_trainers_by_name(self) -> None:
        assert callable(trainer_of("rl.selfplay.tables:train"))
        for name in ("nothing", "rl.selfplay.tables:nothing", "no.such.module:train", "rl.selfplay.tables:PRIOR"):
            with pytest.raises(UserError, match="MODULE:FUNCTION"):
                trainer_of(name)

    def test_importing_needs_no_extra(self) -> None:
        for module in ("rl.data.leandojo", "rl.data.dataset", "rl.selfplay.__main__"):
            assert importlib.util.find_spec(module) is not None


def test_the_cap_draws_by_seed() -> None:
    def decision(name: str) -> Decision:
        made = Statement(
            key=name,
            strict_key=name,
            name=name,
            statement=": True",
            environment="e",
            goal="⊢ True",
            shape=Shape(size=1, constants=()),
            origin=Origin.CONJECTURE,
        )
        return Decision(proposal=Proposal(seed="s", index=0, statement=name, operator="o"), statement=made)

    every = [decision(f"c{number}") for number in range(10)]
    refused = Decision(proposal=every[0].proposal, refusal=Refusal.REFUTED)
    rank = lambda each: seed_of(1, each.proposal.statement)  # noqa: E731
    found = capped([*every, refused], 4, rank)
    assert sum(each.statement is not None for each in found) == 4 and found[-1] == refused
    assert sum(each.refusal is Refusal.CAPPED for each in found) == 6
    other = capped([*reversed(every), refused], 4, rank)
    kept = [{each.proposal.statement for each in some if each.statement} for some in (found, other)]
    assert kept[0] == kept[1]


def test_chances_start_at_their_prior_and_follow_what_is_seen() -> None:
    assert Count().chance() == 0.5 and Count().chance(0.05) == 0.05
    assert Count().plus(1, 0).chance(0.05) < 0.05 < Count().plus(1, 1).chance(0.05)
    assert Count(tries=1000, successes=300).chance(0.9) == pytest.approx(0.3, abs=0.01)


def test_rules_say_nothing_twice_about_the_same_programs() -> None:
    """Two files may call their functions by one name: what was said in one is new in the other."""
    one, two, other = (
        Seed(lemma=name, theorem="", statement="", proof="", environment=place)
        for name, place in (("s", "A"), ("t", "A"), ("u", "B"))
    )
    rules = RuleConjecturer(cast(LeanWorld, None))
    rules._materials = {seed.id: {"explore": [REV, NIL, ASSOC]} for seed in (one, two, other)}
    found = rules.conjecture([one, two, other], 2, Draw(0, 1), {said_as("A", REV.statement)})
    assert [each.seed for each in found] == [one.id, one.id, other.id, other.id]
    assert {each.statement for each in found[:2]} == {NIL.statement, ASSOC.statement}
    assert rules.conjecture([one], 9, Draw(0, 2), {said_as("B", REV.statement)}) != []


class Says:
    """A conjecturer with one text for each seed that it knows."""

    def __init__(self, name: str, texts: dict[str, list[str]]) -> None:
        self.name, self.texts, self.closed = name, texts, False

    def conjecture(
        self, seeds: Sequence[Seed], wanted: int, draw: Draw, said: Set[str] = frozenset()
    ) -> list[Proposal]:
        return [
            Proposal(seed=seed.id, index=number, statement=text, operator=self.name)
            for seed in seeds
            for number, text in enumerate(self.texts.get(seed.id, [])[:wanted])
        ]

    def close(self) -> None:
        self.closed = True


def test_conjecturers_together_number_their_proposals_seed_by_seed() -> None:
    s, t = (Seed(lemma=name, theorem="", statement="", proof="", environment="") for name in "st")
    first, second = Says("a", {s.id: ["x", "y"], t.id: ["z"]}), Says("b", {s.id: ["u"]})
    both = Together((first, second))
    found = both.conjecture([s, t], 2, Draw(0, 1))
    assert [(each.seed, each.index, each.statement, each.operator) for each in found] == [
        (s.id, 0, "x", "a"),
        (s.id, 1, "y", "a"),
        (s.id, 2, "u", "b"),
        (t.id, 0, "z", "a"),
    ]
    both.close()
    assert both.name == "a + b" and first.closed and second.closed
