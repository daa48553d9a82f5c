"""Rows of batches against the rows per day of the key of the endpoint that asked for them.

Rows are counted when a prediction is queued, as then it is known how many there are; what a run did not predict is
given back when it ends. Whoever has no key of an endpoint has no limits.
"""

from modelyard.endpoints.keys import rows_of_key
from modelyard.endpoints.quotas import put_back, take
from modelyard.kernel.context import Context
from modelyard.predictions.batches.tables import Batch, BatchKey


def made_with(ctx: Context, batch: Batch) -> None:
    """Note the key of the endpoint that a new batch came with, if it came with one."""
    if ctx.actor.bound_to is not None and ctx.actor.key_id is not None:
        ctx.session.add(BatchKey(batch_id=batch.id, key_id=ctx.actor.key_id, is_asking=True, n_counted=0))
        ctx.session.flush()


def ask_for(ctx: Context, batch: Batch) -> None:
    """Note who asks for the prediction: rows that a person wants do not count against the key that sent them."""
    made = _key_of(ctx, batch)
    if made is not None:
        made.is_asking = ctx.actor.bound_to is not None


def count_rows(ctx: Context, batch: Batch) -> None:
    """Take the rows that are to be predicted, without those that are, from what the asking key has left today.

    Raises LimitReached, or Invalid when there are more than a day ever allows.
    """
    made = _key_of(ctx, batch)
    if made is None or not made.is_asking or batch.check is None:
        return
    limit = rows_of_key(ctx, made.key_id)
    if limit is None:
        return
    n_wanted = batch.check["n_rows"] - batch.check["n_bad"]
    [standing] = take(ctx, [(limit, max(0, n_wanted - _n_predicted(batch)))])
    made.n_counted, made.counted_until = n_wanted, standing.ends_at


def settle_rows(ctx: Context, batch: Batch) -> None:
    """Give back the rows that were counted and not predicted: the run has ended, or goes with its batch."""
    made = _key_of(ctx, batch)
    if made is None or made.counted_until is None:
        return
    n_unused, limit = made.n_counted - _n_predicted(batch), rows_of_key(ctx, made.key_id)
    if n_unused > 0 and limit is not None:
        put_back(ctx, limit, n_unused, made.counted_until)
    made.n_counted, made.counted_until = 0, None


def _n_predicted(batch: Batch) -> int:
    return batch.n_done - batch.n_failed


def _key_of(ctx: Context, batch: Batch) -> BatchKey | None:
    return ctx.session.get(BatchKey, batch.id)
