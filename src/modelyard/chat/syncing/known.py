"""What is known of an origin's documents before they are looked at again."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from modelyard.chat.origins.found import Found
from modelyard.chat.syncing.edition import Edition
from modelyard.chat.syncing.reading import content_hash, loader_name
from modelyard.chat.tables import Document, DocumentOrigin, DocumentVersion
from modelyard.kernel.ids import new_id

AT_ONCE = 500
"""Values of one statement."""


@dataclass(frozen=True)
class Known:
    """A document as the last sync left it."""

    id: str
    key: str
    content_hash: str
    url: str | None
    n_chunks: int
    state: str
    error: dict[str, Any] | None


_COLUMNS = tuple(getattr(Document, name) for name in Known.__dataclass_fields__)


def known_documents(session: Session, origin_id: str, keys: Sequence[str]) -> dict[str, Known]:
    """Return those of an origin's documents that have one of these keys, by key."""
    found: dict[str, Known] = {}
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        rows = session.execute(select(*_COLUMNS).where(Document.origin_id == origin_id, Document.key.in_(part)))
        found |= {row.key: Known(*row) for row in rows}
    return found


def vanished(session: Session, origin_id: str, seen: AnyOf[str]) -> list[Known]:
    """Return those of an origin's documents that were not seen."""
    rows = session.execute(select(*_COLUMNS).where(Document.origin_id == origin_id))
    return [Known(*row) for row in rows if row.key not in seen]


def is_there(session: Session, origin_id: str) -> bool:
    """Say whether the origin is still one of the collection's."""
    return session.get(DocumentOrigin, origin_id) is not None


def follow_renamed(
    edition: Edition, found: Iterable[Found], known: Mapping[str, Known], gone: Iterable[Known]
) -> dict[str, Known]:
    """Give documents whose file has another name now their new key; return them by it.

    They are read again, for the name may be in title and address; chunks that stay the same keep their vectors.
    """
    by_content = {each.content_hash: each for each in gone if each.content_hash}
    renamed: dict[str, Known] = {}
    for each in found:
        was = None if each.key in known else by_content.pop(content_hash(each), None)
        if was is None:
            continue
        edition.session.execute(
            update(Document).where(Document.id == was.id).values(key=each.key, content_hash="", changed_at=edition.now)
        )
        renamed[each.key] = Known(was.id, each.key, "", was.url, was.n_chunks, was.state, was.error)
    return renamed


def put_waiting(edition: Edition, origin_id: str, found: Sequence[Found]) -> None:
    """Add documents that are about to be read, so that they are seen to wait."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id("dc"),
            "collection_id": edition.collection.id,
            "origin_id": origin_id,
            "key": each.key,
            "title": each.key.rsplit("/", 1)[-1] or each.key,
            "loader": loader_name(each),
            "url": each.url,
            "content_hash": "",
            "n_words": 0,
            "n_words_indexed": 0,
            "n_chunks": 0,
            "state": "waiting",
            "notes": [],
            "added_at": edition.now,
            "changed_at": edition.now,
        }
        for each in found
    ]
    for start in range(0, len(rows), AT_ONCE):
        edition.session.execute(insert(Document), rows[start : start + AT_ONCE])


def set_address(edition: Edition, document_id: str, url: str | None) -> None:
    """Note that a document that did not change is published elsewhere now."""
    edition.session.execute(update(Document).where(Document.id == document_id).values(url=url))
    texts = update(DocumentVersion).where(
        DocumentVersion.document_id == document_id, DocumentVersion.last_version.is_(None)
    )
    edition.session.execute(texts.values(url=url))
    edition.has_changed = True
