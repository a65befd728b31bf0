"""From `--policy WHAT --model NAME` to a policy that is ready: a server's address, a checkpoint folder, `embedded`."""

from __future__ import annotations

import re
from pathlib import Path

from lean_project import environ
from lean_project.errors import UserError
from prover.policy.answers import Policy
from prover.policy.families import Family
from prover.policy.status import said_in
from prover.policy.wire import ListedModel, Malformed, read_models

_START_SECONDS = 10.0
_NAMED = 8


def open_policy(what: str, model: str | None = None, *, family: Family | None = None) -> Policy:
    """A policy over the server at `what` (`http://...`) or the checkpoint folder `what`, or the embedded model.

    Raises UserError: nobody answers there, the server has no such model, or something has to be installed.
    """
    if what == "embedded":
        from prover.policy.embedded import EmbeddedPolicy

        if model is not None:
            raise UserError("--model goes with a server; the embedded model is only one. Leave it out.")
        return EmbeddedPolicy()
    if re.match(r"https?://", what):
        from prover.policy.http import HttpPolicy, HttpSettings

        url, key = what.rstrip("/"), environ.policy_key()
        return HttpPolicy(HttpSettings(url, key), find_model(url, model, key), family=family)
    if "://" in what:
        raise UserError(f"--policy {what} is neither an http(s) address nor a folder, nor `embedded`.")
    folder = Path(what).expanduser()
    if not folder.is_dir():
        raise UserError(
            f"--policy {what}: there is no such folder. Give a checkpoint folder, or the address of a server "
            "(http://host:8000/v1; `gentzen serve --model FOLDER` starts one)."
        )
    if model is not None:
        raise UserError("--model goes with a server; a checkpoint folder holds one model only. Leave it out.")
    from prover.policy.local import LocalPolicy

    return LocalPolicy(folder, family=family)


def find_model(url: str, model: str | None, key: str | None = None) -> ListedModel:
    """The server's own entry for `model`, or for its only one. Raises UserError.

    A server whose list cannot be had is taken at its word if `model` is given: its answers are checked anyhow.
    """
    import httpx

    local = httpx.URL(url).host in ("127.0.0.1", "localhost", "::1")
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    try:
        with httpx.Client(timeout=_START_SECONDS, trust_env=not local, headers=headers) as client:
            response = client.get(f"{url}/models")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UserError(
            f"No server answers at {url} ({error or type(error).__name__}). Start one (`gentzen serve --model FOLDER`, "
            "or `vllm serve MODEL`), or check --policy."
        ) from error
    if response.status_code in (401, 403):
        raise UserError(
            f"The server at {url} refuses access ({said_in(response.content) or response.status_code}). "
            "Set GENTZEN_POLICY_KEY to a key that it accepts."
        )
    try:
        listed = read_models(response.content) if response.status_code == 200 else []
    except Malformed:
        listed = []
    if not listed:
        if model is None:
            raise UserError(f"{url}/models lists no model. Say which one to ask for with --model NAME.")
        return ListedModel(id=model)
    return _chosen(url, listed, model)


def _chosen(url: str, listed: list[ListedModel], model: str | None) -> ListedModel:
    names = ", ".join(each.id for each in listed[:_NAMED]) + (", ..." if len(listed) > _NAMED else "")
    if model is None:
        if len(listed) > 1:
            raise UserError(f"The server at {url} has several models: {names}. Choose one with --model NAME.")
        return listed[0]
    found = next((each for each in listed if model in (each.id, each.root)), None)
    if found is None:
        raise UserError(f"The server at {url} has no model {model!r}; it has {names}. Check --model.")
    return found
