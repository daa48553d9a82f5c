"""What can be done with collections: make, look at, change, delete, add documents, sync."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from pydantic import ValidationError

from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.index import Index
from modelyard.chat.jobs.sync_collection import SyncCollection
from modelyard.chat.ownership import visible_collections
from modelyard.chat.servable import CollectionServable
from modelyard.chat.tables import Collection
from modelyard.endpoints.verbs import create_endpoint, rename_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family, field_errors
from modelyard.llm.ownership import visible_llms
from modelyard.llm.tables import Llm
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit, visible_runs

MAX_NAME_LENGTH = 200
MAX_ADDRESS_LENGTH = 2_000
DEFAULT_INDEX: Mapping[str, Any] = {"kind": "embedded"}


class CollectionChanges(TypedDict, total=False):
    """What can be changed about a collection; `index` and `embedder_id` are taken up by the next sync."""

    name: str
    index: dict[str, Any]
    embedder_id: str | None
    llm_id: str | None
    site_url: str | None
    answering: dict[str, Any]


def create_collection(
    ctx: Context,
    name: str,
    *,
    index: Mapping[str, Any] | None = None,
    embedder_id: str | None = None,
    llm_id: str | None = None,
    site_url: str | None = None,
    sample: str | None = None,
) -> Collection:
    """Make an empty collection with the endpoint that answers questions about it."""
    owner_id = ctx.require("collections:write")
    cleaned = _clean_name(name)
    checked = _checked_index(ctx, index or DEFAULT_INDEX)
    _require_llm(ctx, embedder_id, "embedder_id")
    _require_llm(ctx, llm_id, "llm_id")
    collection_id = new_id("cn")
    servable = CollectionServable(collection=collection_id)
    endpoint = create_endpoint(ctx, servable, name=cleaned, signature=servable.signature(ctx))
    collection = Collection(
        id=collection_id,
        owner_id=owner_id,
        name=cleaned,
        endpoint_id=endpoint.id,
        index=checked,
        embedder_id=embedder_id,
        llm_id=llm_id,
        answering=AnswerSettings().model_dump(mode="json"),
        site_url=_clean_address(site_url),
        version=0,
        state="empty",
        sample=sample,
        is_sync_due=False,
        n_documents=0,
        n_chunks=0,
        n_words=0,
        n_words_indexed=0,
        created_at=ctx.clock(),
    )
    ctx.session.add(collection)
    ctx.session.flush()
    return collection


def list_collections(ctx: Context, *, search: str = "", limit: int = 50, cursor: str | None = None) -> list[Collection]:
    """Return collections whose name holds `search`, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("collections:read")
    query = visible_collections(ctx)
    if search:
        query = query.where(Collection.name.icontains(search, autoescape=True))
    if cursor:
        query = query.where(Collection.id < cursor)
    return list(ctx.session.scalars(query.order_by(Collection.id.desc()).limit(limit)))


def get_collection(ctx: Context, collection_id: str) -> Collection:
    """Return one collection; raise NotFound."""
    ctx.require("collections:read")
    collection = ctx.session.scalar(visible_collections(ctx).where(Collection.id == collection_id))
    if collection is None:
        raise NotFound(f"There is no collection {collection_id!r}.")
    return collection


def find_collection(ctx: Context, named: str) -> Collection:
    """Return the collection with this id, or the newest one of this name; raise NotFound."""
    ctx.require("collections:read")
    chosen = visible_collections(ctx).where((Collection.id == named) | (Collection.name == named))
    found = ctx.session.scalar(chosen.order_by(Collection.id.desc()).limit(1))
    if found is None:
        raise NotFound(f"There is no collection {named!r}.", hint="`modelyard collection list` shows them.")
    return found


def named_llms(ctx: Context, collections: Sequence[Collection]) -> dict[str, Llm]:
    """Return by id the LLMs and embedders that these collections name."""
    ctx.require("collections:read")
    asked = {llm_id for each in collections for llm_id in (each.embedder_id, each.llm_id) if llm_id}
    asked |= {each.wanted["embedder_id"] for each in collections if each.wanted and each.wanted["embedder_id"]}
    rows = ctx.session.scalars(visible_llms(ctx).where(Llm.id.in_(asked))) if asked else ()
    return {llm.id: llm for llm in rows}


