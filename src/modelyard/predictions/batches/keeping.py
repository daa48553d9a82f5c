"""What batches keep in the artifact store, and how it goes with them."""

from collections.abc import Iterable, Iterator

import structlog
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from modelyard.data.storage import is_referenced
from modelyard.kernel.context import ANONYMOUS, Context
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.predictions.batches.tables import Batch, BatchPart, BatchReport

log = structlog.get_logger()


def parts_of(session: Session, batch: Batch) -> list[BatchPart]:
    """Return the parts that are done, in order."""
    chosen = select(BatchPart).where(BatchPart.batch_id == batch.id).order_by(BatchPart.number)
    return list(session.scalars(chosen))


def forget_parts(ctx: Context, batch: Batch) -> None:
    """Remove the parts: they are in the results, or are of another plan."""
    digests = [part.hash for part in parts_of(ctx.session, batch)]
    ctx.session.execute(delete(BatchPart).where(BatchPart.batch_id == batch.id))
    batch.n_done = batch.n_failed = 0
    ctx.session.flush()
    forget_after_commit(ctx, digests)


def forget_batch(ctx: Context, batch: Batch) -> None:
    """Remove the row and all that it kept."""
    digests = [part.hash for part in parts_of(ctx.session, batch)]
    digests += [digest for digest in (batch.rows_hash, batch.results_hash) if digest]
    digests += _unshared_reports(ctx.session, batch)
    upload = batch.upload_hash if batch.rows_hash is None else None
    ctx.session.delete(batch)
    ctx.session.flush()
    forget_after_commit(ctx, [*digests, *_unused_uploads(ctx.session, upload)])


def _unshared_reports(session: Session, batch: Batch) -> list[str]:
    """Return the files of the batch's reports that no report of another batch is."""
    mine = select(BatchReport.hash).where(BatchReport.batch_id == batch.id)
    others = select(BatchReport.hash).where(BatchReport.batch_id != batch.id)
    return list(session.scalars(mine.where(BatchReport.hash.not_in(others)).distinct()))


def forget_upload(ctx: Context, batch: Batch) -> None:
    """Remove the bytes that were given, once the rows are stored, unless somebody else still reads them."""
    forget_after_commit(ctx, _unused_uploads(ctx.session, batch.upload_hash))


def _unused_uploads(session: Session, digest: str | None) -> Iterator[str]:
    """Yield the digest unless a dataset or a batch needs it; other artifacts of batches hold the batch's id."""
    if digest is None or is_referenced(session, digest, except_for=""):
        return
    needs = (Batch.upload_hash == digest) & Batch.rows_hash.is_(None)
    if session.scalar(select(Batch.id).where(needs).limit(1)) is None:
        yield digest


def forget_after_commit(ctx: Context, digests: Iterable[str]) -> None:
    """Delete artifacts, and local copies of them, once the transaction is through."""
    doomed, artifacts, copies = list(digests), ctx.artifacts, ctx.settings.scratch / "copies"

    @event.listens_for(ctx.session, "after_commit", once=True)
    def forget(_session: Session) -> None:
        for digest in doomed:
            (copies / digest).unlink(missing_ok=True)
            try:
                artifacts.delete(digest)
            except (ModelyardError, OSError) as error:
                # The row is gone already: what is left is unreachable bytes, not a wrong answer.
                log.warning("artifact not deleted", hash=digest, error=str(error))


def remove_old_batches(yard: Yard) -> None:
    """Remove batches older than `batches_kept`, whoever made them, but none that a run works on."""
    with yard.context(ANONYMOUS) as ctx:
        oldest = ctx.clock() - ctx.settings.batches_kept
        is_idle = Batch.state.not_in(("reading", "queued", "running"))
        for batch in ctx.session.scalars(select(Batch).where(Batch.created_at < oldest, is_idle)):
            forget_batch(ctx, batch)
