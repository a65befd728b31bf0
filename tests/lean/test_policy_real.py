"""From a spec file to a checked proof that only the policy could think of: one test for every backend, on real Lean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hostile_server import Act, Asked, HostileServer, error, reply

from decompose.context import GoalContext
from decompose.sketch import Split
from lean_project.check.gate import check_file
from lean_project.ledger import Ledger
from lean_project.pool import Pool
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.policy.answers import Policy
from prover.policy.difficulty import CONSTANTS_PER_NAT, nats
from prover.policy.families import family_of
from prover.policy.mistakes import Mistake, Way
from prover.policy.opening import open_policy
from prover.policy.prompts import render
from prover.policy.requests import Repair, Request, Role
from prover.policy.scripted import ScriptedPolicy
from prover.policy.settings import PolicySettings
from prover.policy.use import PolicyUse
from prover.prove import Run, prove_file
from prover.record import run_record
from prover.report import FileReport, Status
from prover.runs import RunRecord
from prover.settings import DEFAULT_DIFFICULTY, DEFAULT_STRATEGY, DifficultyChoice, ProveSettings
from search.budget import Budget, BudgetLimits
from search.strategies import NAMES

pytestmark = pytest.mark.lean

SPEC = "def f (n : Nat) : Nat := n * n + 3 * n\n\ntheorem found : ∃ n : Nat, f n = 154 := by\n  sorry\n"
ANSWER = "```lean4\nexact ⟨11, rfl⟩\n```"
REVERSE = """\
def rev : List Nat → List Nat
  | [] => []
  | x :: xs => rev xs ++ [x]

def onto : List Nat → List Nat → List Nat
  | [], acc => acc
  | x :: xs, acc => onto xs (x :: acc)

theorem same (xs : List Nat) : onto xs [] = rev xs := by
  sorry
