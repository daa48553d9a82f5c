"""Saying that the documents do not hold an answer: what was looked for, and what comes nearest."""

from collections.abc import Sequence

MOST_OFFERED = 3
LONGEST_SHOWN = 200
_SAID = {
    "en": (
        "I did not find an answer to this in the documents. I looked for “{searched}”.",
        "The nearest parts are: {nearest}.",
    ),
    "vi": (
        "Tôi không tìm thấy câu trả lời trong tài liệu. Tôi đã tìm “{searched}”.",
        "Các phần gần nhất là: {nearest}.",
    ),
}


def not_found(searched_for: str, nearest: Sequence[Sequence[str]], language: str | None) -> str:
    """Return the sentences in the language of the question where we have them, else in English."""
    first, second = _SAID.get(language or "en", _SAID["en"])
    searched = " ".join(searched_for.split())
    shown = searched if len(searched) <= LONGEST_SHOWN else f"{searched[:LONGEST_SHOWN].rstrip()}…"
    paths = [" › ".join(path) for path in nearest[:MOST_OFFERED] if path]
    told = first.format(searched=shown)
    return f"{told} {second.format(nearest='; '.join(paths))}" if paths else told
