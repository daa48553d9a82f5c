"""HTTP of collections and their documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from modelyard.access.http import Ctx, current_actor, the_yard
from modelyard.chat import adding, deletion, documents, following, verbs
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.errors import UploadTooLarge
from modelyard.chat.quality.falling import fallen_by_collection
from modelyard.chat.schemas import (
    ChunkList,
    ChunkOut,
    CollectionChange,
    CollectionDependents,
    CollectionIn,
    CollectionOut,
    CollectionPage,
    DocumentOut,
    DocumentPage,
    DocumentTextOut,
    OriginIn,
    OriginList,
    OriginOut,
    SyncIn,
    SyncOut,
)
from modelyard.chat.tables import Collection, DocumentState
from modelyard.data.receiving import receive, stated_length
from modelyard.data.uploads import Staging
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.yard import Yard

router = APIRouter(tags=["chat"])

_NO_LIMIT = 2**62  # of the framework's: Staging has the setting's
_RAW_BODY = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "required": True,
}
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64)]
Search = Annotated[str, Query(max_length=200)]


def _out(ctx: Context, collection: Collection) -> CollectionOut:
    return _all_out(ctx, [collection])[0]


def _all_out(ctx: Context, collections: list[Collection]) -> list[CollectionOut]:
    llms, n_failed = verbs.named_llms(ctx, collections), documents.count_failed(ctx, collections)
    progress, fell = following.progress_by_collection(ctx, collections), fallen_by_collection(ctx, collections)
    return [
        CollectionOut.of(
            each,
            llms,
            n_failed=n_failed.get(each.id, 0),
            progress=progress.get(each.id),
            got_worse=fell.get(each.id, ()),
        )
        for each in collections
    ]


@router.post("/collections", status_code=201)
def create_collection(ctx: Ctx, body: CollectionIn) -> CollectionOut:
    """Make an empty collection, with the endpoint that answers questions about it."""
    return _out(ctx, verbs.create_collection(ctx, **body.model_dump()))


@router.post("/collections/sample", status_code=201)
def add_sample_collection(ctx: Ctx) -> CollectionOut:
    """Make a collection of this product's own guides, to try; the one that is there already is returned as it is."""
    return _out(ctx, adding.add_sample(ctx))


