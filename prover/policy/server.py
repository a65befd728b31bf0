"""A small OpenAI-compatible server over a checkpoint folder, for machines without vLLM.

`/health`, `/v1/models`, `/v1/completions`, `/v1/chat/completions`. It honours `n`, `logprobs`, `echo`,
`prompt_logprobs` (vLLM's), `stop`, `seed`, `max_tokens`, `temperature` and `top_p`; anything else that would change the
answer (`stream`, `tools`, guided output, `best_of`) is refused and not ignored.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lean_project.errors import LimitHit
from prover.policy.checkpoint import Checkpoint
from prover.policy.generate import Engine, Job, Sample, Samples
from prover.policy.prompts import Message

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request as HttpRequest
    from starlette.responses import JSONResponse

OWNER = "gentzen"
_NOT_OFFERED = ("stream", "tools", "best_of", "structured_outputs", "response_format", "suffix", "logit_bias")


class _Asked(BaseModel):
    """What both kinds of request have in common. Extra fields are looked at by hand."""

    model_config = ConfigDict(extra="allow")

    model: str
    n: int = Field(default=1, ge=1, le=256)
    temperature: float = Field(default=1.0, ge=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=0)
    max_completion_tokens: int | None = Field(default=None, ge=0)
    stop: str | list[str] | None = None
    seed: int | None = None
    prompt_logprobs: int | None = None

    @property
    def stops(self) -> tuple[str, ...]:
        return () if self.stop is None else (self.stop,) if isinstance(self.stop, str) else tuple(self.stop)


class _TextAsked(_Asked):
    prompt: str | list[int] | list[str] | list[list[int]]
    logprobs: int | None = None
    echo: bool = False


class _ChatTurn(BaseModel):
    role: str
    content: str


class _ChatAsked(_Asked):
    messages: list[_ChatTurn] = Field(min_length=1)
    logprobs: bool = False


class _Refused(Exception):  # noqa: N818 (it is an answer)
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Serving:
    """The application's state: one engine, and answers as plain data."""

    def __init__(self, engine: Engine, names: Sequence[str]) -> None:
        self.engine, self.names = engine, tuple(names)
        self.started = int(time.time())

    @property
    def checkpoint(self) -> Checkpoint:
        return self.engine.checkpoint

    def models(self) -> dict[str, Any]:
        entry = {
            "object": "model",
            "created": self.started,
            "owned_by": OWNER,
            "root": self.checkpoint.name,
            "max_model_len": self.checkpoint.context,
            "weights": self.checkpoint.weights,
            "chat": self.checkpoint.has_chat,
        }
        return {"object": "list", "data": [{"id": name, **entry} for name in self.names]}

    async def completions(self, data: bytes) -> dict[str, Any]:
        asked = _TextAsked.model_validate_json(data)
        self._check(asked)
        prompts = [self._ids(each) for each in _prompts(asked.prompt)]
        limit = 16 if asked.max_tokens is None else asked.max_tokens
        found = await self._sample(asked, prompts, limit)
        choices: list[dict[str, Any]] = []
        for ids, samples in zip(prompts, found, strict=True):
            scored = asked.prompt_logprobs is not None or (asked.echo and asked.logprobs is not None)
            scores = await asyncio.to_thread(self.checkpoint.score, ids) if scored else None
            for each in samples or (None,):
                choices.append(self._text_choice(len(choices), asked, ids, each, scores))
        return self._reply("text_completion", asked.model, choices, prompts, found)

    async def chat(self, data: bytes) -> dict[str, Any]:
        asked = _ChatAsked.model_validate_json(data)
        self._check(asked)
        if not self.checkpoint.has_chat:
            raise _Refused(400, "this model has no chat template: use /v1/completions")
        ids = self.checkpoint.encode_chat([Message(turn.role, turn.content) for turn in asked.messages])
        limit = asked.max_completion_tokens or asked.max_tokens or 1024
        found = await self._sample(asked, [ids], limit)
        choices = []
        for number, each in enumerate(found[0]):
            tokens = [{"token": token.text, "logprob": token.logprob, "top_logprobs": []} for token in each.tokens]
            choices.append(
                {
                    "index": number,
                    "message": {"role": "assistant", "content": each.text},
                    "finish_reason": each.finish.value,
                    "logprobs": {"content": tokens} if asked.logprobs else None,
                    "certainty": each.certainty,
                }
            )
        return self._reply("chat.completion", asked.model, choices, [ids], found)

    def _check(self, asked: _Asked) -> None:
        if asked.model not in self.names:
            raise _Refused(404, f"The model `{asked.model}` does not exist. There is {', '.join(self.names)}.")
        extra = asked.model_extra or {}
        wrong = [name for name in _NOT_OFFERED if extra.get(name) not in (None, False, [], {})]
        if wrong:
            raise _Refused(400, f"this server does not offer {', '.join(wrong)}")

    def _ids(self, prompt: str | list[int]) -> list[int]:
        ids = self.checkpoint.encode(prompt) if isinstance(prompt, str) else prompt
        size = int(self.checkpoint.model.get_input_embeddings().num_embeddings)
        if not ids or not all(0 <= each < size for each in ids):
            raise _Refused(400, f"token ids must be from 0 to {size - 1}, and at least one")
        return ids

    async def _sample(self, asked: _Asked, prompts: Sequence[list[int]], limit: int) -> list[Samples]:
        gone = False

        def job(number: int, ids: list[int]) -> Job:
            seed = None if asked.seed is None else asked.seed + number * asked.n
            return Job(
                tuple(ids), asked.n, asked.temperature, asked.top_p, limit, asked.stops, seed, expired=lambda: gone
            )

        if limit == 0:
            return [() for _ in prompts]
        futures: list[Future[Samples]] = [self.engine.submit(job(number, ids)) for number, ids in enumerate(prompts)]
        try:
            return list(await asyncio.gather(*(asyncio.wrap_future(future) for future in futures)))
        except LimitHit as hit:
            if hit.kind != "tokens":
                raise _Refused(503, str(hit)) from hit
            raise _Refused(
                400, f"This model's maximum context length is {self.checkpoint.context} tokens: {hit}"
            ) from hit
        finally:
            gone = True

    def _text_choice(
        self, index: int, asked: _TextAsked, ids: list[int], sample: Sample | None, scores: list[float | None] | None
    ) -> dict[str, Any]:
        drawn = () if sample is None else sample.tokens
        tokens, logprobs = [each.text for each in drawn], [each.logprob for each in drawn]
        shown: list[float | None] = list(logprobs)
        text = "" if sample is None else sample.text
        if asked.echo:
            text = self.checkpoint.decode(ids) + text
            if scores is not None:
                tokens, shown = [*self.checkpoint.pieces(ids), *tokens], [*scores, *shown]
        choice: dict[str, Any] = {
            "index": index,
            "text": text,
            "finish_reason": "length" if sample is None else sample.finish.value,
            "logprobs": {"tokens": tokens, "token_logprobs": shown} if asked.logprobs is not None else None,
            "certainty": None if sample is None else sample.certainty,
        }
        if asked.prompt_logprobs is not None and scores is not None:
            pieces = self.checkpoint.pieces(ids)
            choice["prompt_logprobs"] = [
                None if score is None else {str(each): {"logprob": score, "decoded_token": piece}}
                for each, piece, score in zip(ids, pieces, scores, strict=True)
            ]
        return choice

    def _reply(
        self,
        kind: str,
        model: str,
        choices: list[dict[str, Any]],
        prompts: Sequence[Sequence[int]],
        found: Sequence[Samples],
    ) -> dict[str, Any]:
        prompt_tokens = sum(len(ids) for ids in prompts)
        drawn = sum(len(each.tokens) for samples in found for each in samples)
        usage = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": drawn,
            "total_tokens": prompt_tokens + drawn,
        }
        return {
            "id": f"cmpl-{uuid.uuid4().hex}",
            "object": kind,
            "created": int(time.time()),
            "model": model,
            "choices": choices,
            "usage": usage,
        }


