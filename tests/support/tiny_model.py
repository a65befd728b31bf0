"""A tiny Qwen3 checkpoint, built on the spot: 2 layers, byte-level tokens, random weights. Needs torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CHAT = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ("<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>")


def tokenizer() -> Any:
    """A tokenizer with one token for every byte, and the special ones."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(list(SPECIAL))
    return PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token=SPECIAL[0], pad_token=SPECIAL[1], padding_side="left", chat_template=CHAT
    )


def build(folder: Path, *, chat: bool = True, seed: int = 0, context: int = 2048) -> Path:
    """Write the checkpoint into `folder`, whose name is the model's."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(seed)
    words = tokenizer()
    if not chat:
        words.chat_template = None
    config = Qwen3Config(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        max_position_embeddings=context,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
        tie_word_embeddings=True,
    )
    model = Qwen3ForCausalLM(config)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(folder))
    words.save_pretrained(str(folder))
    sampling = {"do_sample": True, "temperature": 1.0, "top_k": 0, "eos_token_id": words.eos_token_id}
    (folder / "generation_config.json").write_text(json.dumps(sampling), encoding="utf-8")
    return folder


def teach(folder: Path, answer: str, prompts: list[str], *, steps: int = 60) -> None:
    """Train the checkpoint until it continues each prompt with `answer`: enough for a test from end to end."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # Small matrices: more threads only get into each other's way.
    words = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True, dtype=torch.float32)
    reply = [*words(answer, add_special_tokens=False)["input_ids"], words.eos_token_id]
    rows = [(words(prompt, add_special_tokens=False)["input_ids"], reply) for prompt in prompts]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for step in range(steps):
        prompt, wanted = rows[step % len(rows)]
        ids = torch.tensor([prompt + wanted])
        labels = torch.tensor([[-100] * len(prompt) + wanted])
        loss = model(input_ids=ids, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if loss.item() < 0.02:
            break
    torch.set_num_threads(threads)
    model.save_pretrained(str(folder))
