"""Code that drives the embedded Lean over its limits: the right limit is named, and the next answers are right."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from command import eventually
from hostile import (
    DEAF,
    DEEP_EVALUATION,
    DEEP_MACRO,
    DEEP_WITHIN_BOUNDS,
    ENDLESS,
    GREEDY,
    PATIENT,
    assert_answers_rightly,
    root,
)

from lean_project.errors import LimitHit
from lean_project.model import Elaboration, Limits
from lean_project.pool import Pool
from lean_project.runtime import MEBIBYTE, PoolSettings, RuntimeProgram

pytestmark = pytest.mark.lean

MEMORY_LIMIT = 1500 * MEBIBYTE


@pytest.fixture(scope="module")
def pool(embedded_program: RuntimeProgram) -> Iterator[Pool]:
    settings = PoolSettings(workers=1, memory_limit=MEMORY_LIMIT, grace_seconds=1.0, snapshots_per_worker=8)
    with Pool(embedded_program, settings) as pool:
        yield pool


def hit_by(pool: Pool, code: str, limits: Limits = PATIENT) -> LimitHit:
    with pytest.raises(LimitHit) as caught:
        pool.elaborate(root(pool), code, limits)
    return caught.value


@pytest.mark.parametrize("code", [ENDLESS, DEAF], ids=["stops when asked", "has to be killed"])
def test_a_tactic_that_hangs(pool: Pool, code: str) -> None:
    hit = hit_by(pool, code, Limits(seconds=1.0))
    assert (hit.kind, hit.limit) == ("seconds", 1.0)
    assert_answers_rightly(pool)


def test_a_request_that_waits_behind_a_hung_one_is_answered(pool: Pool) -> None:
    hung = pool.submit_elaborate(root(pool), DEAF, Limits(seconds=1.0))
    behind = [
        pool.submit_elaborate(root(pool), f"theorem behind{n} : {n} + 1 = {n + 1} := by rfl", PATIENT) for n in range(3)
    ]
    assert isinstance(hung.exception(), LimitHit)
    assert [future.result().has_error for future in behind] == [False] * 3


def test_memory_beyond_the_limit_of_the_pool(pool: Pool) -> None:
    """Whichever comes first here: the pool, which looks now and then, or the end of what Lean can address."""
    hit = hit_by(pool, GREEDY)
    assert hit.kind == "memory" and hit.limit in (MEMORY_LIMIT, 2048 * MEBIBYTE)
    assert_answers_rightly(pool)


def test_memory_beyond_what_lean_can_address(embedded_program: RuntimeProgram) -> None:
    """It was once called a failure of the machinery, and repeated."""
    with Pool(embedded_program, PoolSettings(workers=1)) as pool:
        hit = hit_by(pool, GREEDY)
        assert (hit.kind, hit.limit) == ("memory", 2048 * MEBIBYTE)
        assert_answers_rightly(pool)


@pytest.mark.parametrize("code", [DEEP_EVALUATION, DEEP_MACRO], ids=["interpreter", "elaborator"])
def test_recursion_beyond_the_stack(pool: Pool, code: str) -> None:
    assert hit_by(pool, code).kind == "stack"
    assert_answers_rightly(pool)


@pytest.mark.parametrize("depth", [120_000, 135_500, 140_000])
def test_no_answer_comes_from_a_worker_whose_stack_ran_over(pool: Pool, depth: int) -> None:
    """Just past its end the stack overwrites other data in silence: no answer, or the right one."""
    code = f"def deep : Nat → Nat | 0 => 0 | n + 1 => deep n + 1\n#eval deep {depth}\n"
    try:
        result = pool.elaborate(root(pool), code, PATIENT)
    except LimitHit as hit:
        assert hit.kind == "stack"
    else:
        assert [message.text for message in result.messages] == [str(depth)]
    assert_answers_rightly(pool)


def test_recursion_within_lean_s_own_bounds_is_lean_s_own_message(pool: Pool) -> None:
    result = pool.elaborate(root(pool), DEEP_WITHIN_BOUNDS, PATIENT)
    assert [message.kind for message in result.messages if message.is_error] == ["runtime.maxRecDepth"]
    assert_answers_rightly(pool)


HARD = "theorem hard (a b c : Nat) : (a + b + c) ^ 6 % 7 = (c + b + a) ^ 6 % 7 := by grind"


def test_heartbeats_decide_the_same_each_time(pool: Pool, embedded: Pool) -> None:
    """On an old worker, on another one, on a fresh one; the wall clock has no part in it."""

    def said(on: Pool, heartbeats: int, salt: str, fresh: bool = False) -> list[tuple[str, str]]:
        code = f"{HARD}\n-- {salt}"
        result = on.elaborate(root(on), code, Limits(seconds=120.0, heartbeats=heartbeats), fresh=fresh)
        assert not result.cached
        return [(message.kind, message.text) for message in result.messages]

    for heartbeats in (100, 200_000):
        first = said(pool, heartbeats, "first")
        assert first == said(pool, heartbeats, "second") == said(embedded, heartbeats, "third")
        assert first == said(pool, heartbeats, "first", fresh=True)
    assert [kind for kind, _ in said(pool, 100, "fourth")] == ["runtime.maxHeartbeats"]
    assert said(pool, 200_000, "fourth") == []
    assert_answers_rightly(pool)


def test_a_running_request_is_cancelled(pool: Pool) -> None:
    running = pool.submit_elaborate(root(pool), ENDLESS, PATIENT)
    queued = pool.submit_elaborate(root(pool), ENDLESS.replace("endless", "queued"), PATIENT)
    eventually(running.running, "a running request")
    futures: list[Future[Elaboration]] = [queued, running]
    for future in futures:
        pool.cancel(future)
        error = future.exception()
        assert isinstance(error, LimitHit) and error.kind == "cancelled"
    assert_answers_rightly(pool)


def test_printed_lines_that_look_like_the_protocol_are_noise(pool: Pool) -> None:
    forged = r"{\"id\": 1, \"ok\": true, \"commands\": [], \"snapshot\": 1, \"lean_seconds\": 0, \"timed_out\": null}"
    code = "".join(
        f'#eval (do for _ in [0:50] do IO.{how} "{line}" : IO Unit)\n#eval IO.{how} "{line}"\n'
        for how in ("println", "print", "eprintln", "eprint")
        for line in (forged, f"0123456789abcdef0123456789abcdef {forged}", "half a line", r"\x00\u0007ÿ")
    )
    result = pool.elaborate(root(pool), code + "theorem after : 2 + 2 = 5 := by decide\n", PATIENT)
    assert result.commands[-1].has_error and len(result.commands) == code.count("#eval") + 1
    assert_answers_rightly(pool)


def test_many_snapshots_alive_at_once(pool: Pool) -> None:
    """A tree of 3 + 9 + 27 states on a worker that holds 8 of them: each knows its own past and no other."""
    tree = {"": root(pool)}
    for _ in range(3):
        leaves = [name for name in tree if len(name) == max(map(len, tree))]
        for name in leaves:
            for digit in "123":
                code = f"def value{len(name)} : Nat := {digit}\n"
                tree[name + digit] = pool.elaborate(tree[name], code, PATIENT, keep=True).snapshot
    for name in ("1", "33", "123", "321", "213", "12", "111"):
        claims = [f"value{depth} = {digit}" for depth, digit in enumerate(name)]
        claim = " ∧ ".join(claims)
        assert not pool.elaborate(tree[name], f"theorem t : {claim} := by decide", PATIENT).has_error
        assert pool.elaborate(tree[name], f"theorem t : ¬({claim}) := by decide", PATIENT).has_error
        assert pool.elaborate(tree[name], f"def unknown := value{len(name)}", PATIENT).has_error
    assert_answers_rightly(pool, tree["222"])
