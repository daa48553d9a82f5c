"""Stems: one form for all forms of a word, by the Snowball stemmers."""

import threading
from functools import cache, lru_cache
from typing import Any

_NAMES = {
    **{"ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english"},
    **{"es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish"},
    **{"hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian"},
    **{"ne": "nepali", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian"},
    **{"sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish"},
}
"""Languages (ISO 639-1) and what Snowball calls them."""
_ONE_AT_A_TIME = threading.Lock()
"""A stemmer keeps the word it works on."""


@lru_cache(50_000)
def stem(word: str, language: str | None) -> str:
    """Return the stem of a word in small letters, or the word itself where its language has no stemmer."""
    name = _NAMES.get(language or "")
    if name is None:
        return word
    with _ONE_AT_A_TIME:
        return str(_stemmer(name).stemWord(word))


@cache
def _stemmer(name: str) -> Any:
    from snowballstemmer import stemmer

    return stemmer(name)
