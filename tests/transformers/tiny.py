"""Tiny language models with random weights, made on the spot."""

from __future__ import annotations

import string
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LIMIT = 32
"""The most pieces that a tiny model takes."""

_SPECIAL = ["<pad>", "<s>", "</s>", "<unk>", "<mask>"]
_CHARACTERS = [*string.ascii_lowercase, *string.digits, *"你好世界我要订机票北京", *".,!?"]
_WORDS = [
    "where",
    "is",
    "my",
    "order",
    "hello",
    "send",
    "it",
    "to",
    "new",
    "york",
    "please",
    "good",
    "bye",
    "##s",
    "##ing",
]
_VOCABULARY = [*_SPECIAL, *_WORDS, *_CHARACTERS, *(f"##{character}" for character in _CHARACTERS)]
_SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}


def tiny_bert(folder: Path, vocabulary: int = 200) -> Path:
    """A BERT of two layers and 32 dimensions."""
    from transformers import BertConfig, BertModel

    config = BertConfig(vocab_size=vocabulary, intermediate_size=64, max_position_embeddings=LIMIT, **_SHAPE)
    return _save(folder, BertModel, config, _word_pieces(), cls_token="<s>")


def tiny_model(folder: Path, family: str) -> Path:
    """A model of another architecture, with a tokenizer that cuts bytes, as GPT-2 and RoBERTa have."""
    import transformers

    architecture = {"distilbert": "DistilBert", "roberta": "Roberta", "gpt2": "GPT2", "xlnet": "XLNet"}[family]
    shape = _SHAPE | (
        {"d_head": 8} if family == "xlnet" else {"max_position_embeddings": LIMIT + (family == "roberta")}
    )
    config = getattr(transformers, f"{architecture}Config")(vocab_size=300, pad_token_id=0, **shape)
    cls = {} if family == "gpt2" else {"cls_token": "<s>"}
    return _save(folder, getattr(transformers, f"{architecture}Model"), config, _byte_pieces(**cls), **cls)


def _save(folder: Path, model: Any, config: Any, tokenizer: Tokenizer, **special: str) -> Path:
    import torch
    from transformers import PreTrainedTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(1)
    folder.mkdir(parents=True)
    model(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", **special).save_pretrained(folder)
    return folder


def _word_pieces() -> Tokenizer:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(
        models.WordPiece({piece: number for number, piece in enumerate(_VOCABULARY)}, unk_token="<unk>")
    )
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.BertProcessing(("</s>", 2), ("<s>", 1))
    return tokenizer


def _byte_pieces(cls_token: str | None = None) -> Tokenizer:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    characters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: number for number, piece in enumerate([*_SPECIAL, *characters, "Ġo", "rd", "er"])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [("Ġ", "o"), ("r", "d"), ("e", "r")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = (
        processors.RobertaProcessing(("</s>", 2), ("<s>", 1)) if cls_token else processors.ByteLevel(trim_offsets=False)
    )
    return tokenizer