"""
SKETCH = """\
```lean4
lemma general (xs acc : List Nat) : onto xs acc = rev xs ++ acc := by
  induction xs generalizing acc with
  | nil => simp [onto, rev]
  | cons x xs ih => simp [onto, rev, ih]

theorem same (xs : List Nat) : onto xs [] = rev xs := by
  simpa using general xs []
```
"""


class Nothing:
    """No portfolio."""

    def propose(self, context: GoalContext) -> Iterator[object]:
        return iter(())


class Bench:
    """Proves with a policy, the finishing moves `others`, and nothing else."""

    def __init__(self, pool: Pool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pool, self.folder, self.said = pool, folder, list[str]()
        self._patch = monkeypatch
        self.use: PolicyUse | None = None
        self.budget = Budget()
        self.records: list[RunRecord] = []

    def prove(
        self,
        policy: Policy,
        text: str = SPEC,
        *others: Split,
        tokens: int | None = None,
        strategy: str = DEFAULT_STRATEGY,
        difficulty: str = DEFAULT_DIFFICULTY,
        **settings: object,
    ) -> FileReport:
        self._patch.setattr("prover.moves.closers", lambda _context: iter(others))
        self._patch.setattr("prover.tree.splits", lambda _context: iter(()))
        path = self.folder / "Spec.lean"
        path.write_text(text, encoding="utf-8")
        limits = BudgetLimits(tokens=tokens)
        chosen = ProveSettings(timeout=100.0, strategy=strategy, difficulty=difficulty, budget=limits)
        wanted = {"max_tokens": 64, "conjectures": 0, **settings}
        self.use = PolicyUse(policy, PolicySettings(**wanted), self.said.append)  # type: ignore[arg-type]
        self.budget = Budget(chosen.budget)
        with Ledger.open(self.folder / "ledger.db") as ledger:
            run = Run(
                session=self.pool,
                settings=chosen,
                ledger=ledger,
                run_id=ledger.start_run("test", {}, {}),
                budget=self.budget,
                make_check=gate_for,
                proposer=Nothing(),  # type: ignore[arg-type]
                late_moves=self.use.moves,
                difficulty=self.use.difficulty if difficulty == DifficultyChoice.POLICY else None,
                keep_record=lambda report, tree: self.records.append(
                    run_record(report, tree, "run", self.pool.info, 0.0)
                ),
            )
            try:
                return prove_file(InputFile(path, self.folder / "Spec.proved.lean"), run)
            finally:
                self.use.close()

    @property
    def output(self) -> str:
        return (self.folder / "Spec.proved.lean").read_text(encoding="utf-8")

    def expect_proved(self, report: FileReport, text: str, name: str) -> None:
        (target,) = report.targets
        assert target.status is Status.PROVED, (target, self.said)
        assert check_file(self.pool, self.output, text, targets=[name]).target(name).accepted
        assert self.budget.usage().reserved_tokens == 0


@pytest.fixture
def bench(embedded: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(embedded, tmp_path, monkeypatch)


def always(text: str) -> Callable[[Request], Sequence[str]]:
    return lambda request: [text] * request.sampling.n


def taught(folder: Path, request: Request) -> Path:
    """A tiny checkpoint that gives `ANSWER` to the prompt of `request`."""
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    import tiny_model

    tiny_model.build(folder)
    messages = render(request, family_of(folder.name)).messages
    words = tiny_model.tokenizer()
    plain = [{"role": each.role, "content": each.content} for each in messages]
    prompt = words.apply_chat_template(plain, tokenize=False, add_generation_prompt=True)
    tiny_model.teach(folder, ANSWER, [prompt], steps=200)
    return folder


@pytest.fixture(scope="module")
def lesson(embedded: Pool, tmp_path_factory: pytest.TempPathFactory) -> Request:
    """What a policy is asked first about `SPEC`."""
    with pytest.MonkeyPatch.context() as patch:
        policy = ScriptedPolicy(always(ANSWER))
        Bench(embedded, tmp_path_factory.mktemp("lesson"), patch).prove(policy)
    return next(request for request in policy.requests if request.role is Role.COMPLETE)


@pytest.fixture(scope="module")
def checkpoint(lesson: Request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return taught(tmp_path_factory.mktemp("models") / "tiny-taught", lesson)


class TestEveryBackend:
    """Spec file in, checked proof out. Nobody but the policy has a move to offer."""

    def check(self, bench: Bench, policy: Policy, text: str = SPEC, name: str = "found") -> None:
        report = bench.prove(policy, text, tokens=200_000, tactics=0, sketches=0)
        bench.expect_proved(report, text, name)
        assert (text != SPEC or "exact ⟨11, rfl⟩" in bench.output) and bench.said == []
        assert 0 < bench.budget.usage().tokens <= 200_000
        assert bench.records[0].usage.tokens == bench.budget.usage().tokens

    def test_scripted(self, bench: Bench) -> None:
        self.check(bench, ScriptedPolicy(always(ANSWER)))

    def test_http(self, bench: Bench) -> None:
        with HostileServer(lambda asked: reply(asked, ANSWER)) as server:
            self.check(bench, open_policy(server.url))

    def test_embedded(self, bench: Bench) -> None:
        """It knows nothing of numbers that solve equations, so its file is another one."""
        text = REVERSE.replace("onto xs [] = rev xs", "(rev xs).length = xs.length")
        self.check(bench, open_policy("embedded"), text, "same")

    @pytest.mark.train
    def test_in_process(self, bench: Bench, checkpoint: Path) -> None:
        self.check(bench, open_policy(str(checkpoint)))

    @pytest.mark.train
    def test_behind_gentzen_serve(self, bench: Bench, checkpoint: Path, tmp_path: Path) -> None:
        pytest.importorskip("uvicorn")
        from serving import serving

        with serving(checkpoint, "--no-vllm", log=tmp_path / "server.log") as url:
            self.check(bench, open_policy(url, "tiny-taught"))

    @pytest.mark.vllm
    @pytest.mark.timeout(1200)  # on a busy CPU vLLM takes minutes to start
    def test_behind_vllm(self, bench: Bench, checkpoint: Path, tmp_path: Path) -> None:
        pytest.importorskip("vllm")
        from serving import serving

        more = ("--vllm", "--max-model-len", "2048", "--enforce-eager", "--dtype", "float32")
        with serving(checkpoint, *more, log=tmp_path / "server.log") as url:
            self.check(bench, open_policy(url, "tiny-taught"))


def test_a_sketch_and_the_proofs_of_its_lemmas(bench: Bench) -> None:
    def script(request: Request) -> Sequence[str]:
        return [SKETCH] if request.role is Role.DECOMPOSE else []

    report = bench.prove(ScriptedPolicy(script), REVERSE)
    bench.expect_proved(report, REVERSE, "same")
    assert "theorem general" in bench.output


def test_open_steps_of_a_sketch_are_searched_as_goals(bench: Bench) -> None:
    def script(request: Request) -> Sequence[str]:
        if request.role is Role.DECOMPOSE and "theorem both " in request.view.statement:
            steps = "  have h : f 11 = 154 := by sorry\n  have g : f 0 = 0 := by\n    sorry\n  exact ⟨⟨11, h⟩, g⟩"
            return [f"```lean4\ntheorem both : (∃ n : Nat, f n = 154) ∧ f 0 = 0 := by\n{steps}\n```"]
        return ["```lean4\nrfl\n```"] if request.role is Role.COMPLETE and "∃" not in request.view.target else []

    text = SPEC.replace("found : ∃ n : Nat, f n = 154", "both : (∃ n : Nat, f n = 154) ∧ f 0 = 0")
    report = bench.prove(ScriptedPolicy(script), text)
    bench.expect_proved(report, text, "both")


def test_a_conjecture_that_the_goal_rests_on_is_proved_as_a_goal_of_its_own(bench: Bench) -> None:
    """False ones and those that do not help stop at the same gates as every split."""
    laws = [
        "theorem wrong (xs : List Nat) : onto xs [] = xs",
        "theorem idle (n : Nat) : n + 0 = n",
        "theorem general (xs acc : List Nat) : onto xs acc = rev xs ++ acc",
    ]
    cases = "| nil => simp [onto, rev]\n| cons x xs ih => simp [onto, rev, ih]"
    proof = f"```lean4\ninduction xs generalizing acc with\n{cases}\n```"

    def script(request: Request) -> Sequence[str]:
        if request.role is Role.CONJECTURE and request.view.name == "same":
            return ["```lean4\n" + "\n\n".join(f"{law} := by\n  sorry" for law in laws) + "\n```"]
        return [proof] if request.role is Role.COMPLETE and "++ acc" in request.view.target else []

    report = bench.prove(ScriptedPolicy(script), REVERSE, conjectures=3)
    bench.expect_proved(report, REVERSE, "same")
    assert "theorem general" in bench.output and "theorem wrong" not in bench.output


def test_how_hard_goals_are_is_the_policys_word_where_it_is_asked_for(bench: Bench) -> None:
    def script(request: Request) -> Sequence[str]:
        if request.role is Role.DIFFICULTY:
            return ["8" if request.view.name == "same" else "2"]
        return [SKETCH] if request.role is Role.DECOMPOSE else []

    policy = ScriptedPolicy(script)
    report = bench.prove(policy, REVERSE, difficulty="policy")
    bench.expect_proved(report, REVERSE, "same")
    asked = [request.view.name for request in policy.requests if request.role is Role.DIFFICULTY]
    assert len(asked) >= 2 and "same" in asked
    (record,) = bench.records
    root = record.targets[0].goal
    assert root is not None and record.goals[root].difficulty == pytest.approx(CONSTANTS_PER_NAT * nats(0.8))


def test_a_wrong_closer_is_corrected_without_asking_again(bench: Bench) -> None:
    """Lyra's tool correction: `omega` where `simp` is needed, and a step that leaves a goal."""
    wrong = (
        "```lean4\ninduction xs with\n| nil => omega\n| cons x xs ih =>\n  have h : rev xs = rev xs := by linarith\n```"
    )
    policy = ScriptedPolicy(lambda request: [wrong] if request.role is Role.COMPLETE else [])
    text = REVERSE.replace("onto xs [] = rev xs", "(rev xs).length = xs.length")
    # The corrections are the closers' own; only the bare moves are taken away.
    report = bench.prove(policy, text, sketches=0, tactics=0, rounds=0)
    bench.expect_proved(report, text, "same")
    assert bench.use is not None
    assert {request.role for request in policy.requests} == {Role.COMPLETE}
    assert any(row[1] == str(Way.TOOL) and row[4] for row in bench.use.mistakes.table())


