"""The figures of a collection; imports nothing heavy, for they are brought in line where a run is ended."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modelyard.chat.tables import Collection, Document


def count_again(session: Session, collection: Collection) -> None:
    """Bring the collection's figures in line with its documents."""
    session.flush()
    counted = session.execute(
        select(
            func.count(Document.id),
            func.coalesce(func.sum(Document.n_chunks), 0),
            func.coalesce(func.sum(Document.n_words), 0),
            func.coalesce(func.sum(Document.n_words_indexed), 0),
        ).where(Document.collection_id == collection.id)
    ).one()
    collection.n_documents, collection.n_chunks, collection.n_words, collection.n_words_indexed = map(int, counted)
