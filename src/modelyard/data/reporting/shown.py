"""Texts of users as a report shows them: cut when they are long, and nothing in them steers what stands beside."""

import re
import unicodedata
from typing import Any

_UNBROKEN = re.compile(r"\S{40,}")
_STEERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF], "\ufffd")
"""Characters that turn the direction of what follows: shown, never obeyed."""


def shown(value: Any, limit: int) -> str:
    """Return a value as text on one line of at most so many characters."""
    if value is None:
        return "–"
    text = f"{value:,.6g}" if isinstance(value, float) else str(value)
    text = " ".join(text[: limit * 4].translate(_STEERING).split())
    text = "".join("\ufffd" if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def breakable(text: str) -> str:
    """Return the text with places where a word longer than a line may be broken."""
    return _UNBROKEN.sub(lambda found: "\u200b".join(re.findall(r".{1,20}", found.group())), text)