def _prompts(prompt: str | list[int] | list[str] | list[list[int]]) -> list[str | list[int]]:
    """One prompt or several."""
    if isinstance(prompt, str):
        return [prompt]
    if all(isinstance(each, int) for each in prompt):
        return [[each for each in prompt if isinstance(each, int)]]
    return [each for each in prompt if not isinstance(each, int)]


def application(serving: Serving) -> Starlette:
    """The ASGI application. Closing it ends the engine."""
    from contextlib import asynccontextmanager

    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def answered(request: HttpRequest, chat: bool) -> JSONResponse:
        try:
            data = await request.body()
            return JSONResponse(await (serving.chat(data) if chat else serving.completions(data)))
        except _Refused as refusal:
            return _error(JSONResponse, refusal.status, refusal.message)
        except ValidationError as error:
            return _error(JSONResponse, 400, "; ".join(_sentence(each) for each in error.errors()))

    async def completions(request: HttpRequest) -> JSONResponse:
        return await answered(request, chat=False)

    async def chat(request: HttpRequest) -> JSONResponse:
        return await answered(request, chat=True)

    async def models(_request: HttpRequest) -> JSONResponse:
        return JSONResponse(serving.models())

    async def health(_request: HttpRequest) -> Response:
        return Response(status_code=200)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> Any:
        yield
        await asyncio.to_thread(serving.engine.close)

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/v1/models", models),
            Route("/v1/completions", completions, methods=["POST"]),
            Route("/v1/chat/completions", chat, methods=["POST"]),
        ],
        lifespan=lifespan,
    )


def _error(response: type[JSONResponse], status: int, message: str) -> JSONResponse:
    return response({"error": {"message": message, "type": "invalid_request_error", "code": status}}, status)


def _sentence(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
