"""The HTTP backend against servers that are slow, broken, cut off, wrong or gone: outcomes, retries, tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hostile_server import MODEL, Act, Asked, HostileServer, Script, error, reply

from lean_project.errors import LimitHit, MachineryError, UserError
from prover.policy.answers import Finish
from prover.policy.families import family_named
from prover.policy.http import HttpPolicy, HttpSettings
from prover.policy.opening import find_model, open_policy
from prover.policy.requests import Assess, Complete, Guide, Sampling, View
from prover.policy.retry import Backoff, retry_after
from prover.policy.wire import ListedModel
from search.budget import Budget, BudgetLimits

VIEW = View("t", "(n : Nat)", "n = n", "n : Nat\n⊢ n = n")
PROOF = "```lean4\ntheorem t (n : Nat) : n = n := by\n  rfl\n```"


class Naps:
    """Stands in for sleeping: notes how long, and takes no time."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.now = 100.0

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def ask(n: int = 1, **options: object) -> Complete:
    sampling = {"n": n, "max_tokens": 50, "seed": 7}
    request = {key: options.pop(key) for key in ("budget", "deadline") if key in options}
    return Complete(view=VIEW, sampling=Sampling(**{**sampling, **options}), **request)  # type: ignore[arg-type]


@contextmanager
def policy(script: Script, naps: Naps | None = None, **settings: object) -> Iterator[tuple[HttpPolicy, HostileServer]]:
    naps = naps or Naps()
    with HostileServer(script) as server:
        made = HttpPolicy(
            HttpSettings(server.url, **settings),  # type: ignore[arg-type]
            ListedModel(id=MODEL),
            clock=naps.clock,
            sleep=naps.sleep,
            seed=1,
        )
        try:
            yield made, server
        finally:
            server.release()
            made.close()


def first(*acts: Act, then: Callable[[Asked], Act]) -> Script:
    return lambda asked: acts[asked.number - 1] if asked.number <= len(acts) else then(asked)


def good(asked: Asked) -> Act:
    return reply(asked, PROOF)


def test_a_sound_answer_is_read_whole() -> None:
    with policy(lambda asked: reply(asked, "one two", "three")) as (made, server):
        answers = made.submit(ask(2)).result()
        assert [(each.text, each.finish, each.model) for each in answers] == [
            ("one two", Finish.STOP, MODEL),
            ("three", Finish.STOP, MODEL),
        ]
        assert answers[0].logprob == -0.5 and answers[0].prompt.startswith("plain/complete@")
        assert [each.prompt_tokens for each in answers] == [10, 0]
        assert sum(each.completion_tokens for each in answers) == 10
        sent = server.asked[0]
        assert sent.chat and sent.body["n"] == 2 and sent.body["seed"] == 7 and sent.body["max_tokens"] == 50
        assert sent.body["messages"][-1]["content"].count("theorem t (n : Nat) : n = n") == 1


def test_completions_for_a_model_without_a_chat_template() -> None:
    def script(asked: Asked) -> Act:
        return error(400, "the tokenizer has no chat template") if asked.chat else reply(asked, " rfl")

    with policy(script) as (made, server):
        (answer,) = made.submit(ask()).result()
        assert (answer.text, answer.continues) == (" rfl", True)
        assert server.asked[-1].body["prompt"].endswith("n = n := by") and server.asked[-1].body["stop"] == ["```"]
        made.submit(ask()).result()
        assert [each.chat for each in server.asked] == [True, False, False]


@pytest.mark.parametrize(
    ("act", "cost"),
    [
        (error(429, "slow down", Retry_After="3"), 15),
        (error(503, "loading"), 15),
        (error(500, "oops"), None),
        (Act(reset=True), None),
        (Act(body=b'{"choices": [{"text": "x', cut=10), None),
        (Act(body=b"<html>hello</html>"), None),
        (Act(body=b'{"choices": []}'), None),
        (Act(body=b"\xff\xfe"), None),
    ],
    ids=["429", "503", "500", "reset", "truncated", "html", "empty", "bytes"],
)
def test_what_may_pass_is_tried_again_and_what_it_cost_is_counted(act: Act, cost: int | None) -> None:
    budget, naps = Budget(BudgetLimits(tokens=10_000)), Naps()
    with policy(first(act, then=good), naps) as (made, server):
        (answer,) = made.submit(ask(budget=budget)).result()
        assert answer.text == PROOF and server.count == 2 and made.retries == 1
    usage = budget.usage()
    assert usage.reserved_tokens == 0
    if cost is not None:  # It was turned away: only the answer is paid for.
        assert usage.tokens == cost
    else:  # Nobody knows what the lost attempt cost: all that it could have.
        assert usage.tokens > 15 + 50
    assert (naps.taken[0] >= 3) == (act.status == 429)


