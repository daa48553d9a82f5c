"""One transaction's changes of a collection: whatever it writes has the next version, and is seen all at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from modelyard.chat.chunking import words_in
from modelyard.chat.index import Index, Shelf
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.syncing.chunks import put_chunks, remove_chunks
from modelyard.chat.syncing.figures import count_again
from modelyard.chat.syncing.matching import Matched, NewChunk, n_indexed
from modelyard.chat.syncing.taking import held
from modelyard.chat.tables import Chunk, Collection, Document, DocumentOrigin, DocumentVersion
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.ids import new_id
from modelyard.kernel.settings import Settings

if TYPE_CHECKING:
    import numpy as np

    from modelyard.runs.job import JobContext

AT_ONCE = 500
"""Values of one statement."""


@dataclass(frozen=True)
class ReadDocument:
    """A document as it was read now, before it is written."""

    origin_id: str
    key: str
    content_hash: str
    loader: str
    url: str | None
    parsed: ParsedDocument
    text_hash: str
    chunks: tuple[NewChunk, ...]


@dataclass
class Edition:
    """What is written to a collection that the transaction holds, as its next version."""

    session: Session
    collection: Collection
    index: Index
    shelf: Shelf
    now: datetime
    version_before: int
    has_changed: bool = field(default=False, init=False)
    """Whether anything that is found has changed."""

    def write(self, read: ReadDocument, vectors: "Mapping[str, np.ndarray[Any, Any]]") -> Matched | None:
        """Put a document in the place of what was there; None when its origin was removed meanwhile.

        `vectors` has one for each chunk that is added, by hash.
        """
        if self.session.get(DocumentOrigin, read.origin_id) is None:
            return None
        document = self.document(read.origin_id, read.key, title=read.parsed.title, loader=read.loader)
        matched = put_chunks(self.shelf, self.index, document, read.chunks, vectors)
        if matched.added or matched.removed or document.text_hash != read.text_hash:
            self.has_changed = True
        self._keep_text(document, read)
        document.title, document.url, document.loader = read.parsed.title, read.url, read.loader
        document.language, document.text_hash = read.parsed.language, read.text_hash
        # The file is counted by another way than the text; whichever saw more says how many there are.
        document.n_words = max(read.parsed.n_words_in_file, words_in(read.parsed.text))
        document.n_words_indexed = n_indexed(read.parsed, read.chunks)
        document.n_chunks, document.notes = len(read.chunks), list(read.parsed.notes)
        document.content_hash, document.state, document.error = read.content_hash, "indexed", None
        document.changed_at = self.now
        return matched

    def document(self, origin_id: str, key: str, *, title: str, loader: str) -> Document:
        """Return the document of that key; one that waits when there was none."""
        mine = select(Document).where(
            Document.collection_id == self.collection.id, Document.origin_id == origin_id, Document.key == key
        )
        found = self.session.scalar(mine)
        if found is not None:
            return found
        document = Document(
            id=new_id("dc"),
            collection_id=self.collection.id,
            origin_id=origin_id,
            key=key,
            title=title,
            loader=loader,
            content_hash="",
            state="waiting",
            n_words=0,
            n_words_indexed=0,
            n_chunks=0,
            notes=[],
            added_at=self.now,
            changed_at=self.now,
        )
        self.session.add(document)
        self.session.flush()
        return document

    def fail(self, origin_id: str, key: str, error: ModelyardError, *, content_hash: str = "") -> None:
        """Note why a document, or what it holds now, is not indexed; what was indexed of it keeps answering.

        With a `content_hash` the same bytes are not tried again.
        """
        if self.session.get(DocumentOrigin, origin_id) is None:
            return
        document = self.document(origin_id, key, title=key.rsplit("/", 1)[-1], loader="")
        document.state, document.content_hash = "failed", content_hash
        document.error = {"message": error.message, "hint": error.hint}
        document.changed_at = self.now

    def remove(self, document_ids: Sequence[str]) -> None:
        """Take documents out of index and collection; their texts stay for the answers that cite them."""
        for start in range(0, len(document_ids), AT_ONCE):
            part = document_ids[start : start + AT_ONCE]
            chunk_ids = self.session.scalars(select(Chunk.id).where(Chunk.document_id.in_(part))).all()
            remove_chunks(self.shelf, self.index, chunk_ids)
            self._close_texts(DocumentVersion.document_id.in_(part))
            self.session.execute(delete(Document).where(Document.id.in_(part)))
            self.has_changed = True

    def close(self) -> None:
        """Take the new version back when nothing changed, and bring the collection's figures in line."""
        if not self.has_changed:
            self.collection.version = self.version_before
        count_again(self.session, self.collection)

    def _keep_text(self, document: Document, read: ReadDocument) -> None:
        """Note which text the document has now; the one before stays for the answers that cite it."""
        self._close_texts(DocumentVersion.document_id == document.id, DocumentVersion.text_hash != read.text_hash)
        version = self.session.get(DocumentVersion, (document.id, read.text_hash))
        if version is None:
            version = DocumentVersion(
                document_id=document.id,
                text_hash=read.text_hash,
                collection_id=self.collection.id,
                first_version=self.shelf.version,
            )
            self.session.add(version)
        version.title, version.url, version.last_version = read.parsed.title, read.url, None

    def _close_texts(self, *which: Any) -> None:
        open_ones = update(DocumentVersion).where(DocumentVersion.last_version.is_(None), *which)
        self.session.execute(open_ones.values(last_version=self.version_before))


@contextmanager
def edition_of(
    session: Session, settings: Settings, collection: Collection, index: Index, now: datetime
) -> Iterator[Edition]:
    """Yield an edition of a collection that the transaction holds, and close it."""
    before = collection.version
    collection.version = before + 1  # at once: indexes note with what they write which version it is of
    edition = Edition(session, collection, index, Shelf(session, settings, collection.id, before + 1), now, before)
    yield edition
    edition.close()


@contextmanager
def next_edition(ctx: "JobContext", collection_id: str, index: Index, now: datetime) -> Iterator[Edition]:
    """Yield an edition in a transaction of its own; raise AnotherSync when the run does not hold the collection."""
    with ctx.session() as session:
        collection = held(session, collection_id, ctx.run_id)
        with edition_of(session, ctx.settings, collection, index, now) as edition:
            yield edition
