"""Quotes found in texts, and texts in sentences."""

import pytest

from modelyard.data.words.matching import Span, find_between, find_quote
from modelyard.data.words.sentences import sentences

TEXT = "The “Zephyr” API listens  on\nport 7431 – by default. Đà Nẵng is a city."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("port 7431", "port 7431"),
        ('"zephyr" api LISTENS on port', "Zephyr” API listens  on\nport"),
        ("7431 - by default", "7431 – by default"),
        ("da nang", "Đà Nẵng"),
        ("listens … by default", "listens  on\nport 7431 – by default"),
        ("port 7432", None),
        ("default listens", None),
        ("", None),
        ("…", None),
    ],
)
def test_quotes_are_found_as_they_are_read(quote: str, found: str | None) -> None:
    span = find_quote(TEXT, quote)
    assert (TEXT[span.start : span.end] if span else None) == found


def test_of_several_places_the_one_with_the_words_around_it_is_meant() -> None:
    text = "Press enter. Then wait. Press enter. Then go. Press enter."
    span = find_between(text, "Press enter.", before="Then wait. ", after=" Then go")
    assert span == Span(24, 36)
    assert find_between(text, "press  ENTER.") == Span(0, 12)
    assert find_between(text, "never") is None


def test_sentences_do_not_end_at_abbreviations_or_in_numbers() -> None:
    text = "See e.g. section 3.2 of it. Dr. Lan says so! 1. First step\n2. Second step"
    assert [text[span.start : span.end] for span in sentences(text)] == [
        "See e.g. section 3.2 of it.",
        "Dr. Lan says so!",
        "1. First step",
        "2. Second step",
    ]
