"""How often each term stands in each of many texts: what scikit-learn's CountVectorizer counts, but sooner."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

# Python's \w, which scikit-learn's tokens are made of; that of Polars has combining marks too.
_WORD = r"[\p{L}\p{N}_]{2,}"


def count_words(
    texts: Sequence[str],
    terms: Sequence[str],
    lengths: tuple[int, int],
    *,
    lower_case: bool,
    stop_words: Collection[str],
) -> Any:
    """Return a sparse matrix, shape (n_texts, n_terms), of how often each term of neighbouring words is in a text."""
    import numpy as np
    import polars as pl
    from scipy.sparse import csr_matrix

    words = _words(texts, lower_case=lower_case, stop_words=stop_words)
    known = pl.DataFrame({"term": terms, "place": np.arange(len(terms), dtype=np.int32)})
    found = [_terms(words, n).join(known, on="term").select("text", "place") for n in range(lengths[0], lengths[1] + 1)]
    places = pl.concat(found)
    at = (places.get_column("text").to_numpy(), places.get_column("place").to_numpy())
    counts: Any = csr_matrix((np.ones(places.height), at), shape=(len(texts), len(terms)))
    counts.sum_duplicates()
    return counts


def _words(texts: Sequence[str], *, lower_case: bool, stop_words: Collection[str]) -> "pl.DataFrame":
    """Return the words of all texts below each other, with the number of the `text` each is from."""
    import polars as pl

    cased = [text.lower() for text in texts] if lower_case else texts
    split = pl.DataFrame({"word": pl.Series(cased, dtype=pl.String).str.extract_all(_WORD)}).with_row_index("text")
    words = split.explode("word").drop_nulls()
    return words.filter(~pl.col("word").is_in(list(stop_words))) if stop_words else words


def _terms(words: "pl.DataFrame", length: int) -> "pl.DataFrame":
    """Return every `length` neighbouring words of one text as a term."""
    import polars as pl

    if length == 1:
        return words.rename({"word": "term"})
    neighbours = [pl.col("word").shift(-i) for i in range(length)]
    is_of_one_text = pl.col("text") == pl.col("text").shift(1 - length)
    return words.select(
        "text", pl.concat_str(neighbours, separator=" ").alias("term"), is_of_one_text.alias("one")
    ).filter("one")
