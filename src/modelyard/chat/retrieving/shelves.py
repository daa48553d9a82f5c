"""A collection's index, and its shelf there."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modelyard.chat.index import Index, Shelf
from modelyard.chat.tables import Collection, Document
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings

MAX_LANGUAGES = 3


def index_of(collection: Collection) -> Index:
    """Return the index that the collection is in."""
    index: Index = family("index").parse(collection.index)
    return index


def shelf_of(session: Session, settings: Settings, collection: Collection) -> Shelf:
    """Return the collection's part of its index, as of the version that the row has."""
    languages = tuple(languages_of(session, collection.id))
    return Shelf(session, settings, collection.id, collection.version, languages=languages)


def languages_of(session: Session, collection_id: str) -> list[str]:
    """Return the languages that most of a collection's documents are in, the commonest first."""
    ours = (Document.collection_id == collection_id, Document.language.is_not(None))
    by_number = select(Document.language).where(*ours).group_by(Document.language).order_by(func.count().desc())
    return [language for language in session.scalars(by_number.limit(MAX_LANGUAGES)) if language]
