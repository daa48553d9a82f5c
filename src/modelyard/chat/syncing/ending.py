"""How a sync ends: figures, state, and what was asked for while it ran."""

from typing import Any

from modelyard.chat.syncing.writing import count_again
from modelyard.chat.tables import Collection
from modelyard.kernel.context import Context
from modelyard.runs.verbs import submit


def ended(
    ctx: Context,
    collection: Collection,
    error: dict[str, Any] | None,
    *,
    has_changed: bool = False,
    is_cancelled: bool = False,
) -> None:
    """Note how the collection's run ended; queue the sync that was asked for meanwhile, unless it was cancelled."""
    count_again(ctx.session, collection)
    collection.error = error
    if error is None:
        collection.state = "ready" if collection.n_documents else "empty"
        collection.synced_at = ctx.clock()
    else:
        collection.state = "failed"
    is_due, collection.is_sync_due = collection.is_sync_due, False
    if is_due and not is_cancelled:
        _sync_again(ctx, collection)


def _sync_again(ctx: Context, collection: Collection) -> None:
    from modelyard.chat.jobs.sync_collection import SyncCollection

    run = submit(ctx, SyncCollection(collection=collection.id))
    collection.run_id, collection.state, collection.error = run.id, "syncing", None
