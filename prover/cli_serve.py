"""`gentzen serve`: a checkpoint folder behind an OpenAI-compatible address, by vLLM where that is installed."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lean_project.errors import UserError

Say = Callable[[str], None]


def run(model: str, *, host: str, port: int, name: str | None, vllm: bool | None, more: Sequence[str], say: Say) -> int:
    """Serve until interrupted. `vllm`: True insists on it, False does without, None takes it where it is installed.
    `more`: further options for vLLM. Under vLLM this process becomes its server, and the call does not return.

    Raises UserError when something has to be installed, or the folder holds no checkpoint.
    """
    if vllm is None:
        vllm = has_vllm()
    if vllm:
        if not has_vllm():
            raise UserError("vLLM is not installed. Install it with: pip install 'gentzen[vllm]' (Linux, with a GPU)")
        command = vllm_command(model, host=host, port=port, name=name, more=more)
        say(f"gentzen: vLLM serves {model} at http://{host}:{port}/v1")
        sys.stdout.flush()
        os.execv(command[0], command)
    if more:
        raise UserError(f"{' '.join(more)}: these options are for vLLM, which is not used here.")
    return _serve(Path(model).expanduser(), host, port, name, say)


def has_vllm() -> bool:
    return importlib.util.find_spec("vllm") is not None


def vllm_command(model: str, *, host: str, port: int, name: str | None, more: Sequence[str]) -> list[str]:
    """The command of vLLM's server. Log-probabilities are those of the tokens as they are drawn from the model at
    temperature 1, as many as are asked for; prompts share what they have in common."""
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", model]
    command += ["--host", host, "--port", str(port), "--served-model-name", name or Path(model).name]
    command += ["--logprobs-mode", "raw_logprobs", "--max-logprobs", "-1", "--enable-prefix-caching"]
    return [*command, "--generation-config", "vllm", *more]


def _serve(folder: Path, host: str, port: int, name: str | None, say: Say) -> int:
    try:
        import starlette  # noqa: F401
        import uvicorn
    except ImportError as error:
        raise UserError(
            f"Without vLLM a server needs {error.name}, which is not installed. "
            "Install what it takes with: pip install 'gentzen[train,serve]'"
        ) from error
    from prover.policy.checkpoint import Checkpoint
    from prover.policy.generate import Engine
    from prover.policy.server import Serving, application

    checkpoint = Checkpoint(folder)
    serving = Serving(Engine(checkpoint), [name or checkpoint.name])
    server = uvicorn.Server(
        uvicorn.Config(application(serving), host=host, port=port, log_level="warning", access_log=False)
    )
    say(f"gentzen: {checkpoint.name} (weights {checkpoint.weights}, {checkpoint.device}) at http://{host}:{port}/v1")
    try:
        server.run()
    except SystemExit as error:  # uvicorn's way to say that the address is taken; it has said why on stderr
        raise UserError(f"http://{host}:{port} cannot be served: choose another --port.") from error
    finally:
        serving.engine.close()
    return 0 if server.started else 2