def test_a_repair_sees_leans_messages_at_their_places(bench: Bench) -> None:
    seen: list[Repair] = []

    def script(request: Request) -> Sequence[str]:
        if isinstance(request, Repair):
            seen.append(request)
            return [ANSWER]
        return ["```lean4\nrefine ⟨11, ?_⟩\nexact foo\n```"] if request.role is Role.COMPLETE else []

    policy = ScriptedPolicy(script)
    bench._patch.setattr("prover.policy.dialogue.tool_correction", lambda *_: None)
    bench._patch.setattr("prover.policy.dialogue.restart", lambda *_: None)
    report = bench.prove(policy, sketches=0, tactics=0)
    bench.expect_proved(report, SPEC, "found")
    (repair,) = seen
    (fault,) = repair.faults
    assert repair.attempt.split("\n")[fault.line - 1][fault.column :] == "foo" and "foo" in fault.text
    assert repair.kept == "refine ⟨11, ?_⟩" and repair.round == 1
    assert bench.use is not None and bench.use.mistakes.rate(Mistake.UNKNOWN_NAME, Way.REPAIR).successes == 1


@pytest.mark.parametrize("name", sorted(set(NAMES) - {DEFAULT_STRATEGY}))
def test_every_strategy_comes_to_the_repair(bench: Bench, name: str) -> None:
    def script(request: Request) -> Sequence[str]:
        wrong = ["```lean4\nexact foo\n```"] if request.role is Role.COMPLETE else []
        return [ANSWER] if request.role is Role.REPAIR else wrong

    policy = ScriptedPolicy(script)
    report = bench.prove(policy, strategy=name, sketches=0, tactics=0)
    bench.expect_proved(report, SPEC, "found")