def test_delays_grow_and_the_server_is_given_up_after_some_attempts() -> None:
    naps = Naps()
    with policy(lambda asked: error(500, "dead"), naps, backoff=Backoff(attempts=4, first=1.0)) as (made, server):
        with pytest.raises(MachineryError, match=r"after 4 attempts: status 500: dead"):
            made.submit(ask()).result()
        assert server.count == 4 and len(naps.taken) == 3
    for failures, taken in enumerate(naps.taken):
        assert 0.5 * 2**failures <= taken <= 2**failures


def test_a_server_that_wants_an_hour_is_not_waited_for() -> None:
    naps = Naps()
    with policy(lambda asked: error(429, "quota", Retry_After="3600"), naps) as (made, server):
        with pytest.raises(MachineryError, match="wants no request for 3600 seconds"):
            made.submit(ask()).result()
        assert server.count == 1 and not naps.taken


def test_retry_after_may_be_a_date() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
    assert retry_after("Thu, 01 Jan 2026 12:00:30 GMT", now) == 30.0
    assert retry_after("12.5") == 12.5 and retry_after("soon") is None and retry_after(None) is None


def test_nobody_there_is_machinery_after_retries() -> None:
    naps = Naps()
    made = HttpPolicy(
        HttpSettings("http://127.0.0.1:9/v1"), ListedModel(id=MODEL), clock=naps.clock, sleep=naps.sleep, seed=1
    )
    budget = Budget(BudgetLimits(tokens=1000))
    try:
        with pytest.raises(MachineryError, match="no connection"):
            made.submit(ask(budget=budget)).result()
        assert budget.usage().tokens == 0
    finally:
        made.close()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (error(401, "bad key"), "GENTZEN_POLICY_KEY"),
        (error(403, "no"), "GENTZEN_POLICY_KEY"),
        (error(404, "The model `tiny-prover` does not exist."), "--model"),
        (error(405, "method"), "--policy"),
    ],
)
def test_what_the_user_must_mend_is_one_clear_paragraph_and_costs_nothing(act: Act, words: str) -> None:
    budget = Budget(BudgetLimits(tokens=1000))
    with policy(lambda asked: act) as (made, server):
        with pytest.raises(UserError, match=words) as caught:
            made.submit(ask(budget=budget)).result()
        assert server.count == 1 and "\n" not in str(caught.value)
    assert budget.usage().tokens == 0


def test_another_model_than_asked_for_is_refused() -> None:
    with (
        policy(lambda asked: reply(asked, PROOF, model="other-model")) as (made, _),
        pytest.raises(UserError, match="answers with the model 'other-model'"),
    ):
        made.submit(ask()).result()


def test_a_prompt_that_is_too_long_is_a_limit() -> None:
    act = error(400, "This model's maximum context length is 512 tokens")
    with policy(lambda asked: act) as (made, _), pytest.raises(LimitHit) as caught:
        made.submit(ask()).result()
    assert caught.value.kind == "tokens" and "512" in str(caught.value)


def test_extras_are_left_out_for_a_server_that_refuses_them() -> None:
    def script(asked: Asked) -> Act:
        return error(400, "unknown field logprobs") if "logprobs" in asked.body else reply(asked, PROOF)

    with policy(script) as (made, server):
        (answer,) = made.submit(ask()).result()
        assert answer.tokens is None and answer.logprob is None and "seed" not in server.asked[-1].body
        assert server.count == 2


