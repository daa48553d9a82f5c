"""The rows of a batch with what was predicted, as a file in one of four formats."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelyard.data.storage import local_copy
from modelyard.data.table_writing.write import TableFormat, table_pieces
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.ownership import to_look
from modelyard.predictions.batches.results import Results
from modelyard.predictions.batches.verbs import get_batch

if TYPE_CHECKING:
    import polars as pl


def export_results(
    ctx: Context,
    batch_id: str,
    filters: RowFilters,
    file_format: TableFormat,
    *,
    neutralise: bool = True,
    bom: bool = False,
) -> Iterator[bytes]:
    """Return an iterator of the file: row, inputs, label, prediction, confidence, probabilities, is_sure.

    The session may end before it is read. Raises Conflict when nothing is predicted yet.
    """
    ctx.require(to_look(ctx))
    batch = get_batch(ctx, batch_id)
    if batch.results_hash is None:
        raise Conflict(f"{batch.name!r} has no results yet.", hint="Start it, and wait for its run to end.")
    results = Results(local_copy(ctx.artifacts, ctx.settings, batch.results_hash), label=batch.label)
    ctx.settings.scratch.mkdir(parents=True, exist_ok=True)
    pieces = table_pieces(
        _frames(results, filters), file_format, neutralise=neutralise, bom=bom, folder=ctx.settings.scratch
    )
    return _closing(results, pieces)


def _frames(results: Results, filters: RowFilters) -> "Iterator[pl.DataFrame]":
    # Without a row that the filters let through there is still a header.
    for first in results.stream(RowFilters(rows=(1,))):
        yield first.clear()
    yield from results.stream(filters)


def _closing(results: Results, pieces: Iterator[bytes]) -> Iterator[bytes]:
    with results:
        yield from pieces