@router.get("/collections")
def list_collections(ctx: Ctx, search: Search = "", limit: Limit = 50, cursor: Cursor = None) -> CollectionPage:
    """List collections, newest first."""
    found = verbs.list_collections(ctx, search=search, limit=limit + 1, cursor=cursor)
    items = _all_out(ctx, found[:limit])
    return CollectionPage(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/collections/answering-schema", dependencies=[Depends(current_actor)])
def get_answering_schema() -> dict[str, Any]:
    """Return the JSON Schema of what a person sets of a collection's `answering`, for a form."""
    return AnswerSettings.form_schema()


@router.get("/collections/{collection_id}")
def get_collection(ctx: Ctx, collection_id: str) -> CollectionOut:
    """Return one collection."""
    return _out(ctx, verbs.get_collection(ctx, collection_id))


@router.patch("/collections/{collection_id}")
def change_collection(ctx: Ctx, collection_id: str, change: CollectionChange) -> CollectionOut:
    """Change what is given. Another index or embedder is `wanted` until the next sync, which embeds everything anew."""
    return _out(ctx, verbs.change_collection(ctx, collection_id, **change.given()))


@router.get("/collections/{collection_id}/dependents")
def list_collection_dependents(ctx: Ctx, collection_id: str) -> CollectionDependents:
    """Return what goes with the collection, to be told before it is deleted."""
    return CollectionDependents(**deletion.dependents_of(ctx, collection_id))


@router.delete("/collections/{collection_id}", status_code=204, response_class=Response)
def delete_collection(
    ctx: Ctx,
    collection_id: str,
    leave_index: Annotated[bool, Query(description="Delete also when its index cannot be reached.")] = False,
) -> None:
    """Delete the collection with its documents, index, endpoint and history; a sync of it is cancelled."""
    deletion.delete_collection(ctx, collection_id, leave_index=leave_index)


@router.post(
    "/collections/{collection_id}/documents",
    status_code=201,
    max_body_size=_NO_LIMIT,
    openapi_extra={"requestBody": _RAW_BODY},
)
async def upload_documents(
    request: Request,
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    collection_id: str,
    filename: Annotated[str, Query(min_length=1, max_length=255)],
    sync: bool = True,
) -> OriginOut:
    """Upload a file or a ZIP of files as the raw body (no multipart). The answer comes at once; a sync reads it.

    A file of the same name takes the place of the one before: what did not change in it is not embedded again.
    """
    with yard.context(actor, writes=False) as ctx:
        ctx.require("collections:write")
        verbs.get_collection(ctx, collection_id)
    # No session is open while bytes arrive: on SQLite it would keep every other writer waiting.
    with Staging(yard.settings, expected_bytes=stated_length(request), too_large=UploadTooLarge) as staging:
        await receive(request.stream(), staging)
        return await run_in_threadpool(_keep, yard, actor, collection_id, staging, filename, sync)


def _keep(yard: Yard, actor: Actor, collection_id: str, staging: Staging, filename: str, wants_sync: bool) -> OriginOut:
    path = staging.finish()
    with yard.context(actor) as ctx:
        origin = adding.add_upload(ctx, collection_id, path, filename=filename)
        run = verbs.sync_collection(ctx, collection_id) if wants_sync else None
        return OriginOut.of(origin, run_id=run.id if run else None)


@router.post("/collections/{collection_id}/origins", status_code=201)
def add_origin(ctx: Ctx, collection_id: str, body: OriginIn, sync: bool = True) -> OriginOut:
    """Add a folder of the server or a site to where the documents come from, and sync."""
    origin = adding.add_origin(ctx, collection_id, body.model_dump())
    run = verbs.sync_collection(ctx, collection_id) if sync else None
    return OriginOut.of(origin, run_id=run.id if run else None)


@router.get("/collections/{collection_id}/origins")
def list_origins(ctx: Ctx, collection_id: str) -> OriginList:
    """List where the documents come from, with what the last sync found there."""
    counts = documents.count_by_origin(ctx, collection_id)
    origins = documents.list_origins(ctx, collection_id)
    return OriginList(items=[OriginOut.of(each, n_documents=counts.get(each.id, 0)) for each in origins])


@router.delete("/collections/{collection_id}/origins/{origin_id}", status_code=204, response_class=Response)
def remove_origin(ctx: Ctx, collection_id: str, origin_id: str) -> None:
    """Remove an origin with its documents, at once; answers that cited them keep their texts."""
    adding.remove_origin(ctx, collection_id, origin_id)


@router.post("/collections/{collection_id}/sync", status_code=202)
def sync_collection(ctx: Ctx, collection_id: str, body: Annotated[SyncIn, Body()] = SyncIn()) -> SyncOut:
    """Sync with the origins. One that waits is returned; one that runs already is followed by another (`follows`)."""
    run = verbs.sync_collection(ctx, collection_id, anew=body.anew)
    return SyncOut(run_id=run.id, follows=run.state != "queued")


@router.get("/collections/{collection_id}/documents")
def list_documents(
    ctx: Ctx,
    collection_id: str,
    search: Search = "",
    state: DocumentState | None = None,
    origin_id: Annotated[str | None, Query(max_length=32)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DocumentPage:
    """List documents by key; `search` looks at titles and keys."""
    found = documents.list_documents(
        ctx, collection_id, search=search, state=state, origin_id=origin_id, limit=limit + 1, cursor=cursor
    )
    items = [DocumentOut.model_validate(document) for document in found[:limit]]
    return DocumentPage(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/documents/{document_id}")
def get_document(ctx: Ctx, document_id: str) -> DocumentOut:
    """Return one document."""
    return DocumentOut.model_validate(documents.get_document(ctx, document_id))


@router.get("/documents/{document_id}/text")
def get_document_text(
    ctx: Ctx,
    document_id: str,
    version: Annotated[str | None, Query(max_length=64, description="`text_hash` of a citation.")] = None,
) -> DocumentTextOut:
    """Return the text that citations count in: of now, or of a `version`, also when the document is gone."""
    return DocumentTextOut.of(
        documents.text_version(ctx, document_id, version), documents.document_text(ctx, document_id, version)
    )


@router.get("/documents/{document_id}/chunks")
def list_chunks(ctx: Ctx, document_id: str) -> ChunkList:
    """Return the chunks that the document is found by."""
    return ChunkList(items=[ChunkOut.model_validate(chunk) for chunk in documents.list_chunks(ctx, document_id)])
