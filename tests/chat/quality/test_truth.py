"""Where answers stand, and which passages are it."""

import pytest

from modelyard.chat.quality.questions import Asked
from modelyard.chat.quality.truth import MANY_QUOTES, NO_DOCUMENT, NO_QUOTE, NO_TRUTH, Page, Place, quoted, truths

TEXT = "Ports\n\nThe server listens\non port 8080.   It LISTENS on no other."
PAGES = [
    Page("d1", "a.md", TEXT),
    Page("d2", "b.md", "Nothing about it."),
    Page("d3", "a.md", "Of another origin."),
]


def asked(**known: object) -> Asked:
    return Asked.model_validate({"id": "q", "origin": "written", "question": "Which port?", **known})


def places(**known: object) -> tuple[Place, ...]:
    return truths([asked(**known)], PAGES)["q"].places


def test_a_quote_is_found_whatever_its_spaces_and_case() -> None:
    (start, end) = next(quoted(TEXT, "the server  LISTENS on port"))
    assert TEXT[start:end] == "The server listens\non port"
    assert list(quoted(TEXT, "  ")) == []
    assert [TEXT[a:b] for a, b in quoted("a.b axb", "a.b")] == [TEXT[0:3]], "no pattern"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({}, NO_TRUTH),
        ({"document_key": "gone.md"}, NO_DOCUMENT),
        ({"document_key": "gone.md", "quote": "The server"}, NO_DOCUMENT),
        ({"document_key": "b.md", "quote": "The server"}, NO_QUOTE),
        ({"quote": "not there"}, NO_QUOTE),
    ],
)
def test_why_a_truth_is_not_there(known: dict[str, str], why: str) -> None:
    assert truths([asked(**known)], PAGES)["q"].why_not == why


def test_a_truth_is_a_quote_a_document_or_wherever_the_quote_stands() -> None:
    assert places(quote="listens on") == (Place("d1", 18, 28), Place("d1", 45, 55))
    assert places(document_key="a.md") == (Place("d1"), Place("d3"))
    assert places(document_key="b.md", quote="nothing") == (Place("d2", 0, 7),)
    assert truths([asked(quote="a")], [Page("d", "a", "a " * 999)])["q"].why_not == MANY_QUOTES
    assert "q" not in truths([asked(is_answerable=False)], PAGES), "what is not answered has none"


def test_a_passage_is_the_truth_when_it_shares_half_of_the_shorter_one() -> None:
    place = Place("d", 100, 200)
    assert place.holds_half("d", 150, 900)
    assert not place.holds_half("d", 151, 900)
    assert place.holds_half("d", 120, 140), "it lies within"
    assert not place.holds_half("other", 100, 200)
    assert Place("d").holds_half("d", 5, 6)
    assert place.touches("d", 199, 300)
    assert not place.touches("d", 200, 300)
