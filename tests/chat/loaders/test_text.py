"""Plain text in any encoding, and in several."""

import pytest

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.loaders.text import TextLoader
from modelyard.data.words.languages import language_of
from tests.chat.loaders.reading import coverage, read, shown

RUSSIAN = "Правительство объявило о новых мерах поддержки малого бизнеса, которые вступят в силу с января. " * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_in_every_form(encoding: str) -> None:
    document = read(TextLoader, "Đào tạo là việc cần.\r\n\r\nSecond part.".encode(encoding), "a.txt")
    assert shown(document) == [("paragraph", "Đào tạo là việc cần."), ("paragraph", "Second part.")]
    assert (document.title, coverage(document)) == ("a", 1)


def test_western_and_russian_files_of_old() -> None:
    assert read(TextLoader, "Größe\n\nStraße".encode("cp1252"), "a.txt").text == "Größe\n\nStraße"
    document = read(TextLoader, RUSSIAN.encode("cp1251"), "a.txt")
    assert document.text == RUSSIAN.strip()
    assert (document.language, len(document.notes)) == ("ru", 1)


def test_mixed_encodings_are_read_line_by_line_and_told() -> None:
    document = read(TextLoader, "Đào tạo\n".encode() + "Größe\n".encode("cp1252") + "naïve\n".encode(), "a.txt")
    assert document.text == "Đào tạo\nGröße\nnaïve"
    assert document.notes == ("The file is not all UTF-8; line 2 was read as Windows-1252.",)


def test_five_megabytes_on_one_line() -> None:
    document = read(TextLoader, b"word " * 1_000_000, "a.txt")
    assert document.n_words_in_file == 1_000_000
    assert coverage(document) == 1


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf \n", b"\x00" * 100, bytes(range(256)) * 20])
def test_files_without_text_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(TextLoader, content, "a.txt")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The worker asks for a lease, and it is given one that lasts for some seconds.", "en"),
        ("Bộ Giáo dục và Đào tạo vừa công bố dự thảo quy chế tuyển sinh đại học.", "vi"),
        ("Der Arbeiter bittet um eine Pacht, und sie wird ihm für einige Sekunden gegeben.", "de"),
        ("人工智能技术正在迅速发展，并已广泛应用于医疗、教育、金融等多个领域。", "zh"),
        ("日本政府は来年度から新しい環境政策を導入すると発表した。", "ja"),
        (RUSSIAN, "ru"),
        ("Уряд оголосив про нові заходи підтримки малого бізнесу, які набудуть чинності.", "uk"),
        ("دولت ایران گفت که چنین پژوهشی را گسترش می‌دهد و از آن پشتیبانی می‌کند", "fa"),
        ("12 + 3 = 15", None),
        ("", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert language_of(text) == language
