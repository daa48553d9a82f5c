"""Stretches of a text between two marks, found in one pass however the text is made."""


def without_spans(text: str, opening: str, closing: str) -> str:
    """Return the text without what stands between two marks; one that is not closed stays."""
    pieces: list[str] = []
    done = 0
    start = text.find(opening)
    while start >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        pieces += [text[done:start], " "]
        done = end + len(closing)
        start = text.find(opening, done)
    return "".join([*pieces, text[done:]])
