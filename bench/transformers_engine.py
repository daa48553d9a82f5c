"""The engine for transformers beside a loop written by hand, on one thread: rows a second, and one text alone."""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.report import Figure

N_TEXTS = 1000
N_ROUNDS = 5
BATCH_SIZE = 32
MAX_TOKENS = 128
N_SINGLE = 200
WORDS = (
    *("coffee", "staff", "price", "table", "quick", "slow", "warm", "cold", "great", "bad", "fine", "never", "always"),
    *("street", "room", "phim", "hay", "ngon", "quá"),
)


def measure() -> Iterator[Figure]:
    """Yield rows a second beside the loop, in full precision and with 8 bits, and the time of one text."""
    if find_spec("torch") is None or find_spec("transformers") is None:
        yield Figure("transformers engine", "not measured", "≥ 95 %", "pip install modelyard[transformers]")
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    import torch

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = _checkpoint(Path(folder))
        yield from _beside(checkpoint, _texts())


def _beside(checkpoint: Path, texts: list[str]) -> Iterator[Figure]:
    import polars as pl

    from modelyard.models.engines.transformers import Transformers

    engine = Transformers(max_tokens=MAX_TOKENS, texts_at_once=BATCH_SIZE)
    fitted, frame, hand = engine.adopt(checkpoint, "text"), pl.DataFrame({"text": texts}), _by_hand(checkpoint)
    small = Transformers(max_tokens=MAX_TOKENS, texts_at_once=BATCH_SIZE, precision="int8")
    rounded = small.adopt(checkpoint, "text")
    ours, theirs, eight = _alternating(
        lambda: engine.predict(fitted, frame), lambda: hand(texts), lambda: small.predict(rounded, frame)
    )
    yield Figure(
        "transformers engine: rows/s vs a hand-written batched loop",
        f"{theirs / ours:.0%} ({len(texts) / ours:,.0f} rows/s)",
        "≥ 95 %",
        f"loop {len(texts) / theirs:,.0f} rows/s; 4 layers of 256, {len(texts):,} texts of 3 to 120 words, one thread",
    )
    yield Figure("… with int8", f"{len(texts) / eight:,.0f} rows/s", "stated", rounded.notes[-1])
    one = pl.DataFrame({"text": texts[:1]})
    alone, bare = (_p50(lambda: engine.predict(fitted, one)), _p50(lambda: hand(texts[:1])))
    yield Figure("… one text, p50", f"{alone * 1000:.1f} ms", "stated", f"loop {bare * 1000:.1f} ms")


def _by_hand(checkpoint: Path) -> Callable[[list[str]], Any]:
    """Return what somebody would write: sorted by length, padded to the longest of each batch, inference mode."""
    import numpy as np
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    network = AutoModelForSequenceClassification.from_pretrained(checkpoint).eval()

    def predict(texts: list[str]) -> Any:
        encoded = tokenizer(texts, truncation=True, max_length=MAX_TOKENS)
        order = sorted(range(len(texts)), key=lambda place: -len(encoded["input_ids"][place]))
        found = np.zeros((len(texts), network.config.num_labels))
        with torch.inference_mode():
            for start in range(0, len(order), BATCH_SIZE):
                places = order[start : start + BATCH_SIZE]
                rows = {name: [values[place] for place in places] for name, values in encoded.items()}
                batch = tokenizer.pad(rows, return_tensors="pt")
                found[places] = torch.softmax(network(**batch).logits, -1).numpy()
        return found

    return predict


def _alternating(*calls: Callable[[], object]) -> list[float]:
    """Return the median seconds of each, taken in turn so that whatever else the machine does falls on all."""
    seconds: list[list[float]] = [[] for _ in calls]
    for turn in range(N_ROUNDS + 1):
        for place, call in enumerate(calls):
            started = time.perf_counter()
            call()
            if turn:  # the first one warms up
                seconds[place].append(time.perf_counter() - started)
    return [statistics.median(each) for each in seconds]


def _p50(call: Callable[[], object]) -> float:
    seconds = []
    for _ in range(N_SINGLE):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _texts() -> list[str]:
    generator = random.Random(0)
    return [" ".join(generator.choices(WORDS, k=generator.randint(3, 120))) for _ in range(N_TEXTS)]


def _checkpoint(folder: Path) -> Path:
    """Write a BERT of four small layers with weights drawn at random: time does not depend on what it knows."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer(lowercase=True)
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(WORDS * 10, trainers.WordPieceTrainer(vocab_size=300, special_tokens=marks))
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    BertTokenizer(tokenizer_object=words, model_max_length=MAX_TOKENS).save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 1024}
    config = BertConfig(vocab_size=words.get_vocab_size(), max_position_embeddings=MAX_TOKENS, num_labels=5, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


if __name__ == "__main__":
    for figure in measure():
        print(figure.row())
