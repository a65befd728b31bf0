"""Arithmetic of a decoder-only transformer: parameters, bytes and floating-point operations. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_project.errors import UserError

BF16 = 2
"""Bytes of a weight, an activation, and an entry of the KV cache."""
ADAM_BYTES = 16
"""Bytes for each trained parameter in mixed precision: weight 2, gradient 2, and in fp32 the master copy, the first and
the second moment 12 (Rajbhandari et al. 2020, arXiv 1910.02054, section 3.1)."""
LAYER_ACTIVATIONS = 34
"""Bytes for each token and unit of width that one layer keeps for its backward pass, attention matrices not among them
since flash attention makes them again (Korthikanti et al. 2022, arXiv 2205.05198, equation 2)."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """Sizes as a Hugging Face configuration has them. `tied`: the output layer is the embedding. `head_norms`: queries
    and keys are normalised by head, as in Qwen3."""

    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    tied: bool = False
    head_norms: bool = False
    attention_bias: bool = False

    @property
    def parameters(self) -> int:
        """All weights, embeddings included."""
        width = self.head_dim * (self.heads + 2 * self.kv_heads)
        attention = self.hidden * width + self.heads * self.head_dim * self.hidden
        biases = width if self.attention_bias else 0
        norms = 2 * self.hidden + (2 * self.head_dim if self.head_norms else 0)
        layer = attention + biases + 3 * self.hidden * self.intermediate + norms
        embeddings = self.vocabulary * self.hidden * (1 if self.tied else 2)
        return self.layers * layer + embeddings + self.hidden

    @property
    def weight_bytes(self) -> int:
        return BF16 * self.parameters

    @property
    def kv_bytes(self) -> int:
        """Bytes of the KV cache for one token."""
        return 2 * self.layers * self.kv_heads * self.head_dim * BF16

    def forward_flops(self, tokens: float, context: float) -> float:
        """Operations of a forward pass over `tokens` that each attend to `context` tokens on average: two for each
        weight and token (Kaplan et al. 2020, arXiv 2001.08361, table 1), and attention itself."""
        return tokens * (2.0 * self.parameters + 4.0 * self.layers * self.heads * self.head_dim * context)

    def activation_bytes(self, tokens: int) -> int:
        """Bytes of a micro-batch's backward pass with activation checkpointing: the input of every layer, all of one
        layer, and the logits in bf16 and fp32."""
        kept = self.layers * self.hidden * BF16
        return tokens * (kept + LAYER_ACTIVATIONS * self.hidden + (BF16 + 4) * self.vocabulary)


def from_config(config: Mapping[str, Any]) -> ModelShape:
    """The shape that a Hugging Face `config.json` describes. Raises UserError for one that says too little."""
    try:
        hidden, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
        return ModelShape(
            layers=int(config["num_hidden_layers"]),
            hidden=hidden,
            intermediate=int(config["intermediate_size"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_dim=int(config.get("head_dim") or hidden // heads),
            vocabulary=int(config["vocab_size"]),
            tied=bool(config.get("tie_word_embeddings", False)),
            head_norms=config.get("model_type") in ("qwen3", "qwen3_moe"),
            attention_bias=bool(config.get("attention_bias", config.get("model_type") == "qwen2")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"The model's configuration does not say how large it is ({error}). Planning needs a decoder-only model "
            "with hidden_size, num_hidden_layers, num_attention_heads, intermediate_size and vocab_size."
        ) from error


def from_folder(folder: Path) -> ModelShape:
    """The shape of a checkpoint. Raises UserError when there is none."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"{path} cannot be read: {why}. Give the folder of a Hugging Face checkpoint.") from error
    return from_config(config)
