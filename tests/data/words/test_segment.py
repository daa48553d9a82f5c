"""Words of Vietnamese texts and their places."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.data.words import segment
from modelyard.data.words.segment import is_installed, segmented, vietnamese_words
from modelyard.kernel.errors import Unavailable
from tests.examples import examples

needs_segmenter = pytest.mark.skipif(not is_installed(), reason="pip install modelyard[vietnamese]")
REVIEW = "Sản phẩm tốt, chất lượng tuyệt vời! Nhân viên tư vấn nhiệt tình 😍"


def words(text: str) -> list[str]:
    """Return the words alone."""
    return [word.text for word in vietnamese_words(text)]


@needs_segmenter
def test_words_are_made_of_syllables() -> None:
    assert words(REVIEW) == [
        *("Sản phẩm", "tốt", "chất lượng", "tuyệt vời"),
        *("Nhân viên", "tư vấn", "nhiệt tình"),
    ]


@needs_segmenter
def test_no_word_reaches_over_punctuation_or_an_emoji() -> None:
    assert words("sản phẩm") == ["sản phẩm"]
    assert words("sản, phẩm") == words("sản 😍 phẩm") == ["sản", "phẩm"]


@needs_segmenter
def test_text_is_kept_but_for_the_spaces_within_words() -> None:
    assert list(segmented([REVIEW, "", "  \n"])) == [
        "Sản_phẩm tốt, chất_lượng tuyệt_vời! Nhân_viên tư_vấn nhiệt_tình 😍",
        "",
        "  \n",
    ]


@needs_segmenter
def test_letters_written_with_marks_of_their_own_are_the_same_words_at_their_own_places() -> None:
    apart = unicodedata.normalize("NFD", REVIEW)
    assert words(apart) == words(REVIEW)
    for word in vietnamese_words(apart):
        assert " ".join(unicodedata.normalize("NFC", apart[word.start : word.end]).split()) == word.text
    assert list(segmented([apart])) == list(segmented([REVIEW]))


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "\u202eabc\0def",
    "👨‍👩‍👧‍👦🏳️‍🌈",
    "שלום עולם مرحبا",
    "각 \u1100\u1161\u11a8",
    "ệ" + "\u0301" * 40,
    "ko thik lam, sp ok",
    "\U0001d7d8 ﬁ ½",
)


@needs_segmenter
@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_taken(text: str) -> None:
    _is_sound(text)


@needs_segmenter
@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, "sản", "phẩm", "đẹp", "", "\u0301"]) | st.text(), max_size=8))
def test_places_are_those_of_the_text_given(pieces: list[str]) -> None:
    _is_sound(" ".join(pieces))


def _is_sound(text: str) -> None:
    found = vietnamese_words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    (joined,) = segmented([text])
    assert _letters(joined) == _letters(unicodedata.normalize("NFC", text))
    assert len(joined) <= len(unicodedata.normalize("NFC", text))


def _letters(text: str) -> str:
    return "".join(text.replace("_", "").split())


@needs_segmenter
def test_a_very_long_text_is_segmented_up_to_a_length() -> None:
    phrase = "sản phẩm tốt. "
    text = phrase * (segment.MAX_CHARACTERS // len(phrase) + 1000)
    (joined,) = segmented([text])
    assert joined.startswith("sản_phẩm tốt. sản_phẩm")
    assert joined.endswith("sản phẩm tốt. ")
    assert joined.index("sản phẩm") == pytest.approx(segment.MAX_CHARACTERS, abs=2 * len(phrase))


@needs_segmenter
def test_a_clause_without_an_end_is_taken_in_parts() -> None:
    n = 3 * segment.MAX_SYLLABLES
    assert words("sản phẩm " * n).count("sản phẩm") > 0.95 * n


@needs_segmenter
def test_threads_may_share_it() -> None:
    texts = [f"{REVIEW} {n} đóng gói cẩn thận {n}" for n in range(400)]
    alone = list(segmented(texts))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: next(segmented([text])), texts)) == alone


@pytest.mark.skipif(is_installed(), reason="the segmenter is installed")
def test_what_to_install_is_told() -> None:
    with pytest.raises(Unavailable) as told:
        vietnamese_words("sản phẩm tốt")
    assert told.value.hint == "pip install modelyard[vietnamese]"
