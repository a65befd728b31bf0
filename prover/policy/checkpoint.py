"""A model's checkpoint folder, loaded with transformers. torch is imported when one is loaded, not before."""

from __future__ import annotations

import hashlib
import inspect
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lean_project.errors import LimitHit, UserError
from prover.policy.prompts import Message

_SAMPLE = 1 << 20
"""Bytes of every weight file that go into the weights' id, beside its size."""

LOADING = threading.Lock()
"""Held while a model is built: transformers builds it on a device without memory, by a switch that is the process's."""


class Checkpoint:
    """Weights and tokenizer. One thread generates (`prover.policy.generate.Engine`); any may encode, decode and score.

    `name`: the folder's name. `weights`: an id of its files' contents (16 hex digits, from the configuration and from
    the size and first MiB of each weight file). `context`: tokens of prompt and answer together, None for no limit.
    `cache`: what the model's `forward` and its output call the keys and values of earlier tokens.
    """

    def __init__(self, folder: Path) -> None:
        """Raises UserError when the folder holds no checkpoint, or what reads one is not installed."""
        self.folder = folder
        if not (folder / "config.json").is_file():
            raise UserError(
                f"{folder} is no checkpoint folder (it has no config.json). Give a folder that holds a model saved "
                "with transformers, or the address of a server (http://host:8000/v1)."
            )
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
            from transformers.utils import logging as transformers_logging
        except ImportError as error:
            raise UserError(
                f"A model in a folder needs PyTorch and transformers, and {error.name} is not installed. "
                "Install them with: pip install 'gentzen[train]'"
            ) from error
        quiet: Any = transformers_logging
        quiet.set_verbosity_error()
        quiet.disable_progress_bar()
        self.torch: Any = torch
        self.name, self.weights = folder.resolve().name, weights_id(folder)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            with LOADING:
                model: Any = AutoModelForCausalLM.from_pretrained(
                    str(folder), local_files_only=True, dtype="auto" if self.device == "cuda" else torch.float32
                )
        except (OSError, ValueError, KeyError, json.JSONDecodeError) as error:
            first = str(error).strip().partition("\n")[0]
            raise UserError(
                f"The checkpoint in {folder} cannot be loaded: {first}. Check that its files are whole."
            ) from error
        self.model: Any = model.to(self.device).eval()
        # Newer versions of transformers call it `cache`, and warn of the old name.
        known = inspect.signature(type(model).forward).parameters
        self.cache = "cache" if "cache" in known else "past_key_values"
        self.context: int | None = getattr(self.model.config, "max_position_embeddings", None)

    @property
    def has_chat(self) -> bool:
        return bool(getattr(self.tokenizer, "chat_template", None))

    @property
    def ends(self) -> frozenset[int]:
        """The tokens that end an answer."""
        said = getattr(self.model.generation_config, "eos_token_id", None)
        ends = set(said if isinstance(said, list) else [] if said is None else [said])
        if self.tokenizer.eos_token_id is not None:
            ends.add(self.tokenizer.eos_token_id)
        return frozenset(ends)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text to be continued. An empty text is one token, so that something can follow it."""
        ids: list[int] = self.tokenizer(text)["input_ids"]
        return ids or [self.tokenizer.bos_token_id or next(iter(self.ends), 0)]

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """Token ids of a conversation, up to its answer's place. Raises LimitHit without a template."""
        if not self.has_chat:
            raise LimitHit("tokens", None, "this model has no chat template")
        plain = [{"role": each.role, "content": each.content} for each in messages]
        text = self.tokenizer.apply_chat_template(plain, tokenize=False, add_generation_prompt=True)
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        text: str = self.tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The text of each token on its own; a character cut in two by tokens shows as a replacement character."""
        return [self.tokenizer.decode([each]) for each in ids]

    def room(self, prompt: int) -> int | None:
        """Tokens that an answer to a prompt of `prompt` tokens can have. Raises LimitHit when there is none."""
        if self.context is None:
            return None
        if prompt >= self.context:
            raise LimitHit("tokens", self.context, f"the prompt alone has {prompt} tokens")
        return self.context - prompt

    def score(self, ids: Sequence[int]) -> list[float | None]:
        """Log-probability of every token given those before it; None for the first."""
        torch = self.torch
        self.room(len(ids) - 1)
        with torch.inference_mode():
            logits = self.model(input_ids=torch.tensor([list(ids)], device=self.device)).logits[0, :-1].float()
            logprobs = torch.log_softmax(logits, dim=-1)
            picked = logprobs.gather(1, torch.tensor(list(ids[1:]), device=self.device).unsqueeze(1)).squeeze(1)
        return [None, *picked.tolist()]


def weights_id(folder: Path) -> str:
    digest = hashlib.sha256((folder / "config.json").read_bytes())
    for path in sorted((*folder.glob("*.safetensors"), *folder.glob("*.bin"))):
        digest.update(f"\0{path.name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:16]
