"""The job that brings a collection in line with its origins."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import structlog

from modelyard.kernel.context import Context, Scope
from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import MODEST, Job, JobContext

if TYPE_CHECKING:
    from modelyard.chat.tables import Collection
    from modelyard.runs.tables import Run

log = structlog.get_logger()


class SyncCollection(Job):
    """Finds the documents of a collection, reads what changed, and embeds and indexes it.

    What did not change keeps its vectors. Documents are written one by one: a run that is killed, cancelled or fails
    leaves what is done, and the next one goes on from there. What cannot be read or embedded is told with its reason,
    and what was indexed of it before keeps answering.
    """

    title: ClassVar[str] = "Sync a collection"
    memory_bytes: ClassVar[int] = 130 * 2**20
    icon: ClassVar[str] = "refresh-cw"
    scope: ClassVar[Scope] = "collections:write"
    internal: ClassVar[bool] = True
    niceness: ClassVar[int] = MODEST

    kind: Literal["sync_collection"] = "sync_collection"
    collection: str = Parameter(description="The collection to sync.", max_length=32)
    anew: bool = Parameter(False, description="Whether everything is embedded again, also what did not change.")

    def prepare(self, ctx: Context) -> Self:
        """Refuse a collection that is not the actor's."""
        if self._row(ctx) is None:
            raise Invalid(f"The collection {self.collection!r} is gone.")
        return self

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which collection is synced."""
        collection = self._row(ctx)
        return f"Sync {collection.name if collection else self.collection}", "collection", self.collection

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Find, read, embed and index what changed."""
        from modelyard.chat.syncing.sync import sync

        return sync(ctx, self.collection, anew=self.anew)

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Bring the collection's figures in line, and start what was asked for meanwhile."""
        collection = self._row(ctx)
        if collection is not None and collection.run_id == run.id:
            collection.synced_at = ctx.clock()
            self._ended(ctx, collection, result.pop("error", None))
            if collection.is_sync_due:
                _sync_again(ctx, collection)
            elif result.get("has_changed"):
                _measure(ctx, collection)
        return result

    def failed(self, ctx: Context, run: "Run") -> None:
        """Note what happened; documents that were written stay."""
        collection = self._row(ctx)
        if collection is None or collection.run_id != run.id:
            return
        hint = "Sync again: what is done is not done again."
        error = run.error or {"message": "The sync was cancelled."}
        self._ended(ctx, collection, {"message": error.get("message"), "hint": error.get("hint") or hint})
        if run.error is not None:
            collection.state = "failed"
            if collection.is_sync_due:
                _sync_again(ctx, collection)
        collection.is_sync_due = False

    def _ended(self, ctx: Context, collection: "Collection", error: dict[str, Any] | None) -> None:
        from modelyard.chat.syncing.figures import count_again

        count_again(ctx.session, collection)
        collection.state = "ready" if collection.n_chunks else "empty"
        collection.error = error

    def _row(self, ctx: Context) -> "Collection | None":
        from modelyard.chat.ownership import visible_collections
        from modelyard.chat.tables import Collection

        return ctx.session.scalar(visible_collections(ctx).where(Collection.id == self.collection))


def _measure(ctx: Context, collection: "Collection") -> None:
    """Ask the test questions again, where there are some; a sync has not failed because that cannot be queued."""
    from modelyard.chat.quality.verbs import queue_quality

    ctx.session.flush()
    try:
        with ctx.session.begin_nested():
            queue_quality(ctx, collection)
    except ModelyardError as error:
        log.warning("quality not measured", collection=collection.id, reason=error.message)


def _sync_again(ctx: Context, collection: "Collection") -> None:
    """Queue the sync that was asked for while one was running."""
    from modelyard.runs.verbs import submit

    collection.is_sync_due = False
    run = submit(ctx, SyncCollection(collection=collection.id))
    collection.run_id, collection.state, collection.error = run.id, "syncing", None
