"""The gate on hand-written documents: what is accepted, what is refused, and for which reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from termdoc import NAT, ONE, PROP, TYPE, Builder, app, bvar, const, eq, lam, nat, pi, sorry

from lean_project.check import terms
from lean_project.check.gate import Reference, check_file
from lean_project.check.verdict import Code, FileVerdict, Level
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.fake import FakeSession
from lean_project.model import Command, Document, LibraryConstant, Message, Opened, Position, Replay, Severity, Snapshot

GOAL = eq(app(const("f"), nat(2)), nat(2))
AXIOMS = ("propext", "sorryAx", "Lean.ofReduceBool", "Classical.choice")
KNOWN = ("Nat", "Eq", "LT", "proof", "Bool.false", "Fin.mk", "pair", "g")


def base() -> Builder:
    return Builder().define("f", pi(NAT, NAT), lam(NAT, bvar(0)))


@dataclass
class File:
    """What Lean makes of a text."""

    builder: Builder | Document
    declares: tuple[str, ...] = ("t",)
    errors: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    imports: tuple[str, ...] = ("Init",)
    header_error: str = ""


def error(text: str) -> Message:
    return Message(Severity.ERROR, text, Position(1, 0))


class Lean:
    """A session in which each text is a `File`; the kernel accepts everything but what is in `rejects`."""

    def __init__(self, **files: File) -> None:
        self.files = files
        self.rejects: dict[str, str] = {}
        self.replayed: list[str] = []
        self.session = FakeSession(self._run, header=self._open, document=self._export, replayed=self._replay)

    def _open(self, text: str) -> Opened:
        file = self.files[text]
        if file.header_error:
            return Opened(None, 0, file.imports, (error(file.header_error),))
        return Opened(Snapshot(f"header of {text}"), 0, file.imports)

    def _run(self, snapshot: Snapshot, code: str) -> list[Command]:
        file = self.files[code]
        named = [
            Command("declaration", 0, 1, (error(file.errors[name]),) if name in file.errors else (), (), (name,))
            for name in file.declares
        ]
        stray = [Command("eof", 0, 1, (error(file.errors[""]),))] if "" in file.errors else []
        return [*named, *stray, *(Command(kind, 0, 1) for kind in file.kinds)]

    def _export(self, snapshot: Snapshot) -> Document:
        builder = self.files[snapshot.code[0]].builder
        return builder.document() if isinstance(builder, Builder) else builder

    def _replay(self, header: str, document: Document) -> Replay:
        self.replayed.append(header)
        if self.rejects:
            constant, message = next(iter(self.rejects.items()))
            return Replay(False, constant, message)
        library = {name: LibraryConstant(name, "axiom", (name,)) for name in AXIOMS}
        return Replay(True, library=library | {name: LibraryConstant(name, "def") for name in KNOWN})


ORIGINAL = File(base().theorem("t", GOAL, sorry(GOAL)))


def judge(candidate: File | Builder, original: File = ORIGINAL, **options: object) -> FileVerdict:
    file = candidate if isinstance(candidate, File) else File(candidate)
    lean = Lean(original=original, candidate=file)
    return check_file(lean.session, "candidate", "original", **options)  # type: ignore[arg-type]


def codes(verdict: FileVerdict, name: str = "t") -> set[Code]:
    return {reason.code for reason in verdict.target(name).reasons}


def test_a_proof_is_accepted() -> None:
    verdict = judge(base().theorem("t", GOAL, app(const("proof"), const("propext"))))
    assert verdict.accepted and verdict.level is Level.L1 and verdict.reasons == ()
    (target,) = verdict.targets
    assert (target.name, target.axioms, target.level) == ("t", ("propext",), Level.L1)
    assert len(target.statement) == 64 and verdict.lean_version == "0.0.0"
    assert verdict.reference_sha256 != verdict.candidate_sha256


def test_lemmas_and_matchers_may_be_added() -> None:
    more = base().define("t.match_1", TYPE, NAT).theorem("lemma", PROP, const("proof"))
    assert judge(more.theorem("t", GOAL, app(const("lemma"), const("t.match_1")))).accepted


REFUSED: dict[str, tuple[Callable[[], File | Builder], Code]] = {
    "left open": (lambda: base().theorem("t", GOAL, sorry(GOAL)), Code.SORRY),
    "open in a lemma": (
        lambda: base().theorem("l", GOAL, sorry(GOAL)).theorem("t", GOAL, const("l")),
        Code.SORRY,
    ),
    "gone": (lambda: base().theorem("u", GOAL, const("proof")), Code.MISSING),
    "in another namespace": (lambda: base().theorem("A.t", GOAL, const("proof")), Code.MISSING),
    "private": (lambda: base().theorem("_private.Main.0.t", GOAL, const("proof")), Code.MISSING),
    "another statement": (lambda: base().theorem("t", eq(nat(2), nat(2)), const("proof")), Code.STATEMENT_CHANGED),
    "an extra hypothesis": (lambda: base().theorem("t", pi(PROP, GOAL), const("proof")), Code.STATEMENT_CHANGED),
    "another program": (
        lambda: Builder().define("f", pi(NAT, NAT), lam(NAT, nat(2))).theorem("t", GOAL, const("proof")),
        Code.STATEMENT_CHANGED,
    ),
    "a definition": (lambda: base().define("t", GOAL, const("proof")), Code.KIND_CHANGED),
    "an axiom": (lambda: base().axiom("t", GOAL), Code.KIND_CHANGED),
    "an opaque": (lambda: base().opaque("t", GOAL, const("proof")), Code.KIND_CHANGED),
    "a new axiom": (lambda: base().axiom("a", GOAL).theorem("t", GOAL, const("a")), Code.AXIOM),
    "an axiom of the name of a good one": (
        lambda: base().axiom("Quot.sound", GOAL).theorem("t", GOAL, const("Quot.sound")),
        Code.AXIOM,
    ),
    "native_decide": (lambda: base().theorem("t", GOAL, const("Lean.ofReduceBool")), Code.AXIOM),
    "unsafe": (
        lambda: base().define("u", GOAL, const("u"), safety="unsafe").theorem("t", GOAL, const("u")),
        Code.UNSAFE,
    ),
    "unknown to the auditor": (lambda: base().theorem("t", GOAL, const("whoever")), Code.UNKNOWN_CONSTANT),
    "an attribute": (
        lambda: base().define("g2", NAT, nat(1), attributes=("implemented_by",)).theorem("t", GOAL, const("proof")),
        Code.ATTRIBUTE,
    ),
    "an attribute on a program of the original": (
        lambda: (
            Builder()
            .define("f", pi(NAT, NAT), lam(NAT, bvar(0)), attributes=("extern",))
            .theorem("t", GOAL, const("proof"))
        ),
        Code.ATTRIBUTE,
    ),
    "an error": (
        lambda: File(base().theorem("t", GOAL, const("proof")), errors={"t": "type mismatch"}),
        Code.ELABORATION_ERROR,
    ),
    "other imports": (
        lambda: File(base().theorem("t", GOAL, const("proof")), imports=("Init", "Std")),
        Code.IMPORTS_DIFFER,
    ),
    "a header in error": (lambda: File(base(), header_error="unknown module"), Code.ELABORATION_ERROR),
    "no document": (lambda: File({"names": []}), Code.MALFORMED_DOCUMENT),
    "a circular document": (
        lambda: Builder().define("f", NAT, const("h")).define("h", NAT, const("f")).theorem("t", GOAL, const("proof")),
        Code.MALFORMED_DOCUMENT,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    make, code = REFUSED[case]
    verdict = judge(make())
    assert code in codes(verdict)
    assert not verdict.accepted and not verdict.target("t").accepted
    assert verdict.level is Level.L0 and verdict.target("t").level is Level.L0


def test_what_the_kernel_rejects_is_refused_whatever_it_is() -> None:
    lean = Lean(original=ORIGINAL, candidate=File(base().theorem("t", GOAL, const("proof"))))
    lean.rejects = {"elsewhere": "type\n mismatch"}
    verdict = check_file(lean.session, "candidate", "original")
    assert codes(verdict) == {Code.KERNEL_REJECTED}
    assert verdict.target("t").reasons[0].detail == "elsewhere: type mismatch"
    assert not verdict.accepted and verdict.reasons == verdict.target("t").reasons


def test_the_kernel_replays_on_the_header_of_the_original() -> None:
    lean = Lean(original=ORIGINAL, candidate=File(base().theorem("t", GOAL, const("proof"))))
    check_file(lean.session, "candidate", "original")
    assert lean.replayed == ["header of original"]


def test_targets_are_judged_one_by_one() -> None:
    original = File(base().theorem("t", GOAL, sorry(GOAL)).theorem("s", GOAL, sorry(GOAL)), ("t", "s"))
    found = base().theorem("t", GOAL, const("proof")).theorem("s", GOAL, sorry(GOAL))
    verdict = judge(File(found, ("t", "s")), original)
    assert [target.accepted for target in verdict.targets] == [True, False]
    assert not verdict.accepted and verdict.level is Level.L0
    assert judge(File(found, ("t", "s")), original, targets=["t"]).accepted


def test_an_error_elsewhere_spoils_the_file_and_not_the_target() -> None:
    verdict = judge(File(base().theorem("t", GOAL, const("proof")), errors={"": "unexpected token"}))
    assert verdict.target("t").accepted and not verdict.accepted
    assert [reason.code for reason in verdict.reasons] == [Code.ELABORATION_ERROR]


def test_what_stands_behind_exit_is_not_read() -> None:
    verdict = judge(File(base().theorem("t", GOAL, const("proof")), kinds=("Lean.Parser.Command.exit",)))
    assert [reason.code for reason in verdict.reasons] == [Code.NOT_READ] and not verdict.accepted


def test_programs_with_open_proofs_are_targets() -> None:
    def file(*proof: Builder) -> Builder:
        return (
            proof[0]
            .define("d", NAT, app(const("pair"), nat(1), const("d._proof_1")))
            .theorem("t", GOAL, const("proof"))
        )

    original = File(file(base().theorem("d._proof_1", GOAL, sorry(GOAL))), ("d", "t", "f"))
    good = judge(File(file(base().theorem("d._proof_1", GOAL, const("proof"))), ("d", "t")), original)
    assert [(target.name, target.accepted) for target in good.targets] == [("d", True), ("t", True)]
    inline = base().define("d", NAT, app(const("pair"), nat(1), const("proof"))).theorem("t", GOAL, const("proof"))
    assert judge(File(inline, ("d", "t")), original).accepted
    other = base().define("d", NAT, app(const("pair"), nat(2), const("proof"))).theorem("t", GOAL, const("proof"))
    assert codes(judge(File(other, ("d", "t")), original), "d") == {Code.STATEMENT_CHANGED}
    assert codes(judge(original, original), "d") == {Code.SORRY}


EXAMPLE = "_gentzen_example.0.A._example"


def test_examples_are_targets_by_their_type() -> None:
    original = File(base().define(EXAMPLE, GOAL, app(const("g"), sorry(GOAL))), ())
    verdict = judge(File(base().define(EXAMPLE, GOAL, const("proof")), ()), original)
    assert [(target.name, target.accepted) for target in verdict.targets] == [(EXAMPLE, True)]
    assert judge(File(base().define(EXAMPLE, GOAL, const("proof"))), original, targets=["_gentzen_example.0"]).accepted
    assert codes(judge(File(base(), ()), original), EXAMPLE) == {Code.MISSING}
    other = File(base().define(EXAMPLE, PROP, const("proof")), ())
    assert codes(judge(other, original), EXAMPLE) == {Code.STATEMENT_CHANGED}


def test_allowed_axioms() -> None:
    native = base().theorem("t", GOAL, const("Lean.ofReduceBool"))
    assert judge(native, allowed_axioms=["Lean.ofReduceBool"]).accepted
    with pytest.raises(UserError, match="sorryAx"):
        judge(native, allowed_axioms=["sorryAx"])


def test_an_axiom_of_the_file_must_be_allowed_and_the_original_s() -> None:
    def file(axiom: Builder) -> File:
        return File(axiom.theorem("t", GOAL, const("a")))

    original = file(base().axiom("a", GOAL))
    assert codes(judge(original, original)) == {Code.AXIOM}
    assert judge(original, original, allowed_axioms=["a"]).accepted
    assert codes(judge(file(base().axiom("a", eq(nat(0), nat(1)))), original, allowed_axioms=["a"])) == {Code.AXIOM}
    assert codes(judge(file(base().axiom("a", GOAL)), ORIGINAL, allowed_axioms=["a"])) == {Code.AXIOM}


def test_attributes_of_the_original_may_stay() -> None:
    marked = Builder().define("f", pi(NAT, NAT), lam(NAT, bvar(0)), attributes=("implemented_by",))
    original = File(marked.theorem("t", GOAL, const("proof")))
    assert judge(original, original).accepted


def test_a_file_against_itself() -> None:
    lean = Lean(
        good=File(base().theorem("t", GOAL, const("proof"))),
        bad=File(base().theorem("t", GOAL, sorry(GOAL))),
        broken=File(base().theorem("t", GOAL, const("proof")), errors={"t": "no"}),
        unread=File(base(), header_error="unknown module"),
        empty=File(base(), ("f",)),
    )
    assert check_file(lean.session, "good").accepted
    assert codes(check_file(lean.session, "bad")) == {Code.SORRY}
    assert codes(check_file(lean.session, "broken")) == {Code.ELABORATION_ERROR}
    unread = check_file(lean.session, "unread")
    assert not unread.accepted and unread.targets == () and unread.reasons[0].code is Code.ELABORATION_ERROR
    empty = check_file(lean.session, "empty")
    assert empty.accepted and empty.targets == ()


def test_a_hostile_document_is_refused_against_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = Builder().define("f", NAT, const("h")).define("h", NAT, const("f"))
    lean = Lean(circle=File(circle.theorem("t", eq(const("f"), nat(1)), const("proof"))), large=File(base(), ("f",)))
    verdict = check_file(lean.session, "circle")
    assert codes(verdict) == {Code.MALFORMED_DOCUMENT} and not verdict.accepted
    monkeypatch.setattr(terms, "MAX_WORK", 1)
    large = check_file(lean.session, "large")
    assert [reason.code for reason in large.reasons] == [Code.MALFORMED_DOCUMENT] and not large.accepted


def test_a_reference_is_read_once() -> None:
    lean = Lean(original=ORIGINAL, candidate=File(base().theorem("t", GOAL, const("proof"))))
    reference = Reference.read(lean.session, "original")
    before = len(lean.session.calls)
    assert check_file(lean.session, "candidate", reference).accepted
    assert check_file(lean.session, "candidate", reference).accepted
    assert [code for _, code in lean.session.calls[before:]] == ["candidate", "candidate"]


def test_an_original_with_errors_is_the_user_s_to_mend() -> None:
    with pytest.raises(UserError, match="type mismatch"):
        judge(base(), File(base(), errors={"t": "type mismatch"}))


def test_an_unknown_target_is_the_user_s_mistake() -> None:
    with pytest.raises(UserError, match="declares no nothing"):
        judge(base().theorem("t", GOAL, const("proof")), targets=["nothing"])


def test_an_unusable_original_is_our_fault() -> None:
    with pytest.raises(MachineryError):
        judge(base(), File({"names": []}))


@pytest.mark.parametrize("fault", [LimitHit("seconds", 60), MachineryError("died")])
def test_limits_and_faults_are_no_verdict(fault: Exception) -> None:
    lean = Lean(original=ORIGINAL, candidate=File(base()))

    def replayed(header: str, document: Document) -> Replay:
        raise fault

    session = FakeSession(lean._run, header=lean._open, document=lean._export, replayed=replayed)
    with pytest.raises(type(fault)):
        check_file(session, "candidate", "original")


def test_data_holes_stay_open() -> None:
    """A theorem about `def f := sorry` cannot be proved without touching the program."""

    def file(value: Builder) -> File:
        return File(value.theorem("t", eq(const("f"), nat(1)), const("proof")), ("f", "t"))

    original = file(Builder().define("f", NAT, sorry(NAT, ONE)))
    assert [target.name for target in judge(original, original).targets] == ["t"]
    assert codes(judge(original, original)) == {Code.SORRY}
    assert codes(judge(file(Builder().define("f", NAT, nat(1))), original)) == {Code.STATEMENT_CHANGED}
