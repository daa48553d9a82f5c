"""Words in any script: what is a word, what is left out, and that no text takes long."""

import unicodedata

import pytest

from modelyard.data.words.segment import is_installed
from modelyard.data.words.tokens import MAX_CHARACTERS, MAX_LETTERS, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The battery doesn’t LAST.", ["the", "battery", "doesn't", "last"]),
        ("Sản phẩm rất tốt, giao hàng nhanh!", ["sản", "phẩm", "rất", "tốt", "giao", "hàng", "nhanh"]),
        ("große Straße", ["große", "straße"]),
        ("see https://x.example/a?b=1 www.shop.vn/đ me@shop.vn @lan #deal", ["see", "deal"]),
        ("5 sao, 100k, 3.5 %, 2nd, 1.200.000đ, mp3", ["sao", "mp3"]),
        ("a b tốt", ["tốt"]),
        ("❤️ ❤ 👍🏽 👩‍👩‍👧‍👦🇻🇳🇫🇷", ["❤", "❤", "👍🏽", "👩‍👩‍👧‍👦", "🇻🇳", "🇫🇷"]),
        ("مُنتَج رائع", ["مُنتَج", "رائع"]),
        ("हिन्दी में किताब", ["हिन्दी", "में", "किताब"]),
        ("ΟΔΟΣ Красота", ["οδος", "красота"]),
        ("<img src=x onerror=alert(1)>", ["img", "src", "onerror", "alert"]),
        ("=cmd|' /C calc'!A0", ["cmd", "calc", "a0"]),
        ("snake_case __init__", ["snake", "case", "init"]),
        ("\u202etxt.exe\u202c\0 null", ["txt", "exe", "null"]),
        ("", []),
        (" \t\n ... !!! ", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_letter_written_in_two_ways_is_one_word() -> None:
    composed = "tiếng Việt"
    assert words_of(unicodedata.normalize("NFD", composed)) == words_of(composed) == ["tiếng", "việt"]


@pytest.mark.skipif(not is_installed(), reason="underthesea is not installed")
def test_vietnamese_words_have_their_syllables_together() -> None:
    words = words_of("Sản phẩm tốt ❤️, giao hàng nhanh 5 sao", language="vi")
    assert words == ["sản phẩm", "tốt", "❤", "giao", "hàng", "nhanh", "sao"]


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000_000, "a." * 5_000_000, "a@" * 100_000, "👩\u200d" * 50_000, "e\u0301" * 100_000, "http://" * 99_999],
)
def test_no_text_takes_long_or_gives_endless_words(text: str) -> None:
    assert all(len(word) <= MAX_LETTERS for word in words_of(text))


def test_the_rest_of_a_long_text_is_not_read() -> None:
    assert words_of("tốt " * 100_000) == ["tốt"] * (MAX_CHARACTERS // 4)
