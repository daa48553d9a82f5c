"""Chunks worth scoring: those that hold the rarest of the asked words, by the index that the database has for it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Integer, cast, func, select, text, union_all
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from modelyard.chat.lexicon.keeping import OFTEN, VERY_OFTEN
from modelyard.chat.lexicon.scoring import Corpus
from modelyard.chat.lexicon.tables import ChunkWords

_LEVELS = (("", 0, 1), (OFTEN, 1, 2), (VERY_OFTEN, 2, 4))
"""Marks of lexemes, and from how many occurrences to how many they lift what a word adds to a candidate's score."""
_FTS = text(
    "SELECT rowid FROM chunk_words_fts WHERE chunk_words_fts MATCH :query "
    "ORDER BY bm25(chunk_words_fts, 2.0, 1.0, 0.5) LIMIT :n"
).columns(rowid=Integer)


def candidates(session: Session, mark: str, corpus: Corpus, weights: Mapping[str, float], n: int) -> list[int]:
    """Return at most `n` ids of chunks that hold any of the words (which have weights), the likeliest first.

    `mark` is the shelf's. What the words hold beside letters is quoted: nothing of it is an operator.
    """
    if not weights:
        return []
    if session.get_bind().dialect.name == "postgresql":
        return _on_postgresql(session, mark, corpus, weights, n)
    query = " OR ".join('"{}"'.format((mark + word).replace('"', '""')) for word in weights)
    return list(session.scalars(_FTS, {"query": query, "n": n}))


def _on_postgresql(session: Session, mark: str, corpus: Corpus, weights: Mapping[str, float], n: int) -> list[int]:
    half_at = corpus.half_at(ChunkWords.n_words)
    found = union_all(
        *(
            select(
                ChunkWords.chunk_id, (weight * (most / (most + half_at) - least / (least + half_at))).label("weight")
            ).where(_holds(mark + word + level))
            for word, weight in weights.items()
            for level, least, most in _LEVELS
        )
    ).subquery()
    total = func.sum(found.c.weight)
    chosen = select(found.c.chunk_id).group_by(found.c.chunk_id).order_by(total.desc(), found.c.chunk_id).limit(n)
    return list(session.scalars(chosen))


def _holds(lexeme: str) -> ColumnElement[bool]:
    quoted = lexeme.replace("\\", "\\\\").replace("'", "''")
    return ChunkWords.lexemes.op("@@", is_comparison=True)(cast(f"'{quoted}'", TSQUERY))


def rarest(weights: Sequence[tuple[str, float, int]], most: int) -> dict[str, float]:
    """Return the words, each with weight and number of chunks, until `most` chunks would be looked at; one at least."""
    chosen: dict[str, float] = {}
    n_chunks = 0
    for word, weight, n in sorted(weights, key=lambda each: each[2]):
        n_chunks += n
        if chosen and n_chunks > most:
            break
        chosen[word] = weight
    return chosen
