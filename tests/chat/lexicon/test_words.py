"""What the words of a text are."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.chat.lexicon.asking import asked_words
from modelyard.chat.lexicon.keeping import OFTEN, VERY_OFTEN
from modelyard.data.words.forms import MAX_LETTERS, spoken_words, without_marks, words_of
from modelyard.data.words.stemming import stem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It doesn’t run.", ["it", "doesn't", "run"]),
        ("Python's read_csv()", ["python", "read_csv", "read", "csv"]),
        ("np.array in C++, C# and F#", ["np.array", "np", "array", "in", "c++", "c#", "and", "f#"]),
        ("createEndpoint HTTPServer", ["createendpoint", "create", "endpoint", "httpserver", "http", "server"]),
        ("std::move v2.0.1 --verbose", ["std::move", "std", "move", "v2.0.1", "v2", "0", "1", "verbose"]),
        ("end.Next", ["end.next", "end", "next"]),
        ("Đồng hồ", ["đồng", "hồ"]),
        ("日本語", ["日本", "本語"]),
        ("本", ["本"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("", []),
        ("—…!", []),
    ],
)
def test_words_as_they_are_said(text: str, words: list[str]) -> None:
    assert list(spoken_words(text)) == words


def test_forms_of_a_word_are_one_in_their_language() -> None:
    assert words_of("Proteins running", "en") == ["protein", "run"]
    assert words_of("Häuser", "de") == words_of("Hauses", "de") == ["haus"]
    assert words_of("proteins", None) == words_of("proteins", "vi") == ["proteins"]


def test_accents_are_taken_off_where_a_keyboard_has_none() -> None:
    found = {without_marks(word) for word in ("Đồng", "đồng", "søren", "łódź", "œuvre", "straße", "हिन्दी")}
    assert found == {"Đong", "dong", "soren", "lodz", "oeuvre", "strasse", "हिन्दी"}


@given(st.text(max_size=300))
def test_any_text_gives_words_that_can_be_kept(text: str) -> None:
    """Words are kept apart by spaces, and marks are set behind a slash."""
    for word in words_of(text, "en"):
        assert word
        assert len(word) <= MAX_LETTERS
        assert not set(word) & set(' \t\n\0/"\\')
        assert not word.endswith((OFTEN, VERY_OFTEN))
        assert len(without_marks(word)) <= 130  # of the column


def test_a_question_is_its_telling_words() -> None:
    assert [word.forms for word in asked_words("What are the proteins?", "en")] == [("protein",)]
    assert [word.forms for word in asked_words("To be or not to be", "en")] == [("to",), ("be",), ("or",), ("not",)]
    assert asked_words("", "en") == asked_words("?!", None) == []


def test_a_word_is_asked_for_in_the_forms_of_all_languages_concerned() -> None:
    (word,) = asked_words("nationalities", None, ["en", "fr"])
    assert set(word.forms) == {stem("nationalities", "en"), stem("nationalities", "fr")}
    # Whose language is not told is searched as the documents are written, function words left out.
    assert [each.forms[0] for each in asked_words("Where is the port", None, ["en"])] == ["port"]


def test_stems_are_right_when_many_ask_at_once() -> None:
    """A stemmer keeps the word it works on; two threads would mix theirs up."""
    words = [f"{letter}nationalizing{letter}s" for letter in "abcdefghijklmnop"] * 20
    alone = [stem.__wrapped__(word, "en") for word in words]
    together: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: together.append([stem.__wrapped__(word, "en") for word in words]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [alone] * 4
