"""The characters of a text that a person sees: what is invisible may carry words to an LLM that no reader knows of."""

import re
import unicodedata

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HARMLESS = re.compile("[\u00ad\ufeff]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""Soft hyphens, byte-order marks, and control characters but for tab and line end."""
_HIDDEN = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufff0-\ufffb\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Without width, turning the direction of writing, fillers, and the tags that mirror ASCII."""
_JOINERS = re.compile(
    "(?<![^\x00-\u02ff\\W])[\u200c\u200d](?![\u2640-\u27bf\U0001f000-\U0001faff])|[\u200c\u200d](?!\\w|[\u2640-\u27bf\U0001f000-\U0001faff])"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_RUNS = re.compile(r"[ \t\n]+")


def visible(text: str) -> str:
    """Return the text as it is seen: composed (NFC), lines ended by `\\n`, spaces plain, nothing invisible in it.

    Joiners stay where a script or an emoji needs them.
    """
    if text.isascii():
        return _HARMLESS.sub("", _BREAKS.sub("\n", text))
    text = _SPACES.sub(" ", _BREAKS.sub("\n", text))
    text = _HIDDEN.sub("", _HARMLESS.sub("", text))
    text = _SURROGATES.sub("\ufffd", _JOINERS.sub("", text))
    return unicodedata.normalize("NFC", text)


def n_hidden(text: str) -> int:
    """Return how many characters are there that nobody sees and no ordinary text has."""
    return 0 if text.isascii() else len(_HIDDEN.findall(text))


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return _RUNS.sub(" ", text).strip()
