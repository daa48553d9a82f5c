"""The rows of a batch that could not be predicted, as CSV to correct and upload again."""

import csv
import io
from collections.abc import Iterator

from modelyard.data.storage import local_copy
from modelyard.data.table_writing.formulas import harmless
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict
from modelyard.predictions.batches.error_lines import error_line
from modelyard.predictions.batches.ownership import find_batch, to_look
from modelyard.predictions.batches.results import Results

LINES = 500
"""Rows that are sent together."""


def csv_lines(ctx: Context, batch_id: str) -> Iterator[bytes]:
    """Return an iterator of the file; raise Conflict when nothing is predicted yet. The session may end before it."""
    ctx.require(to_look(ctx))
    batch = find_batch(ctx, batch_id)
    if batch.results_hash is None:
        raise Conflict(f"{batch.name!r} has no results yet.", hint="Start it, and wait for its run to end.")
    return _lines(Results(local_copy(ctx.artifacts, ctx.settings, batch.results_hash)))


def _lines(results: Results) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["row", "column", "reason", *map(harmless, results.file_columns)])
    with results:
        for place, error in enumerate(results.errors(), 1):
            writer.writerow(error_line(error.row, error.reasons, error.values))
            if place % LINES == 0:
                yield _taken(buffer)
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8", errors="replace")
    buffer.seek(0)
    buffer.truncate()
    return content
