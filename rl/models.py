"""Models to train: a tiny one from a configuration, or any checkpoint folder that is here. Needs the extra `train`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from prover.policy.checkpoint import LOADING

END, PAD = "<|end|>", "<|pad|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
CHAT = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
LEAST_HEAD = 32
"""vLLM's attention on CPU refuses heads of fewer dimensions, and says so at the first request only."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A decoder of Qwen3's architecture. `context`: tokens of prompt and completion together."""

    layers: int = 2
    hidden: int = 64
    heads: int = 2
    kv_heads: int = 1
    head_dim: int = LEAST_HEAD
    intermediate: int = 128
    context: int = 1024
    tied: bool = True

    def __post_init__(self) -> None:
        if self.head_dim < LEAST_HEAD:
            raise ValueError(f"head_dim must be {LEAST_HEAD} or more, not {self.head_dim}")
        if self.heads % self.kv_heads:
            raise ValueError("heads must be a multiple of kv_heads")


def train_tokenizer(texts: Iterable[str], vocabulary: int = 2000, *, chat: bool = True) -> Any:
    """A byte-level BPE tokenizer learned from `texts`: every text can be written with it. Deterministic.

    `vocabulary`: tokens at most, the 256 bytes and the special ones among them. `chat`: with a chat template.
    """
    _require()
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = [END, PAD, *ROLES]
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=special,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=list(ROLES),
        padding_side="left",
        chat_template=CHAT if chat else None,
    )


def new_model(config: ModelConfig, tokenizer: Any, *, seed: int = 0) -> Any:
    """A model with random weights, float32, on the CPU; the same for the same seed."""
    _require()
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    with LOADING, torch.random.fork_rng():
        torch.manual_seed(seed)
        model: Any = Qwen3ForCausalLM(
            Qwen3Config(
                vocab_size=len(tokenizer),
                hidden_size=config.hidden,
                intermediate_size=config.intermediate,
                num_hidden_layers=config.layers,
                num_attention_heads=config.heads,
                num_key_value_heads=config.kv_heads,
                head_dim=config.head_dim,
                max_position_embeddings=config.context,
                eos_token_id=tokenizer.eos_token_id,
                pad_token_id=tokenizer.pad_token_id,
                tie_word_embeddings=config.tied,
            )
        )
    return model


def load(folder: Path) -> tuple[Any, Any]:
    """Model (float32 on the CPU) and tokenizer of a checkpoint folder; nothing is fetched. Raises UserError."""
    _require()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if not (folder / "config.json").is_file():
        raise UserError(f"{folder} is no checkpoint folder (it has no config.json). Give a folder with a saved model.")
    dtype = "auto" if torch.cuda.is_available() else torch.float32
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        with LOADING:
            model = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True, dtype=dtype)
    except (OSError, ValueError, KeyError) as error:
        first = str(error).strip().partition("\n")[0]
        raise UserError(
            f"The checkpoint in {folder} cannot be loaded: {first}. Check that its files are whole."
        ) from error
    tokenizer.padding_side = "left"
    return model, tokenizer


def save(model: Any, tokenizer: Any, folder: Path, *, config: ModelConfig | None = None) -> Path:
    """Write a checkpoint folder that `load`, transformers, vLLM and `gentzen prove --policy` read."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(folder))
    _save_beside(tokenizer, folder)
    if config is not None:
        (folder / "gentzen_model.json").write_text(json.dumps(asdict(config)), encoding="utf-8")
    return folder


def save_trained(trainer: Any, tokenizer: Any, folder: Path) -> Path:
    """As `save`, of what a trainer has trained. Every process of the training calls it, since each may hold a part of
    the weights; it returns when the folder is whole."""
    if trainer.accelerator.num_processes == 1:
        return save(trainer.accelerator.unwrap_model(trainer.model), tokenizer, folder)
    trainer.save_model(str(folder))
    if trainer.accelerator.is_main_process:
        (folder / "training_args.bin").unlink(missing_ok=True)  # says where this machine keeps things
        _save_beside(tokenizer, folder)
    trainer.accelerator.wait_for_everyone()
    return folder


def _save_beside(tokenizer: Any, folder: Path) -> None:
    tokenizer.save_pretrained(str(folder))
    # Without `do_sample` transformers' own server is always greedy.
    sampling = {"do_sample": True, "temperature": 1.0, "top_k": 0, "eos_token_id": tokenizer.eos_token_id}
    sampling["pad_token_id"] = tokenizer.pad_token_id
    (folder / "generation_config.json").write_text(json.dumps(sampling), encoding="utf-8")


def line_ends(tokenizer: Any) -> frozenset[int]:
    """The tokens whose text has a line break in it: where a tactic block's steps end."""
    return frozenset(number for number in range(len(tokenizer)) if "\n" in tokenizer.decode([number]))


def lengths(tokenizer: Any, texts: Sequence[str]) -> list[int]:
    """Tokens of each text."""
    return [len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]


def dataset(rows: Sequence[Mapping[str, Any]]) -> Any:
    """The rows as `datasets` keeps them, whose progress bars are off: a trainer maps every set several times."""
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    return Dataset.from_list(list(rows))


def quiet(trainer: Any) -> None:
    """Keep a trainer from printing its log lines: stdout is for results, and its folder has them."""
    from transformers import PrinterCallback

    trainer.remove_callback(PrinterCallback)


def checkpointing(arguments: type) -> str:
    """The argument that trades time for memory by recomputing activations: its name, which transformers changed."""
    new = "activation_checkpointing"
    return new if any(each.name == new for each in fields(arguments)) else "gradient_checkpointing"


def _require() -> None:
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
        from transformers.utils import logging

        shown: Any = logging
        shown.disable_progress_bar()
    except ImportError as error:
        raise UserError(
            f"Training needs PyTorch and transformers, and {error.name} is not installed. "
            "Install them with: pip install 'gentzen[train]'"
        ) from error
