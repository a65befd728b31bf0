"""The OpenAI-compatible HTTP interface as data: bodies of requests, and answers read with care."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prover.policy.answers import Answer, Finish, Token
from prover.policy.prompts import Prompt
from prover.policy.requests import Guide, Sampling

FINISHES = {
    "stop": Finish.STOP,
    "eos": Finish.STOP,
    "eos_token": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "length": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "content_filter": Finish.FILTERED,
}


class Malformed(ValueError):  # noqa: N818 (it says what the body is)
    """The body is no answer of this interface."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _TextLogprobs(_Lenient):
    tokens: list[str] = []
    token_logprobs: list[float | None] = []


class _ChatToken(_Lenient):
    token: str
    logprob: float


class _ChatLogprobs(_Lenient):
    content: list[_ChatToken] | None = None


class _TextChoice(_Lenient):
    index: int = 0
    text: str | None = None
    finish_reason: str | None = None
    logprobs: _TextLogprobs | None = None
    certainty: float | None = None


class _ChatMessage(_Lenient):
    content: str | None = None


class _ChatChoice(_Lenient):
    index: int = 0
    message: _ChatMessage = _ChatMessage()
    finish_reason: str | None = None
    logprobs: _ChatLogprobs | None = None
    certainty: float | None = None


class Usage(_Lenient):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(default=0, ge=0)


class _Completion(_Lenient):
    model: str = ""
    choices: list[_TextChoice] = Field(min_length=1)
    usage: Usage | None = None


class _Chat(_Lenient):
    model: str = ""
    choices: list[_ChatChoice] = Field(min_length=1)
    usage: Usage | None = None


class ListedModel(_Lenient):
    """An entry of `/v1/models`. `root`: the folder or name that vLLM loaded it from; `weights`: gentzen's own server
    says which numbers it serves; `chat`: whether it has a chat template (None: unknown)."""

    id: str
    root: str | None = None
    owned_by: str = ""
    max_model_len: int | None = None
    weights: str = ""
    chat: bool | None = None


class Models(_Lenient):
    data: list[ListedModel] = []


class Reply(BaseModel):
    """An answer of the server, read: the samples (at most as many as were asked for, each index once), the model that
    it says it is, and what it counted; `usage` None where it does not count."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    answers: tuple[Answer, ...]
    model: str
    usage: Usage | None


def body(prompt: Prompt, sampling: Sampling, model: str, *, extras: bool, guided: bool) -> dict[str, Any]:
    """The JSON of a request. `extras`: ask for `logprobs` and name a `seed`, which some servers refuse. `guided`: the
    server understands vLLM's `structured_outputs`."""
    made: dict[str, Any] = {
        "model": model,
        "n": sampling.n,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
    }
    if prompt.chat:
        made["messages"] = [{"role": each.role, "content": each.content} for each in prompt.messages]
    else:
        made["prompt"] = prompt.text
    if prompt.stop:
        made["stop"] = list(prompt.stop)
    if extras and sampling.logprobs:
        made["logprobs"] = True if prompt.chat else 1
    if extras and sampling.seed is not None:
        made["seed"] = sampling.seed
    if guided and sampling.guide is not None:
        made["structured_outputs"] = structured(sampling.guide)
    return made


def structured(guide: Guide) -> dict[str, Any]:
    """vLLM's `structured_outputs` field."""
    return {"choice": list(guide.choices)} if guide.choices else {"regex": guide.regex}


def read_reply(data: bytes, prompt: Prompt, sampling: Sampling, weights: str) -> Reply:
    """Read an answer's body. Raises Malformed for anything that is none."""
    try:
        if prompt.chat:
            chat = _Chat.model_validate_json(data)
            return _reply(chat.model, [_chat(each) for each in chat.choices], chat.usage, prompt, sampling, weights)
        text = _Completion.model_validate_json(data)
        return _reply(text.model, [_text(each) for each in text.choices], text.usage, prompt, sampling, weights)
    except (ValidationError, UnicodeDecodeError) as error:
        raise Malformed(str(error).partition("\n")[0]) from error


def read_models(data: bytes) -> list[ListedModel]:
    """The entries of `/v1/models`. Raises Malformed."""
    try:
        return Models.model_validate_json(data).data
    except (ValidationError, UnicodeDecodeError) as error:
        raise Malformed(str(error).partition("\n")[0]) from error


_Sample = tuple[int, str | None, str | None, tuple[Token, ...] | None, float | None]


def _text(choice: _TextChoice) -> _Sample:
    logprobs = choice.logprobs
    tokens = None
    if logprobs is not None and len(logprobs.tokens) == len(logprobs.token_logprobs):
        pairs = zip(logprobs.tokens, logprobs.token_logprobs, strict=True)
        tokens = tuple(Token(text, value) for text, value in pairs if value is not None)
    return choice.index, choice.text, choice.finish_reason, tokens, choice.certainty


def _chat(choice: _ChatChoice) -> _Sample:
    content = None if choice.logprobs is None else choice.logprobs.content
    tokens = None if content is None else tuple(Token(each.token, each.logprob) for each in content)
    return choice.index, choice.message.content, choice.finish_reason, tokens, choice.certainty


def _reply(
    model: str,
    samples: Sequence[_Sample],
    usage: Usage | None,
    prompt: Prompt,
    sampling: Sampling,
    weights: str,
) -> Reply:
    by_index: dict[int, _Sample] = {}
    for number, sample in enumerate(samples):
        index = sample[0] if len(samples) > 1 else number
        by_index.setdefault(index, sample)
    chosen = [by_index[index] for index in sorted(by_index)][: sampling.n]
    counts = _completion_tokens(chosen, usage)
    answers = tuple(
        Answer(
            text=text or "",
            finish=_finish(text, reason),
            model=model,
            weights=weights,
            prompt=prompt.version,
            prompt_tokens=usage.prompt_tokens if usage is not None and number == 0 else 0,
            completion_tokens=count,
            tokens=tokens,
            certainty=certainty,
            continues=not prompt.chat,
        )
        for number, ((_, text, reason, tokens, certainty), count) in enumerate(zip(chosen, counts, strict=True))
    )
    return Reply(answers=answers, model=model, usage=usage)


def _finish(text: str | None, reason: str | None) -> Finish:
    if reason is None:
        return Finish.STOP if text else Finish.MALFORMED
    finish = FINISHES.get(reason, Finish.MALFORMED)
    # A thinking model that never came to its answer has no content, and says so by its reason.
    return Finish.MALFORMED if text is None and finish is Finish.STOP else finish


def _completion_tokens(samples: Sequence[_Sample], usage: Usage | None) -> list[int]:
    """Tokens of each sample: as many as have a log-probability; else the total, shared out so that sums are right."""
    known = [None if tokens is None else len(tokens) for _, _, _, tokens, _ in samples]
    if usage is None:
        return [count or 0 for count in known]
    if all(count is not None for count in known) and sum(count or 0 for count in known) == usage.completion_tokens:
        return [count or 0 for count in known]
    share, rest = divmod(usage.completion_tokens, len(samples))
    return [share + (number < rest) for number in range(len(samples))]
