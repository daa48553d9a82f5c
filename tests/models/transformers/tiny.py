"""Tiny checkpoints made here: a tokenizer trained on sample texts and a network of two small layers."""

import json
import os
from pathlib import Path
from typing import Any, Literal

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")
pytest.importorskip("transformers", reason="pip install modelyard[transformers]")

Architecture = Literal["bert", "roberta"]
LABELS = ("bad", "good", "so-so")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
GOOD = ["great coffee", "friendly staff", "phim hay quá", "rất ngon", "would come again", "lovely and warm"]
BAD = ["cold food", "rude waiter", "dở tệ", "never again", "far too slow", "dirty tables"]


def sentences(n: int = 200) -> list[str]:
    """Texts of one to six phrases."""
    phrases = [*GOOD, *BAD]
    return [", ".join(phrases[(i * 7 + k * 5) % len(phrases)] for k in range(1 + i % 6)) for i in range(n)]


def labelled(n: int = 120) -> tuple[list[str], list[str]]:
    """Texts and their classes, easy to tell apart."""
    kinds = [("good", GOOD), ("bad", BAD)]
    rows = [(f"{kinds[i % 2][1][i % 6]}, {kinds[i % 2][1][(i * 5 + 1) % 6]} {i}", kinds[i % 2][0]) for i in range(n)]
    return [text for text, _ in rows], [name for _, name in rows]


def tokenizer(architecture: Architecture) -> Any:
    """A WordPiece or byte-level BPE tokenizer trained on the sentences."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    if architecture == "bert":
        made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        made.normalizer = normalizers.BertNormalizer(lowercase=True)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        made.train_from_iterator(sentences(), trainers.WordPieceTrainer(vocab_size=400, special_tokens=SPECIAL))
        ends = [("[CLS]", 2), ("[SEP]", 3)]
        made.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
        )
        return made
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=marks, initial_alphabet=alphabet)
    made.train_from_iterator(sentences(), trainer)
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return made


def tokenizer_facts(architecture: Architecture, n_tokens: int) -> dict[str, Any]:
    if architecture == "bert":
        names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
        return {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": n_tokens, **names}
    return {"tokenizer_class": "RobertaTokenizer", "model_max_length": n_tokens, "pad_token": "<pad>"}


def config(architecture: Architecture, n_vocabulary: int, n_tokens: int, labels: tuple[str, ...]) -> Any:
    from transformers import BertConfig, RobertaConfig

    shared = {
        "vocab_size": n_vocabulary,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "id2label": dict(enumerate(labels)),
        "label2id": {name: place for place, name in enumerate(labels)},
    }
    if architecture == "bert":
        return BertConfig(**shared, max_position_embeddings=n_tokens)
    return RobertaConfig(**shared, max_position_embeddings=n_tokens + 2, pad_token_id=1, type_vocab_size=1)


def checkpoint(
    folder: Path,
    architecture: Architecture = "bert",
    *,
    labels: tuple[str, ...] = LABELS,
    n_tokens: int = 64,
    is_base: bool = False,
    scale: float = 8.0,
) -> Path:
    """Write a checkpoint with weights drawn at random, larger than usual so that answers differ."""
    import torch
    from transformers import BertForMaskedLM, BertForSequenceClassification, RobertaForSequenceClassification

    folder.mkdir(parents=True, exist_ok=True)
    words = tokenizer(architecture)
    words.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_facts(architecture, n_tokens)))
    torch.manual_seed(0)
    stated = config(architecture, words.get_vocab_size(), n_tokens, labels)
    kind = BertForSequenceClassification if architecture == "bert" else RobertaForSequenceClassification
    network = (BertForMaskedLM if is_base else kind)(stated)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if parameter.ndim == 2 and "LayerNorm" not in name:
                parameter.mul_(scale)
    network.save_pretrained(folder)
    return folder
