"""What a server's refusal means: the user must act, a limit, our machinery, or a matter of trying again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lean_project.errors import GentzenError, LimitHit, MachineryError, UserError

_CONTEXT = ("context length", "context_length", "maximum context", "max_model_len", "too many tokens", "too long")
_TEMPLATE = ("chat template", "chat_template")


@dataclass(frozen=True, slots=True)
class Decision:
    """Raise `error`, or try again where it is None: without chat, without extras, or as it was. `lost`: the attempt may
    have been worked on."""

    reason: str
    error: GentzenError | None = None
    lost: bool = False
    without_chat: bool = False
    without_extras: bool = False


def refused(status: int, data: bytes, *, chat: bool, extras: bool, url: str, model: str) -> Decision:
    """What to do about an answer with a status other than 200. `chat`, `extras`: how the request was made."""
    said = said_in(data)
    reason = f"status {status}" + (f": {said}" if said else "")
    if status in (401, 403):
        error = UserError(
            f"The server at {url} refuses access ({reason}). Set GENTZEN_POLICY_KEY to a key that it accepts."
        )
        return Decision(reason, error)
    if status == 404 and chat and "model" not in said.lower():
        return Decision(reason, without_chat=True)
    if status == 404:
        error = UserError(
            f"The server at {url} does not know the model {model!r} or has nothing at this address ({reason}). "
            f"Check --policy (it usually ends in /v1) and --model; {url}/models lists what it serves."
        )
        return Decision(reason, error)
    if status in (400, 413, 422):
        lower = said.lower()
        if status == 413 or any(words in lower for words in _CONTEXT):
            return Decision(reason, LimitHit("tokens", None, f"the prompt does not fit into the model ({said})"))
        if chat and any(words in lower for words in _TEMPLATE):
            return Decision(reason, without_chat=True)
        if extras:
            return Decision(reason, without_extras=True)
        return Decision(reason, MachineryError(f"the server at {url} does not understand the request ({reason})"))
    if status in (429, 503):
        return Decision(reason)
    if status >= 500 or status in (408, 409, 425):
        return Decision(reason, lost=True)
    error = UserError(f"{url} does not answer like a server of this kind ({reason}). Check --policy.")
    return Decision(reason, error)


def said_in(data: bytes) -> str:
    """The message of an error's body, on one line of at most 200 characters."""
    text = data[:4096].decode(errors="replace")
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if isinstance(value, dict):
        inner = value.get("error", value.get("detail", value.get("message", "")))
        text = str(inner.get("message", inner)) if isinstance(inner, dict) else str(inner)
    return " ".join(text.split())[:200]