def change_collection(ctx: Context, collection_id: str, **changes: Unpack[CollectionChanges]) -> Collection:
    """Change what is given. Another index or embedder is taken up by the next sync, which embeds everything anew."""
    ctx.require("collections:write")
    collection = locked(ctx, collection_id)
    if "name" in changes:
        collection.name = _clean_name(changes["name"])
        rename_endpoint(ctx, collection.endpoint_id, collection.name)
    if "llm_id" in changes:
        _require_llm(ctx, changes["llm_id"], "llm_id")
        collection.llm_id = changes["llm_id"]
    if "site_url" in changes:
        collection.site_url = _clean_address(changes["site_url"])
    if "answering" in changes:
        collection.answering = _answering({**collection.answering, **changes["answering"]})
    if "index" in changes or "embedder_id" in changes:
        if live_sync(ctx, collection) is not None:
            raise Conflict(f"{collection.name!r} is being synced.", hint="Change its index or embedder after that.")
        _want(ctx, collection, changes)
    ctx.session.flush()
    return collection


def sync_collection(ctx: Context, collection_id: str, *, anew: bool = False) -> Run:
    """Queue a sync; one that waits already is returned, and one that runs is followed by another.

    `anew` embeds everything again, also what did not change.
    """
    ctx.require("collections:write")
    collection = locked(ctx, collection_id)
    run = live_sync(ctx, collection)
    if run is None:
        run = submit(ctx, SyncCollection(collection=collection.id, anew=anew))
        collection.run_id, collection.state, collection.error = run.id, "syncing", None
    elif run.state != "queued":
        collection.is_sync_due = True
    ctx.session.flush()
    return run


def live_sync(ctx: Context, collection: Collection) -> Run | None:
    """Return the run that syncs the collection, or waits to."""
    ctx.require("collections:read")
    if collection.run_id is None:
        return None
    run = ctx.session.scalar(visible_runs(ctx).where(Run.id == collection.run_id))
    return None if run is None or run.is_final else run


def locked(ctx: Context, collection_id: str) -> Collection:
    """Return one collection, locked until the transaction ends; raise NotFound."""
    ctx.require("collections:write")
    mine = visible_collections(ctx).where(Collection.id == collection_id)
    collection = ctx.session.scalar(mine.with_for_update())
    if collection is None:
        raise NotFound(f"There is no collection {collection_id!r}.")
    return collection


def _checked_index(ctx: Context, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a kind of index, completed; raise Invalid when it cannot be used in this yard."""
    index: Index = family("index").parse(document, path=("index",))
    if reason := index.unavailable_reason():
        message = f"The index {index.title or index.kind_name()} cannot be used here: {reason}."
        raise Invalid(message, fields=[FieldError(("index", "kind"), message)])
    index.require_usable(ctx.settings)
    return index.model_dump(mode="json")


def _want(ctx: Context, collection: Collection, changes: CollectionChanges) -> None:
    wanted = dict(collection.wanted or {"index": collection.index, "embedder_id": collection.embedder_id})
    if "index" in changes:
        wanted["index"] = _checked_index(ctx, changes["index"])
    if "embedder_id" in changes:
        _require_llm(ctx, changes["embedder_id"], "embedder_id")
        wanted["embedder_id"] = changes["embedder_id"]
    is_same = wanted == {"index": collection.index, "embedder_id": collection.embedder_id}
    collection.wanted = None if is_same else wanted


def _require_llm(ctx: Context, llm_id: str | None, field: str) -> None:
    if llm_id is None:
        return
    kind = ctx.session.scalar(visible_llms(ctx).where(Llm.id == llm_id).with_only_columns(Llm.provider_kind))
    if kind is None:
        message = f"There is no LLM {llm_id!r}."
        raise Invalid(message, hint="Add it on the page of LLMs.", fields=[FieldError((field,), message)])
    provider = family("provider").get(kind)
    serves = provider is not None and (provider.embeds if field == "embedder_id" else provider.completes)
    if not serves:
        message = "This provider makes no embeddings." if field == "embedder_id" else "This provider gives no answers."
        raise Invalid(message, hint="Choose another LLM.", fields=[FieldError((field,), message)])


def _answering(document: dict[str, Any]) -> dict[str, Any]:
    try:
        return AnswerSettings.model_validate(document).model_dump(mode="json")
    except ValidationError as error:
        fields = field_errors(error, ("answering",))
        raise Invalid(fields[0].message, fields=fields) from None


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())[:MAX_NAME_LENGTH].strip()
    if not cleaned:
        raise Invalid("A collection needs a name.", fields=[FieldError(("name",), "A collection needs a name.")])
    return cleaned


def _clean_address(address: str | None) -> str | None:
    """Return an address of the web that documents can be relative to; raise Invalid for anything else."""
    cleaned = (address or "").strip()
    if not cleaned:
        return None
    try:
        parts = urlsplit(cleaned)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_web = False
    if not is_web or len(cleaned) > MAX_ADDRESS_LENGTH:
        message = "The address of the site begins with http:// or https:// and names a host."
        raise Invalid(message, fields=[FieldError(("site_url",), message)])
    return cleaned
