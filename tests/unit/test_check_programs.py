"""What may fill a program hole: every way to reach what cannot be computed, or the specification, is found."""

from __future__ import annotations

import pytest
from termdoc import NAT, ONE, PROP, Builder, Term, app, bvar, const, eq, lam, let, nat, pi, proj, sorry

from lean_project.check.programs import is_program_hole, obstacles, reaches, specification_functions
from lean_project.check.statement import Comparison, Statements
from lean_project.check.terms import Constant, TermDocument, parse_name
from lean_project.check.verdict import Code
from lean_project.model import LibraryConstant

LIBRARY = {
    **{name: LibraryConstant(name, "def") for name in ("Nat.add", "ite", "Nat.lt")},
    **{name: LibraryConstant(name, "inductive") for name in ("Nat", "Eq", "Bool", "Exists")},
    "Bool.false": LibraryConstant("Bool.false", "ctor"),
    "choose": LibraryConstant("choose", "def", (), noncomputable=True),
    "lemma": LibraryConstant("lemma", "theorem"),
    "Classical.choice": LibraryConstant("Classical.choice", "axiom", ("Classical.choice",)),
    "propext": LibraryConstant("propext", "axiom", ("propext",)),
    "hidden": LibraryConstant("hidden", "opaque"),
    "sorryAx": LibraryConstant("sorryAx", "axiom", ("sorryAx",)),
}
DATA = pi(NAT, NAT)
HOLE = lam(NAT, app(const("sorryAx", ONE), NAT, const("Bool.false")))


def find(document: TermDocument, name: str) -> Constant:
    found = document.find(parse_name(name))
    assert found is not None
    return found


def reference() -> TermDocument:
    made = Builder().define("spec", DATA, lam(NAT, app(const("Nat.add"), bvar(0), bvar(0)))).define("f", DATA, HOLE)
    made.define("Good", pi(NAT, PROP), lam(NAT, eq(bvar(0), app(const("deep"), nat(1)))))
    made.define("deep", DATA, lam(NAT, app(const("inner"), bvar(0)))).define("inner", DATA, lam(NAT, bvar(0)))
    made.theorem("t", eq(app(const("f"), nat(1)), app(const("spec"), nat(1))), const("lemma"))
    made.theorem("u", app(const("Good"), app(const("f"), nat(2))), const("lemma"))
    made.define("other", DATA, lam(NAT, nat(7)))
    return TermDocument(made.document())


def judged(value: Term, *more: tuple[str, Term, Term]) -> list[tuple[Code, str]]:
    given = reference()
    made = Builder().define("spec", DATA, lam(NAT, app(const("Nat.add"), bvar(0), bvar(0))))
    for name, type_, term in more:
        made.define(name, type_, term)
    made.define("f", DATA, value)
    document = TermDocument(made.document())
    programs = [("f",)]
    forbidden = specification_functions(given, find(given, "f"))
    left, right = Statements(given, programs), Statements(document, programs)
    return [(r.code, r.detail) for r in obstacles(find(document, "f"), left, right, LIBRARY, forbidden)]


class TestHoles:
    def test_whole_value(self) -> None:
        assert is_program_hole(reference(), find(reference(), "f"))
        assert not is_program_hole(reference(), find(reference(), "spec"))

    def test_a_proof_is_no_program(self) -> None:
        document = TermDocument(Builder().define("p", eq(nat(1), nat(1)), sorry(eq(nat(1), nat(1)))).document())
        assert not is_program_hole(document, find(document, "p"))

    def test_a_part_is_not_the_whole(self) -> None:
        value = lam(NAT, app(const("Nat.add"), app(const("sorryAx", ONE), NAT, const("Bool.false")), nat(1)))
        document = TermDocument(Builder().define("f", DATA, value).document())
        assert not is_program_hole(document, find(document, "f"))

    def test_own_sorry_is_none(self) -> None:
        builder = (
            Builder().define("sorryAx", DATA, lam(NAT, nat(1))).define("f", NAT, app(const("sorryAx", ONE), nat(1)))
        )
        document = TermDocument(builder.document())
        assert not is_program_hole(document, find(document, "f"))


class TestSpecification:
    def test_what_statements_and_their_propositions_mention(self) -> None:
        document = reference()
        names = {document.names[name] for name in specification_functions(document, find(document, "f"))}
        assert names == {("spec",), ("deep",)}


PROOF = app(const("lemma"), app(const("choose"), nat(1)))


