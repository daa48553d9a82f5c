"""What can be wished of a page: what is to be made, by which LLM; refused before anything is spent."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from modelyard.chat.ownership import owned_collection, visible_documents
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.tables import Collection, Document, PageVariant
from modelyard.chat.variants.keeping import VariantKey
from modelyard.chat.variants.wishes import LANGUAGES, Explain, Translate
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, ModelyardError, NotFound
from modelyard.llm.client import Client, client_for

NO_LLM = "The collection has no LLM, and pages are explained and translated by one."
CHOOSE_LLM = "Choose an LLM in the collection's settings."


@dataclass(frozen=True)
class Plan:
    """A page, a wish and who makes it."""

    document_id: str
    collection_id: str
    title: str
    text_hash: str
    parsed: ParsedDocument
    wish: Explain | Translate
    client: Client
    key: VariantKey


@dataclass(frozen=True)
class Offer:
    """Whether pages of a document can be made, and what is there already."""

    language: str | None
    why_not: str | None
    llm: str | None
    is_scripted: bool
    made: list[PageVariant]


def plan_variant(ctx: Context, document_id: str, wish: Explain | Translate) -> Plan:
    """Return what is to be made; raise NotFound, Conflict without an LLM or a text, Invalid for its own language."""
    ctx.require("collections:read")
    document = _document(ctx, document_id)
    collection = owned_collection(ctx, document.collection_id)
    if document.text_hash is None:
        raise Conflict(f"{document.title!r} is not read yet.", hint=(document.error or {}).get("hint"))
    if isinstance(wish, Translate) and document.language == wish.language.partition("-")[0]:
        message = f"The page is in {LANGUAGES[wish.language]} already."
        raise Invalid(message, hint="Choose another language.", fields=[FieldError(("language",), message)])
    client = _client(ctx, collection)
    parsed = ParsedDocument.model_validate_json(ctx.artifacts.read_bytes(document.text_hash))
    key = VariantKey(document.text_hash, wish.key, _name_of(client))
    return Plan(document.id, collection.id, document.title, document.text_hash, parsed, wish, client, key)


def offer(ctx: Context, document_id: str) -> Offer:
    """Return what can be wished of a page now; raise NotFound."""
    ctx.require("collections:read")
    document = _document(ctx, document_id)
    try:
        client = _client(ctx, owned_collection(ctx, document.collection_id))
    except ModelyardError as error:
        return Offer(document.language, f"{error.message} {error.hint or ''}".strip(), None, False, [])
    chosen = select(PageVariant).where(PageVariant.text_hash == document.text_hash, PageVariant.llm == _name_of(client))
    made = list(ctx.session.scalars(chosen.order_by(PageVariant.wish)))
    name = f"{client.info.provider_kind}: {client.info.name}"
    return Offer(document.language, None, name, client.info.is_scripted, made)


def _document(ctx: Context, document_id: str) -> Document:
    document = ctx.session.scalar(visible_documents(ctx).where(Document.id == document_id))
    if document is None:
        raise NotFound(f"There is no document {document_id!r}.")
    return document


def _client(ctx: Context, collection: Collection) -> Client:
    if collection.llm_id is None:
        raise Conflict(NO_LLM, hint=CHOOSE_LLM)
    return client_for(ctx, collection.llm_id, owner_id=collection.owner_id)


def _name_of(client: Client) -> str:
    """Return what tells this LLM from every other, and from itself when it is set to something else."""
    settings = hashlib.sha256(client.provider.model_dump_json().encode()).hexdigest()
    return f"{client.info.llm_id}:{settings[:32]}"
