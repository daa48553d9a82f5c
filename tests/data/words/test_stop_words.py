"""Stop-words are left out; the language is told by them and by the letters of Vietnamese."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from modelyard.data.words.counts import WordCounts
from modelyard.data.words.stop_words import guess_language, own_stop_words, stop_words

SAMPLES = Path(__file__).parents[3] / "src/modelyard/data/samples"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I have been using this for a week and it does what it says."),
        ("vi", "Sản phẩm rất tốt nhưng mà giao hàng thì hơi chậm."),
        ("de", "Das Gerät ist nach einer Woche kaputt und der Händler hat sich nicht gemeldet."),
        ("fr", "Je ne suis pas content de cet achat, il est arrivé avec du retard."),
        ("es", "No me gusta porque llega tarde y la caja estaba rota en una esquina."),
        ("it", "Non sono contento, il pacco è arrivato in ritardo e la scatola era rotta."),
        (None, "xyzzy plugh qwrt"),
        (None, "12 34 56"),
        (None, ""),
    ],
)
def test_language_is_guessed(language: str | None, text: str) -> None:
    assert guess_language([text] * 3) == language


def test_language_of_a_sample() -> None:
    reviews = pl.read_csv(gzip.decompress((SAMPLES / "reviews.csv.gz").read_bytes()))["review"]
    assert guess_language(reviews.to_list()) == "en"


def test_words_that_judge_are_no_stop_words() -> None:
    assert {"the", "and", "of"} <= stop_words("en")
    assert not {"good", "great", "best"} & stop_words("en")
    assert {"và", "của", "bao nhiêu"} <= stop_words("vi")
    assert stop_words(None) == stop_words("xx") == frozenset()


def test_own_list() -> None:
    assert own_stop_words("Shop,  giao   hàng\nOK;;") == {"shop", "giao hàng", "ok"}


def test_only_stop_words_leave_nothing_and_are_no_error() -> None:
    counts = WordCounts()
    counts.add(["the and of", "of the", None, ""])
    assert (counts.n_texts, counts.n_words) == (3, 5)
    assert counts.frequent(10, left_out=stop_words("en")) == []
