"""Documents forged by a corrupted worker: whatever is done to a fraud's own document, its target is not accepted."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lean_project.check.gate import Reference, check_file
from lean_project.embedded.launch import program
from lean_project.model import Document, Limits, Snapshot
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from tests.attacks.corpus import Fraud, frauds

pytestmark = pytest.mark.lean

LIMITS = Limits(seconds=120)
CORPUS = {fraud.name: fraud for fraud in frauds()}
Forgery = Callable[[Document], None]


class Forging:
    """The pool, except that what a candidate exports passes through a forger. Processes are reused, to save time."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self.forgery = pool, None
        self.info, self.workers, self.open, self.replay = pool.info, pool.workers, pool.open, pool.replay
        self.submit_elaborate, self.cancel, self.close = pool.submit_elaborate, pool.cancel, pool.close

    forgery: Forgery | None

    def elaborate(self, snapshot: Snapshot, code: str, limits: Limits = LIMITS, **options: bool) -> Any:
        options.pop("fresh", None)
        return self._pool.elaborate(snapshot, code, limits, **options)

    def export(self, snapshot: Snapshot, limits: Limits = LIMITS, *, fresh: bool = False) -> Document:
        document = copy.deepcopy(self._pool.export(snapshot, limits))
        if self.forgery is not None:
            self.forgery(document)
        return document


@pytest.fixture(scope="module")
def session() -> Iterator[Forging]:
    with Pool(program(), PoolSettings(workers=1)) as pool:
        yield Forging(pool)


def name(document: Document, text: str) -> int:
    """The index of a name of one component."""
    return int(document["names"].index([0, text]))


def constant(document: Document, text: str) -> dict[str, Any]:
    index = name(document, text)
    return next(row for row in document["constants"] if row["name"] == index)


def target_is(**fields: Any) -> Forgery:
    return lambda document: constant(document, "target").update(fields)


def liar_is(**fields: Any) -> Forgery:
    return lambda document: liar(document).update(fields)


def liar(document: Document) -> dict[str, Any]:
    """The constant that the fraud rests on."""
    for text in ("mul_comm'", "evil"):
        if [0, text] in document["names"]:
            return constant(document, text)
    raise LookupError


def proved_by_itself(document: Document) -> None:
    row = liar(document)
    document["exprs"].append(["c", row["name"], []])
    row.update(kind="theorem", value=len(document["exprs"]) - 1, all=[row["name"]])
    row.pop("unsafe", None)


def dropped(document: Document) -> None:
    document["constants"].remove(liar(document))


def target_dropped(document: Document) -> None:
    document["constants"].remove(constant(document, "target"))


def used_under_a_second_row(document: Document) -> None:
    row = liar(document)
    document["names"].append(list(document["names"][row["name"]]))
    for term in document["exprs"]:
        if term[0] == "c" and term[1] == row["name"]:
            term[1] = len(document["names"]) - 1


def named_with_half_a_character(document: Document) -> None:
    document["names"][liar(document)["name"]][1] = "\ud800"


def named_as(text: str) -> Forgery:
    def forge(document: Document) -> None:
        document["names"][liar(document)["name"]] = [0, text]

    return forge


def declared_twice(document: Document) -> None:
    document["constants"].append(dict(constant(document, "target")))


def proved_by_true_intro(document: Document) -> None:
    document["names"] += [[0, "True"], [len(document["names"]), "intro"]]
    document["exprs"].append(["c", len(document["names"]) - 1, []])
    constant(document, "target")["value"] = len(document["exprs"]) - 1


def stated_as_the_liar(document: Document) -> None:
    constant(document, "target").update(type=liar(document)["type"])


def target_reads_ahead(document: Document) -> None:
    constant(document, "target")["value"] = len(document["exprs"])


FORGERIES: dict[str, Forgery] = {
    "untouched": lambda document: None,
    "liar skipped as unsafe": liar_is(unsafe=True),
    "liar skipped as partial": liar_is(safety="partial"),
    "liar called a recursor": liar_is(kind="rec", all=[]),
    "liar called a constructor": liar_is(kind="ctor", induct=1),
    "liar called a quotient": liar_is(kind="quot"),
    "liar proved by itself": proved_by_itself,
    "liar dropped": dropped,
    "liar used under a second row of its name": used_under_a_second_row,
    "liar named with half a character": named_with_half_a_character,
    "liar named as an allowed axiom": named_as("propext"),
    "liar named as sorryAx": named_as("sorryAx"),
    "liar named as the target": named_as("target"),
    "target skipped as unsafe": target_is(unsafe=True),
    "target called an axiom": target_is(kind="axiom"),
    "target called an opaque": target_is(kind="opaque"),
    "target called a definition": target_is(kind="def", safety="safe", hints="opaque"),
    "target called a recursor": target_is(kind="rec", all=[]),
    "target declared twice": declared_twice,
    "target dropped": target_dropped,
    "target proved by True.intro": proved_by_true_intro,
    "target stated as the liar": stated_as_the_liar,
    "target's value at a negative index": target_is(value=-1),
    "target's value at a fraction": target_is(value=1.0),
    "target's value at true": target_is(value=True),
    "target's value out of range": target_reads_ahead,
    "no constants": lambda document: document.update(constants=[]),
    "no tables": lambda document: document.clear(),
    "tables of another shape": lambda document: document.update(names={}, exprs="x"),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
@pytest.mark.parametrize("fraud", [CORPUS["new-axiom"], CORPUS["skip-kernel-check-elab"]], ids=lambda fraud: fraud.name)
def test_forged_document_is_refused(session: Forging, fraud: Fraud, forgery: Forgery) -> None:
    session.forgery = None
    reference = Reference.read(session, fraud.original, LIMITS)
    session.forgery = forgery
    verdict = check_file(session, fraud.attack, reference, targets=fraud.targets, limits=LIMITS)
    assert not verdict.accepted
    assert all(target.reasons and not target.accepted for target in verdict.targets)


def test_honest_document_through_the_same_hands_is_accepted(session: Forging) -> None:
    session.forgery = lambda document: None
    fraud = CORPUS["new-axiom"]
    assert check_file(session, fraud.twin, fraud.original, targets=fraud.targets, limits=LIMITS).accepted


GENERATED = """\
universe u v
inductive Both (α : Type u) (β : Type v) : Type (max u v) | mk : α → β → Both α β
"""


@pytest.mark.parametrize("kind", ["ctor", "rec"])
@pytest.mark.parametrize("change", ["reversed", "longer", "shorter"])
def test_universe_parameters_of_what_the_kernel_made(session: Forging, kind: str, change: str) -> None:
    session.forgery = None
    opened = session.open("", LIMITS)
    assert opened.snapshot is not None
    document = session.export(session.elaborate(opened.snapshot, GENERATED, LIMITS).snapshot, LIMITS)
    assert session.replay("", document, LIMITS).accepted
    row = next(row for row in document["constants"] if row["kind"] == kind)
    levels = row["levels"]
    row["levels"] = {"reversed": levels[::-1], "longer": [*levels, row["name"]], "shorter": levels[:-1]}[change]
    replay = session.replay("", document, LIMITS)
    assert not replay.accepted and replay.message == "differs from what the kernel made"
