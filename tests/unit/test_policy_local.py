"""A real model, tiny: sampling in this process, and the server over it in a process of its own. Needs torch."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from lean_project.errors import LimitHit, UserError
from prover.policy.answers import Finish, Policy
from prover.policy.opening import open_policy
from prover.policy.requests import Complete, Guide, Sampling, View
from search.budget import Budget, BudgetLimits

pytestmark = pytest.mark.train

VIEW = View("t", "(n : Nat)", "n = n", "n : Nat\n⊢ n = n")


def ask(n: int = 1, **options: Any) -> Complete:
    own = {key: options.pop(key) for key in ("budget", "deadline") if key in options}
    return Complete(view=VIEW, sampling=Sampling(**{"n": n, "max_tokens": 12, "seed": 5, **options}), **own)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    import tiny_model

    return tiny_model.build(tmp_path_factory.mktemp("models") / "tiny-chat")


@pytest.fixture(scope="session")
def raw(tiny: Path) -> Path:
    import tiny_model

    return tiny_model.build(tiny.parent / "tiny-raw", chat=False, context=128)


@pytest.fixture(scope="session")
def local(tiny: Path) -> Iterator[Policy]:
    made = open_policy(str(tiny))
    yield made
    made.close()


@pytest.fixture(scope="session")
def server(tiny: Path) -> Iterator[str]:
    pytest.importorskip("uvicorn")
    from serving import serving

    with serving(tiny, "--no-vllm", log=tiny.parent / "server.log") as url:
        yield url


class TestInProcess:
    def test_samples_have_everything(self, local: Policy) -> None:
        answers = local.submit(ask(3)).result()
        assert len(answers) == 3 and len({each.text for each in answers}) == 3
        for each in answers:
            assert each.finish is Finish.LENGTH and each.completion_tokens == 12
            assert each.tokens is not None and len(each.tokens) == 12
            assert each.logprob is not None and -7 < each.logprob < 0
            assert each.certainty is not None and each.certainty >= 0
            assert each.model == "tiny-chat" and len(each.weights) == 16 and each.prompt.startswith("plain/complete@")
        assert answers[0].prompt_tokens > 100 and answers[1].prompt_tokens == 0

    def test_seeds_repeat_whatever_else_is_in_the_batch(self, local: Policy) -> None:
        alone = [each.text for each in local.submit(ask(2)).result()]
        together = [local.submit(ask(2, seed=seed)) for seed in (1, 5, 9)]
        assert [each.text for each in together[1].result()] == alone
        assert [each.text for each in together[0].result()] != alone

    def test_greedy_is_greedy_and_a_small_top_p_too(self, local: Policy) -> None:
        greedy = {each.text for each in local.submit(ask(3, temperature=0.0, seed=None)).result()}
        narrow = {each.text for each in local.submit(ask(3, top_p=1e-6, seed=None)).result()}
        assert len(greedy) == 1 and narrow == greedy

    def test_stop_strings_end_an_answer_and_are_not_in_it(self, local: Policy) -> None:
        (whole,) = local.submit(ask(max_tokens=30)).result()
        stop = whole.text[3:5]
        (cut,) = local.submit(ask(max_tokens=30, stop=(stop,))).result()
        assert cut.finish is Finish.STOP and cut.text == whole.text[: whole.text.index(stop)]
        assert cut.completion_tokens < 30

    def test_log_probabilities_are_those_of_the_model(self, local: Policy, tiny: Path) -> None:
        from prover.policy.checkpoint import Checkpoint
        from prover.policy.prompts import render

        (answer,) = local.submit(ask()).result()
        checkpoint = Checkpoint(tiny)
        prompt = checkpoint.encode_chat(render(ask(), local.family).messages)  # type: ignore[attr-defined]
        assert answer.tokens is not None
        torch = checkpoint.torch
        with torch.inference_mode():
            ids, total = list(prompt), 0.0
            for token in answer.tokens:
                logits = checkpoint.model(input_ids=torch.tensor([ids])).logits[0, -1].float()
                logprobs = torch.log_softmax(logits, dim=-1)
                fitting = [k for k in range(len(logprobs)) if abs(float(logprobs[k]) - token.logprob) < 1e-4]
                chosen = [k for k in fitting if checkpoint.pieces([k]) == [token.text]]
                assert chosen
                ids.append(chosen[0])
                total += -math.log(len(logprobs)) - float(logprobs.mean())
        assert answer.certainty == pytest.approx(total / len(answer.tokens), abs=1e-4)
        scores = checkpoint.score(ids)[-12:]
        assert scores == pytest.approx([token.logprob for token in answer.tokens], abs=1e-4)

    def test_waiting_requests_are_sampled_together(self, local: Policy) -> None:
        futures = [local.submit(ask(seed=seed)) for seed in range(12)]
        assert len({future.result()[0].text for future in futures}) == 12
        assert max(local.batches) > 1  # type: ignore[attr-defined]

    def test_tokens_are_paid_for_exactly(self, local: Policy) -> None:
        budget = Budget(BudgetLimits(tokens=5000))
        answers = [each for _ in range(3) for each in local.submit(ask(2, budget=budget)).result()]
        usage = budget.usage()
        assert usage.tokens == sum(each.prompt_tokens + each.completion_tokens for each in answers)
        assert usage.reserved_tokens == 0
        with pytest.raises(LimitHit, match="tokens"):
            local.submit(ask(budget=Budget(BudgetLimits(tokens=20)))).result()

    def test_a_context_that_is_full_is_a_limit(self, raw: Path) -> None:
        policy = open_policy(str(raw))
        try:
            (answer,) = policy.submit(ask(max_tokens=5000)).result()
            assert answer.continues and answer.prompt.startswith("raw/")
            assert answer.prompt_tokens + answer.completion_tokens <= 128
            long = replace(ask(), view=replace(VIEW, preamble="-- " + "x" * 200))
            with pytest.raises(LimitHit, match="prompt alone"):
                policy.submit(long).result()
        finally:
            policy.close()

    def test_deadlines_and_cancelling(self, tiny: Path) -> None:
        now = [0.0]
        from prover.policy.local import LocalPolicy

        policy = LocalPolicy(tiny, clock=lambda: now[0])
        with pytest.raises(LimitHit, match="deadline"):
            policy.submit(ask(deadline=-1.0)).result()
        budget = Budget(BudgetLimits(tokens=100_000))
        future = policy.submit(ask(max_tokens=1500, budget=budget))
        policy.cancel(future)
        with pytest.raises(LimitHit, match="cancelled"):
            future.result()
        late = policy.submit(ask(max_tokens=1500, deadline=5.0, budget=budget))
        now[0] = 10.0
        with pytest.raises(LimitHit, match="deadline"):
            late.result()
        policy.close()
        policy.close()
        with pytest.raises(LimitHit, match="cancelled"):
            policy.submit(ask()).result()
        assert budget.usage().reserved_tokens == 0

    def test_a_broken_checkpoint_is_the_users_to_mend(self, tiny: Path, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text((tiny / "config.json").read_text())
        with pytest.raises(UserError, match="cannot be loaded"):
            open_policy(str(tmp_path))


class TestServer:
    def post(self, url: str, path: str = "completions", **body: Any) -> Any:
        with httpx.Client(trust_env=False, timeout=60.0) as client:
            response = client.post(f"{url}/{path}", json={"model": "tiny-chat", "seed": 3, "max_tokens": 8, **body})
        return response.json() if response.status_code == 200 else (response.status_code, response.json()["error"])

    def test_through_the_client_it_answers_as_in_process(self, server: str, local: Policy) -> None:
        policy = open_policy(server)
        try:
            assert policy.name == "tiny-chat"
            here, there = local.submit(ask(3)).result(), policy.submit(ask(3)).result()
            assert [each.text for each in there] == [each.text for each in here]
            assert [each.weights for each in there] == [each.weights for each in here]
            for one, other in zip(there, here, strict=True):
                assert one.tokens is not None and other.tokens is not None
                assert one.logprob == pytest.approx(other.logprob, abs=1e-4)
                assert one.certainty == pytest.approx(other.certainty, abs=1e-4)
                assert (one.prompt_tokens, one.completion_tokens) == (other.prompt_tokens, other.completion_tokens)
        finally:
            policy.close()

    def test_many_clients_at_once(self, server: str) -> None:
        policy = open_policy(server)
        futures = [policy.submit(ask(2, seed=seed)) for seed in range(40)]
        alone = policy.submit(ask(2, seed=17)).result()
        assert [each.text for each in futures[17].result()] == [each.text for each in alone]
        assert all(len(future.result()) == 2 for future in futures)
        policy.close()

    def test_completions_honour_n_stop_and_lists_of_prompts(self, server: str) -> None:
        two = self.post(server, prompt="theorem", n=2)
        assert len(two["choices"]) == 2 and two["usage"] == {
            "prompt_tokens": 7,
            "completion_tokens": 16,
            "total_tokens": 23,
        }
        assert {each["finish_reason"] for each in two["choices"]} == {"length"}
        assert two["choices"][0]["logprobs"] is None
        assert len(self.post(server, prompt=[[1, 2], [3]])["choices"]) == 2
        several = self.post(server, prompt=["theorem", "lemma"], n=2)
        assert [each["index"] for each in several["choices"]] == [0, 1, 2, 3]
        assert several["choices"][0]["text"] == two["choices"][0]["text"]
        stop = two["choices"][0]["text"][2:4]
        cut = self.post(server, prompt="theorem", stop=stop)["choices"][0]
        assert cut["finish_reason"] == "stop" and stop not in cut["text"]

    def test_log_probabilities_of_answers_and_prompts(self, server: str) -> None:
        drawn = self.post(server, prompt="abc", logprobs=1)["choices"][0]
        assert len(drawn["logprobs"]["tokens"]) == 8 and all(each < 0 for each in drawn["logprobs"]["token_logprobs"])
        echoed = self.post(server, prompt="abc", logprobs=1, echo=True)["choices"][0]
        assert echoed["text"].startswith("abc") and echoed["logprobs"]["tokens"][:3] == ["a", "b", "c"]
        assert echoed["logprobs"]["token_logprobs"][0] is None
        assert echoed["logprobs"]["token_logprobs"][3:] == drawn["logprobs"]["token_logprobs"]
        scored = self.post(server, prompt="abc", max_tokens=0, prompt_logprobs=0, echo=True)["choices"][0]
        values = [None if each is None else next(iter(each.values()))["logprob"] for each in scored["prompt_logprobs"]]
        assert values[1:] == pytest.approx(echoed["logprobs"]["token_logprobs"][1:3]) and values[0] is None
        chat = self.post(server, "chat/completions", messages=[{"role": "user", "content": "x"}], logprobs=True)
        assert len(chat["choices"][0]["logprobs"]["content"]) == 8

    @pytest.mark.parametrize(
        ("body", "status", "words"),
        [
            ({"prompt": "x", "model": "other"}, 404, "does not exist"),
            ({"prompt": "x", "stream": True}, 400, "does not offer stream"),
            ({"prompt": "x", "structured_outputs": {"choice": ["a"]}}, 400, "does not offer"),
            ({"prompt": "x", "n": 0}, 400, "n:"),
            ({"prompt": [999_999]}, 400, "token ids"),
            ({"prompt": "x" * 3000}, 400, "maximum context length is 2048"),
            ({}, 400, "prompt"),
        ],
    )
    def test_what_it_does_not_offer_is_refused_and_not_ignored(
        self, server: str, body: dict[str, Any], status: int, words: str
    ) -> None:
        said, error = self.post(server, **body)
        assert said == status and words in error["message"]

    def test_a_prompt_too_long_and_a_wrong_name_are_the_houses_errors(self, server: str) -> None:
        policy = open_policy(server)
        long = replace(ask(), view=replace(VIEW, preamble="-- " + "x" * 3000))
        with pytest.raises(LimitHit, match="does not fit"):
            policy.submit(long).result()
        policy.close()
        with pytest.raises(UserError, match="has no model"):
            open_policy(server, "wrong")


@pytest.mark.vllm
class TestVllm:
    """The same through vLLM, where it is installed."""

    @pytest.fixture(scope="class")
    def address(self, tiny: Path) -> Iterator[str]:
        pytest.importorskip("vllm")
        from serving import serving

        more = ("--vllm", "--max-model-len", "2048", "--enforce-eager", "--dtype", "float32")
        with serving(tiny, *more, log=tiny.parent / "vllm.log") as url:
            yield url

    def test_the_client_gets_what_it_asks_for(self, address: str, local: Policy) -> None:
        policy = open_policy(address, "tiny-chat")
        try:
            answers = policy.submit(ask(3)).result()
            assert len(answers) == 3 and all(each.finish is Finish.LENGTH for each in answers)
            assert all(each.tokens is not None and len(each.tokens) == 12 for each in answers)
            greedy = ask(temperature=0.0)
            (here,), (there,) = local.submit(greedy).result(), policy.submit(greedy).result()
            assert here.text == there.text and here.logprob == pytest.approx(there.logprob, abs=1e-3)
            assert here.prompt_tokens == there.prompt_tokens
            stop = there.text[3:5]
            (cut,) = policy.submit(ask(temperature=0.0, stop=(stop,))).result()
            assert cut.finish is Finish.STOP and cut.text == there.text[: there.text.index(stop)]
            (chosen,) = policy.submit(ask(guide=Guide(choices=("alpha", "beta")))).result()
            assert chosen.text in ("alpha", "beta")
        finally:
            policy.close()


def test_a_taken_port_and_a_folder_without_a_model_are_said_plainly(tiny: Path, tmp_path: Path) -> None:
    import socket

    from prover import cli_serve

    with pytest.raises(UserError, match=r"no config\.json"):
        cli_serve.run(str(tmp_path), host="127.0.0.1", port=1, name=None, vllm=False, more=[], say=lambda _text: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match="choose another --port"):
            cli_serve.run(
                str(tiny), host="127.0.0.1", port=port, name=None, vllm=False, more=[], say=lambda _text: None
            )
    assert threading.active_count() < 50
