"""Term documents: whatever comes over the wire is either a consistent document or a DocumentError."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from termdoc import NAT, PROP, Builder, app, bvar, const, eq, lam, let, nat, param, pi, proj, sort, text

from lean_project.check import terms
from lean_project.check.terms import DocumentError, TermDocument, parse_name, plain, show


def rich() -> Builder:
    """A document with every kind of constant and of term that a file can add."""
    return (
        Builder()
        .inductive(
            "T", sort(("s", param("u"))), {"T.mk": pi(NAT, const("T", param("u")))}, levels=("u",), recursor=PROP
        )
        .define("f", pi(NAT, NAT), lam(NAT, let(NAT, bvar(0), proj("T", 0, bvar(0)))))
        .define("g", pi(NAT, NAT), lam(NAT, app(const("g"), bvar(0))), safety="unsafe")
        .opaque("o", NAT, nat(3))
        .axiom("a", eq(nat(1), nat(2)))
        .theorem("t.1.x", eq(app(const("f"), nat(0)), nat(0)), const("a"), attributes=("csimp",))
        .theorem("s", app(const("P"), text("é")), const("a"), levels=("u", "v"))
        .define("level", sort(("s", ("m", param("u"), ("i", param("v"), ("0",))))), sort(), levels=("u", "v"))
    )


def test_a_rich_document_is_read() -> None:
    document = TermDocument(rich().document())
    found = document.find(("t", 1, "x"))
    assert found is not None and found.kind == "theorem" and found.attributes == {"csimp"}
    assert document.find(("t", "1", "x")) is None
    unsafe = document.find(("g",))
    assert unsafe is not None and unsafe.unsafe


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    found = [here]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += paths(inner, (*here, key))
    return found


RICH = rich().document()
PATHS = paths(RICH)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 40)
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=4)
    | st.sampled_from(
        ["a", "b", "c", "s", "p", "l", "e", "j", "n", "t", "0", "m", "def", "ctor", "inductive", "unsafe"]
    ),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(document)
    target = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return changed


def read_everything(document: object) -> None:
    """Parse, then ask all that the gate asks."""
    from lean_project.check.axioms import footing
    from lean_project.check.statement import Comparison, Statements

    parsed = TermDocument(document)
    statements = Statements(parsed)
    comparison = Comparison(Statements(TermDocument(RICH)), statements)
    for constant in parsed.constants.values():
        statements.constant(constant.name)
        footing(parsed, constant, {})
        original = comparison.reference.document.find(parsed.name_of(constant))
        if original is not None:
            comparison.difference(original, constant, statement_only=False)


@settings(deadline=None)
@given(JSON)
def test_arbitrary_json_is_refused_properly(value: Any) -> None:
    with pytest.raises(DocumentError):
        TermDocument(value)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), JSON), min_size=1, max_size=3))
def test_a_damaged_document_raises_nothing_but_its_own_error(damages: list[tuple[tuple[Any, ...], Any]]) -> None:
    document: Any = RICH
    for path, value in damages:
        try:
            document = replaced(document, path, value)
        except (KeyError, IndexError, TypeError):
            continue
    try:
        read_everything(document)
    except DocumentError as error:
        assert str(error).encode()


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.integers(0, 40)), min_size=1, max_size=4))
def test_redirected_indices_raise_nothing_but_the_document_error(damages: list[tuple[tuple[Any, ...], int]]) -> None:
    document: Any = RICH
    for path, value in damages:
        target = document
        for key in path:
            target = target[key]
        if type(target) is int:
            document = replaced(document, path, value)
    try:
        read_everything(document)
    except DocumentError as error:
        assert str(error)


def damaged(**change: Any) -> dict[str, Any]:
    return {**copy.deepcopy(RICH), **change}


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        damaged(names=[]),
        damaged(names=["x"]),
        damaged(names=[None, [1, "x"]]),
        damaged(names=[None, [0, "x"], [0, "x"]]),
        damaged(names=[None, [0, True]]),
        damaged(names=[None, [0, -1]]),
        damaged(names=[None, [0, "\ud800"]]),
        damaged(names=[None, *([i, "x"] for i in range(terms.MAX_NAME_DEPTH + 1))]),
        damaged(levels=[["s", 0]]),
        damaged(levels=[["0", 0]]),
        damaged(exprs=[["a", 0, 0]]),
        damaged(exprs=[["b", -1]]),
        damaged(exprs=[["b", True]]),
        damaged(exprs=[["n", "007"]]),
        damaged(exprs=[["n", ""]]),
        damaged(exprs=[["n", "٣"]]),
        damaged(exprs=[["n", 7]]),
        damaged(exprs=[["t", "\udfff"]]),
        damaged(exprs=[["c", 0, []]]),
        damaged(exprs=[["l", 0, 0, 0, 0]]),
        damaged(exprs=[[]]),
        damaged(exprs=[["x"]]),
    ],
)
def test_malformed_tables(document: object) -> None:
    with pytest.raises(DocumentError):
        TermDocument(document)


def constant(builder: Builder, index: int = 0, **change: Any) -> dict[str, Any]:
    document = builder.document()
    document["constants"][index].update(change)
    return document


INDUCTIVE = Builder().inductive("T", sort(), {"T.mk": const("T")})
THEOREM = Builder().theorem("t", PROP, PROP)


@pytest.mark.parametrize(
    "document",
    [
        THEOREM.theorem("t", PROP, PROP).document(),
        constant(Builder().theorem("t", PROP, PROP), kind="lemma"),
        constant(Builder().theorem("t", PROP, PROP), kind=["theorem"]),
        constant(Builder().theorem("t", PROP, PROP), name=0),
        constant(Builder().theorem("t", PROP, PROP), value=None),
        constant(Builder().theorem("t", PROP, PROP), type=99),
        constant(Builder().theorem("t", PROP, PROP), levels=[1, 1]),
        constant(Builder().theorem("t", PROP, PROP), attributes=["simp"]),
        constant(Builder().theorem("t", PROP, PROP), attributes="csimp"),
        constant(Builder().axiom("a", PROP), value=0),
        constant(Builder().axiom("a", PROP), unsafe=0),
        constant(Builder().define("f", PROP, PROP), safety="perhaps"),
        constant(INDUCTIVE, all=[]),
        constant(INDUCTIVE, ctors=[]),
        constant(INDUCTIVE, 1, induct=2),
        constant(INDUCTIVE, 1, unsafe=True),
        constant(INDUCTIVE, 1, kind="axiom"),
    ],
)
def test_malformed_constants(document: object) -> None:
    with pytest.raises(DocumentError):
        TermDocument(document)


def test_a_deep_term_needs_no_stack() -> None:
    depth = 200_000
    exprs = [["s", 0], *(["p", 0, i, i, 0] for i in range(depth))]
    row = {"kind": "axiom", "name": 1, "levels": [], "type": depth, "unsafe": False}
    read_everything({"names": [None, [0, "a"]], "levels": [["0"]], "exprs": exprs, "constants": [row]})


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many constants over one large shared term: each is small on the wire, together they are quadratic."""
    monkeypatch.setattr(terms, "MAX_WORK", 10_000)
    exprs = [["s", 0], *(["p", 0, i, i, 0] for i in range(1_000))]
    names = [None, *([0, f"a{i}"] for i in range(100))]
    rows = [{"kind": "axiom", "name": i + 1, "levels": [], "type": 1_000, "unsafe": False} for i in range(100)]
    with pytest.raises(DocumentError, match="10000 steps"):
        read_everything({"names": names, "levels": [["0"]], "exprs": exprs, "constants": rows})


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("a", ("a",)),
        ("List.map", ("List", "map")),
        ("«a.b»", ("a.b",)),
        ("«Spec».«target»", ("Spec", "target")),
        ("a.«b c».d", ("a", "b c", "d")),
        ("_private.Main.0.f", ("_private", "Main", 0, "f")),
        ("f.«0»", ("f", "0")),
        ("f₁.g'", ("f₁", "g'")),
        ("", ()),
        (".", ()),
        ("a.", ()),
        (".a", ()),
        ("«a", ()),
        ("«a»b", ()),
        ("a.«b».", ()),
    ],
)
def test_names_as_lean_prints_them(printed: str, name: tuple[str | int, ...]) -> None:
    assert parse_name(printed) == name


COMPONENT = st.text(st.characters(exclude_characters="«»", exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=5)


@settings(deadline=None)
@given(st.lists(COMPONENT.filter(str.isprintable) | st.integers(0, 10**9), min_size=1, max_size=4).map(tuple))
def test_what_is_shown_reads_back(name: tuple[str | int, ...]) -> None:
    assert parse_name(show(name)) == name


def test_shown_names_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in show(("\x1b[2Jproved",)) and "\u202e" not in show(("a\u202eb",))
    assert plain(("a.b", 3)) == "a.b.3"


def test_the_builder_writes_json() -> None:
    assert json.loads(json.dumps(RICH)) == RICH
