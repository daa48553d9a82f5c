"""Keeps the words of chunks, and how many chunks hold each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from modelyard.chat.index import IndexedChunk
from modelyard.chat.lexicon.tables import ChunkWords, WordCount
from modelyard.data.words.forms import without_marks, words_of

SOME = 500
"""Rows or values in one statement."""
EVERY_CHUNK = ""
"""The word that stands for all."""
OFTEN, VERY_OFTEN = "/2", "/4"
"""Marks behind lexemes of PostgreSQL: the word is in the chunk twice; four times, or in its title or headings."""
T = TypeVar("T")


def shelf_mark(collection_id: str) -> str:
    """Return what the words of a collection begin with in the candidates' index: its id's random end.

    Should two collections ever share it, each only looks at more candidates.
    """
    return f"{collection_id[-8:]}~"


def put_words(session: Session, collection_id: str, chunks: Sequence[IndexedChunk]) -> None:
    """Keep the words of chunks, in place of those of the same ids."""
    remove_words(session, collection_id, [chunk.chunk_id for chunk in chunks])
    rows = [_row(collection_id, chunk) for chunk in chunks]
    if session.get_bind().dialect.name == "postgresql":
        for row in rows:
            row["lexemes"] = func.array_to_tsvector(_lexemes(row))
        for row in rows:
            session.execute(insert(ChunkWords).values(row))
    elif rows:
        session.execute(insert(ChunkWords), rows)
    _count(session, collection_id, rows, sign=1)


def remove_words(session: Session, collection_id: str, chunk_ids: Sequence[int]) -> None:
    """Remove the words of chunks; ids that are not there are no fault."""
    for some in parts(chunk_ids, SOME):
        ours = (ChunkWords.collection_id == collection_id, ChunkWords.chunk_id.in_(some))
        columns = (ChunkWords.head, ChunkWords.body, ChunkWords.bare)
        rows = [row._asdict() for row in session.execute(select(*columns).where(*ours))]
        if rows:
            session.execute(delete(ChunkWords).where(*ours))
            _count(session, collection_id, rows, sign=-1)


def drop_words(session: Session, collection_id: str) -> None:
    """Remove all words of a collection."""
    session.execute(delete(ChunkWords).where(ChunkWords.collection_id == collection_id))
    session.execute(delete(WordCount).where(WordCount.collection_id == collection_id))


def parts(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the values in lists of at most `size`."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def _row(collection_id: str, chunk: IndexedChunk) -> dict[str, Any]:
    head = words_of(chunk.text[: chunk.n_head], chunk.language)
    body = words_of(chunk.text[chunk.n_head :], chunk.language)
    bare = [plain for word in (*head, *body) if (plain := without_marks(word)) != word]
    return {
        "chunk_id": chunk.chunk_id,
        "collection_id": collection_id,
        "shelf": shelf_mark(collection_id),
        "head": " ".join(head),
        "body": " ".join(body),
        "bare": " ".join(bare),
        "n_words": len(head) + len(body),
    }


def _lexemes(row: Mapping[str, Any]) -> list[str]:
    counted = Counter(f"{row['body']} {row['bare']}".split())
    head = frozenset(row["head"].split())
    found = {*counted, *head}
    found |= {word + OFTEN for word, n in counted.items() if n >= 2}
    found |= {word + VERY_OFTEN for word, n in counted.items() if n >= 4} | {word + VERY_OFTEN for word in head}
    return sorted(row["shelf"] + word for word in found)


def _count(session: Session, collection_id: str, rows: Sequence[Mapping[str, Any]], *, sign: int) -> None:
    """Add the words of rows to the counts, or take them off."""
    n_chunks: Counter[str] = Counter()
    n_words: Counter[str] = Counter()
    for row in rows:
        words = f"{row['head']} {row['body']}".split()
        n_words.update(words)
        n_words[EVERY_CHUNK] += len(words)
        n_chunks.update({*words, *row["bare"].split(), EVERY_CHUNK})
    statement = _adding(session)
    # In one order: two that write at once wait for each other and do not block each other.
    for some in parts(sorted(n_chunks), SOME):
        session.execute(
            statement,
            [
                {
                    "collection_id": collection_id,
                    "word": w,
                    "n_chunks": sign * n_chunks[w],
                    "n_words": sign * n_words[w],
                }
                for w in some
            ],
        )
    if sign < 0:
        gone = (WordCount.collection_id == collection_id, WordCount.n_chunks <= 0)
        session.execute(delete(WordCount).where(*gone, WordCount.word.in_(list(n_chunks))))


def _adding(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(WordCount)
    return statement.on_conflict_do_update(
        index_elements=[WordCount.collection_id, WordCount.word],
        set_={
            "n_chunks": WordCount.n_chunks + statement.excluded.n_chunks,
            "n_words": WordCount.n_words + statement.excluded.n_words,
        },
    )