def test_a_server_that_ignores_n_is_asked_once_for_each_sample() -> None:
    def script(asked: Asked) -> Act:
        return reply(replace(asked, body={**asked.body, "n": 1}), f"answer {asked.body['seed']}")

    with policy(script) as (made, server):
        answers = made.submit(ask(4)).result()
        assert sorted(each.text for each in answers) == ["answer 10", "answer 7", "answer 8", "answer 9"]
        assert [each.body["n"] for each in server.asked] == [4, 1, 1, 1]
        made.submit(ask(2)).result()
        assert [each.body["n"] for each in server.asked[4:]] == [1, 1]


def test_more_answers_than_asked_for_and_doubled_ones_are_dropped() -> None:
    def script(asked: Asked) -> Act:
        content = json.loads(reply(asked, "a", "b", "c").body)
        content["choices"][1]["index"] = 0
        return Act(body=json.dumps(content).encode())

    with policy(script) as (made, _):
        assert [each.text for each in made.submit(ask(2)).result()] == ["a", "c"]


def test_cut_off_withheld_and_empty_answers_are_what_they_are() -> None:
    finishes = {"length": Finish.LENGTH, "content_filter": Finish.FILTERED, "strange": Finish.MALFORMED}
    for said, meant in finishes.items():
        with policy(lambda asked, said=said: reply(asked, "by", finish=said)) as (made, _):  # type: ignore[misc]
            assert made.submit(ask()).result()[0].finish is meant

    def nothing(asked: Asked) -> Act:
        content = json.loads(reply(asked, "x").body)
        content["choices"][0]["message"]["content"] = None
        return Act(body=json.dumps(content).encode())

    with policy(nothing) as (made, _):
        assert made.submit(ask()).result()[0].finish is Finish.MALFORMED


def test_missing_usage_is_paid_for_in_full() -> None:
    budget = Budget(BudgetLimits(tokens=5000))
    with policy(lambda asked: reply(asked, "a b c", usage=None)) as (made, _):
        (answer,) = made.submit(ask(budget=budget)).result()
        assert answer.completion_tokens == 3
    assert budget.usage().tokens > 50


def test_the_budget_is_never_passed_and_shrinks_what_is_asked() -> None:
    def script(asked: Asked) -> Act:
        return reply(asked, *["x"] * asked.body["n"], usage=(10, asked.body["max_tokens"]))

    for ceiling in (400, 900, 1000, 1100, 2000):
        budget = Budget(BudgetLimits(tokens=ceiling))
        with policy(script) as (made, _):
            futures = [made.submit(ask(4, budget=budget)) for _ in range(20)]
            outcomes = [future.exception() or future.result() for future in futures]
        usage = budget.usage()
        assert usage.tokens <= ceiling and usage.reserved_tokens == 0
        answers = [each for outcome in outcomes if isinstance(outcome, tuple) for each in outcome]
        assert usage.tokens == sum(each.prompt_tokens + each.completion_tokens for each in answers)
        hits = [each for each in outcomes if not isinstance(each, tuple)]
        assert all(isinstance(each, LimitHit) and each.kind == "tokens" for each in hits) and hits


def test_a_deadline_ends_a_request() -> None:
    naps = Naps()
    with policy(lambda asked: Act(hold=True), naps) as (made, _), pytest.raises(LimitHit) as caught:
        made.submit(ask(deadline=naps.now + 0.05)).result()
    assert caught.value.kind == "seconds"
    with policy(good, naps) as (made, server):
        with pytest.raises(LimitHit, match="deadline"):
            made.submit(ask(deadline=naps.now - 1)).result()
        assert server.count == 0
    with policy(lambda asked: error(500), naps) as (made, _), pytest.raises(LimitHit, match="the deadline is near"):
        made.submit(ask(deadline=naps.now + 0.2)).result()


def test_cancelling_and_closing_end_what_is_under_way() -> None:
    arrived = threading.Event()

    def script(asked: Asked) -> Act:
        arrived.set()
        return Act(hold=True)

    budget = Budget(BudgetLimits(tokens=10_000))
    with policy(script, concurrency=1) as (made, _):
        running, queued = made.submit(ask(budget=budget)), made.submit(ask(budget=budget))
        arrived.wait()
        made.cancel(running)
        with pytest.raises(LimitHit, match="cancelled"):
            running.result()
        last = made.submit(ask(budget=budget))
        made.close()
        for future in (queued, last):
            with pytest.raises(LimitHit, match="cancelled"):
                future.result()
        with pytest.raises(LimitHit, match="cancelled"):
            made.submit(ask()).result()
        made.close()
    assert budget.usage().reserved_tokens == 0


