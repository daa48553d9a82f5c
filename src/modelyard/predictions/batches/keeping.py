"""What batches keep in the artifact store, and how it goes with them."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from modelyard.kernel.context import ANONYMOUS, Context
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.yard import Yard
from modelyard.predictions.batches.tables import Batch, BatchPart, BatchReport


def parts_of(session: Session, batch: Batch) -> list[BatchPart]:
    """Return the parts that are done, in order."""
    chosen = select(BatchPart).where(BatchPart.batch_id == batch.id).order_by(BatchPart.number)
    return list(session.scalars(chosen))


def forget_parts(ctx: Context, batch: Batch) -> None:
    """Remove the parts: they are in the results, or are of another plan."""
    digests = [part.hash for part in parts_of(ctx.session, batch)]
    ctx.session.execute(delete(BatchPart).where(BatchPart.batch_id == batch.id))
    batch.n_done = batch.n_failed = 0
    forget_after_commit(ctx, digests)


def forget_batch(ctx: Context, batch: Batch) -> None:
    """Remove the row and all that it kept."""
    parts = [part.hash for part in parts_of(ctx.session, batch)]
    reports = ctx.session.scalars(select(BatchReport.hash).where(BatchReport.batch_id == batch.id))
    own = (batch.upload_hash, batch.rows_hash, batch.ragged_hash, batch.results_hash)
    digests = [*parts, *reports, *own]
    ctx.session.delete(batch)
    forget_after_commit(ctx, digests)


def remove_old_batches(yard: Yard) -> None:
    """Remove batches older than `batches_kept`, whoever made them, but none that a run works on."""
    with yard.context(ANONYMOUS) as ctx:
        oldest = ctx.clock() - ctx.settings.batches_kept
        is_idle = Batch.state.not_in(("reading", "queued", "running"))
        for batch in ctx.session.scalars(select(Batch).where(Batch.created_at < oldest, is_idle)):
            forget_batch(ctx, batch)
