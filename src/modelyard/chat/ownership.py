"""Who sees which collections."""

from sqlalchemy import Select, select

from modelyard.chat.tables import ChatSession, Collection, Document, DocumentVersion
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound


def visible_collections(ctx: Context) -> Select[Collection]:
    """Return the collections of the actor; a key that is bound to an endpoint sees that endpoint's."""
    mine = select(Collection).where(Collection.owner_id == ctx.actor.id)
    return mine if ctx.actor.bound_to is None else mine.where(Collection.endpoint_id == ctx.actor.bound_to)


def visible_documents(ctx: Context) -> Select[Document]:
    """Return the documents of the collections that the actor sees."""
    mine = visible_collections(ctx).with_only_columns(Collection.id)
    return select(Document).where(Document.collection_id.in_(mine))


def visible_texts(ctx: Context) -> Select[DocumentVersion]:
    """Return the texts of documents, those of now and of before, of the collections that the actor sees."""
    mine = visible_collections(ctx).with_only_columns(Collection.id)
    return select(DocumentVersion).where(DocumentVersion.collection_id.in_(mine))


def visible_sessions(ctx: Context, endpoint_id: str, reader: str) -> Select[ChatSession]:
    """Return the reader's conversations with the endpoint that have not expired."""
    mine = select(ChatSession).where(ChatSession.endpoint_id == endpoint_id, ChatSession.reader == reader)
    return mine.where(ChatSession.expires_at > ctx.clock())


def owned_collection(ctx: Context, collection_id: str) -> Collection:
    """Return one collection that the actor sees, for rooms below the verbs of collections; raise NotFound."""
    collection = ctx.session.scalar(visible_collections(ctx).where(Collection.id == collection_id))
    if collection is None:
        raise NotFound(f"There is no collection {collection_id!r}.")
    return collection
