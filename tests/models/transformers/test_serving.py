"""A checkpoint that was trained elsewhere answers as a loop written by hand does."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from modelyard.kernel.errors import Refused
from modelyard.models.engines.transformers import Transformers
from tests.models.transformers.tiny import Architecture, checkpoint, sentences

STRANGE = [
    "",
    "   ",
    "👨‍👩‍👧‍👦 so good 🎉",
    "مرحبا بالعالم",
    "e\u0301",
    "\u202e reversed",
    "\x00",
    "phim " * 500,
]
TEXTS = [*sentences(70), *STRANGE]


def by_hand(folder: Path, texts: list[str], *, max_tokens: int, batch_size: int = 16) -> np.ndarray[Any, Any]:
    """The loop that somebody would write: sorted by length, padded to the longest of the batch."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    network = AutoModelForSequenceClassification.from_pretrained(folder, use_safetensors=True).eval()
    order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
    found = np.zeros((len(texts), network.config.num_labels))
    with torch.inference_mode():
        for start in range(0, len(texts), batch_size):
            places = order[start : start + batch_size]
            batch = tokenizer(
                [texts[place] for place in places],
                padding=True,
                truncation=True,
                max_length=max_tokens,
                return_tensors="pt",
            )
            found[places] = torch.softmax(network(**batch).logits, -1).numpy()
    return found


@pytest.mark.parametrize("architecture", ["bert", "roberta"])
def test_it_answers_as_a_loop_by_hand(architecture: Architecture, tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "c", architecture)
    engine = Transformers(max_tokens=32, texts_at_once=8)
    fitted = engine.adopt(folder, "text")
    found = engine.predict(fitted, pl.DataFrame({"text": TEXTS}))
    hand = by_hand(folder, TEXTS, max_tokens=32)
    assert fitted.classes == ("bad", "good", "so-so")
    np.testing.assert_allclose(found.probabilities, hand, atol=1e-5)
    assert hand.std(axis=0).max() > 0.02, "weights that tell nothing apart would prove nothing"
    assert list(found.values) == [fitted.classes[place] for place in hand.argmax(axis=1)]
    np.testing.assert_allclose(hand.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("architecture", ["bert", "roberta"])
def test_files_keep_every_digit_and_hold_no_pickle(architecture: Architecture, tmp_path: Path) -> None:
    engine = Transformers(max_tokens=32)
    fitted = engine.adopt(checkpoint(tmp_path / "c", architecture), "text")
    out = tmp_path / "model"
    out.mkdir()
    engine.save(fitted, out)
    again = engine.load(out)
    frame = pl.DataFrame({"text": TEXTS})
    np.testing.assert_array_equal(
        engine.predict(fitted, frame).probabilities, engine.predict(again, frame).probabilities
    )
    assert (again.features, again.classes, again.state["max_tokens"]) == (("text",), fitted.classes, 32)
    assert {path.name for path in out.iterdir()} == {
        "config.json", "fitted.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    twice = tmp_path / "twice"
    twice.mkdir()
    engine.save(again, twice)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in twice.iterdir()
    }


def test_texts_that_are_cut_or_empty_are_told(tmp_path: Path) -> None:
    engine = Transformers(max_tokens=16)
    fitted = engine.adopt(checkpoint(tmp_path / "c"), "text")
    found = engine.predict(fitted, pl.DataFrame({"text": ["great coffee", "phim hay " * 40, None, " "]}))
    assert found.notes == (
        "1 of 4 texts is longer than 16 tokens: the first 16 were read.",
        "2 of 4 texts are empty: what is predicted for no words says nothing.",
    )
    assert len(found.values) == 4
    assert engine.predict(fitted, pl.DataFrame({"text": ["great coffee"]})).notes == ()
    none = engine.predict(fitted, pl.DataFrame({"text": []}, schema={"text": pl.String}))
    assert len(none.values) == 0


@pytest.mark.parametrize("architecture", ["bert", "roberta"])
def test_no_more_is_read_than_the_network_can(architecture: Architecture, tmp_path: Path) -> None:
    engine = Transformers(max_tokens=512)
    fitted = engine.adopt(checkpoint(tmp_path / "c", architecture, n_tokens=64), "text")
    assert fitted.state["max_tokens"] == 64
    found = engine.predict(fitted, pl.DataFrame({"text": ["great coffee " * 200]}))
    assert "longer than 64 tokens" in found.notes[0]


def test_ten_megabytes_in_one_text_are_read_no_further_than_the_network_can(tmp_path: Path) -> None:
    engine = Transformers(max_tokens=32)
    fitted = engine.adopt(checkpoint(tmp_path / "c"), "text")
    for text in ("great coffee " * 800_000, "x" * 10_000_000, " " * 10_000_000):
        assert "longer than 32 tokens" in engine.predict(fitted, pl.DataFrame({"text": [text]})).notes[0]
        engine.text_reasons(fitted, text)


def test_8_bits_agree_and_say_how_often(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "c")
    full, small = Transformers(max_tokens=32), Transformers(max_tokens=32, precision="int8")
    exact, rounded = full.adopt(folder, "text"), small.adopt(folder, "text")
    assert "int8 gives the class of full precision for" in rounded.notes[1]
    assert "of 200 texts made of its vocabulary" in rounded.notes[1]
    frame = pl.DataFrame({"text": TEXTS})
    first, second = full.predict(exact, frame), small.predict(rounded, frame)
    assert first.probabilities is not None
    assert second.probabilities is not None
    assert np.mean(first.values == second.values) > 0.9
    assert 0 < np.abs(first.probabilities - second.probabilities).max() < 0.2
    out = tmp_path / "model"
    out.mkdir()
    small.save(rounded, out)
    again = small.load(out)
    np.testing.assert_array_equal(small.predict(again, frame).probabilities, second.probabilities)
    with pytest.raises(Refused, match="8-bit numbers only"):
        small.save(again, tmp_path)


def test_what_speaks_for_a_class_is_told_by_word(tmp_path: Path) -> None:
    engine = Transformers(max_tokens=64)
    fitted = engine.adopt(checkpoint(tmp_path / "c"), "text")
    text = "great coffee, rude waiter"
    found = engine.text_reasons(fitted, text)
    assert found is not None
    assert [word for word, _ in found.words] == text.split()
    answer = engine.predict(fitted, pl.DataFrame({"text": [text, "great coffee, rude "]}))
    assert found.of == answer.values[0]
    assert answer.probabilities is not None
    own = answer.probabilities[:, list(fitted.classes or ()).index(found.of)]
    odds = np.log(own / (1 - own))
    assert found.score == pytest.approx(odds[0], abs=1e-4)
    assert found.words[-1][1] == pytest.approx(odds[0] - odds[1], abs=1e-4)
    assert "Approximate" in found.method
    other = engine.text_reasons(fitted, text, of="so-so")
    assert other is not None
    assert other.of == "so-so"
    long = engine.text_reasons(fitted, " ".join(f"word{i}" for i in range(300)))
    assert long is not None
    assert len(long.words) <= 64
    nothing = engine.text_reasons(fitted, "")
    assert nothing is not None
    assert nothing.words == ()