def test_concurrency_is_bounded_and_nothing_is_lost_or_doubled() -> None:
    def script(asked: Asked) -> Act:
        return reply(asked, str(asked.body["seed"]))

    with policy(script, concurrency=5) as (made, server):
        futures = [made.submit(ask(seed=number)) for number in range(200)]
        assert [future.result()[0].text for future in futures] == [str(number) for number in range(200)]
        assert server.most <= 5 and server.count == 200


def test_guides_go_to_vllm_only() -> None:
    request = Assess(view=VIEW, sampling=Sampling(max_tokens=4, guide=Guide(choices=("0", "1"))))
    for owner in ("vllm", "other"):
        with HostileServer(lambda asked: reply(asked, "1")) as server:
            made = HttpPolicy(HttpSettings(server.url), ListedModel(id=MODEL, owned_by=owner))
            made.submit(request).result()
            made.close()
            wanted = {"choice": ["0", "1"]} if owner == "vllm" else None
            assert server.asked[0].body.get("structured_outputs") == wanted


def test_an_answer_may_not_be_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prover.policy.http._LARGEST", 1000)
    act = Act(body=b"x" * 100_000)
    with policy(first(act, then=good)) as (made, server):
        assert made.submit(ask()).result()[0].text == PROOF and server.count == 2


class TestOpening:
    def test_the_only_model_is_taken_and_a_named_one_is_checked(self) -> None:
        with HostileServer(good) as server:
            made = open_policy(server.url)
            assert made.name == MODEL and made.submit(ask()).result()[0].text == PROOF
            made.close()
            with pytest.raises(UserError, match="has no model 'other'; it has tiny-prover"):
                find_model(server.url, "other")

    def test_several_models_need_a_choice(self) -> None:
        listed = {"data": [{"id": "a"}, {"id": "b", "root": "/models/b"}]}
        with HostileServer(good, models=Act(body=json.dumps(listed).encode())) as server:
            with pytest.raises(UserError, match="several models: a, b"):
                find_model(server.url, None)
            assert find_model(server.url, "/models/b").id == "b"

    def test_a_list_that_cannot_be_had_is_forgiven_for_a_named_model(self) -> None:
        for act in (error(500), Act(body=b"no json"), error(404)):
            with HostileServer(good, models=act) as server:
                assert find_model(server.url, "m").id == "m"
                with pytest.raises(UserError, match="lists no model"):
                    find_model(server.url, None)

    def test_a_closed_door_and_an_empty_house(self) -> None:
        closed = error(401, "who are you")
        with HostileServer(good, models=closed) as server, pytest.raises(UserError, match="GENTZEN_POLICY_KEY"):
            find_model(server.url, "m")
        with pytest.raises(UserError, match="No server answers"):
            find_model("http://127.0.0.1:9/v1", "m")

    def test_what_is_neither_server_nor_folder(self, tmp_path: object) -> None:
        with pytest.raises(UserError, match="no such folder"):
            open_policy("/nowhere/at/all")
        with pytest.raises(UserError, match="neither"):
            open_policy("ftp://x/v1")
        with pytest.raises(UserError, match="--model goes with a server"):
            open_policy(str(tmp_path), "m")
        with pytest.raises(UserError, match=r"no config\.json"):
            open_policy(str(tmp_path))

    def test_the_key_is_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GENTZEN_POLICY_KEY", "sesame")
        with HostileServer(good) as server:
            made = open_policy(server.url)
            made.submit(ask()).result()
            made.close()
            assert server.asked[0].headers["authorization"] == "Bearer sesame"


def test_families_by_name() -> None:
    made = HttpPolicy(HttpSettings("http://127.0.0.1:9/v1"), ListedModel(id="x", root="/m/Goedel-Prover-V2-8B"))
    assert made.family == family_named("goedel-prover-v2")
    made.close()
