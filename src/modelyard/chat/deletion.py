"""Deleting a collection: what goes with it is told first."""

from typing import TypedDict

import structlog

from modelyard.chat.index import Index, Shelf
from modelyard.chat.tables import Collection
from modelyard.chat.verbs import get_collection, live_sync, locked
from modelyard.endpoints.verbs import count_calls, count_what_goes, delete_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.holding import forget_after_commit, held_by
from modelyard.kernel.kinds import family
from modelyard.runs.verbs import cancel_run

log = structlog.get_logger()


class Dependents(TypedDict):
    """What goes with a collection."""

    n_documents: int
    n_calls: int
    goes: dict[str, int]


def dependents_of(ctx: Context, collection_id: str) -> Dependents:
    """Return what goes with the collection, for the question before it is deleted."""
    ctx.require("collections:read")
    collection = get_collection(ctx, collection_id)
    return {
        "n_documents": collection.n_documents,
        "n_calls": count_calls(ctx, collection.endpoint_id),
        "goes": count_what_goes(ctx, collection.endpoint_id),
    }


def delete_collection(ctx: Context, collection_id: str, *, leave_index: bool = False) -> None:
    """Remove the collection with its documents, index, endpoint and history; a sync of it is cancelled.

    Raises what the index says when it cannot be reached; with `leave_index` its contents stay where they are.
    """
    ctx.require("collections:write")
    collection = locked(ctx, collection_id)
    run = live_sync(ctx, collection)
    try:
        _drop_index(ctx, collection)
    except ModelyardError as error:
        if not leave_index:
            raise
        log.warning("index left behind", collection=collection.id, error=error.message)
    endpoint_id = collection.endpoint_id
    artifacts = held_by(ctx.session, "collection_id", collection.id)
    ctx.session.delete(collection)
    ctx.session.flush()
    if run is not None:
        cancel_run(ctx, run.id)
    delete_endpoint(ctx, endpoint_id)
    forget_after_commit(ctx, artifacts)


def _drop_index(ctx: Context, collection: Collection) -> None:
    index: Index = family("index").parse(collection.index)
    index.drop(Shelf(ctx.session, ctx.settings, collection.id, collection.version))