class TestComputable:
    @pytest.mark.parametrize(
        "value",
        [
            lam(NAT, app(const("Nat.add"), bvar(0), nat(1))),
            lam(NAT, app(const("ite"), NAT, PROOF, bvar(0))),
            lam(app(const("Exists"), app(const("choose"), nat(1))), nat(1)),
            lam(NAT, app(const("ite"), app(const("Eq"), app(const("spec"), nat(1))), bvar(0))),
            lam(NAT, app(const("ite"), pi(NAT, app(const("choose"), bvar(0))), bvar(0))),
            lam(NAT, app(const("ite"), app(const("propext"), app(const("choose"), nat(1))), bvar(0))),
        ],
        ids=[
            "plain",
            "in a proof",
            "in the type of a variable",
            "in a proposition",
            "in a function type",
            "by propext",
        ],
    )
    def test_allowed(self, value: Term) -> None:
        assert judged(value) == []

    @pytest.mark.parametrize(
        "value",
        [
            lam(NAT, app(const("choose"), bvar(0))),
            lam(NAT, app(const("Nat.add"), nat(1), const("choose"))),
            lam(NAT, let(NAT, const("choose"), bvar(0))),
            lam(NAT, let(NAT, nat(1), const("choose"))),
            lam(NAT, proj("Nat", 0, const("choose"))),
            lam(NAT, app(lam(NAT, const("choose")), nat(1))),
            lam(NAT, app(bvar(0), const("choose"))),
        ],
    )
    def test_noncomputable_wherever_it_hides(self, value: Term) -> None:
        assert judged(value) == [(Code.NONCOMPUTABLE, "choose")]

    @pytest.mark.parametrize("name", ["Classical.choice", "hidden", "nobody.knows", "sorryAx"])
    def test_axioms_opaque_and_unknown_constants(self, name: str) -> None:
        assert judged(lam(NAT, app(const(name), bvar(0)))) == [(Code.NONCOMPUTABLE, name)]

    def test_through_definitions_of_the_candidate(self) -> None:
        helper = ("g", DATA, lam(NAT, app(const("choose"), bvar(0))))
        assert judged(lam(NAT, app(const("g"), bvar(0))), helper) == [(Code.NONCOMPUTABLE, "choose")]


class TestSpecificationUsed:
    def test_by_name(self) -> None:
        assert judged(lam(NAT, app(const("spec"), bvar(0)))) == [(Code.SPECIFICATION_USED, "spec")]

    def test_through_a_helper(self) -> None:
        helper = ("g", DATA, lam(NAT, app(const("spec"), bvar(0))))
        assert judged(lam(NAT, app(const("g"), bvar(0))), helper) == [(Code.SPECIFICATION_USED, "spec")]

    def test_by_content(self) -> None:
        copy = ("g", DATA, lam(NAT, app(const("Nat.add"), bvar(0), bvar(0)), name="another"))
        assert judged(lam(NAT, app(const("g"), bvar(0))), copy) == [(Code.SPECIFICATION_USED, "g")]

    def test_its_own_content_is_its_own_affair(self) -> None:
        assert judged(lam(NAT, app(const("Nat.add"), bvar(0), bvar(0)))) == []


class TestStatements:
    def test_a_program_counts_by_name_and_type(self) -> None:
        given = reference()
        builder = Builder().define("f", DATA, lam(NAT, nat(3))).define("spec", DATA, lam(NAT, nat(3)))
        other = TermDocument(builder.document())
        left, right = Statements(given, [("f",)]), Statements(other, [("f",)])
        assert left.constant(find(given, "f").name) == right.constant(find(other, "f").name)
        assert left.constant(find(given, "f").name) != Statements(given).constant(find(given, "f").name)
        assert Comparison(left, right).difference(find(given, "spec"), find(other, "spec"), statement_only=False)

    def test_another_type_is_another_program(self) -> None:
        given = reference()
        other = TermDocument(Builder().define("f", NAT, nat(3)).document())
        left, right = Statements(given, [("f",)]), Statements(other, [("f",)])
        assert Comparison(left, right).difference(find(given, "f"), find(other, "f"), statement_only=False) == "f"

    def test_what_rests_on_a_program(self) -> None:
        document = reference()
        names = {find(document, "f").name}
        assert reaches(document, find(document, "t"), names) == names
        assert reaches(document, find(document, "other"), names) == frozenset()
