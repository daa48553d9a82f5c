"""Canonical texts of a collection, read one at a time, and again where an answer cites them."""

from collections import OrderedDict
from collections.abc import Iterator

from sqlalchemy import select

from modelyard.chat.ownership import owned_collection, visible_texts
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.quality.truth import Page
from modelyard.chat.tables import Document, DocumentVersion
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import NotFound
from modelyard.kernel.yard import Yard

TEXTS_KEPT = 64


def documents_of(yard: Yard, actor: Actor, collection_id: str) -> Iterator[tuple[str, str, ParsedDocument]]:
    """Yield id, key and canonical text of every document that has one, by its key."""
    with yard.context(actor, writes=False) as ctx:
        collection = owned_collection(ctx, collection_id)
        chosen = select(Document.id, Document.key, Document.text_hash).where(Document.collection_id == collection.id)
        rows = ctx.session.execute(chosen.order_by(Document.key, Document.id)).all()
    for document_id, key, text_hash in rows:
        if text_hash is None:
            continue
        try:
            content = yard.artifacts.read_bytes(text_hash)
        except NotFound:
            continue  # changed since the list was read
        yield document_id, key, ParsedDocument.model_validate_json(content)


def pages_of(yard: Yard, actor: Actor, collection_id: str) -> Iterator[Page]:
    """Yield the text of every document, for looking where answers stand."""
    for document_id, key, parsed in documents_of(yard, actor, collection_id):
        yield Page(document_id, key, parsed.text)


class CitedTexts:
    """Texts by document and version, the latest of them kept."""

    def __init__(self, yard: Yard, actor: Actor) -> None:
        self._yard, self._actor = yard, actor
        self._texts: OrderedDict[tuple[str, str], str | None] = OrderedDict()

    def __call__(self, document_id: str, text_hash: str) -> str | None:
        """Return the text that the version of the document had, None when there is none."""
        key = document_id, text_hash
        if key not in self._texts:
            self._texts[key] = self._read(document_id, text_hash)
            if len(self._texts) > TEXTS_KEPT:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]

    def _read(self, document_id: str, text_hash: str) -> str | None:
        with self._yard.context(self._actor, writes=False) as ctx:
            named = visible_texts(ctx).where(
                DocumentVersion.document_id == document_id, DocumentVersion.text_hash == text_hash
            )
            if ctx.session.scalar(named.limit(1)) is None:
                return None
        try:
            return ParsedDocument.model_validate_json(self._yard.artifacts.read_bytes(text_hash)).text
        except NotFound:
            return None
