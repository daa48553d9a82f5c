"""Vectors of questions, kept for a while: the same one is asked again while it is answered, and by other readers."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from modelyard.llm.client import Client

if TYPE_CHECKING:
    import numpy as np

MAX_KEPT = 512
"""1.5 kB each with 384 numbers."""
MAX_CHARACTERS = 4_000
"""Read of a question with its selection; embedders read no more."""
_kept: "OrderedDict[tuple[str | None, str, str], np.ndarray[Any, Any]]" = OrderedDict()
_guard = threading.Lock()


def question_vector(embedder: Client, text: str) -> "np.ndarray[Any, Any]":
    """Return the vector of a question, shape `(n_dimensions,)`; needs no database and may take its time."""
    text = " ".join(text.split())[:MAX_CHARACTERS]
    key = (embedder.info.llm_id, embedder.info.fingerprint, text)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    vector: np.ndarray[Any, Any] = embedder.embed([text], "question")[0]
    with _guard:
        _kept[key] = vector
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return vector
