"""What is told of texts as they were read: those cut off, those that say nothing, and what 8 bits change."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelyard.models.transformers.loop import Encoded, Reader, encode, probabilities

if TYPE_CHECKING:
    import polars as pl

N_COMPARED = 200
"""Texts on which 8 bits are compared with full precision."""


def texts_of(frame: "pl.DataFrame", column: str) -> list[str]:
    """Return a column's texts, length n_rows; a missing one is empty."""
    import polars as pl

    return frame.get_column(column).cast(pl.String).fill_null("").to_list()


def notes_on(texts: Sequence[str], encoded: Encoded, max_tokens: int) -> tuple[str, ...]:
    """Return sentences on the texts that were not read as a reader might think."""
    n_cut, n_empty = sum(encoded.is_cut), sum(not text.strip() for text in texts)
    notes = []
    if n_cut:
        notes.append(
            f"{n_cut:,} of {len(texts):,} {_texts(len(texts))} {'is' if n_cut == 1 else 'are'} longer than "
            f"{max_tokens:,} tokens: the first {max_tokens:,} were read."
        )
    if n_empty:
        notes.append(
            f"{n_empty:,} of {len(texts):,} {_texts(len(texts))} {'is' if n_empty == 1 else 'are'} empty: what is "
            "predicted for no words says nothing."
        )
    return tuple(notes)


def _texts(n: int) -> str:
    return "text" if n == 1 else "texts"


def agreement(full: Any, small: Any, reader: Reader, texts: Sequence[str], batch_size: int, *, of: str) -> str:
    """Return a sentence on how often 8 bits give the class of full precision for these texts."""
    encoded = encode(reader, texts)
    exact, rounded = (probabilities(network, reader, encoded, batch_size) for network in (full, small))
    n_same = int((exact.argmax(axis=1) == rounded.argmax(axis=1)).sum())
    return (
        f"int8 gives the class of full precision for {n_same:,} of {len(texts):,} {of}; its probabilities differ by "
        f"{float(abs(exact - rounded).max()):.3f} at most."
    )


def made_up(tokenizer: Any, n_texts: int = N_COMPARED) -> list[str]:
    """Return texts of 2 to 40 tokens drawn from the vocabulary: a checkpoint comes without texts of its own."""
    import numpy as np

    generator = np.random.default_rng(0)
    special = set(tokenizer.all_special_ids)
    ids: np.ndarray[Any, Any] = np.array([place for place in range(len(tokenizer)) if place not in special])
    return [tokenizer.decode(generator.choice(ids, generator.integers(2, 41)).tolist()) for _ in range(n_texts)]
