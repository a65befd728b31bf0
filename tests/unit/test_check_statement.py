"""Equal statements about equal programs have equal hashes, different ones do not, and filled holes compare equal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from termdoc import (
    NAT,
    ONE,
    PROP,
    TYPE,
    ZERO,
    Builder,
    app,
    bvar,
    const,
    eq,
    lam,
    nat,
    param,
    pi,
    proj,
    sorry,
    sort,
    text,
)

from lean_project.check.statement import Comparison, Statements
from lean_project.check.terms import Constant, DocumentError, TermDocument, parse_name

Term = tuple[Any, ...]


def read(builder: Builder) -> Statements:
    return Statements(TermDocument(builder.document()))


def find(statements: Statements, name: str) -> Constant:
    found = statements.document.find(parse_name(name))
    assert found is not None, name
    return found


def digest(builder: Builder, name: str = "t") -> bytes:
    statements = read(builder)
    return statements.constant(find(statements, name).name)


def difference(reference: Builder, candidate: Builder, name: str = "t", *, whole: bool = False) -> str | None:
    left, right = read(reference), read(candidate)
    return Comparison(left, right).difference(find(left, name), find(right, name), statement_only=not whole)


# --- laws of the hash ------------------------------------------------------------------------------------------------

LEVELS = st.recursive(
    st.sampled_from([ZERO, param("u"), param("v")]),
    lambda inner: st.tuples(st.just("s"), inner) | st.tuples(st.sampled_from("mi"), inner, inner),
    max_leaves=3,
)
LEAVES = st.one_of(
    st.integers(0, 3).map(bvar),
    LEVELS.map(sort),
    st.integers(0, 20).map(nat),
    st.text("ab", max_size=2).map(text),
    st.sampled_from(["Nat", "Eq", "helper", "other"]).map(const),
    LEVELS.map(lambda level: const("poly", level)),
)
TERMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.just("a"), inner, inner),
        st.tuples(st.sampled_from("lp"), st.just("x"), inner, inner, st.just(0)),
        st.tuples(st.just("e"), st.just("x"), inner, inner, inner, st.just(0)),
        st.tuples(st.just("j"), st.sampled_from(["Prod", "Rec"]), st.integers(0, 1), inner),
    ),
    max_leaves=12,
)


def file(
    statement: Term,
    body: Term = NAT,
    *,
    helper: str = "helper",
    levels: tuple[str, ...] = ("u", "v"),
    reverse: bool = False,
    **how: Any,
) -> Builder:
    """A theorem `t` about what `helper` computes, and an inductive type `Rec`."""
    builder = Builder(**how)
    steps = [
        lambda: builder.define(helper, TYPE, body, levels=levels),
        lambda: builder.inductive("Rec", TYPE, {"Rec.mk": pi(NAT, const("Rec"))}),
        lambda: builder.theorem("t", statement, const("proof"), levels=levels),
    ]
    for step in reversed(steps) if reverse else steps:
        step()
    return builder


def renamed(term: Term, constants: dict[str, str], params: dict[str, str]) -> Term:
    def level(value: Any) -> Any:
        if value[0] == "p":
            return ("p", params.get(value[1], value[1]))
        return (value[0], *(level(part) for part in value[1:]))

    def change(node: Term) -> Term:
        if node[0] == "c":
            return ("c", constants.get(node[1], node[1]), tuple(level(value) for value in node[2]))
        return ("s", level(node[1])) if node[0] == "s" else node

    tag, *rest = term
    if tag in "cs":
        return change(term)
    return (tag, *(renamed(part, constants, params) if isinstance(part, tuple) else part for part in rest))


def rebound(term: Term) -> Term:
    """The same term with other binder names, annotations and `have` for `let`."""
    tag, *rest = term
    if tag in "cs":
        return term
    rest = [rebound(part) if isinstance(part, tuple) else part for part in rest]
    if tag in "lp":
        return (tag, rest[0] + "y", rest[1], rest[2], (rest[3] + 1) % 4)
    if tag == "e":
        return (tag, rest[0] + "y", *rest[1:4], 1 - rest[4])
    return (tag, *rest)


BODIES = TERMS.map(lambda term: renamed(term, {"helper": "other"}, {}))


@settings(deadline=None)
@given(TERMS, BODIES)
def test_sharing_and_order_of_the_tables_do_not_count(statement: Term, body: Term) -> None:
    base = digest(file(statement, body))
    assert base == digest(file(statement, body, share=False))
    assert base == digest(file(statement, body, shift=7, reverse=True))


@settings(deadline=None)
@given(TERMS, BODIES)
def test_binders_do_not_count(statement: Term, body: Term) -> None:
    assert digest(file(statement, body)) == digest(file(rebound(statement), rebound(body)))


@settings(deadline=None)
@given(TERMS, BODIES)
def test_names_of_definitions_do_not_count(statement: Term, body: Term) -> None:
    other = {"helper": "t1.match_1"}
    changed = file(renamed(statement, other, {}), body, helper="t1.match_1")
    assert digest(file(statement, body)) == digest(changed)


@settings(deadline=None)
@given(TERMS, BODIES)
def test_universe_parameters_count_by_position(statement: Term, body: Term) -> None:
    new = {"u": "w", "v": "u"}
    changed = file(renamed(statement, {}, new), renamed(body, {}, new), levels=("w", "u"))
    assert digest(file(statement, body)) == digest(changed)


@settings(deadline=None)
@given(TERMS)
def test_swapped_universe_parameters_count(statement: Term) -> None:
    swapped = renamed(statement, {}, {"u": "v", "v": "u"})
    assume(swapped != statement)
    assert digest(file(statement)) != digest(file(swapped))


def erased(term: Term) -> Any:
    """What of a term counts, as a value that compares by equality."""
    tag, *rest = term
    if tag in "lp":
        return (tag, erased(rest[1]), erased(rest[2]))
    if tag == "e":
        return (tag, *(erased(part) for part in rest[1:4]))
    if tag == "a":
        return (tag, erased(rest[0]), erased(rest[1]))
    return (tag, rest[0], rest[1], erased(rest[2])) if tag == "j" else term


@settings(deadline=None)
@given(TERMS, TERMS)
def test_different_statements_have_different_hashes(first: Term, second: Term) -> None:
    same = erased(first) == erased(second)
    assert (digest(file(first)) == digest(file(second))) is same
    assert (difference(file(first), file(second)) is None) is same


@settings(deadline=None)
@given(TERMS, BODIES, BODIES)
def test_a_change_of_a_helper_counts_where_it_is_used(statement: Term, first: Term, second: Term) -> None:
    uses = "'helper'" in str(statement)
    same = not uses or erased(first) == erased(second)
    assert (digest(file(statement, first)) == digest(file(statement, second))) is same
    assert (difference(file(statement, first), file(statement, second)) is None) is same


@st.composite
def mutations(draw: st.DrawFn) -> tuple[Term, Term]:
    """A term, and the same with one node exchanged."""
    term = draw(TERMS)
    places: list[tuple[int, ...]] = []

    def visit(node: Term, path: tuple[int, ...]) -> None:
        places.append(path)
        for i, part in enumerate(node):
            if isinstance(part, tuple) and node[0] not in "cs":
                visit(part, (*path, i))

    visit(term, ())
    path, fresh = draw(st.sampled_from(places)), draw(LEAVES)

    def put(node: Term, path: tuple[int, ...]) -> Term:
        if not path:
            return fresh
        return tuple(put(part, path[1:]) if i == path[0] else part for i, part in enumerate(node))

    return term, put(term, path)


@settings(deadline=None)
@given(mutations())
def test_any_structural_change_counts(pair: tuple[Term, Term]) -> None:
    assume(erased(pair[0]) != erased(pair[1]))
    assert digest(file(pair[0])) != digest(file(pair[1]))
    assert difference(file(pair[0]), file(pair[1])) == "t"


# --- what counts, kind by kind ---------------------------------------------------------------------------------------


def test_the_proof_of_a_theorem_does_not_count() -> None:
    assert digest(Builder().theorem("t", PROP, nat(1))) == digest(Builder().theorem("u", PROP, nat(2)), "u")


KINDS = {
    "theorem": Builder().theorem("t", PROP, NAT),
    "def": Builder().define("t", PROP, NAT),
    "opaque": Builder().opaque("t", PROP, NAT),
    "axiom": Builder().axiom("t", PROP),
    "inductive": Builder().inductive("t", PROP, {}),
    "unsafe def": Builder().define("t", PROP, NAT, safety="unsafe"),
    "library": None,
}


def test_kinds_are_kept_apart() -> None:
    hashes = set()
    for builder in KINDS.values():
        statements = read((builder or Builder()).theorem("user", const("t"), NAT))
        hashes.add(statements.constant(find(statements, "user").name))
    assert len(hashes) == len(KINDS)


def test_the_number_of_universe_parameters_counts() -> None:
    assert digest(Builder().theorem("t", PROP, NAT)) != digest(Builder().theorem("t", PROP, NAT, levels=("u",)))


def about(name: str) -> Term:
    return eq(const(name), const("a"))


def test_alike_definitions_are_interchangeable_and_alike_opaques_are_not() -> None:
    """`left = left` must not pass for `left = right` when both are opaque (nobody can prove the latter)."""
    for add, same in ((Builder.define, True), (Builder.opaque, False)):
        files = [
            add(add(Builder(), "a", NAT, nat(0)), "b", NAT, nat(0)).theorem("t", about(n), const("p")) for n in "ab"
        ]
        assert (digest(files[0]) == digest(files[1])) is same
        assert (difference(*files) is None) is same


def test_alike_axioms_and_alike_inductive_types_are_not_interchangeable() -> None:
    axioms = [Builder().axiom("a", NAT).axiom("b", NAT).theorem("t", about(n), const("p")) for n in "ab"]
    assert digest(axioms[0]) != digest(axioms[1])
    types = [
        Builder()
        .inductive("A", TYPE, {"A.mk": const("A")})
        .inductive("B", TYPE, {"B.mk": const("B")})
        .theorem("t", pi(const(n), PROP), const("p"))
        for n in "AB"
    ]
    assert digest(types[0]) != digest(types[1])


def group(**change: Any) -> Builder:
    spec: dict[str, Any] = {
        "ctors": {"A.nil": const("A"), "A.cons": pi(const("B"), const("A"))},
        "b": pi(const("A"), const("B")),
        "params": 0,
        "type": TYPE,
        "recursor": pi(const("A"), PROP),
    } | change
    mutual = ("A", "B")
    return (
        Builder()
        .inductive("A", spec["type"], spec["ctors"], mutual=mutual, params=spec["params"], recursor=spec["recursor"])
        .inductive("B", TYPE, {"B.mk": spec["b"]}, mutual=mutual)
        .theorem("t", app(const("A.rec"), const("A.nil")), const("p"))
    )


@pytest.mark.parametrize(
    "change",
    [
        {"ctors": {"A.cons": pi(const("B"), const("A")), "A.nil": const("A")}},
        {"ctors": {"A.nil": const("A"), "A.cons": pi(const("A"), const("A"))}},
        {"ctors": {"A.nil": const("A"), "A.snoc": pi(const("B"), const("A"))}},
        {"ctors": {"A.nil": const("A")}},
        {"b": pi(const("B"), const("B"))},
        {"params": 1},
        {"type": PROP},
        {"recursor": pi(const("B"), PROP)},
    ],
)
def test_everything_about_an_inductive_group_counts(change: dict[str, Any]) -> None:
    assert digest(group()) == digest(group())
    assert digest(group()) != digest(group(**change))
    assert difference(group(), group(**change)) is not None


def test_a_circle_of_definitions_is_refused() -> None:
    circle = (
        Builder().define("f", NAT, const("g")).define("g", NAT, const("f")).theorem("t", eq(const("f"), nat(1)), NAT)
    )
    with pytest.raises(DocumentError, match="depends on itself"):
        digest(circle)


def test_an_undeclared_universe_parameter_is_refused() -> None:
    with pytest.raises(DocumentError, match="universe"):
        digest(Builder().theorem("t", sort(param("u")), NAT))


def test_unsafe_constants_go_by_name_and_may_be_circular() -> None:
    first = Builder().define("f", NAT, const("f"), safety="unsafe").theorem("t", eq(const("f"), nat(1)), NAT)
    second = Builder().define("f", NAT, const("Nat"), safety="unsafe").theorem("t", eq(const("f"), nat(1)), NAT)
    assert digest(first) == digest(second)


def test_a_long_chain_needs_no_stack() -> None:
    builder = Builder().define("f0", NAT, nat(0))
    for i in range(3_000):
        builder.define(f"f{i + 1}", NAT, const(f"f{i}"))
    other = Builder().define("f0", NAT, nat(1))
    for i in range(3_000):
        other.define(f"f{i + 1}", NAT, const(f"f{i}"))
    assert difference(builder, other, "f3000", whole=True) == "f0"


# --- holes -----------------------------------------------------------------------------------------------------------

LT = app(const("LT"), nat(1), bvar(0))


def fin(proof: Term, *lemmas: tuple[str, Term, Term]) -> Builder:
    """`def d (n : Nat) (h : 0 < n) : Fin n := ⟨1, proof⟩` and a theorem about it."""
    builder = Builder()
    for name, type_, value in lemmas:
        builder.theorem(name, type_, value)
    builder.define("d", pi(NAT, TYPE), lam(NAT, lam(LT, app(const("Fin.mk"), nat(1), proof))))
    builder.define("e", NAT, app(const("d"), nat(2)))
    return builder.theorem("t", eq(const("e"), nat(0)), const("p"))


AUXILIARY = ("d._proof_1", pi(NAT, LT), lam(NAT, sorry(LT)))


def opened() -> Builder:
    return fin(app(const("d._proof_1"), bvar(1)), AUXILIARY)


FILLED = [
    fin(app(const("d._proof_2"), bvar(1), bvar(0)), ("d._proof_2", pi(NAT, pi(LT, LT)), lam(NAT, lam(LT, bvar(0))))),
    fin(app(const("Nat.some_lemma"), bvar(1), bvar(0))),
    fin(bvar(0)),
    fin(app(const("d._proof_1"), bvar(1)), ("d._proof_1", pi(NAT, LT), const("found"))),
]


@pytest.mark.parametrize("filled", FILLED)
def test_a_filled_hole_is_the_same_program(filled: Builder) -> None:
    """Lean stores `sorry` as `d._proof_1 n`, a proof that uses `h` as `d._proof_1 n h`, a trivial one as it is."""
    assert difference(opened(), filled) is None
    assert difference(opened(), filled, "d", whole=True) is None
    assert difference(opened(), filled, "e", whole=True) is None


@pytest.mark.parametrize("filled", FILLED[:3])
def test_only_the_reference_may_have_holes(filled: Builder) -> None:
    assert difference(filled, opened()) == "d"


def test_a_finished_proof_of_the_reference_is_no_hole() -> None:
    done = fin(app(const("d._proof_1"), bvar(1)), ("d._proof_1", pi(NAT, LT), const("found")))
    assert difference(done, FILLED[1]) == "d"


@pytest.mark.parametrize("reference", [opened(), fin(sorry(LT)), fin(app(sorry(pi(NAT, LT)), const("tag")))])
def test_a_hole_does_not_excuse_its_surroundings(reference: Builder) -> None:
    other = Builder().define("d", pi(NAT, TYPE), lam(NAT, lam(LT, app(const("Fin.mk"), nat(2), bvar(0)))))
    other.define("e", NAT, app(const("d"), nat(2))).theorem("t", eq(const("e"), nat(0)), const("p"))
    assert difference(reference, FILLED[2]) is None
    assert difference(reference, other) == "d"


def test_data_is_no_hole() -> None:
    """`def f : Nat := sorry` is a program that is missing: filling it changes what the theorems are about."""

    def about_f(value: Term) -> Builder:
        return Builder().define("f", NAT, value).theorem("t", eq(const("f"), nat(1)), const("p"))

    assert difference(about_f(sorry(NAT, ONE)), about_f(nat(1))) == "f"
    assert difference(about_f(sorry(NAT, ONE)), about_f(sorry(NAT, ONE))) is None


def test_a_hole_in_a_statement() -> None:
    def access(proof: Term) -> Builder:
        return Builder().theorem("t", pi(NAT, app(const("getElem"), nat(1), proof)), const("p"))

    assert difference(access(sorry(LT)), access(app(const("bound"), bvar(0)))) is None
    assert difference(access(app(const("bound"), bvar(0))), access(sorry(LT))) == "t"


def test_a_hole_in_an_inductive_type() -> None:
    def record(proof: Term) -> Builder:
        ctor = pi(app(const("getElem"), nat(1), proof), const("S"))
        recursor = pi(const("S"), pi(app(const("getElem"), nat(1), proof), PROP))
        return (
            Builder()
            .inductive("S", PROP, {"S.mk": ctor}, recursor=recursor)
            .theorem("t", app(const("S.rec"), const("S.mk"), proj("S", 0, NAT)), const("p"))
        )

    assert difference(record(sorry(LT)), record(const("bound"))) is None
    assert difference(record(const("bound")), record(sorry(LT))) is not None


def test_a_declared_sorry_ax_is_not_the_library_s() -> None:
    own = Builder().axiom("sorryAx", PROP).theorem("t", app(const("f"), sorry(LT)), const("p"))
    assert difference(own, Builder().axiom("sorryAx", PROP).theorem("t", app(const("f"), nat(1)), const("p"))) == "t"


def test_only_an_open_proof_of_its_own_makes_a_definition_a_target() -> None:
    builder = opened().theorem("lemma", LT, sorry(LT)).define("user", NAT, app(const("pair"), const("lemma")))
    statements = read(builder)
    named = frozenset(find(statements, name).name for name in ("d", "e", "t", "lemma", "user"))
    assert statements.has_hole(find(statements, "d"), named)
    assert not statements.has_hole(find(statements, "e"), named)
    assert not statements.has_hole(find(statements, "user"), named)


def test_mutual_recursion_keeps_its_open_proofs_in_an_auxiliary_definition() -> None:
    statements = read(
        opened().define("f", NAT, app(const("d._mutual"))).define("d._mutual", NAT, app(const("d._proof_1")))
    )
    assert statements.has_hole(find(statements, "f"), frozenset({find(statements, "f").name}))


@settings(deadline=None)
@given(TERMS, TERMS, st.data())
def test_holes_match_anything_in_their_place(statement: Term, filling: Term, data: st.DataObject) -> None:
    """Put `sorry` in place of one node: the original is then a filling of it."""
    places: list[tuple[int, ...]] = []

    def visit(node: Term, path: tuple[int, ...]) -> None:
        places.append(path)
        for i, part in enumerate(node):
            if isinstance(part, tuple) and node[0] not in "cs":
                visit(part, (*path, i))

    def put(node: Term, path: tuple[int, ...], new: Term) -> Term:
        if not path:
            return new
        return tuple(put(part, path[1:], new) if i == path[0] else part for i, part in enumerate(node))

    visit(statement, ())
    path = data.draw(st.sampled_from(places))
    open_file = file(put(statement, path, sorry(LT)))
    assert difference(open_file, file(statement)) is None
    assert difference(open_file, file(put(statement, path, filling))) is None
