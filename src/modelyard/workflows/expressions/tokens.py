"""An expression cut into words, numbers, texts and signs."""

import re
from dataclasses import dataclass
from typing import Literal

MAX_CHARACTERS = 1000
"""Longer ones are no longer read by people, and Polars plans them in a time that grows with the square."""

TokenKind = Literal["number", "text", "column", "word", "sign", "end"]
_PATTERNS = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | '(?P<text>(?:[^']|'')*)'
      | "(?P<column>(?:[^"]|"")+)"
      | (?P<word>[^\W\d]\w*)
      | (?P<sign><=|>=|<>|!=|==|[-+*/%^<>=(),])""",
    re.VERBOSE,
)


class Wrong(Exception):
    """An expression that cannot be used; `message` is a sentence that says where and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Token:
    """A piece of an expression; `text` without quotation marks, `place` its first character, from 1."""

    kind: TokenKind
    text: str
    place: int

    @property
    def word(self) -> str:
        """The word in small letters, or the sign; nothing for anything else."""
        return self.text.lower() if self.kind in ("word", "sign") else ""

    @property
    def at(self) -> str:
        """Where it stands, for a sentence."""
        return f"(character {self.place})"


def tokens_of(text: str) -> list[Token]:
    """Return the pieces in order, an `end` last; raise Wrong for what is none."""
    if len(text) > MAX_CHARACTERS:
        raise Wrong(f"The expression has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _PATTERNS.match(text, place)
        if match is None:
            raise Wrong(_unreadable(text, place))
        found += [
            Token(kind, part, place + 1)
            for kind, part in ((kind, match.group(kind)) for kind in _KINDS)
            if part is not None
        ]
        place = match.end()
    return [*map(_unescaped, found), Token("end", "", len(text) + 1)]


_KINDS: tuple[TokenKind, ...] = ("number", "text", "column", "word", "sign")
_QUOTES = {"text": "'", "column": '"'}


def _unescaped(token: Token) -> Token:
    quote = _QUOTES.get(token.kind)
    return token if quote is None else Token(token.kind, token.text.replace(quote * 2, quote), token.place)


def _unreadable(text: str, place: int) -> str:
    if text[place] in "'\"":
        return f"The quotation mark {text[place]} is not closed (character {place + 1})."
    return f"{text[place]!r} means nothing here (character {place + 1})."