def test_the_good_steps_before_a_failing_one_are_kept(bench: Bench) -> None:
    """R3L's restart: what the prefix leaves is a goal like every other."""

    def script(request: Request) -> Sequence[str]:
        if request.role is not Role.COMPLETE:
            return []
        own = request.view.name == "found"
        return ["```lean4\nrefine ⟨11, ?_⟩\nexact foo\n```" if own else "```lean4\nrfl\n```"]

    bench._patch.setattr("prover.policy.dialogue.tool_correction", lambda *_: None)
    report = bench.prove(ScriptedPolicy(script), sketches=0, tactics=0, rounds=0)
    bench.expect_proved(report, SPEC, "found")
    assert "refine ⟨11, ?_⟩" in bench.output


EASY = "theorem easy (a b : Nat) (h : a < b) : a + 1 ≤ b ∧ a ≠ b := by\n  sorry\n"
LAST_RESORT = Split("close", "omega", cost=9.0, success=0.5, completes=True)
"""What the search has without a policy: a move that comes after the first answers."""


@pytest.mark.parametrize(
    "act",
    [error(500, "dead"), Act(reset=True), Act(body=b"nonsense"), error(404, "no such model"), error(401, "no key")],
    ids=["500", "reset", "nonsense", "404", "401"],
)
def test_the_search_goes_on_without_a_policy_that_fails_and_says_so_once(bench: Bench, act: Act) -> None:

    def script(_asked: Asked) -> Act:
        return act

    from prover.policy.http import HttpPolicy, HttpSettings
    from prover.policy.retry import Backoff
    from prover.policy.wire import ListedModel

    with HostileServer(script) as server:
        settings = HttpSettings(server.url, backoff=Backoff(attempts=2, first=0.001))
        policy = HttpPolicy(settings, ListedModel(id="tiny-prover"))
        report = bench.prove(policy, EASY, LAST_RESORT)
        assert server.count > 0
    bench.expect_proved(report, EASY, "easy")
    assert len(bench.said) <= 1 and all("going on without the policy" in said for said in bench.said)


def test_tokens_that_run_out_do_not_end_the_search(bench: Bench) -> None:
    policy = ScriptedPolicy(always("```lean4\nexact nonsense\n```"))
    report = bench.prove(policy, EASY, LAST_RESORT, tokens=600)
    bench.expect_proved(report, EASY, "easy")
    assert bench.budget.usage().tokens <= 600
